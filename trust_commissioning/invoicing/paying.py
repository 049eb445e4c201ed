"""Payments of approved invoices; payments held until a person says what they paid."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select
from sqlmodel import Session

from contracts.lifecycle import InvoiceState
from contracts.services import NO_OUTCOME, in_order
from ledger.chart import HOST_CASH
from ledger.journal import Journal, Posting
from ledger.money import NIL, Money
from ledger.outcomes import Outcome
from ledger.problems import Refused
from trust_commissioning import posting_rules, roles
from trust_commissioning.clock import as_text
from trust_commissioning.invoicing.approving import Stepped
from trust_commissioning.invoicing.asked import HeldPayment, PaymentAsked
from trust_commissioning.posting import lock_head, post_many
from trust_commissioning.posting_rules import Event
from trust_commissioning.store import audit, payments_held
from trust_commissioning.store import invoicing as record
from trust_commissioning.store.journals import JOURNAL
from trust_commissioning.store.register import services


def pay(session: Session, asked: PaymentAsked, *, by: str, at: datetime) -> Stepped:
    """Enter that an approved invoice was paid, in whole or in part.

    Raises:
        Refused: with every problem; nothing was changed.
    """
    roles.check(session, by, roles.Action.ENTER_JOURNAL)
    lock_head(session)
    kept = _known(session, asked.invoice)
    said = {"amount": asked.amount.plain}
    before = record.told(session, asked.reference)
    if before is not None:
        if (before.invoice, before.day, before.contents) == (asked.invoice, asked.day, said):
            return Stepped(kept.invoice.key, kept.state)
        raise Refused.because(
            "event_recorded_otherwise",
            f"“{asked.reference}” was recorded before with other contents; give this one another "
            "reference.",
            "reference",
        )
    owed = record.owed(session, asked.invoice)
    most = Money.total(owed.values())
    if not asked.amount or abs(asked.amount) > abs(most) or (asked.amount < NIL) != (most < NIL):
        raise Refused.because(
            "payment_of_more_than_is_owed",
            f"{most} of {asked.invoice} is approved and not paid; {asked.amount} cannot be its "
            "payment.",
            "amount",
        )
    journals = [
        posting_rules.invoice_paid(
            Event(
                fund=fund,
                day=asked.day,
                period=asked.period,
                source=posting_rules.PAYMENT,
                source_ref=f"{asked.invoice}/{asked.reference}/{fund}",
                narration=f"Payment of {asked.invoice}, their number {kept.invoice.number}",
                payee=kept.invoice.provider,
            ),
            share,
        )
        for fund, share in _shares(owed, asked.amount)
    ]
    numbers = post_many(session, journals, by=by, at=at)
    for number, journal in zip(numbers, journals, strict=True):
        amount = journal.postings[0].amount
        record.settle(
            session,
            number,
            invoice=asked.invoice,
            amount=amount,
            day=asked.day,
            by=by,
            words=asked.reference,
        )
    state = record.settled(session, kept, asked.reference, asked.day, said, by=by, at=as_text(at))
    return Stepped(kept.invoice.key, state, tuple(numbers))


@dataclass(frozen=True, slots=True)
class Decided:
    """A held payment with where the invoice it paid stands, and the journal that says so."""

    payment: str
    state: InvoiceState | None
    journals: tuple[str, ...] = ()


def decide(session: Session, asked: HeldPayment, *, by: str, at: datetime) -> Decided:
    """Say what a payment that was held paid for: an invoice, or spend as it was coded.

    Raises:
        Refused: with every problem; nothing was changed.
    """
    roles.check(session, by, roles.Action.ENTER_JOURNAL)
    lock_head(session)
    held = session.execute(
        select(record.HELD).where(record.HELD.c.journal == asked.journal)
    ).first()
    if held is None:
        raise Refused.because(
            "payment_not_held", f"{asked.journal} is no payment that was held.", "journal"
        )
    turn = 1 + len(payments_held.decisions(session, asked.journal))
    if _decided_before(session, asked):
        return _decided(session, asked)
    session.execute(
        insert(record.DECISION).values(
            journal=asked.journal,
            turn=turn,
            reference=asked.reference,
            invoice=asked.invoice,
            day=asked.day,
            reason=asked.reason,
            decided_by=by,
            decided_at=as_text(at),
        )
    )
    coding = json.loads(held.coding)
    paid = _journals(session, asked, coding, Money(held.pence), held.day, turn)
    numbers = post_many(session, [journal for journal, _ in paid], by=by, at=at)
    if asked.invoice is not None:
        settled = [(number, share) for number, (_, share) in zip(numbers, paid, strict=True)]
        _settle(session, asked.invoice, settled, Money(held.pence), asked, by=by, at=at)
    audit.record(
        session,
        by=by,
        at=at,
        action="decide_held_payment",
        object_kind="journal",
        object_key=asked.journal,
        after=asked.model_dump(mode="json", exclude_defaults=True),
    )
    return _decided(session, asked, numbers)


def _journals(
    session: Session,
    asked: HeldPayment,
    coding: Mapping[str, Any],
    amount: Money,
    day: date,
    turn: int,
) -> list[tuple[Journal, Money]]:
    """What says what a payment paid, each with how much of the invoice it settles."""
    shares = {coding["fund"]: amount}
    if asked.invoice is None:
        postings = _as_spend(session, coding, amount, day)
    else:
        shares = _paid_by(session, asked.invoice, amount)
        own = shares.get(coding["fund"], NIL)
        # The cash of another fund's share was not this one's to pay.
        parts = {posting_rules.CREDITORS: own, HOST_CASH: amount - own}
        postings = [Posting(account, part) for account, part in parts.items() if part]
    event = Event(
        fund=coding["fund"],
        day=asked.day,
        period=asked.period,
        source=posting_rules.PAYMENT,
        source_ref=f"held/{asked.journal}" if turn == 1 else f"held/{asked.journal}/{turn}",
        narration=f"Payment {asked.journal}: {asked.reason}",
        payee=coding.get("payee", ""),
    )
    first = posting_rules.held_payment_decided(event, postings)
    journals = [(first, shares.get(event.fund, NIL))]
    for fund, share in shares.items():
        if fund != event.fund:
            other = replace(event, fund=fund, source_ref=f"{event.source_ref}/{fund}")
            journals.append((posting_rules.invoice_paid(other, share), share))
    return journals


def _decided_before(session: Session, asked: HeldPayment) -> bool:
    """Whether this very decision stands; what was decided and reversed may be decided again."""
    decisions = payments_held.decisions(session, asked.journal)
    undone = select(JOURNAL.c.id).where(JOURNAL.c.reverses == asked.journal)
    if any((one.reference, one.invoice) == (asked.reference, asked.invoice) for one in decisions):
        return True
    if standing := payments_held.decided_by(session, asked.journal):
        raise Refused.because(
            "payment_decided_before",
            f"{asked.journal} was decided on before, as “{decisions[-1].reference}”, by "
            f"{' and '.join(standing)}.",
            "journal",
        )
    _check_reference(session, asked)
    if session.execute(undone).first() is not None:
        raise Refused.because(
            "payment_not_held", f"{asked.journal} is reversed: it holds no payment.", "journal"
        )
    return False


def _check_reference(session: Session, asked: HeldPayment) -> None:
    """A reference names one thing that was told, of a payment or of an invoice."""
    other = select(record.DECISION.c.journal).where(record.DECISION.c.reference == asked.reference)
    taken = session.execute(other).scalar()
    step = record.told(session, asked.reference) if asked.invoice is not None else None
    if taken is not None or step is not None:
        of = taken if step is None else step.invoice
        raise Refused.because(
            "event_recorded_otherwise",
            f"“{asked.reference}” was recorded before of {of}; give this one another reference.",
            "reference",
        )


def _settle(
    session: Session,
    invoice: str,
    paid: Sequence[tuple[str, Money]],
    amount: Money,
    asked: HeldPayment,
    *,
    by: str,
    at: datetime,
) -> None:
    kept = _known(session, invoice)
    for journal, share in paid:
        if not share:
            continue
        record.settle(
            session,
            journal,
            invoice=invoice,
            amount=share,
            day=asked.day,
            by=by,
            words=asked.reason,
        )
    said = {"amount": amount.plain}
    record.settled(session, kept, asked.reference, asked.day, said, by=by, at=as_text(at))


def _decided(session: Session, asked: HeldPayment, numbers: Sequence[str] = ()) -> Decided:
    kept = record.invoice(session, asked.invoice) if asked.invoice is not None else None
    return Decided(asked.journal, kept.state if kept is not None else None, tuple(numbers))


def _known(session: Session, key: str) -> record.Kept:
    kept = record.invoice(session, key)
    if kept is None:
        raise Refused.because("invoice_unknown", f"There is no invoice “{key}”.", "invoice")
    return kept


def _paid_by(session: Session, key: str, amount: Money) -> dict[str, Money]:
    """How much of a payment each fund pays that owes the invoice."""
    _known(session, key)
    owed = record.owed(session, key)
    most = Money.total(owed.values())
    if abs(amount) > abs(most) or (amount < NIL) != (most < NIL):
        raise Refused.because(
            "payment_of_more_than_is_owed",
            f"{most} of {key} is approved and not paid; {amount} cannot be its payment.",
            "invoice",
        )
    return dict(_shares(owed, amount))


def _shares(owed: Mapping[str, Money], amount: Money) -> list[tuple[str, Money]]:
    """A payment among the funds that owe, as they owe."""
    funds = sorted(owed)
    shares = amount.split([abs(owed[fund].pence) for fund in funds])
    return [(fund, share) for fund, share in zip(funds, shares, strict=True) if share]


def _as_spend(
    session: Session, coding: Mapping[str, Any], amount: Money, day: date
) -> list[Posting]:
    """As the line was coded: by weights of its own, else by those of its service on its day."""
    service = services(session).get(coding.get("service", ""))
    weights = service.weights_on(day) if service is not None else NO_OUTCOME
    if "weights" in coding:
        weights = in_order({Outcome(key): int(one) for key, one in coding["weights"].items()})
    spend = posting_rules.Spend(
        account=coding["account"],
        service=coding.get("service"),
        contract=coding.get("contract"),
        call_off=coding.get("call_off"),
        weights=weights,
    )
    return list(spend.postings(amount))
