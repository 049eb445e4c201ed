"""SQL run as any other program would run it: past our code, with SQLite's foreign keys off."""

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any

import psycopg
from sqlalchemy import Engine

Attack = Callable[[str], None]
REFUSALS = (sqlite3.IntegrityError, psycopg.Error)
_APART = re.compile(r"(?<!\\);")
"""Statements are parted by semicolons, but not by one with a backslash before it."""


@contextmanager
def attacking(engine: Engine) -> Iterator[Attack]:
    """Statements in one transaction of a plain driver of the database."""
    connection: Any
    if engine.dialect.name == "sqlite":
        connection = sqlite3.connect(str(engine.url.database), isolation_level=None)
    else:
        address = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        connection = psycopg.connect(address, autocommit=True)
    with closing(connection):
        yield lambda statements: _run(connection, statements)


def _run(connection: Any, statements: str) -> None:
    connection.execute("BEGIN")
    try:
        for statement in _APART.split(statements):
            connection.execute(statement.replace("\\;", ";"))
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
