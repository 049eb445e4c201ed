"""A bank's statement as a CSV file or workbook, read into lines, with every problem by row and column.

Banks print the same few columns under many names: a day, words, an amount or what was paid in and what
was paid out, and mostly the balance after each line. Money in the account is above nil. Where the file
has a balance, each line's must follow from the line before, from the oldest to the newest or the other
way round; so a line that was lost, or added, is found.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import cast

from ledger.money import NIL, Money
from ledger.problems import Problem
from trust_commissioning.files.amounts import read_amount
from trust_commissioning.files.columns import Meaning, normal
from trust_commissioning.files.dates import DateOrder, DateRules, read_date
from trust_commissioning.files.reading import Table, read_table
from trust_commissioning.files.signs import not_sterling_as_shown
from trust_commissioning.progress import steps

_HEADINGS = {
    "date": (
        "date",
        "transaction date",
        "posting date",
        "posted date",
        "booking date",
        "entry date",
    ),
    "words": (
        *("description", "transaction description", "details", "narrative", "particulars"),
        *("transaction details", "transaction", "memo", "payee", "counter party", "name"),
    ),
    "reference": (
        "reference",
        "ref",
        "transaction reference",
        "cheque number",
        "customer reference",
    ),
    "kind": ("type", "transaction type", "transaction code"),
    "amount": ("amount", "value", "transaction amount"),
    "in": ("paid in", "money in", "credit", "credit amount", "credits", "receipts", "deposits"),
    "out": ("paid out", "money out", "debit", "debit amount", "debits", "payments", "withdrawals"),
    "balance": ("balance", "running balance", "account balance", "ledger balance"),
}
_DATES = DateRules(order=DateOrder.DAY_FIRST)
_MONEY = ("amount", "in", "out", "balance")
_NEEDED = (frozenset({"date"}), frozenset({"amount", "in", "out"}))


@dataclass(frozen=True, slots=True, kw_only=True)
class BankRow:
    """One line of a statement; `balance` is what was in the account after it, where that is said."""

    row: int
    day: date
    amount: Money
    words: str
    reference: str
    balance: Money | None
    cells: tuple[str, ...]


@dataclass(slots=True)
class BankFile:
    """A statement's lines, the oldest first, with what is wrong."""

    sha256: str
    header: tuple[str, ...] = ()
    blank_rows: int = 0
    rows: list[BankRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def total(self) -> Money:
        return Money.total(row.amount for row in self.rows)

    @property
    def closing(self) -> Money | None:
        """The balance after the last line, where the file says it."""
        return self.rows[-1].balance if self.rows else None


def read_statement(data: bytes, *, name: str) -> BankFile:
    """Read a statement; its problems are in the answer."""
    headings = {normal(one): key for key, names in _HEADINGS.items() for one in names}
    table = read_table(
        data, name=name, headings=cast("Mapping[str, Meaning]", headings), needed=_NEEDED
    )
    file = BankFile(table.sha256, tuple(table.header), problems=list(map(_as_bank, table.problems)))
    if file.problems:
        return file
    places: dict[str, int] = {}
    for place, heading in enumerate(table.header):
        if (key := headings.get(normal(heading))) is not None:
            places.setdefault(key, place)
    file.problems += [*_check_columns(places), *_check_cells(table, places)]
    if file.problems:
        return file
    for number, cells in steps(table.rows, "Reading the lines of the statement"):
        if not any(cells):
            file.blank_rows += 1
            continue
        cell = {key: cells[at] if at < len(cells) else "" for key, at in places.items()}
        row = _read_row(number, cell, tuple(cells), table.header, places)
        if isinstance(row, BankRow):
            file.rows.append(row)
        else:
            file.problems += row
    if not file.problems and not file.rows:
        file.problems.append(Problem("file_is_empty", "The statement has no lines.", "rows"))
    if not file.problems:
        _in_order(file)
    return file


def _as_bank(problem: Problem) -> Problem:
    if problem.code != "headings_not_found":
        return problem
    return Problem(
        "headings_not_found",
        "No row is known as the headings of a bank statement; they are date, description, then "
        "amount or paid in and paid out, and if wanted reference and balance.",
        "header",
    )


def _check_columns(places: Mapping[str, int]) -> Iterator[Problem]:
    if "amount" not in places and not {"in", "out"} <= places.keys():
        yield Problem(
            "bank_column_missing",
            "There is no column of amounts, and no pair of what was paid in and paid out.",
            "header",
        )
    if not {"words", "reference"} & places.keys():
        yield Problem("bank_column_missing", "No column says in words what a line is.", "header")


def _check_cells(table: Table, places: Mapping[str, int]) -> Iterator[Problem]:
    for (row, place), flaw in table.flawed_cells.items():
        label = table.header[place] if place < len(table.header) else None
        yield Problem(flaw.code, flaw.message, row=row, column=label)
    for (row, place), shown_as in table.currencies.items():
        if place in [places.get(key) for key in _MONEY]:
            other = not_sterling_as_shown(shown_as)
            yield Problem(other.code, other.message, row=row, column=table.header[place])


def _read_row(
    number: int,
    cell: Mapping[str, str],
    cells: tuple[str, ...],
    header: Sequence[str],
    places: Mapping[str, int],
) -> BankRow | list[Problem]:
    problems: list[Problem] = []
    money: dict[str, Money] = {}
    for key in _MONEY:
        if text := cell.get(key):
            read = read_amount(text)
            if isinstance(read, Problem):
                problems.append(replace(read, row=number, column=header[places[key]]))
            else:
                money[key] = read.money
    day = read_date(cell["date"], _DATES)
    if isinstance(day, Problem):
        problems.append(replace(day, row=number, column=header[places["date"]]))
    # What was paid out is printed below nil by some banks, above it by most.
    told = [
        *([money["amount"]] if "amount" in money else []),
        *([money["in"]] if money.get("in") else []),
        *([-abs(money["out"])] if money.get("out") else []),
    ]
    if not problems and len(told) != 1:
        problems.append(
            Problem(
                "amount_missing" if not told else "amount_given_twice",
                "The line has no amount." if not told else "The line has more than one amount.",
                row=number,
                column="amount",
            )
        )
    if problems or isinstance(day, Problem):
        return problems
    words = " ".join(filter(None, (cell.get("kind", ""), cell.get("words", "")))).strip()
    return BankRow(
        row=number,
        day=day.day,
        amount=told[0],
        words=words,
        reference=cell.get("reference", "").strip(),
        balance=money.get("balance"),
        cells=cells,
    )


def _in_order(file: BankFile) -> None:
    """The oldest line first; where balances are printed they must follow from one another."""
    if not any(row.balance is not None for row in file.rows):
        if file.rows[0].day > file.rows[-1].day:
            file.rows.reverse()
        return
    broken = _broken(file.rows)
    if broken is None:
        return
    if _broken(file.rows[::-1]) is None:
        file.rows.reverse()
        return
    if file.rows[0].day > file.rows[-1].day:
        broken = _broken(file.rows[::-1]) or broken
    row, wanted = broken
    file.problems.append(
        Problem(
            "bank_balance_broken",
            f"The balance after this line is printed as {row.balance or NIL}, and comes to {wanted}: "
            "a line is missing or was changed.",
            row=row.row,
            column="balance",
        )
    )


def _broken(rows: Sequence[BankRow]) -> tuple[BankRow, Money] | None:
    """The first line whose balance does not follow, with what it should be."""
    now: Money | None = None
    for row in rows:
        if now is not None:
            now += row.amount
            if row.balance is not None and row.balance != now:
                return row, now
        elif row.balance is not None:
            now = row.balance
    return None
