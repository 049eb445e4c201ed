"""Exposure: what of a grant will be lost, when, why, while there is time to do something."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ledger.grant.claim import LeastShare
from ledger.grant.life import Step
from ledger.grant.plan import due_day
from ledger.grant.programme import Unspent
from ledger.money import NIL, Money
from ledger.periods import FinancialYear
from ledger.wording import day_in_full


class Cause(StrEnum):
    """Why money would be lost."""

    NOT_RECOGNISED = "not_recognised"
    UNSPENT = "unspent"
    LEAST_SHARE = "least_share"

    @property
    def title(self) -> str:  # type: ignore[override]
        return _TITLES[self]


_TITLES = {
    Cause.NOT_RECOGNISED: "Not released by the payer",
    Cause.UNSPENT: "Not spent in time",
    Cause.LEAST_SHARE: "Too little for one purpose",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What is known of one year of an allocation, and expected of the rest of it.

    `forecast` is the eligible spend the year is expected to come to. `waits_for` are the gates
    still shut, `plan_submitted` the day its plan was, where one is needed. `ends` is the last day
    the year's money may be spent on. `behind` is what the quarters that have ended were to have and
    was not spent in them, of a grant that is kept to quarters.
    """

    year: FinancialYear
    ends: date
    available: Money
    forecast: Money
    unspent: Unspent
    waits_for: tuple[Step, ...] = ()
    needs_plan: bool = False
    plan_submitted: date | None = None
    least_shares: Sequence[LeastShare] = ()
    behind: Money = NIL


@dataclass(frozen=True, slots=True)
class Exposure:
    """Money that will be lost unless something is done: how much, on which day, why.

    `months` are whole months left; nil in the last month, below nil where the day has passed.
    """

    cause: Cause
    amount: Money
    day: date
    why: str
    months: int


def exposures(outlook: Outlook, today: date) -> list[Exposure]:
    """What one year of an allocation stands to lose, the soonest first; no pound is told twice."""
    found = list(_not_recognised(outlook, today)) or [
        *_unspent(outlook, today),
        *_least_shares(outlook, today),
    ]
    return sorted(found, key=lambda one: (one.day, one.cause))


def months_until(day: date, today: date) -> int:
    """Whole months from today to a day; below nil where it has passed."""
    months = (day.year - today.year) * 12 + day.month - today.month
    if day < today:
        return min(-1, months)
    return months - (day.day < today.day)


def _not_recognised(outlook: Outlook, today: date) -> Iterator[Exposure]:
    if not outlook.waits_for or outlook.available.pence <= 0:
        return
    named = " and ".join(_GATES[step] for step in outlook.waits_for)
    words = f"It is not recognised until {named}."
    day = outlook.ends
    if outlook.needs_plan and outlook.plan_submitted is None:
        day = due_day(outlook.year)
        words += f" Its plan is due on {day_in_full(day)} and has not been submitted."
    yield Exposure(Cause.NOT_RECOGNISED, outlook.available, day, words, months_until(day, today))


_GATES = {
    Step.PLAN_ASSESSED: "its plan is assessed",
    Step.PARLIAMENT_APPROVED: "Parliament has approved the grant report",
}


def _unspent(outlook: Outlook, today: date) -> Iterator[Exposure]:
    left = outlook.available - outlook.forecast
    if left.pence <= 0 or outlook.unspent.may_be_carried:
        return
    words = (
        f"{outlook.forecast} of {outlook.available} is expected to be spent. "
        f"{outlook.unspent.title}."
    )
    if outlook.behind:
        words += (
            f" {outlook.behind} of the quarters that have ended is not spent: it is to be moved into "
            "a later one."
        )
    yield Exposure(Cause.UNSPENT, left, outlook.ends, words, months_until(outlook.ends, today))


def _least_shares(outlook: Outlook, today: date) -> Iterator[Exposure]:
    """Beyond what is lost for being unspent: spending that on the purpose would mend both."""
    unspent = max(NIL, outlook.available - outlook.forecast)
    for one in outlook.least_shares:
        short = one.short - unspent
        if short.pence > 0:
            words = (
                f"{one.spent} is expected for {one.purpose.title.lower()}, and "
                f"{one.condition.at_least_percent}% of the grant is {one.wanted}: "
                f"“{one.condition.wording}”"
            )
            yield Exposure(
                Cause.LEAST_SHARE, short, outlook.ends, words, months_until(outlook.ends, today)
            )
