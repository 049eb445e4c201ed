"""The one door into the books."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, text, update
from sqlmodel import Session

from ledger.chain import contents_hash, journal_hash, text_seal
from ledger.journal import (
    AuthoredBy,
    Journal,
    PostedJournal,
    Standing,
    problems_in,
    reversal,
)
from ledger.periods import Period
from ledger.problems import Problem, Refused
from trust_commissioning import roles
from trust_commissioning.clock import as_text
from trust_commissioning.store import audit, journals
from trust_commissioning.store.standing import standing as standing_of
from trust_commissioning.store.tables import ChainHeadRow, FinancialYearRow, table_of

_JOURNAL, _POSTING = journals.JOURNAL, journals.POSTING
_HEAD, _YEAR = table_of(ChainHeadRow), table_of(FinancialYearRow)
_CHUNK = 5000
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


@dataclass(frozen=True, slots=True)
class Batch:
    """The imported file that authors journals, with the file's row behind each of them."""

    id: str
    rows: Sequence[int]


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
) -> list[str]:
    """Post journals in order, all of them or none; returns their numbers.

    A journal already posted under its (source, source_ref) with the same contents keeps its
    number. What a person keyed goes through `submit` and `post_submitted` instead.

    Raises:
        Refused: with every problem of every journal; where there are several, `where` begins
            ``journals[n]``. Nothing was changed.
    """
    assert authored_by is not AuthoredBy.PERSON, "a keyed journal is submitted first"
    roles.check(session, by, roles.Action.ENTER_JOURNAL)
    lock_head(session)
    known = _already(session, wanted)
    problems = list(_problems_of(wanted, standing_of(session), known))
    if problems:
        raise Refused(problems)
    new = [place for place, journal in enumerate(wanted) if _name(journal) not in known]
    ids = _enter(
        session,
        [wanted[place] for place in new],
        by=by,
        at=at,
        authored_by=authored_by,
        batch=Batch(batch.id, [batch.rows[place] for place in new]) if batch else None,
    )
    fresh = _post_entered(
        session,
        [
            _Entered(id, wanted[place], batch.id if batch else by, authored_by, version=1)
            for id, place in zip(ids, new, strict=True)
        ],
        by=by,
        at=at,
    )
    numbers = {_name(wanted[place]): number for place, number in zip(new, fresh, strict=True)}
    return [numbers.get(_name(journal)) or str(known[_name(journal)].number) for journal in wanted]


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
    found = problems_in(journal, standing_of(session))
    if unkeepable := [problem for problem in found if problem.code in _UNKEEPABLE]:
        raise Refused(unkeepable)
    if id is None:
        return _enter(session, [journal], by=by, at=at, authored_by=AuthoredBy.PERSON, batch=None)[
            0
        ]
    row = _waiting(session, id, version=version, status="draft")
    if row.author != by:
        raise Refused.because("draft_of_another", f"This draft is {row.author}'s.", "id")
    _replace_contents(session, id, row.version, journal)
    return id


def submit(
    session: Session,
    journal: Journal,
    *,
    by: str,
    at: datetime,
    id: int | None = None,
    version: int | None = None,
) -> int:
    """Hand a keyed journal over for another person to post; returns its id.

    Submitting the same request again returns the same id and changes nothing.

    Raises:
        Refused: with every problem; nothing was changed.
    """
    roles.check(session, by, roles.Action.ENTER_JOURNAL)
    known = _already(session, [journal]).get(_name(journal))
    if known is not None and known.id != id:
        if known.contents_hash != contents_hash(journal):
            raise Refused([_other_contents(journal)])
        return int(known.id)
    problems = problems_in(journal, standing_of(session))
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
    row = _waiting(session, id, version=None, status="submitted")
    if row.author != by:
        roles.check(session, by, roles.Action.POST_JOURNAL)
    if not reason.strip():
        raise Refused.because("reason_missing", "Say why it is sent back.", "reason")
    _move(session, id, "draft")
    audit.record(
        session,
        by=by,
        at=at,
        action="send_back",
        object_kind="journal",
        object_key=str(id),
        after={"reason": reason},
    )


