"""Many rows added in few statements: one for each row is most of what an import would cost."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, Table, text
from sqlmodel import Session

from trust_commissioning.progress import pieces

_AT_ONCE = 2000


def add_rows(
    session: Session, table: Table, rows: Sequence[Mapping[str, Any]], words: str = "Writing rows"
) -> None:
    """Insert rows that all name the same columns; every key and guard holds for each.

    PostgreSQL takes thousands of them as one document. SQLite takes them from the driver as they
    are, without what a general statement does to each value. `words` say what is under way.
    """
    add = _as_one_document if session.get_bind().dialect.name == "postgresql" else _by_the_driver
    for some in pieces(rows, _AT_ONCE, words):
        add(session.connection(), table, some)


def _as_one_document(
    connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]
) -> None:
    columns = ", ".join(f'"{name}"' for name in rows[0])
    typed = ", ".join(f'"{name}" {table.c[name].type}' for name in rows[0])
    statement = text(
        f'INSERT INTO "{table.name}" ({columns}) SELECT {columns} '
        f"FROM json_to_recordset(CAST(:rows AS json)) AS v({typed})"
    )
    connection.execute(statement, {"rows": json.dumps(rows, default=date.isoformat)})


def _by_the_driver(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    names = list(rows[0])
    columns = ", ".join(f'"{name}"' for name in names)
    places = ", ".join("?" * len(names))
    connection.exec_driver_sql(
        f'INSERT INTO "{table.name}" ({columns}) VALUES ({places})',
        [tuple(map(_as_kept, map(row.__getitem__, names))) for row in rows],
    )


def _as_kept(value: object) -> object:
    """SQLite has no days: they are kept as text."""
    return value.isoformat() if isinstance(value, date) else value
