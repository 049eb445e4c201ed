"""Connections, transactions, and readings of the record."""

import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from tests.support.trusts import AT, CLERK, journal
from trust_commissioning import posting
from trust_commissioning.store import engine_for, migrate, reading, transaction
from trust_commissioning.store.engine import (
    WAL_FAULT_MENDED,
    once,
    sqlite_version,
    unchanging,
)
from trust_commissioning.store.tables import JournalRow, PartnerRow, table_of

SPEND = "Expenses:Unallocated 100.00 / Assets:HostCash -100.00"


def journals_in(session: Session) -> int:
    count = select(func.count()).select_from(table_of(JournalRow))
    return int(session.execute(count).scalar_one())


def post(engine: Engine, ref: str) -> None:
    with transaction(engine) as session:
        posting.post(session, journal(SPEND, ref=ref), by=CLERK, at=AT)


def test_sqlite_keeps_what_was_acknowledged_through_a_power_cut(tmp_path: Path) -> None:
    """WAL with FULL, which lost nothing in any power cut replayed; NORMAL lost in a quarter."""
    engine = engine_for(f"sqlite:///{tmp_path / 'folder' / 'trust.sqlite3'}")

    with engine.connect() as connection:
        settings = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "recursive_triggers")
        }
    engine.dispose()

    full, extra = 2, 3
    assert settings == {
        "journal_mode": "wal" if sqlite_version() >= WAL_FAULT_MENDED else "delete",
        "synchronous": full if sqlite_version() >= WAL_FAULT_MENDED else extra,
        "foreign_keys": 1,
        "recursive_triggers": 1,
    }


def test_the_sqlite_that_is_installed_has_the_wal_fault_mended() -> None:
    assert sqlite_version() >= (3, 51, 3)


def test_postgresql_waits_for_the_disk_before_it_acknowledges(engine: Engine) -> None:
    if engine.dialect.name == "sqlite":
        pytest.skip("SQLite's settings are tested above")

    with engine.connect() as connection:
        isolation = connection.execute(text("SHOW transaction_isolation")).scalar_one()

    assert isolation == "read committed"
    assert engine.dialect.driver == "psycopg"


def test_one_address_has_one_engine(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'trust.sqlite3'}"

    assert engine_for(url) is engine_for(url)
    engine_for(url).dispose()


def test_a_transaction_is_committed_whole_at_its_end(engine: Engine) -> None:
    with transaction(engine) as session:
        session.add(PartnerRow(code="one", name="One"))
        session.flush()
        with reading(engine) as other:
            assert other.get(PartnerRow, "one") is None

    with reading(engine) as session:
        assert session.get(PartnerRow, "one") is not None


def test_a_transaction_that_fails_leaves_nothing(engine: Engine) -> None:
    def fail() -> None:
        with transaction(engine) as session:
            session.add(PartnerRow(code="one", name="One"))
            session.flush()
            raise KeyError

    with pytest.raises(KeyError):
        fail()

    with reading(engine) as session:
        assert session.get(PartnerRow, "one") is None


def test_a_reading_is_one_unchanging_view(engine: Engine) -> None:
    post(engine, "before")

    with reading(engine) as session:
        assert journals_in(session) == 1
        post(engine, "meanwhile")
        assert journals_in(session) == 1

    with reading(engine) as session:
        assert journals_in(session) == 2


def test_whatever_is_tried_in_a_reading_nothing_is_written(engine: Engine) -> None:
    def write() -> None:
        with reading(engine) as session:
            session.add(PartnerRow(code="one", name="One"))
            session.flush()

    if engine.dialect.name == "sqlite":
        write()
    else:
        with pytest.raises(DBAPIError, match="read-only transaction"):
            write()

    with reading(engine) as session:
        assert session.get(PartnerRow, "one") is None


def test_readers_do_not_wait_for_a_writer(engine: Engine) -> None:
    with transaction(engine) as session:
        posting.post(session, journal(SPEND), by=CLERK, at=AT)
        began = time.monotonic()
        with reading(engine) as other:
            assert journals_in(other) == 0

        assert time.monotonic() - began < 5


def test_writers_of_one_process_are_served_in_the_order_they_came(engine: Engine) -> None:
    if engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL queues its writers by itself")
    served: list[int] = []

    def write(place: int) -> None:
        with transaction(engine) as session:
            session.connection()
            served.append(place)
            time.sleep(0.005)

    with transaction(engine) as session:
        session.connection()
        waiting = []
        for place in range(12):
            thread = threading.Thread(target=write, args=(place,))
            thread.start()
            waiting.append(thread)
            time.sleep(0.01)
    for thread in waiting:
        thread.join(30)

    assert served == list(range(12))


def test_one_who_writes_reads_afresh_but_while_reading_only(engine: Engine) -> None:
    def counted(session: Session) -> int:
        return once(session, "journals", journals_in)

    with transaction(engine) as session:
        before = counted(session)
        posting.post(session, journal(SPEND, ref="1"), by=CLERK, at=AT)
        after = counted(session)
        with unchanging(session):
            seen = [counted(session), once(session, "journals", lambda _: -1)]
        posting.post(session, journal(SPEND, ref="2"), by=CLERK, at=AT)

        assert (before, after, seen, counted(session)) == (0, 1, [1, 1], 2)


def test_what_was_to_read_only_is_told_when_it_writes(engine: Engine) -> None:
    with (
        pytest.raises(AssertionError, match="read only"),
        transaction(engine) as session,
        unchanging(session),
    ):
        session.add(PartnerRow(code="late", name="Late"))


def test_a_turn_is_given_back_when_a_writer_fails(engine: Engine) -> None:
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), transaction(engine):
            raise ZeroDivisionError

    post(engine, "after")


def test_a_database_file_is_made_with_the_folders_it_needs(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'a' / 'b' / 'trust.sqlite3'}"

    migrate(url)
    engine_for(url).dispose()

    assert (tmp_path / "a" / "b" / "trust.sqlite3").is_file()
