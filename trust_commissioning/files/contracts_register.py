"""A contracts register as a council publishes it, read without a guess.

What a cell prints is kept whatever it is. A day or an amount is read where it is one; "rolling",
"TBC", ``99/99/999`` or an amount whose pound sign was lost is flagged and read as nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.resources import files
from itertools import zip_longest
from typing import cast

import yaml

from contracts.identifiers import Scheme, canonical
from ledger.money import Money
from ledger.problems import Problem
from ledger.wording import day_in_full
from trust_commissioning.files.amounts import Amount, read_amount, shown
from trust_commissioning.files.columns import Meaning, normal
from trust_commissioning.files.dates import DateOrder, DateRules, ReadDate, read_date
from trust_commissioning.files.preamble import shows_money_or_day
from trust_commissioning.files.reading import Row, Table, read_table
from trust_commissioning.files.signs import not_sterling_as_shown
from trust_commissioning.progress import steps


class Says(StrEnum):
    """What a column says of a contract."""

    PUBLISHER = "publisher"
    NUMBER = "number"
    TITLE = "title"
    SUPPLIER = "supplier"
    STARTS = "starts"
    ENDS = "ends"
    REVIEW_DAY = "review_day"
    EXTENSION_ENDS = "extension_ends"
    VALUE = "value"
    IRRECOVERABLE_VAT = "irrecoverable_vat"
    COMPANY_NUMBER = "company_number"
    CHARITY_NUMBER = "charity_number"
    DESCRIPTION = "description"
    DEPARTMENT = "department"

    @property
    def title(self) -> str:  # type: ignore[override]
        return self.value.replace("_", " ")


_NEEDED = (
    frozenset({Says.TITLE.value}),
    frozenset({Says.SUPPLIER.value}),
    frozenset({Says.STARTS.value, Says.ENDS.value, Says.VALUE.value}),
)
_DAYS = (Says.STARTS, Says.ENDS, Says.REVIEW_DAY, Says.EXTENSION_ENDS)
_AMOUNTS = (Says.VALUE, Says.IRRECOVERABLE_VAT)
_ASKED_FOR = (Says.NUMBER, Says.TITLE, Says.SUPPLIER, Says.STARTS, Says.ENDS, Says.VALUE)
"""What the code has every register say; where a column is there and its cell is empty, it is odd."""
_SCHEMES = {
    Says.COMPANY_NUMBER: (Scheme.COMPANY,),
    Says.CHARITY_NUMBER: (
        Scheme.CHARITY_ENGLAND_WALES,
        Scheme.CHARITY_SCOTLAND,
        Scheme.CHARITY_NORTHERN_IRELAND,
    ),
}
_DASH, _DASHES_FOR_NIL = "-", frozenset({"£-", "-£"})
"""A bare dash may be nil or not known; beside a pound sign it is how a spreadsheet prints nil."""


@dataclass(frozen=True, slots=True)
class Flag:
    """One odd value: in which column, as it was printed, and what is odd about it."""

    column: str
    printed: str
    words: str

    def as_json(self) -> dict[str, str]:
        return {"column": self.column, "printed": self.printed, "words": self.words}


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """One contract of a register; None is what is not printed, or not as a day or an amount."""

    row: int
    publisher: str
    number: str
    title: str
    provider_name: str
    starts: date | None
    ends: date | None
    review_day: date | None
    extension_ends: date | None
    value: Money | None
    irrecoverable_vat: Money | None
    cells: Mapping[str, str]
    flags: tuple[Flag, ...]


@dataclass(frozen=True, slots=True)
class RegisterFile:
    """What a file holds; with any problem nothing of it is taken."""

    table: Table
    contracts: tuple[Published, ...] = ()
    notes: tuple[Row, ...] = ()
    blank: int = 0
    problems: tuple[Problem, ...] = ()


@cache
def _names() -> dict[str, list[str]]:
    text = files("trust_commissioning").joinpath("data/contract_columns.yaml").read_text("utf-8")
    held: dict[str, list[str]] = yaml.safe_load(text)
    return held


@cache
def _meanings() -> dict[str, Says]:
    return {_tight(name): Says(key) for key, names in _names().items() for name in names}


def _tight(heading: str) -> str:
    """Without spaces, so that a name broken in the middle of a word is known all the same."""
    return normal(heading).replace(" ", "")


def read_register(data: bytes, *, name: str, sheet: str | None = None) -> RegisterFile:
    """Read a CSV file or workbook of contracts. Nothing in it makes it raise."""
    headings = {normal(one): key for key, names in _names().items() for one in names}
    table = read_table(
        data,
        name=name,
        headings=cast("Mapping[str, Meaning]", headings),
        needed=_NEEDED,
        sheet=sheet,
    )
    if table.problems:
        return RegisterFile(table, problems=tuple(map(_as_register, table.problems)))
    table = _mended(table)
    places = _places(table.header)
    if missing := _missing(places):
        return RegisterFile(table, problems=tuple(missing))
    problems = [*_check_cells(table, places)]
    taken: list[Published] = []
    notes: list[Row] = []
    blank = 0
    rules = DateRules(order=DateOrder.DAY_FIRST, epoch=table.epoch)
    for row, cells in steps(table.rows, "Reading contracts"):
        if not any(cells):
            blank += 1
            continue
        cell = {says: cells[at] for says, at in places.items() if at < len(cells)}
        if not any(cell.get(says) for says in (Says.NUMBER, Says.TITLE, Says.SUPPLIER)):
            problems += _check_note(row, cell)
            notes.append((row, tuple(one for one in cells if one)))
            continue
        taken.append(_published(row, cell, _as_printed(table.header, cells), rules))
    if not taken and not problems:
        problems.append(Problem("file_is_empty", "The file has no contracts.", "rows"))
    if problems:
        return RegisterFile(table, problems=tuple(problems))
    return RegisterFile(table, tuple(_with_repeats(taken)), tuple(notes), blank)


def _as_register(problem: Problem) -> Problem:
    if problem.code != "headings_not_found":
        return problem
    return Problem(
        "headings_not_found",
        "No row is known as the headings of a contracts register; they name the contract, its "
        "supplier, and its value or days, as in the transparency code.",
        "header",
    )


def _mended(table: Table) -> Table:
    """The table with headings that were broken over two rows put together again.

    Either each cell of the second row goes on with the one above it, or a line break that stood
    unquoted in one name parted the row there.
    """
    if not _missing(_places(table.header)) and not _parted(table):
        return table
    here = (table.header_row, table.header)
    below = [(here, one, table.above, table.rows[1:]) for one in table.rows[:1]]
    above = [(one, here, table.above[:-1], table.rows) for one in table.above[-1:]]
    for (_, first), (row, second), over, under in (*below, *above):
        if any(map(shows_money_or_day, (*first, *second))):
            continue
        width = len(under[0][1]) if under else 0
        header = max(
            _joined(first, second),
            key=lambda names: (len(_places(names)), -abs(len(names) - width)),
        )
        if not _missing(_places(header)):
            return replace(table, header=header, header_row=row, above=over, rows=under)
    return table


def _parted(table: Table) -> bool:
    """Whether the row below the headings looks like the rest of them: the lines are longer."""
    if len(table.rows) < 2:
        return False
    second, line = table.rows[0][1], table.rows[1][1]
    return len(second) < len(line) and any(line[len(table.header) :])


def _joined(first: Sequence[str], second: Sequence[str]) -> Iterator[tuple[str, ...]]:
    if first and second and _tight(f"{first[-1]} {second[0]}") in _meanings():
        yield (*first[:-1], f"{first[-1]} {second[0]}", *second[1:])
    yield tuple(" ".join(pair).strip() for pair in zip_longest(first, second, fillvalue=""))


def _places(header: Sequence[str]) -> dict[Says, int]:
    """The column of each meaning: of two that say the same, the one whose name is better."""
    ranks = {_tight(name): rank for names in _names().values() for rank, name in enumerate(names)}
    found: dict[Says, int] = {}
    for place, heading in enumerate(header):
        says = _meanings().get(_tight(heading))
        if says is not None and (
            says not in found or ranks[_tight(heading)] < ranks[_tight(header[found[says]])]
        ):
            found[says] = place
    return found


def _missing(places: Mapping[Says, int]) -> list[Problem]:
    there = {says.value for says in places}
    return [
        Problem(
            "register_column_missing",
            f"There is no column that says the {' or '.join(Says(one).title for one in sorted(group))}.",
            "header",
        )
        for group in _NEEDED
        if not there & group
    ]


def _check_cells(table: Table, places: Mapping[Says, int]) -> Iterator[Problem]:
    for (row, place), flaw in table.flawed_cells.items():
        label = table.header[place] if place < len(table.header) else None
        yield Problem(flaw.code, flaw.message, row=row, column=label)
    for (row, place), shown_as in table.currencies.items():
        if place in [places.get(says) for says in _AMOUNTS]:
            other = not_sterling_as_shown(shown_as)
            yield Problem(other.code, other.message, row=row, column=table.header[place])
    for row, cells in table.rows:
        if any(cells[len(table.header) :]):
            yield Problem(
                "row_too_long",
                f"This row has {len(cells)} cells and there are {len(table.header)} headings, so a"
                " separator or a quotation mark is probably out of place.",
                row=row,
            )


def _check_note(row: int, cell: Mapping[Says, str]) -> Iterator[Problem]:
    """A row that names no contract is a note, unless it has a contract's value or days."""
    if any(cell.get(says) for says in (*_DAYS, *_AMOUNTS)):
        yield Problem(
            "register_row_without_name",
            "The row has a value or a day, and neither a reference, a title nor a supplier. Take "
            "it out if it is a total.",
            row=row,
        )


