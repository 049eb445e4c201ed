"""The database itself refuses what must never be, whoever writes to it with whatever program."""

import sqlite3
from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import DatabaseError

from tests.support.attacking import REFUSALS, Attack, attacking
from tests.support.trusts import APPROVER, AT, CLERK, journal
from trust_commissioning import posting
from trust_commissioning.checking import check
from trust_commissioning.store import guards, reading, transaction

HASH = "a" * 64
SPEND = "Expenses:Unallocated 100.00 / Assets:HostCash -100.00"


@pytest.fixture
def attack(engine: Engine) -> Iterator[Attack]:
    """Runs SQL as any other program would: past our code, with SQLite's foreign keys off."""
    with transaction(engine) as session:
        posting.post(session, journal(SPEND, ref="posted"), by=CLERK, at=AT)
        posting.submit(session, journal(SPEND, ref="waits"), by=CLERK, at=AT)
        posting.save_draft(session, journal(SPEND, ref="draft"), by=CLERK, at=AT)
    with attacking(engine) as made:
        yield made


def _post(which: str, **changes: str) -> str:
    """SQL that posts a journal by hand, right in everything but `changes`."""
    values = {
        "status": "'posted'",
        "version": "version + 1",
        "posted_by": f"'{APPROVER}'",
        "posted_at": "'2003-05-02T09:00:00+00:00'",
        "number": "'2003-04/000002'",
        "number_in_year": "2",
        "sequence": "2",
        "salt": "'s'",
        "text_seal": "'t'",
        "previous_hash": "(SELECT hash FROM chain_head)",
        "hash": f"'{HASH}'",
    } | changes
    settings = ", ".join(f"{name} = {value}" for name, value in values.items())
    return f"UPDATE journal SET {settings} WHERE source_ref = '{which}'"


def _add_line(which: str, *, line: int, pence: str, fund: str = "general") -> str:
    return (
        "INSERT INTO posting (journal_id, line, fund, account, pence) "
        f"SELECT id, {line}, '{fund}', 'Expenses:Unallocated', {pence} "
        f"FROM journal WHERE source_ref = '{which}'"
    )


