"""The files the books consist of, each with what it is made of."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from sqlmodel import Session

from ledger import book as beancount
from ledger.book import Coding
from ledger.journal import Book
from ledger.money import Money
from ledger.periods import FinancialYear, Period
from trust_commissioning.publishing.manifest import SUMMARY, main_file
from trust_commissioning.publishing.record import Record
from trust_commissioning.store import journals

SUMMARY_CHART = "chart.beancount"
_SHAPE = "books-1"
"""Changed when a release renders the same record otherwise, so that every file is made anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One file to publish; it is rendered only where `made_of` is not what was published.

    `book` and `year` say in which books it is read: no book means all of the year, no year the
    summary. `period` is set for a month of journals.
    """

    name: str
    made_of: str
    render: Callable[[], str]
    year: FinancialYear | None = None
    book: Book | None = None
    period: Period | None = None
    is_main: bool = False

    def is_in(self, year: FinancialYear, book: Book) -> bool:
        return self.year == year and self.book in (None, book)


def parts_of(session: Session, record: Record) -> list[Part]:
    """Every file of the books in the order they are put in place.

    What is included comes before what includes it, so that a reader in between never misses a
    file.
    """
    parts, mains = [], []
    for year in record.years:
        parts.append(_chart(f"{year}/chart.beancount", year, record, year))
        for book in Book:
            included = list(_book(session, record, year, book))
            parts += included
            mains.append(_main(record, year, book, included))
        parts.append(_of_balances(summary_of(year), record.moved[Book.ACTUAL, year]))
    if record.years:
        parts.append(_chart(SUMMARY_CHART, record.years[0], record, None))
        mains.append(_summary_main(record))
    return [*parts, *mains]


def summary_of(year: FinancialYear) -> str:
    """Where the actual book of a year is as sums."""
    return f"{year}/summary-actual.beancount"


def chart_of(year: FinancialYear) -> str:
    return f"{year}/chart.beancount"


def _book(session: Session, record: Record, year: FinancialYear, book: Book) -> Iterator[Part]:
    opening, moved = record.opening[book, year], record.moved[book, year]
    if book is Book.ACTUAL:
        yield Part(
            name=f"{year}/opening-{book.value}.beancount",
            made_of=_digest("opening", str(year), _listed(opening)),
            render=partial(beancount.render_opening, year, opening),
            year=year,
            book=book,
        )
    by_period: dict[str, dict[Coding, Money]] = {}
    for coding, amount in moved.items():
        by_period.setdefault(coding.period, {})[coding] = amount
    for period in year.periods:
        moved_at = record.moved_at.get((book, period))
        if moved_at is not None:
            yield Part(
                name=f"{year}/{book.value}-P{period.number:02d}.beancount",
                made_of=_digest("month", moved_at, _listed(by_period.get(str(period), {}))),
                render=partial(_month, session, book, period),
                year=year,
                book=book,
                period=period,
            )
    yield Part(
        name=f"{year}/balances-{book.value}.beancount",
        made_of=_digest("asserted", str(year), _listed(opening), _listed(moved)),
        render=partial(beancount.render_asserted, year, opening, moved),
        year=year,
        book=book,
    )


def _month(session: Session, book: Book, period: Period) -> str:
    found = journals.posted(session, book=book, year=period.year, period=period.number)
    return beancount.render_month(book, period, found)


def _chart(name: str, opens: FinancialYear, record: Record, year: FinancialYear | None) -> Part:
    text = beancount.render_chart(opens, record.chart, record.funds)
    return Part(name=name, made_of=_digest("chart", text), render=lambda: text, year=year)


def _of_balances(name: str, moved: Mapping[Coding, Money]) -> Part:
    return Part(
        name=name,
        made_of=_digest("summary", _listed(moved)),
        render=partial(beancount.render_summary, moved),
    )


def _main(record: Record, year: FinancialYear, book: Book, included: list[Part]) -> Part:
    names = [chart_of(year), *(part.name for part in included)]
    text = beancount.render_main(
        f"{year} {book.value} – {record.trust}",
        year.starts,
        [name.split("/", 1)[1] for name in names],
    )
    return Part(
        name=main_file(year, book),
        made_of=_digest("main", text),
        render=lambda: text,
        year=year,
        book=book,
        is_main=True,
    )


def _summary_main(record: Record) -> Part:
    text = beancount.render_main(
        f"All years in sum – {record.trust}",
        record.years[0].starts,
        [SUMMARY_CHART, *(summary_of(year) for year in record.years)],
    )
    return Part(name=SUMMARY, made_of=_digest("main", text), render=lambda: text)


def _listed(balances: Mapping[Coding, Money]) -> list[list[object]]:
    return sorted([*coding, amount.pence] for coding, amount in balances.items())


def _digest(*facts: object) -> str:
    text = json.dumps([_SHAPE, *facts], separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
