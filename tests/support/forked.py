"""Our program in processes of its own, forked from one that has it loaded.

Loading the program takes longer than most of what a test has it do. The tests of the command as it
is installed and of `trust serve` start it as a person would.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from types import ModuleType
from typing import Any

_LOADED = [
    "trust_commissioning.cli.main",
    # What a command loads when it runs.
    *(f"trust_commissioning.{name}" for name in "applying backing_up reconciling".split()),
    *("trust_commissioning.importing.journals_file", "alembic.command", "openpyxl", "typst"),
    "trust_commissioning.server",
    "trust_commissioning.server.composition",
    "tests.support.trusts",
]
_AN_HOUR = 3600
_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload(_LOADED)
barrier = _forks.Barrier
"""Lets so many of them begin at once."""


class Forked:
    """A process that does a work of ours; to be waited for, signalled and killed like another.

    `work` is given the end of a pipe it may say things through, and then `given`.
    """

    def __init__(self, work: Callable[..., object], *given: object) -> None:
        self._heard, says = _forks.Pipe(duplex=False)
        self._process = _forks.Process(target=_as_a_program, args=(work, says, given))
        with _of_no_program():
            self._process.start()
        self._ended: int | None = None
        says.close()

    @property
    def pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    def hears(self, seconds: float = 120) -> Any:
        """The next thing it says; raises EOFError if it ends without a word."""
        assert self._heard.poll(seconds), "it said nothing"
        return self._heard.recv()

    def send_signal(self, number: int) -> None:
        os.kill(self.pid, number)

    def terminate(self) -> None:
        if self._ended is None:
            self._process.terminate()

    def kill(self) -> None:
        if self._ended is None:
            self._process.kill()

    def wait(self, seconds: float) -> int:
        """What it exits with; the number of the signal that ended it, below nil."""
        if self._ended is None:
            self._process.join(seconds)
            self._ended = self._process.exitcode
            assert self._ended is not None, f"it goes on after {seconds} seconds"
            self._heard.close()
            self._process.close()
        return self._ended


@contextmanager
def _of_no_program() -> Iterator[None]:
    """A forked process first runs again what its parent was started with, and a page opened in this
    process (Streamlit's AppTest) leaves itself behind as that.
    """
    started_with = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = started_with


def command(
    *words: str, cwd: Path | None = None, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a `trust` command as ``python -m trust_commissioning.cli.main`` would be."""
    with tempfile.TemporaryDirectory() as folder:
        printed, complained = Path(folder) / "stdout", Path(folder) / "stderr"
        run = Forked(
            run_command,
            words,
            str(cwd or Path.cwd()),
            dict(os.environ if env is None else env),
            str(printed),
            str(complained),
        )
        code = run.wait(600)
        return subprocess.CompletedProcess(
            words, code, printed.read_text("utf-8"), complained.read_text("utf-8")
        )


def _as_a_program(work: Callable[..., object], says: Connection, given: tuple[object, ...]) -> None:
    # Python's own answers to signals, whatever this process was forked from had.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.set_wakeup_fd(-1)
    # Whoever started it may have been killed, and would never end it.
    signal.alarm(_AN_HOUR)
    work(says, *given)


def run_command(
    _says: Connection,
    words: tuple[str, ...],
    cwd: str,
    env: dict[str, str],
    printed: str,
    complained: str,
) -> None:
    from trust_commissioning.cli import main

    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(env)
    sys.argv = ["trust", *words]
    for number, file in ((1, printed), (2, complained)):
        opened = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(opened, number)
        os.close(opened)
    # What was opened before knows another file by these numbers.
    sys.stdout, sys.stderr = (
        open(number, "w", encoding="utf-8", closefd=False)  # noqa: SIM115 - open to its end
        for number in (1, 2)
    )
    main()
