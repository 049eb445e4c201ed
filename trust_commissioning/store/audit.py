"""The audit trail: who did what and when, written in the same transaction as what was done.

It is read by person, by act, by object and by day, newest first, a page at a time: each way by an
index of its own, so that a page costs the same however long the trail has grown.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, insert, select, tuple_
from sqlmodel import Session

from trust_commissioning.clock import LONDON, as_text, from_text
from trust_commissioning.store.tables import AuditEventRow, table_of

_EVENT = table_of(AuditEventRow)
Shown = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One audited act, with what was there before it and after it."""

    id: int
    at: datetime
    person: str
    action: str
    kind: str
    key: str
    before: Shown
    after: Shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which acts: by whom, of what sort, on what, on which days (both ends in). Empty is any."""

    person: str = ""
    action: str = ""
    kind: str = ""
    key: str = ""
    starts: date | None = None
    ends: date | None = None


def record(
    session: Session,
    *,
    by: str,
    at: datetime,
    action: str,
    object_kind: str,
    object_key: str,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
) -> None:
    """Note an audited act. `before` and `after` hold what changed; never a password or a token."""
    session.execute(
        insert(AuditEventRow).values(
            at=as_text(at),
            person=by,
            action=action,
            object_kind=object_kind,
            object_key=object_key,
            before=json.dumps(before, ensure_ascii=False, default=str) if before else "",
            after=json.dumps(after, ensure_ascii=False, default=str) if after else "",
        )
    )


def events(
    session: Session, wanted: Wanted, *, limit: int, below: int | None = None
) -> list[Event]:
    """The newest acts that are wanted, or those older than the one numbered `below`."""
    query = select(_EVENT).where(*_conditions(wanted))
    if below is not None:
        at = session.execute(select(_EVENT.c.at).where(_EVENT.c.id == below)).scalar()
        query = query.where(tuple_(_EVENT.c.at, _EVENT.c.id) < tuple_(at or "", below))
    rows = session.execute(query.order_by(_EVENT.c.at.desc(), _EVENT.c.id.desc()).limit(limit))
    return [
        Event(
            id=row.id,
            at=from_text(row.at),
            person=row.person,
            action=row.action,
            kind=row.object_kind,
            key=row.object_key,
            before=json.loads(row.before or "{}"),
            after=json.loads(row.after or "{}"),
        )
        for row in rows
    ]


def words_known(session: Session) -> tuple[list[str], list[str]]:
    """Every kind of object and every act there is in the trail; found by skipping through their
    indexes, not by reading the trail."""
    return (
        list(_each(session, _EVENT.c.object_kind)),
        list(_each(session, _EVENT.c.action)),
    )


def _each(session: Session, column: ColumnElement[str]) -> Iterator[str]:
    last: str | None = None
    while True:
        query = select(column).order_by(column).limit(1)
        last = session.execute(query if last is None else query.where(column > last)).scalar()
        if last is None:
            return
        yield last


def _conditions(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    for column, value in (
        (_EVENT.c.person, wanted.person),
        (_EVENT.c.action, wanted.action),
        (_EVENT.c.object_kind, wanted.kind),
        (_EVENT.c.object_key, wanted.key),
    ):
        if value:
            yield column == value
    if wanted.starts:
        yield _EVENT.c.at >= _midnight(wanted.starts)
    if wanted.ends:
        yield _EVENT.c.at < _midnight(wanted.ends + timedelta(days=1))


def _midnight(day: date) -> str:
    """When a day begins in London."""
    return as_text(datetime.combine(day, time(), LONDON))