REFUSED = {
    "journal_does_not_balance": _add_line("draft", line=3, pence="1")
    + "; UPDATE journal SET status = 'submitted', version = version + 1 WHERE source_ref = 'draft'"
    + ";"
    + _post("draft"),
    "journal_has_too_few_postings": (
        "DELETE FROM posting WHERE journal_id = (SELECT id FROM journal "
        "WHERE source_ref = 'draft'); UPDATE journal SET status = 'submitted', "
        "version = version + 1 WHERE source_ref = 'draft';"
    )
    + _post("draft"),
    "period_not_open": (
        "UPDATE period SET status = 'closed', seal = 's', closed_by = 'h.clerk', "
        "closed_at = 'now' WHERE number = 2; UPDATE journal SET period = 2, day = '2003-05-05', "
        "version = version + 1 WHERE source_ref = 'draft'; UPDATE journal SET "
        "status = 'submitted', version = version + 1 WHERE source_ref = 'draft';"
    )
    + _post("draft"),
    "posting_to_another_fund": _add_line("draft", line=3, pence="1", fund="camhs"),
    "posted_journal_never_changes": (
        "UPDATE journal SET narration = 'other', version = version + 1 WHERE source_ref = 'posted'"
    ),
    "posted_journal_never_deleted": ("DELETE FROM journal WHERE source_ref = 'posted'"),
    "posting_is_replaced_never_changed": (
        "UPDATE posting SET pence = pence + 1 WHERE journal_id = "
        "(SELECT id FROM journal WHERE source_ref = 'posted')"
    ),
    "posting_of_no_draft": (
        "DELETE FROM posting WHERE journal_id = "
        "(SELECT id FROM journal WHERE source_ref = 'posted')"
    ),
    "poster_is_author": _post("waits", posted_by=f"'{CLERK}'"),
    "poster_may_not_post": _post("waits", posted_by="'a.auditor'"),
    "poster_may_not_post ": _post("waits", posted_by="'f.officer'"),
    "keyed_journal_is_submitted_first": _post("draft"),
    "submitted_journal_never_changes": (
        "UPDATE journal SET narration = 'other', version = version + 1 WHERE source_ref = 'waits'"
    ),
    "journal_key_never_changes": (
        "UPDATE journal SET authored_by = 'rule', version = version + 1 WHERE source_ref = 'waits'"
    ),
    "version_rises_by_one": ("UPDATE journal SET narration = 'other' WHERE source_ref = 'draft'"),
    "number_is_not_the_next": _post("waits", number="'2003-04/000003'", number_in_year="3"),
    "chain_is_broken": _post("waits", previous_hash=f"'{HASH[1:]}b'"),
    "author_unknown": (
        "INSERT INTO journal (id, book, fund, year, period, day, narration, payee, source, "
        "source_ref, contents_hash, author, authored_by, status, version, entered_at) VALUES "
        "(99, 'actual', 'general', '2003-04', 1, '2003-04-30', 'n', '', 's', 'r', 'c', "
        "'h.clerk ', 'person', 'draft', 1, '2003-04-30')"
    ),
    "year_unreadable": "INSERT INTO financial_year VALUES ('2004-06', 0)",
    "period_has_other_days": (
        "INSERT INTO financial_year VALUES ('1066-67', 0); INSERT INTO period "
        "(year, number, starts, ends, status) VALUES "
        "('1066-67', 13, '2003-04-01', '2099-01-01', 'open')"
    ),
    "journal_enters_as_draft": (
        "INSERT INTO journal (id, book, fund, year, period, day, narration, payee, source, "
        "source_ref, contents_hash, author, authored_by, status, version, entered_at) VALUES "
        "(99, 'actual', 'general', '2003-04', 1, '2003-04-30', 'n', '', 's', 'r', 'c', 'h.clerk', "
        "'person', 'submitted', 1, 'now')"
    ),
    "balance_moves_by_posting_only": "UPDATE balance SET pence = pence + 1",
    "balance_starts_at_nil": (
        "INSERT INTO balance (book, year, fund, period, account, service, outcome, partner, "
        "pence, last_sequence) VALUES ('actual', '2003-04', 'general', 9, "
        "'Expenses:Unallocated', '', '', '', 5, 0)"
    ),
    "balance_never_deleted": "DELETE FROM balance",
    "period_closes_with_its_seal": "UPDATE period SET status = 'closed' WHERE number = 2",
    "period_has_submitted_journals": (
        "UPDATE period SET status = 'closed', seal = 's', closed_by = 'h.clerk', "
        "closed_at = 'now' WHERE number = 1"
    ),
    "period_days_never_change": "UPDATE period SET ends = '2003-05-30' WHERE number = 2",
    "period_never_deleted": "DELETE FROM period WHERE number = 2",
    "year_never_deleted": "DELETE FROM financial_year",
    "kept_for_ever": "UPDATE audit_event SET person = 'somebody'",
    "person_is_made_inactive_never_deleted": "DELETE FROM person WHERE username = 'a.auditor'",
    "username_never_changes": "UPDATE person SET username = 'b' WHERE username = 'a.auditor'",
    "account_name_never_changes": (
        "UPDATE account SET name = 'Expenses:Other' WHERE name = 'Expenses:ThirdParty:Health'"
    ),
}

