"""Examples of what `trust check` finds once the guards are down and a row is changed by hand."""

from __future__ import annotations

import sqlite3
from contextlib import closing as closing_of
from itertools import count
from pathlib import Path

from sqlmodel import Session

from tests.docs.examples.journals import P01
from tests.docs.examples.kept import Run, example, scratch
from tests.support.trusts import APPROVER, AT, CLERK, Fill, found_small_trust, journal, sqlite_file
from trust_commissioning import closing, issuing, posting
from trust_commissioning.checking import check
from trust_commissioning.importing.loading import load_spend
from trust_commissioning.importing.planning import SpendOptions
from trust_commissioning.reports import Scope
from trust_commissioning.store import engine_for, reading

_TURN = count(1)


def _record(session: Session) -> None:
    """A record with a payment, its reversal, an imported line, a closed period."""
    found_small_trust(session)
    session.flush()
    _fill(session)


def _fill(session: Session) -> None:
    paid = journal("Expenses:Unallocated 100.00 / Assets:HostCash -100.00", narration="Fees")
    number = posting.post_submitted(
        session, posting.submit(session, paid, by=CLERK, at=AT), by=APPROVER, at=AT
    )
    id = posting.reverse(session, number, reason="Paid twice.", by=CLERK, at=AT)
    posting.post_submitted(session, id, by=APPROVER, at=AT)
    load_spend(
        session,
        b"Date paid,Supplier,Amount\n31/05/2003,Oakfield Fostering,70.00\n",
        name="spend.csv",
        options=SpendOptions(fund="general"),
        by=CLERK,
        at=AT,
    )
    closing.close(session, P01, by=CLERK, at=AT, reason="Known and small")
    paper = issuing.Paper(report="fund-position", scope=Scope(None, P01.year, 1), reference="April")
    issuing.issue(session, paper, by="x.admin", at=AT)


def _without_a_guard() -> object:
    copy = _copy(_record)
    with closing_of(sqlite3.connect(copy)) as raw, raw:
        raw.execute("DROP TRIGGER guard_journal_delete")
    engine = engine_for(f"sqlite:///{copy}")
    try:
        with reading(engine) as session:
            return check(session)
    finally:
        engine.dispose()


def _copy(fill: Fill) -> Path:
    copy = scratch() / f"record-{next(_TURN)}.sqlite3"
    copy.write_bytes(sqlite_file(fill))
    return copy


def spoilt(fill: Fill, *spoils: str) -> Run:
    """What `trust check` says of a record after somebody took the guards down and did this."""

    def run() -> object:
        copy = _copy(fill)
        with closing_of(sqlite3.connect(copy)) as raw, raw:
            guards = raw.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            standing = guards.fetchall()
            for name, _ in standing:
                raw.execute(f"DROP TRIGGER {name}")
            for spoil in spoils:
                raw.execute(spoil)
            for _, guard in standing:
                raw.execute(guard)
        engine = engine_for(f"sqlite:///{copy}")
        try:
            with reading(engine) as session:
                return check(session)
        finally:
            engine.dispose()

    return run


def _after(*spoils: str) -> Run:
    return spoilt(_record, *spoils)


_FIRST = "WHERE number = '2003-04/000001'"
_THIRD = "WHERE number = '2003-04/000003'"

