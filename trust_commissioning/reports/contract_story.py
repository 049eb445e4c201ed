"""One contract's story as at a day: its terms, what varied them, lots, uplifts, duties, papers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from contracts.coming import Coming, Phase, coming, phase
from contracts.contract import Contract, Extension, Terms, Variation
from contracts.kpi import figure
from contracts.obligations import Due, calendar, months_after
from contracts.uplift import Uplift
from ledger.money import Money
from ledger.wording import counted, day_in_full
from trust_commissioning.files.contracts_register import words_of
from trust_commissioning.reports.contract_register import AHEAD, NO_END, NOT_SAID
from trust_commissioning.reports.shape import Cell, Column, Part
from trust_commissioning.reports.uplifts import (
    COLUMNS,
    DECIDED,
    cost_on,
    decided_row,
    uplift_row,
)
from trust_commissioning.store import contracts as record
from trust_commissioning.store.standing import people, titles

_A_YEAR = 12
"""Months the calendar of duties looks ahead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractStory:
    """A contract on a day. `facts` are its terms in words; `parts` its tables by their keys."""

    contract: Contract
    terms: Terms
    day: date
    phase: Phase
    coming: tuple[Coming, ...]
    facts: tuple[tuple[str, str], ...]
    uplifts: tuple[Uplift, ...]
    parts: tuple[Part, ...]

    def part(self, key: str) -> Part:
        return next(one for one in self.parts if one.key == key)


def contract_story(session: Session, number: str, day: date) -> ContractStory | None:
    """One contract as at a day; None where there is none of that number."""
    one = record.contract(session, number)
    if one is None:
        return None
    terms = one.as_at(day)
    named = titles(session, "provider", "service", "fund")
    names = people(session)
    asked = record.uplifts(session, contract=number)
    waiting = [
        uplift_row(each, one, cost_on(session, one, each, day)) for each in asked if each.is_open
    ]
    met = record.obligations_met(session, number).get(number, [])
    due = calendar(terms.obligations, met, months_after(day, _A_YEAR), terms.ends)
    return ContractStory(
        contract=one,
        terms=terms,
        day=day,
        phase=phase(one, day),
        coming=tuple(coming(one, day, months_after(day, AHEAD))),
        facts=tuple(_facts(one, terms, named)),
        uplifts=tuple(asked),
        parts=(
            _part("lots", "Lots and prices", _LOTS, _lots(terms, named["service"])),
            _part("prices", "Prices over time", _PRICES, _prices(one)),
            _part("variations", "What changed", _VARIATIONS, _variations(one, names)),
            _part(
                "uplifts",
                "Uplifts that wait",
                _but(COLUMNS, "contract", "title", "provider"),
                waiting,
            ),
            _part(
                "uplifts-decided",
                "Uplifts decided",
                _but(DECIDED, "contract"),
                (decided_row(each, one, names) for each in asked if not each.is_open),
            ),
            _part(
                "obligations",
                "What is due",
                _DUE,
                (_due(each, day) for each in due),
            ),
            _part("kpis", "Measures of the service", _KPIS, _kpis(terms)),
            _part("documents", "Papers", _PAPERS, _papers(session, number, names)),
            _part("moves", "Its life so far", _MOVES, _moves(session, number, names)),
            _part("published", "As published", _PUBLISHED, _published(session, number)),
        ),
    )


def _part(
    key: str, title: str, columns: tuple[Column, ...], rows: Iterable[dict[str, Cell]]
) -> Part:
    return Part(key=key, title=title, columns=columns, rows=tuple(rows))


def _but(columns: tuple[Column, ...], *keys: str) -> tuple[Column, ...]:
    return tuple(one for one in columns if one.key not in keys)


def _facts(
    one: Contract, terms: Terms, named: Mapping[str, Mapping[str, str]]
) -> Iterator[tuple[str, str]]:
    yield "Provider", named["provider"].get(one.provider, one.provider)
    yield "Service", named["service"].get(one.service, one.service)
    yield "Fund", named["fund"].get(one.fund, one.fund)
    yield "Kind", one.form.title
    yield "Signed", day_in_full(one.signed) if one.signed else NOT_SAID
    yield "Starts", day_in_full(terms.starts)
    yield "Ends", NO_END if terms.ends is None else day_in_full(terms.ends)
    yield "May be extended until", "; ".join(_option(each) for each in terms.open_options)
    yield "Notice", counted(terms.notice_months, "month") if terms.notice_months else ""
    yield "Value as signed", str(one.as_signed.value)
    yield "Value as varied", str(terms.value)
    vat = terms.irrecoverable_vat
    yield "Irrecoverable VAT", NOT_SAID if vat is None else str(vat)
    yield "Value with it", "" if vat is None else str(terms.value_with_vat)
    clause = terms.indexation
    yield "Indexation", "" if clause is None else _clause(terms)
    yield "Awarded by", one.procurement


