"""What measures came to, recorded day by day; a revised figure takes the place of one that is kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import func, insert, select
from sqlmodel import Session

from contracts import indicators as rules
from contracts.indicators import Observation
from ledger.problems import Problem, Refused
from ledger.wording import day_in_full
from trust_commissioning import roles
from trust_commissioning.clock import as_text, day_of
from trust_commissioning.files.identifiability import questions
from trust_commissioning.posting import lock_head
from trust_commissioning.store import audit
from trust_commissioning.store.targeting import (
    OBSERVATION,
    observation,
    observation_values,
    observations,
)
from trust_commissioning.targeting.known import Kept, indicator_of


def observe(session: Session, new: Observation, *, by: str, at: datetime) -> Kept:
    """Record what a measure came to. The same again is the same one.

    A second figure for the same children and day is refused unless it says that it revises the
    first, and why: the first is kept, and shown as revised.

    Raises:
        Refused: with every problem; nothing was changed.
    """
    roles.check(session, by, roles.Action.KEEP_TARGETS)
    lock_head(session)
    indicator = indicator_of(session, new.indicator)
    before = observation(session, new.reference)
    if before is not None:
        if replace(before, by="", at="") != new:
            raise Refused.because(
                "observation_recorded_otherwise",
                f"The observation “{new.reference}” was recorded before with other contents; give "
                "this one another reference.",
                "reference",
            )
        return Kept("unchanged")
    earlier = observations(session, new.indicator)
    problems = [
        *_check_day(new.day, day_of(at)),
        *rules.problems_in_observation(new, indicator, earlier),
    ]
    if problems:
        raise Refused(problems)
    last = session.execute(select(func.coalesce(func.max(OBSERVATION.c.turn), 0))).scalar_one()
    values = observation_values(new)
    session.execute(
        insert(OBSERVATION).values(
            **values, turn=int(last) + 1, recorded_by=by, recorded_at=as_text(at)
        )
    )
    audit.record(
        session,
        by=by,
        at=at,
        action="observation_revised" if new.revises else "observation_recorded",
        object_kind="observation",
        object_key=new.reference,
        after={name: value for name, value in values.items() if value not in ("", None)},
    )
    texts = {name: getattr(new, name) for name in ("area", "group", "period", "source", "reason")}
    return Kept("added", questions(new.day, **texts))


def _check_day(day: date, today: date) -> Iterator[Problem]:
    if day > today:
        yield Problem(
            "observation_ahead_of_time",
            f"{day_in_full(day)} is still to come; say the day it was observed on.",
            "day",
        )
