"""Sums read from the kept balances: never from the postings, so they cost the same in any year."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from operator import itemgetter
from typing import Any, TypeVar

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    CompoundSelect,
    Select,
    cast,
    func,
    null,
    or_,
    select,
    tuple_,
    union_all,
)
from sqlmodel import Session

from ledger.budget import Position
from ledger.journal import Book
from ledger.money import Money
from ledger.outcomes import NOT_ATTRIBUTED, Outcome
from trust_commissioning.reports.leads import Lead
from trust_commissioning.reports.shape import BALANCE, Cell, Column, Scope, books_head

Read = TypeVar("Read")

_EXPENSE = ("book", "fund", "period", "service", "outcome")
_WAYS = (("book", "fund", "outcome"), ("book", "service"), ("book", "period"))
"""The ways a page sums expense: each within a few hundred figures, however many balances."""

OUTCOME_KEYS = (*(outcome.value for outcome in Outcome), NOT_ATTRIBUTED)


def position_columns(**coded: str) -> tuple[Column, ...]:
    """Budget, committed, spent and available; `coded` says what of a row leads to its journals."""
    books = (("budget", "Budget"), ("committed", "Committed"), ("actual", "Spent"))
    leads = (
        Lead(book=book, **{"account": "Expenses", **coded})
        for book in (Book.BUDGET, Book.COMMITMENT, Book.ACTUAL)
    )
    return (
        *(
            Column(key=key, title=title, kind="money", leads_to=lead)
            for (key, title), lead in zip(books, leads, strict=True)
        ),
        Column(key="available", title="Available", kind="money"),
    )


POSITION_COLUMNS = position_columns()


def within(scope: Scope) -> list[ColumnElement[bool]]:
    """The balances a scope takes in."""
    wanted: list[ColumnElement[bool]] = [
        # All there are, named so that the key, which begins with the book, finds the year.
        BALANCE.c.book.in_([book.value for book in Book]),
        BALANCE.c.year == str(scope.year),
        BALANCE.c.period <= scope.to,
    ]
    if scope.fund is not None:
        wanted.append(BALANCE.c.fund == scope.fund)
    return wanted


def under(account: str) -> ColumnElement[bool]:
    """The account and everything below it."""
    return or_(
        BALANCE.c.account == account, BALANCE.c.account.startswith(account + ":", autoescape=True)
    )


def sums(
    session: Session, scope: Scope, *by: str, account: str = "", book: Book | None = None
) -> Iterator[tuple[tuple[str, ...], Money]]:
    """Totals of the scope's balances by the named columns, in the columns' order."""
    columns = [BALANCE.c[name] for name in by]
    wanted = within(scope)
    if account:
        wanted.append(under(account))
    if book is not None:
        wanted.append(BALANCE.c.book == book.value)
    query = select(*columns, func.sum(BALANCE.c.pence)).where(*wanted)
    for row in session.execute(query.group_by(*columns).order_by(*columns)):
        yield tuple(row[:-1]), Money(int(row[-1]))


def expense(session: Session, scope: Scope, *by: str) -> dict[tuple[Any, ...], Money]:
    """Totals over expense accounts by the named columns, which are all in one of `_WAYS`.

    A page asks this of one scope several times over: the balances are read once for all of them.
    """
    way = next(way for way in _WAYS if set(by) <= set(way))
    key_of = itemgetter(*map(_EXPENSE.index, by))
    found: dict[tuple[Any, ...], int] = {}
    for row in _kept(session, scope, _expense_each_way)[way]:
        key = key_of(row)
        found[key] = found.get(key, 0) + row[-1]
    return {key: Money(pence) for key, pence in found.items()}


def income(session: Session, scope: Scope) -> dict[tuple[str, str, str], Money]:
    """Actual income by fund, account and partner, as postings have it: below nil."""
    return _kept(session, scope, _income)


def _kept(session: Session, scope: Scope, read: Callable[[Session, Scope], Read]) -> Read:
    """Kept with the session for as long as nothing is posted: only posting moves a balance."""
    asked = (scope, books_head(session))
    kept = session.info.get(read)
    if kept is None or kept[0] != asked:
        kept = asked, read(session, scope)
        session.info[read] = kept
    found: Read = kept[1]
    return found


def _income(session: Session, scope: Scope) -> dict[tuple[str, str, str], Money]:
    by = ("fund", "account", "partner")
    found = sums(session, scope, *by, account="Income", book=Book.ACTUAL)
    return {(fund, account, partner): amount for (fund, account, partner), amount in found}


def _expense_each_way(
    session: Session, scope: Scope
) -> dict[tuple[str, ...], list[tuple[Any, ...]]]:
    """Summed by the database, which looks at each balance once for every way together.

    A row has nothing in the columns it is summed over, by which its way is told.
    """
    on_postgresql = session.get_bind().dialect.name == "postgresql"
    query = _in_grouping_sets(scope) if on_postgresql else _from_finest(scope)
    found: dict[tuple[str, ...], list[tuple[Any, ...]]] = {way: [] for way in _WAYS}
    for row in session.execute(query):
        way = tuple(name for name, value in zip(_EXPENSE, row, strict=False) if value is not None)
        found[way].append(tuple(row))
    return found


def _in_grouping_sets(scope: Scope) -> Select[Any]:
    sets = (tuple_(*(BALANCE.c[name] for name in way)) for way in _WAYS)
    query = select(
        *(BALANCE.c[name] for name in _EXPENSE), cast(func.sum(BALANCE.c.pence), BigInteger)
    )
    return query.where(*within(scope), under("Expenses")).group_by(func.grouping_sets(*sets))


def _from_finest(scope: Scope) -> CompoundSelect[Any]:
    """SQLite has no grouping sets: the finest sums, in the key's own order, are summed again."""
    columns = [BALANCE.c[name] for name in _EXPENSE]
    query = select(*columns, func.sum(BALANCE.c.pence).label("pence"))
    finest = query.where(*within(scope), under("Expenses")).group_by(*columns).cte("finest")
    return union_all(
        *(
            select(
                *(finest.c[name] if name in way else null() for name in _EXPENSE),
                func.sum(finest.c.pence),
            ).group_by(*(finest.c[name] for name in way))
            for way in _WAYS
        )
    )


def positions(session: Session, scope: Scope, by: str) -> dict[str, Position]:
    """Budget, committed and actual over expense accounts, for each value of a column."""
    found: dict[str, Position] = {}
    for (book, key), amount in expense(session, scope, "book", by).items():
        found[key] = found.get(key, Position()).plus(Book(book), amount)
    return found


def together(positions: Iterator[Position] | list[Position]) -> Position:
    """The sum of positions."""
    every = list(positions)
    return Position(
        Money.total(one.budget for one in every),
        Money.total(one.committed for one in every),
        Money.total(one.actual for one in every),
    )


def cells(position: Position) -> dict[str, Cell]:
    """A position as the four columns of a report."""
    return {
        "budget": position.budget,
        "committed": position.committed,
        "actual": position.actual,
        "available": position.available,
    }
