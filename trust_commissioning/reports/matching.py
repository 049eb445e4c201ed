"""An invoice's lines beside what was ordered, delivered, said and approved of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlmodel import Session

from contracts.call_off import CallOff, without
from contracts.commitment import Billed
from contracts.invoice import Difference, Invoice, Line, Match, Standing, Tolerance, match, standing
from contracts.pricing import Stretch
from ledger.money import NIL, Money
from trust_commissioning.store import calling_off
from trust_commissioning.store import invoicing as record


def standings(session: Session, invoice: Invoice) -> list[Standing]:
    """Where each line stands, worked out afresh from what is known now."""
    known = calling_off.call_offs(session, {line.call_off for line in invoice.lines})
    said = record.said(session, invoice.key)
    approved = record.approved(session, invoice.key)
    tolerance = record.tolerance(session, invoice.day)
    found: list[Standing] = []
    for line in invoice.lines:
        if invoice.credits:
            matched = Match(ordered=line.net, due=line.net)
        else:
            call_off, before = (
                known[line.call_off],
                record.billed_before(session, line.call_off, but=invoice.key),
            )
            earlier = [one for one in found if one.line.call_off == line.call_off]
            if not call_off.unit.is_time:
                before += [_as_billed(one.line) for one in earlier]
            matched = match(
                line,
                call_off,
                delivered=record.delivered(session, line.call_off, line.starts, line.ends),
                before=before,
                tolerance=tolerance,
            )
            matched = _beside(line, earlier, call_off, before, matched)
        net = approved[line.number].net if line.number in approved else NIL
        found.append(standing(line, matched, said, net))
    return found


def _as_billed(line: Line) -> Billed:
    return Billed(starts=line.starts, ends=line.ends, units=line.units)


def _beside(
    line: Line,
    earlier: Sequence[Standing],
    call_off: CallOff,
    before: Sequence[Billed],
    matched: Match,
) -> Match:
    """Lines of one invoice that share days come to what those days were ordered at, and no more.

    A fee and an enhancement may be two lines for the same days.
    """
    shared = [one for one in earlier if one.line.stretch.within(line.stretch) is not None]
    if not shared or not call_off.unit.is_time:
        return matched
    days = [line.stretch]
    for one in shared:
        days += without([one.line.stretch], days)
    fresh = without(days, [Stretch(one.starts, one.ends) for one in before])
    ordered = replace(call_off, vat=0).cost_of(fresh)
    room = max(ordered - Money.total(one.match.due for one in shared), NIL)
    if matched.due <= room:
        return matched
    lines = " and ".join(str(one.line.number) for one in shared)
    twice = Difference(
        "days_billed_before", f"line {lines} asks for some of its days too", matched.due - room
    )
    return replace(matched, due=room, differences=(*matched.differences, twice))


def overpaid(session: Session, invoice: Invoice) -> list[Standing]:
    """The lines of which more was approved than was ordered and is not credited, as is known now."""
    known = calling_off.call_offs(session, {line.call_off for line in invoice.lines})
    approved = record.approved(session, invoice.key)
    credited = record.credited(session, invoice.key)
    found = []
    for line in invoice.lines:
        net = approved[line.number].net if line.number in approved else NIL
        matched = match(
            line,
            known[line.call_off],
            delivered=None,
            before=record.billed_before(session, line.call_off, but=invoice.key),
            tolerance=Tolerance(),
        )
        off = max(min(net - matched.due, credited.get(line.call_off, NIL)), NIL)
        credited[line.call_off] = credited.get(line.call_off, NIL) - off
        net -= off
        if net > matched.due and any(
            one.code in ("days_not_ordered", "asked_above_the_price") for one in matched.differences
        ):
            found.append(standing(line, matched, [], net))
    return found