def _option(option: Extension) -> str:
    by = f" (to be taken up by {day_in_full(option.notify_by)})" if option.notify_by else ""
    return f"{day_in_full(option.until)}{by}"


def _clause(terms: Terms) -> str:
    clause = terms.indexation
    assert clause is not None
    said = [
        f"{clause.index} from {clause.base:%B %Y}",
        *([clause.words] if clause.words else []),
        *([f"at most {figure(clause.cap)}%"] if clause.cap is not None else []),
        *([f"at least {figure(clause.collar)}%"] if clause.collar is not None else []),
    ]
    return ", ".join(said)


def _lots(terms: Terms, services: Mapping[str, str]) -> Iterator[dict[str, Cell]]:
    for lot in terms.lots:
        yield {
            "lot": lot.code,
            "title": lot.title,
            "service": services.get(lot.service, lot.service),
            "pricing": lot.pricing.title,
            "unit": lot.unit.title,
            "price": lot.price if lot.price is not None else "With each order",
            "volume": lot.volume if lot.volume is not None else "",
            "further_price": lot.further_price if lot.further_price is not None else "",
        }


def _prices(one: Contract) -> Iterator[dict[str, Cell]]:
    codes = dict.fromkeys(
        lot.code
        for terms in (one.as_signed, *(now for _, _, now in one.told()))
        for lot in terms.lots
    )
    for code in codes:
        lot = one.lot_ever(code)
        for dated in one.lot_prices(code):
            yield {
                "lot": code,
                "title": lot.title if lot else code,
                "starts": day_in_full(dated.starts),
                "price": dated.price,
                "unit": lot.unit.title if lot else "",
            }


def _variations(one: Contract, names: Mapping[str, str]) -> Iterator[dict[str, Cell]]:
    for variation, before, now in one.told():
        yield {
            "starts": day_in_full(variation.starts),
            "kind": variation.kind.title,
            "reference": variation.reference,
            "reason": variation.reason,
            "changed": "; ".join(_changed(variation, before, now)),
            "by": _recorded(variation, names),
        }


def _recorded(variation: Variation, names: Mapping[str, str]) -> str:
    name = names.get(variation.by, variation.by)
    return f"{name}, {day_in_full(variation.recorded)}" if variation.recorded else name


def _changed(variation: Variation, before: Terms, now: Terms) -> Iterator[str]:
    """What a variation did, in words, with what was before."""
    if now.title != before.title:
        yield f"called “{now.title}”"
    if now.ends != before.ends:
        yield f"ends {_end(now.ends)} instead of {_end(before.ends)}"
    if now.value != before.value:
        yield f"worth {now.value} instead of {before.value}"
    if now.irrecoverable_vat != before.irrecoverable_vat and now.irrecoverable_vat is not None:
        yield f"irrecoverable VAT {now.irrecoverable_vat}"
    if now.notice_months != before.notice_months:
        yield f"notice of {counted(now.notice_months, 'month')}"
    yield from _changed_lots(variation, before, now)
    for name, words in (("extensions", "options"), ("obligations", "duties"), ("kpis", "measures")):
        if getattr(variation, name) is not None:
            yield f"new {words}"
    if variation.indexation is not None:
        yield "new indexation"
    if variation.override:
        yield f"above what was available, because: {variation.override}"


def _changed_lots(variation: Variation, before: Terms, now: Terms) -> Iterator[str]:
    for lot in variation.lots_added:
        yield f"lot {lot.code} added" + (f" at {lot.price} a {lot.unit.title}" if lot.price else "")
    for change in variation.lots_changed:
        was, is_now = before.lot(change.lot), now.lot(change.lot)
        if was is None or is_now is None:
            continue
        if is_now.price != was.price:
            yield f"{change.lot} {_price(is_now.price)} instead of {_price(was.price)}"
        if is_now.volume != was.volume:
            yield f"{change.lot}: a volume of {is_now.volume}"
    for code in variation.lots_ended:
        yield f"lot {code} ended"


