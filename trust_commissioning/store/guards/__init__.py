"""The guards: triggers by which the database itself refuses what must never be.

The SQL is beside this file, one file for each database, with the same rules in both. Tables of
evidence, whose rows are added and never changed, are named here once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

_TRIGGER = re.compile(r"CREATE (?:CONSTRAINT )?TRIGGER (\w+)\s+.*?\sON (\w+)", re.DOTALL)
_FUNCTION = re.compile(r"CREATE OR REPLACE FUNCTION (\w+)\(.*?AS \$\$(.*?)\$\$", re.DOTALL)

KEPT_FOR_EVER: dict[str, tuple[str, ...]] = {
    "grant_allocation": ("reference",),
    "grant_year": ("allocation", "year"),
    "grant_event": ("allocation", "reference"),
    "map_plan": ("allocation", "year", "version"),
    "map_progress": ("allocation", "year", "reference"),
    "pool_fact": ("kind", "reference"),
    "receipt": ("reference",),
    "receipt_match": ("receipt", "turn"),
    "dispute": ("reference",),
    "dispute_step": ("dispute", "reference"),
    "risk_share": ("fund", "turn"),
    "risk_share_suspension": ("fund", "turn"),
    "settlement": ("fund", "year", "turn"),
    "settlement_line": ("fund", "year", "turn", "partner"),
    "settlement_reduction": ("fund", "year", "turn", "partner", "contribution", "day"),
    "period_closing": ("year", "period", "turn"),
    "period_figures": ("year", "period", "turn"),
    "left_open": ("year", "period", "turn", "item"),
    "reopening_asked": ("year", "period", "turn"),
    "reopening_agreed": ("year", "period", "turn"),
    "host_balance": ("year", "period", "fund", "turn"),
    "year_end_rule": ("fund", "year", "turn"),
    "year_closing": ("year",),
    "budget_profile": ("fund", "year", "account", "service", "turn"),
    "forecast": ("fund", "year", "account", "service", "turn"),
    "issued_report": ("number",),
    "bank_statement": ("batch",),
    "bank_line": ("batch", "row"),
    "call_off_event": ("call_off", "turn"),
    "delivery_return": ("call_off", "starts", "turn"),
    "invoice_line": ("invoice", "line"),
    "invoice_event": ("invoice", "turn"),
    "line_approval": ("invoice", "line", "turn"),
    "line_taken_back": ("invoice", "line", "turn"),
    "matching_rule": ("turn",),
    "payment_held": ("journal",),
    "payment_settled": ("journal",),
    "payment_decision": ("journal", "turn"),
    "procurement_event": ("procurement", "turn"),
    "monitoring_fact": ("kind", "reference"),
    "indicator_mapping": ("indicator", "turn"),
    "outcome_target": ("code", "version"),
    "observation": ("reference",),
    "providing_fact": ("kind", "reference"),
    "contract_move": ("contract", "turn"),
    "contract_variation": ("contract", "reference"),
    "uplift": ("reference",),
    "uplift_rate": ("uplift", "lot"),
    "uplift_decision": ("uplift", "turn"),
    "index_figure": ("name", "month", "turn"),
    "obligation_met": ("contract", "reference"),
    "contract_document": ("contract", "reference"),
    "published_contract": ("batch", "row"),
}
"""Each table of evidence with its key: a row is added, and never changed or taken away."""


@cache
def _statements(dialect: str) -> tuple[str, ...]:
    """The file's statements, parted by lines that hold only ``-- --``, with those for evidence."""
    text = (Path(__file__).parent / f"{dialect}.sql").read_text(encoding="utf-8")
    parts = (part.strip() for part in text.split("\n-- --\n"))
    written = tuple(part for part in parts if part.startswith("CREATE"))
    made = (_sqlite_kept if dialect == "sqlite" else _postgresql_kept)(KEPT_FOR_EVER.items())
    return (*written, *made)


def _sqlite_kept(tables: Iterable[tuple[str, tuple[str, ...]]]) -> Iterator[str]:
    """A row that is there is refused again: `INSERT OR REPLACE` would take it away."""
    refusal = "SELECT RAISE(ABORT, 'guard: kept_for_ever')"
    for table, key in tables:
        same = " AND ".join(f"{column} = NEW.{column}" for column in key)
        yield (
            f"CREATE TRIGGER guard_{table}_insert BEFORE INSERT ON {table}\nBEGIN\n"
            f"  {refusal}\n   WHERE EXISTS (SELECT 1 FROM {table} WHERE {same});\nEND"
        )
        for act in ("update", "delete"):
            yield (
                f"CREATE TRIGGER guard_{table}_{act} BEFORE {act.upper()} ON {table}\nBEGIN\n"
                f"  {refusal};\nEND"
            )


