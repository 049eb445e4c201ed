"""Bringing a database to the shape this release expects, with its guards."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, column, inspect, make_url, select, table

from trust_commissioning.store import finding, guards
from trust_commissioning.store.engine import engine_for

if TYPE_CHECKING:
    from alembic.config import Config

_MIGRATIONS = Path(__file__).parents[1] / "migrations"
_KEPT_IN = "alembic_version"


def config() -> Config:
    """Alembic's configuration, without a file."""
    from alembic.config import Config

    made = Config()
    made.set_main_option("script_location", str(_MIGRATIONS))
    return made


def migrate(url: str, *, everyday_url: str = "") -> str:
    """Migrate to the newest shape in one transaction and install the guards anew.

    `url` is the owner's. Where `everyday_url` names another PostgreSQL role, that role is given
    what the application needs and no more. Returns the revision reached.
    """
    from alembic import command

    engine = engine_for(url)
    with engine.begin() as connection:
        guards.drop(connection)
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        made = config()
        made.attributes["connection"] = connection
        command.upgrade(made, "head")
        finding.stand(connection)
        guards.install(connection)
        _grant(connection, everyday_url)
        missing = guards.missing(connection)
        assert not missing, f"guards missing after migration: {missing}"
        reached = revision_in(connection)
    assert reached is not None
    return reached


def empty_record(file: Path) -> str:
    """Make an SQLite record that holds nothing, in the newest shape; returns its address.

    What every migration makes of an empty file is worked out once in a process and then copied.
    """
    file.write_bytes(_empty())
    return f"sqlite:///{file}"


@cache
def _empty() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "empty.sqlite3"
        url = f"sqlite:///{file}"
        migrate(url)
        # The last connection to close writes the log into the file.
        engine_for(url).dispose()
        return file.read_bytes()


@cache
def newest_revision() -> str:
    """The revision this release expects: a migration's file begins with its number."""
    return max(file.name[:4] for file in (_MIGRATIONS / "versions").glob("[0-9]*.py"))


def revision_of(engine: Engine) -> str | None:
    """The revision a database is at; None where it has never been migrated."""
    with engine.connect().execution_options(trust_reads=True) as connection:
        return revision_in(connection)


def revision_in(connection: Connection) -> str | None:
    """As Alembic keeps it: the one row of a table of its own."""
    if not inspect(connection).has_table(_KEPT_IN):
        return None
    return connection.scalar(select(column("version_num")).select_from(table(_KEPT_IN)))


_MAY_DELETE = (
    *("journal", "posting", "attachment", "entry_draft", "saved_view"),
    *("service_outcome", "coding_rule", "import_profile"),
    *("bank_match", "bank_match_line", "bank_match_posting"),
)


def _grant(connection: Connection, everyday_url: str) -> None:
    """Let the everyday role read, add and change; delete only what is still a draft or a
    setting. It owns nothing, so it cannot take a guard away."""
    role = make_url(everyday_url).username if everyday_url else None
    if connection.dialect.name == "sqlite" or not role or role == connection.engine.url.username:
        return
    quote = connection.dialect.identifier_preparer.quote
    quoted = quote(role)
    database = quote(connection.engine.url.database or "")
    # A temporary table of the same name would come before a real one for whoever may make it.
    connection.exec_driver_sql(f"REVOKE TEMPORARY ON DATABASE {database} FROM PUBLIC, {quoted}")
    for statement in (
        "GRANT USAGE ON SCHEMA public TO {}",
        "GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO {}",
        "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}",
        f"GRANT DELETE ON {', '.join(_MAY_DELETE)} TO {{}}",
    ):
        connection.exec_driver_sql(statement.format(quoted))
