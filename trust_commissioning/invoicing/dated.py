"""The period that a step of an invoice goes into the books in."""

from __future__ import annotations

from sqlmodel import Session

from ledger.periods import Period
from ledger.problems import Refused
from trust_commissioning.invoicing.asked import ApprovalAsked, Recovery
from trust_commissioning.store.standing import years


def period_of(session: Session, asked: ApprovalAsked | Recovery) -> Period:
    """The one that was named, else that of the day.

    Raises:
        Refused: ``year_not_opened``. Whether the period is open is asked where it is posted.
    """
    period = asked.period or Period.containing(asked.day)
    if period.year not in years(session):
        raise Refused.because(
            "year_not_opened",
            f"The year {period.year} has not been opened.",
            "period" if asked.period else "day",
        )
    return period
