"""A file's bytes as a table of text, each row with the number a spreadsheet shows for it."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import islice

from ledger.problems import Problem, Refused
from ledger.text import shown
from trust_commissioning.files import workbooks
from trust_commissioning.files.columns import Meaning, Profile, meanings_by_heading, normal
from trust_commissioning.files.limits import Limits
from trust_commissioning.files.preamble import shows_money_or_day
from trust_commissioning.progress import steps

Row = tuple[int, tuple[str, ...]]
Needed = Sequence[frozenset[str]]
"""Groups of meanings; a row of headings names one at least of each."""

SPEND_NEEDS: Needed = (
    frozenset({Meaning.AMOUNT, Meaning.GROSS}),
    frozenset({Meaning.DATE, Meaning.PERIOD}),
)

_DELIMITERS = (",", ";", "\t", "|")
ROWS_SEARCHED = 30
"""How far down the headings may be: titles, or the printed query, stand above them."""
_LONGEST_LINE = 1_000_000


@dataclass(frozen=True)
class Table:
    """What a file holds, or the problems that stop it being read.

    `header_row` and the numbers in `rows` count as a spreadsheet does: the first row is 1, a
    cell with a line break in it is still one row, blank rows count. Cells carry no spaces round
    them. `rows` are all rows below the headings, blank ones too, and `above` those over them.
    `flawed_cells`, by row and by column from 0, are those of a workbook whose value is not in the
    file; `currencies` are its cells shown as another currency than sterling, with their format.
    """

    name: str
    sha256: str
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    header_row: int = 0
    header: tuple[str, ...] = ()
    above: tuple[Row, ...] = ()
    rows: tuple[Row, ...] = ()
    epoch: date | None = None
    flawed_cells: Mapping[tuple[int, int], Problem] = field(default_factory=dict)
    currencies: Mapping[tuple[int, int], str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheets:
    """How the sheet of a workbook is chosen: by its headings, and by name where several have them.

    `alone` asks for a name wherever more than one sheet holds anything. `named` says where.
    """

    named: str = "on the page or with --sheet"
    alone: bool = False


def read_table(
    data: bytes,
    *,
    name: str,
    limits: Limits | None = None,
    headings: Mapping[str, Meaning] | None = None,
    needed: Needed = SPEND_NEEDS,
    sheet: str | None = None,
    sheets: Sheets | None = None,
    kept: Sequence[Profile] = (),
    most: int | None = None,
) -> Table:
    """The table in a CSV file or a workbook.

    `sheet` is that of a workbook which was named, and `sheets` how one is chosen where none is. Its headings are the first row that names, by `headings`, one at least of each group of
    `needed`; failing that, the row that names most. A row that one of the `kept` profiles is kept for comes before either. `most` reads only so many rows of a file that is looked at and not loaded. Never raises for what a file holds: what is wrong is in `problems`, and then there are no rows.
    """
    limits = limits or Limits()
    headings = meanings_by_heading() if headings is None else headings
    empty = Table(name=shown(name), sha256=hashlib.sha256(data).hexdigest())
    try:
        _check_kind(data, limits)
        if data.startswith(b"PK\x03\x04"):
            how = sheets or Sheets()
            sought = _Sought(headings, needed, kept)
            return _from_workbook(data, empty, limits, sought, sheet, how, most)
        return _from_text(data, empty, limits, _Sought(headings, needed, kept), most)
    except Refused as refusal:
        return replace(empty, problems=refusal.problems)


def first_rows(data: bytes, limits: Limits | None = None) -> dict[str, list[tuple[str, ...]]]:
    """The first rows of each sheet as they stand, whatever their headings; text is one sheet
    without a name, its cells parted by the sign that makes the rows most alike.

    Raises:
        Refused: for a file that is not read at all.
    """
    limits = limits or Limits()
    _check_kind(data, limits)
    if data.startswith(b"PK\x03\x04"):
        with workbooks.opened(data, limits) as book:
            return {
                title: [cells for _, cells in islice(book.rows(title), 2 * ROWS_SEARCHED)]
                for title in book.titles
            }
    text, _ = _decode(data)
    _check_characters(text)
    ways = [_first_rows(text, mark, 2 * ROWS_SEARCHED) for mark in _DELIMITERS]
    rows = max(ways, key=_how_alike)
    return {"": [tuple(cell.strip() for cell in cells) for cells in rows]}


def _how_alike(rows: Sequence[Sequence[str]]) -> int:
    """How many cells the rows of the commonest width hold, where that is more than one."""
    widths = Counter(len(cells) for cells in rows if len(cells) > 1)
    return max((width * count for width, count in widths.items()), default=0)


def _check_kind(data: bytes, limits: Limits) -> None:
    if len(data) > limits.bytes:
        raise Refused.because(
            "file_too_large",
            f"The file is {len(data) / 2**20:,.1f} MiB and the limit is"
            f" {limits.bytes / 2**20:,.0f} MiB.",
        )
    if not data.strip():
        raise Refused.because("file_is_empty", "The file is empty.")
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise Refused.because(
            "file_kind_not_read",
            "This is an old workbook (.xls) or one with a password. Save it as .xlsx or CSV.",
        )
    if data.startswith(b"%PDF"):
        raise Refused.because("file_kind_not_read", "This is a PDF. Ask for the figures as CSV.")


# --- text -----------------------------------------------------------------------------------


def _from_text(
    data: bytes, empty: Table, limits: Limits, sought: _Sought, most: int | None
) -> Table:
    text, encoding = _decode(data)
    _check_characters(text)
    found = sought.find(
        {mark: _first_rows(text, mark) for mark in _DELIMITERS if mark in text} or {",": []}
    )
    if found is None:
        raise _no_headings(text.split("\n", 1)[0])
    mark, header_row = found
    rows = [
        (number, tuple([cell.strip() for cell in cells]))
        for number, cells in islice(_records(text, mark, limits), most)
    ]
    return replace(
        empty,
        encoding=encoding,
        delimiter=mark,
        header_row=header_row,
        header=rows[header_row - 1][1],
        above=tuple(rows[: header_row - 1]),
        rows=tuple(rows[header_row:]),
    )


_LATER_BYTES_OF_UTF8 = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)


def _decode(data: bytes) -> tuple[str, str]:
    """The text and the name of its encoding, which is read from the bytes and never replaced."""
    utf16 = _utf16(data)
    try:
        if utf16 is not None:
            return data.decode(utf16).removeprefix("\ufeff"), utf16
        if data.startswith(b"\xef\xbb\xbf"):
            return data.decode("utf-8-sig"), "utf-8-sig"
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as fault:
        if utf16 is not None or data.startswith(b"\xef\xbb\xbf"):
            raise Refused(
                [_bad_byte(data[: fault.start].decode(fault.encoding, "ignore"), fault.encoding)]
            ) from None
        utf8_fault = fault
    mixed = _LATER_BYTES_OF_UTF8.search(data)
    if mixed is not None:
        raise Refused(
            [
                Problem(
                    "encodings_mixed",
                    "Part of the file is in UTF-8 and part is not, as when two files were joined."
                    f" UTF-8 stands in row {_row_at(data[: mixed.start()].decode('cp1252', 'ignore'))}"
                    " and another encoding here. Save the whole file as UTF-8.",
                    row=_row_at(data[: utf8_fault.start].decode("cp1252", "ignore")),
                )
            ]
        )
    try:
        return data.decode("cp1252"), "cp1252"
    except UnicodeDecodeError as fault:
        raise Refused([_bad_byte(data[: fault.start].decode("cp1252"), "cp1252")]) from None


def _utf16(data: bytes) -> str | None:
    """UTF-16 by its mark, or by the NUL that half the bytes of English text then are."""
    if data.startswith(b"\xff\xfe"):
        return "utf-16-le"
    if data.startswith(b"\xfe\xff"):
        return "utf-16-be"
    start = data[:4096]
    half = len(start) // 2
    if half >= 8 and start[1::2].count(0) > half * 0.8 and start[0::2].count(0) < half * 0.1:
        return "utf-16-le"
    if half >= 8 and start[0::2].count(0) > half * 0.8 and start[1::2].count(0) < half * 0.1:
        return "utf-16-be"
    return None


def _bad_byte(before: str, encoding: str) -> Problem:
    return Problem(
        "encoding_not_recognised",
        f"A character here is not {encoding}, and the file is in no other encoding that is read."
        " Save it as UTF-8.",
        row=_row_at(before),
    )


def _check_characters(text: str) -> None:
    problems = []
    if (place := text.find("\0")) >= 0:
        problems.append(
            Problem(
                "nul_character",
                "There is a NUL character here: the file is damaged, or is not text.",
                row=_row_at(text[:place]),
            )
        )
    if (place := text.find("\ufeff", 1)) >= 0 and not _starts_with_mark_twice(text, place):
        problems.append(
            Problem(
                "byte_order_mark_inside",
                "There is a byte order mark here, as when two files were joined: check that no"
                " headings stand among the lines.",
                row=_row_at(text[:place]),
            )
        )
    if problems:
        raise Refused(problems)


def _starts_with_mark_twice(text: str, place: int) -> bool:
    """Some exports write the mark twice at the start; that is harmless."""
    return place == 1 and text[0] == "\ufeff" and text.find("\ufeff", 2) < 0


def _row_at(before: str) -> int:
    """The row of what comes after this text: its line breaks outside quotes, and one."""
    outside = "".join(before.split('"')[0::2])
    return outside.count("\n") + (outside.count("\r") - outside.count("\r\n")) + 1


def _lines(text: str) -> Iterator[str]:
    """Lines with their ends, none so long that one row could take all memory."""
    for number, line in enumerate(io.StringIO(text, newline=""), start=1):
        if len(line) > _LONGEST_LINE:
            raise Refused(
                [
                    Problem(
                        "row_too_wide",
                        f"This row is {len(line):,} characters and the limit is {_LONGEST_LINE:,}.",
                        row=number,
                    )
                ]
            )
        yield line


def _first_rows(text: str, mark: str, length: int = ROWS_SEARCHED) -> list[list[str]]:
    """The rows where headings may be; as many as can be read, since a query stands anyhow."""
    rows: list[list[str]] = []
    reader = csv.reader(_lines(text[: _LONGEST_LINE * 2]), delimiter=mark)
    with suppress(csv.Error):
        rows.extend(islice(reader, length))
    return rows


def _records(text: str, mark: str, limits: Limits) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(_lines(text), delimiter=mark, strict=True)
    number = 0
    try:
        for number, cells in enumerate(steps(reader, "Reading the file"), start=1):
            if number > limits.csv_rows:
                raise Refused.because(
                    "too_many_rows", f"The file has more than {limits.csv_rows:,} rows, the limit."
                )
            if len(cells) > limits.columns:
                raise Refused([_too_many_columns(number, len(cells), limits)])
            yield number, cells
    except csv.Error as fault:
        raise Refused([_quote_problem(number + 1, fault)]) from None


def _too_many_columns(row: int, count: int, limits: Limits) -> Problem:
    return Problem(
        "too_many_columns",
        f"This row has {count:,} columns and the limit is {limits.columns:,}.",
        row=row,
    )


def _quote_problem(row: int, fault: csv.Error) -> Problem:
    if "field larger" in str(fault):
        return Problem(
            "quote_not_closed",
            "A cell of this row is longer than any cell can be: a quotation mark is probably"
            " opened and not closed.",
            row=row,
        )
    return Problem(
        "quote_not_closed",
        "A quotation mark of this row is opened and not closed, or closed in the middle of a cell,"
        " so where its cells end is not certain.",
        row=row,
    )


# --- headings -------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Sought:
    """What a row of headings is known by."""

    headings: Mapping[str, Meaning]
    needed: Needed
    kept: Sequence[Profile] = ()

    def find(self, candidates: Mapping[str, Sequence[Sequence[str]]]) -> tuple[str, int] | None:
        """The way of reading, with the row from 1 that holds the headings.

        In each way it is the first row that names all that is needed, however many more another
        names further down: lines stand between the two, and none may be lost. Of several ways the
        one with most headings is taken. Where no row names all that is needed it is the one with
        most, two at least, so that a line that merely holds the word “Total” is not taken. A row
        that a profile is kept for is certain.
        """
        certain = [
            (way, number, len(cells))
            for way, rows in candidates.items()
            for number, cells in enumerate(rows, start=1)
            if any(profile.is_of(cells) for profile in self.kept)
        ]
        if certain:
            way, number, _ = max(certain, key=lambda one: (one[2], -one[1]))
            return way, number
        known = [
            (way, number, self._known(cells))
            for way, rows in candidates.items()
            for number, cells in enumerate(rows, start=1)
        ]
        whole: dict[str, tuple[str, int, set[str]]] = {}
        for one in known:
            way, number, names = one
            names_all = all(names & group for group in self.needed)
            if names_all and not any(map(shows_money_or_day, candidates[way][number - 1])):
                whole.setdefault(way, one)
        best = max(whole.values() or known, key=lambda one: len(one[2]), default=None)
        if best is None or len(best[2]) < 2:
            return None
        return best[0], best[1]

    def is_named(self, title: str, header: Sequence[str]) -> bool:
        """Whether a profile kept for these headings names this sheet."""
        return any(
            (profile.sheet or "").casefold() == title.casefold() and profile.is_of(header)
            for profile in self.kept
        )

    def _known(self, cells: Sequence[str]) -> set[str]:
        return {str(self.headings[name]) for c in cells if (name := normal(c)) in self.headings}


def _no_headings(first_line: str) -> Refused:
    return Refused.because(
        "headings_not_found",
        f"None of the first {ROWS_SEARCHED} rows is known as headings of a spending extract. The"
        f" first begins “{' '.join(first_line[:80].split())}”. Say which column is which.",
    )


def _no_such_sheet(wanted: str, titles: Iterable[str]) -> Refused:
    return Refused.because(
        "sheet_not_found",
        f"The workbook has no visible sheet “{wanted}”. Its sheets are {_quoted(titles)}.",
    )


def _several_sheets(that: str, how: Sheets, titles: Iterable[str]) -> Refused:
    return Refused.because(
        "several_sheets", f"Several sheets {that}: {_quoted(titles)}. Name one {how.named}."
    )


def _quoted(titles: Iterable[str]) -> str:
    return ", ".join(f"“{title}”" for title in titles)


# --- workbooks ------------------------------------------------------------------------------


def _from_workbook(
    data: bytes,
    empty: Table,
    limits: Limits,
    sought: _Sought,
    wanted: str | None,
    how: Sheets,
    most: int | None,
) -> Table:
    with workbooks.opened(data, limits) as book:
        first = {
            title: [cells for _, cells in islice(book.rows(title), ROWS_SEARCHED)]
            for title in book.titles
            if wanted is None or title.casefold() == wanted.casefold()
        }
        if wanted is not None and not first:
            raise _no_such_sheet(wanted, book.titles)
        with_rows = [title for title, rows in first.items() if rows]
        if how.alone and len(with_rows) > 1:
            raise _several_sheets("hold something", how, with_rows)
        with_headings = {
            title: found[1]
            for title, rows in first.items()
            if (found := sought.find({title: rows})) is not None
        }
        if not with_headings:
            raise _no_headings(" ".join(next(iter(next(iter(first.values()), [])), ())))
        named = [t for t, at in with_headings.items() if sought.is_named(t, first[t][at - 1])]
        if len(named) == 1:
            with_headings = {named[0]: with_headings[named[0]]}
        if len(with_headings) > 1:
            raise _several_sheets("look like a spending extract", how, with_headings)
        title, header_row = next(iter(with_headings.items()))
        rows = list(islice(book.rows(title), most))
        return replace(
            empty,
            encoding="xlsx",
            sheet=title,
            header_row=header_row,
            header=rows[header_row - 1][1],
            above=tuple(rows[: header_row - 1]),
            rows=tuple(rows[header_row:]),
            epoch=book.epoch,
            flawed_cells=book.flawed_cells(title) if most is None else {},
            currencies=book.currencies(title),
        )
