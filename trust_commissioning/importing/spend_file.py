"""A council's spending extract as typed lines, with everything that was skipped or is wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from ledger.money import NIL, Money
from ledger.problems import Problem, Refused
from ledger.wording import counted
from trust_commissioning.files.amounts import Amount, read_amount
from trust_commissioning.files.columns import (
    Columns,
    Meaning,
    Profile,
    meanings_by_heading,
    recognise,
    resolve,
)
from trust_commissioning.files.dates import DateRules, ReadDate, read_date
from trust_commissioning.files.identifiability import Texts, questions_in_file
from trust_commissioning.files.layouts import fitting
from trust_commissioning.files.limits import Limits
from trust_commissioning.files.preamble import check_above
from trust_commissioning.files.reading import Row, Table, read_table
from trust_commissioning.files.signs import (
    check_currency,
    debits_are_marked,
    not_sterling_as_shown,
    signed,
)
from trust_commissioning.importing.row_keys import RowKeys, likeness
from trust_commissioning.importing.selection import Selection
from trust_commissioning.importing.totals import PrintedTotals, is_total_row
from trust_commissioning.progress import steps


class Skip(StrEnum):
    """Why a row is not a line."""

    ABOVE_HEADINGS = "above_headings"
    """A title, a printed query or a blank row over the headings."""
    BLANK_ROW = "blank_row"
    HEADING_ROW = "heading_row"
    """The headings again, as at the top of each printed page."""
    TOTAL_ROW = "total_row"
    NOT_SELECTED = "not_selected"
    NIL_AMOUNT = "nil_amount"


@dataclass(frozen=True, slots=True)
class SpendLine:
    """One payment line of the file.

    `row` is the row a spreadsheet shows. `day` is the last of the month where `month_only`.
    `cells` are the texts of the row by heading, without columns that have none. `key` is a hash
    of all the row says, and `occurrence` says which of the rows with that key in this file it is,
    from 1: equal rows are real. `likeness` is a hash of what one payment keeps in any printing.
    """

    row: int
    day: date
    month_only: bool
    amount: Money
    supplier: str
    reference: str
    cells: Mapping[str, str]
    key: str
    likeness: str
    occurrence: int = 1
    rounded_from: str | None = None


@dataclass(frozen=True, slots=True)
class Rounding:
    """A row whose text was not whole pence; `residue` if only by a spreadsheet's float residue."""

    row: int
    column: str
    text: str
    amount: Money
    residue: bool


@dataclass(frozen=True)
class SpendFile:
    """What a spending extract holds. It may be loaded only if there are no `problems`.

    `rows_read` counts every row but the headings, blank ones and those above the headings too, and
    equals the lines, the skipped rows and the `rejected` rows together. `file_total` is of every line of the file that
    could be read, selected or not; `printed_total` is what the file itself says that comes to.
    """

    name: str
    sha256: str
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    header_row: int = 0
    columns: Columns = field(default_factory=Columns)
    lines: tuple[SpendLine, ...] = ()
    rows_read: int = 0
    skipped: Mapping[str, int] = field(default_factory=dict)
    skipped_rows: tuple[tuple[int, str], ...] = ()
    rejected: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    printed_total: Money | None = None
    file_total: Money = NIL
    selected_total: Money = NIL
    rounded: tuple[Rounding, ...] = ()
    repeated_rows: tuple[int, ...] = ()
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()


