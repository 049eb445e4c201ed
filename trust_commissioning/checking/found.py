"""Each posted journal is found by its own words and amounts alone."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import func, select
from sqlmodel import Session

from ledger.problems import Problem
from trust_commissioning.checking.walk import CHUNK
from trust_commissioning.store.finding import SEARCH, made_anew
from trust_commissioning.store.journals import JOURNAL


def check_found(session: Session) -> Iterator[Problem]:
    """What each journal is found by, made anew from what it says."""
    last = session.execute(select(func.max(JOURNAL.c.id))).scalar() or 0
    for start in range(1, last + 1, CHUNK):
        ids = (start, start + CHUNK - 1)
        kept = {
            row.journal_id: (row.pence, row.words)
            for row in session.execute(select(SEARCH).where(SEARCH.c.journal_id.between(*ids)))
        }
        for row in made_anew(session, JOURNAL.c.id.between(*ids)):
            if kept.pop(row["journal_id"], None) != (row["pence"], row["words"]):
                yield _differs(session, row["journal_id"])
        for id in kept:
            yield _differs(session, id)


def _differs(session: Session, id: int) -> Problem:
    number = session.execute(select(JOURNAL.c.number).where(JOURNAL.c.id == id)).scalar()
    name = number or f"with id {id}"
    return Problem(
        "journal_found_by_other_words",
        f"Journal {name} is not kept to be found by what it says.",
        name,
    )
