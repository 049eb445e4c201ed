"""What asking back and credit notes take: days and units only once, what is disputed first.

Days that are asked back, or credited as not delivered, are covered by no invoice any more: should
they turn out to be ordered and delivered after all, they are promised and may be asked for again.
So what is taken back for days must come to what they cost; less takes back money and no days.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from sqlmodel import Session

from contracts.call_off import CallOff, without
from contracts.commitment import Billed, days_billed, units_billed
from contracts.invoice import Invoice, Line, Standing, Tolerance
from contracts.lifecycle import InvoiceState
from contracts.pricing import Stretch
from ledger.money import NIL, Money
from ledger.problems import Problem, Refused
from ledger.wording import counted, day_in_full
from trust_commissioning.invoicing.asked import Recovery
from trust_commissioning.reports.matching import standings
from trust_commissioning.store import calling_off
from trust_commissioning.store import invoicing as record
from trust_commissioning.store.calling_off import TakenBack, as_billed
from trust_commissioning.store.taking_back import credit_notes

_WAIT = (InvoiceState.RECEIVED, InvoiceState.MATCHED, InvoiceState.HELD)


def days_of_recovery(session: Session, asked: Recovery, over: Standing) -> list[TakenBack]:
    """The days that a recovery takes back: those it names, or all that did not run where it is the
    whole of what was overpaid.

    Raises:
        Refused: ``taken_back_before``, ``recovery_of_ordered_days``,
            ``taken_back_below_its_cost``.
    """
    call_off = calling_off.call_off(session, over.line.call_off)
    assert call_off is not None, "its invoice was received"
    if not call_off.unit.is_time:
        return []
    covered = _covered(session, asked.invoice, over.line)
    idle = call_off.idle_days(over.line.stretch)
    if asked.starts is None or asked.ends is None:
        if asked.amount < over.approved - over.match.due:
            return []
        return [TakenBack(part) for one in idle for part in _within(covered, one)]
    days = Stretch(asked.starts, asked.ends)
    found = [*_not_covered(days, covered, asked.invoice, "starts")]
    if not found and without([days], idle):
        found.append(
            Problem(
                "recovery_of_ordered_days",
                f"Some of the days from {day_in_full(days.starts)} to {day_in_full(days.ends)} are "
                f"ordered under {call_off.number}; what was not delivered of them is credited.",
                "starts",
            )
        )
    if not found:
        found += _below_cost(call_off, days, None, asked.amount, over.over, Tolerance())
    if found:
        raise Refused(found)
    return [TakenBack(days)]


def problems_of_credit(
    session: Session, wanted: Invoice, of: Invoice, place: int, left: Money
) -> Iterator[Problem]:
    """What is wrong with the days or units that a line of a credit note names."""
    line = wanted.lines[place]
    call_off = calling_off.call_off(session, line.call_off)
    if call_off is None:
        return
    others = _waiting(session, of.key, line.call_off)
    others += [
        one for one in wanted.lines[:place] if one.takes_back and one.call_off == line.call_off
    ]
    where = f"lines[{place}]"
    if call_off.unit.is_time:
        covered = without(
            [part for one in _of(of, call_off) for part in _covered(session, of.key, one)],
            [one.stretch for one in others],
        )
        free = _within(covered, line.stretch)
        wrong = line.takes_back or not free
        found = [*_not_covered(line.stretch, covered, of.key, where)] if wrong else []
        yield from found
        if found:
            return
    elif line.takes_back:
        billed = _billed(session, of, call_off)
        waiting = sum((one.units or Fraction(0) for one in others), Fraction(0))
        if line.units is None or line.units > units_billed(billed) - waiting:
            yield Problem(
                "taken_back_before",
                f"Say how many units of {of.key} were not delivered, no more than it covers still.",
                where,
            )
            return
    if line.takes_back:
        tolerance = record.tolerance(session, wanted.day)
        yield from _below_cost(call_off, line.stretch, line, -line.net, left, tolerance)


@dataclass(frozen=True, slots=True)
class Lowered:
    """By how much a credit note lowers what is disputed of a line of its invoice."""

    line: int
    of: Standing
    amount: Money


def lowered(session: Session, note: Sequence[Standing], of: Invoice) -> list[Lowered]:
    """What is disputed of the credited invoice, as far as each line of the credit note goes."""
    found: list[Lowered] = []
    disputed = {one.line.number: one.held for one in standings(session, of)}
    lines = {one.line.number: one for one in standings(session, of)}
    for one in note:
        left = -one.due
        for number, of_it in lines.items():
            off = min(left, disputed[number])
            if of_it.line.call_off == one.line.call_off and off > NIL:
                found.append(Lowered(one.line.number, of_it, off))
                disputed[number], left = disputed[number] - off, left - off
    return found


def days_of_credit(session: Session, note: Invoice, of: Invoice) -> list[tuple[Line, TakenBack]]:
    """The days or units of the credited invoice's lines that a credit note takes back."""
    found: list[tuple[Line, TakenBack]] = []
    for line in note.lines:
        if not line.takes_back:
            continue
        left = line.units
        for one in _of(of, calling_off.call_off(session, line.call_off)):
            if left is None:
                parts = _within(_covered(session, of.key, one), line.stretch)
                found += [(one, TakenBack(part)) for part in parts]
                continue
            earlier = sum((taken.units for held, taken in found if held == one), Fraction(0))
            billed = [*_billed_lines(session, of, one)]
            units = min(left, units_billed(billed) - earlier)
            if units > 0:
                found.append((one, TakenBack(one.stretch, units)))
                left -= units
    return found


