"""Migrations bring an empty database to the tables declared, with every guard."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, create_engine, inspect, make_url, text
from sqlalchemy.exc import DBAPIError

from tests.support.postgres import PostgresServer
from tests.support.trusts import (
    AT,
    CLERK,
    found_small_trust,
    journal,
    past_the_authorizer,
)
from trust_commissioning import posting, saved_views
from trust_commissioning.checking import check
from trust_commissioning.store import engine_for, finding, guards, migrate, reading, transaction
from trust_commissioning.store.migrating import newest_revision, revision_of
from trust_commissioning.store.tables import METADATA

SPEND = "Expenses:Unallocated 100.00 / Assets:HostCash -100.00"


@pytest.fixture
def migrated(database_url: str) -> Iterator[Engine]:
    migrate(database_url)
    engine = engine_for(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def declared(migrated: Engine, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database of the same kind with the tables as they are declared."""
    if migrated.dialect.name == "sqlite":
        engine = create_engine(f"sqlite:///{tmp_path / 'declared.sqlite3'}")
    else:
        server: PostgresServer = request.getfixturevalue("postgres_server")
        engine = create_engine(server.fresh())
    METADATA.create_all(engine)
    yield engine
    engine.dispose()
    if migrated.dialect.name != "sqlite":
        server.drop(engine.url.render_as_string(hide_password=False))


def shape(engine: Engine) -> dict[str, dict[str, Any]]:
    """Everything a table promises: more than Alembic compares."""
    found = inspect(engine)
    return {
        table: {
            "columns": {
                one["name"]: (str(one["type"]), one["nullable"], str(one["default"]))
                for one in found.get_columns(table)
            },
            "key": found.get_pk_constraint(table),
            "foreign keys": sorted(
                (
                    _name(engine, one),
                    *map(
                        repr,
                        (
                            one["constrained_columns"],
                            one["referred_table"],
                            one["referred_columns"],
                        ),
                    ),
                )
                for one in found.get_foreign_keys(table)
            ),
            "unique": sorted(map(repr, found.get_unique_constraints(table))),
            "checks": sorted(
                (str(one["name"]), one["sqltext"]) for one in found.get_check_constraints(table)
            ),
            "indexes": sorted(
                (str(one["name"]), one["column_names"], one["unique"], _where(one))
                for one in found.get_indexes(table)
                if not str(one["name"]).startswith(finding.INDEX)
            ),
        }
        for table in found.get_table_names()
        if table != "alembic_version" and not table.startswith(finding.INDEX)
    }


def _is_declared(name: str | None, _type: str, _parents: object) -> bool:
    """What is built for finding journals is each database's own, and no table of the record."""
    return not str(name).startswith(finding.INDEX)


def _name(engine: Engine, key: Any) -> str:
    """SQLite tells no name of a key that came with a column added later."""
    return "" if engine.dialect.name == "sqlite" else str(key["name"])


def _where(index: Any) -> str:
    options = index.get("dialect_options", {})
    return str(options.get("sqlite_where", options.get("postgresql_where", "")))


def test_a_migrated_database_is_the_tables_declared(migrated: Engine, declared: Engine) -> None:
    with migrated.connect() as connection:
        opts = {"compare_type": True, "include_name": _is_declared}
        context = MigrationContext.configure(connection, opts=opts)
        assert compare_metadata(context, METADATA) == []

    assert shape(migrated) == shape(declared)


def test_migrating_again_changes_nothing(migrated: Engine) -> None:
    before = shape(migrated)
    url = migrated.url.render_as_string(hide_password=False)

    assert migrate(url) == migrate(url) == newest_revision()

    assert shape(migrated) == before
    assert revision_of(migrated) == newest_revision()


def test_a_database_never_migrated_has_no_revision(database_url: str) -> None:
    engine = engine_for(database_url)

    assert revision_of(engine) is None
    engine.dispose()


def test_every_guard_stands_after_a_migration(migrated: Engine) -> None:
    with reading(migrated) as session:
        assert guards.missing(session.connection()) == []
    assert len(guards.names(migrated.dialect.name)) >= 30


