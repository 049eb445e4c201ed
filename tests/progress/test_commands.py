"""Long work shows a bar on a terminal; a pipe, and standard output, get not a byte of it."""

import io
import json
import os
import pty
import re
import sys
import threading
import tty
from pathlib import Path

import pytest

from tests.progress.test_of_services import extract
from tests.support.forked import Forked, command, run_command
from tests.support.trusts import CLERK, small_trust_file
from trust_commissioning import progress
from trust_commissioning.cli.door import Door

ROWS = 12_000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "trust.sqlite3").write_bytes(small_trust_file())
    (tmp_path / "april.csv").write_bytes(extract(ROWS))
    return tmp_path


WORDS = ("import", "spend", "april.csv", "--by", CLERK, "--json")


def _environment(folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TRUST_")}
    return {**kept, "TRUST_DATA_DIR": str(folder / "data"), "TERM": "xterm", "COLUMNS": "100"}


class _OnATerminal:
    """A command whose standard error is a terminal, and what it showed there."""

    def __init__(self, folder: Path) -> None:
        master, slave = pty.openpty()
        tty.setraw(slave)
        self._seen: list[bytes] = []
        reader = threading.Thread(target=self._read, args=(master,))
        reader.start()
        printed = folder / "printed"
        run = Forked(
            run_command,
            WORDS,
            str(folder),
            _environment(folder),
            str(printed),
            os.ttyname(slave),
        )
        self.code = run.wait(120)
        os.close(slave)
        reader.join(10)
        self.out = printed.read_text("utf-8")
        self.shown = b"".join(self._seen).decode()

    def _read(self, master: int) -> None:
        # A terminal that nobody holds open any more is read as a fault.
        try:
            while some := os.read(master, 65536):
                self._seen.append(some)
        except OSError:
            pass
        os.close(master)


def test_a_terminal_is_shown_each_step_with_its_count_and_cleared_at_the_end(folder: Path) -> None:
    seen = _OnATerminal(folder)

    assert seen.code == 0, seen.shown
    assert json.loads(seen.out)["rows_posted"] == ROWS
    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", seen.shown)
    assert re.search(r"Posting april.csv: posting journals\s+\S+\s+[0-9,]+ of 12,000", plain)
    assert len(set(re.findall(r"([0-9,]+) of 12,000", plain))) > 3
    # The last that is written takes the bar's line away and shows the cursor again.
    assert seen.shown.rstrip().endswith("\x1b[2K")
    assert "\x1b[?25h" in seen.shown


def test_a_pipe_gets_the_answer_alone_byte_for_byte(folder: Path) -> None:
    ran = command(*WORDS, cwd=folder, env=_environment(folder))

    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout == json.dumps(json.loads(ran.stdout), ensure_ascii=False, indent=2) + "\n"


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_name_is_shown_as_it_is_and_what_cannot_be_counted_without_a_count(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    terminal = _Terminal()
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setattr(sys, "stderr", terminal)

    with Door(None, as_json=True).working("Reading [bold]april.csv …"):
        progress.now("Setting the PDF")

    assert "Reading [bold]april.csv: setting the PDF" in terminal.getvalue()
    assert " of " not in terminal.getvalue()


def test_a_terminal_that_cannot_clear_a_line_is_left_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    terminal = _Terminal()
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.setattr(sys, "stderr", terminal)

    with Door(None, as_json=True).working("Posting april.csv …"):
        progress.now("Reading")

    assert terminal.getvalue() == ""
