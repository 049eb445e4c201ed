"""One call-off's story as at a day: its terms, who pays, what happened, what came and was billed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from sqlalchemy import select
from sqlmodel import Session

from contracts.call_off import CallOff, Happening, Kind
from contracts.commitment import value_between, years_of
from contracts.pricing import Stretch
from ledger.money import NIL, Money
from ledger.periods import FinancialYear
from ledger.wording import day_in_full
from trust_commissioning.clock import from_text, in_full
from trust_commissioning.reports.call_off_effect import Held, held
from trust_commissioning.reports.matching import lines_of, overpaid_lines
from trust_commissioning.reports.placements import weekly
from trust_commissioning.reports.shape import Cell, Column, Part
from trust_commissioning.store import calling_off as record
from trust_commissioning.store import invoicing
from trust_commissioning.store.many_invoices import Known
from trust_commissioning.store.standing import open_periods, people, titles
from trust_commissioning.store.tables import ContractRow, table_of

_CONTRACT = table_of(ContractRow)
NO_END = "No day said"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallOffStory:
    """A call-off on a day. `facts` are its terms in words; `parts` its tables by their keys."""

    call_off: CallOff
    day: date
    facts: tuple[tuple[str, str], ...]
    parts: tuple[Part, ...]

    def part(self, key: str) -> Part:
        return next(one for one in self.parts if one.key == key)


def call_off_story(session: Session, number: str, day: date) -> CallOffStory | None:
    """One call-off as at a day; None where there is none of that number."""
    one = record.call_off(session, number)
    if one is None:
        return None
    named = titles(session, "provider", "service", "fund", "partner", "account")
    invoices = _invoices(session, number)
    known = Known.of(session, [kept.invoice for kept in invoices])
    return CallOffStory(
        call_off=one,
        day=day,
        facts=tuple(_facts(session, one, day, named)),
        parts=(
            _years(session, one),
            _funding(one, named),
            _prices(one),
            _suspensions(one),
            _enhancements(one),
            _returns(session, one),
            Part(
                key="invoices",
                title="Invoices",
                columns=_INVOICES,
                rows=tuple(_invoice_rows(number, invoices, known)),
            ),
            Part(
                key="overpaid",
                title="Overpaid",
                columns=_OVERPAID,
                rows=tuple(_overpaid_rows(number, invoices, known)),
            ),
            _timeline(session, number),
        ),
    )


def units_in_words(units: Fraction) -> str:
    """``3.5``: up to four places, none where there are none."""
    return f"{float(units):.4f}".rstrip("0").rstrip(".")


def _facts(
    session: Session, one: CallOff, day: date, named: Mapping[str, Mapping[str, str]]
) -> Iterator[tuple[str, str]]:
    title = session.execute(
        select(_CONTRACT.c.title).where(_CONTRACT.c.number == one.contract)
    ).scalar_one()
    yield "State", one.state.title
    yield "Kind", one.kind.value.capitalize()
    yield "Contract", f"{one.contract} {title}"
    yield "Lot", "" if one.lot == "main" else one.lot
    yield "Provider", named["provider"].get(one.provider, one.provider)
    yield "Service", named["service"].get(one.service, one.service)
    yield "Reference of the case system", one.case_reference
    yield "From", day_in_full(one.starts)
    yield "To", day_in_full(one.last_day) if one.last_day is not None else NO_END
    yield "Price on the day", f"{one.price_on(day)} a {one.unit.title}"
    if one.kind is Kind.PLACEMENT and one.unit.is_time:
        yield "A week costs on the day", str(weekly(one, day))
    many = "Places at once" if one.unit.is_time else "Units ordered"
    yield many, units_in_words(one.quantity)
    yield "VAT that is not recovered", f"{Fraction(one.vat, 100)}%" if one.vat else ""
    yield "Spent under", named["account"].get(one.account, one.account)
    yield "Out of requisition", one.of_requisition
    yield "Taken over by orders", str(one.converted) if one.converted else ""


def _years(session: Session, one: CallOff) -> Part:
    books: dict[FinancialYear, Held] = {}
    for (year, _, _), found in held(session, [one.number]).items():
        was = books.get(year, Held())
        books[year] = Held(was.promised + found.promised, was.spent + found.spent)
    billed = record.invoiced(session, [one.number]).get(one.number, {})
    last = max([FinancialYear.containing(one.starts), *(p.year for p in open_periods(session))])
    rows: list[dict[str, Cell]] = [
        {
            "year": str(year),
            "ordered": value_between(one, Stretch(year.starts, year.ends)),
            "billed": billed.get(year, NIL),
            "promised": books.get(year, Held()).promised,
            "spent": books.get(year, Held()).spent,
        }
        for year in sorted({*years_of(one, last), *books, *billed})
    ]
    return Part(
        key="years",
        title="Promised and spent",
        columns=_YEARS,
        rows=tuple(rows),
        totals={
            key: Money.total(cell for row in rows if isinstance(cell := row[key], Money))
            for key in ("ordered", "billed", "promised", "spent")
        },
    )


def _funding(one: CallOff, named: Mapping[str, Mapping[str, str]]) -> Part:
    rows: list[dict[str, Cell]] = []
    for dated in one.funding:
        whole = sum(funder.weight for funder in dated.funders)
        rows += [
            {
                "starts": day_in_full(dated.starts),
                "fund": named["fund"].get(funder.fund, funder.fund),
                "partner": named["partner"].get(funder.partner, funder.partner),
                "weight": f"{funder.weight} of {whole}",
            }
            for funder in dated.funders
        ]
    return Part(key="funding", title="Who pays", columns=_FUNDING, rows=tuple(rows))


def _prices(one: CallOff) -> Part:
    own = {price.starts for price in one.prices}
    rows: list[dict[str, Cell]] = [
        {
            "starts": day_in_full(price.starts),
            "price": price.price,
            "whose": "Its own" if price.starts in own else "The lot's",
        }
        for price in one.prices_in_force
    ]
    return Part(key="prices", title="Prices", columns=_PRICES, rows=tuple(rows))


def _suspensions(one: CallOff) -> Part:
    rows: list[dict[str, Cell]] = [
        {
            "starts": day_in_full(held.starts),
            "ends": day_in_full(held.ends) if held.ends else "Until it is resumed",
            "price": held.price,
        }
        for held in one.suspensions
    ]
    return Part(key="suspensions", title="Suspended", columns=_SUSPENSIONS, rows=tuple(rows))


def _enhancements(one: CallOff) -> Part:
    rows: list[dict[str, Cell]] = [
        {
            "starts": day_in_full(held.starts),
            "ends": day_in_full(held.ends),
            "price": held.price,
            "reason": held.reason,
        }
        for held in one.enhancements
    ]
    return Part(
        key="enhancements", title="Paid on top for a while", columns=_ENHANCEMENTS, rows=tuple(rows)
    )


def _returns(session: Session, one: CallOff) -> Part:
    names = people(session)
    kept = invoicing.RETURN
    query = (
        select(kept)
        .where(kept.c.call_off == one.number)
        .order_by(kept.c.starts.desc(), kept.c.turn.desc())
    )
    rows: list[dict[str, Cell]] = []
    for row in session.execute(query):
        days = Stretch(row.starts, row.ends)
        kpis = json.loads(row.kpis)
        rows.append(
            {
                "days": _days(row.starts, row.ends),
                "units": units_in_words(Fraction(row.units)),
                "ordered": units_in_words(one.units_between(days)) if one.unit.is_time else "",
                "kpis": ", ".join(f"{code} {value}" for code, value in kpis.items()),
                "words": row.words,
                "came": day_in_full(row.day),
                "by": names.get(row.recorded_by, row.recorded_by),
            }
        )
    return Part(key="returns", title="What was delivered", columns=_RETURNS, rows=tuple(rows))


def _invoices(session: Session, number: str) -> list[invoicing.Kept]:
    """The invoices of a call-off, the newest first."""
    query = select(invoicing.LINE.c.invoice).where(invoicing.LINE.c.call_off == number).distinct()
    keys = session.execute(query).scalars().all()
    return list(reversed(invoicing.invoices_named(session, keys)))


def _invoice_rows(
    number: str, found: Iterable[invoicing.Kept], known: Known
) -> Iterator[dict[str, Cell]]:
    for kept in found:
        for one in lines_of(kept.invoice, known):
            if one.line.call_off == number:
                yield {
                    "invoice": kept.invoice.key,
                    "number": kept.invoice.number,
                    "days": _days(one.line.starts, one.line.ends),
                    "state": kept.state.title,
                    "asked": one.line.net,
                    "approved": one.approved,
                    "held": one.held,
                }


def _overpaid_rows(
    number: str, found: Iterable[invoicing.Kept], known: Known
) -> Iterator[dict[str, Cell]]:
    for kept in found:
        if kept.invoice.credits:
            continue
        for one in overpaid_lines(kept.invoice, known):
            if one.line.call_off == number:
                yield {
                    "invoice": kept.invoice.key,
                    "line": one.line.number,
                    "days": _days(one.line.starts, one.line.ends),
                    "approved": one.approved,
                    "ordered": one.match.due,
                    "overpaid": one.approved - one.match.due,
                }


def _timeline(session: Session, number: str) -> Part:
    names = people(session)
    rows: list[dict[str, Cell]] = [
        {
            "day": day_in_full(told.day),
            "what": told.event.title,
            "words": words_of(told.contents),
            "by": names.get(told.recorded_by, told.recorded_by),
            "at": in_full(from_text(told.recorded_at)),
        }
        for told in reversed(record.events(session, number))
    ]
    return Part(key="timeline", title="What happened", columns=_TIMELINE, rows=tuple(rows))


def words_of(told: CallOff | Happening) -> str:
    """What an event said, in words."""
    if isinstance(told, CallOff):
        until = f" to {day_in_full(told.expected_end)}" if told.expected_end else ""
        return f"From {day_in_full(told.starts)}{until}."
    said = []
    if told.price is not None:
        said.append(f"{told.price} from then on")
    if told.quantity is not None:
        said.append(f"{units_in_words(told.quantity)} units")
    if told.enhancement is not None and told.until is not None:
        said.append(f"{told.enhancement} more until {day_in_full(told.until)}")
    elif told.until is not None:
        said.append(f"until {day_in_full(told.until)}")
    if told.retainer:
        said.append(f"{told.retainer} is still paid")
    if told.expected_end is not None:
        said.append(f"to {day_in_full(told.expected_end)}")
    if told.no_expected_end:
        said.append("no last day is expected any more")
    if told.funders:
        parts = ", ".join(f"{one.partner or one.fund} {one.weight}" for one in told.funders)
        said.append(f"paid by {parts}")
    return ". ".join(part[:1].upper() + part[1:] for part in [*said, told.reason] if part)


def _days(starts: date, ends: date) -> str:
    return (
        day_in_full(starts) if starts == ends else f"{day_in_full(starts)} to {day_in_full(ends)}"
    )


_YEARS = (
    Column(key="year", title="Year"),
    Column(key="ordered", title="Ordered", kind="money"),
    Column(key="billed", title="Billed and approved", kind="money"),
    Column(key="spent", title="Spent", kind="money"),
    Column(key="promised", title="Still promised", kind="money"),
)
_FUNDING = (
    Column(key="starts", title="From"),
    Column(key="fund", title="Fund"),
    Column(key="partner", title="For the partner"),
    Column(key="weight", title="Pays"),
)
_PRICES = (
    Column(key="starts", title="From"),
    Column(key="price", title="For a unit", kind="money"),
    Column(key="whose", title="Agreed as"),
)
_SUSPENSIONS = (
    Column(key="starts", title="From"),
    Column(key="ends", title="To"),
    Column(key="price", title="Still paid for a unit", kind="money"),
)
_ENHANCEMENTS = (
    Column(key="starts", title="From"),
    Column(key="ends", title="To"),
    Column(key="price", title="On top for a unit", kind="money"),
    Column(key="reason", title="Why"),
)
_RETURNS = (
    Column(key="days", title="Days"),
    Column(key="units", title="Delivered"),
    Column(key="ordered", title="Ordered"),
    Column(key="kpis", title="Measures"),
    Column(key="words", title="In words"),
    Column(key="came", title="Came on"),
    Column(key="by", title="Entered by"),
)
_INVOICES = (
    Column(key="invoice", title="Invoice"),
    Column(key="number", title="Their number"),
    Column(key="days", title="Days"),
    Column(key="state", title="State"),
    Column(key="asked", title="Asked", kind="money"),
    Column(key="approved", title="Approved", kind="money"),
    Column(key="held", title="Disputed", kind="money"),
)
_OVERPAID = (
    Column(key="invoice", title="Invoice"),
    Column(key="line", title="Line", kind="count"),
    Column(key="days", title="Days"),
    Column(key="approved", title="Approved", kind="money"),
    Column(key="ordered", title="Ordered", kind="money"),
    Column(key="overpaid", title="Overpaid", kind="money"),
)
_TIMELINE = (
    Column(key="day", title="Day"),
    Column(key="what", title="What happened"),
    Column(key="words", title="In words"),
    Column(key="by", title="Told by"),
    Column(key="at", title="Told on"),
)
