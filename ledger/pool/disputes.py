"""Disputes between partners over what one of them owes: raised in part, with reasons, ended in words.

A dispute never takes anything off what is owed and is never set off against another debt: the
amount stays outstanding and ages, shown as disputed, until it is paid, reduced or given up.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ledger.money import NIL, Money
from ledger.pool.contributions import Instalment
from ledger.problems import Problem
from ledger.wording import day_in_full


class StepKind(StrEnum):
    """What happened: something said, or the end of it."""

    NOTE = "note"
    RESOLVED = "resolved"
    WITHDRAWN = "withdrawn"

    @property
    def title(self) -> str:  # type: ignore[override]
        return self.value.capitalize()


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a dispute. `reduced` is what a resolution takes off the debt."""

    reference: str
    day: date
    kind: StepKind
    words: str
    reduced: Money = NIL
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    """What a partner denies to owe of one instalment, with what happened since, in order."""

    reference: str
    fund: str
    partner: str
    contribution: str
    instalment: date
    day: date
    amount: Money
    reason: str
    by: str = ""
    steps: tuple[Step, ...] = ()

    def ended_on(self) -> Step | None:
        """The step that ended it; None while it goes on."""
        return next((step for step in self.steps if step.kind is not StepKind.NOTE), None)

    def stands_on(self, day: date) -> bool:
        """Whether it was raised by a day and not ended by it."""
        end = self.ended_on()
        return self.day <= day and (end is None or end.day > day)


def problems_in_dispute(amount: Money, day: date, instalment: Instalment) -> Iterator[Problem]:
    """What stops an amount being disputed: it is more than is owed and not yet disputed."""
    if amount.pence <= 0:
        yield Problem(
            "dispute_not_above_nil",
            f"A dispute is over more than nothing; this is {amount}.",
            "amount",
        )
    if amount > instalment.undisputed:
        yield Problem(
            "dispute_above_what_is_owed",
            f"{amount} would be disputed, and {instalment.undisputed} of the instalment of "
            f"{day_in_full(instalment.day)} is owed and not disputed yet.",
            "amount",
        )
    if day < instalment.day and not instalment.raised:
        yield Problem(
            "instalment_not_raised",
            f"The instalment of {day_in_full(instalment.day)} has not been raised, so nothing of "
            "it is owed.",
            "instalment",
        )


def problems_in_end(dispute: Dispute, step: Step) -> Iterator[Problem]:
    """What stops a step: the dispute is over, or more would come off than is disputed."""
    end = dispute.ended_on()
    if end is not None:
        yield Problem(
            "dispute_already_ended",
            f"Dispute {dispute.reference} was {end.kind.value} on {day_in_full(end.day)}.",
            "dispute",
        )
    if step.day < dispute.day:
        yield Problem(
            "step_before_dispute",
            f"Dispute {dispute.reference} was raised on {day_in_full(dispute.day)}, after "
            f"{day_in_full(step.day)}.",
            "day",
        )
    if not NIL <= step.reduced <= dispute.amount:
        yield Problem(
            "reduction_outside_dispute",
            f"{step.reduced} would come off the debt, and {dispute.amount} of it is disputed.",
            "reduced",
        )
