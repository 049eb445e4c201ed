"""Sums read from the kept balances: never from the postings, so they cost the same in any year."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import ColumnElement, func, or_, select
from sqlmodel import Session

from ledger.budget import Position
from ledger.journal import Book
from ledger.money import Money
from ledger.outcomes import NOT_ATTRIBUTED, Outcome
from trust_commissioning.reports.shape import BALANCE, Cell, Column, Scope

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


def positions(session: Session, scope: Scope, by: str) -> dict[str, Position]:
    """Budget, committed and actual over expense accounts, for each value of a column."""
    found: dict[str, Position] = {}
    for (book, key), amount in sums(session, scope, "book", by, account="Expenses"):
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