def withdraw(session: Session, id: int, *, by: str, at: datetime) -> None:
    """Throw a draft away; the audit trail keeps that it was there.

    Raises:
        Refused: if it is not a draft of this person's.
    """
    row = _waiting(session, id, version=None, status="draft")
    if row.author != by:
        raise Refused.because("draft_of_another", f"This draft is {row.author}'s.", "id")
    session.execute(delete(_POSTING).where(_POSTING.c.journal_id == id))
    session.execute(delete(_JOURNAL).where(_JOURNAL.c.id == id))
    audit.record(
        session,
        by=by,
        at=at,
        action="withdraw",
        object_kind="journal",
        object_key=str(id),
        before={"narration": row.narration},
    )


def post_submitted(
    session: Session, id: int, *, by: str, at: datetime, version: int | None = None
) -> str:
    """Post a journal another person keyed; returns its number.

    Posting it again returns the same number.

    Raises:
        Refused: if `by` keyed it, may not post, saw an older version, or it is no longer right.
    """
    roles.check(session, by, roles.Action.POST_JOURNAL)
    lock_head(session)
    stored = journals.by_id(session, id)
    if stored is not None and stored.posted is not None:
        return stored.posted.number
    row = _waiting(session, id, version=version, status="submitted")
    assert stored is not None
    problems = []
    if stored.author == by:
        problems.append(
            Problem("poster_is_author", "Somebody else must post what you entered.", "by")
        )
    problems += problems_in(stored.journal, standing_of(session))
    if problems:
        raise Refused(problems)
    entered = _Entered(id, stored.journal, stored.author, stored.authored_by, row.version)
    number = _post_entered(session, [entered], by=by, at=at)[0]
    audit.record(
        session,
        by=by,
        at=at,
        action="post",
        object_kind="journal",
        object_key=str(id),
        after={"number": number, "version": row.version + 1, "entered_at": row.entered_at},
    )
    return number


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
    stored = journals.by_number(session, number)
    if stored is None or stored.posted is None:
        raise Refused.because("journal_unknown", f"There is no journal {number}.", "number")
    if not reason.strip():
        raise Refused.because("reason_missing", "Say why it is reversed.", "reason")
    taken = session.execute(
        select(_JOURNAL.c.id, _JOURNAL.c.status, _JOURNAL.c.number).where(
            _JOURNAL.c.reverses == number
        )
    ).first()
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
    return submit(
        session,
        reversal(stored.posted, period=chosen, day=on, reason=reason.strip()),
        by=by,
        at=at,
    )


@dataclass(frozen=True, slots=True)
class _Entered:
    id: int
    journal: Journal
    author: str
    authored_by: AuthoredBy
    version: int


def _name(journal: Journal) -> tuple[str, str]:
    return (journal.source, journal.source_ref)


def _other_contents(journal: Journal) -> Problem:
    return Problem(
        "source_already_used",
        f"{journal.source} {journal.source_ref} was entered before with other contents.",
        "source_ref",
    )


def _problems_of(
    wanted: Sequence[Journal], standing: Standing, known: dict[tuple[str, str], Any]
) -> Iterator[Problem]:
    seen: dict[tuple[str, str], str] = {}
    for place, journal in enumerate(wanted):
        found: Iterable[Problem]
        before = known.get(_name(journal))
        if before is not None:
            same = before.contents_hash == contents_hash(journal) and before.status == "posted"
            found = [] if same else [_other_contents(journal)]
        elif _name(journal) in seen:
            found = [_other_contents(journal)]
        else:
            found = problems_in(journal, standing)
            seen[_name(journal)] = ""
        for problem in found:
            where = f"journals[{place}].{problem.where}" if len(wanted) > 1 else problem.where
            yield Problem(problem.code, problem.message, where, problem.row, problem.column)


