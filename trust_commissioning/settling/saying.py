"""What agreeing, suspending and settling say alike: who did what, and why it is refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime

from sqlmodel import Session

from ledger.problems import Problem
from ledger.wording import day_in_full
from trust_commissioning.store import audit
from trust_commissioning.store.pool.schedule import SETTLEMENT
from trust_commissioning.store.standing import standing


def check_fund(session: Session, fund: str) -> Iterator[Problem]:
    if fund not in standing(session).funds:
        yield Problem("fund_unknown", f"There is no fund “{fund}”.", "fund")


def no_rule(fund: str, day: date, where: str) -> Problem:
    return Problem(
        "risk_share_missing", f"No risk share of {fund} is in force on {day_in_full(day)}.", where
    )


def otherwise(what: str, reference: str) -> Problem:
    return Problem(
        "event_recorded_otherwise",
        f"The {what} “{reference}” was recorded before with other contents; give this one another "
        "reference.",
        "reference",
    )


def note(
    session: Session,
    action: str,
    reference: str,
    after: Mapping[str, object],
    *,
    by: str,
    at: datetime,
) -> None:
    """Keep in the audit trail what was done to a rule or a year."""
    kind = SETTLEMENT if action == "settle" else "risk_share"
    audit.record(
        session, by=by, at=at, action=action, object_kind=kind, object_key=reference, after=after
    )
