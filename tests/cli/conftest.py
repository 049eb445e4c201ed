"""Running the command as a person would, in a folder of its own."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support.postgres import PostgresServer
from trust_commissioning.cli import main
from trust_commissioning.store import engine_for


@dataclass(frozen=True)
class Said:
    """What a command left behind: its exit code, standard output and standard error."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Trust = Callable[..., Said]


@pytest.fixture
def trust(
    database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfdbinary: pytest.CaptureFixture[bytes],
) -> Trust:
    """``trust(words…)`` on an empty folder; the record is on SQLite, then on PostgreSQL."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TRUST_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("TRUST_PERSON", raising=False)
    if database_url.startswith("sqlite"):
        monkeypatch.delenv("TRUST_DATABASE_URL", raising=False)
    else:
        monkeypatch.setenv("TRUST_DATABASE_URL", database_url)

    def run(*words: str) -> Said:
        monkeypatch.setattr("sys.argv", ["trust", *words])
        try:
            main()
            code = 0
        except SystemExit as left:
            code = int(left.code or 0)
        out, err = capfdbinary.readouterr()
        return Said(code, out.decode(), err.decode())

    return run


@pytest.fixture(scope="session")
def founded_files() -> dict[str, bytes]:
    """The record on SQLite that `founded` starts from, once it has been made."""
    return {}


@pytest.fixture
def founded(
    trust: Trust,
    database_url: str,
    tmp_path: Path,
    founded_files: dict[str, bytes],
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> Trust:
    """A trust for 2003-04 with an officer and an approver: a copy of one made by the commands."""
    (tmp_path / "password").write_text("correct horse battery staple\n")

    def make(url: str) -> None:
        with monkeypatch.context() as patch:
            patch.setenv("TRUST_DATABASE_URL", url)
            _found(trust, str(tmp_path / "password"))
        engine_for(url).dispose()

    if database_url.startswith("sqlite"):
        if not founded_files:
            made = tmp_path / "made.sqlite3"
            make(f"sqlite:///{made}")
            founded_files["trust.sqlite3"] = made.read_bytes()
            made.unlink()
        (tmp_path / "data").mkdir()
        (tmp_path / "data" / "trust.sqlite3").write_bytes(founded_files["trust.sqlite3"])
    else:
        server: PostgresServer = request.getfixturevalue("postgres_server")
        server.replace(database_url, server.template("founded by the commands", make))
    return trust


def _found(trust: Trust, password: str) -> None:
    made = trust("init", "--name", "Wealdshire", "--year", "2003-04", "--password-file", password)
    assert made.code == 0, made.err
    for username, role in (("h.clerk", "finance_officer"), ("p.approver", "approver")):
        added = trust(
            "user", "add", username, "--name", username, "--role", role,
            "--password-file", password,
        )  # fmt: skip
        assert added.code == 0, added.err
