"""Approving what is undisputed, holding what is disputed, asking back what was overpaid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, insert, select
from sqlmodel import Session

from contracts.call_off import CallOff
from contracts.invoice import Line, Standing, vat_of
from contracts.lifecycle import INVOICE, InvoiceEvent, InvoiceState
from ledger.journal import Journal, Posting
from ledger.money import NIL, Money
from ledger.periods import Period
from ledger.problems import Refused
from trust_commissioning import posting_rules, roles
from trust_commissioning.clock import as_text
from trust_commissioning.invoicing.asked import (
    ApprovalAsked,
    LineDispute,
    LineResolution,
    OfInvoice,
    Recovery,
    Rejection,
)
from trust_commissioning.invoicing.dated import period_of
from trust_commissioning.invoicing.taking_back import days_of_credit, days_of_recovery, lowered
from trust_commissioning.posting import changes_of_promises, lock_head, parted, post_many
from trust_commissioning.posting_rules import Event
from trust_commissioning.reports.matching import overpaid, standings
from trust_commissioning.store import audit, calling_off
from trust_commissioning.store import invoicing as record
from trust_commissioning.store.register import services
from trust_commissioning.store.taking_back import credit_notes, take_back


@dataclass(frozen=True, slots=True)
class Stepped:
    """Where an invoice stands after a step, with the journals it made."""

    key: str
    state: InvoiceState
    journals: tuple[str, ...] = ()


def approve(session: Session, asked: ApprovalAsked, *, by: str, at: datetime) -> Stepped:
    """Approve every line's undisputed part: it is owed, and promised no more.

    Raises:
        Refused: with every problem; nothing was changed. ``approver_received_it`` for whoever
            entered the invoice.
    """
    roles.check(session, by, roles.Action.APPROVE_INVOICE)
    kept, again = _begin(session, asked, {})
    if again is not None:
        return again
    if kept.recorded_by in roles.names_of(session, by):
        raise Refused.because(
            "approver_received_it",
            f"{kept.invoice.key} was entered by {kept.recorded_by}; somebody else must approve it.",
            "by",
        )
    of = _credited(session, kept)
    if of is not None:
        _lower_what_is_disputed(session, kept, of, asked, by=by, at=at)
    found = standings(session, kept.invoice)
    held = Money.total(one.held for one in found)
    kept = _rematched(session, kept, asked, bool(held), by=by, at=at)
    event = InvoiceEvent.APPROVE_IN_PART if held else InvoiceEvent.APPROVE
    state = _moved(session, by, kept, event)
    due = [one for one in found if one.due or not held]
    if not any(one.due for one in due) and held:
        raise Refused.because(
            "nothing_to_approve",
            f"All that is left of {kept.invoice.key}, {held}, is disputed; resolve it first.",
            "invoice",
        )
    period = period_of(session, asked)
    for one in due:
        _approve_line(session, one, kept, day=asked.day, period=period)
    for line, taken in days_of_credit(session, kept.invoice, of.invoice) if of else ():
        key = kept.invoice.key
        take_back(session, kept.invoice.credits, line, [taken], day=asked.day, credit_note=key)
    _tell(session, kept, asked, event, {}, state, by=by, at=at)
    journals = _journals(session, kept, due, asked.reference, asked.day, period)
    numbers = _post(session, journals, by=by, at=at)
    # What was resolved as not owed needs no journal, and is promised no more.
    call_offs = {line.call_off for line in kept.invoice.lines}
    because = f"{kept.invoice.key} approved"
    changes = changes_of_promises(session, call_offs, day=asked.day, period=period, because=because)
    numbers += _post(session, changes, by=by, at=at)
    return _noted(session, kept, asked, event, state, numbers, by=by, at=at)


def _credited(session: Session, kept: record.Kept) -> record.Kept | None:
    """The invoice that a credit note takes back from; None of an invoice.

    Raises:
        Refused: ``credit_without_invoice`` where it was sent back since.
    """
    of = record.invoice(session, kept.invoice.credits) if kept.invoice.credits else None
    if of is not None and of.state is InvoiceState.REJECTED:
        raise Refused.because(
            "credit_without_invoice",
            f"{kept.invoice.key} takes back from {of.invoice.key}, which was sent back; send the "
            "credit note back too.",
            "invoice",
        )
    return of


def _lower_what_is_disputed(
    session: Session,
    note: record.Kept,
    of: record.Kept,
    asked: ApprovalAsked,
    *,
    by: str,
    at: datetime,
) -> None:
    """A credit note first ends what is disputed of its invoice: that was never spent."""
    key, number = of.invoice.key, note.invoice.key
    approved = record.approved(session, key)
    period = period_of(session, asked)

    def tell(kept: record.Kept, turn: str, said: dict[str, Any]) -> None:
        state = _moved(session, by, kept, InvoiceEvent.CREDIT)
        again = asked.model_copy(update={"reference": f"{asked.reference}#{turn}"})
        _tell(session, kept, again, InvoiceEvent.CREDIT, said, state, by=by, at=at)

    for turn, one in enumerate(lowered(session, standings(session, note.invoice), of.invoice), 1):
        line = one.of.line.number
        said = {"line": line, "credited": one.amount.plain, "credit_note": number}
        tell(of, f"of-{turn}", said)
        tell(note, f"by-{turn}", {"line": one.line, "credited": (-one.amount).plain, "of": key})
        if line in approved:
            held = max(record.last_held(session, key, line) - one.amount, NIL)
            left = replace(one.of, due=NIL, owed=one.of.approved + held)
            _approve_line(session, left, of, day=asked.day, period=period)
    now = standings(session, of.invoice)
    if of.state is InvoiceState.PART_APPROVED and not any(one.held or one.due for one in now):
        again = asked.model_copy(update={"reference": f"{asked.reference}#whole"})
        state = _moved(session, by, of, InvoiceEvent.APPROVE)
        _tell(session, of, again, InvoiceEvent.APPROVE, {}, state, by=by, at=at)


def _rematched(
    session: Session, kept: record.Kept, asked: OfInvoice, held: bool, *, by: str, at: datetime
) -> record.Kept:
    """What has changed since it came (a return, a placement that ended) matches or holds it now."""
    event = InvoiceEvent.HOLD if held else InvoiceEvent.MATCH
    stands = kept.state is InvoiceState.HELD
    if kept.state not in (InvoiceState.HELD, InvoiceState.MATCHED) or stands == held:
        return kept
    state = _moved(session, by, kept, event)
    again = asked.model_copy(update={"reference": f"{asked.reference}#{event.value}"})
    _tell(session, kept, again, event, {}, state, by=by, at=at)
    return replace(kept, state=state)


def dispute(session: Session, asked: LineDispute, *, by: str, at: datetime) -> Stepped:
    """Deny a part of a line; undisputed lines go on.

    Raises:
        Refused: with every problem; nothing was changed.
    """
    roles.check(session, by, roles.Action.APPROVE_INVOICE)
    said = {"line": asked.line, "amount": asked.amount.plain, "reason": asked.reason}
    kept, again = _begin(session, asked, said)
    if again is not None:
        return again
    one = _line(session, kept, asked.line)
    left = one.owed - one.approved
    if not NIL < asked.amount <= left:
        raise Refused.because(
            "dispute_of_more_than_is_left",
            f"Of line {asked.line} {left} is not approved; {asked.amount} cannot be disputed.",
            "amount",
        )
    state = _moved(session, by, kept, InvoiceEvent.DISPUTE)
    _tell(session, kept, asked, InvoiceEvent.DISPUTE, said, state, by=by, at=at)
    return _noted(session, kept, asked, InvoiceEvent.DISPUTE, state, [], by=by, at=at)


def resolve(session: Session, asked: LineResolution, *, by: str, at: datetime) -> Stepped:
    """Say what of a line is owed after all; what is not owed is promised no more.

    Raises:
        Refused: with every problem; nothing was changed.
    """
    roles.check(session, by, roles.Action.APPROVE_INVOICE)
    said = {"line": asked.line, "owed": asked.owed.plain, "reason": asked.reason}
    kept, again = _begin(session, asked, said)
    if again is not None:
        return again
    if kept.recorded_by in roles.names_of(session, by):
        raise Refused.because(
            "approver_received_it",
            f"{kept.invoice.key} was entered by {kept.recorded_by}; somebody else must resolve it.",
            "by",
        )
    one = _line(session, kept, asked.line)
    of_line = [said for said in record.said(session, asked.invoice) if said.line == asked.line]
    most = one.line.net - Money.total(said.recovered + said.credited for said in of_line)
    if not one.approved <= asked.owed <= most:
        raise Refused.because(
            "owed_out_of_range",
            f"Of line {asked.line} {one.approved} is approved and {most} is asked; what is "
            f"owed is between them, not {asked.owed}.",
            "owed",
        )
    state = _moved(session, by, kept, InvoiceEvent.RESOLVE)
    _tell(session, kept, asked, InvoiceEvent.RESOLVE, said, state, by=by, at=at)
    return _noted(session, kept, asked, InvoiceEvent.RESOLVE, state, [], by=by, at=at)


def reject(session: Session, asked: Rejection, *, by: str, at: datetime) -> Stepped:
    """Send an invoice back: nothing of it was approved, and its number may come again.

    Raises:
        Refused: with every problem; nothing was changed.
    """
    roles.check(session, by, roles.Action.APPROVE_INVOICE)
    said = {"reason": asked.reason}
    kept, again = _begin(session, asked, said)
    if again is not None:
        return again
    if notes := credit_notes(session, asked.invoice):
        raise Refused.because(
            "credit_without_invoice",
            f"{' and '.join(one.invoice.key for one in notes)} takes back from {asked.invoice}; "
            "resolve what is not owed of it instead.",
            "invoice",
        )
    state = _moved(session, by, kept, InvoiceEvent.REJECT)
    _tell(session, kept, asked, InvoiceEvent.REJECT, said, state, by=by, at=at)
    return _noted(session, kept, asked, InvoiceEvent.REJECT, state, [], by=by, at=at)


def recover(session: Session, asked: Recovery, *, by: str, at: datetime) -> Stepped:
    """Ask back what was approved for days that, as is known now, were not ordered.

    Raises:
        Refused: with every problem; nothing was changed.
    """
    roles.check(session, by, roles.Action.APPROVE_INVOICE)
    said = {"line": asked.line, "recovered": asked.amount.plain, "reason": asked.reason}
    if asked.starts is not None and asked.ends is not None:
        said |= {"starts": asked.starts.isoformat(), "ends": asked.ends.isoformat()}
    kept, again = _begin(session, asked, said)
    if again is not None:
        return again
    over = [one for one in overpaid(session, kept.invoice) if one.line.number == asked.line]
    most = over[0].approved - over[0].match.due if over else NIL
    if not NIL < asked.amount <= most:
        raise Refused.because(
            "recovery_of_more_than_was_overpaid",
            f"Of line {asked.line} of {kept.invoice.key} {most} was overpaid, not {asked.amount}.",
            "amount",
        )
    taken = days_of_recovery(session, asked, over[0])
    state = _moved(session, by, kept, InvoiceEvent.CREDIT)
    period = period_of(session, asked)
    take_back(session, asked.invoice, over[0].line, taken, day=asked.day)
    # What of the line is disputed stays so.
    held = record.last_held(session, kept.invoice.key, asked.line)
    back = replace(over[0], due=-asked.amount, owed=over[0].approved - asked.amount + held)
    _approve_line(session, back, kept, day=asked.day, period=period)
    _tell(session, kept, asked, InvoiceEvent.CREDIT, said, state, by=by, at=at)
    journals = [
        posting_rules.overpayment_recovered(
            event, [replace(p, amount=-p.amount) for p in spend], -recoverable
        )
        for event, spend, recoverable in _by_fund(
            session, kept, [back], asked.reference, asked.day, period, what="Overpaid on"
        )
    ]
    numbers = _post(session, journals, by=by, at=at)
    return _noted(session, kept, asked, InvoiceEvent.CREDIT, state, numbers, by=by, at=at)


def _begin(
    session: Session, asked: OfInvoice, said: dict[str, Any]
) -> tuple[record.Kept, Stepped | None]:
    """The invoice; and where it stands if this very step was told before."""
    lock_head(session)
    kept = record.invoice(session, asked.invoice)
    if kept is None:
        raise Refused.because(
            "invoice_unknown", f"There is no invoice “{asked.invoice}”.", "invoice"
        )
    before = record.told(session, asked.reference)
    if before is None:
        return kept, None
    if (before.invoice, before.day, before.contents) == (asked.invoice, asked.day, said):
        return kept, Stepped(kept.invoice.key, kept.state)
    raise Refused.because(
        "event_recorded_otherwise",
        f"“{asked.reference}” was recorded before of {before.invoice} with other contents; give "
        "this one another reference.",
        "reference",
    )


def _moved(session: Session, by: str, kept: record.Kept, event: InvoiceEvent) -> InvoiceState:
    what = f"Invoice {kept.invoice.key}"
    return roles.move(session, by, INVOICE, kept.state, event, what=what, where="invoice")


def _line(session: Session, kept: record.Kept, number: int) -> Standing:
    for one in standings(session, kept.invoice):
        if one.line.number == number:
            return one
    raise Refused.because(
        "invoice_line_unknown", f"{kept.invoice.key} has no line {number}.", "line"
    )


def _tell(
    session: Session,
    kept: record.Kept,
    asked: OfInvoice,
    event: InvoiceEvent,
    said: dict[str, Any],
    state: InvoiceState,
    *,
    by: str,
    at: datetime,
) -> None:
    record.tell(
        session,
        kept.invoice.key,
        reference=asked.reference,
        event=event,
        day=asked.day,
        contents=said,
        by=by,
        at=as_text(at),
    )
    record.move(session, kept.invoice.key, state)


def _noted(
    session: Session,
    kept: record.Kept,
    asked: OfInvoice,
    event: InvoiceEvent,
    state: InvoiceState,
    numbers: Sequence[str],
    *,
    by: str,
    at: datetime,
) -> Stepped:
    audit.record(
        session,
        by=by,
        at=at,
        action=event.value,
        object_kind="invoice",
        object_key=kept.invoice.key,
        before={"state": kept.state.value},
        after={
            "state": state.value,
            "asked": asked.model_dump(mode="json", exclude_defaults=True),
            "journals": list(numbers),
        },
    )
    return Stepped(kept.invoice.key, state, tuple(numbers))


def _approve_line(
    session: Session, one: Standing, kept: record.Kept, *, day: date, period: Period
) -> None:
    call_off = calling_off.call_off(session, one.line.call_off)
    assert call_off is not None
    recoverable, kept_vat = _vat(one, call_off)
    turn = session.execute(
        select(func.coalesce(func.max(record.APPROVAL.c.turn), 0)).where(
            record.APPROVAL.c.invoice == kept.invoice.key,
            record.APPROVAL.c.line == one.line.number,
        )
    ).scalar_one()
    session.execute(
        insert(record.APPROVAL).values(
            invoice=kept.invoice.key,
            line=one.line.number,
            turn=int(turn) + 1,
            call_off=one.line.call_off,
            starts=one.line.starts,
            ends=one.line.ends,
            units=None if one.line.units is None else str(one.line.units),
            net_pence=one.due.pence,
            cost_pence=(one.due + kept_vat).pence,
            vat_pence=recoverable.pence,
            held_pence=one.held.pence,
            day=day,
            year=str(period.year),
        )
    )


def _journals(
    session: Session,
    kept: record.Kept,
    due: Sequence[Standing],
    reference: str,
    day: date,
    period: Period,
) -> list[Journal]:
    what = "Credit note" if kept.invoice.credits else "Invoice"
    return [
        posting_rules.invoice_approved(event, spend, recoverable)
        for event, spend, recoverable in _by_fund(
            session, kept, due, reference, day, period, what=what
        )
        if spend or recoverable
    ]


def _by_fund(
    session: Session,
    kept: record.Kept,
    due: Sequence[Standing],
    reference: str,
    day: date,
    period: Period,
    *,
    what: str,
) -> list[tuple[Event, list[Posting], Money]]:
    """What lines cost by fund, with the VAT that comes back; one event for each fund."""
    spend: dict[str, list[Posting]] = {}
    back: dict[str, Money] = {}
    known = services(session)
    for one in due:
        call_off = calling_off.call_off(session, one.line.call_off)
        assert call_off is not None
        recoverable, kept_vat = _vat(one, call_off)
        service, last = known[call_off.service], one.line.ends
        for on, part in _among_fundings(call_off, one.line, one.due + kept_vat):
            for fund, lines in parted(call_off, part, service, last, funded_on=on).items():
                spend.setdefault(fund, []).extend(lines)
        for on, part in _among_fundings(call_off, one.line, recoverable):
            for fund, share in _shares(call_off, on, part):
                back[fund] = back.get(fund, NIL) + share
    invoice = kept.invoice
    return [
        (
            Event(
                fund=fund,
                day=day,
                period=period,
                document_day=invoice.day if Period.containing(invoice.day) < period else None,
                source=posting_rules.INVOICE,
                source_ref=f"{invoice.key}/{reference}/{fund}",
                narration=f"{what} {invoice.key}, their number {invoice.number}",
                payee=invoice.provider,
            ),
            spend.get(fund, []),
            back.get(fund, NIL),
        )
        for fund in sorted({*spend, *back})
    ]


def _vat(one: Standing, call_off: CallOff) -> tuple[Money, Money]:
    """The VAT of what is due now: of all approved so far less that of before, so that parts of a
    line come to its VAT to the penny."""
    now = vat_of(one.line, one.approved + one.due, call_off.vat)
    before = vat_of(one.line, one.approved, call_off.vat)
    return now[0] - before[0], now[1] - before[1]


def _among_fundings(call_off: CallOff, line: Line, amount: Money) -> list[tuple[date, Money]]:
    """An amount among the fundings its days fall to, each with a day it holds on."""
    fundings = call_off.fundings_of(line.stretch)
    shares = amount.split([weight for _, weight in fundings])
    return [(on, share) for (on, _), share in zip(fundings, shares, strict=True) if share]


def _shares(call_off: CallOff, day: date, amount: Money) -> list[tuple[str, Money]]:
    if not amount:
        return []
    funders = call_off.funders_on(day)
    shares = amount.split([one.weight for one in funders])
    return [(one.fund, share) for one, share in zip(funders, shares, strict=True) if share]


def _post(session: Session, journals: Sequence[Journal], *, by: str, at: datetime) -> list[str]:
    if not journals:
        return []
    return post_many(session, journals, by=by, at=at, action=roles.Action.APPROVE_INVOICE)
