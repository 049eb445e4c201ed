"""Posted journals written straight into SQLite's tables, where the one door would take too long."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterable, Iterator
from dataclasses import replace

from sqlalchemy import text

from benchmarks import made_up
from benchmarks.databases import Database
from ledger.chain import GENESIS, contents_hash, journal_hash, text_seal
from ledger.journal import AuthoredBy, Journal, PostedJournal
from trust_commissioning.clock import as_text
from trust_commissioning.store import guards, transaction

_AT_ONCE = 5000
_COLUMNS = (
    *("id", "book", "fund", "year", "period", "day", "narration", "payee", "source"),
    *("source_ref", "contents_hash", "author", "authored_by", "status", "version", "entered_at"),
    *("posted_by", "posted_at", "number", "number_in_year", "sequence", "salt", "text_seal"),
    *("previous_hash", "hash"),
)
_LINE = (
    "journal_id",
    "line",
    "fund",
    "account",
    "pence",
    "outcome",
    "service",
    "contract",
    "partner",
)
_INTO_JOURNAL, _INTO_POSTING = (
    f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"
    for table, columns in (("journal", _COLUMNS), ("posting", _LINE))
)
_ADD_UP = (
    """
    INSERT INTO balance
    SELECT j.book, j.year, j.fund, j.period, p.account, COALESCE(p.service, ''),
           COALESCE(p.outcome, ''), COALESCE(p.partner, ''), SUM(p.pence), MAX(j.sequence)
      FROM journal j JOIN posting p ON p.journal_id = j.id GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
    """,
    """
    INSERT INTO contract_balance
    SELECT j.book, j.year, j.fund, j.period, p.contract, SUM(p.pence), MAX(j.sequence)
      FROM journal j JOIN posting p ON p.journal_id = j.id
     WHERE p.contract IS NOT NULL AND p.account LIKE 'Expenses:%' GROUP BY 1, 2, 3, 4, 5
    """,
    """
    UPDATE financial_year SET last_number = COALESCE(
           (SELECT MAX(number_in_year) FROM journal j WHERE j.year = financial_year.year), 0)
    """,
    """
    UPDATE chain_head SET moved_from = last.sequence - 1, sequence = last.sequence, hash = last.hash
      FROM (SELECT sequence, hash FROM journal ORDER BY sequence DESC LIMIT 1) AS last
    """,
)


def write(database: Database, journals: Iterable[Journal]) -> int:
    """Fill an empty founded database: numbered, chained, added up; the guards stand again after.

    Returns how many journals were written.
    """
    written = 0
    with transaction(database.engine) as session:
        connection = session.connection()
        guards.drop(connection)
        posted = enumerate(_posted(journals), 1)
        while some := list(itertools.islice(posted, _AT_ONCE)):
            connection.exec_driver_sql(_INTO_JOURNAL, [_journal(*one) for one in some])
            lines = [line for one in some for line in _lines(*one)]
            connection.exec_driver_sql(_INTO_POSTING, lines)
            written += len(some)
        for statement in _ADD_UP:
            connection.execute(text(statement))
        guards.install(connection)
        assert not guards.missing(connection)
    return written


def _posted(journals: Iterable[Journal]) -> Iterator[PostedJournal]:
    previous, last = GENESIS, dict.fromkeys(map(str, made_up.YEARS), 0)
    for sequence, journal in enumerate(journals, 1):
        year = str(journal.period.year)
        last[year] += 1
        salt = hashlib.md5(journal.source_ref.encode()).hexdigest()
        unchained = PostedJournal(
            journal=journal,
            number=f"{year}/{last[year]:06d}",
            sequence=sequence,
            author=made_up.OFFICER,
            authored_by=AuthoredBy.RULE,
            posted_by=made_up.OFFICER,
            posted_at=made_up.AT,
            salt=salt,
            text_seal=text_seal(salt, journal.payee, journal.narration),
            previous_hash=previous,
            hash="",
        )
        posted = replace(unchained, hash=journal_hash(unchained))
        previous = posted.hash
        yield posted


def _journal(id: int, posted: PostedJournal) -> tuple[object, ...]:
    journal = posted.journal
    at = as_text(posted.posted_at)
    return (
        *(id, journal.book.value, journal.fund, str(journal.period.year), journal.period.number),
        *(journal.day.isoformat(), journal.narration, journal.payee, journal.source),
        *(journal.source_ref, contents_hash(journal), posted.author, posted.authored_by.value),
        *("posted", 2, at, posted.posted_by, at, posted.number),
        *(int(posted.number.partition("/")[2]), posted.sequence, posted.salt, posted.text_seal),
        *(posted.previous_hash, posted.hash),
    )


def _lines(id: int, posted: PostedJournal) -> Iterator[tuple[object, ...]]:
    fund = posted.journal.fund
    for line, posting in enumerate(posted.journal.postings, 1):
        outcome = posting.outcome.value if posting.outcome else None
        coded = (outcome, posting.service, posting.contract, posting.partner)
        yield (id, line, fund, posting.account, posting.amount.pence, *coded)
