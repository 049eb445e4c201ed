"""The totals that a spending extract prints among its lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from ledger.money import Money
from ledger.problems import Problem
from trust_commissioning.files.amounts import Amount
from trust_commissioning.files.columns import Columns, Meaning

_LABEL = re.compile(r"(?:(?:grand|sub|overall|report|page|net)[ -]?)?totals?\b.*", re.IGNORECASE)
_MONEY = (
    Meaning.AMOUNT,
    Meaning.GROSS,
    Meaning.VAT,
    Meaning.IRRECOVERABLE_VAT,
    Meaning.CURRENCY,
    Meaning.DEBIT_CREDIT,
)
"""Columns of money, or of what money is of: a total has them filled like a line."""
_A_LINE_HAS_ONE_OF = (Meaning.DATE, Meaning.PERIOD, Meaning.REFERENCE, Meaning.SEQUENCE)


def is_total_row(
    cells: Sequence[str], columns: Columns, amount: Amount | Problem, so_far: PrintedTotals
) -> bool:
    """Whether this row sums others instead of being a line.

    It has an amount and neither date nor reference, and besides: nothing; or a label such as
    “Grand Total” (in whatever column) with at most one other cell; or one cell, no supplier, and the amount all rows
    above come to. A payment to a firm called Total is a line: it has a date.
    """
    index = columns.index
    if not cells[index[Meaning.AMOUNT]]:
        return False
    of_a_line = [cells[index[meaning]] for meaning in _A_LINE_HAS_ONE_OF if meaning in index]
    if any(cell and _LABEL.fullmatch(cell) is None for cell in of_a_line):
        return False
    money = {index[meaning] for meaning in _MONEY if meaning in index}
    others = [cell for place, cell in enumerate(cells) if cell and place not in money]
    if not others:
        return True
    if len(others) <= 2 and any(_LABEL.fullmatch(cell) for cell in others):
        return True
    supplier = index.get(Meaning.SUPPLIER)
    return (
        len(others) == 1
        and isinstance(amount, Amount)
        and bool(amount.money)
        and amount.money == so_far.running
        and (supplier is None or not cells[supplier])
    )


@dataclass
class PrintedTotals:
    """Totals as they are met, each with what the lines above it came to."""

    rows: list[_Printed] = field(default_factory=list)
    _pence: int = 0
    _pence_at_last: int = 0

    @property
    def running(self) -> Money:
        """What the lines so far come to."""
        return Money(self._pence)

    @property
    def _since_last(self) -> Money:
        return Money(self._pence - self._pence_at_last)

    def add(self, amount: Money) -> None:
        """Count a line."""
        self._pence += amount.pence

    def take(self, row: int, amount: Money) -> None:
        """Keep a printed total."""
        self.rows.append(_Printed(row, amount, self.running, self._since_last))
        self._pence_at_last = self._pence

    @property
    def printed(self) -> Money | None:
        """What the file says all its lines come to: the last total, unless it is of a section.

        None where nothing is printed for the whole file.
        """
        if not self.rows or self._ends_with_a_section:
            return None
        return self.rows[-1].amount

    @property
    def _ends_with_a_section(self) -> bool:
        """The last of several totals agrees with the lines since the one before, not with all."""
        last = self.rows[-1]
        return (
            len(self.rows) > 1
            and last.amount == last.since_last != self.running
            and not self._since_last
        )

    def problems(self, column: str | None) -> list[Problem]:
        """The totals that do not agree with the lines they sum."""
        sections = self.rows if self.printed is None else self.rows[:-1]
        problems = [
            _disagrees(one.row, column, one.amount, one.since_last, "since the last total")
            for one in sections
            if one.amount not in (one.running, one.since_last)
        ]
        if self.printed is not None and self.printed != self.running:
            problems.append(
                _disagrees(self.rows[-1].row, column, self.printed, self.running, "of the file")
            )
        return problems


@dataclass(frozen=True, slots=True)
class _Printed:
    row: int
    amount: Money
    running: Money
    since_last: Money


def _disagrees(row: int, column: str | None, printed: Money, read: Money, which: str) -> Problem:
    return Problem(
        "printed_total_does_not_agree",
        f"The file prints a total of {printed}, and the lines {which} come to {read}: a difference"
        f" of {abs(printed - read)}.",
        row=row,
        column=column,
    )
