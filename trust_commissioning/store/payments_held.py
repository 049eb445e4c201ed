"""Payments that wait for a person to say what they paid for."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select
from sqlmodel import Session

from trust_commissioning.store.invoicing import DECISION, HELD
from trust_commissioning.store.journals import JOURNAL

_AGAIN = JOURNAL.alias("again")


def decisions(session: Session, payment: str) -> list[Any]:
    """What was said of a held payment, in order; all but the last were undone."""
    query = select(DECISION).where(DECISION.c.journal == payment).order_by(DECISION.c.turn)
    return list(session.execute(query))


def decided_by(session: Session, payment: str) -> list[str]:
    """The journals that say what a held payment paid for and are not reversed."""
    ref = JOURNAL.c.source_ref
    own = or_(ref == f"held/{payment}", ref.startswith(f"held/{payment}/", autoescape=True))
    query = _decisions_that_stand(JOURNAL.c.number).where(own)
    return list(session.execute(query.order_by(JOURNAL.c.sequence)).scalars())


def _decisions_that_stand(column: Any) -> Select[Any]:
    """Of the journals that say what held payments paid for, those that are not reversed."""
    return select(column).where(
        JOURNAL.c.source == "payment",
        JOURNAL.c.source_ref.startswith("held/"),
        JOURNAL.c.status == "posted",
        ~_reversed(JOURNAL.c.number),
    )


def _reversed(number: Any) -> ColumnElement[bool]:
    return (
        select(_AGAIN.c.id).where(_AGAIN.c.reverses == number, _AGAIN.c.status == "posted").exists()
    )


def payments_held(session: Session) -> list[Any]:
    """The payments that wait for a person to say what they paid for, oldest first.

    One that was reversed holds nothing; one whose decision was reversed waits again.
    """
    standing = session.execute(_decisions_that_stand(JOURNAL.c.source_ref)).scalars()
    decided = {"/".join(ref.split("/")[1:3]) for ref in standing}
    query = select(HELD).where(~_reversed(HELD.c.journal)).order_by(HELD.c.day, HELD.c.journal)
    return [row for row in session.execute(query) if row.journal not in decided]