example(
    "record_not_migrated",
    "The record says that it is of the release before.",
    _after("UPDATE alembic_version SET version_num = '0000_before'"),
)
example(
    "chain_is_broken",
    "A journal is taken for the fourth of the chain.",
    _after(f"UPDATE journal SET sequence = 4 {_THIRD}"),
)
example(
    "chain_head_differs",
    "The head is moved back by one journal.",
    _after("UPDATE chain_head SET sequence = 2, moved_from = 1"),
)
example(
    "journal_hash_differs",
    "The person who posted is replaced by another.",
    _after(f"UPDATE journal SET posted_by = 'x.admin' {_FIRST}"),
)
example(
    "text_seal_differs",
    "A narration is written over.",
    _after(f"UPDATE journal SET narration = 'Gifts' {_FIRST}"),
)
example(
    "contents_hash_differs",
    "A narration is written over, and its seal renewed.",
    _after(f"UPDATE journal SET narration = 'Gifts' {_FIRST}"),
)
example(
    "number_not_the_next",
    "A journal is given another number in its year.",
    _after(f"UPDATE journal SET number_in_year = 9 {_THIRD}"),
)
example(
    "year_number_differs",
    "The last number of the year is raised.",
    _after("UPDATE financial_year SET last_number = 9"),
)
example(
    "posted_journal_does_not_balance",
    "One side of a payment is raised by a pound.",
    _after("UPDATE posting SET pence = 7100 WHERE pence = 7000"),
)
example(
    "balance_differs_from_postings",
    "A balance is raised by a pound.",
    _after("UPDATE balance SET pence = pence + 100 WHERE pence = 7000"),
)
example(
    "posted_journal_has_too_few_lines",
    "A line is taken out of a journal.",
    _after("DELETE FROM posting WHERE pence = 7000"),
)
example(
    "lines_of_journal_differ",
    "A line is put into another fund.",
    _after("UPDATE posting SET fund = 'camhs' WHERE pence = 7000"),
)
example(
    "day_outside_posted_period",
    "A journal is moved to another day.",
    _after(f"UPDATE journal SET day = '2003-07-01' {_THIRD}"),
)
example(
    "author_posted_own_journal",
    "The author is replaced by the person who posted.",
    _after(f"UPDATE journal SET author = posted_by {_FIRST}"),
)
example(
    "journal_entered_otherwise",
    "An imported line is said to have been changed once more.",
    _after(f"UPDATE journal SET version = 3 {_THIRD}"),
)
example(
    "journal_differs_from_audit_trail",
    "The time of posting is put back by an hour.",
    _after(f"UPDATE journal SET posted_at = '2003-05-01T08:30:00+00:00' {_FIRST}"),
)
example(
    "journal_unreadable",
    "A day is written over with a word.",
    _after(f"UPDATE journal SET day = 'soon' {_THIRD}"),
)
example(
    "reversal_not_opposite",
    "A reversal is moved to another account.",
    _after(
        "UPDATE posting SET account = 'Expenses:ThirdParty:Health' WHERE journal_id = "
        "(SELECT id FROM journal WHERE reverses IS NOT NULL) AND pence = -10000"
    ),
)
example(
    "import_row_differs_from_journal",
    "An imported row is said to be another.",
    _after("UPDATE import_row SET occurrence = 2"),
)
example(
    "import_batch_differs",
    "The answer of an import is written over.",
    _after("""UPDATE import_batch SET answer = '{"rows_posted": 2}'"""),
)
example(
    "period_days_differ",
    "A period is made longer.",
    _after("UPDATE period SET ends = '2003-06-05' WHERE number = 2"),
)
example(
    "period_seal_differs",
    "A seal is written over.",
    _after("UPDATE period SET seal = 'x' WHERE number = 1"),
)
example(
    "period_differs_from_closings",
    "The closing of a period is taken away.",
    _after("DELETE FROM period_closing"),
)
example(
    "issued_report_differs",
    "A figure of an issued report is written over.",
    _after("UPDATE issued_report SET contents = replace(contents, '0.00', '1.00')"),
)
example(
    "issued_report_of_other_books",
    "An issued report is put down to other books.",
    _after(f"UPDATE issued_report SET books_head = '{'f' * 64}'"),
)
example("period_missing", "A period is deleted.", _after("DELETE FROM period WHERE number = 7"))
example(
    "period_differs_from_audit_trail",
    "A closing is put down to somebody else.",
    _after("UPDATE period SET closed_by = 'p.approver' WHERE number = 1"),
)
example(
    "row_refers_to_nothing",
    "A service is deleted while its outcome weights stay.",
    _after("DELETE FROM service WHERE code = 'therapy'"),
)

example(
    "attachment_differs",
    "A file is put beside a journal past every check.",
    _after(
        "INSERT INTO attachment (journal_id, turn, name, media_type, size, sha256, data, added_by, "
        "added_at) VALUES (1, 1, 'a.pdf', 'application/pdf', 4, 'x', 'JVBERg==', 'h.clerk', '')"
    ),
)
example(
    "journal_found_by_other_words",
    "What a journal is found by is written over.",
    _after("UPDATE journal_search SET words = 'others' WHERE journal_id = 1"),
)
example("guard_missing", "A trigger is dropped.", _without_a_guard)
example(
    "more_differences",
    "Three hundred imported rows are added by hand.",
    _after(
        "WITH RECURSIVE more(row) AS (SELECT 10 UNION ALL SELECT row + 1 FROM more LIMIT 300) "
        "INSERT INTO import_row (batch, row, key, occurrence, cells) "
        "SELECT 'B-00001', row, 'x', row, '{}' FROM more"
    ),
)
