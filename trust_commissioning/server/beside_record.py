"""Our page inside Fava: what Beancount makes of a book, beside our figure, and the difference.

Beancount's figures are added up by its own query language from the entries it loaded; ours were
written beside the books when they were published, with the hash of the record's last journal. So
the two come by different routes to what must be the same penny.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from fava.ext import FavaExtensionBase

from ledger.book import FundSums, sums_of
from ledger.outcomes import NOT_ATTRIBUTED, Outcome
from trust_commissioning.publishing import Figures, year_of

_NIL = Decimal("0.00")
_MEASURES = {"income": "Income", "spent": "Spent", "closing": "Closing balance"}
_SAID = {"actual": "Spent", "commitment": "Promised", "budget": "Budget"}


@dataclass(frozen=True, slots=True)
class Line:
    """One figure by both routes."""

    what: str
    measure: str
    beancounts: Decimal
    ours: Decimal

    @property
    def difference(self) -> Decimal:
        return self.beancounts - self.ours

    @property
    def agrees(self) -> bool:
        return self.difference == _NIL


@dataclass(frozen=True, slots=True)
class Compared:
    """A book by both routes; `head` is empty where there is nothing of ours to compare with."""

    head: str
    sequence: int
    funds: list[Line]
    outcomes: list[Line]

    @property
    def differences(self) -> int:
        return len([line for line in (*self.funds, *self.outcomes) if not line.agrees])


class BooksBesideRecord(FavaExtensionBase):
    """The page ``Books beside the record`` of each book."""

    report_title = "Books beside the record"

    def compared(self) -> Compared:
        """Fund position and spend by outcome, each by Beancount and by us."""
        file = Path(self.ledger.beancount_file_path)
        folder, name = file.parent.parent, f"{file.parent.name}/{file.name}"
        found = Figures.read(folder)
        ours = found.books.get(name) if found else None
        if found is None or ours is None:
            return Compared("", 0, [], [])
        theirs = sums_of(
            self.ledger.all_entries,
            self.ledger.load_errors,
            self.ledger.options,
            year_of(name).starts,
        )
        book = file.stem
        funds = [
            Line(fund, title, _of(theirs.funds.get(fund), key), _of(ours.funds.get(fund), key))
            for fund in sorted({*ours.funds, *theirs.funds})
            for key, title in _measures(book)
        ]
        outcomes = [
            Line(
                _title(key),
                _SAID[book],
                theirs.outcomes.get(key, _NIL),
                ours.outcomes.get(key, _NIL),
            )
            for key in (*(one.value for one in Outcome), NOT_ATTRIBUTED)
        ]
        return Compared(found.head.hash, found.head.sequence, funds, outcomes)


def _measures(book: str) -> Iterator[tuple[str, str]]:
    """Only what was paid and owed has income and a balance."""
    for key, title in _MEASURES.items():
        if book == "actual":
            yield key, title
        elif key == "spent":
            yield key, _SAID[book]


def _of(sums: FundSums | None, key: str) -> Decimal:
    found: Decimal = getattr(sums or FundSums(), key)
    return found


def _title(key: str) -> str:
    return "Not attributed" if key == NOT_ATTRIBUTED else Outcome(key).title
