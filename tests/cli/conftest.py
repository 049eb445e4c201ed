"""Running the command as a person would, in a folder of its own."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from trust_commissioning.cli import main


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


@pytest.fixture
def founded(trust: Trust, tmp_path: Path) -> Trust:
    """A trust for 2003-04 with an officer and an approver."""
    password = tmp_path / "password"
    password.write_text("correct horse battery staple\n")
    made = trust(
        "init", "--name", "Wealdshire", "--year", "2003-04", "--password-file", str(password)
    )
    assert made.code == 0, made.err
    for username, role in (("h.clerk", "finance_officer"), ("p.approver", "approver")):
        added = trust(
            "user", "add", username, "--name", username, "--role", role,
            "--password-file", str(password),
        )  # fmt: skip
        assert added.code == 0, added.err
    return trust
