"""Our own figures, written beside the books: what the page in Fava holds Beancount's against.

They are those of the reports, as the record had them when the books were published, with the hash
of its last journal, so that whoever shows the books needs no database.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Self

from sqlmodel import Session

from ledger.book import BookSums, FundSums
from ledger.journal import Book
from ledger.money import Money
from ledger.periods import FinancialYear
from trust_commissioning.publishing.manifest import main_file
from trust_commissioning.publishing.record import Head, Record
from trust_commissioning.reports import Scope, fund_position, outcome_spend
from trust_commissioning.reports.shape import Cell

FIGURES = "figures.json"
_FORMAT = 1
_COLUMN = {Book.ACTUAL: "actual", Book.COMMITMENT: "committed", Book.BUDGET: "budget"}
"""The column of our reports that says what a book's expense accounts come to."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What our reports say of each main file, and of which record that is true."""

    head: Head
    books: Mapping[str, BookSums]

    @classmethod
    def read(cls, folder: Path) -> Self | None:
        """The figures beside the books of a folder; None where there are none to be read."""
        try:
            held = json.loads((folder / FIGURES).read_text(encoding="utf-8"))
            if held["format"] != _FORMAT:
                return None
            books = {str(name): _sums(book) for name, book in held["books"].items()}
            return cls(Head(int(held["head"]["sequence"]), str(held["head"]["hash"])), books)
        except (OSError, ValueError, KeyError, TypeError, AttributeError, ArithmeticError):
            return None


def figures_as_text(session: Session, record: Record, at: datetime) -> str:
    """The figures of every year's three books, as JSON."""
    books = {}
    for year in record.years:
        funds = fund_position(session, Scope(None, year), at).rows
        outcomes = outcome_spend(session, Scope(None, year), at).rows
        for book, column in _COLUMN.items():
            books[main_file(year, book)] = {
                "funds": {str(row["fund"]): _of_fund(row, book, column) for row in funds},
                "outcomes": {str(row["outcome"]): _plain(row[column]) for row in outcomes},
            }
    head = asdict(record.head)
    return json.dumps({"format": _FORMAT, "head": head, "books": books}, indent=1) + "\n"


def _of_fund(row: Mapping[str, Cell], book: Book, column: str) -> dict[str, str]:
    """In the books of promises and of budgets a fund has neither income nor a balance."""
    spent = {"spent": _plain(row[column])}
    if book is not Book.ACTUAL:
        return spent
    return {"income": _plain(row["income"]), **spent, "closing": _plain(row["closing"])}


def _plain(cell: Cell) -> str:
    assert isinstance(cell, Money)
    return cell.plain


def _sums(held: Mapping[str, Any]) -> BookSums:
    return BookSums(
        funds={
            fund: FundSums(**{name: Decimal(value) for name, value in sums.items()})
            for fund, sums in held["funds"].items()
        },
        outcomes={name: Decimal(value) for name, value in held["outcomes"].items()},
    )


def year_of(name: str) -> FinancialYear:
    """The year of a main file such as ``2003-04/actual.beancount``."""
    return FinancialYear.parse(name.split("/", maxsplit=1)[0])
