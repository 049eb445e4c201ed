"""Writing journals into the record: as drafts, then numbered, chained, posted for good."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, text
from sqlmodel import Session

from ledger.chain import contents_hash, journal_hash, text_seal
from ledger.journal import AuthoredBy, Journal, PostedJournal
from trust_commissioning.clock import as_text
from trust_commissioning.progress import pieces, steps
from trust_commissioning.store import finding, journals
from trust_commissioning.store.rows import add_rows
from trust_commissioning.store.tables import ChainHeadRow, FinancialYearRow, table_of

JOURNAL, POSTING = journals.JOURNAL, journals.POSTING
_HEAD, _YEAR = table_of(ChainHeadRow), table_of(FinancialYearRow)
_CHUNK = 2000


@dataclass(frozen=True, slots=True)
class Batch:
    """The imported file that authors journals, with the file's row behind each of them."""

    id: str
    rows: Sequence[int]


@dataclass(frozen=True, slots=True)
class Entered:
    id: int
    journal: Journal
    author: str
    authored_by: AuthoredBy
    version: int


def lock_head(session: Session) -> None:
    """Queue for the end of the chain: on PostgreSQL by its row, on SQLite the transaction did.

    A unit of work that reads what is posted before it decides what to post takes this first.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(_HEAD.c.sequence).with_for_update())


def already(session: Session, wanted: Sequence[Journal]) -> dict[tuple[str, str], Any]:
    by_source: dict[str, list[str]] = {}
    for source, ref in sorted({name_of(journal) for journal in wanted}):
        by_source.setdefault(source, []).append(ref)
    found: dict[tuple[str, str], Any] = {}
    for source, refs in by_source.items():
        for start in range(0, len(refs), 500):
            rows = session.execute(
                select(
                    JOURNAL.c.id,
                    JOURNAL.c.source,
                    JOURNAL.c.source_ref,
                    JOURNAL.c.contents_hash,
                    JOURNAL.c.number,
                    JOURNAL.c.status,
                    JOURNAL.c.author,
                ).where(
                    JOURNAL.c.source == source,
                    JOURNAL.c.source_ref.in_(refs[start : start + 500]),
                )
            )
            found.update({(row.source, row.source_ref): row for row in rows})
    return found


def enter(
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
        contents_of(journal)
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
        for id, journal, row in steps(
            zip(ids, wanted, rows, strict=True), "Preparing journals", len(wanted)
        )
    ]
    lines = [
        line for id, journal in zip(ids, wanted, strict=True) for line in lines_of(id, journal)
    ]
    add_rows(session, JOURNAL, entered, "Entering journals")
    add_rows(session, POSTING, lines, "Entering their lines")
    return ids


def post_entered(
    session: Session, entered: Sequence[Entered], *, by: str, at: datetime
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
    found_by: list[dict[str, Any]] = []
    for one in steps(entered, "Numbering and sealing journals"):
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
        found_by.append(_found_by(one.id, posted))
        previous = chained
    for some in pieces(changes, _CHUNK, "Posting journals"):
        _mark_posted(session, some)
    finding.add(session, found_by)
    return [str(change["number"]) for change in changes]


def _found_by(id: int, posted: PostedJournal) -> dict[str, Any]:
    journal = posted.journal
    pence = [posting.amount.pence for posting in journal.postings]
    said = (posted.number, journal.narration, journal.payee, journal.source_ref)
    return finding.row_of(id, *said, pence)


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
    settings = ", ".join(f"{name} = ?" for name in columns)
    session.connection().exec_driver_sql(
        f"UPDATE journal SET status = 'posted', version = ?, {settings} WHERE id = ?",
        [
            (change["next_version"], *(change[name] for name in columns), change["entered_id"])
            for change in changes
        ],
    )


_OWN_NAMES = ("entered_id", "next_version")


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


def contents_of(journal: Journal) -> dict[str, Any]:
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


def lines_of(id: int, journal: Journal) -> list[dict[str, Any]]:
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
            "call_off": posting.call_off,
        }
        for line, posting in enumerate(journal.postings, 1)
    ]


def name_of(journal: Journal) -> tuple[str, str]:
    return (journal.source, journal.source_ref)