CLOSE = (
    "UPDATE period SET status = 'closed', seal = 's', closed_by = 'h.clerk', closed_at = 'now' "
    "WHERE number = 2"
)
CLOSE_AGAIN = CLOSE.replace("'s'", "'second'")
ASK = "INSERT INTO reopening_asked VALUES ('2003-04', 2, 1, 'h.clerk', 'now', 'a late invoice')"
AGREE = "INSERT INTO reopening_agreed VALUES ('2003-04', 2, 1, 'p.approver', 'now')"
REOPEN = (
    "UPDATE period SET status = 'open', seal = NULL, closed_by = NULL, closed_at = NULL "
    "WHERE number = 2"
)
CLOSE_ALL = (
    "UPDATE journal SET status = 'draft', version = version + 1 WHERE source_ref = 'waits'; "
    "UPDATE period SET status = 'closed', seal = 's', closed_by = 'h.clerk', closed_at = 'now'; "
    "INSERT INTO year_closing VALUES ('2003-04', 'h.clerk', 'now')"
)
REOPENING = {
    "closed_period_stays_closed": f"{CLOSE}; {REOPEN}",
    "closed_period_stays_closed, though one asked": f"{CLOSE}; {ASK}; {REOPEN}",
    "closed_period_stays_closed, though it was opened again before": (
        f"{CLOSE}; {ASK}; {AGREE}; {REOPEN}; {CLOSE}; {REOPEN}"
    ),
    "closed_period_stays_closed, and its seal with it": f"{CLOSE}; {CLOSE}",
    "reopening_takes_two_people": f"{CLOSE}; {ASK}; {AGREE.replace('p.approver', 'h.clerk')}",
    "reopening_takes_two_people, of whom one asks": f"{CLOSE}; {AGREE}",
    "person_may_not_reopen": f"{CLOSE}; {ASK.replace('h.clerk', 'a.auditor')}",
    "person_may_not_reopen, nor agree": f"{CLOSE}; {ASK}; {AGREE.replace('p.approver', 'a.auditor')}",
    "reopening_of_no_closing": ASK,
    "reopening_of_no_closing, since it is open again": (
        f"{CLOSE}; {ASK}; {AGREE}; {REOPEN}; "
        "INSERT INTO reopening_asked VALUES ('2003-04', 2, 2, 'h.clerk', 'now', 'again')"
    ),
    "reopening_of_no_closing, since no reason is given": f"{CLOSE}; {ASK.replace('a late invoice', ' ')}",
    "open_period_has_no_seal": "UPDATE period SET seal = 's' WHERE number = 2",
    "closing_is_told_by_its_period": (
        "INSERT INTO period_closing VALUES ('2003-04', 2, 1, 'h.clerk', 'now', 's', 1)"
    ),
    "closing_is_told_by_its_period, and only once": (
        f"{CLOSE}; INSERT INTO period_closing VALUES ('2003-04', 2, 2, 'h.clerk', 'now', 's', 1)"
    ),
    "year_is_finally_closed": f"{CLOSE_ALL}; {ASK}; {AGREE}; {REOPEN}",
    "year_has_open_periods": "INSERT INTO year_closing VALUES ('2003-04', 'h.clerk', 'now')",
}
EVIDENCE_OF_CLOSING = {
    "period_closing": f"{CLOSE}; UPDATE period_closing SET seal = 't'",
    "left_open": (
        "INSERT INTO left_open VALUES ('2003-04', 2, 1, 'drafts', 'one', 'known'); "
        "UPDATE left_open SET reason = 'other'"
    ),
    "reopening_asked": f"{CLOSE}; {ASK}; UPDATE reopening_asked SET reason = 'other'",
    "reopening_agreed": f"{CLOSE}; {ASK}; {AGREE}; DELETE FROM reopening_agreed",
    "host_balance": (
        "INSERT INTO host_balance VALUES "
        "('2003-04', 2, 'general', 1, 5, 'ledger', 'h.clerk', 'now'); "
        "UPDATE host_balance SET pence = 6"
    ),
    "year_end_rule": (
        "INSERT INTO year_end_rule VALUES "
        "('general', '2003-04', 1, 'carry_forward', 'c', '{}', 'h.clerk', 'now'); "
        "DELETE FROM year_end_rule"
    ),
    "year_closing": f"{CLOSE_ALL}; DELETE FROM year_closing",
}
REFUSED = REFUSED | REOPENING


ISSUED = (
    "INSERT INTO issued_report (number, turn, reference, report, title, year, period, unit, "
    "tolerance_pence, reasons, asked, contents, contents_sha256, pdf, pdf_sha256, books_head, "
    "issued_by, issued_at) VALUES ('I-0001', 1, 'r', 'budget', 'Budget', '2003-04', 1, 'pence', 0, "
    "'{}', '{}', '{}', 'x', '', 'x', 'x', 'x.admin', 'now')"
)


