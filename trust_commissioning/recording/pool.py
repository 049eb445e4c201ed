"""Events of the pooled fund: contributions, receipts, disputes, with those of its agreement."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema
from sqlmodel import Session

from ledger.money import NIL
from ledger.pool.disputes import Step, StepKind
from ledger.pool.noted import Planned
from trust_commissioning import pooling
from trust_commissioning.fields import (
    Amount,
    Asked,
    Code,
    Reference,
    ShortText,
    Text,
    Title,
    Year,
)
from trust_commissioning.pooling.asked import (
    ContributionAsked,
    Key,
    Late,
    hundredths,
)
from trust_commissioning.recording import agreements
from trust_commissioning.recording.event import BusinessEvent


def _percent(value: object) -> int:
    if not isinstance(value, str):
        raise ValueError(f"Write {value} in quotes, as a percentage: “2.5”.")
    return hundredths(value)


Percent = Annotated[
    int,
    BeforeValidator(_percent),
    WithJsonSchema({"type": "string", "pattern": r"^-?\d{1,4}(\.\d{1,2})?$", "examples": ["2.5"]}),
]
"""A percentage of up to two places, as hundredths."""


def _contribute(
    session: Session, asked: ContributionAsked, by: str, at: datetime
) -> Mapping[str, object]:
    new = pooling.record(session, asked.read(), by=by, at=at)
    return {"contribution": asked.key, "recorded": new}


class ContributionChange(Asked):
    """What is still to be raised of a contribution, changed from a day on for a reason."""

    # A contribution has a reference of its own, so this one is named.
    change: Reference = Field(description="What names the change")
    day: date
    reason: Title
    contribution: ContributionAsked = Field(description="The contribution as it is to be")


def _change(
    session: Session, asked: ContributionChange, by: str, at: datetime
) -> Mapping[str, object]:
    new = pooling.change(
        session,
        asked.contribution.read(),
        reference=asked.change,
        day=asked.day,
        reason=asked.reason,
        by=by,
        at=at,
    )
    return {"contribution": asked.contribution.key, "recorded": new}


class ContributionsDue(Asked):
    """Enter every instalment that has fallen due and was not entered."""

    day: date = Field(description="Those that fell due by this day")
    fund: Code | None = None
    period: Late


def _raise(
    session: Session, asked: ContributionsDue, by: str, at: datetime
) -> Mapping[str, object]:
    raised = pooling.raise_due(
        session, asked.day, fund=asked.fund, period=asked.period, by=by, at=at
    )
    return {
        "raised": [
            {
                "contribution": one.key,
                "day": one.day.isoformat(),
                "amount": one.amount.plain,
                "journal": one.journal,
            }
            for one in raised
        ]
    }


class PaymentAsked(Asked):
    """What of a receipt pays which instalment."""

    contribution: Key
    day: date
    amount: Amount

    def read(self) -> pooling.Payment:
        return pooling.Payment(self.contribution, self.day, self.amount)


class ReceiptAsked(Asked):
    """Money that came in from a partner, or from nobody knows whom yet."""

    reference: Reference
    fund: Code
    partner: Code | None = None
    amount: Amount
    day: date
    words: ShortText = ""
    pays: list[PaymentAsked] = Field(
        default=[], description="As the partner says; the oldest undisputed without it"
    )
    period: Late


def _receive(session: Session, asked: ReceiptAsked, by: str, at: datetime) -> Mapping[str, object]:
    received = pooling.receive(
        session,
        reference=asked.reference,
        fund=asked.fund,
        partner=asked.partner or "",
        amount=asked.amount,
        day=asked.day,
        words=asked.words,
        pays=[one.read() for one in asked.pays],
        period=asked.period,
        by=by,
        at=at,
    )
    return _received(received)


class ReceiptMatch(Asked):
    """What was held of a receipt pays what is owed now."""

    receipt: Reference
    reference: Reference
    day: date
    pays: list[PaymentAsked] = []
    period: Late


def _match(session: Session, asked: ReceiptMatch, by: str, at: datetime) -> Mapping[str, object]:
    received = pooling.match_held(
        session,
        asked.receipt,
        day=asked.day,
        reference=asked.reference,
        pays=[one.read() for one in asked.pays],
        period=asked.period,
        by=by,
        at=at,
    )
    return _received(received)


def _received(received: pooling.Received) -> Mapping[str, object]:
    return {
        "journal": received.journal,
        "paid": [
            {
                "contribution": one.contribution,
                "day": one.day.isoformat(),
                "amount": one.amount.plain,
            }
            for one in received.paid
        ],
        "held": received.held.plain,
    }


class DisputeAsked(Asked):
    """What a partner denies to owe of an instalment, and why."""

    reference: Reference
    contribution: Key
    instalment: date
    amount: Amount
    day: date
    reason: Text = Field(min_length=1)


def _dispute(session: Session, asked: DisputeAsked, by: str, at: datetime) -> Mapping[str, object]:
    new = pooling.dispute(session, **dict(asked), by=by, at=at)
    return {"dispute": asked.reference, "recorded": new}


class DisputeNote(Asked):
    """Something said or done in a dispute that goes on."""

    dispute: Reference
    reference: Reference
    day: date
    words: Text = Field(min_length=1)


class DisputeResolution(DisputeNote):
    """How a dispute ended: what comes off the debt, if anything, or that it was withdrawn."""

    outcome: Literal["resolved", "withdrawn"]
    reduced: Amount = Field(default=NIL, description="What comes off the debt")
    period: Late


def _note(session: Session, asked: DisputeNote, by: str, at: datetime) -> Mapping[str, object]:
    step = Step(reference=asked.reference, day=asked.day, kind=StepKind.NOTE, words=asked.words)
    pooling.take_step(session, asked.dispute, step, by=by, at=at)
    return {"dispute": asked.dispute}


def _end(session: Session, asked: DisputeResolution, by: str, at: datetime) -> Mapping[str, object]:
    step = Step(
        reference=asked.reference,
        day=asked.day,
        kind=StepKind(asked.outcome),
        words=asked.words,
        reduced=asked.reduced,
    )
    journal = pooling.take_step(session, asked.dispute, step, period=asked.period, by=by, at=at)
    return {"dispute": asked.dispute, "journal": journal or None}


class ChaseAsked(Asked):
    """A letter that asks a partner for what is overdue and not disputed."""

    reference: Reference
    fund: Code
    partner: Code
    day: date
    to: Title = Field(description="To whom it goes")


def _chase(session: Session, asked: ChaseAsked, by: str, at: datetime) -> Mapping[str, object]:
    letter = pooling.chase(
        session,
        asked.fund,
        asked.partner,
        reference=asked.reference,
        day=asked.day,
        to=asked.to,
        by=by,
        at=at,
    )
    return {
        "outstanding": letter.outstanding.plain,
        "disputed": letter.disputed.plain,
        "text": letter.text,
    }


class ContributionProposal(Asked):
    """What next year's contribution of a partner is proposed with, by the agreement's rule."""

    reference: Reference
    fund: Code
    partner: Code
    year: Year = Field(description="The year proposed for")
    day: date
    recurrent_changes: Amount = NIL
    inflation: Percent = 0
    planned: Amount = NIL
    efficiency: Percent = 0
    words: ShortText = ""


def _plan(
    session: Session, asked: ContributionProposal, by: str, at: datetime
) -> Mapping[str, object]:
    planned = Planned(
        partner=asked.partner,
        year=asked.year,
        recurrent_changes=asked.recurrent_changes,
        inflation=asked.inflation,
        planned=asked.planned,
        efficiency=asked.efficiency,
        words=asked.words,
    )
    new = pooling.plan_next(
        session, asked.fund, planned, reference=asked.reference, day=asked.day, by=by, at=at
    )
    return {"proposal": asked.reference, "recorded": new}


EVENTS: tuple[BusinessEvent, ...] = (
    *agreements.EVENTS,
    BusinessEvent("contribution", "What a partner contributes", ContributionAsked, _contribute),
    BusinessEvent("contribution-change", "A contribution changed", ContributionChange, _change),
    BusinessEvent("contributions-due", "Instalments that fell due", ContributionsDue, _raise),
    BusinessEvent(
        "contribution-proposal", "Next year's contribution proposed", ContributionProposal, _plan
    ),
    BusinessEvent("receipt", "Money received from a partner", ReceiptAsked, _receive),
    BusinessEvent("receipt-match", "A receipt held, now matched", ReceiptMatch, _match),
    BusinessEvent("dispute", "A partner disputes an instalment", DisputeAsked, _dispute),
    BusinessEvent("dispute-note", "Something said in a dispute", DisputeNote, _note),
    BusinessEvent("dispute-resolution", "A dispute ended", DisputeResolution, _end),
    BusinessEvent("chase", "A letter for what is overdue", ChaseAsked, _chase),
)
