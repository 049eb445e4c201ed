"""What stands above a file's headings: titles and queries, where no line may be lost."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ledger.problems import Problem
from trust_commissioning.files.amounts import Amount, read_amount
from trust_commissioning.files.columns import Columns, Meaning
from trust_commissioning.files.dates import DateOrder, DateRules, ReadDate, read_date

_LOOKS_LIKE_MONEY = re.compile(r"£|[0-9]\.[0-9]{2}(?![0-9.])|[0-9],[0-9]{3}(?![0-9])")
_FULL_DAY = re.compile(r".*[0-9].*[-/. ].*[0-9]")
_NAMED = 10


def shows_money_or_day(text: str) -> bool:
    """Whether a cell holds an amount as money is written, or a day: no heading does."""
    return _is_money(text) or _is_day(text, DateRules())


def check_above(
    above: Sequence[tuple[int, tuple[str, ...]]], columns: Columns, rules: DateRules
) -> list[Problem]:
    """The rows above the headings that are lines: one problem naming them, or none.

    Such a row holds an amount and a day, wherever they stand. A whole number counts as an amount
    only in the column of amounts, with a day in the column of days.
    """
    rules = replace(rules, order=rules.order or DateOrder.DAY_FIRST)
    rows = [number for number, cells in above if _is_line(cells, columns, rules)]
    if not rows:
        return []
    shown = ", ".join(map(str, rows[:_NAMED])) + (" …" if len(rows) > _NAMED else "")
    several = f"Rows {shown} stand" if len(rows) > 1 else f"Row {shown} stands"
    return [
        Problem(
            "lines_above_headings",
            f"{several} above the headings with an amount and a date, so lines would be lost. Put"
            " the headings above the first line, or take these rows out if they are none.",
            "header",
            row=rows[0],
        )
    ]


def _is_line(cells: Sequence[str], columns: Columns, rules: DateRules) -> bool:
    days = {place for place, cell in enumerate(cells) if _is_day(cell, rules)}
    money = {place for place, cell in enumerate(cells) if _is_money(cell)}
    if days and money - days:
        return True
    amount_at = columns.index.get(Meaning.AMOUNT, len(cells))
    date_at = columns.index.get(Meaning.DATE, columns.index.get(Meaning.PERIOD, len(cells)))
    return (
        max(amount_at, date_at) < len(cells)
        and isinstance(read_amount(cells[amount_at], round_pence=True), Amount)
        and isinstance(read_date(cells[date_at], rules), ReadDate)
    )


def _is_money(text: str) -> bool:
    return _LOOKS_LIKE_MONEY.search(text) is not None and isinstance(
        read_amount(text, round_pence=True), Amount
    )


def _is_day(text: str, rules: DateRules) -> bool:
    if _FULL_DAY.match(text) is None:
        return False
    read = read_date(text, rules)
    return isinstance(read, ReadDate) and not read.month_only
