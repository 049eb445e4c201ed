"""The set-up the other tests rely on does what it says."""

import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Page
from sqlalchemy import create_engine, make_url, text

from tests.support.keeper import number
from tests.support.postgres import PostgresServer

KEEPER = Path(__file__).parents[1] / "support" / "keeper.py"


def one(url: str, statement: str) -> object:
    engine = create_engine(url)
    with engine.begin() as connection:
        answer = connection.execute(text(statement))
        value = answer.scalar_one() if answer.returns_rows else None
    engine.dispose()
    return value


def test_each_test_has_an_empty_database_of_its_own(
    postgres_server: PostgresServer, postgres_url: str
) -> None:
    another = postgres_server.fresh()

    one(another, "create table kept (pence bigint)")

    assert one(postgres_url, "select count(*) from pg_tables where schemaname = 'public'") == 0
    postgres_server.drop(another)


def test_a_database_copied_from_a_template_holds_what_was_filled_in_once(
    postgres_server: PostgresServer,
) -> None:
    filled: list[str] = []

    def fill(url: str) -> None:
        filled.append(url)
        one(url, "create table kept as select 78917710.50 as pounds")

    copies = [postgres_server.fresh(postgres_server.template("kept", fill)) for _ in range(2)]

    assert [str(one(copy, "select pounds from kept")) for copy in copies] == ["78917710.50"] * 2
    assert len(filled) == 1
    for copy in copies:
        postgres_server.drop(copy)


def test_a_dropped_database_is_gone(postgres_server: PostgresServer) -> None:
    url = postgres_server.fresh()

    postgres_server.drop(url)

    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(address)


def test_a_kept_program_is_stopped_and_its_folder_removed_when_its_keeper_is_left(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "kept"
    folder.mkdir()
    waits = "import time; print('up', flush=True); time.sleep(60)"
    keeper = subprocess.Popen(
        [sys.executable, KEEPER, folder, "None", "None", sys.executable, "-c", waits],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert keeper.stdout is not None
    assert keeper.stdout.readline() == b"up\n"

    keeper.communicate(timeout=20)

    assert not folder.exists()


def test_a_user_is_a_number_or_nobody_in_particular() -> None:
    assert number("101") == 101
    assert number("None") is None


def test_a_page_is_shown_as_a_person_in_england_would_see_it(page: Page) -> None:
    page.set_content("<h1>Pooled fund</h1>")

    assert page.get_by_role("heading").inner_text() == "Pooled fund"
    assert page.evaluate("navigator.language") == "en-GB"
    assert page.evaluate("Intl.DateTimeFormat().resolvedOptions().timeZone") == "Europe/London"
