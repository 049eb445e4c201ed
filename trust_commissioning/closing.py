"""Closing a period: sealed with what it held, for good."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import Session

from ledger.chain import period_seal
from ledger.periods import FinancialYear, Period
from ledger.problems import Refused
from trust_commissioning import roles
from trust_commissioning.clock import as_text
from trust_commissioning.posting import lock_head
from trust_commissioning.store import audit
from trust_commissioning.store.journals import JOURNAL
from trust_commissioning.store.tables import PeriodRow, table_of

_PERIOD = table_of(PeriodRow)


@dataclass(frozen=True, slots=True)
class PeriodStanding:
    """A period as it stands, with how many journals wait in it."""

    period: Period
    status: str
    posted: int
    waiting: int
    closed_by: str | None
    closed_at: str | None
    seal: str | None

    def as_json(self) -> dict[str, object]:
        return {
            "period": str(self.period),
            "title": self.period.title,
            "status": self.status,
            "posted": self.posted,
            "waiting": self.waiting,
            "closed_by": self.closed_by,
            "closed_at": self.closed_at,
            "seal": self.seal,
        }


def periods(session: Session) -> list[PeriodStanding]:
    """Every period of every opened year, in order."""
    counts = {
        (row.year, row.period, row.status == "posted"): int(row.journals)
        for row in session.execute(
            select(
                JOURNAL.c.year,
                JOURNAL.c.period,
                JOURNAL.c.status,
                func.count().label("journals"),
            ).group_by(JOURNAL.c.year, JOURNAL.c.period, JOURNAL.c.status)
        )
    }
    return [
        PeriodStanding(
            period=Period(FinancialYear.parse(row.year), row.number),
            status=row.status,
            posted=counts.get((row.year, row.number, True), 0),
            waiting=counts.get((row.year, row.number, False), 0),
            closed_by=row.closed_by,
            closed_at=row.closed_at,
            seal=row.seal,
        )
        for row in session.execute(select(_PERIOD).order_by(_PERIOD.c.year, _PERIOD.c.number))
    ]


def close(session: Session, period: Period, *, by: str, at: datetime) -> str:
    """Close a period; returns its seal. Closing it again returns the same seal.

    Raises:
        Refused: if it is not opened, or journals are still submitted in it.
    """
    roles.check(session, by, roles.Action.CLOSE_PERIOD)
    lock_head(session)
    row = session.get(PeriodRow, (str(period.year), period.number))
    if row is None:
        raise Refused.because(
            "year_not_opened", f"The year {period.year} has not been opened.", "period"
        )
    if row.status == "closed":
        assert row.seal is not None
        return row.seal
    submitted = session.execute(
        select(func.count()).where(
            JOURNAL.c.year == str(period.year),
            JOURNAL.c.period == period.number,
            JOURNAL.c.status == "submitted",
        )
    ).scalar_one()
    if submitted:
        raise Refused.because(
            "period_has_submitted_journals",
            f"{submitted} journals wait to be posted in {period}; post them or send them back.",
            "period",
        )
    # Worked out first: asking the database would write a half-changed row.
    seal = seal_of(session, period)
    row.status, row.closed_by, row.closed_at, row.seal = "closed", by, as_text(at), seal
    session.add(row)
    session.flush()
    audit.record(
        session,
        by=by,
        at=at,
        action="close",
        object_kind="period",
        object_key=str(period),
        after={"seal": seal},
    )
    return seal


def seal_of(session: Session, period: Period) -> str:
    """The sha256 of the hashes of a period's posted journals, in the order of the chain.

    Anyone can compute it from the published books. It takes each journal with all that came
    before it in the chain, so one figure on paper holds the record to what it was.
    """
    hashes = session.execute(
        select(JOURNAL.c.hash)
        .where(
            JOURNAL.c.year == str(period.year),
            JOURNAL.c.period == period.number,
            JOURNAL.c.status == "posted",
        )
        .order_by(JOURNAL.c.sequence)
    ).scalars()
    return period_seal(period, hashes)
