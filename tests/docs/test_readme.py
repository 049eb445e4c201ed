"""The README's commands do what it says of them."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from tests.support.forked import command
from tests.support.postgres import PostgresServer

PROJECT = Path(__file__).resolve().parents[2]
README = (PROJECT / "README.md").read_text("utf-8")


def block_under(heading: str, language: str = "") -> str:
    """The first block of code of a language that stands under a heading."""
    section = README.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    blocks = re.findall(r"^```(\w*)\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)
    return str(next(text for said, text in blocks if said == language))


TEN = block_under("A first trust in ten commands").splitlines()


@dataclass
class Folder:
    """An empty folder with the README's files, where `./trust` is the installed command."""

    path: Path
    settings: dict[str, str]

    def run(self, line: str) -> subprocess.CompletedProcess[str]:
        program, *words = shlex.split(line)
        assert program == "./trust"
        return command(*words, cwd=self.path, env=self.settings)

    def does(self, line: str) -> str:
        done = self.run(line)
        assert done.returncode == 0, f"{line}: {done.stderr}{done.stdout}"
        return done.stdout


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    shutil.copytree(PROJECT / "docs/first-trust", tmp_path / "docs/first-trust")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TRUST_")}
    return Folder(tmp_path, kept)


def test_there_are_ten_commands_and_the_last_serves() -> None:
    assert len(TEN) == 10
    assert TEN[-1] == "./trust serve"


@pytest.mark.slow
def test_the_first_trust_is_made_by_the_commands_as_they_are_written(folder: Folder) -> None:
    init, apply, preview, load, report, publish, verify, check, backup, _serve = TEN

    assert "Ashmere Children's Trust is ready for 2003-04" in folder.does(init)
    assert "posted budget general 2003-04" in folder.does(apply)
    assert folder.does(apply) == "Nothing to change.\n"
    assert "5 lines would be posted, £5,772.70, from 6 rows." in folder.does(preview)
    assert "5 lines posted, £5,772.70, from 6 rows." in folder.does(load)
    assert "0 lines posted" in folder.does(load)
    assert re.search(r"Stay safe +£45,000.00 +£0.00 +£3,655.88", folder.does(report))
    assert json.loads(folder.does(f"{report} --json"))["totals"]["actual"] == "5772.70"
    folder.does(publish)
    assert (folder.path / "trust-data/books/2003-04/actual.beancount").is_file()
    assert "agree with the record to the penny" in folder.does(verify)
    folder.does(check)
    folder.does(backup)
    assert (folder.path / "trust-backup.zip").is_file()


@pytest.mark.slow
def test_the_roles_and_settings_for_postgresql_are_enough(
    folder: Folder, postgres_server: PostgresServer
) -> None:
    admin = make_url(postgres_server.fresh())
    turn = f"readme_{os.getpid()}"
    names = {word: f"{word}_{turn}" for word in ("trust_owner", "trust_app")} | {
        "DATABASE trust ": f"DATABASE trust_{turn} ",
        "localhost/trust": f"localhost/trust_{turn}",
    }

    def renamed(text: str) -> str:
        for name, other in names.items():
            text = text.replace(name, other)
        return text.replace("…", "a-password")

    address = admin.set(drivername="postgresql").render_as_string(hide_password=False)
    statements = renamed(block_under("PostgreSQL", "sql")).split(";")
    with psycopg.connect(address, autocommit=True) as connection:
        for statement in filter(str.strip, statements):
            connection.execute(statement.encode())
    try:
        *exports, init = renamed(block_under("PostgreSQL")).splitlines()
        for export in exports:
            name, url = export.removeprefix("export ").split("=", 1)
            there = make_url(url)
            folder.settings[name] = admin.set(
                drivername="postgresql",
                username=there.username,
                password=there.password,
                database=there.database,
            ).render_as_string(hide_password=False)

        assert "is ready for 2003-04" in folder.does(init)

        assert "posted budget" in folder.does(TEN[1])
        assert "5 lines posted" in folder.does(TEN[3])
        assert "as it should be" in folder.does(TEN[7])
        with (
            psycopg.connect(folder.settings["TRUST_DATABASE_URL"]) as everyday,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            everyday.execute("ALTER TABLE journal DISABLE TRIGGER ALL")
    finally:
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE trust_{turn} WITH (FORCE)".encode())
            for role in ("trust_owner", "trust_app"):
                connection.execute(f"DROP ROLE {role}_{turn}".encode())
        postgres_server.drop(admin.render_as_string(hide_password=False))


def test_the_picture_of_the_first_screen_is_there() -> None:
    found = re.search(r"^!\[([^\]]+)\]\(([^)]+)\)", README, re.MULTILINE)

    assert found is not None
    assert len(found[1]) > 20, "a picture says in words what it shows"
    assert (PROJECT / found[2]).is_file(), "docs/pictures/board.png is made from a real browser"


def test_the_readme_leads_with_the_two_commands() -> None:
    start = README[:400]

    assert "./trust demo" in start
    assert "./trust test" in start
