"""Figures rounded for show: pounds and pence inside, thousands of pounds on a paper that asks.

Each figure is rounded by itself, halves away from nil, so that it is true wherever it stands. Rounded
rows then need not come to the rounded total; where they do not, the paper says so by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from fractions import Fraction

from ledger.money import NIL, Money
from trust_commissioning.reports.shape import MADE_OF, SUBTOTAL, Cell, Column, Part, Report

_THOUSAND_POUNDS = 100_000


class Unit(StrEnum):
    """In what a paper prints its figures."""

    PENCE = "pence"
    THOUSANDS = "thousands"

    @property
    def symbol(self) -> str:
        """What stands at the head of a column of figures."""
        return "£" if self is Unit.PENCE else "£000"

    @property
    def sentence(self) -> str:
        return (
            "Figures are in pounds and pence."
            if self is Unit.PENCE
            else "Figures are in thousands of pounds, each rounded by itself from pounds and pence."
        )

    def rounded(self, amount: Money) -> int:
        """The whole number of this unit's smallest step: pence, or thousands of pounds."""
        if self is Unit.PENCE:
            return amount.pence
        return amount.times(Fraction(1, _THOUSAND_POUNDS)).pence

    def figure(self, amount: Money) -> str:
        """``1,250.00`` or ``1``; below nil with a minus sign, which needs no colour to be seen.

        Nil itself is a dash, so that a ``0`` in thousands tells of an amount too small to print.
        """
        if not amount:
            return "–"
        number = self.rounded(amount)
        size = abs(number)
        words = f"{size // 100:,}.{size % 100:02d}" if self is Unit.PENCE else f"{size:,}"
        return f"−{words}" if number < 0 else words


def differences(report: Report, unit: Unit) -> list[str]:
    """A sentence for each printed total that its printed rows do not come to."""
    if unit is Unit.PENCE:
        return []
    return [
        said
        for table in report.tables
        for column in table.columns
        if column.kind == "money"
        for said in _of_column(table, column, unit)
    ]


def _of_column(table: Part, column: Column, unit: Unit) -> Iterator[str]:
    where = f"“{column.title}” of “{table.title}”" if table.title else f"“{column.title}”"
    for name, total, rows in _sums(table, column):
        came, printed = sum(unit.rounded(row) for row in rows), unit.rounded(total)
        if Money.total(rows) == total and came != printed:
            yield (
                f"In {where} the rounded rows come to {came:,}; {name} is printed as {printed:,}, "
                "rounded from the exact sum."
            ).replace("-", "−")


def _sums(table: Part, column: Column) -> Iterator[tuple[str, Money, list[Money]]]:
    """Each subtotal with the rows it names, or else those since the one before it; then the total
    with all lines."""
    every: list[Money] = []
    since: list[Money] = []
    named: dict[str, Money] = {}
    for row in table.rows:
        cell, name = row.get(column.key), _name(table.columns, row)
        amount = cell if isinstance(cell, Money) else NIL
        if row.get(SUBTOTAL):
            of = str(row.get(MADE_OF, ""))
            rows = [_signed(one, named) for one in of.split("; ")] if of else since
            if isinstance(cell, Money) and rows:
                yield f"“{name}”", amount, rows
            since = []
        else:
            since.append(amount)
            every.append(amount)
        named[name] = amount
    total = table.totals.get(column.key)
    if isinstance(total, Money):
        yield "the total", total, every


def _signed(said: str, named: Mapping[str, Money]) -> Money:
    amount = named.get(said.removeprefix("-"), NIL)
    return -amount if said.startswith("-") else amount


def _name(columns: Sequence[Column], row: Mapping[str, Cell]) -> str:
    texts = (str(row.get(column.key, "")) for column in columns if column.kind == "text")
    return next(filter(None, texts), "a subtotal")
