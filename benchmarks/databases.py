"""The databases that are measured: each new, migrated, with the made-up trust in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Engine, make_url, text

from benchmarks import made_up
from benchmarks.measuring import say
from ledger.periods import FinancialYear
from tests.support import postgres
from trust_commissioning.store import engine_for, migrate, transaction
from trust_commissioning.store.tables import METADATA

SQLITE, POSTGRESQL = "SQLite", "PostgreSQL"
# As a careful keeper would run it; the tests' own server is careless of its data.
_DURABLE = {"listen_addresses": "", "shared_buffers": "128MB", "max_wal_size": "1GB"}
_ROWS = 20_000
_GO_ON = (
    "SELECT setval(pg_get_serial_sequence('{0}', 'id'), max(id)) FROM {0} "
    "WHERE pg_get_serial_sequence('{0}', 'id') IS NOT NULL HAVING max(id) IS NOT NULL"
)


@dataclass(frozen=True)
class Database:
    """One database that is measured; `process` is the server's process for our connection."""

    on: str
    url: str

    @property
    def engine(self) -> Engine:
        return engine_for(self.url)

    @property
    def process(self) -> int | None:
        if self.on == SQLITE:
            return None
        with self.engine.connect() as connection:
            return int(connection.execute(text("SELECT pg_backend_pid()")).scalar_one())

    @property
    def megabytes(self) -> int:
        if self.on == SQLITE:
            return Path(make_url(self.url).database or "").stat().st_size // 1_000_000
        with self.engine.connect() as connection:
            size = "SELECT pg_database_size(current_database())"
            return int(connection.execute(text(size)).scalar_one()) // 1_000_000

    def count(self, table: str) -> int:
        with self.engine.connect().execution_options(trust_reads=True) as connection:
            return int(connection.execute(text(f"SELECT COUNT(*) FROM {table}")).scalar_one())

    def settle(self) -> None:
        """What each database does by itself in quiet hours, done before it is asked."""
        with self.engine.connect() as connection:
            if self.on == SQLITE:
                connection.exec_driver_sql("COMMIT")
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
                connection.exec_driver_sql("BEGIN")
            else:
                connection.execution_options(isolation_level="AUTOCOMMIT")
                connection.exec_driver_sql("VACUUM (ANALYZE)")


class Databases:
    """Makes databases in a folder, and on a PostgreSQL server where one can be started."""

    def __init__(self, folder: Path, server: postgres.PostgresServer | None) -> None:
        self.folder = folder
        self._server = server
        self._made = 0

    @property
    def kinds(self) -> tuple[str, ...]:
        return (SQLITE, POSTGRESQL) if self._server else (SQLITE,)

    def empty(self, on: str) -> Database:
        """A new database with tables and guards, and nothing in it."""
        self._made += 1
        if on == POSTGRESQL:
            assert self._server is not None
            url = self._server.fresh()
        else:
            url = f"sqlite:///{self.folder / f'trust-{self._made}.sqlite3'}"
        migrate(url)
        return Database(on, url)

    def founded(self, on: str, years: tuple[FinancialYear, ...] = made_up.YEARS) -> Database:
        """A new database with the made-up trust before its first journal."""
        made = self.empty(on)
        with transaction(made.engine) as session:
            made_up.found(session, years)
        return made

    def copied_to_postgres(self, source: Database) -> Database:
        """The same rows on PostgreSQL: triggers and keys rest while they are copied.

        They went through SQLite's guards, and going through these as well would take several
        minutes.
        """
        made = self.empty(POSTGRESQL)
        address = make_url(made.url).set(drivername="postgresql")
        with (
            source.engine.connect().execution_options(trust_reads=True) as origin,
            psycopg.connect(address.render_as_string(hide_password=False)) as target,
        ):
            target.execute("SET session_replication_role = replica")
            for table in METADATA.sorted_tables:
                target.execute(f'DELETE FROM "{table.name}"')
                names = ", ".join(f'"{column.name}"' for column in table.columns)
                rows = origin.exec_driver_sql(f'SELECT {names} FROM "{table.name}"')
                _copy(target, f'COPY "{table.name}" ({names}) FROM STDIN', rows)
                if "id" in table.columns and table.c.id.type.python_type is int:
                    target.execute(_GO_ON.format(table.name).encode())
        return made

    def drop(self, database: Database) -> None:
        database.engine.dispose()
        if database.on == POSTGRESQL:
            assert self._server is not None
            self._server.drop(database.url)
            return
        path = Path(make_url(database.url).database or "")
        for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
            path.with_name(name).unlink(missing_ok=True)


def _copy(target: psycopg.Connection[Any], command: str, rows: Any) -> None:
    with target.cursor().copy(command) as copy:
        while some := rows.fetchmany(_ROWS):
            for row in some:
                copy.write_row(row)


@contextmanager
def postgres_if_there_is_one() -> Iterator[postgres.PostgresServer | None]:
    """A durable server of our own for as long as it is measured."""
    keeping = postgres.start(_DURABLE)
    if keeping is None:
        say("There is no PostgreSQL here, so only SQLite is measured.")
        yield None
        return
    try:
        yield keeping.server
    finally:
        keeping.stop()