def read_spend(
    data: bytes,
    *,
    name: str,
    profile: Profile | None = None,
    kept: Sequence[Profile] = (),
    where: Mapping[str, str] | Iterable[tuple[str, str]] = (),
    round_pence: bool = False,
    limits: Limits | None = None,
) -> SpendFile:
    """Read a file's bytes; what is wrong with them is in the answer, all of it at once.

    Without a `profile` the one of the `kept` is used that was kept for these headings; failing that
    the shipped one whose fingerprint they show, if any. `where` names
    columns by heading or meaning: a line is selected if each named column holds one of the values
    given for it, compared whole without case. Problems of rows that are not selected
    stop the file only if it prints a total, since without them that cannot be checked.
    """
    table = read_table(
        data,
        name=name,
        limits=limits,
        headings=meanings_by_heading(profile),
        sheet=profile.sheet if profile else None,
        kept=(profile,) if profile else kept,
    )
    base = SpendFile(
        name=table.name,
        sha256=table.sha256,
        encoding=table.encoding,
        delimiter=table.delimiter,
        sheet=table.sheet,
        header_row=table.header_row,
    )
    if table.problems:
        return replace(base, problems=table.problems)
    try:
        profile = profile or fitting(table.header, kept) or recognise(table.header)
    except Refused as refused:
        return replace(base, columns=resolve(table.header), problems=refused.problems)
    columns = resolve(table.header, profile)
    selection = Selection.of(where, columns)
    rules = replace(profile.date_rules if profile else DateRules(), epoch=table.epoch)
    above = check_above(table.above, columns, rules)
    stopping = (*columns.problems, *selection.problems, *above)
    if stopping:
        return replace(
            base,
            columns=columns,
            problems=stopping,
            warnings=columns.warnings,
        )
    reading = _Reading(table, columns, selection, rules, round_pence)
    for row in steps(table.rows, "Reading rows"):
        reading.take(row)
    return reading.result(base)


