"""The set-up the other tests rely on does what it says."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Page
from sqlalchemy import create_engine, make_url, text

from tests.conftest import longest_first
from tests.support.demo import KeptDemo
from tests.support.forked import Forked
from tests.support.keeper import number
from tests.support.postgres import PostgresServer
from trust_commissioning import people
from trust_commissioning.demo import DemoTrust
from trust_commissioning.store import reading

KEEPER = Path(__file__).parents[1] / "support" / "keeper.py"


def one(url: str, statement: str) -> object:
    engine = create_engine(url)
    with engine.begin() as connection:
        answer = connection.execute(text(statement))
        value = answer.scalar_one() if answer.returns_rows else None
    engine.dispose()
    return value


def says_hello(says: Connection) -> None:
    says.send("hello")


def test_a_forked_process_does_not_open_the_page_a_test_before_it_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "app.py").write_text("raise SystemExit(9)\n", "utf-8")
    opened = ModuleType("__main__")
    opened.__file__ = str(tmp_path / "app.py")
    monkeypatch.setitem(sys.modules, "__main__", opened)

    forked = Forked(says_hello)

    assert forked.hears() == "hello"
    assert forked.wait(60) == 0
    assert sys.modules["__main__"] is opened


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


def test_a_database_under_a_name_used_before_holds_nothing_of_the_one_before(
    postgres_server: PostgresServer,
) -> None:
    before = postgres_server.fresh()
    one(before, "create table kept (pence bigint)")
    postgres_server.drop(before)

    after = postgres_server.fresh()

    assert after == before
    assert one(after, "select count(*) from pg_tables where schemaname = 'public'") == 0
    postgres_server.drop(after)


def test_a_copy_of_a_template_is_put_in_the_place_of_a_database_under_its_name(
    postgres_server: PostgresServer, postgres_url: str
) -> None:
    one(postgres_url, "create table before (pence bigint)")

    def fill(url: str) -> None:
        one(url, "create table after (pence bigint)")

    template = postgres_server.template("put in place", fill)
    postgres_server.replace(postgres_url, template)

    tables = "select string_agg(tablename, ' ') from pg_tables where schemaname = 'public'"
    assert one(postgres_url, tables) == "after"


@pytest.mark.parametrize("turn", ["first", "second"])
def test_a_folder_whose_name_is_used_again_is_empty(free_folder: Path, turn: str) -> None:
    assert list(free_folder.iterdir()) == []

    (free_folder / turn).mkdir()
    (free_folder / turn / "left").touch()


@pytest.mark.slow
def test_the_demo_trust_is_loaded_once_and_what_is_written_to_a_copy_stays_there(
    kept_demo: KeptDemo, tmp_path: Path
) -> None:
    first = kept_demo.copied_to(tmp_path / "first")
    one(first, "create table scribbled (pence bigint)")

    kept_demo.make()
    second = kept_demo.copied_to(tmp_path / "second")

    count = "select count(*) from sqlite_master where name = 'scribbled'"
    assert (one(first, count), one(second, count)) == (1, 0)
    with kept_demo.copy(tmp_path / "third") as engine, reading(engine) as session:
        assert {one.username for one in people.everybody(session)} == set(kept_demo.told.passwords)


def test_two_processes_of_one_run_load_the_demo_trust_once_between_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded: list[str] = []

    def load(url: str) -> DemoTrust:
        loaded.append(url)
        one(url, "create table loaded (pence bigint)")
        return DemoTrust(passwords={"s.marlowe": "a word"}, to_try={"may.csv": b"Date,Amount"})

    monkeypatch.setattr("tests.support.demo.load_into", load)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: KeptDemo(tmp_path / "demo").make(), range(4)))

    assert len(loaded) == 1
    assert KeptDemo(tmp_path / "demo").told == DemoTrust(
        passwords={"s.marlowe": "a word"}, to_try={"may.csv": b"Date,Amount"}
    )


def test_files_with_slow_tests_are_begun_first_then_those_with_many() -> None:
    def in_file(name: str, count: int, mark: str = "") -> list[Any]:
        one = SimpleNamespace(path=Path(name), get_closest_marker=lambda asked: asked == mark)
        return [one] * count

    items = [*in_file("few.py", 1), *in_file("many.py", 2), *in_file("slow.py", 1, "slow")]
    longest_first(items)

    assert [item.path.name for item in items] == ["slow.py", "many.py", "many.py", "few.py"]


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
