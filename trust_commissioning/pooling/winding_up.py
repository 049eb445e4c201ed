"""The end of a fund: every balance settled, then closed for good."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from sqlmodel import Session

from ledger.pool.agreement import WindUp
from ledger.problems import Problem, Refused
from ledger.wording import day_in_full
from trust_commissioning import roles
from trust_commissioning.clock import as_text
from trust_commissioning.pooling.agreeing import agreement_named
from trust_commissioning.pooling.known import note
from trust_commissioning.posting import lock_head
from trust_commissioning.reports.left_in_fund import left_in
from trust_commissioning.store import audit
from trust_commissioning.store.pool import facts
from trust_commissioning.store.pool.facts import Fact
from trust_commissioning.store.tables import FundRow


def wind_up(
    session: Session, reference: str, day: date, words: str, *, name: str, by: str, at: datetime
) -> bool:
    """Close a fund whose agreement has ended and whose every balance is settled.

    Until then the wind-up statement shows what is left and whose it is. From the day after, the
    fund takes no more journals.

    Raises:
        Refused: with a problem for each balance that is left; nothing was changed.
    """
    roles.check(session, by, roles.Action.KEEP_POOL)
    lock_head(session)
    now = agreement_named(session, reference)
    fact = Fact(
        kind=facts.WIND_UP,
        reference=name,
        about=reference,
        fund=now.fund,
        day=day,
        contents=WindUp(day=day, words=words, reference=name),
        recorded_by=by,
        recorded_at=as_text(at),
    )
    if facts.fact(session, fact.kind, fact.reference) is None:
        problems = [*_check_ended(now.as_at(day).ends, day, reference), *_left(session, now.fund)]
        if problems:
            raise Refused(problems)
    if not note(session, fact, at=at, after={"agreement": reference, "day": day.isoformat()}):
        return False
    _end_fund(session, now.fund, day, by=by, at=at)
    return True


def _check_ended(ends: date | None, day: date, reference: str) -> Iterator[Problem]:
    if ends is None or ends > day:
        until = f"until {day_in_full(ends)}" if ends else "with no end"
        yield Problem(
            "agreement_still_runs",
            f"{reference} runs {until}; a fund is wound up when its agreement has ended.",
            "day",
        )


def _left(session: Session, fund: str) -> Iterator[Problem]:
    for one in left_in(session, fund):
        whose = f" ({one.partner_title})" if one.partner else ""
        yield Problem(
            "fund_not_settled",
            f"{one.title}{whose} stands at {one.amount}; a fund is wound up when nothing is left.",
            one.account,
        )


def _end_fund(session: Session, fund: str, day: date, *, by: str, at: datetime) -> None:
    row = session.get_one(FundRow, fund)
    before, row.ends = row.ends, day
    session.add(row)
    session.flush()
    audit.record(
        session,
        by=by,
        at=at,
        action="fund_changed",
        object_kind="fund",
        object_key=fund,
        before={"ends": before.isoformat() if before else None},
        after={"ends": day.isoformat()},
    )