@pytest.mark.parametrize(
    "act", ["UPDATE issued_report SET contents = '{ }'", "DELETE FROM issued_report"]
)
def test_an_issued_report_is_never_changed(attack: Attack, act: str) -> None:
    with pytest.raises(REFUSALS, match="guard: kept_for_ever"):
        attack(f"{ISSUED}; {act}")


@pytest.mark.parametrize("table", EVIDENCE_OF_CLOSING)
def test_the_evidence_of_a_closing_is_never_changed(attack: Attack, table: str) -> None:
    with pytest.raises(REFUSALS, match="guard: kept_for_ever"):
        attack(EVIDENCE_OF_CLOSING[table])


def test_two_people_may_open_a_period_again_and_the_first_seal_stays(
    engine: Engine, attack: Attack
) -> None:
    """Shows that the attacks on a closed period are refused for their one fault."""
    attack(f"{CLOSE}; {ASK}; {AGREE}; {REOPEN}; {CLOSE_AGAIN}")

    with engine.connect() as connection:
        kept = connection.exec_driver_sql("SELECT turn, seal FROM period_closing ORDER BY turn")
        assert [tuple(row) for row in kept] == [(1, "s"), (2, "second")]


POOL = (
    "INSERT INTO pool_fact VALUES ('office', 'O', 'director', NULL, '2003-04-01', 1, '{}', "
    "'h.clerk', 'now'); "
    "INSERT INTO contribution VALUES ('k', 'camhs', '2003-04', 'pct', 'cash', '', '', {true}, "
    "NULL, 0, NULL, NULL); "
    "INSERT INTO instalment VALUES ('k', '2003-04-30', 100); "
    "INSERT INTO receipt VALUES ('R', 'camhs', 'pct', '2003-04-30', 100, '', '', "
    "'2003-04/000001', 'h.clerk', 'now'); "
    "INSERT INTO receipt_match (receipt, turn, contribution, day, pence, journal, recorded_by, "
    "recorded_at) VALUES ('R', 1, 'k', '2003-04-30', 100, '2003-04/000001', 'h.clerk', 'now'); "
    "INSERT INTO dispute VALUES ('D', 'k', '2003-04-30', '2003-05-01', 100, 'why', 'h.clerk', "
    "'now'); "
    "INSERT INTO dispute_step VALUES ('D', 'N', 1, '2003-05-02', 'note', 0, 'said', NULL, "
    "'h.clerk', 'now')"
)
OF_THE_POOL = {
    "pool_fact": "contents = 'other'",
    "receipt": "pence = 99",
    "receipt_match": "pence = 99",
    "dispute": "reason = 'other'",
    "dispute_step": "words = 'other'",
}


@pytest.mark.parametrize("table", OF_THE_POOL)
def test_what_is_recorded_of_a_pool_is_never_changed(attack: Attack, table: str) -> None:
    attack(POOL.replace("{true}", "true"))

    for change in (f"UPDATE {table} SET {OF_THE_POOL[table]}", f"DELETE FROM {table}"):
        with pytest.raises(REFUSALS, match="guard: kept_for_ever"):
            attack(change)


GRANTS = (
    "INSERT INTO account VALUES ('Income:Grants:Other', 'Other grants', '', '', '', {false}, "
    "{false}); "
    "INSERT INTO grant_programme VALUES ('g', 'Grant', '', '', 'Income:Grants:Other', {false}, "
    "{false}, 'return', {false}, '', '{}'); "
    "INSERT INTO grant_allocation VALUES ('a', 'g', 'council', 'general', '2003-04-01', "
    "'2004-03-31', 100, NULL, '', 'h.clerk', 'now'); "
    "INSERT INTO grant_year VALUES ('a', '2003-04', 100, {true}, 'return'); "
    "INSERT INTO grant_event VALUES ('a', 'e', 1, 'announced', '2003-04-01', 0, NULL, {true}, '', "
    "'{}', NULL, 'h.clerk', 'now'); "
    "INSERT INTO map_plan VALUES ('a', '2003-04', 1, 'p', '2003-01-31', '{}', 'h.clerk', 'now'); "
    "INSERT INTO map_progress VALUES ('a', '2003-04', 'n', 1, '1.1', '2003-06-30', 'done', '', "
    "'h.clerk', 'now')"
)
OF_GRANTS = {
    "grant_allocation": "core_pence = 99",
    "grant_year": "pence = 99",
    "grant_event": "pence = 99",
    "map_plan": "contents = 'other'",
    "map_progress": "evidence = 'other'",
}


