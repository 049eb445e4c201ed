"""What providers returned of a month; the call-offs that ran in it of which nothing came."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import func, or_, select
from sqlmodel import Session

from contracts.lifecycle import CallOffState
from contracts.pricing import Stretch
from ledger.periods import Period
from ledger.wording import day_in_full
from trust_commissioning.reports.call_off_story import units_in_words
from trust_commissioning.reports.shape import Cell, Column, Part, Report, Scope, make
from trust_commissioning.store import calling_off
from trust_commissioning.store.calling_off import CALL_OFF
from trust_commissioning.store.invoicing import RETURN
from trust_commissioning.store.standing import titles

_NEVER_RAN = (CallOffState.REQUISITIONED.value, CallOffState.CANCELLED.value)


def deliveries(session: Session, scope: Scope, at: datetime) -> Report:
    """A row for each return of the period's month; then what ran in it and was not returned."""
    period = scope.period
    names = titles(session, "provider")["provider"]
    returned = _returned(session, period)
    running = list(_running(session, scope))
    known = calling_off.call_offs(session, {row.number for row in running})
    rows: list[dict[str, Cell]] = []
    late: list[dict[str, Cell]] = []
    for row in running:
        named = {
            "call_off": row.number,
            "title": row.title,
            "provider": row.provider,
            "provider_name": names.get(row.provider, row.provider),
        }
        one = known[row.number]
        month = Stretch(period.starts, period.ends)
        ordered = units_in_words(one.units_between(month)) if one.unit.is_time else ""
        if row.number not in returned:
            last = one.last_day
            runs = f"{day_in_full(one.starts)} to {day_in_full(last) if last else 'no day said'}"
            late.append({**named, "runs": runs, "ordered": ordered, "unit": one.unit.title})
            continue
        found = returned[row.number]
        rows.append(
            {
                **named,
                "units": units_in_words(sum((Fraction(o.units) for o in found), Fraction(0))),
                "ordered": ordered,
                "unit": one.unit.title,
                "words": "; ".join(o.words for o in found if o.words),
                "came": day_in_full(max(o.day for o in found)),
            }
        )
    return make(
        session,
        scope,
        at,
        name="deliveries",
        title=f"Deliveries, {period.title}",
        basis=(
            f"What providers returned of days within {period.title}, each return as it was last "
            "corrected, beside the units of time that were ordered for its days. Late is a call-off "
            "that ran in the month and of which no return came."
        ),
        sign="Units, not pounds.",
        columns=_RETURNED,
        rows=rows,
        totals={},
        parts=(Part(key="late", title="Late", columns=_LATE, rows=tuple(late)),),
    )


def returns_under(session: Session, contract: str, *, most: int) -> Part:
    """The last returns under a contract's call-offs, the newest days first."""
    query = (
        select(RETURN, CALL_OFF.c.title, CALL_OFF.c.unit)
        .join(CALL_OFF, CALL_OFF.c.number == RETURN.c.call_off)
        .where(CALL_OFF.c.contract == contract)
        .order_by(RETURN.c.starts.desc(), CALL_OFF.c.place, RETURN.c.turn.desc())
        .limit(most)
    )
    rows: list[dict[str, Cell]] = [
        {
            "call_off": row.call_off,
            "title": row.title,
            "days": f"{day_in_full(row.starts)} to {day_in_full(row.ends)}",
            "units": units_in_words(Fraction(row.units)),
            "unit": row.unit,
            "came": day_in_full(row.day),
        }
        for row in session.execute(query)
    ]
    return Part(key="returns", title="What was delivered", columns=_UNDER, rows=tuple(rows))


def _running(session: Session, scope: Scope) -> Iterator[Any]:
    """The call-offs that ran on a day of the month."""
    period = scope.period
    last = func.coalesce(CALL_OFF.c.ends, CALL_OFF.c.expected_end)
    query = (
        select(CALL_OFF)
        .where(
            CALL_OFF.c.state.not_in(_NEVER_RAN),
            CALL_OFF.c.starts <= period.ends,
            or_(last.is_(None), last >= period.starts),
        )
        .order_by(CALL_OFF.c.contract, CALL_OFF.c.place)
    )
    for row in session.execute(query):
        if scope.fund is None or scope.fund in row.funds.split():
            yield row


def _returned(session: Session, period: Period) -> Mapping[str, list[Any]]:
    """The returns of days within a month, each as it was last corrected, by call-off."""
    latest: dict[tuple[str, date], Any] = {}
    query = (
        select(RETURN)
        .where(RETURN.c.starts >= period.starts, RETURN.c.ends <= period.ends)
        .order_by(RETURN.c.call_off, RETURN.c.starts, RETURN.c.turn)
    )
    for row in session.execute(query):
        latest[row.call_off, row.starts] = row
    found: dict[str, list[Any]] = {}
    for (number, _), row in latest.items():
        found.setdefault(number, []).append(row)
    return found


_NAMED = (
    Column(key="call_off", title="Call-off"),
    Column(key="title", title="What it is for"),
    Column(key="provider", title="Provider", kind="code"),
    Column(key="provider_name", title="Provider"),
)
_RETURNED = (
    *_NAMED,
    Column(key="units", title="Delivered"),
    Column(key="ordered", title="Ordered"),
    Column(key="unit", title="In"),
    Column(key="words", title="In words"),
    Column(key="came", title="Came on"),
)
_LATE = (
    *_NAMED,
    Column(key="runs", title="Runs"),
    Column(key="ordered", title="Ordered in the month"),
    Column(key="unit", title="In"),
)
_UNDER = (
    Column(key="call_off", title="Call-off"),
    Column(key="title", title="What it is for"),
    Column(key="days", title="Days"),
    Column(key="units", title="Delivered"),
    Column(key="unit", title="In"),
    Column(key="came", title="Came on"),
)
