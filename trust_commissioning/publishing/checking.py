"""Holding staged files against the record before anybody sees them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlmodel import Session

from ledger import book as beancount
from ledger.book import Coding, Link
from ledger.journal import Book
from ledger.money import Money
from ledger.periods import FinancialYear
from ledger.problems import Problem
from trust_commissioning.progress import steps
from trust_commissioning.publishing.opinion import (
    opinions_on,
    problems_in_balances,
    problems_in_journals,
    shortened,
)
from trust_commissioning.publishing.parts import SUMMARY_CHART, Part, summary_of
from trust_commissioning.publishing.record import Record, links


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where each file is while the changed ones are still staged."""

    folder: Path
    staging: Path
    changed: frozenset[str]

    def path_of(self, name: str) -> str:
        return str((self.staging if name in self.changed else self.folder) / name)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Check:
    """A main file for Beancount to load, and what it must come to."""

    name: str
    path: Path
    balances: dict[Coding, Money]
    links: list[Link]


def problems_in_staged(
    session: Session, record: Record, parts: Sequence[Part], places: Places
) -> list[Problem]:
    """Where a changed file is not what the record says; `where` names the book it is in."""
    checks = [
        *_checks_of_books(session, record, parts, places),
        *_checks_of_summaries(record, places),
    ]
    problems: list[Problem] = []
    found = opinions_on([check.path for check in checks])
    pairs = zip(checks, found, strict=True)
    for check, opinion in steps(pairs, "Holding the books against the record", len(checks)):
        problems += opinion.problems
        problems += problems_in_balances(check.name, check.balances, opinion.balances)
        problems += problems_in_journals(check.name, check.links, opinion.links)
    return shortened(problems)


def _checks_of_books(
    session: Session, record: Record, parts: Sequence[Part], places: Places
) -> Iterator[_Check]:
    """Each book with a changed file: its changed months in full, the others as their sums.

    So what a publication costs does not grow with the journals that did not change.
    """
    for year in record.years:
        for book in Book:
            of_book = [part for part in parts if part.is_in(year, book)]
            if any(part.name in places.changed for part in of_book):
                yield _check_of_book(session, record, (year, book), of_book, places)


def _check_of_book(
    session: Session,
    record: Record,
    year_and_book: tuple[FinancialYear, Book],
    of_book: Sequence[Part],
    places: Places,
) -> _Check:
    year, book = year_and_book
    main = next(part.name for part in of_book if part.is_main)
    in_full = [part for part in of_book if part.period and part.name in places.changed]
    written_out = {str(part.period) for part in in_full}
    rest = places.staging / f"check-{year}-{book.value}-rest.beancount"
    moved = record.moved[book, year]
    in_sum = {coding: m for coding, m in moved.items() if coding.period not in written_out}
    rest.write_text(beancount.render_summary(in_sum), encoding="utf-8")
    included = [part.name for part in of_book if not part.is_main and not part.period]
    names = [*map(places.path_of, included), *(places.path_of(p.name) for p in in_full), str(rest)]
    check = places.staging / f"check-{year}-{book.value}.beancount"
    check.write_text(beancount.render_main("Check", year.starts, names), encoding="utf-8")
    expected = [link for p in in_full for link in links(session, book=book, period=p.period)]
    return _Check(name=main, path=check, balances=record.expected(book, year), links=expected)


def _checks_of_summaries(record: Record, places: Places) -> Iterator[_Check]:
    for year in record.years:
        name = summary_of(year)
        if {name, SUMMARY_CHART} & places.changed:
            check = places.staging / f"check-{year}-summary.beancount"
            names = [places.path_of(SUMMARY_CHART), places.path_of(name)]
            check.write_text(beancount.render_main("Check", year.starts, names), encoding="utf-8")
            moved = record.moved[Book.ACTUAL, year]
            yield _Check(name=name, path=check, balances=moved, links=[])