@pytest.mark.parametrize("table", OF_GRANTS)
def test_what_is_recorded_of_a_grant_is_never_changed(attack: Attack, table: str) -> None:
    attack(GRANTS.replace("{true}", "true").replace("{false}", "false"))

    for change in (f"UPDATE {table} SET {OF_GRANTS[table]}", f"DELETE FROM {table}"):
        with pytest.raises(REFUSALS, match="guard: kept_for_ever"):
            attack(change)


@pytest.mark.parametrize("fact", REFUSED)
def test_the_database_refuses_a_bad_row_by_whatever_program(attack: Attack, fact: str) -> None:
    with pytest.raises(REFUSALS, match=f"guard: {fact.partition(',')[0].strip()}"):
        attack(REFUSED[fact])


def test_a_journal_that_is_right_may_be_posted_by_hand(attack: Attack) -> None:
    """Shows that the attacks above are refused for their one fault and not for another."""
    attack(_post("waits"))


def test_the_chain_cannot_be_rewound(attack: Attack) -> None:
    with pytest.raises(REFUSALS, match="guard: chain_is_broken"):
        attack("UPDATE chain_head SET sequence = 0, hash = 'x'")


def test_a_posted_journal_is_not_replaced_by_sqlites_insert_or_replace(
    engine: Engine, attack: Attack
) -> None:
    if engine.dialect.name != "sqlite":
        pytest.skip("INSERT OR REPLACE is SQLite's own")

    with pytest.raises(sqlite3.IntegrityError, match="guard: journal_key_taken"):
        attack(
            "INSERT OR REPLACE INTO journal SELECT id, book, fund, year, period, day, "
            "document_day, 'other', payee, source, source_ref, contents_hash, author, "
            "authored_by, batch, batch_row, reverses, 'draft', 1, entered_at, NULL, NULL, NULL, "
            "NULL, NULL, NULL, NULL, NULL, NULL FROM journal WHERE source_ref = 'posted'"
        )


def test_fractions_of_a_penny_cannot_be_kept(engine: Engine, attack: Attack) -> None:
    if engine.dialect.name != "sqlite":
        pytest.skip("a PostgreSQL bigint holds no fraction")

    with pytest.raises(sqlite3.IntegrityError, match="guard: amount_is_not_whole_pence"):
        attack(_add_line("draft", line=3, pence="1.5"))


def test_every_guard_stands_and_a_missing_or_a_hollow_one_is_noticed(
    engine: Engine, attack: Attack
) -> None:
    with reading(engine) as session:
        assert guards.missing(session.connection()) == []

    if engine.dialect.name == "sqlite":
        attack("DROP TRIGGER guard_journal_post; DROP TRIGGER guard_posting_insert")
        attack("CREATE TRIGGER guard_posting_insert BEFORE INSERT ON posting BEGIN SELECT 1\\; END")
    else:
        attack(
            "DROP TRIGGER guard_journal_post ON journal; CREATE OR REPLACE FUNCTION "
            "guard_posting_insert() RETURNS trigger LANGUAGE plpgsql AS "
            "'BEGIN RETURN NEW\\; END'"
        )

    with reading(engine) as session:
        assert guards.missing(session.connection()) == [
            "guard_journal_post",
            "guard_posting_insert",
        ]


