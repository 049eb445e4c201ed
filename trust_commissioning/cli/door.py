"""What every command shares: where the trust is, who asks, how an answer is given."""

from __future__ import annotations

import getpass
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ledger.money import Money
from ledger.problems import Problem, Refused
from trust_commissioning import settings
from trust_commissioning.files.limits import Limits

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlmodel import Session

DONE, REFUSED, WRONG_USAGE, DIFFERENCE = 0, 1, 2, 3

Data = Annotated[
    Path | None,
    typer.Option(
        "--data",
        help="The folder the trust is kept in. [default: $TRUST_DATA_DIR, else ./trust-data]",
        show_default=False,
        file_okay=False,
    ),
]
AsJson = Annotated[
    bool, typer.Option("--json", help="Print one JSON document on standard output, nothing else.")
]
By = Annotated[
    str,
    typer.Option(
        "--by",
        metavar="PERSON",
        help="The username of who asks. [default: $TRUST_PERSON, else the first administrator]",
        show_default=False,
    ),
]


@dataclass(frozen=True)
class Door:
    """One command's way to a trust."""

    data: Path | None
    as_json: bool

    @cached_property
    def settings(self) -> settings.Settings:
        return settings.load(data=self.data)

    @cached_property
    def engine(self) -> Engine:
        """The trust's database.

        Raises:
            Refused: where there is no trust yet, or it is of another release.
        """
        from trust_commissioning.store import engine_for, reading
        from trust_commissioning.store.migrating import newest_revision, revision_of
        from trust_commissioning.store.standing import trust_name

        place = self.settings
        if not place.database_url and not (place.data_dir / "trust.sqlite3").exists():
            raise _not_founded(str(place.data_dir))
        engine = engine_for(place.url)
        reached = revision_of(engine)
        if reached is not None and reached != newest_revision():
            raise Refused.because(
                "database_of_another_release",
                f"This database is at revision {reached} and this release expects "
                f"{newest_revision()}; run trust migrate.",
                "database",
            )
        if reached is None:
            raise _not_founded("the database")
        with reading(engine) as session:
            if not trust_name(session):
                raise _not_founded("the database")
        return engine

    @contextmanager
    def reads(self) -> Iterator[Session]:
        from trust_commissioning.store import reading

        with reading(self.engine) as session:
            yield session

    @contextmanager
    def writes(self) -> Iterator[Session]:
        from trust_commissioning.store import transaction

        with transaction(self.engine) as session:
            yield session

    def person(self, session: Session, by: str) -> str:
        """Who asks: as said, as set, or the first administrator."""
        from trust_commissioning import people

        person = by or self.settings.person or people.first_administrator(session)
        if not person:
            raise Refused.because("person_unknown", "Say who asks with --by.", "by")
        return person

    def answer(self, document: object, words: str | Callable[[], str]) -> None:
        """Give an answer: the document as JSON, or the words."""
        if self.as_json:
            print(json.dumps(document, ensure_ascii=False, indent=2, default=_plain))
        else:
            print(words if isinstance(words, str) else words())

    @contextmanager
    def working(self, words: str) -> Iterator[None]:
        """Show on a terminal how far something long has come; a pipe gets nothing of it."""
        if not sys.stderr.isatty():
            yield
            return
        from trust_commissioning.cli import bar

        with bar.shown(words):
            yield


def contents_of(file: Path) -> bytes:
    """A file's bytes, unless it is larger than any file we take: then it is not read at all."""
    limit, size = Limits().bytes, file.stat().st_size
    if size > limit:
        raise Refused.because(
            "file_too_large",
            f"{file.name} is {size / 2**20:,.1f} MiB and the limit is {limit / 2**20:,.0f} MiB.",
            "file",
        )
    return file.read_bytes()


def new_password(file: Path | None) -> str:
    """The first line of a file, else what is typed on a terminal; empty where there is neither.

    Raises:
        Refused: ``password_missing`` for an empty file, ``password_file_unreadable``.
    """
    if file is None:
        return getpass.getpass("New password: ") if sys.stdin.isatty() else ""
    return first_line(file)


def first_line(file: Path) -> str:
    """The password in a file, which a Windows editor may have begun with a mark of its own."""
    try:
        lines = contents_of(file).decode("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise Refused.because(
            "password_file_unreadable",
            f"{file.name} is not text in UTF-8; save it as that.",
            "password_file",
        ) from None
    if not lines or not lines[0]:
        raise Refused.because("password_missing", f"{file.name} is empty.", "password_file")
    return lines[0]


def _not_founded(place: str) -> Refused:
    return Refused.because(
        "trust_not_founded",
        f"There is no trust in {place} yet; make one with trust init, or look at trust demo.",
        "data",
    )


def _plain(value: object) -> object:
    if isinstance(value, Money):
        return value.plain
    return str(value)


def refuse(problems: Iterable[Problem], *, as_json: bool) -> None:
    """Say why not: as JSON on standard output, or one line for each problem."""
    every = list(problems)
    if as_json:
        print(json.dumps({"problems": [p.as_json() for p in every]}, ensure_ascii=False, indent=2))
        return
    for problem in every:
        print(f"{problem.code}: {problem}", file=sys.stderr)


def please_look(warning: Problem) -> str:
    """A warning as a line of an answer: it stops nothing, and a person should look."""
    return f"Please look: {warning}"


def found_differences(door: Door, problems: Sequence[Problem], all_well: str) -> None:
    """Answer a check: all well, or what differs with exit code 3."""
    document = {"ok": not problems, "problems": [problem.as_json() for problem in problems]}
    door.answer(
        document, "\n".join(f"{problem.code}: {problem}" for problem in problems) or all_well
    )
    if problems:
        raise typer.Exit(DIFFERENCE)


def table(
    columns: Sequence[tuple[str, str]], rows: Iterable[Mapping[str, Any]], *, right: Sequence[str]
) -> str:
    """Rows under headings, in plain text; the columns named in `right` are set right."""
    cells = [[str(row.get(key, "")) for key, _ in columns] for row in rows]
    titles = [title for _, title in columns]
    widths = [max(map(len, column)) for column in zip(titles, *cells, strict=True)]
    sides = [">" if key in right else "<" for key, _ in columns]

    def line(values: Sequence[str]) -> str:
        shown = (
            f"{value:{side}{width}}"
            for value, side, width in zip(values, sides, widths, strict=True)
        )
        return "  ".join(shown).rstrip()

    return "\n".join([line(titles), "  ".join("-" * width for width in widths), *map(line, cells)])