def _price(price: Money | None) -> str:
    return "with each order" if price is None else str(price)


def _end(day: date | None) -> str:
    return "without a fixed day" if day is None else f"on {day_in_full(day)}"


def _due(one: Due, day: date) -> dict[str, Cell]:
    done = f"Done on {day_in_full(one.met.day)}" if one.met else "To come"
    return {
        "day": day_in_full(one.day),
        "title": one.obligation.title,
        "whose": one.obligation.whose.title,
        "stands": "Late" if one.late_on(day) else done,
        "words": one.met.words if one.met else "",
        "code": one.obligation.code,
        "due": one.day.isoformat(),
    }


def _kpis(terms: Terms) -> Iterator[dict[str, Cell]]:
    for one in terms.kpis:
        yield {
            "code": one.code,
            "title": one.title,
            "target": f"{one.bound.title} {figure(one.target)} {one.unit}",
            "tolerance": f"{figure(one.tolerance)} {one.unit}" if one.tolerance else "None",
            "frequency": one.frequency.title,
        }


def _papers(session: Session, number: str, names: Mapping[str, str]) -> Iterator[dict[str, Cell]]:
    for paper in record.documents(session, number):
        yield {
            "day": day_in_full(paper.day),
            "name": paper.name,
            "kind": paper.kind,
            "kept_at": paper.kept_at,
            "sha256": paper.sha256,
            "by": names.get(paper.by, paper.by),
        }


def _moves(session: Session, number: str, names: Mapping[str, str]) -> Iterator[dict[str, Cell]]:
    for one in record.moves(session, number):
        yield {
            "day": day_in_full(one.day),
            "event": one.event.capitalize(),
            "state": one.state.capitalize(),
            "by": names.get(one.by, one.by),
        }


def _published(session: Session, number: str) -> Iterator[dict[str, Cell]]:
    for one in record.published(session, number):
        odd = {flag.printed: words_of(flag) for flag in one.flags}
        for heading, text in one.cells.items():
            yield {
                "publisher": one.publisher,
                "heading": heading,
                "printed": text,
                "odd": odd.get(text, ""),
            }


_LOTS = (
    Column(key="lot", title="Lot"),
    Column(key="title", title="What"),
    Column(key="service", title="Service"),
    Column(key="pricing", title="Paid by"),
    Column(key="price", title="Price", kind="money"),
    Column(key="unit", title="Of a"),
    Column(key="volume", title="Volume", kind="count"),
    Column(key="further_price", title="Beyond the volume", kind="money"),
)
_PRICES = (
    Column(key="lot", title="Lot"),
    Column(key="title", title="What"),
    Column(key="starts", title="From"),
    Column(key="price", title="Price", kind="money"),
    Column(key="unit", title="Of a"),
)
_VARIATIONS = (
    Column(key="starts", title="From"),
    Column(key="kind", title="What"),
    Column(key="changed", title="Changed"),
    Column(key="reason", title="Reason"),
    Column(key="reference", title="Reference"),
    Column(key="by", title="Recorded by"),
)
_DUE = (
    Column(key="day", title="Due"),
    Column(key="title", title="What"),
    Column(key="whose", title="Whose duty"),
    Column(key="stands", title="Stands"),
    Column(key="words", title="What shows it"),
    Column(key="code", title="Code", kind="code"),
    Column(key="due", title="Due on", kind="code"),
)
_KPIS = (
    Column(key="title", title="Measure"),
    Column(key="code", title="Code", kind="code"),
    Column(key="target", title="Target"),
    Column(key="tolerance", title="Tolerance"),
    Column(key="frequency", title="Returned"),
)
_PAPERS = (
    Column(key="day", title="Day"),
    Column(key="name", title="Paper"),
    Column(key="kind", title="Kind"),
    Column(key="kept_at", title="Filed"),
    Column(key="sha256", title="SHA-256"),
    Column(key="by", title="Recorded by"),
)
_MOVES = (
    Column(key="day", title="Day"),
    Column(key="event", title="What happened"),
    Column(key="state", title="Then"),
    Column(key="by", title="By"),
)
_PUBLISHED = (
    Column(key="publisher", title="Published by"),
    Column(key="heading", title="Heading"),
    Column(key="printed", title="As printed"),
    Column(key="odd", title="Odd"),
)
