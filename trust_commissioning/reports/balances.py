"""Sums read from the kept balances: never from the postings, so they cost the same in any year."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, cast, func, or_, select
from sqlmodel import Session

from ledger.budget import Position
from ledger.journal import Book
from ledger.money import Money
from ledger.outcomes import NOT_ATTRIBUTED, Outcome
from trust_commissioning.reports.shape import BALANCE, Cell, Column, Scope, books_head

_EXPENSE = ("book", "fund", "period", "service", "outcome")
OUTCOME_KEYS = (*(outcome.value for outcome in Outcome), NOT_ATTRIBUTED)
POSITION_COLUMNS = (
    Column(key="budget", title="Budget", kind="money"),
    Column(key="committed", title="Committed", kind="money"),
    Column(key="actual", title="Spent", kind="money"),
    Column(key="available", title="Available", kind="money"),
)


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
    """Totals over expense accounts by two or more of book, fund, period, service, outcome.

    A page asks this of one scope several times over: the balances are read once for all of them.
    """
    key_of = itemgetter(*map(_EXPENSE.index, by))
    found: dict[tuple[Any, ...], int] = {}
    for row in _expense_rows(session, scope):
        key = key_of(row)
        found[key] = found.get(key, 0) + row[-1]
    return {key: Money(pence) for key, pence in found.items()}


def _expense_rows(session: Session, scope: Scope) -> Sequence[tuple[Any, ...]]:
    """Kept with the session for as long as nothing is posted: only posting moves a balance."""
    asked = (scope, books_head(session))
    kept = session.info.get(_EXPENSE)
    if kept is None or kept[0] != asked:
        columns = [BALANCE.c[name] for name in _EXPENSE]
        query = select(*columns, cast(func.sum(BALANCE.c.pence), BigInteger))
        query = query.where(*within(scope), under("Expenses")).group_by(*columns)
        kept = asked, session.execute(query).all()
        session.info[_EXPENSE] = kept
    rows: Sequence[tuple[Any, ...]] = kept[1]
    return rows


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
