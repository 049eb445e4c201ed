"""What may still be promised: budget less commitment less actual, in the books of a year."""

from __future__ import annotations

from collections.abc import Mapping

from sqlmodel import Session

from ledger.journal import Book
from ledger.money import NIL, Money
from ledger.periods import FinancialYear
from trust_commissioning.reports.balances import sums
from trust_commissioning.reports.shape import Scope


def available(session: Session, fund: str, year: FinancialYear, service: str) -> tuple[Money, bool]:
    """Of the service where the fund has a budget for it, else of the fund; and which of them."""
    by_book: Mapping[tuple[str, ...], Money] = dict(
        sums(session, Scope(fund, year, 13), "book", "service", account="Expenses")
    )
    budget = by_book.get((Book.BUDGET.value, service), NIL)
    own = bool(budget)

    def held(book: Book) -> Money:
        return Money.total(
            amount
            for (of_book, of_service), amount in by_book.items()
            if of_book == book.value and (not own or of_service == service)
        )

    return held(Book.BUDGET) - held(Book.COMMITMENT) - held(Book.ACTUAL), own
