"""How an example is kept, run and read."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from sqlalchemy import Engine
from sqlmodel import Session

from ledger.problems import Problem, Refused
from tests.support.trusts import Fill, found_small_trust, sqlite_file
from trust_commissioning.store import engine_for, transaction

Run = Callable[[], Iterable[Problem] | object]


@dataclass(frozen=True, slots=True)
class Example:
    """What somebody did (`said`, the words on the page) as code that does it.

    `tidied` puts steady words in place of what differs at each run, such as a port: pattern, words.
    """

    code: str
    said: str
    run: Run
    tidied: Mapping[str, str]


EXAMPLES: dict[str, Example] = {}
_HASH = re.compile(r"\b(?!f{12})[0-9a-f]{12}…")
_SHOWN = ("3f9d0c51a7e2…", "b81e66d40c97…", "0a52f7c3d18b…")
_PRODUCED: dict[str, Problem] = {}


def example(code: str, said: str, run: Run, *, tidied: Mapping[str, str] | None = None) -> None:
    """Keep the example of a code."""
    assert code not in EXAMPLES, f"{code} has two examples"
    EXAMPLES[code] = Example(code, said, run, tidied or {})


def produced(kept: Example) -> Problem:
    """The problem the example really makes; it is run once in a process.

    The beginnings of hashes are shown as steady figures: a journal's hash holds a salt.

    Raises:
        AssertionError: if it makes none with its code.
    """
    if kept.code not in _PRODUCED:
        _PRODUCED[kept.code] = _run(kept)
    return _PRODUCED[kept.code]


class _Steady:
    """The same figures for the same hash of one message."""

    def __init__(self) -> None:
        self._shown: dict[str, str] = {}

    def __call__(self, found: re.Match[str]) -> str:
        return self._shown.setdefault(found[0], _SHOWN[len(self._shown)])


def _run(kept: Example) -> Problem:
    try:
        made = kept.run()
    except Refused as refused:
        made = refused.problems
    problems = list(made) if isinstance(made, Iterable) else [made]
    for problem in problems:
        if isinstance(problem, Problem) and problem.code == kept.code:
            message = _HASH.sub(_Steady(), problem.message)
            for text, steady in kept.tidied.items():
                message = re.sub(text, steady, message)
            return replace(problem, message=message)
    raise AssertionError(f"the example of {kept.code} made {problems}")


_SCRATCH = tempfile.TemporaryDirectory(prefix="trust-examples-")


@cache
def scratch() -> Path:
    """A folder that goes when the examples have been run."""
    return Path(_SCRATCH.name)


@cache
def _engine(fill: Fill) -> Engine:
    file = scratch() / f"{fill.__name__}.sqlite3"
    file.write_bytes(sqlite_file(fill))
    return engine_for(f"sqlite:///{file}")


class _TakenBack(Exception):
    """Ends a unit of work so that nothing of it is kept."""


@contextmanager
def small_trust(fill: Fill = found_small_trust) -> Iterator[Session]:
    """The small trust of the tests, or another; whatever is done in it is taken back."""
    try:
        with transaction(_engine(fill)) as session:
            yield session
            raise _TakenBack
    except _TakenBack:
        pass


def in_small_trust(work: Callable[[Session], object], fill: Fill = found_small_trust) -> Run:
    """An example that needs a trust to be tried in."""

    def run() -> object:
        with small_trust(fill) as session:
            return work(session)

    return run
