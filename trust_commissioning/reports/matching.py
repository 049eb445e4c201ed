"""An invoice's lines beside what was ordered, delivered, said and approved of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlmodel import Session

from contracts.call_off import CallOff, without
from contracts.commitment import Billed, days_billed
from contracts.invoice import Difference, Invoice, Line, Match, Standing, Tolerance, match, standing
from ledger.money import NIL, Money
from trust_commissioning.store.many_invoices import Known


def standings(session: Session, invoice: Invoice) -> list[Standing]:
    """Where each line stands, worked out afresh from what is known now."""
    return lines_of(invoice, Known.of(session, [invoice]))


def lines_of(invoice: Invoice, known: Known) -> list[Standing]:
    """Where each line of an invoice stands by what is known of it."""
    said = known.said.get(invoice.key, ())
    approved = known.approved.get(invoice.key, {})
    tolerance = known.tolerance(invoice.day)
    found: list[Standing] = []
    for line in invoice.lines:
        if invoice.credits:
            matched = Match(ordered=line.net, due=line.net)
        else:
            call_off = known.call_offs[line.call_off]
            before = known.billed_before(line.call_off, but=invoice.key)
            earlier = [one for one in found if one.line.call_off == line.call_off]
            if not call_off.unit.is_time:
                before += [_as_billed(one.line) for one in earlier]
            matched = match(
                line,
                call_off,
                delivered=known.delivered(line.call_off, line.starts, line.ends),
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
    fresh = without(days, days_billed(before))
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
    return overpaid_lines(invoice, Known.of(session, [invoice]))


def overpaid_lines(invoice: Invoice, known: Known) -> list[Standing]:
    """The same, by what is known of the invoice."""
    approved = known.approved.get(invoice.key, {})
    credited = dict(known.credited.get(invoice.key, {}))
    numbers = {line.number: line.call_off for line in invoice.lines}
    # What was credited of a disputed part was never approved.
    for one in known.said.get(invoice.key, ()):
        if one.credited:
            credited[numbers[one.line]] -= one.credited
    found = []
    for line in invoice.lines:
        net = approved[line.number].net if line.number in approved else NIL
        matched = match(
            line,
            known.call_offs[line.call_off],
            delivered=None,
            before=known.billed_before(line.call_off, but=invoice.key),
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
