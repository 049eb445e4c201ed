"""What the record holds that the books must hold too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlmodel import Session

from ledger.book import Coding, Link, carried_into
from ledger.chart import Chart
from ledger.funds import Fund
from ledger.journal import Book
from ledger.money import Money
from ledger.periods import FinancialYear, Period
from trust_commissioning.store import standing
from trust_commissioning.store.tables import BalanceRow, ChainHeadRow, JournalRow, PostingRow

_JOURNAL = JournalRow.__table__  # type: ignore[attr-defined]
_POSTING = PostingRow.__table__  # type: ignore[attr-defined]
_BALANCE = BalanceRow.__table__  # type: ignore[attr-defined]
_HEAD = ChainHeadRow.__table__  # type: ignore[attr-defined]

Balances = dict[Coding, Money]


@dataclass(frozen=True, slots=True)
class Head:
    """The last journal of the chain; sequence 0 before the first."""

    sequence: int
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """The record at one moment, as sums.

    `moved` is what each coding came to in the periods of a year, `opening` what the year began
    with; `moved_at` is where the chain stood when a book last moved in a period, absent where
    it never did.
    """

    trust: str
    chart: Chart
    funds: tuple[Fund, ...]
    years: tuple[FinancialYear, ...]
    head: Head
    moved: Mapping[tuple[Book, FinancialYear], Balances]
    opening: Mapping[tuple[Book, FinancialYear], Balances]
    moved_at: Mapping[tuple[Book, Period], int]

    def expected(self, book: Book, year: FinancialYear) -> Balances:
        """Everything a year's book must come to."""
        return self.opening[book, year] | self.moved[book, year]


def head_of(session: Session) -> Head:
    """Where the chain stands now."""
    row = session.execute(select(_HEAD.c.sequence, _HEAD.c.hash)).one()
    return Head(int(row.sequence), str(row.hash))


def read_record(session: Session) -> Record:
    """The record as its kept balances show it: no posting is read."""
    columns = [_BALANCE.c[name] for name in (*_KEY, "pence", "last_sequence")]
    return _record(session, head_of(session), session.execute(select(*columns)))


def read_record_as_at(session: Session, head: Head) -> Record:
    """The record as it was when `head` was its last journal, summed from its postings."""
    rows = session.execute(
        select(
            *(_JOURNAL.c[name] for name in ("book", "year", "period", "fund")),
            _POSTING.c.account,
            *(func.coalesce(_POSTING.c[name], "") for name in ("service", "outcome", "partner")),
            func.sum(_POSTING.c.pence),
            func.max(_JOURNAL.c.sequence),
        )
        .join(_POSTING, _POSTING.c.journal_id == _JOURNAL.c.id)
        .where(_JOURNAL.c.status == "posted", _JOURNAL.c.sequence <= head.sequence)
        .group_by(
            *(_JOURNAL.c[name] for name in ("book", "year", "period", "fund")),
            *(_POSTING.c[name] for name in ("account", "service", "outcome", "partner")),
        )
    )
    return _record(session, head, rows)


def links(
    session: Session,
    *,
    book: Book | None = None,
    period: Period | None = None,
    up_to: int | None = None,
) -> list[Link]:
    """The journals' places in the chain as the record has them, in its order."""
    wanted: list[ColumnElement[bool]] = [_JOURNAL.c.status == "posted"]
    if book is not None:
        wanted.append(_JOURNAL.c.book == book.value)
    if period is not None:
        wanted += [_JOURNAL.c.year == str(period.year), _JOURNAL.c.period == period.number]
    if up_to is not None:
        wanted.append(_JOURNAL.c.sequence <= up_to)
    columns = [_JOURNAL.c[name] for name in ("sequence", "number", "previous_hash", "hash")]
    return sorted(Link(*row) for row in session.execute(select(*columns).where(*wanted)))


_KEY = ("book", "year", "period", "fund", "account", "service", "outcome", "partner")


def _record(session: Session, head: Head, rows: Iterable[Any]) -> Record:
    years = standing.years(session)
    moved: dict[tuple[Book, FinancialYear], Balances] = {
        (book, year): {} for book in Book for year in years
    }
    moved_at: dict[tuple[Book, Period], int] = {}
    periods = {(str(p.year), p.number): p for year in years for p in year.periods}
    books = {book.value: book for book in Book}
    for book_value, year_text, number, fund, account, service, outcome, partner, pence, seq in rows:
        book, period = books[book_value], periods[year_text, number]
        moved_at[book, period] = max(seq, moved_at.get((book, period), 0))
        if pence:
            coding = Coding(fund, str(period), account, service, outcome, partner)
            moved[book, period.year][coding] = Money(int(pence))
    return Record(
        trust=standing.trust_name(session),
        chart=standing.chart(session),
        funds=tuple(standing.funds(session).values()),
        years=tuple(years),
        head=head,
        moved=moved,
        opening=_openings(years, moved),
        moved_at=moved_at,
    )


def _openings(
    years: list[FinancialYear], moved: Mapping[tuple[Book, FinancialYear], Balances]
) -> dict[tuple[Book, FinancialYear], Balances]:
    openings: dict[tuple[Book, FinancialYear], Balances] = {}
    for book in Book:
        before: Balances = {}
        for year in years:
            openings[book, year] = carried_into(year, book, before)
            before = openings[book, year] | moved[book, year]
    return openings
