"""Opening a closed period again: one person asks with a reason, another agrees.

The database holds it to that, keeps the seal the period was closed with, and asks for a new one
when it is closed again. A year that is finally closed stays closed (`closing.year`).
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert
from sqlmodel import Session

from ledger.periods import Period
from ledger.problems import Refused
from trust_commissioning import roles
from trust_commissioning.clock import as_text
from trust_commissioning.closing.period import row_of
from trust_commissioning.posting import lock_head
from trust_commissioning.store import audit
from trust_commissioning.store import closing as record
from trust_commissioning.store.closing import Reopening
from trust_commissioning.store.tables import PeriodRow


def ask_reopening(
    session: Session, period: Period, *, reason: str, by: str, at: datetime
) -> Reopening:
    """Ask that a closed period be opened again; it stays closed until somebody else agrees.

    Asking again in the same words is the same request.

    Raises:
        Refused: if it is not closed, its year is finally closed, no reason is given, or somebody
            has asked already.
    """
    roles.check(session, by, roles.Action.REOPEN_PERIOD)
    lock_head(session)
    _check_closed(session, period)
    if not reason.strip():
        raise Refused.because(
            "reason_missing", f"Say why {period} is to be opened again.", "reason"
        )
    waiting = record.asked(session, period)
    if waiting is not None:
        if (waiting.asked_by, waiting.reason) == (by, reason.strip()):
            return waiting
        raise Refused.because(
            "reopening_already_asked",
            f"{waiting.asked_by} has asked for {period} to be opened again: {waiting.reason} "
            "Somebody else may agree to that.",
            "period",
        )
    turn = record.closings(session, period)[-1].turn
    asked = Reopening(period, turn, by, as_text(at), reason.strip())
    session.execute(
        insert(record.ASKED).values(
            year=str(period.year),
            period=period.number,
            turn=turn,
            asked_by=by,
            asked_at=asked.asked_at,
            reason=asked.reason,
        )
    )
    audit.record(
        session,
        by=by,
        at=at,
        action="ask_reopening",
        object_kind="period",
        object_key=str(period),
        after={"reason": asked.reason, "turn": turn},
    )
    return asked


def agree_reopening(session: Session, period: Period, *, by: str, at: datetime) -> Reopening:
    """Agree to what another person asked: the period is open again.

    Raises:
        Refused: if nobody asked, or the one who asked agrees.
    """
    roles.check(session, by, roles.Action.REOPEN_PERIOD)
    lock_head(session)
    row = _check_closed(session, period)
    asked = record.asked(session, period)
    if asked is None:
        raise Refused.because(
            "reopening_not_asked",
            f"Nobody has asked for {period} to be opened again; one person asks, another agrees.",
            "period",
        )
    if asked.asked_by in roles.names_of(session, by):
        raise Refused.because(
            "reopening_takes_two_people",
            f"Somebody else must agree that {period} is opened again: you asked for it.",
            "by",
        )
    session.execute(
        insert(record.AGREED).values(
            year=str(period.year),
            period=period.number,
            turn=asked.turn,
            agreed_by=by,
            agreed_at=as_text(at),
        )
    )
    seal = row.seal
    row.status, row.closed_by, row.closed_at, row.seal = "open", None, None, None
    session.add(row)
    session.flush()
    audit.record(
        session,
        by=by,
        at=at,
        action="reopen",
        object_kind="period",
        object_key=str(period),
        before={"seal": seal},
        after={"asked_by": asked.asked_by, "reason": asked.reason, "turn": asked.turn},
    )
    return Reopening(
        period, asked.turn, asked.asked_by, asked.asked_at, asked.reason, by, as_text(at)
    )


def _check_closed(session: Session, period: Period) -> PeriodRow:
    row = row_of(session, period)
    if row.status != "closed":
        raise Refused.because("period_is_open", f"{period} is open.", "period")
    if record.is_finally_closed(session, period.year):
        raise Refused.because(
            "year_is_finally_closed",
            f"{period.year} is finally closed, so {period} is not opened again; post what came "
            "late in the open year.",
            "period",
        )
    return row
