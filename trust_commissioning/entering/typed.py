"""A journal as far as it is typed, kept by itself so that a closed browser loses nothing.

It may be wrong in every way, so it is no draft of the books yet: only who typed it sees it, nothing
counts it, and it goes as soon as it is saved, submitted or thrown away.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlmodel import Session

from ledger.problems import Refused
from trust_commissioning import roles
from trust_commissioning.clock import as_text, from_text
from trust_commissioning.store.tables import EntryDraftRow, table_of

_DRAFT = table_of(EntryDraftRow)
_MOST = 100
_LARGEST = 300_000


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody typed; `token` names the request it becomes."""

    token: str
    contents: Mapping[str, Any]
    saved_at: datetime


def keep(
    session: Session, token: str, contents: Mapping[str, object], *, by: str, at: datetime
) -> None:
    """Keep what a person has typed so far in place of what was kept of it.

    Raises:
        Refused: ``too_much_typed``, or if they may not enter journals.
    """
    roles.check(session, by, roles.Action.ENTER_JOURNAL)
    said = json.dumps(contents, ensure_ascii=False)
    mine = (_DRAFT.c.username == by, _DRAFT.c.token == token)
    values = {"contents": said, "saved_at": as_text(at)}
    if len(said) > _LARGEST:
        raise Refused.because(
            "too_much_typed", "This is more than is kept by itself; save it as a draft.", "lines"
        )
    if session.execute(select(_DRAFT.c.token).where(*mine)).first() is not None:
        session.execute(update(_DRAFT).where(*mine).values(**values))
        return
    if len(typed_by(session, by)) >= _MOST:
        raise Refused.because(
            "too_much_typed",
            f"You have {_MOST} entries that are neither saved nor thrown away; look at them first.",
            "lines",
        )
    session.execute(insert(_DRAFT).values(username=by, token=token, **values))


def typed_by(session: Session, username: str) -> tuple[Typed, ...]:
    """What a person typed and has not saved, the latest first."""
    query = select(_DRAFT).where(_DRAFT.c.username == username)
    rows = session.execute(query.order_by(_DRAFT.c.saved_at.desc(), _DRAFT.c.token))
    return tuple(
        Typed(row.token, json.loads(row.contents), from_text(row.saved_at)) for row in rows
    )


def forget(session: Session, token: str, *, by: str) -> None:
    """Let go what a person typed: it was saved, submitted or thrown away.

    Raises:
        Refused: if they may not enter journals.
    """
    roles.check(session, by, roles.Action.ENTER_JOURNAL)
    session.execute(delete(_DRAFT).where(_DRAFT.c.username == by, _DRAFT.c.token == token))
