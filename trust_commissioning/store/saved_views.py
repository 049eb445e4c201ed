"""The views that were saved, read and written for one person at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlmodel import Session

from trust_commissioning.clock import as_text
from trust_commissioning.store.tables import SavedViewRow, table_of

_VIEW = table_of(SavedViewRow)


@dataclass(frozen=True, slots=True)
class SavedView:
    """What a page is asked; `asked` is its address after the question mark."""

    page: str
    name: str
    asked: str


def views_of(session: Session, username: str) -> tuple[SavedView, ...]:
    """A person's views by page, then in the order of their names."""
    rows = session.execute(
        select(_VIEW.c.page, _VIEW.c.name, _VIEW.c.asked).where(_VIEW.c.username == username)
    )
    found = [SavedView(row.page, row.name, row.asked) for row in rows]
    return tuple(sorted(found, key=lambda one: (one.page, one.name.casefold(), one.name)))


def count_of(session: Session, username: str) -> int:
    """How many views a person has, of all pages."""
    query = select(func.count()).select_from(_VIEW).where(_VIEW.c.username == username)
    return int(session.execute(query).scalar_one())


def is_there(session: Session, username: str, page: str, name: str) -> bool:
    """Whether a person has a view of this page under this name."""
    query = select(_VIEW.c.name).filter_by(username=username, page=page, name=name)
    return session.execute(query).first() is not None


def write(session: Session, username: str, view: SavedView, *, at: datetime) -> None:
    """Save a view, in place of the one of its name where there is one."""
    session.merge(
        SavedViewRow(
            username=username,
            page=view.page,
            name=view.name,
            asked=view.asked,
            created_at=as_text(at),
        )
    )
    session.flush()


def take_away(session: Session, username: str, page: str, name: str) -> None:
    """Let a view go."""
    session.execute(delete(_VIEW).filter_by(username=username, page=page, name=name))
