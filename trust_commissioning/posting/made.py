"""Journals that rules, files and automatic reversals make: posted as they come."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from ledger.journal import AuthoredBy, Journal
from ledger.problems import Refused
from trust_commissioning import roles
from trust_commissioning.posting.accrued import follows
from trust_commissioning.posting.checks import Gate, problems_of
from trust_commissioning.posting.entering import (
    Batch,
    Entered,
    already,
    enter,
    lock_head,
    name_of,
    post_entered,
)


def post(
    session: Session,
    journal: Journal,
    *,
    by: str,
    at: datetime,
    authored_by: AuthoredBy = AuthoredBy.RULE,
) -> str:
    """Post one journal made by a rule or as an automatic reversal; returns its number.

    Posting the same request again returns the same number and changes nothing.

    Raises:
        Refused: with every problem; nothing was changed.
    """
    return post_many(session, [journal], by=by, at=at, authored_by=authored_by)[0]


def post_many(
    session: Session,
    wanted: Sequence[Journal],
    *,
    by: str,
    at: datetime,
    authored_by: AuthoredBy = AuthoredBy.RULE,
    batch: Batch | None = None,
    gate: Gate | None = None,
) -> list[str]:
    """Post journals in order, all of them or none; returns their numbers.

    A journal already posted under its (source, source_ref) with the same contents keeps its
    number. What a person keyed goes through `submit` and `post_submitted` instead. `gate` is the
    one the caller held these journals against, if it did.

    Raises:
        Refused: with every problem of every journal; where there are several, `where` begins
            ``journals[n]``. Nothing was changed.
    """
    assert authored_by is not AuthoredBy.PERSON, "a keyed journal is submitted first"
    roles.check(session, by, roles.Action.ENTER_JOURNAL)
    lock_head(session)
    known = already(session, wanted)
    problems = list(problems_of(session, wanted, known, gate))
    if problems:
        raise Refused(problems)
    new = [place for place, journal in enumerate(wanted) if name_of(journal) not in known]
    ids = enter(
        session,
        [wanted[place] for place in new],
        by=by,
        at=at,
        authored_by=authored_by,
        batch=Batch(batch.id, [batch.rows[place] for place in new]) if batch else None,
    )
    fresh = post_entered(
        session,
        [
            Entered(id, wanted[place], batch.id if batch else by, authored_by, version=1)
            for id, place in zip(ids, new, strict=True)
        ],
        by=by,
        at=at,
    )
    follow(session, [wanted[place] for place in new], fresh, by=by, at=at)
    numbers = {name_of(wanted[place]): number for place, number in zip(new, fresh, strict=True)}
    return [
        numbers.get(name_of(journal)) or str(known[name_of(journal)].number) for journal in wanted
    ]


def follow(
    session: Session, posted: Sequence[Journal], numbers: Sequence[str], *, by: str, at: datetime
) -> None:
    """Post what these journals bring with them (`posting.accrued`), under the same approval."""
    for journal, number in zip(posted, numbers, strict=True):
        brought = follows(session, journal, number)
        if brought is not None:
            authored_by = AuthoredBy.REVERSAL if brought.reverses else AuthoredBy.RULE
            post_many(session, [brought], by=by, at=at, authored_by=authored_by)
