"""Verifying: the published files, as they lie there, held against the record in full."""

from __future__ import annotations

from pathlib import Path

from sqlmodel import Session

from ledger.book import Coding, Link, problems_in_links
from ledger.chain import GENESIS
from ledger.journal import Book
from ledger.money import Money
from ledger.periods import FinancialYear
from ledger.problems import Problem
from trust_commissioning.progress import now, steps
from trust_commissioning.publishing.manifest import SUMMARY, Manifest, mains_in, sha256_of
from trust_commissioning.publishing.opinion import (
    opinions_on,
    problems_in_balances,
    problems_in_journals,
    shortened,
)
from trust_commissioning.publishing.record import (
    Head,
    Record,
    head_of,
    links,
    read_record,
    read_record_as_at,
)


def verify(session: Session, folder: Path) -> list[Problem]:
    """Everything wrong with the published books, or an empty list.

    Each file is the one that was published; Beancount accepts each book; each comes to the
    record's balances by every coding; each journal has the hash printed with it, and the chain
    through all years and books is whole and the record's own. Where more has been posted since,
    the books are held against the record as it was when they were published. Takes as long as
    there are journals.
    """
    manifest = Manifest.read(folder)
    if manifest is None:
        return [
            Problem("books_not_published", "No books have been published yet.", "manifest.json")
        ]
    here = head_of(session)
    record = (
        read_record(session) if here == manifest.head else read_record_as_at(session, manifest.head)
    )
    mains = mains_in(manifest)
    names = [*mains, *([SUMMARY] if SUMMARY in manifest.files else [])]
    problems = _problems_in_files(folder, manifest)
    chain: list[Link] = []
    found = opinions_on([folder / name for name in names])
    pairs = zip(names, found, strict=True)
    for name, opinion in steps(pairs, "Holding the books against the record", len(names)):
        problems += opinion.problems
        expected = _expected(record, mains.get(name))
        problems += problems_in_balances(name, expected, opinion.balances)
        chain += opinion.links
    problems += problems_in_links(chain)
    now("Holding the chain against the record")
    ours = links(session, up_to=manifest.head.sequence)
    problems += problems_in_journals("chain", ours, chain)
    reached = Head(ours[-1].sequence, ours[-1].hash) if ours else Head(0, GENESIS)
    if reached != manifest.head:
        problems.append(
            Problem(
                "books_head_differs",
                f"The books were published at journal {manifest.head.sequence} of the chain with "
                f"hash {manifest.head.hash[:12]}…; there the record has {reached.sequence} with "
                f"{reached.hash[:12]}….",
                "manifest.json",
            )
        )
    return shortened(problems)


def _expected(record: Record, main: tuple[FinancialYear, Book] | None) -> dict[Coding, Money]:
    """What a year's book comes to; for the summary of all years, what they moved."""
    if main is not None:
        year, book = main
        return record.expected(book, year) if year in record.years else {}
    moved: dict[Coding, Money] = {}
    for year in record.years:
        moved |= record.moved[Book.ACTUAL, year]
    return moved


def _problems_in_files(folder: Path, manifest: Manifest) -> list[Problem]:
    problems = []
    for name, entry in steps(sorted(manifest.files.items()), "Reading the published files"):
        path = folder / name
        if not path.is_file():
            problems.append(
                Problem("books_file_missing", f"{name} of the books is not there.", name)
            )
        elif sha256_of(path) != entry.sha256:
            problems.append(
                Problem(
                    "books_file_changed", f"{name} is not as it was when it was published.", name
                )
            )
    return problems