def _postgresql_kept(tables: Iterable[tuple[str, tuple[str, ...]]]) -> Iterator[str]:
    for table, _ in tables:
        for act, each in (("update", "ROW"), ("delete", "ROW"), ("truncate", "STATEMENT")):
            yield (
                f"CREATE TRIGGER guard_{table}_{act} BEFORE {act.upper()} ON {table}\n"
                f"FOR EACH {each} EXECUTE FUNCTION guard_refuse_always('kept_for_ever')"
            )


@cache
def names(dialect: str) -> dict[str, str]:
    """Each guard's name with the table it stands on."""
    return {
        found[1]: found[2]
        for statement in _statements(dialect)
        if (found := _TRIGGER.match(statement))
    }


def missing(connection: Connection) -> list[str]:
    """The guards that should stand in this database as they are written, and do not."""
    dialect = connection.dialect.name
    if dialect == "sqlite":
        rows = connection.exec_driver_sql(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
        )
        standing = {row[0]: row[1] for row in rows}
        wanted = {_TRIGGER.match(one)[1]: one for one in _statements(dialect)}  # type: ignore[index]
        return sorted(name for name, text in wanted.items() if standing.get(name) != text)
    rows = connection.exec_driver_sql(
        "SELECT t.tgname, p.prosrc FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid "
        "WHERE t.tgname LIKE 'guard%%' AND t.tgenabled IN ('O', 'A')"
    )
    bodies = _bodies()
    standing = {row[0]: row[1] for row in rows}
    return sorted(
        name
        for name in names(dialect)
        if standing.get(name) != bodies.get(name, bodies["guard_refuse_always"])
    )


@cache
def _bodies() -> dict[str, str]:
    """The body of each of PostgreSQL's guard functions; one is shared by those that refuse all."""
    return {
        found[1]: found[2]
        for statement in _statements("postgresql")
        if (found := _FUNCTION.match(statement))
    }


def install(connection: Connection) -> None:
    """Put every guard up."""
    for statement in _statements(connection.dialect.name):
        escaped = statement.replace("%", "%%") if _escapes(connection) else statement
        connection.exec_driver_sql(escaped)
    if connection.dialect.name == "sqlite":
        watch(_driver(connection))


def drop(connection: Connection) -> None:
    """Take every guard down, for a migration, in its transaction."""
    if connection.dialect.name == "sqlite":
        _driver(connection).set_authorizer(None)
        rows = connection.exec_driver_sql(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'guard%'"
        )
        for (name,) in rows.all():
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        return
    for name, table in connection.exec_driver_sql(
        "SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE 'guard%%'"
    ).all():
        connection.exec_driver_sql(f"DROP TRIGGER {name} ON {table}")


# SQLite's numbers for what a statement is about to do (sqlite3.h).
_DROP_TABLE, _DROP_TEMP_TRIGGER, _DROP_TRIGGER, _PRAGMA, _ATTACH = 11, 14, 16, 19, 24
_CREATE_TEMP_TABLE, _CREATE_TEMP_TRIGGER, _ALTER_TABLE = 4, 5, 26
_REFUSED = frozenset(
    {
        _DROP_TABLE,
        _DROP_TEMP_TRIGGER,
        _DROP_TRIGGER,
        _ATTACH,
        _CREATE_TEMP_TABLE,
        _CREATE_TEMP_TRIGGER,
        _ALTER_TABLE,
    }
)
_ASKING = frozenset(
    {
        "foreign_key_check",
        "foreign_key_list",
        "index_info",
        "index_list",
        "integrity_check",
        "table_info",
        "table_xinfo",
        "wal_checkpoint",
    }
)


def watch(connection: Any) -> None:
    """Let a SQLite connection do nothing to the guards or to how safely it writes."""

    def allowed(action: int, first: str | None, second: str | None, *_: object) -> int:
        if action in _REFUSED:
            return 1
        if action == _PRAGMA and second is not None and first not in _ASKING:
            return 1
        return 0

    connection.set_authorizer(allowed)


def _driver(connection: Connection) -> Any:
    return connection.connection.dbapi_connection


def _escapes(connection: Connection) -> bool:
    return connection.dialect.paramstyle in ("format", "pyformat")
