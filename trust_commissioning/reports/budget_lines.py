"""How each line of a fund's budget stands."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlmodel import Session

from ledger.budget import BudgetLine, Position
from ledger.journal import Book
from ledger.money import Money
from ledger.periods import FinancialYear
from trust_commissioning.reports.balances import under
from trust_commissioning.reports.shape import BALANCE


def positions(session: Session, fund: str, year: FinancialYear) -> dict[BudgetLine, Position]:
    """How each line of a fund stands over the whole year."""
    columns = (BALANCE.c.book, BALANCE.c.account, BALANCE.c.service)
    rows = session.execute(
        select(*columns, func.sum(BALANCE.c.pence))
        .where(
            BALANCE.c.book.in_([book.value for book in Book]),
            BALANCE.c.fund == fund,
            BALANCE.c.year == str(year),
            under("Expenses"),
        )
        .group_by(*columns)
    )
    found: dict[BudgetLine, Position] = {}
    for book, account, service, pence in rows:
        line = BudgetLine(account, service)
        found[line] = found.get(line, Position()).plus(Book(book), Money(int(pence)))
    return found