@pytest.mark.parametrize("name", ["guard_journal_post", "guard_posting_update"])
def test_a_guard_taken_away_is_noticed_and_put_up_again_by_migrating(
    migrated: Engine, name: str
) -> None:
    table = guards.names(migrated.dialect.name)[name]
    with migrated.begin() as connection:
        on = "" if past_the_authorizer(connection) else f" ON {table}"
        connection.exec_driver_sql(f"DROP TRIGGER {name}{on}")
        assert guards.missing(connection) == [name]

    migrate(migrated.url.render_as_string(hide_password=False))

    with reading(migrated) as session:
        assert guards.missing(session.connection()) == []


def test_a_guard_disabled_on_postgresql_is_noticed(migrated: Engine) -> None:
    if migrated.dialect.name == "sqlite":
        pytest.skip("SQLite has no way to disable a trigger")

    with migrated.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE journal DISABLE TRIGGER guard_journal_post")

        assert guards.missing(connection) == ["guard_journal_post"]


def test_both_databases_hold_the_same_guards_but_for_their_own_ways() -> None:
    sqlite, postgresql = (set(guards.names(name)) for name in ("sqlite", "postgresql"))

    # SQLite replaces rows on insert, PostgreSQL truncates whole tables.
    assert {name for name in sqlite - postgresql if not name.endswith("_insert")} == set()
    assert {f"guard_{table}_truncate" for table in ("journal", "posting", "balance")} <= (
        postgresql - sqlite
    )


def test_a_record_with_journals_is_migrated_with_its_figures_unchanged(engine: Engine) -> None:
    with transaction(engine) as session:
        posting.post_many(session, [journal(SPEND, ref=str(n)) for n in range(5)], by=CLERK, at=AT)
    balances = METADATA.tables["balance"].select()
    with reading(engine) as session:
        before = sorted(map(repr, session.execute(balances)))

    migrate(engine.url.render_as_string(hide_password=False))

    with reading(engine) as session:
        assert sorted(map(repr, session.execute(balances))) == before
        assert check(session) == []


# --- PostgreSQL's everyday role --------------------------------------------------------------


@pytest.fixture
def everyday(postgres_url: str) -> Iterator[Engine]:
    """The record as the application itself sees it: by a role that owns nothing."""
    owner = engine_for(postgres_url)
    role = "everyday_" + (make_url(postgres_url).database or "")
    with owner.begin() as connection:
        connection.exec_driver_sql(f'CREATE ROLE "{role}" LOGIN')
    address = make_url(postgres_url).set(username=role).render_as_string(hide_password=False)
    migrate(postgres_url, everyday_url=address)
    engine = engine_for(address)
    with transaction(owner) as session:
        found_small_trust(session)
    yield engine
    engine.dispose()
    with owner.begin() as connection:
        connection.exec_driver_sql(f'DROP OWNED BY "{role}"')
        connection.exec_driver_sql(f'DROP ROLE "{role}"')
    owner.dispose()


def test_the_everyday_role_can_do_all_the_application_does(everyday: Engine) -> None:
    with transaction(everyday) as session:
        posting.post(session, journal(SPEND, ref="1"), by=CLERK, at=AT)
        id = posting.save_draft(session, journal(SPEND, ref="2"), by=CLERK, at=AT)
        posting.withdraw(session, id, by=CLERK, at=AT)
        saved_views.save(session, "contracts", "Mine", "form=block", by=CLERK, at=AT)
        saved_views.remove(session, "contracts", "Mine", by=CLERK)

    with reading(everyday) as session:
        assert check(session) == []


@pytest.mark.parametrize(
    "attack",
    [
        "ALTER TABLE journal DISABLE TRIGGER ALL",
        "ALTER TABLE journal DISABLE TRIGGER guard_journal_post",
        "DROP TRIGGER guard_journal_post ON journal",
        "SET session_replication_role = replica",
        "CREATE OR REPLACE FUNCTION guard_refuse(fact text) RETURNS void LANGUAGE sql AS ''",
        "TRUNCATE audit_event",
        "DELETE FROM balance",
        "DELETE FROM audit_event",
        "DELETE FROM import_batch",
        "DELETE FROM chain_head",
        "DELETE FROM period",
        "DROP TABLE posting",
        "ALTER TABLE posting DROP COLUMN pence",
    ],
)
def test_the_everyday_role_cannot_take_a_guard_away_or_delete(
    everyday: Engine, attack: str
) -> None:
    with (
        pytest.raises(DBAPIError, match=r"permission denied|must be owner"),
        everyday.begin() as connection,
    ):
        connection.execute(text(attack))
