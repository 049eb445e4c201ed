"""The guards: triggers by which the database itself refuses what must never be.

The SQL is beside this file, one file for each database, with the same rules in both.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from sqlalchemy import Connection

_TRIGGER = re.compile(r"CREATE (?:CONSTRAINT )?TRIGGER (\w+)\s+.*?\sON (\w+)", re.DOTALL)


@cache
def _sql(dialect: str) -> str:
    return (Path(__file__).parent / f"{dialect}.sql").read_text(encoding="utf-8")


def _statements(dialect: str) -> list[str]:
    """The file's statements: they are parted by lines that hold only ``-- --``."""
    return [part.strip() for part in _sql(dialect).split("\n-- --\n") if part.strip()]


def names(dialect: str) -> dict[str, str]:
    """Each guard's name with the table it stands on."""
    return dict(_TRIGGER.findall(_sql(dialect)))


def missing(connection: Connection) -> list[str]:
    """The guards that should stand in this database and do not."""
    return sorted(set(names(connection.dialect.name)) - _standing(connection))


def install(connection: Connection) -> None:
    """Put every guard up."""
    for statement in _statements(connection.dialect.name):
        connection.exec_driver_sql(
            statement.replace("%", "%%") if _escapes(connection) else statement
        )


def drop(connection: Connection) -> None:
    """Take every guard down, for a migration, in its transaction."""
    if connection.dialect.name == "sqlite":
        for name in _standing(connection):
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        return
    for name, table in connection.exec_driver_sql(
        "SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE 'guard%%'"
    ).all():
        connection.exec_driver_sql(f"DROP TRIGGER {name} ON {table}")


def _escapes(connection: Connection) -> bool:
    return connection.dialect.paramstyle in ("format", "pyformat")


def _standing(connection: Connection) -> set[str]:
    if connection.dialect.name == "sqlite":
        found = connection.exec_driver_sql(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'guard%'"
        )
    else:
        found = connection.exec_driver_sql(
            "SELECT tgname FROM pg_trigger WHERE tgname LIKE 'guard%%' AND tgenabled <> 'D'"
        )
    return {row[0] for row in found}
