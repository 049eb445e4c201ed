"""`trust check` notices whatever is changed in the record behind its guards' back."""

import re
from collections.abc import Iterator
from contextlib import closing as closing_of
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, Integer, Table, text
from sqlalchemy.exc import DatabaseError
from sqlmodel import Session

from ledger.journal import Book
from ledger.periods import Period
from tests.support.extracts import FOSTERING_RULE, add_rules, extract, load, row
from tests.support.trusts import (
    APPROVER,
    AT,
    CLERK,
    YEAR,
    journal,
    past_the_authorizer,
    small_trust,
)
from trust_commissioning import closing, posting
from trust_commissioning.checking import check
from trust_commissioning.store import engine_for, guards, reading, transaction
from trust_commissioning.store.tables import METADATA

SPEND = "Expenses:Unallocated 100.00 / Assets:HostCash -100.00"
CARE = (
    "Expenses:ThirdParty:FosterCare 75.00 stay_safe service=fostering contract=C-0001 / "
    "Expenses:ThirdParty:FosterCare 25.00 be_healthy service=fostering contract=C-0001 / "
    "Liabilities:Creditors -100.00"
)
OWED = "Assets:Debtors:Partners 500.00 partner=pct / Income:Contributions:Cash -500.00 partner=pct"
TABLES = (
    "journal",
    "posting",
    "balance",
    "contract_balance",
    "chain_head",
    "financial_year",
    "period",
)
COLUMNS = [(table, one.name) for table in TABLES for one in METADATA.tables[table].columns]


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def record(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    """One of everything: by rule, keyed, reversed, loaded, in three books; a sealed period.

    Shared by the tests here, which take back whatever they do to it.
    """
    with small_trust(request, request.param, tmp_path_factory.mktemp("record")) as engine:
        _fill(engine)
        yield engine


def _fill(engine: Engine) -> None:
    add_rules(engine, FOSTERING_RULE)
    budget = (
        "Expenses:ThirdParty:FosterCare 900.00 service=fostering / Equity:BudgetAuthority -900.00"
    )
    with transaction(engine) as session:
        posting.post_many(
            session,
            [
                journal(SPEND, ref="1"),
                journal(OWED, ref="2", fund="camhs"),
                journal(budget, ref="3", book=Book.BUDGET),
                journal(CARE, ref="4", payee="Oakfield", day=date(2003, 5, 12)),
            ],
            by=CLERK,
            at=AT,
        )
        keyed = posting.save_draft(session, journal(SPEND, ref="keyed"), by=CLERK, at=AT)
        posting.submit(session, journal(CARE, ref="keyed"), by=CLERK, at=AT, id=keyed, version=1)
        later = AT + timedelta(hours=3)
        posting.post_submitted(session, keyed, by=APPROVER, at=later)
        asked = posting.reverse(session, "2003-04/000004", reason="Paid twice", by=CLERK, at=later)
        posting.post_submitted(session, asked, by=APPROVER, at=later)
        posting.save_draft(session, journal(SPEND, ref="draft"), by=CLERK, at=AT)
    load(engine, extract([row(1, "100.00"), row(2, "250.50"), row(3, "9.99", service="Other")]))
    with transaction(engine) as session:
        closing.close(session, Period(YEAR, 1), by=CLERK, at=AT, reason="Known and small")


class Tampering(Session):
    """A session that changes rows past the guards, then takes everything back."""

    def change(self, statement: str, **values: Any) -> None:
        connection = self.connection()
        if connection.dialect.name == "sqlite":
            guards.drop(connection)
            connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
            connection.exec_driver_sql("PRAGMA ignore_check_constraints=ON")
        else:
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        self.execute(text(statement), values)
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA ignore_check_constraints=OFF")
            guards.install(connection)
        else:
            connection.exec_driver_sql("SET LOCAL session_replication_role = origin")


@pytest.fixture
def tampering(record: Engine) -> Iterator[Tampering]:
    with Tampering(record) as session:
        yield session
        session.rollback()


def test_a_record_nobody_changed_is_clean(record: Engine) -> None:
    with reading(record) as session:
        assert check(session) == []


@pytest.mark.parametrize(("table", "column"), COLUMNS, ids=lambda name: name)
def test_a_change_of_any_column_is_noticed(record: Engine, table: str, column: str) -> None:
    if (table, column) == ("chain_head", "moved_from") and record.dialect.name != "sqlite":
        pytest.skip("there it says only where the last statement began, within which it is read")
    found = METADATA.tables[table]
    with reading(record) as session:
        rows = [dict(one._mapping) for one in session.execute(found.select())]
    if table == "journal":
        rows = [one for one in rows if one["status"] == "posted"]
    rows = rows[:: max(1, len(rows) // 4)]

    unnoticed = []
    for values in rows:
        other = _other(found, column, values[column])
        key = {one.name: values[one.name] for one in found.primary_key.columns}
        with Tampering(record) as session:
            try:
                session.change(
                    f"UPDATE {table} SET {column} = :other WHERE "
                    + " AND ".join(f"{name} = :key_{name}" for name in key),
                    other=other,
                    **{f"key_{name}": value for name, value in key.items()},
                )
                noticed = bool(check(session))
            except DatabaseError:
                noticed = True  # the database itself refused it, by a constraint
            finally:
                session.rollback()
        if not noticed:
            unnoticed.append((key, values[column], other))

    assert rows
    assert unnoticed == []


def _other(table: Table, column: str, value: Any) -> Any:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1000 if column in ("sequence", "journal_id", "id") else value + 1
    if isinstance(value, date):
        return value + timedelta(days=1)
    if value is None:
        return _something(table, column)
    if instant := re.fullmatch(r"(\d{4}-.*T\d\d:\d\d:)(\d\d)(.*)", str(value)):
        return f"{instant[1]}{(int(instant[2]) + 1) % 60:02d}{instant[3]}"
    return _OTHERS.get(str(value), f"{value}x")


_OTHERS = {
    "actual": "budget",
    "budget": "actual",
    "general": "camhs",
    "camhs": "general",
    "rule": "person",
    "person": "rule",
    "batch": "rule",
    "posted": "submitted",
    "stay_safe": "be_healthy",
    "be_healthy": "stay_safe",
    "fostering": "therapy",
    "2003-04": "2004-05",
    "h.clerk": "p.approver",
    "p.approver": "h.clerk",
    "Liabilities:Creditors": "Assets:HostCash",
    "Assets:HostCash": "Liabilities:Creditors",
    "open": "closed",
    "closed": "open",
}


def _something(table: Table, column: str) -> Any:
    if isinstance(table.columns[column].type, Integer):
        return 1
    if table.columns[column].type.python_type is date:
        return date(2003, 4, 2)
    words = {"reverses": "2003-04/000001", "outcome": "stay_safe", "batch": "B-00001"}
    codes = {"service": "therapy", "partner": "council", "contract": "C-0001"}
    return (words | codes).get(column, "something")


SAID = {
    "balance_differs_from_postings": (
        "UPDATE balance SET pence = pence + 5 WHERE account = 'Expenses:Unallocated' AND period = 1",
        (
            "Expenses:Unallocated of fund general in the actual book of 2003-04 P01: the balance kept "
            "is £100.05 (journal 1 of the chain), the postings come to £100.00 (journal 1 of the "
            "chain)."
        ),
    ),
    "posted_journal_does_not_balance": (
        "UPDATE posting SET pence = 10001 WHERE pence = 10000 AND journal_id = 1",
        "Journal 2003-04/000001 has debits of £100.01 and credits of £100.00 in fund general.",
    ),
    "number_not_the_next": (
        "UPDATE journal SET number_in_year = 22 WHERE number_in_year = 2",
        "Journal 2003-04/000002 is kept as number 22 of 2003-04, where 2 is due.",
    ),
    "year_number_differs": (
        "UPDATE financial_year SET last_number = 40",
        "The last number of 2003-04 is kept as 40, and its journals come to 9.",
    ),
    "chain_head_differs": (
        "UPDATE chain_head SET sequence = 8",
        "The head of the chain is kept as journal 8 with ",
    ),
    "chain_is_broken": (
        "DELETE FROM journal WHERE number = '2003-04/000003'",
        "Journal 2003-04/000004 is 4 of the chain after ",
    ),
    "journal_hash_differs": (
        "UPDATE journal SET source_ref = 'other' WHERE source_ref = '1'",
        "Journal 2003-04/000001 keeps ",
    ),
    "text_seal_differs": (
        "UPDATE journal SET narration = 'A child was named here' WHERE number = '2003-04/000001'",
        "Journal 2003-04/000001 keeps ",
    ),
    "contents_hash_differs": (
        "UPDATE journal SET narration = 'Something else' WHERE status = 'draft'",
        "The draft journal with id ",
    ),
    "day_outside_posted_period": (
        "UPDATE journal SET day = '2003-06-30' WHERE number = '2003-04/000001'",
        (
            "Journal 2003-04/000001 of 30 June 2003 is in 2003-04 P01, which runs from 1 April 2003 "
            "to 30 April 2003."
        ),
    ),
    "author_posted_own_journal": (
        "UPDATE journal SET posted_by = author WHERE number = '2003-04/000005'",
        "Journal 2003-04/000005 was keyed and posted by h.clerk.",
    ),
    "lines_of_journal_differ": (
        "UPDATE posting SET fund = 'camhs' WHERE line = 1 AND journal_id = 1",
        "Journal 2003-04/000001 has the lines 1, 2 with some of fund camhs;",
    ),
    "posted_journal_has_too_few_lines": (
        "DELETE FROM posting WHERE line = 2 AND journal_id = 1",
        (
            "Journal 2003-04/000001 has 1 line, of £100.00; a journal has at least two, each for "
            "something."
        ),
    ),
    "journal_entered_otherwise": (
        "UPDATE journal SET version = 7 WHERE number = '2003-04/000001'",
        "Journal 2003-04/000001 (rule) is kept as version 7 of h.clerk",
    ),
    "journal_differs_from_audit_trail": (
        "DELETE FROM audit_event WHERE action = 'post'",
        "Journal 2003-04/000005 is kept as version ",
    ),
    "reversal_not_opposite": (
        (
            "UPDATE posting SET partner = 'pct' WHERE line = 1 AND journal_id = "
            "(SELECT id FROM journal WHERE number = '2003-04/000006')"
        ),
        "Journal 2003-04/000006 reverses 2003-04/000004: 2 of its 3 lines are the opposite",
    ),
    "period_days_differ": (
        "UPDATE period SET ends = '2003-06-29' WHERE number = 3",
        "2003-04 P03 is kept from 2003-06-01 to 2003-06-29; it runs from 2003-06-01 to 2003-06-30.",
    ),
    "period_seal_differs": (
        "UPDATE period SET seal = 'forged' WHERE number = 1",
        "2003-04 P01 was sealed forged…, and its journals come to ",
    ),
    "period_differs_from_audit_trail": (
        "UPDATE period SET closed_by = 'p.approver' WHERE number = 1",
        (
            "2003-04 P01 is kept as closed by p.approver at 2003-05-01T09:30:00+00:00; the audit trail "
            "has h.clerk at 2003-05-01T09:30:00+00:00."
        ),
    ),
    "period_missing": (
        "DELETE FROM period WHERE number = 7",
        "2003-04 lacks period 7 of its thirteen.",
    ),
    "period_unreadable": (
        "UPDATE period SET year = 'soon' WHERE number = 7",
        "A period cannot be read: “soon” is not a financial year; write it as 2003-04.",
    ),
    "import_row_differs_from_journal": (
        "UPDATE import_row SET key = 'other' WHERE row = 3",
        "Row 3 of B-00001 has a journal that names another row.",
    ),
    "import_batch_differs": (
        """UPDATE import_batch SET answer = '{"rows_posted": 2}'""",
        "B-00001 posted 2 rows by its answer, and 3 are kept.",
    ),
}


@pytest.mark.parametrize("code", SAID)
def test_what_differs_is_named_with_both_figures(tampering: Tampering, code: str) -> None:
    statement, message = SAID[code]

    tampering.change(statement)

    said = [str(one.message) for one in check(tampering) if one.code == code]
    assert any(one.startswith(message) for one in said), said


def test_a_journal_taken_out_whole_with_its_balances_is_noticed(tampering: Tampering) -> None:
    """Even the last: the head, the year's number and the sealed period still know of it."""
    last = "(SELECT id FROM journal WHERE sequence = (SELECT max(sequence) FROM journal))"
    tampering.change(
        "UPDATE balance SET pence = pence - (SELECT sum(p.pence) FROM posting p WHERE "
        f"p.journal_id = {last} AND p.account = balance.account) WHERE last_sequence = 9"
    )
    tampering.change(f"DELETE FROM posting WHERE journal_id = {last}")
    tampering.change(f"DELETE FROM journal WHERE id = {last}")

    codes = {problem.code for problem in check(tampering)}

    assert {"chain_head_differs", "year_number_differs", "import_row_differs_from_journal"} <= codes


def test_a_guard_taken_away_is_noticed(tampering: Tampering) -> None:
    connection = tampering.connection()
    on = "" if past_the_authorizer(connection) else " ON journal"
    connection.exec_driver_sql(f"DROP TRIGGER guard_journal_delete{on}")

    assert [(p.code, p.where) for p in check(tampering)] == [
        ("guard_missing", "guard_journal_delete")
    ]


def test_a_record_of_another_release_is_noticed(tampering: Tampering) -> None:
    tampering.change("UPDATE alembic_version SET version_num = '0000'")

    assert "record_not_migrated" in {problem.code for problem in check(tampering)}


def test_what_no_journal_can_hold_is_a_finding_and_not_a_crash(tampering: Tampering) -> None:
    if tampering.connection().dialect.name != "sqlite":
        pytest.skip("PostgreSQL's columns hold only values of their type")

    tampering.change("UPDATE journal SET day = 'soon' WHERE number = '2003-04/000001'")
    tampering.change("UPDATE posting SET pence = 100.5 WHERE journal_id = 2 AND line = 1")
    tampering.change("UPDATE journal SET book = 'red' WHERE number = '2003-04/000003'")

    unreadable = [p.where for p in check(tampering) if p.code == "journal_unreadable"]
    assert unreadable == ["2003-04/000001", "2003-04/000002", "2003-04/000003"]


def test_a_line_that_refers_to_nothing_is_noticed_on_sqlite(tampering: Tampering) -> None:
    if tampering.connection().dialect.name != "sqlite":
        pytest.skip("PostgreSQL cannot look again at keys it was told not to hold")

    tampering.change("UPDATE posting SET contract = 'C-9999' WHERE contract = 'C-0001'")

    assert "row_refers_to_nothing" in {problem.code for problem in check(tampering)}


def test_a_damaged_file_is_noticed_on_sqlite(record: Engine, tmp_path: Path) -> None:
    if record.dialect.name != "sqlite":
        pytest.skip("PostgreSQL's files are its own affair")
    copy = tmp_path / "damaged.sqlite3"
    with closing_of(record.raw_connection()) as raw:
        raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    data = bytearray(Path(str(record.url.database)).read_bytes())
    with record.connect() as connection:
        page = connection.exec_driver_sql(
            "SELECT rootpage FROM sqlite_master WHERE name = 'ix_posting_account'"
        ).scalar_one()
    size = 4096
    data[(page - 1) * size + 200 : page * size] = bytes(size - 200)
    copy.write_bytes(data)
    damaged = engine_for(f"sqlite:///{copy}")

    with reading(damaged) as session:
        codes = {problem.code for problem in check(session)}
    damaged.dispose()

    assert "database_damaged" in codes


def test_only_the_first_of_very_many_differences_are_listed(tampering: Tampering) -> None:
    many = ", ".join(f"('y{n:03d}', 7)" for n in range(250))
    tampering.change(f"INSERT INTO financial_year (year, last_number) VALUES {many}")

    found = check(tampering)

    assert len(found) == 201
    assert found[-1].code == "more_differences"
