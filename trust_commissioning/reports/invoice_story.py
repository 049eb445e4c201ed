"""One invoice's story: each line beside what was ordered and delivered, what was said, what is owed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from sqlmodel import Session

from contracts.invoice import Standing
from contracts.lifecycle import InvoiceEvent
from ledger.money import NIL, Money
from ledger.wording import counted, day_in_full
from trust_commissioning.reports.call_off_story import units_in_words
from trust_commissioning.reports.matching import overpaid, standings
from trust_commissioning.reports.shape import Cell, Column, Part
from trust_commissioning.store import calling_off
from trust_commissioning.store import invoicing as record
from trust_commissioning.store.standing import people, titles


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceStory:
    """An invoice as it stands now. `left` is what may still be resolved, by line; `overpaid` what
    may be asked back; `owed` what is approved and not paid."""

    kept: record.Kept
    facts: tuple[tuple[str, str], ...]
    lines: tuple[Standing, ...]
    overpaid: tuple[Standing, ...]
    owed: Money
    parts: tuple[Part, ...]

    def part(self, key: str) -> Part:
        return next(one for one in self.parts if one.key == key)

    @property
    def due(self) -> Money:
        """What may be approved now, before VAT."""
        return Money.total(one.due for one in self.lines)

    @property
    def held(self) -> Money:
        """What is disputed and may yet be owed."""
        return Money.total(one.held for one in self.lines)


def owed_by_invoice(session: Session, provider: str | None = None) -> dict[str, Money]:
    """What is approved and not paid of each invoice, by its key."""
    return {
        kept.invoice.key: Money.total(owed.values())
        for kept, owed in record.unpaid(session, provider)
    }


def invoice_story(session: Session, key: str, day: date) -> InvoiceStory | None:
    """One invoice, its age counted to a day; None where there is none of that key."""
    kept = record.invoice(session, key)
    if kept is None:
        return None
    lines = standings(session, kept.invoice)
    over = overpaid(session, kept.invoice) if not kept.invoice.credits else []
    owed = record.owed(session, key)
    funds = titles(session, "fund")["fund"]
    due: list[dict[str, Cell]] = [
        {"fund": funds.get(fund, fund), "owed": amount} for fund, amount in owed.items()
    ]
    return InvoiceStory(
        kept=kept,
        facts=tuple(_facts(session, kept, day)),
        lines=tuple(lines),
        overpaid=tuple(over),
        owed=Money.total(owed.values()),
        parts=(
            lines_part(session, lines),
            Part(key="owed", title="Approved and not paid", columns=_OWED, rows=tuple(due)),
            Part(
                key="overpaid",
                title="Overpaid",
                words=("Approved for days that, as is known now, were not ordered.",),
                columns=_OVERPAID,
                rows=tuple(_overpaid(over)),
            ),
            _timeline(session, key),
        ),
    )


def _facts(session: Session, kept: record.Kept, day: date) -> Iterator[tuple[str, str]]:
    one = kept.invoice
    names = titles(session, "provider")["provider"]
    known = people(session)
    yield "State", kept.state.title
    yield "What it is", "A credit note" if one.credits else "An invoice"
    yield "Takes back from", one.credits
    yield "Provider", names.get(one.provider, one.provider)
    yield "Their number", one.number
    yield "Of", day_in_full(one.day)
    yield "Came on", f"{day_in_full(one.received)}, {counted((day - one.received).days, 'day')} ago"
    yield "To be paid by", day_in_full(one.due) if one.due else ""
    yield "Asked before VAT", str(one.net)
    yield "VAT asked", str(one.vat) if one.vat else ""
    yield "Asked in all", str(one.gross)
    yield "Entered by", known.get(kept.recorded_by, kept.recorded_by)


def lines_part(session: Session, lines: list[Standing]) -> Part:
    """Each line beside what was ordered and delivered, amounts before VAT."""
    rows: list[dict[str, Cell]] = []
    for one in lines:
        line = one.line
        delivered = record.delivered(session, line.call_off, line.starts, line.ends)
        told = calling_off.call_off(session, line.call_off)
        unit = told.unit.title if told is not None else "unit"
        rows.append(
            {
                "line": line.number,
                "call_off": line.call_off,
                "what": line.words or (told.title if told is not None else ""),
                "days": f"{day_in_full(line.starts)} to {day_in_full(line.ends)}",
                "ordered": one.match.ordered,
                "delivered": _delivered(delivered, unit),
                "asked": line.net,
                "approved": one.approved,
                "due": one.due,
                "held": one.held,
                "differences": "; ".join(each.words for each in one.match.differences)
                or ("Disputed by a person" if one.held else "None"),
            }
        )
    return Part(
        key="lines",
        title="Ordered, delivered, asked",
        columns=_LINES,
        rows=tuple(rows),
        totals={
            key: Money.total(cell for row in rows if isinstance(cell := row[key], Money)) or NIL
            for key in ("ordered", "asked", "approved", "due", "held")
        },
    )


def _delivered(units: Fraction | None, unit: str) -> str:
    if units is None:
        return "No return"
    return f"{units_in_words(units)} {unit}{'' if units == 1 else 's'}"


def _overpaid(over: list[Standing]) -> Iterator[dict[str, Cell]]:
    for one in over:
        yield {
            "line": one.line.number,
            "call_off": one.line.call_off,
            "approved": one.approved,
            "ordered": one.match.due,
            "overpaid": one.approved - one.match.due,
        }


def _timeline(session: Session, key: str) -> Part:
    names = people(session)
    rows: list[dict[str, Cell]] = [
        {
            "day": day_in_full(told.day),
            "what": told.event.title,
            "words": _words(told),
            "by": names.get(told.recorded_by, told.recorded_by),
        }
        for told in reversed(record.events(session, key))
    ]
    return Part(key="timeline", title="What happened", columns=_TIMELINE, rows=tuple(rows))


def _words(told: record.Told) -> str:
    said = told.contents
    line = f"Line {said['line']}" if "line" in said else ""
    if "credited" in said:
        return f"{line}: {abs(Money.parse(said['credited']))} of what was disputed is credited"
    amount = {
        InvoiceEvent.DISPUTE: ("amount", "disputed"),
        InvoiceEvent.RESOLVE: ("owed", "owed"),
        InvoiceEvent.CREDIT: ("recovered", "asked back"),
        InvoiceEvent.SETTLE: ("amount", "paid"),
    }.get(told.event)
    parts = [line, f"{Money.parse(said[amount[0]])} {amount[1]}" if amount else ""]
    first = ": ".join(part for part in parts if part)
    return ". ".join(part for part in (first, str(said.get("reason", ""))) if part)


_LINES = (
    Column(key="line", title="Line", kind="count"),
    Column(key="call_off", title="Call-off"),
    Column(key="what", title="What it is for"),
    Column(key="days", title="Days"),
    Column(key="ordered", title="Ordered", kind="money"),
    Column(key="delivered", title="Delivered"),
    Column(key="asked", title="Asked", kind="money"),
    Column(key="approved", title="Approved", kind="money"),
    Column(key="due", title="May be approved", kind="money"),
    Column(key="held", title="Held", kind="money"),
    Column(key="differences", title="Differences"),
)
_OWED = (Column(key="fund", title="Fund"), Column(key="owed", title="Owed", kind="money"))
_OVERPAID = (
    Column(key="line", title="Line", kind="count"),
    Column(key="call_off", title="Call-off"),
    Column(key="approved", title="Approved", kind="money"),
    Column(key="ordered", title="Ordered", kind="money"),
    Column(key="overpaid", title="Overpaid", kind="money"),
)
_TIMELINE = (
    Column(key="day", title="Day"),
    Column(key="what", title="What happened"),
    Column(key="words", title="In words"),
    Column(key="by", title="Told by"),
)
