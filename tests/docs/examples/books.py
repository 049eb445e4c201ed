"""Examples of published books that are not right: each was published, then tampered with."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

from sqlalchemy import Engine

from ledger import book
from ledger.chain import GENESIS
from tests.docs.examples.kept import Run, example, scratch
from tests.support.trusts import AT, CLERK, found_small_trust, journal
from trust_commissioning import posting, publishing
from trust_commissioning.cli import books as books_commands
from trust_commissioning.publishing.manifest import Manifest
from trust_commissioning.publishing.opinion import opinions_on
from trust_commissioning.store import engine_for, migrate, reading, transaction

_MONTH = "2003-04/actual-P01.beancount"
_MAIN = "2003-04/actual.beancount"


@cache
def _published() -> tuple[Engine, Path]:
    url = f"sqlite:///{scratch() / 'published.sqlite3'}"
    migrate(url)
    engine, folder = engine_for(url), scratch() / "books"
    with transaction(engine) as session:
        found_small_trust(session)
        session.flush()
        for ref, amount in (("1", "100.00"), ("2", "250.00")):
            text = f"Expenses:Unallocated {amount} / Assets:HostCash -{amount}"
            posting.post(
                session,
                journal(
                    text, ref=ref, narration="Foster care in April", payee="Oakfield Fostering"
                ),
                by=CLERK,
                at=AT,
            )
    with reading(engine) as session:
        assert not publishing.publish(session, folder, AT).problems
    return engine, folder


def _tampered(name: str, change: Callable[[str], str]) -> Path:
    """A copy of the published books with one file changed."""
    _, folder = _published()
    copy = scratch() / "tampered"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(folder, copy)
    (copy / name).write_text(change((copy / name).read_text("utf-8")), encoding="utf-8")
    return copy


def _in_words(text: str, steady: str) -> Callable[[str], str]:
    return lambda held: held.replace(text, steady)


def _verify(change: Callable[[Path], object]) -> Run:
    """What `trust books verify` says after somebody did this to the folder."""

    def run() -> object:
        engine, _ = _published()
        copy = _tampered(_MONTH, lambda text: text)
        change(copy)
        with reading(engine) as session:
            return publishing.verify(session, copy)

    return run


def _load(name: str, change: Callable[[str], str]) -> Run:
    return lambda: book.read(_tampered(name, change).joinpath(_MAIN)).problems


def _without_first(text: str) -> str:
    """The month without its first journal."""
    first, second, *_ = [
        found.start() for found in re.finditer(r"^2003-04-30 \*", text, re.MULTILINE)
    ]
    return text[:first] + text[second:]


def _put_back(folder: Path) -> None:
    """A manifest that ends with a journal the record does not have."""
    manifest = Manifest.read(folder)
    assert manifest is not None
    ahead = replace(manifest, head=replace(manifest.head, hash="f" * 64))
    (folder / "manifest.json").write_text(ahead.as_text(), encoding="utf-8")


example(
    "books_not_published",
    "Books are verified where none have been published.",
    _verify(lambda folder: (folder / "manifest.json").unlink()),
)
example(
    "books_file_missing",
    "A month is removed.",
    _verify(lambda folder: (folder / _MONTH).unlink()),
)
example(
    "books_file_changed",
    "A blank line is added to a month.",
    _verify(lambda folder: _append(folder / _MONTH, "\n")),
)
example(
    "books_differ",
    "A payment and its other side are raised by a pound.",
    _verify(lambda folder: _rewrite(folder / _MONTH, "250.00", "251.00")),
)
example(
    "books_journals_differ",
    "A journal is taken out of a month.",
    _verify(
        lambda folder: (folder / _MONTH).write_text(
            _without_first((folder / _MONTH).read_text("utf-8")), encoding="utf-8"
        )
    ),
)
example(
    "books_head_differs",
    "The books say that they end with a journal the record does not have.",
    _verify(_put_back),
    tidied={"with f{12}…": "with 0b7f3a91c2de…"},
)


def _append(path: Path, text: str) -> None:
    path.write_text(path.read_text("utf-8") + text, encoding="utf-8")


def _rewrite(path: Path, text: str, other: str) -> None:
    path.write_text(path.read_text("utf-8").replace(text, other), encoding="utf-8")


example(
    "books_not_accepted",
    "One side of a payment is raised by a pound.",
    _load(_MONTH, lambda text: re.sub(r"(?<![-\d])250\.00", "251.00", text, count=1)),
)
example(
    "books_not_whole_pence",
    "A fraction of a penny is added to both sides.",
    _load(_MONTH, _in_words("250.00", "250.005")),
)
example(
    "books_journal_unreadable",
    "The sequence of a journal is taken away.",
    _load(_MONTH, lambda text: re.sub(r"^  sequence: 1\n", "", text, flags=re.MULTILINE)),
)
example(
    "books_journal_changed",
    "The person who posted is replaced by another.",
    _load(_MONTH, _in_words(f'posted-by: "{CLERK}"', 'posted-by: "p.approver"')),
)
example(
    "books_text_changed",
    "A narration is written over.",
    _load(_MONTH, _in_words("Foster care in April", "Foster care in May")),
)


def _a_folder() -> Path:
    folder = scratch() / "actual.beancount"
    folder.mkdir(exist_ok=True)
    return folder


def _link(sequence: int, number: str, previous: str) -> book.Link:
    return book.Link(sequence, f"2003-04/{number}", previous, f"{sequence}" * 64)


example(
    "books_chain_broken",
    "The second of three journals is not there.",
    lambda: book.problems_in_links([_link(1, "000001", GENESIS), _link(3, "000003", "2" * 64)]),
)
example(
    "books_not_readable",
    "A folder stands where a book should.",
    lambda: [problem for opinion in opinions_on([_a_folder()]) for problem in opinion.problems],
    tidied={r": '.*'": ""},
)
example(
    "seal_not_of_this_record",
    "A printed report quotes the head of another trust's books.",
    lambda: [books_commands._not_of_this_record("f" * 64)],
)