def _as_printed(header: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    """Each cell that holds something by its heading; by its place where that is empty or taken."""
    printed: dict[str, str] = {}
    for place, text in enumerate(cells[: len(header)]):
        if text:
            label = " ".join(header[place].split())
            printed[label if label and label not in printed else f"column {place + 1}"] = text
    return printed


def _published(
    row: int, cell: Mapping[Says, str], printed: Mapping[str, str], rules: DateRules
) -> Published:
    flags: list[Flag] = []
    days = {says: _day(says, cell.get(says), rules, flags) for says in _DAYS}
    amounts = {says: _amount(says, cell.get(says), flags) for says in _AMOUNTS}
    flags += (Flag(says.title, "", "is not said") for says in _ASKED_FOR if cell.get(says) == "")
    flags += _odd_identifiers(cell)
    starts, ends = days[Says.STARTS], days[Says.ENDS]
    if starts is not None and ends is not None and ends < starts:
        flags.append(Flag(Says.ENDS.title, cell[Says.ENDS], "is before the start"))
    return Published(
        row=row,
        publisher=cell.get(Says.PUBLISHER, ""),
        number=_one_line(cell.get(Says.NUMBER, "")),
        title=_one_line(cell.get(Says.TITLE, "")),
        provider_name=_one_line(cell.get(Says.SUPPLIER, "")),
        starts=starts,
        ends=ends,
        review_day=days[Says.REVIEW_DAY],
        extension_ends=days[Says.EXTENSION_ENDS],
        value=amounts[Says.VALUE],
        irrecoverable_vat=amounts[Says.IRRECOVERABLE_VAT],
        cells=printed,
        flags=tuple(flags),
    )


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _day(says: Says, text: str | None, rules: DateRules, flags: list[Flag]) -> date | None:
    if not text:
        return None
    read = read_date(text, rules)
    if isinstance(read, ReadDate) and not read.month_only:
        return read.day
    words = "is a month, not a day" if isinstance(read, ReadDate) else "is not a day"
    flags.append(Flag(says.title, text, words))
    return None


def _amount(says: Says, text: str | None, flags: list[Flag]) -> Money | None:
    """A bare dash may as well be that nobody knows; so may nil as the value of a contract, so it is
    flagged."""
    if not text:
        return None
    bare = "".join(text.split())
    if bare == _DASH:
        flags.append(Flag(says.title, text, "is a dash, which may be nil or not known"))
        return None
    if says is Says.VALUE and bare in _DASHES_FOR_NIL:
        flags.append(Flag(says.title, text, "is how a spreadsheet prints nil, and is read so"))
    read = read_amount(text)
    if isinstance(read, Amount) and read.money.pence >= 0:
        return read.money
    words = "is below nil" if isinstance(read, Amount) else "is not an amount of money"
    flags.append(Flag(says.title, text, words))
    return None


def _odd_identifiers(cell: Mapping[Says, str]) -> Iterator[Flag]:
    for says, schemes in _SCHEMES.items():
        text = cell.get(says, "")
        if text and all(isinstance(canonical(one, text), Problem) for one in schemes):
            yield Flag(says.title, text, "has not the form of one")


def _with_repeats(taken: Sequence[Published]) -> Iterator[Published]:
    """A reference that several rows have is kept for each, and flagged."""
    count = Counter(one.number for one in taken if one.number)
    for one in taken:
        if count[one.number] > 1:
            flag = Flag(Says.NUMBER.title, one.number, f"stands in {count[one.number]} rows")
            yield replace(one, flags=(*one.flags, flag))
        else:
            yield one


def read_as(one: Published, flag: Flag) -> str:
    """What an odd value was read as: a day or an amount, nothing, or the text as it is printed."""
    column = flag.column.replace(" ", "_")
    if column not in (*_DAYS, *_AMOUNTS):
        return "As printed" if flag.printed else "Nothing"
    value: date | Money | None = getattr(one, column)
    if value is None:
        return "Nothing"
    return day_in_full(value) if isinstance(value, date) else str(value)


def words_of(flag: Flag) -> str:
    """``end “rolling” is not a day``: as a report says it."""
    printed = f" {shown(flag.printed)}" if flag.printed else ""
    return f"{flag.column}{printed} {flag.words}"