def test_our_own_connection_may_not_take_a_guard_away(engine: Engine) -> None:
    if engine.dialect.name != "sqlite":
        pytest.skip("on PostgreSQL the everyday role owns no table")

    for statement in (
        "DROP TRIGGER guard_journal_post",
        "ATTACH DATABASE ':memory:' AS other",
        "PRAGMA writable_schema = 1",
        "PRAGMA synchronous = OFF",
        "CREATE TEMP TABLE period (year)",
    ):
        with engine.connect() as connection, pytest.raises(DatabaseError, match="not authorized"):
            connection.exec_driver_sql(statement)


REPLACING = {
    "a draft that carries a posted journal's number": (
        "INSERT OR REPLACE INTO journal (book, fund, year, period, day, narration, payee, source, "
        "source_ref, contents_hash, author, authored_by, status, version, entered_at, number) "
        "VALUES ('actual', 'general', '2003-04', 1, '2003-04-30', 'n', '', 's', 'r', 'c', "
        "'h.clerk', 'person', 'draft', 1, '2003-04-30', '2003-04/000001')"
    ),
    "a draft that takes a posted journal's place in the chain": (
        "UPDATE OR REPLACE journal SET sequence = 1, version = version + 1 "
        "WHERE source_ref = 'draft'"
    ),
    "a line under the hidden key of another": (
        "INSERT OR REPLACE INTO posting (rowid, journal_id, line, fund, account, pence) "
        "SELECT 1, id, 3, 'general', 'Expenses:Unallocated', 1 FROM journal "
        "WHERE source_ref = 'draft'"
    ),
    "a balance under the hidden key of another": (
        "INSERT OR REPLACE INTO balance (rowid, book, year, fund, period, account, service, "
        "outcome, partner, pence, last_sequence) VALUES (1, 'actual', '2003-04', 'general', 9, "
        "'Expenses:Unallocated', '', '', '', 0, 0)"
    ),
    "a period under the hidden key of another": (
        "UPDATE OR REPLACE period SET rowid = 1 WHERE number = 2"
    ),
}


@pytest.mark.parametrize("which", REPLACING)
def test_nothing_posted_is_replaced_by_sqlites_or_replace(
    engine: Engine, attack: Attack, which: str
) -> None:
    if engine.dialect.name != "sqlite":
        pytest.skip("OR REPLACE is SQLite's own")

    with pytest.raises(sqlite3.Error):
        attack(REPLACING[which])

    with reading(engine) as session:
        assert check(session) == []


def test_what_another_session_adds_meanwhile_is_not_overlooked(engine: Engine) -> None:
    """A poster whose view of the record is frozen would not see the line that unbalances it."""
    if engine.dialect.name != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    with transaction(engine) as session:
        posting.submit(session, journal(SPEND, ref="waits"), by=CLERK, at=AT)
    address = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)

    post = _post("waits", number="'2003-04/000001'", number_in_year="1", sequence="1")

    with psycopg.connect(address, autocommit=True) as poster:
        poster.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        with pytest.raises(psycopg.Error, match="guard: posting_needs_read_committed"):
            poster.execute(post)


def test_a_temporary_table_does_not_stand_in_for_a_real_one(engine: Engine, attack: Attack) -> None:
    if engine.dialect.name != "postgresql":
        pytest.skip("on SQLite a trigger reads only tables of its own database")
    closing_it = (
        "UPDATE period SET status = 'closed', seal = 's', closed_by = 'h.clerk', "
        "closed_at = 'now' WHERE number = 2"
    )
    move = (
        "UPDATE journal SET period = 2, day = '2003-05-05', version = version + 1 "
        "WHERE source_ref = 'draft'"
    )
    fake = (
        "CREATE TEMP TABLE period AS SELECT * FROM public.period; "
        "UPDATE pg_temp.period SET status = 'open'"
    )

    with pytest.raises(psycopg.Error, match="guard: period_not_open"):
        attack(
            f"{move}; {closing_it}; {fake}; UPDATE journal SET status = 'submitted', "
            "version = version + 1 WHERE source_ref = 'draft'"
        )