class _Reading:
    """The state of one pass down the rows."""

    def __init__(
        self,
        table: Table,
        columns: Columns,
        selection: Selection,
        rules: DateRules,
        round_pence: bool,
    ) -> None:
        self._table, self._columns = table, columns
        self._selection, self._rules = selection, rules
        self._round_pence = round_pence
        self._width = len(table.header)
        at = columns.index
        self._amount_at = at[Meaning.AMOUNT]
        self._date_meaning = Meaning.DATE if Meaning.DATE in at else Meaning.PERIOD
        self._date_at = at[self._date_meaning]
        together = (Meaning.AMOUNT, Meaning.VAT, Meaning.GROSS)
        self._vat_at = [at[one] for one in together] if at.keys() >= set(together) else []
        self._labelled = [(i, label) for i, label in enumerate(columns.labels) if label]
        self._flaws: dict[int, list[Problem]] = {}
        for (row, place), problem in sorted(table.flawed_cells.items(), key=lambda one: one[0]):
            label = columns.labels[place] if place < self._width else None
            placed = replace(problem, row=row, column=label)
            self._flaws.setdefault(row, []).append(placed)
        self._currency_at = at.get(Meaning.CURRENCY)
        self._mark_at = at.get(Meaning.DEBIT_CREDIT)
        self._debits_marked = self._mark_at is not None and debits_are_marked(
            cells[self._mark_at] for _, cells in table.rows if len(cells) > self._mark_at
        )
        self._keys = RowKeys(columns, rules, date_at=self._date_at)
        self._all_amounts_read = True
        self._dates: dict[str, ReadDate | Problem] = {}
        self._seen: Counter[str] = Counter()
        self._totals = PrintedTotals()
        self._lines: list[SpendLine] = []
        self._skipped = [(number, Skip.ABOVE_HEADINGS.value) for number, _ in table.above]
        self._rejected: dict[int, tuple[str, ...]] = {}
        self._rounded: list[Rounding] = []
        self._problems: list[Problem] = []
        self._outside: list[Problem] = []
        self._warnings: list[Problem] = list(columns.warnings)

    def take(self, row: Row) -> None:
        """Put one row where it belongs: skipped with a reason, a line, or rejected."""
        number, cells = row
        flaws = self._flaws.pop(number, [])
        if not flaws and not any(cells):
            self._skip(number, Skip.BLANK_ROW)
            return
        if cells == self._table.header:
            self._skip(number, Skip.HEADING_ROW)
            return
        if len(cells) < self._width:
            cells += ("",) * (self._width - len(cells))
        if problems := [*self._check_shape(number, cells), *flaws]:
            self._all_amounts_read = False
            self._reject(number, cells, problems)
            return
        amount = self._amount(number, cells)
        if is_total_row(cells, self._columns, amount, self._totals):
            self._all_amounts_read &= isinstance(amount, Amount)
            self._take_total(number, cells, amount)
            return
        if isinstance(amount, Amount):
            amount = self._meant(number, cells, amount)
        self._all_amounts_read &= isinstance(amount, Amount)
        if isinstance(amount, Amount):
            self._totals.add(amount.money)
        if not self._selection.takes(cells):
            if isinstance(amount, Problem):
                self._outside.append(amount)
                self._rejected[number] = cells
            else:
                self._skip(number, Skip.NOT_SELECTED)
            return
        self._take_line(number, cells, amount)

    def _take_total(self, number: int, cells: tuple[str, ...], amount: Amount | Problem) -> None:
        if isinstance(amount, Problem):
            self._reject(number, cells, [amount])
            return
        self._totals.take(number, amount.money)
        self._skip(number, Skip.TOTAL_ROW)

    def _take_line(self, number: int, cells: tuple[str, ...], amount: Amount | Problem) -> None:
        if isinstance(amount, Amount):
            self._note_rounding(number, amount)
            if not amount.money:
                self._skip(number, Skip.NIL_AMOUNT)
                return
        read = self._date(number, cells)
        problems = [one for one in (amount, read) if isinstance(one, Problem)]
        if self._vat_at:
            problems += self._check_vat(number, cells)
        if problems or isinstance(amount, Problem) or isinstance(read, Problem):
            self._reject(number, cells, problems)
            return
        key = self._keys.key(cells, amount.money, read)
        self._seen[key] += 1
        supplier, reference = self._cell(cells, Meaning.SUPPLIER), self._reference(cells)
        self._lines.append(
            SpendLine(
                row=number,
                day=read.day,
                month_only=read.month_only,
                amount=amount.money,
                supplier=supplier,
                reference=reference,
                cells={label: cells[place] for place, label in self._labelled},
                key=key,
                likeness=likeness(read, amount.money, supplier, reference),
                occurrence=self._seen[key],
                rounded_from=amount.rounded_from,
            )
        )

    def _skip(self, number: int, why: Skip) -> None:
        self._skipped.append((number, why.value))

    def _reject(self, number: int, cells: tuple[str, ...], problems: list[Problem]) -> None:
        self._rejected[number] = cells
        self._problems += problems

    # --- cells ----------------------------------------------------------------------------

    def _cell(self, cells: tuple[str, ...], meaning: Meaning) -> str:
        place = self._columns.index.get(meaning)
        return "" if place is None else cells[place]

    def _reference(self, cells: tuple[str, ...]) -> str:
        """The transaction's number with the line's within it; failing that the invoice's."""
        own = self._cell(cells, Meaning.REFERENCE) or self._cell(cells, Meaning.INVOICE)
        line = self._cell(cells, Meaning.SEQUENCE)
        return f"{own}/{line}" if own and line else own or line

    def _amount(self, number: int, cells: tuple[str, ...]) -> Amount | Problem:
        read = read_amount(cells[self._amount_at], round_pence=self._round_pence)
        return self._place(read, number, Meaning.AMOUNT) if isinstance(read, Problem) else read

    def _meant(self, number: int, cells: tuple[str, ...], amount: Amount) -> Amount | Problem:
        """The amount in sterling with its sign, as the columns beside it say."""
        if not amount.money:
            return amount
        if self._currency_at is not None and (other := check_currency(cells[self._currency_at])):
            return self._place(other, number, Meaning.CURRENCY)
        if (shown_as := self._table.currencies.get((number, self._amount_at))) is not None:
            return self._place(not_sterling_as_shown(shown_as), number, Meaning.AMOUNT)
        if self._mark_at is None:
            return amount
        meant = signed(amount, cells[self._mark_at], debits_marked=self._debits_marked)
        if isinstance(meant, Problem):
            return self._place(meant, number, Meaning.DEBIT_CREDIT)
        return meant

    def _date(self, number: int, cells: tuple[str, ...]) -> ReadDate | Problem:
        text = cells[self._date_at]
        if text not in self._dates:
            self._dates[text] = read_date(text, self._rules)
        read = self._dates[text]
        return self._place(read, number, self._date_meaning) if isinstance(read, Problem) else read

    def _place(self, problem: Problem, number: int, meaning: Meaning) -> Problem:
        return replace(problem, row=number, column=self._columns.label(meaning))

    def _note_rounding(self, number: int, amount: Amount) -> None:
        if amount.rounded_from is not None:
            column = self._columns.labels[self._amount_at]
            self._rounded.append(
                Rounding(number, column, amount.rounded_from, amount.money, amount.residue)
            )

    # --- checks ---------------------------------------------------------------------------

    def _check_shape(self, number: int, cells: tuple[str, ...]) -> Iterator[Problem]:
        if any(cells[self._width :]):
            yield Problem(
                "row_too_long",
                f"This row has {len(cells)} cells and there are {self._width} headings, so a"
                " separator or a quotation mark is probably out of place.",
                row=number,
            )

    def _check_vat(self, number: int, cells: tuple[str, ...]) -> Iterator[Problem]:
        """Net and VAT make gross, where a row has all three; some councils swap two of them."""
        texts = [cells[place] for place in self._vat_at]
        read = [read_amount(text, round_pence=True) for text in texts]
        exact = [one.money for one in read if isinstance(one, Amount) and not _was_rounded(one)]
        if len(exact) < len(texts):
            return
        net, vat, gross = exact
        if net + vat != gross:
            swapped = gross + vat == net
            yield Problem(
                "net_vat_gross_do_not_add",
                f"Net {net} and VAT {vat} do not make gross {gross}"
                + ("; net and gross look swapped." if swapped else ".")
                + " Correct the row, or say which column is which.",
                row=number,
                column=self._columns.label(Meaning.GROSS),
            )

    # --- the end --------------------------------------------------------------------------

    def result(self, base: SpendFile) -> SpendFile:
        """Everything that was found, with the checks that need the whole file."""
        # Rows that hold nothing but uncalculated formulas, below the last that holds anything.
        below = (one for row, held in self._flaws.items() if row > base.header_row for one in held)
        self._problems += below
        self._check_totals()
        if not self._lines and not self._problems and (nothing := self._nothing_to_load()):
            self._problems.append(nothing)
        repeated = tuple(line.row for line in self._lines if line.occurrence > 1)
        if repeated:
            self._warnings.append(_warn_repeated(repeated))
        self._warnings += self._ask_about_children()
        return replace(
            base,
            columns=self._columns,
            lines=tuple(self._lines),
            rows_read=len(self._table.above) + len(self._table.rows),
            skipped=dict(Counter(why for _, why in self._skipped)),
            skipped_rows=tuple(self._skipped),
            rejected=self._rejected,
            printed_total=self._totals.printed,
            file_total=self._totals.running,
            selected_total=Money.total(line.amount for line in self._lines),
            rounded=tuple(self._rounded),
            repeated_rows=repeated,
            problems=tuple(sorted(self._problems, key=_by_row)),
            warnings=tuple(sorted(self._warnings, key=_by_row)),
        )

    def _check_totals(self) -> None:
        """The printed totals against the lines; not where an amount could not be read.

        The unreadable amount is then the problem, and a difference would only repeat it.
        """
        if self._totals.rows:
            self._problems += self._outside
            if self._all_amounts_read:
                column = self._columns.label(Meaning.AMOUNT)
                self._problems += self._totals.problems(column)
        else:
            self._warnings += self._outside

    def _nothing_to_load(self) -> Problem | None:
        if self._selection.is_everything:
            return Problem("file_has_no_lines", "There are no lines below the headings.")
        return self._selection.nothing_selected(cells for _, cells in self._table.rows)

    def _ask_about_children(self) -> Iterator[Problem]:
        quiet = {self._columns.labels[self._amount_at], self._columns.labels[self._date_at]}
        texts = (Texts(line.row, line.day, line.cells) for line in self._lines)
        yield from questions_in_file(texts, quiet=quiet)


def _was_rounded(amount: Amount) -> bool:
    return amount.rounded_from is not None and not amount.residue


def _by_row(problem: Problem) -> int:
    return problem.row or 0


def _warn_repeated(rows: tuple[int, ...]) -> Problem:
    first = ", ".join(map(str, rows[:10])) + (" …" if len(rows) > 10 else "")
    return Problem(
        "rows_repeated",
        f"{counted(len(rows), 'row is', 'rows are')} the same in every cell as an earlier row, which "
        f"is usual and is kept: {first}.",
        row=rows[0],
    )
