"""What must hold before anybody is let in: a record that keeps its own promises."""

from __future__ import annotations

from sqlalchemy import Connection, Engine
from sqlmodel import Session

from ledger.problems import Problem, Refused
from trust_commissioning.organisation import Organisation, problems_here, read
from trust_commissioning.settings import Settings
from trust_commissioning.store import guards, reading
from trust_commissioning.store.engine import WAL_FAULT_MENDED, sqlite_version
from trust_commissioning.store.migrating import newest_revision, revision_of
from trust_commissioning.store.tables import TrustRow

_FULL, _EXTRA = 2, 3


def trust_name(engine: Engine) -> str:
    """The name of the trust, once the record has been found fit to serve.

    Raises:
        Refused: with one sentence on what is wrong and what to do.
    """
    found, expected = revision_of(engine), newest_revision()
    if found is None:
        raise _no(
            "trust_not_founded", "There is no trust here yet; run `trust init` or `trust demo`."
        )
    if found != expected:
        raise _no(
            "database_of_another_release",
            f"The database is at {found} and this release needs {expected}; run `trust migrate`.",
        )
    with engine.connect().execution_options(trust_reads=True) as connection:
        if missing := guards.missing(connection):
            raise _no(
                "guard_missing",
                f"The database has lost guards ({', '.join(missing)}), so it would accept what it "
                "must refuse; run `trust migrate`, then `trust check`.",
            )
        _check_durable(connection)
        trust = Session(connection).get(TrustRow, 1)
    if trust is None:
        raise _no(
            "trust_not_founded", "There is no trust here yet; run `trust init` or `trust demo`."
        )
    return trust.name


def agreed_sign_in(settings: Settings, engine: Engine) -> Organisation | None:
    """What was agreed with the organisation people sign in with; None where there is none.

    Raises:
        Refused: what is wrong with the file, or ``break_glass_unfit``.
    """
    if settings.sign_in_file is None:
        return None
    agreed = read(settings.sign_in_file, settings.organisation_secret)
    with reading(engine) as session:
        if problems := problems_here(session, agreed):
            raise Refused(problems)
    return agreed


def _check_durable(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        _check_sqlite(connection)
        return
    for setting in ("fsync", "synchronous_commit"):
        value = connection.exec_driver_sql(f"SHOW {setting}").scalar_one()
        if value == "off":
            raise _no(
                "database_not_durable",
                f"PostgreSQL runs with {setting} off, so a power cut could lose what was posted; "
                "turn it on.",
            )


def _check_sqlite(connection: Connection) -> None:
    wal = connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "wal"
    level = connection.exec_driver_sql("PRAGMA synchronous").scalar_one()
    if wal and sqlite_version() < WAL_FAULT_MENDED:
        version = ".".join(map(str, sqlite_version()))
        raise _no(
            "sqlite_too_old",
            f"SQLite {version} can damage the record when two programs write at once; "
            "3.51.3 or later is needed: install the product's own dependencies again.",
        )
    if level < (_FULL if wal else _EXTRA):
        raise _no(
            "database_not_durable",
            f"SQLite runs with synchronous={level}, so a power cut could lose what was posted; "
            f"it must be {_FULL if wal else _EXTRA}.",
        )


def _no(code: str, message: str) -> Refused:
    return Refused([Problem(code, message)])
