"""Placements in force on a day, with what a week of them costs."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, or_, select
from sqlmodel import Session

from contracts.call_off import CallOff, Kind
from contracts.lifecycle import CallOffState
from contracts.pricing import Stretch
from ledger.money import Money
from trust_commissioning.store import calling_off as record

_A_WEEK = 7
_AT_ONCE = 500
_NEVER_RUN = (CallOffState.REQUISITIONED.value, CallOffState.CANCELLED.value)


@dataclass(frozen=True, slots=True)
class InForce:
    """How many call-offs run on a day, how many of them are placements, what those cost a week."""

    call_offs: int
    placements: int
    weekly: Money


def weekly(one: CallOff, day: date) -> Money:
    """Seven times what the day costs, as it stands on that day, rounded once.

    What is suspended costs what is still paid; an enhancement counts while it lasts.
    """
    return one.cost_of([Stretch(day, day)] * _A_WEEK)


def in_force(session: Session, numbers: Collection[str], day: date) -> InForce:
    """Those of some call-offs that run on a day. A requisition or what was cancelled never does."""
    running = list(_running(session, sorted(numbers), day))
    placements = [number for number, kind in running if kind == Kind.PLACEMENT]
    return InForce(
        call_offs=len(running),
        placements=len(placements),
        weekly=Money.total(
            weekly(one, day)
            for one in record.call_offs(session, placements).values()
            if one.unit.is_time
        ),
    )


def _running(session: Session, numbers: Sequence[str], day: date) -> Iterator[tuple[str, str]]:
    """The number and kind of each that runs, told from its row."""
    row = record.CALL_OFF.c
    last = func.coalesce(row.ends, row.expected_end)
    query = select(row.number, row.kind).where(
        row.state.not_in(_NEVER_RUN), row.starts <= day, or_(last.is_(None), last >= day)
    )
    for start in range(0, len(numbers), _AT_ONCE):
        some = row.number.in_(numbers[start : start + _AT_ONCE])
        rows = session.execute(query.where(some))
        yield from ((number, kind) for number, kind in rows)
