"""Accruals and prepayments reverse by themselves: when their period is closed.

Until then the reversal is not there, so a period in use shows its own figures; and since a
journal is reversed once at most, closing a period again after it was reopened reverses only what is
new. Where the next year is not open yet the reversal is due and is posted as that year opens.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from ledger.accrual import Timing
from ledger.journal import AuthoredBy, Journal, PostedJournal, reversal
from ledger.periods import Period
from trust_commissioning.posting import post_many
from trust_commissioning.store import journals
from trust_commissioning.store.closing import reversals_drafted, unreversed
from trust_commissioning.store.standing import open_periods

_REASONS = {
    Timing.ACCRUAL: "accrued in {period}, invoiced from now on",
    Timing.PREPAYMENT: "paid in {period} for what is delivered from now on",
}


def post_reversals(session: Session, *, by: str, at: datetime) -> tuple[str, ...]:
    """Reverse what is due of every closed period; returns the reversals' numbers.

    Each carries its original's approval and goes to the first day of the period it is due in. If
    that is closed it goes to the first open one after it, with the day it was due kept beside.
    One whose reversal somebody keeps as a draft is left until that is posted or withdrawn.
    """
    open_ones = open_periods(session)
    drafted = reversals_drafted(session)
    wanted: list[Journal] = []
    for number, due in unreversed(session):
        if number in drafted:
            continue
        stored = journals.by_number(session, number)
        assert stored is not None
        assert stored.posted is not None
        into = next((period for period in open_ones if period >= due), None)
        if into is None or stored.journal.period in open_ones:
            continue
        wanted.append(_reversal(stored.posted, due, into))
    if not wanted:
        return ()
    return tuple(post_many(session, wanted, by=by, at=at, authored_by=AuthoredBy.REVERSAL))


def _reversal(original: PostedJournal, due: Period, into: Period) -> Journal:
    timing = Timing(original.journal.source)
    made = reversal(
        original,
        period=into,
        day=into.starts,
        reason=_REASONS[timing].format(period=original.journal.period.title),
    )
    return replace(made, document_day=None if into == due else due.starts)
