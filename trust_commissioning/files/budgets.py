"""A file of budget lines read into typed rows, with every problem named by row and column."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import cast

from ledger.money import NIL, Money
from ledger.periods import FinancialYear
from ledger.problems import Problem
from ledger.profile import ProfileSaid
from trust_commissioning.files.amounts import Amount, read_amount
from trust_commissioning.files.columns import Meaning, normal
from trust_commissioning.files.reading import Sheets, Table, read_table
from trust_commissioning.files.signs import not_sterling_as_shown
from trust_commissioning.progress import steps

_HEADINGS = {
    "fund": ("fund", "fund code"),
    "account": ("account", "account name"),
    "service": ("service", "service code"),
    "amount": ("amount", "budget", "budget amount"),
    "outcome": ("outcome",),
    "year": ("year", "financial year"),
    "profile": ("profile", "spread"),
}
_NEEDED = ("fund", "account", "amount")


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetRow:
    """One line of a budget as a file or document says it.

    `outcome` None parts the amount by the service's weights on the first day of the year.
    ``not_attributed`` keeps it whole. `profile` is how the line is spread over the year, where
    that is said. `where` and `row` say where it was read.
    """

    account: str
    amount: Money
    service: str = ""
    outcome: str | None = None
    profile: ProfileSaid | None = None
    where: str = ""
    row: int | None = None


@dataclass(slots=True)
class BudgetFile:
    """The lines of a file by fund and year. A line whose year is not known is under None."""

    sha256: str
    blank_rows: int = 0
    budgets: dict[tuple[str, FinancialYear | None], list[BudgetRow]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def read_budget(
    data: bytes, *, name: str, year: FinancialYear | None, sheet: str | None = None
) -> BudgetFile:
    """Read a CSV file or workbook; `year` is for lines that do not say theirs.

    A workbook in which several sheets hold something is read only where `sheet` names one, so that
    no line of a budget is left out without a word.
    """
    table = read_table(
        data,
        name=name,
        headings=cast("Mapping[str, Meaning]", _headings()),
        needed=[frozenset({name}) for name in _NEEDED],
        sheet=sheet,
        sheets=Sheets(named="with --sheet", alone=True),
    )
    file = BudgetFile(
        sha256=table.sha256, problems=[_as_budget(problem) for problem in table.problems]
    )
    places = _places(table)
    if not file.problems:
        file.problems += [*_check_columns(places, year), *_check_cells(table, places)]
    if file.problems:
        return file
    for number, cells in steps(table.rows, "Reading the lines of the budget"):
        if not any(cells):
            file.blank_rows += 1
            continue
        cell = {field: cells[at] if at < len(cells) else "" for field, at in places.items()}
        row, wrong = _read_row(number, cell)
        of_year, unsaid = _year_of(number, cell, year)
        file.problems += [*wrong, *unsaid]
        file.budgets.setdefault((cell["fund"], of_year), []).append(row)
    if not file.budgets:
        file.problems.append(Problem("file_is_empty", "The file has no budget lines.", "rows"))
    return file


def _places(table: Table) -> dict[str, int]:
    known = _headings()
    places: dict[str, int] = {}
    for place, heading in enumerate(table.header):
        if (name := known.get(normal(heading))) is not None:
            places.setdefault(name, place)
    return places


def _check_columns(places: Mapping[str, int], year: FinancialYear | None) -> list[Problem]:
    problems = [
        Problem("budget_column_missing", f"There is no column “{name}”.", "header", column=name)
        for name in _NEEDED
        if name not in places
    ]
    if "year" not in places and year is None:
        problems.append(
            Problem(
                "budget_year_missing",
                "Which year the budget is for is not said: name it, or add a column “year”.",
                "year",
            )
        )
    return problems


def _check_cells(table: Table, places: Mapping[str, int]) -> Iterator[Problem]:
    """Lines above the headings, which would be lost, with cells whose value is not in the file."""
    amount_at, fund_at = places.get("amount"), places.get("fund")
    for row, cells in table.above:
        if amount_at is None or fund_at is None or max(amount_at, fund_at) >= len(cells):
            continue
        if cells[fund_at] and isinstance(read_amount(cells[amount_at]), Amount):
            yield Problem(
                "lines_above_headings",
                "This row stands above the headings and has an amount, so a line would be lost.",
                "header",
                row=row,
            )
    for (row, place), flaw in table.flawed_cells.items():
        label = table.header[place] if place < len(table.header) else None
        yield Problem(flaw.code, flaw.message, row=row, column=label)
    for (row, place), shown_as in table.currencies.items():
        if place == amount_at:
            other = not_sterling_as_shown(shown_as)
            yield Problem(other.code, other.message, "amount", row=row, column="amount")


def _headings() -> dict[str, str]:
    return {normal(name): field for field, names in _HEADINGS.items() for name in names}


def _as_budget(problem: Problem) -> Problem:
    if problem.code != "headings_not_found":
        return problem
    return Problem(
        "headings_not_found",
        "No row is known as the headings of a budget; they are fund, account, service, amount, "
        "and if wanted outcome, year and profile.",
        "header",
    )


def _read_row(number: int, cell: Mapping[str, str]) -> tuple[BudgetRow, list[Problem]]:
    amount, problems = read_amount(cell["amount"]), []
    if isinstance(amount, Problem):
        problems = [Problem(amount.code, amount.message, "amount", row=number, column="amount")]
    profile = None
    if said := cell.get("profile"):
        try:
            profile = ProfileSaid.parse(said)
        except ValueError as wrong:
            problems.append(
                Problem("profile_unreadable", str(wrong), "profile", row=number, column="profile")
            )
    row = BudgetRow(
        account=cell["account"],
        service=cell.get("service", ""),
        outcome=cell.get("outcome") or None,
        amount=NIL if isinstance(amount, Problem) else amount.money,
        profile=profile,
        row=number,
    )
    return row, problems


def _year_of(
    number: int, cell: Mapping[str, str], year: FinancialYear | None
) -> tuple[FinancialYear | None, list[Problem]]:
    said = cell.get("year")
    if not said and year is not None:
        return year, []
    try:
        return FinancialYear.parse(said or ""), []
    except ValueError as wrong:
        code = "year_unreadable" if said else "budget_year_missing"
        words = str(wrong) if said else "The row does not say which year it is for."
        return None, [Problem(code, words, "year", row=number, column="year")]
