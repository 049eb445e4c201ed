"""An XLSX workbook from outside, read row by row within stated bounds."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from unicodedata import category

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from ledger.problems import Problem, Refused
from trust_commissioning.files.limits import Limits
from trust_commissioning.progress import steps

if TYPE_CHECKING:
    from openpyxl.workbook.workbook import Workbook

_EXACT_UP_TO = 2**53
"""Whole numbers from here on are not all representable in the eight bytes a workbook gives one."""
_ROWS_END = re.compile(rb"</(?:\w+:)?row>")
_ROW = re.compile(rb"<(?:\w+:)?row\b[^>]*?\sr=\"(\d+)\"")
_FORMULA_CELL = re.compile(
    rb"<(?:\w+:)?c\b(?P<marks>[^>]*)>\s*"
    rb"<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?P<value><(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_PLACE = re.compile(rb"\br=\"([A-Z]+[0-9]+)\"")
_LOCALE_SIGN = re.compile(r"\[\$([^\]-]*)(?:-[^\]]*)?\]")
_CURRENCY_CODE = re.compile(r"\b(?:EUR|USD|CHF|JPY|CAD|AUD|NZD|SEK|NOK|DKK|PLN|INR|ZAR|HKD|CNY)\b")
_CHUNK = 4 * 2**20
_LONGEST_ROW = 32 * 2**20


@dataclass
class Book:
    """The visible sheets of an open workbook."""

    _workbook: Workbook
    _archive: zipfile.ZipFile
    _limits: Limits
    _lost: dict[str, dict[tuple[int, int], Problem]] = field(default_factory=dict)
    _shown_as: dict[str, dict[tuple[int, int], str]] = field(default_factory=dict)

    @property
    def titles(self) -> tuple[str, ...]:
        return tuple(
            sheet.title for sheet in self._workbook.worksheets if sheet.sheet_state == "visible"
        )

    @property
    def epoch(self) -> date:
        """The day that a serial number of 0 stands for: 1899-12-30, or 1904-01-01."""
        return self._workbook.epoch.date()

    def rows(self, title: str) -> Iterator[tuple[int, tuple[str, ...]]]:
        """The rows down to the last that holds anything, with their numbers, as text.

        The size a sheet states is not believed: one stray cell in the last corner would make
        empty cells of it by the thousand million.
        """
        sheet = self._workbook[title]
        sheet.reset_dimensions()
        pending: list[int] = []
        read = steps(self._values(sheet, title), "Reading the workbook")
        for number, values in enumerate(read, start=1):
            cells = tuple(
                self._text(value, title, number, place) for place, value in enumerate(values)
            )
            while cells and not cells[-1]:
                cells = cells[:-1]
            if not cells:
                pending.append(number)
                continue
            if number > self._limits.xlsx_rows:
                raise Refused.because(
                    "too_many_rows",
                    f"The sheet has more than {self._limits.xlsx_rows:,} rows, the limit for a"
                    " workbook. A CSV file may be longer.",
                )
            if len(cells) > self._limits.columns:
                raise Refused(
                    [
                        Problem(
                            "too_many_columns",
                            f"This row has {len(cells):,} columns and the limit is"
                            f" {self._limits.columns:,}.",
                            row=number,
                        )
                    ]
                )
            yield from ((blank, ()) for blank in pending)
            pending.clear()
            yield number, cells

    def _values(self, sheet: Any, title: str) -> Iterator[tuple[object, ...]]:
        """The values of each row, noting the numbers shown as another currency.

        Formats are looked up only in a workbook that has such a format.
        """
        foreign = _foreign_styles(self._workbook)
        if not foreign:
            yield from sheet.iter_rows(values_only=True)
            return
        shown_as = self._shown_as.setdefault(title, {})
        for number, row in enumerate(sheet.iter_rows(), start=1):
            for place, cell in enumerate(row):
                style = getattr(cell, "_style_id", 0)
                if style in foreign and isinstance(cell.value, int | float):
                    shown_as[number, place] = foreign[style]
            yield tuple(cell.value for cell in row)

    def currencies(self, title: str) -> dict[tuple[int, int], str]:
        """Numbers (row from 1, column from 0) shown as another currency than sterling, with the
        format that does it. Call it after `rows`."""
        return dict(self._shown_as.get(title, {}))

    def flawed_cells(self, title: str) -> dict[tuple[int, int], Problem]:
        """Cells (row from 1, column from 0) whose value is not in the file.

        A formula that was never calculated reads as an empty cell, and a long number as one
        with its last figures changed; neither may pass. Call it after `rows`.
        """
        from openpyxl.utils.cell import column_index_from_string, coordinate_from_string

        sheet = self._workbook[title]
        # openpyxl names the part of a streamed sheet only here.
        part = sheet._worksheet_path  # type: ignore[attr-defined]
        found = dict(self._lost.get(title, {}))
        for coordinate in _formulas_without_value(self._archive, part):
            letters, row = coordinate_from_string(coordinate)
            found[row, column_index_from_string(letters) - 1] = Problem(
                "formula_not_calculated",
                "This cell is a formula that was never calculated. Open the workbook, let it"
                " calculate and save it.",
            )
        return found

    def _text(self, value: object, title: str, row: int, place: int) -> str:
        if value is None:
            return ""
        if isinstance(value, str):
            return value.strip()
        if isinstance(value, bool):
            return str(value).upper()
        if isinstance(value, float):
            if abs(value) >= _EXACT_UP_TO:
                self._lost.setdefault(title, {})[row, place] = Problem(
                    "number_has_lost_figures",
                    "This number is too long for a workbook, which keeps 15 figures, so its last"
                    " ones are lost. Ask for the column as text, or for CSV.",
                )
            return str(int(value)) if value.is_integer() else format(Decimal(repr(value)), "f")
        if isinstance(value, datetime):
            midnight = value.time() == time()
            return value.date().isoformat() if midnight else value.isoformat(" ", "seconds")
        return str(value)


def _foreign_styles(workbook: Any) -> dict[int, str]:
    """The styles that show a number as another currency than sterling, with their format.

    Only formats of the workbook's own count: the built-in ones show the currency of whoever
    opens it.
    """
    from openpyxl.styles.numbers import BUILTIN_FORMATS_MAX_SIZE

    found: dict[int, str] = {}
    for style, one in enumerate(workbook._cell_styles):
        own = one.numFmtId - BUILTIN_FORMATS_MAX_SIZE
        if 0 <= own < len(workbook._number_formats):
            shown_as = workbook._number_formats[own]
            if is_foreign(shown_as):
                found[style] = shown_as
    return found


def is_foreign(number_format: str) -> bool:
    """Whether a format of numbers shows a currency that is not sterling."""
    signs = {sign.strip() for sign in _LOCALE_SIGN.findall(number_format)}
    if any(sign and sign.upper() not in ("£", "GBP") for sign in signs):
        return True
    rest = _LOCALE_SIGN.sub("", number_format)
    if any(category(sign) == "Sc" and sign != "£" for sign in rest):
        return True
    return _CURRENCY_CODE.search(rest) is not None


@contextmanager
def opened(data: bytes, limits: Limits) -> Iterator[Book]:
    """A workbook, after its size when unpacked has been looked at and before anything is parsed.

    Raises:
        Refused: if it is too large, declares entities, or cannot be read.
    """
    from openpyxl import load_workbook

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_size(archive, len(data), limits)
            _check_parts(archive)
            with warnings.catch_warnings():
                # openpyxl warns of styles and extensions it does not keep; none holds a figure.
                warnings.simplefilter("ignore")
                workbook = load_workbook(
                    io.BytesIO(data), read_only=True, data_only=True, keep_links=False
                )
                try:
                    yield Book(workbook, archive, limits)
                finally:
                    workbook.close()
    except Refused:
        raise
    except Exception as fault:  # a hostile file can make the parsers raise anything at all
        raise Refused.because(
            "workbook_not_readable",
            "The workbook cannot be read: it is damaged, or is not an .xlsx file. Open it, save it"
            f" again as .xlsx or CSV, and try that. ({type(fault).__name__})",
        ) from fault


def _check_size(archive: zipfile.ZipFile, packed: int, limits: Limits) -> None:
    parts = archive.infolist()
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > limits.parts:
        raise Refused.because(
            "workbook_too_large",
            f"The workbook has {len(parts):,} parts and the limit is {limits.parts:,}.",
        )
    if unpacked > limits.unpacked_bytes:
        raise Refused.because(
            "workbook_too_large",
            f"The workbook unpacks to {unpacked / 2**20:,.0f} MiB and the limit is"
            f" {limits.unpacked_bytes / 2**20:,.0f} MiB.",
        )
    if unpacked > limits.unpacked_ratio * packed:
        raise Refused.because(
            "workbook_too_large",
            f"The workbook unpacks to {unpacked // packed:,} times its size and the limit is"
            f" {limits.unpacked_ratio:,}.",
        )


def _check_parts(archive: zipfile.ZipFile) -> None:
    """No part of a workbook has a document type, so one that has is not what it says."""
    for part in archive.infolist():
        if part.filename.endswith((".xml", ".rels")):
            with archive.open(part) as stream:
                try:
                    next(iter(iterparse(stream, events=("start",), forbid_dtd=True)), None)
                except DefusedXmlException:
                    raise Refused.because(
                        "workbook_declares_entities",
                        f"The part {part.filename} of the workbook declares a document type, which"
                        " no spreadsheet does.",
                    ) from None


def _formulas_without_value(archive: zipfile.ZipFile, part: str) -> Iterator[str]:
    """Coordinates of formulas with no value kept.

    The reader that streams cannot tell these from empty cells, so the part's text is looked at.
    It also leaves out rows that come out of order without a word; those are refused.
    """
    last_row = 0
    for block in steps(_blocks_of_rows(archive, part), "Looking through the workbook’s formulas"):
        for found in _ROW.finditer(block):
            if int(found[1]) <= last_row:
                raise Refused(
                    [
                        Problem(
                            "workbook_rows_out_of_order",
                            "The rows of this workbook are not kept in order. Open it and save it"
                            " again.",
                            row=int(found[1]),
                        )
                    ]
                )
            last_row = int(found[1])
        if b"<f" not in block and b":f" not in block:
            continue
        for cell in _FORMULA_CELL.finditer(block):
            empty_text = cell["value"] is not None and b't="str"' in cell["marks"]
            place = _PLACE.search(cell["marks"])
            if place is not None and not empty_text:
                yield place[1].decode()


def _blocks_of_rows(archive: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """The sheet's text in pieces that end where a row ends."""
    rest = b""
    with archive.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            rest += chunk
            ends = [found.end() for found in _ROWS_END.finditer(rest)]
            if ends:
                yield rest[: ends[-1]]
                rest = rest[ends[-1] :]
            elif len(rest) > _LONGEST_ROW:
                raise Refused.because("row_too_wide", "A row of the workbook is over 32 MiB.")
    yield rest
