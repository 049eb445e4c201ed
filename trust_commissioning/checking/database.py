"""The database under the record: its guards, its shape, its file."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import text
from sqlmodel import Session

from ledger.problems import Problem
from trust_commissioning.store import guards
from trust_commissioning.store.migrating import newest_revision, revision_in


def check_database(session: Session) -> Iterator[Problem]:
    connection = session.connection()
    revision = revision_in(connection)
    if revision != newest_revision():
        yield Problem(
            "record_not_migrated",
            f"The record is at revision {revision}; this release expects {newest_revision()}.",
            "record",
        )
    for name in guards.missing(connection):
        yield Problem("guard_missing", f"The guard {name} does not stand.", name)
    if connection.dialect.name != "sqlite":
        return
    for (said,) in session.execute(text("PRAGMA integrity_check")):
        if said != "ok":
            yield Problem("database_damaged", f"The database file is damaged: {said}.", "record")
    for table, row, parent, _ in session.execute(text("PRAGMA foreign_key_check")):
        yield Problem(
            "row_refers_to_nothing",
            f"Row {row} of the table {table} names a row of {parent} that is not there.",
            f"{table}[{row}]",
        )