def lock_head(session: Session) -> None:
    """Queue for the end of the chain: on PostgreSQL by its row, on SQLite the transaction did.

    A unit of work that reads what is posted before it decides what to post takes this first.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(_HEAD.c.sequence).with_for_update())


def _already(session: Session, wanted: Sequence[Journal]) -> dict[tuple[str, str], Any]:
    by_source: dict[str, list[str]] = {}
    for source, ref in sorted({_name(journal) for journal in wanted}):
        by_source.setdefault(source, []).append(ref)
    found: dict[tuple[str, str], Any] = {}
    for source, refs in by_source.items():
        for start in range(0, len(refs), 500):
            rows = session.execute(
                select(
                    _JOURNAL.c.id,
                    _JOURNAL.c.source,
                    _JOURNAL.c.source_ref,
                    _JOURNAL.c.contents_hash,
                    _JOURNAL.c.number,
                    _JOURNAL.c.status,
                ).where(
                    _JOURNAL.c.source == source,
                    _JOURNAL.c.source_ref.in_(refs[start : start + 500]),
                )
            )
            found.update({(row.source, row.source_ref): row for row in rows})
    return found


def _new_ids(session: Session, count: int) -> list[int]:
    if session.get_bind().dialect.name == "postgresql":
        query = text(
            "SELECT nextval(pg_get_serial_sequence('journal', 'id')) FROM generate_series(1, :n)"
        )
        return [int(row[0]) for row in session.execute(query, {"n": count})]
    last = session.execute(
        text("SELECT COALESCE((SELECT seq FROM sqlite_sequence WHERE name = 'journal'), 0)")
    ).scalar_one()
    return list(range(int(last) + 1, int(last) + 1 + count))


def _contents(journal: Journal) -> dict[str, Any]:
    return {
        "book": journal.book.value,
        "fund": journal.fund,
        "year": str(journal.period.year),
        "period": journal.period.number,
        "day": journal.day,
        "document_day": journal.document_day,
        "narration": journal.narration,
        "payee": journal.payee,
        "contents_hash": contents_hash(journal),
    }


def _lines(id: int, journal: Journal) -> list[dict[str, Any]]:
    return [
        {
            "journal_id": id,
            "line": line,
            "fund": journal.fund,
            "account": posting.account,
            "pence": posting.amount.pence,
            "outcome": posting.outcome.value if posting.outcome else None,
            "service": posting.service,
            "partner": posting.partner,
            "contract": posting.contract,
        }
        for line, posting in enumerate(journal.postings, 1)
    ]


def _enter(
    session: Session,
    wanted: Sequence[Journal],
    *,
    by: str,
    at: datetime,
    authored_by: AuthoredBy,
    batch: Batch | None,
) -> list[int]:
    """Write journals as drafts; returns their ids."""
    if not wanted:
        return []
    ids = _new_ids(session, len(wanted))
    rows: Sequence[int | None] = batch.rows if batch else [None] * len(wanted)
    entered = [
        _contents(journal)
        | {
            "id": id,
            "source": journal.source,
            "source_ref": journal.source_ref,
            "author": batch.id if batch else by,
            "authored_by": authored_by.value,
            "batch": batch.id if batch else None,
            "batch_row": row,
            "reverses": journal.reverses,
            "status": "draft",
            "version": 1,
            "entered_at": as_text(at),
        }
        for id, journal, row in zip(ids, wanted, rows, strict=True)
    ]
    lines = [line for id, journal in zip(ids, wanted, strict=True) for line in _lines(id, journal)]
    connection = session.connection()
    for start in range(0, len(entered), _CHUNK):
        connection.execute(insert(_JOURNAL), entered[start : start + _CHUNK])
    for start in range(0, len(lines), _CHUNK):
        connection.execute(insert(_POSTING), lines[start : start + _CHUNK])
    return ids


def _post_entered(
    session: Session, entered: Sequence[_Entered], *, by: str, at: datetime
) -> list[str]:
    """Number and chain what was entered, then let the database post it, one by one in order."""
    if not entered:
        return []
    head = session.execute(select(_HEAD.c.sequence, _HEAD.c.hash)).one()
    sequence, previous = int(head[0]), str(head[1])
    last = {
        str(row.year): int(row.last_number)
        for row in session.execute(select(_YEAR.c.year, _YEAR.c.last_number))
    }
    changes: list[dict[str, Any]] = []
    for one in entered:
        year = str(one.journal.period.year)
        sequence, last[year] = sequence + 1, last[year] + 1
        salt = secrets.token_hex(16)
        posted = PostedJournal(
            journal=one.journal,
            number=f"{year}/{last[year]:06d}",
            sequence=sequence,
            author=one.author,
            authored_by=one.authored_by,
            posted_by=by,
            posted_at=at,
            salt=salt,
            text_seal=text_seal(salt, one.journal.payee, one.journal.narration),
            previous_hash=previous,
            hash="",
        )
        chained = journal_hash(posted)
        changes.append(
            {
                "entered_id": one.id,
                "next_version": one.version + 1,
                "posted_by": by,
                "posted_at": as_text(at),
                "number": posted.number,
                "number_in_year": last[year],
                "sequence": sequence,
                "salt": salt,
                "text_seal": posted.text_seal,
                "previous_hash": previous,
                "hash": chained,
            }
        )
        previous = chained
    for start in range(0, len(changes), _CHUNK):
        _mark_posted(session, changes[start : start + _CHUNK])
    return [str(change["number"]) for change in changes]


def _mark_posted(session: Session, changes: Sequence[dict[str, Any]]) -> None:
    """The one change of status by which the database checks, chains and adds up.

    PostgreSQL takes all of them in one statement, because there the chain and the balances move
    once for each statement; SQLite moves them for each row.
    """
    columns = [name for name in changes[0] if name not in _OWN_NAMES]
    if session.get_bind().dialect.name == "postgresql":
        settings = ", ".join(f"{name} = v.{name}" for name in columns)
        session.execute(
            text(
                f"UPDATE journal j SET status = 'posted', version = v.next_version, {settings} "
                "FROM json_to_recordset(CAST(:rows AS json)) "
                "AS v(entered_id bigint, next_version int, posted_by text, posted_at text, "
                "number text, number_in_year int, sequence bigint, salt text, text_seal text, "
                "previous_hash text, hash text) WHERE j.id = v.entered_id"
            ),
            {"rows": json.dumps(changes)},
        )
        return
    session.connection().execute(
        update(_JOURNAL)
        .where(_JOURNAL.c.id == bindparam("entered_id"))
        .values(
            {"status": "posted", "version": bindparam("next_version")}
            | {name: bindparam(name) for name in columns}
        ),
        changes,
    )


_OWN_NAMES = ("entered_id", "next_version")


def _waiting(session: Session, id: int, *, version: int | None, status: str) -> Any:
    row = session.execute(select(_JOURNAL).where(_JOURNAL.c.id == id)).first()
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


def _replace_contents(session: Session, id: int, version: int, journal: Journal) -> None:
    session.execute(delete(_POSTING).where(_POSTING.c.journal_id == id))
    session.execute(
        update(_JOURNAL)
        .where(_JOURNAL.c.id == id)
        .values(_contents(journal) | {"version": version + 1})
    )
    session.execute(insert(_POSTING), _lines(id, journal))


def _move(session: Session, id: int, status: str) -> None:
    session.execute(
        update(_JOURNAL)
        .where(_JOURNAL.c.id == id)
        .values(status=status, version=_JOURNAL.c.version + 1)
    )


__all__ = [
    "Batch",
    "lock_head",
    "post",
    "post_many",
    "post_submitted",
    "reverse",
    "save_draft",
    "send_back",
    "submit",
    "withdraw",
]
