"""Closing a period: sealed with what it held, with a reason for what it leaves undone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, select
from sqlmodel import Session

from ledger.chain import period_seal
from ledger.periods import FinancialYear, Period
from ledger.problems import Problem, Refused
from trust_commissioning import roles
from trust_commissioning.clock import as_text
from trust_commissioning.closing.figures import keep_figures
from trust_commissioning.closing.reversals import post_reversals
from trust_commissioning.posting import lock_head
from trust_commissioning.progress import now
from trust_commissioning.reports.left_to_do import Item, left_to_do
from trust_commissioning.store import audit
from trust_commissioning.store import closing as record
from trust_commissioning.store.journals import JOURNAL
from trust_commissioning.store.tables import PeriodRow, table_of

_PERIOD = table_of(PeriodRow)
_CODES = {
    "submitted": "period_has_submitted_journals",
    "instalments": "instalments_not_raised",
    "books": "books_were_withheld",
    "record": "record_is_not_right",
    "periods": "year_has_open_periods",
    "waiting": "year_has_waiting_journals",
    "settlements": "year_is_not_settled",
    "grants": "grant_left_undecided",
    "balances": "year_end_rule_missing",
}
"""What is wrong where an item that must be none is not, by the item's key."""


@dataclass(frozen=True, slots=True)
class PeriodStanding:
    """A period as it stands, with how many journals wait in it and how often it was closed."""

    period: Period
    status: str
    posted: int
    waiting: int
    closed_by: str | None
    closed_at: str | None
    seal: str | None
    closings: int

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
            "closings": self.closings,
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
    closed = {
        (row.year, row.period): int(row.turn)
        for row in session.execute(
            select(
                record.CLOSING.c.year,
                record.CLOSING.c.period,
                func.max(record.CLOSING.c.turn).label("turn"),
            ).group_by(record.CLOSING.c.year, record.CLOSING.c.period)
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
            closings=closed.get((row.year, row.number), 0),
        )
        for row in session.execute(select(_PERIOD).order_by(_PERIOD.c.year, _PERIOD.c.number))
    ]


def row_of(session: Session, period: Period) -> PeriodRow:
    """A period's row.

    Raises:
        Refused: ``year_not_opened``.
    """
    row = session.get(PeriodRow, (str(period.year), period.number))
    if row is None:
        raise Refused.because(
            "year_not_opened", f"The year {period.year} has not been opened.", "period"
        )
    return row


def close(
    session: Session,
    period: Period,
    *,
    by: str,
    at: datetime,
    reason: str = "",
    reasons: Mapping[str, str] | None = None,
) -> str:
    """Close a period; returns its seal. Closing it again returns the same seal.

    What is left to do (`reports.left_to_do`) and must be none stops it. What may stay needs a
    reason: `reasons` by item, or `reason` for all the others. Its accruals and prepayments are
    reversed in the period after it (`closing.reversals`), with any of an earlier one that are due.

    Raises:
        Refused: with everything that stops it; nothing was changed.
    """
    return sealed(session, period, by=by, at=at, reason=reason, reasons=reasons)[0]


def sealed(
    session: Session,
    period: Period,
    *,
    by: str,
    at: datetime,
    reason: str = "",
    reasons: Mapping[str, str] | None = None,
) -> tuple[str, tuple[str, ...]]:
    """Close a period as `close` does; its seal with the numbers of the reversals it posted."""
    roles.check(session, by, roles.Action.CLOSE_PERIOD)
    lock_head(session)
    row = row_of(session, period)
    if row.status == "closed":
        assert row.seal is not None
        return row.seal, ()
    now("Looking for what is left to do")
    left = left_to_do(session, period)
    given = {item.key: (reasons or {}).get(item.key, reason).strip() for item in left}
    if problems := [*problems_of(str(period), left, given)]:
        raise Refused(problems)
    _leave_open(session, period, left, given)
    # Worked out first: asking the database would write a half-changed row.
    seal = seal_of(session, period)
    row.status, row.closed_by, row.closed_at, row.seal = "closed", by, as_text(at), seal
    session.add(row)
    session.flush()
    now("Reversing what was accrued")
    # They go into later periods, so the seal holds without them.
    reversed_ = post_reversals(session, by=by, at=at)
    now("Keeping the board’s figures")
    keep_figures(session, period, at)
    audit.record(
        session,
        by=by,
        at=at,
        action="close",
        object_kind="period",
        object_key=str(period),
        after={"seal": seal, "left_open": given, "reversals": list(reversed_)},
    )
    return seal, reversed_


def problems_of(what: str, left: Sequence[Item], given: Mapping[str, str]) -> Iterator[Problem]:
    """What of the items left stops a closing: what must be none, and what has no reason."""
    for item in left:
        if item.must_be_none:
            yield Problem(_CODES[item.key], f"{item.stands} {item.do}", item.key)
        elif not given[item.key]:
            yield Problem(
                "left_open_without_reason",
                f"{item.stands} {item.do} Or say why {what} may be closed with it.",
                item.key,
            )


def _leave_open(
    session: Session, period: Period, left: Sequence[Item], given: Mapping[str, str]
) -> None:
    turn = 1 + len(record.closings(session, period))
    if left:
        session.execute(
            insert(record.LEFT_OPEN),
            [
                {
                    "year": str(period.year),
                    "period": period.number,
                    "turn": turn,
                    "item": item.key,
                    "stood": item.stands,
                    "reason": given[item.key],
                }
                for item in left
            ],
        )


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
