"""Files kept with journals, read from the record and written to it."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select
from sqlmodel import Session

from trust_commissioning.clock import as_text
from trust_commissioning.store.tables import AttachmentRow, table_of

ATTACHMENT = table_of(AttachmentRow)
_TOLD = tuple(one for one in ATTACHMENT.c if one.name != "data")


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file kept with a journal, without what is in it, which `contents` reads."""

    journal_id: int
    turn: int
    name: str
    media_type: str
    size: int
    sha256: str
    added_by: str
    added_at: str

    def as_json(self) -> dict[str, object]:
        return {"name": self.name, "size": self.size, "sha256": self.sha256}


def of_journal(session: Session, journal_id: int) -> tuple[Attachment, ...]:
    """The files kept with a journal, the first one first."""
    query = select(*_TOLD).where(ATTACHMENT.c.journal_id == journal_id)
    return tuple(_of(row) for row in session.execute(query.order_by(ATTACHMENT.c.turn)))


def one(session: Session, journal_id: int, turn: int) -> Attachment | None:
    """One file kept with a journal."""
    query = select(*_TOLD).where(ATTACHMENT.c.journal_id == journal_id, ATTACHMENT.c.turn == turn)
    row = session.execute(query).first()
    return _of(row) if row else None


def contents(session: Session, journal_id: int, turn: int) -> bytes:
    """What is in a file, as it was given."""
    query = select(ATTACHMENT.c.data).where(
        ATTACHMENT.c.journal_id == journal_id, ATTACHMENT.c.turn == turn
    )
    return base64.b64decode(session.execute(query).scalar_one())


def keep(
    session: Session,
    journal_id: int,
    *,
    name: str,
    media_type: str,
    data: bytes,
    sha256: str,
    by: str,
    at: datetime,
) -> Attachment:
    """Keep a file with a journal."""
    last = select(func.max(ATTACHMENT.c.turn)).where(ATTACHMENT.c.journal_id == journal_id)
    made = Attachment(
        journal_id=journal_id,
        turn=(session.execute(last).scalar() or 0) + 1,
        name=name,
        media_type=media_type,
        size=len(data),
        sha256=sha256,
        added_by=by,
        added_at=as_text(at),
    )
    values = {column.name: getattr(made, column.name) for column in _TOLD}
    session.execute(
        insert(ATTACHMENT).values(**values, data=base64.b64encode(data).decode("ascii"))
    )
    return made


def drop(session: Session, journal_id: int, turn: int | None = None) -> None:
    """Take away one file, or every file, of a journal that is not posted: the database refuses
    it of one that is."""
    which = ATTACHMENT.c.journal_id == journal_id
    if turn is not None:
        which = which & (ATTACHMENT.c.turn == turn)
    session.execute(delete(ATTACHMENT).where(which))


def _of(row: Any) -> Attachment:
    return Attachment(**row._mapping)
