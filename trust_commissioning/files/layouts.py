"""A file whose columns a person says: what it holds, looked at, and what they said of it.

A heading the product does not know is never guessed at. A person sees the file's own headings with
the first values beneath, and says field by field which column it is. What they say is a profile for
the headings of that file, all of which must be there, so that it fits the next file and no other.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from ledger.problems import Problem, Refused
from trust_commissioning.files.columns import (
    Columns,
    Meaning,
    Profile,
    meanings_by_heading,
    normal,
    recognise,
    resolve,
    without_turn,
)
from trust_commissioning.files.dates import DateOrder, PeriodMeans
from trust_commissioning.files.limits import Limits
from trust_commissioning.files.preamble import shows_money_or_day
from trust_commissioning.files.reading import ROWS_SEARCHED, Table, first_rows, read_table

FIELDS: Mapping[Meaning, str] = {
    Meaning.AMOUNT: "Amount",
    Meaning.DATE: "Date paid",
    Meaning.PERIOD: "Period, if there is no date",
    Meaning.SUPPLIER: "Supplier",
    Meaning.REFERENCE: "Transaction number",
    Meaning.SEQUENCE: "Line of the transaction",
    Meaning.INVOICE: "Invoice number",
    Meaning.PURPOSE: "What it is for",
    Meaning.DETAIL: "Account as printed",
    Meaning.SERVICE: "Service as printed",
    Meaning.COST_CENTRE: "Cost centre",
    Meaning.DEBIT_CREDIT: "Debit or credit, as a word",
    Meaning.CURRENCY: "Currency",
    Meaning.VAT: "VAT",
    Meaning.GROSS: "Amount with VAT",
}
"""What a person is asked for, the needed first; the amount is net where there are both."""
THIS_FILE = "this-file"
"""The name of what is said of one file and not kept."""
_BENEATH = 3
_LOOKED_AT = 1_000
"""Rows in which the first values of a column are looked for."""
_STILL_LOOKED_AT = frozenset({"headings_not_found", "several_sheets", "sheet_not_found"})


@dataclass(frozen=True)
class Look:
    """The top of a file: its headings, with what each is taken for and its first values.

    `rows` are those that could be headings, by number. `row` is 0 where the `sheets` must be chosen
    among first. `unclear` are the fields that a person must say, and `found` is whether the headings
    were known as such. `beneath` has the first values by heading, blank ones passed over. `profile`
    is that which the columns were read by, if any.
    """

    columns: Columns = field(default_factory=Columns)
    row: int = 0
    rows: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    found: bool = False
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    beneath: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unclear: frozenset[Meaning] = frozenset()
    profile: Profile | None = None

    @property
    def known(self) -> dict[Meaning, str]:
        """What each field that is clear was taken for, as its heading is told apart."""
        return {
            meaning: self.columns.apart[place]
            for meaning, place in self.columns.index.items()
            if meaning in FIELDS and meaning not in self.unclear
        }


def look_at(
    data: bytes,
    *,
    name: str,
    profile: Profile | None = None,
    kept: Sequence[Profile] = (),
    sheet: str | None = None,
    row: int | None = None,
    limits: Limits | None = None,
) -> Look | None:
    """The top of a file, whatever its headings; None for a file that is not read for other reasons.

    `sheet` and `row` are those a person chose. Where they chose none and no row is known as headings,
    the one with most cells of those that could be is shown.
    """
    try:
        top = first_rows(data, limits)
    except Refused:
        return None
    table = read_table(
        data,
        name=name,
        limits=limits,
        headings=meanings_by_heading(profile),
        sheet=sheet or (profile.sheet if profile else None),
        kept=(profile,) if profile else kept,
        most=_LOOKED_AT,
    )
    if any(problem.code not in _STILL_LOOKED_AT for problem in table.problems):
        return None
    title = _sheet(table, top, sheet)
    sheets = tuple(top) if len(top) > 1 else ()
    if title is None:
        return Look(sheets=sheets)
    rows = top[title] if table.problems else _rows_of(table)
    possible = {at: cells for at, cells in _numbered(rows) if _may_be_headings(cells)}
    at = row if row in possible else table.header_row
    at = at or max(possible, key=lambda one: (_filled(possible[one]), -one), default=0)
    if not at:
        return None
    header = rows[at - 1]
    with suppress(Refused):
        profile = profile or fitting(header, kept) or recognise(header)
    columns = resolve(header, profile)
    return Look(
        columns=columns,
        row=at,
        rows={**possible, at: header},
        found=at == table.header_row,
        sheet=title,
        sheets=sheets,
        beneath={
            label: _first_values(rows[at:], place)
            for place, label in enumerate(columns.apart)
            if label
        },
        unclear=_unclear(columns),
        profile=profile,
    )


def fitting(header: Iterable[str], kept: Iterable[Profile]) -> Profile | None:
    """The kept profile of these headings: of several the one that names most of them.

    Raises:
        Refused: ``several_profiles_fit``, where two read the same headings differently.
    """
    header = tuple(header)
    fit = [profile for profile in kept if profile.is_of(header)]
    most = max((len(profile.row) for profile in fit), default=0)
    best = sorted((one for one in fit if len(one.row) == most), key=lambda one: one.name)
    if len({one.model_dump_json(exclude={"name", "title", "fingerprint"}) for one in best}) > 1:
        names = ", ".join(f"“{one.title or one.name}”" for one in best)
        raise Refused.because(
            "several_profiles_fit",
            f"{names} were kept for these headings and read them differently. Say which to use.",
            "profile",
        )
    return best[0] if best else None


def layout(
    headings: Iterable[str],
    columns: Mapping[Meaning, str | None],
    *,
    sheet: str | None = None,
    date_order: DateOrder | None = None,
    period_means: PeriodMeans | None = None,
    besides: Profile | None = None,
) -> Profile:
    """What a person says of a file with these headings; None says that it has no such column.

    What `besides` says of fields that nobody is asked for stays said.
    """
    others = besides.columns if besides else {}
    return Profile(
        name=THIS_FILE,
        columns={meaning: said for meaning, said in others.items() if meaning not in FIELDS}
        | {meaning: (label,) if label else () for meaning, label in columns.items()},
        sheet=sheet,
        date_order=date_order,
        period_means=period_means,
    ).kept_for(dict.fromkeys(headings))


def layout_in_words(
    said: Iterable[str],
    *,
    sheet: str | None = None,
    date_order: DateOrder | None = None,
    period_means: PeriodMeans | None = None,
) -> Profile:
    """A layout from ``Date=Pay Dt,Amount=Net GBP``: field, equals sign, heading, parted by commas.

    A heading with a comma stands in quotation marks with its field. Nothing after the sign says that
    the file has no such column.

    Raises:
        Refused: ``columns_unreadable``, for every part that says nothing.
    """
    known = {_folded(one.value): one for one in Meaning}
    known |= {_folded(title): meaning for meaning, title in FIELDS.items()}
    columns: dict[Meaning, str | None] = {}
    problems = []
    for part in (part.strip() for row in csv.reader(said) for part in row):
        name, sign, heading = part.partition("=")
        meaning = known.get(_folded(name))
        if not sign:
            problems.append(_unreadable(f"“{part}” does not say FIELD=HEADING."))
        elif meaning is None:
            fields = ", ".join(one.value.replace("_", " ") for one in Meaning)
            problems.append(
                _unreadable(f"“{name.strip()}” is no field of a file; there are {fields}.")
            )
        elif meaning in columns:
            problems.append(_unreadable(f"“{name.strip()}” is given twice."))
        else:
            columns[meaning] = heading.strip() or None
    if problems:
        raise Refused(problems)
    headings = (without_turn(label) for label in columns.values() if label)
    return layout(headings, columns, sheet=sheet, date_order=date_order, period_means=period_means)


def wrongly_said(columns: Columns, said: Profile) -> Iterator[Problem]:
    """Columns of a layout that the file has not, or that stand for two fields."""
    there = ", ".join(f"“{label}”" for label in columns.apart if label)
    given: Counter[str] = Counter(label for labels in said.columns.values() for label in labels)
    for meaning, labels in said.columns.items():
        title = FIELDS.get(meaning, meaning.value.replace("_", " ")).lower()
        for label in labels:
            if not _is_there(label, columns):
                yield Problem(
                    "column_not_found",
                    f"The file has no column “{label}”, which is said to be the {title}. Its"
                    f" columns are {there}.",
                    f"columns.{meaning.value}",
                )
    for label, times in given.items():
        if times > 1:
            yield Problem(
                "column_chosen_twice",
                f"The column “{label}” is chosen for {times} fields. A column is one thing.",
                "columns",
                column=label,
            )


def _is_there(label: str, columns: Columns) -> bool:
    return label in columns.apart or normal(label) in map(normal, columns.labels)


def _unreadable(words: str) -> Problem:
    return Problem("columns_unreadable", words, "columns")


def _folded(name: str) -> str:
    return " ".join(name.replace("_", " ").casefold().split())


def _sheet(table: Table, top: Mapping[str, object], chosen: str | None) -> str | None:
    """The sheet that is looked at; None where a person must say which."""
    if not table.problems:
        return table.sheet
    wanted = (chosen or "").casefold()
    titles = [title for title in top if title.casefold() == wanted or len(top) == 1]
    return titles[0] if titles else None


def _rows_of(table: Table) -> list[tuple[str, ...]]:
    above = [cells for _, cells in table.above]
    return [*above, table.header, *(cells for _, cells in table.rows[: 2 * ROWS_SEARCHED])]


def _numbered(rows: Sequence[tuple[str, ...]]) -> Iterator[tuple[int, tuple[str, ...]]]:
    yield from enumerate(rows[:ROWS_SEARCHED], start=1)


def _may_be_headings(cells: Sequence[str]) -> bool:
    return _filled(cells) > 1 and not any(map(shows_money_or_day, cells))


def _filled(cells: Sequence[str]) -> int:
    return sum(map(bool, cells))


def _first_values(rows: Iterable[Sequence[str]], place: int) -> tuple[str, ...]:
    values = [cells[place] for cells in rows if place < len(cells) and cells[place]]
    return tuple(values[:_BENEATH])


def _unclear(columns: Columns) -> frozenset[Meaning]:
    """The needed fields that have no column, and every field whose heading stands twice."""
    repeated = {
        one.column
        for one in (*columns.problems, *columns.warnings)
        if one.code == "heading_repeated"
    }
    unclear = {one for one in columns.index if columns.label(one) in repeated}
    if Meaning.AMOUNT not in columns.index:
        unclear.add(Meaning.AMOUNT)
    if not {Meaning.DATE, Meaning.PERIOD} & columns.index.keys():
        unclear.add(Meaning.DATE)
    return frozenset(unclear & FIELDS.keys())
