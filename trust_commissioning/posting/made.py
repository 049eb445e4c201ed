"""Journals that rules, files and automatic reversals make: posted as they come."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from ledger.journal import AuthoredBy, Book, Journal
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
from trust_commissioning.posting.promised import Cause, changes_after


def post(
    session: Session,
    journal: Journal,
    *,
    by: str,
    at: datetime,
    authored_by: AuthoredBy = AuthoredBy.RULE,
    action: roles.Action = roles.Action.ENTER_JOURNAL,
) -> str:
    """Post one journal made by a rule or as an automatic reversal; returns its number.

    Posting the same request again returns the same number and changes nothing.

    Raises:
        Refused: with every problem; nothing was changed.
    """
    return post_many(session, [journal], by=by, at=at, authored_by=authored_by, action=action)[0]


def post_many(
    session: Session,
    wanted: Sequence[Journal],
    *,
    by: str,
    at: datetime,
    authored_by: AuthoredBy = AuthoredBy.RULE,
    batch: Batch | None = None,
    gate: Gate | None = None,
    action: roles.Action = roles.Action.ENTER_JOURNAL,
) -> list[str]:
    """Post journals in order, all of them or none; returns their numbers.

    A journal already posted under its (source, source_ref) with the same contents keeps its
    number. What a person keyed goes through `submit` and `post_submitted` instead. `gate` is the
    one the caller held these journals against, if it did. `action` is what the person must be
    allowed to, where the document the journals are made from asks for another than entering them.

    Raises:
        Refused: with every problem of every journal; where there are several, `where` begins
            ``journals[n]``. Nothing was changed.
    """
    assert authored_by is not AuthoredBy.PERSON, "a keyed journal is submitted first"
    roles.check(session, by, action)
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
    follow(session, [wanted[place] for place in new], fresh, by=by, at=at, action=action)
    numbers = {name_of(wanted[place]): number for place, number in zip(new, fresh, strict=True)}
    return [
        numbers.get(name_of(journal)) or str(known[name_of(journal)].number) for journal in wanted
    ]


def follow(
    session: Session,
    posted: Sequence[Journal],
    numbers: Sequence[str],
    *,
    by: str,
    at: datetime,
    action: roles.Action = roles.Action.ENTER_JOURNAL,
) -> None:
    """Post what these journals bring with them, under the same approval: what an accrual releases
    (`posting.accrued`), and what the call-offs they are coded to promise from now on."""
    for journal, number in zip(posted, numbers, strict=True):
        brought = follows(session, journal, number)
        if brought is not None:
            authored_by = AuthoredBy.REVERSAL if brought.reverses else AuthoredBy.RULE
            post_many(session, [brought], by=by, at=at, authored_by=authored_by, action=action)
    causes: dict[str, Cause] = {}
    for journal, number in zip(posted, numbers, strict=True):
        if journal.book is Book.ACTUAL and journal.call_offs:
            cause = Cause(day=journal.day, period=journal.period, because=f"after {number}")
            causes.update(dict.fromkeys(journal.call_offs, cause))
    changes = changes_after(session, causes)
    if changes:
        post_many(session, changes, by=by, at=at, action=action)
