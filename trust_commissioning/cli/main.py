"""The commands put together, with how whatever goes wrong leaves the program."""

from __future__ import annotations

import gc
import io
import sys
from collections.abc import Callable, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path

import typer

from ledger.problems import Problem, Refused
from trust_commissioning import settings
from trust_commissioning.cli import (
    books,
    files,
    founding,
    issuing,
    journals,
    keeping,
    people,
    periods,
    recording,
    years,
)
from trust_commissioning.cli import reports as reporting
from trust_commissioning.cli.door import REFUSED, WRONG_USAGE, refuse

app = typer.Typer(
    name="trust",
    help="A children's trust's pooled-budget ledger.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    rich_markup_mode=None,
)
founding.add_to(app)
app.add_typer(files.app, name="import", help="Load a file: spend, journals, a budget.")
app.add_typer(journals.app, name="journal", help="One journal, by two people.")
app.add_typer(periods.app, name="period", help="The periods of the years.")
app.add_typer(years.app, name="year", help="The financial years.")
recording.add_to(app)
reporting.add_to(app)
issuing.add_to(app)
app.add_typer(books.app, name="books", help="The Beancount copy of the record.")
keeping.add_to(app)
app.add_typer(people.app, name="user", help="People and their roles.")


_MADE_BETWEEN_SEARCHES = 50_000
_STOPPED = Problem("stopped", "It was stopped before it was done; nothing was changed.")


def main() -> None:
    """Run a command. A refusal exits with 1, wrong usage with 2, a difference found with 3.

    Whatever happens, with ``--json`` there is one document on standard output, and nobody is
    shown a traceback.
    """
    # Loading makes things that stay: to search them for garbage each 700 takes a fifth of the start.
    gc.set_threshold(_MADE_BETWEEN_SEARCHES)
    words = sys.argv[1:]
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A file's name may hold bytes that are no text; saying so must not fail as well.
            stream.reconfigure(errors="backslashreplace")
    as_json = _asks_for_json(words)
    try:
        code = _whole()(standalone_mode=False)
    except Refused as refused:
        refuse(refused.problems, as_json=as_json)
        code = REFUSED
    except (typer.Abort, EOFError):
        refuse([_STOPPED], as_json=as_json)
        code = REFUSED
    except Exception as fault:  # noqa: BLE001 - the last door: nobody is shown a traceback
        code = _failed(fault, words, as_json=as_json)
    sys.exit(code)


@cache
def _whole() -> Callable[..., int]:
    """Every command, put together once in a process."""
    return typer.main.get_command(app)


def _failed(fault: Exception, words: Sequence[str], *, as_json: bool) -> int:
    if not hasattr(fault, "format_message"):
        from trust_commissioning.cli.faults import problem_of

        refuse([problem_of(fault, _folder(words))], as_json=as_json)
        return REFUSED
    # What the parser of the command line says: to people as it says it.
    if hasattr(fault, "show"):
        fault.show()
    if as_json:
        refuse([_wrong_usage(fault.format_message())], as_json=True)
    return WRONG_USAGE


def _wrong_usage(said: str) -> Problem:
    line = " ".join(said.split())
    return Problem("wrong_usage", line if line.endswith((".", "?")) else f"{line}.")


def _asks_for_json(words: Sequence[str]) -> bool:
    return "--json" in words or "--format=json" in words or ("--format", "json") in pairwise(words)


def _folder(words: Sequence[str]) -> Path:
    """The data folder, as far as the command line could be read."""
    said = [word.partition("=")[2] for word in words if word.startswith("--data=")]
    said += [after for word, after in pairwise(words) if word == "--data"]
    return settings.load(data=Path(said[-1]) if said else None).data_dir


if __name__ == "__main__":
    main()