def _of(of: Invoice, call_off: CallOff | None) -> list[Line]:
    return [one for one in of.lines if call_off is not None and one.call_off == call_off.number]


def _billed_lines(session: Session, of: Invoice, line: Line) -> Iterator[Billed]:
    taken = calling_off.taken_back(session, [line.call_off]).get((of.key, line.number), ())
    yield as_billed(line, taken)


def _billed(session: Session, of: Invoice, call_off: CallOff) -> list[Billed]:
    return [one for line in _of(of, call_off) for one in _billed_lines(session, of, line)]


def _covered(session: Session, key: str, line: Line) -> list[Stretch]:
    """The days of a line that were not taken back."""
    taken = calling_off.taken_back(session, [line.call_off]).get((key, line.number), ())
    return days_billed([as_billed(line, taken)])


def _waiting(session: Session, key: str, call_off: str) -> list[Line]:
    """Lines of credit notes that wait for approval and take days or units back."""
    return [
        line
        for note in credit_notes(session, key)
        if note.state in _WAIT
        for line in note.invoice.lines
        if line.takes_back and line.call_off == call_off
    ]


def _within(some: Sequence[Stretch], days: Stretch) -> list[Stretch]:
    return [part for one in some if (part := one.within(days))]


def _not_covered(
    days: Stretch, covered: Sequence[Stretch], key: str, where: str
) -> Iterator[Problem]:
    beyond = sum(one.days for one in without([days], covered))
    if beyond:
        yield Problem(
            "taken_back_before",
            f"{counted(beyond, 'day')} of those from {day_in_full(days.starts)} to "
            f"{day_in_full(days.ends)} {'is' if beyond == 1 else 'are'} not of {key}, or taken back "
            "already.",
            where,
        )


def _below_cost(
    call_off: CallOff,
    days: Stretch,
    line: Line | None,
    amount: Money,
    left: Money,
    tolerance: Tolerance,
) -> Iterator[Problem]:
    """Days are taken back for no less than they cost, or than is left of what was asked for them."""
    as_if_it_ran = replace(call_off, vat=0, ends=None, expected_end=None)
    if call_off.unit.is_time:
        cost = as_if_it_ran.cost_of([days])
    else:
        units = line.units if line is not None else None
        cost = as_if_it_ran.cost_of_units(units or Fraction(0), [days])
    least = min(cost, left)
    if amount + tolerance.of(least) < least:
        yield Problem(
            "taken_back_below_its_cost",
            f"What is taken back comes to {least}, and {amount} does not take it back. Take back "
            "fewer days, or the money alone.",
            "amount" if line is None else "lines",
        )
