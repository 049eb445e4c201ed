"""Invoices as they come in: repeats caught, lines matched with what was ordered and delivered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from contracts.invoice import Invoice, problems_in
from contracts.lifecycle import INVOICE, CallOffState, InvoiceEvent, InvoiceState
from ledger.money import NIL, Money
from ledger.problems import Problem, Refused
from ledger.wording import day_in_full
from trust_commissioning import roles
from trust_commissioning.clock import as_text
from trust_commissioning.files.identifiability import identifiers_in, question
from trust_commissioning.invoicing.asked import InvoiceAsked
from trust_commissioning.invoicing.taking_back import problems_of_credit
from trust_commissioning.posting import lock_head
from trust_commissioning.reports.matching import overpaid, standings
from trust_commissioning.store import audit, calling_off
from trust_commissioning.store import invoicing as record
from trust_commissioning.store.providing import provider

_BILLED = frozenset({CallOffState.ORDERED, CallOffState.SUSPENDED, CallOffState.ENDED})


@dataclass(frozen=True, slots=True)
class Received:
    """The key an invoice was given and where it stands after it was matched."""

    key: str
    state: InvoiceState


def receive(session: Session, asked: InvoiceAsked, *, by: str, at: datetime) -> Received:
    """Take in an invoice or a credit note and match it; asked again, the same.

    Raises:
        Refused: with every problem; nothing was changed. ``invoice_received_before`` for the same
            number of the same provider, or the same provider, amount and days.
    """
    roles.check(session, by, roles.Action.CALL_OFF)
    lock_head(session)
    before = record.invoices(session, reference=asked.reference)
    if before:
        return _again(before[0], asked)
    wanted = asked.read(record.next_key(session))
    if found := [*problems_in(wanted), *_problems(session, wanted)]:
        raise Refused(found)
    state = roles.move(session, by, INVOICE, None, InvoiceEvent.RECEIVE)
    record.add(session, wanted, state, reference=asked.reference, by=by, at=as_text(at))
    whole = all(one.match.is_whole for one in standings(session, wanted))
    event = InvoiceEvent.MATCH if whole or wanted.credits else InvoiceEvent.HOLD
    state = roles.move(session, by, INVOICE, state, event)
    for turn, told in enumerate((InvoiceEvent.RECEIVE, event), 1):
        record.tell(
            session,
            wanted.key,
            reference=f"{asked.reference}#{turn}",
            event=told,
            day=asked.received,
            contents={},
            by=by,
            at=as_text(at),
        )
    record.move(session, wanted.key, state)
    audit.record(
        session,
        by=by,
        at=at,
        action="receive",
        object_kind="invoice",
        object_key=wanted.key,
        after={"provider": wanted.provider, "number": wanted.number, "state": state.value},
    )
    return Received(wanted.key, state)


def _again(before: record.Kept, asked: InvoiceAsked) -> Received:
    if asked.read(before.invoice.key) == before.invoice:
        return Received(before.invoice.key, before.state)
    raise Refused.because(
        "event_recorded_otherwise",
        f"The invoice “{asked.reference}” was received before as {before.invoice.key} with other "
        "contents; give this one another reference.",
        "reference",
    )


def _problems(session: Session, wanted: Invoice) -> Iterator[Problem]:
    if provider(session, wanted.provider) is None:
        yield Problem("provider_unknown", f"There is no provider “{wanted.provider}”.", "provider")
    known = calling_off.call_offs(session, {line.call_off for line in wanted.lines})
    for place, line in enumerate(wanted.lines):
        one = known.get(line.call_off)
        if one is None:
            yield Problem(
                "call_off_unknown",
                f"There is no call-off “{line.call_off}”.",
                f"lines[{place}].call_off",
            )
        elif one.provider != wanted.provider:
            yield Problem(
                "call_off_of_another_provider",
                f"Call-off {one.number} is with {one.provider}, not {wanted.provider}.",
                f"lines[{place}].call_off",
            )
        elif one.state not in _BILLED:
            yield Problem(
                "call_off_takes_no_invoice",
                f"Call-off {one.number} is {one.state.words}: order it, or open it again, first.",
                f"lines[{place}].call_off",
            )
        for found in identifiers_in(line.words, day=wanted.day):
            yield question(found.identifier, f"lines[{place}].words")
    if wanted.credits:
        yield from _check_credit(session, wanted)
    yield from _check_repeat(session, wanted)


def _check_credit(session: Session, wanted: Invoice) -> Iterator[Problem]:
    """A credit note takes from what its invoice asks and nobody has taken back, by call-off."""
    of = record.invoice(session, wanted.credits)
    if of is None:
        yield Problem("invoice_unknown", f"There is no invoice “{wanted.credits}”.", "credits")
        return
    credited = record.credited(session, wanted.credits)
    recovered = {one.line: NIL for one in record.said(session, wanted.credits)}
    for one in record.said(session, wanted.credits):
        recovered[one.line] += one.recovered
    asked = [] if of.state is InvoiceState.REJECTED else of.invoice.lines
    for call_off in sorted({line.call_off for line in wanted.lines}):
        taken = -Money.total(line.net for line in wanted.lines if line.call_off == call_off)
        of_it = [line for line in asked if line.call_off == call_off]
        left = Money.total(line.net - recovered.get(line.number, NIL) for line in of_it)
        left -= credited.get(call_off, NIL)
        if any(recovered.values()) and _never_ran(session, wanted, call_off):
            over = overpaid(session, of.invoice)
            left = Money.total(one.over for one in over if one.line.call_off == call_off)
        places = [at for at, line in enumerate(wanted.lines) if line.call_off == call_off]
        for place in places:
            yield from problems_of_credit(session, wanted, of.invoice, place, left)
        if taken > left:
            yield Problem(
                "credit_of_more_than_is_left",
                f"Of what {wanted.credits} asks under {call_off}, {left} was neither credited nor "
                f"asked back; {taken} cannot be credited.",
                "lines",
            )


def _never_ran(session: Session, wanted: Invoice, call_off: str) -> bool:
    """Whether every day that a credit note names of a call-off is one it did not run."""
    one = calling_off.call_off(session, call_off)
    if one is None or not one.unit.is_time:
        return False
    lines = [line.stretch for line in wanted.lines if line.call_off == call_off]
    return not any((runs := one.running(days.ends)) and runs.within(days) for days in lines)


def _check_repeat(session: Session, wanted: Invoice) -> Iterator[Problem]:
    """The same number; or the same amount for the same days under another number."""

    def asks(one: Invoice) -> list[object]:
        return [(line.call_off, line.starts, line.ends, line.net) for line in one.lines]

    for kept in record.alike(session, wanted):
        one = kept.invoice
        if kept.state is InvoiceState.REJECTED:
            continue
        same_number = one.number.casefold().split() == wanted.number.casefold().split()
        if same_number or asks(one) == asks(wanted):
            what = f"number {one.number}" if same_number else "the same amounts for the same days"
            yield Problem(
                "invoice_received_before",
                f"{one.key} of {wanted.provider} has {what}, of {day_in_full(one.day)}; it is "
                f"{kept.state.words}.",
                "number" if same_number else "lines",
            )
