"""Journals keyed by a person: drafted, submitted, then posted by another person."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlmodel import Session

from ledger.chain import contents_hash
from ledger.journal import AuthoredBy, Journal, problems_in, reversal
from ledger.periods import Period
from ledger.problems import Problem, Refused
from trust_commissioning import roles
from trust_commissioning.clock import as_text
from trust_commissioning.posting.checks import (
    check_source,
    other_contents,
    problems_in_keyed,
)
from trust_commissioning.posting.entering import (
    JOURNAL,
    POSTING,
    Entered,
    already,
    contents_of,
    enter,
    lines_of,
    lock_head,
    name_of,
    post_entered,
)
from trust_commissioning.posting.made import follow
from trust_commissioning.posting.virements import (
    halves,
    is_half,
    other_half,
    problems_of_asking,
    problems_of_posting,
)
from trust_commissioning.store import attachments, audit, journals
from trust_commissioning.store.standing import standing as standing_of

_UNKEEPABLE = frozenset(
    {
        "fund_unknown",
        "account_unknown",
        "partner_unknown",
        "service_unknown",
        "contract_unknown",
        "period_not_open",
        "posting_is_nil",
        "amount_too_large",
        "text_too_long",
        "text_has_control_characters",
        "source_missing",
    }
)


def save_draft(
    session: Session,
    journal: Journal,
    *,
    by: str,
    at: datetime,
    id: int | None = None,
    version: int | None = None,
) -> int:
    """Keep an unfinished journal, which may still be wrong; returns its id.

    Raises:
        Refused: if it names what does not exist, the draft was changed since `version`, or it is
            not this person's.
    """
    roles.check(session, by, roles.Action.ENTER_JOURNAL)
    lock_head(session)
    found = problems_in(journal, standing_of(session, journal.call_offs, journal.contracts))
    if unkeepable := [problem for problem in found if problem.code in _UNKEEPABLE]:
        raise Refused(unkeepable)
    if id is None:
        known = already(session, [journal]).get(name_of(journal))
        if known is not None:
            if known.status != "draft" or known.contents_hash != contents_hash(journal):
                raise Refused([other_contents(journal)])
            return int(known.id)
        return enter(session, [journal], by=by, at=at, authored_by=AuthoredBy.PERSON, batch=None)[0]
    row = _own_draft(session, id, by=by, version=version)
    _replace_contents(session, id, row.version, _named_as_entered(row, journal))
    return id


def submit(
    session: Session,
    journal: Journal,
    *,
    by: str,
    at: datetime,
    id: int | None = None,
    version: int | None = None,
    for_service: str = "",
) -> int:
    """Hand a keyed journal over for another person to post; returns its id.

    Submitting the same request again returns the same id and changes nothing; one that was sent
    back is handed in again. `for_service` is the kept source of the service that calls.

    Raises:
        Refused: with every problem; nothing was changed.
    """
    roles.check(session, by, roles.Action.ENTER_JOURNAL)
    lock_head(session)
    if id is not None:
        row = _own_draft(session, id, by=by, version=version)
        journal = _named_as_entered(row, journal)
        for_service = journal.source
    known = already(session, [journal]).get(name_of(journal))
    if known is not None and known.status == "draft" and known.author == by:
        id = known.id
    if known is not None and known.id != id:
        if known.contents_hash != contents_hash(journal):
            raise Refused([other_contents(journal)])
        return int(known.id)
    problems = [*check_source(journal, for_service), *problems_in_keyed(session, journal)]
    if not is_half(session, journal):
        problems += problems_of_asking(session, [journal], at=at)
    if problems:
        raise Refused(problems)
    id = save_draft(session, journal, by=by, at=at, id=id, version=version)
    _move(session, id, "submitted")
    audit.record(
        session,
        by=by,
        at=at,
        action="submit",
        object_kind="journal",
        object_key=str(id),
        after={"narration": journal.narration, "debits": journal.debits.plain},
    )
    return id


def send_back(session: Session, id: int, *, by: str, at: datetime, reason: str) -> None:
    """Return a submitted journal to its author as a draft, with the reason.

    Raises:
        Refused: if it is not waiting, or no reason is given.
    """
    row = _waiting(session, id, status="submitted")
    own = row.author == by
    roles.check(session, by, roles.Action.ENTER_JOURNAL if own else roles.Action.POST_JOURNAL)
    if not reason.strip():
        raise Refused.because("reason_missing", "Say why it is sent back.", "reason")
    for one in _together(session, id, status="submitted"):
        _move(session, one.id, "draft")
        audit.record(
            session,
            by=by,
            at=at,
            action="send_back",
            object_kind="journal",
            object_key=str(one.id),
            after={"reason": reason},
        )


def withdraw(session: Session, id: int, *, by: str, at: datetime) -> None:
    """Throw a draft away; the audit trail keeps that it was there.

    Raises:
        Refused: if it is not a draft of this person's.
    """
    roles.check(session, by, roles.Action.ENTER_JOURNAL)
    _own_draft(session, id, by=by)
    for one in _together(session, id, status="draft"):
        attachments.drop(session, one.id)
        session.execute(delete(POSTING).where(POSTING.c.journal_id == one.id))
        session.execute(delete(JOURNAL).where(JOURNAL.c.id == one.id))
        audit.record(
            session,
            by=by,
            at=at,
            action="withdraw",
            object_kind="journal",
            object_key=str(one.id),
            before={"narration": one.journal.narration},
        )


def post_submitted(
    session: Session, id: int, *, by: str, at: datetime, version: int | None = None
) -> str:
    """Post a journal another person keyed; returns its number.

    Posting it again returns the same number. The other half of a virement between funds is posted
    with it.

    Raises:
        Refused: if `by` keyed it, may not post, saw an older version, or it is no longer right.
    """
    roles.check(session, by, roles.Action.POST_JOURNAL)
    lock_head(session)
    stored = journals.by_id(session, id)
    if stored is not None and stored.posted is not None:
        return stored.posted.number
    _waiting(session, id, version=version, status="submitted")
    together = _together(session, id, status="submitted")
    problems = []
    if own := roles.names_of(session, by) & {one.author for one in together}:
        under = "" if by in own else f" as {min(own)}, with the same e-mail address"
        problems.append(
            Problem("poster_is_author", f"Somebody else must post what you entered{under}.", "by")
        )
    for one in together:
        problems += problems_in_keyed(session, one.journal)
    problems += problems_of_posting(session, [one.journal for one in together], by=by, at=at)
    if problems:
        raise Refused(problems)
    entered = [
        Entered(one.id, one.journal, one.author, one.authored_by, one.version) for one in together
    ]
    numbers = post_entered(session, entered, by=by, at=at)
    for one, number in zip(together, numbers, strict=True):
        entered_at = as_text(one.entered_at)
        audit.record(
            session,
            by=by,
            at=at,
            action="post",
            object_kind="journal",
            object_key=str(one.id),
            after={"number": number, "version": one.version + 1, "entered_at": entered_at},
        )
    follow(session, [one.journal for one in together], numbers, by=by, at=at)
    return numbers[0]


def reverse(
    session: Session,
    number: str,
    *,
    reason: str,
    by: str,
    at: datetime,
    period: Period | None = None,
    day: date | None = None,
) -> int:
    """Ask for the opposite of a posted journal; another person posts it. Returns its id.

    It goes into the original's period if that is open, else into the first open period after it,
    unless another is named.

    Raises:
        Refused: if there is no such journal, it has been reversed, or no period is open.
    """
    roles.check(session, by, roles.Action.REVERSE_JOURNAL)
    lock_head(session)
    stored = journals.by_number(session, number)
    if stored is None or stored.posted is None:
        raise Refused.because("journal_unknown", f"There is no journal {number}.", "number")
    if not reason.strip():
        raise Refused.because("reason_missing", "Say why it is reversed.", "reason")
    taken = session.execute(
        select(JOURNAL.c.id, JOURNAL.c.status, JOURNAL.c.number, JOURNAL.c.author).where(
            JOURNAL.c.reverses == number
        )
    ).first()
    if taken is not None and taken.status == "submitted" and taken.author == by:
        return int(taken.id)
    if taken is not None:
        where = f"by {taken.number}" if taken.number else "by one that waits to be posted"
        raise Refused.because(
            "journal_already_reversed", f"{number} is already reversed {where}.", "number"
        )
    original = stored.journal
    open_ones = sorted(standing_of(session).open_periods)
    chosen = period or next((p for p in open_ones if p >= original.period), None)
    if chosen is None:
        raise Refused.because("period_not_open", "No period is open to reverse it in.", "period")
    on = day or (original.day if chosen.holds(original.day) else chosen.starts)
    other = other_half(session, original)
    ids = [
        submit(
            session,
            reversal(one, period=chosen, day=on, reason=reason.strip()),
            by=by,
            at=at,
            for_service="reversal",
        )
        for one in (stored.posted, other.posted if other is not None else None)
        if one is not None
    ]
    return ids[0]


def _own_draft(session: Session, id: int, *, by: str, version: int | None = None) -> Any:
    """A draft, which only whoever keyed it changes, hands over or throws away."""
    row = _waiting(session, id, version=version, status="draft")
    if row.author != by:
        raise Refused.because("draft_of_another", f"This draft is {row.author}'s.", "id")
    return row


def _waiting(session: Session, id: int, *, status: str, version: int | None = None) -> Any:
    """A journal that waits in this state, held until the end so that nobody else moves it.

    Raises:
        Refused: if there is none, it has moved on, or `version` is not what it is now.
    """
    lock_head(session)
    row = session.execute(select(JOURNAL).where(JOURNAL.c.id == id)).first()
    if row is None:
        raise Refused.because("journal_unknown", f"There is no journal with id {id}.", "id")
    if row.status != status:
        raise Refused.because(
            "journal_in_another_state", f"This journal is {row.status}, not {status}.", "id"
        )
    if version is not None and row.version != version:
        raise Refused.because(
            "version_is_stale",
            f"This journal was changed since you read it: you saw version {version}, "
            f"it is now version {row.version}.",
            "version",
        )
    return row


def _together(session: Session, id: int, *, status: str) -> list[journals.StoredJournal]:
    """A waiting journal, first, with the other half where it is one side of a virement between
    funds."""
    stored = journals.by_id(session, id)
    assert stored is not None, "it was found waiting"
    return halves(session, stored, status)


def _named_as_entered(row: Any, journal: Journal) -> Journal:
    """Whatever is edited, a draft keeps its name, and what it reverses."""
    return replace(journal, source=row.source, source_ref=row.source_ref, reverses=row.reverses)


def _replace_contents(session: Session, id: int, version: int, journal: Journal) -> None:
    session.execute(delete(POSTING).where(POSTING.c.journal_id == id))
    session.execute(
        update(JOURNAL)
        .where(JOURNAL.c.id == id)
        .values(contents_of(journal) | {"version": version + 1})
    )
    session.execute(insert(POSTING), lines_of(id, journal))


def _move(session: Session, id: int, status: str) -> None:
    session.execute(
        update(JOURNAL)
        .where(JOURNAL.c.id == id)
        .values(status=status, version=JOURNAL.c.version + 1)
    )
