"""Examples of what stops a file being read as a table."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace

from openpyxl import Workbook

from tests.docs.examples.kept import example
from trust_commissioning.files.limits import Limits
from trust_commissioning.files.reading import read_table
from trust_commissioning.importing.spend_file import read_spend

HEADINGS = "Date,Supplier,Amount"
_SHEET = "xl/worksheets/sheet1.xml"


def _read(data: bytes | str, limits: Limits | None = None) -> object:
    held = data.encode() if isinstance(data, str) else data
    return read_table(held, name="spend", limits=limits).problems


def _spend(data: bytes | str) -> object:
    held = data.encode() if isinstance(data, str) else data
    found = read_spend(held, name="spend")
    return [*found.problems, *found.warnings]


def workbook(rows: list[list[object]], *more: list[list[object]]) -> bytes:
    made = Workbook()
    first = made.active
    assert first is not None
    for row in rows:
        first.append(row)
    for sheet in more:
        added = made.create_sheet()
        for row in sheet:
            added.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _with_part(data: bytes, name: str, change: tuple[bytes, bytes]) -> bytes:
    """The workbook with one part's text changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for part in old.infolist():
            held = old.read(part)
            new.writestr(part, held.replace(*change) if part.filename == name else held)
    return out.getvalue()


_LINES: list[list[object]] = [
    [*HEADINGS.split(",")],
    ["2003-04-30", "Oakfield Fostering", "100.00"],
    ["2003-04-30", "Weald Respite Care", "50.00"],
]
_LONG: list[list[object]] = [
    ["Date", "Supplier", "Transaction number", "Amount"],
    ["30/04/2003", "Oakfield", 1234567890123456789, "1.00"],
]
_FORMULA: list[list[object]] = [[*HEADINGS.split(",")], ["30/04/2003", "Oakfield", "=SUM(1,2)"]]

example(
    "file_too_large",
    "A file is sent where the limit is a hundredth of a MiB.",
    lambda: _read(b"x" * 20_000, replace(Limits(), bytes=10_486)),
)
example("file_is_empty", "An empty file is sent.", lambda: _read(b""))
example("file_kind_not_read", "A PDF is sent.", lambda: _read(b"%PDF-1.4"))
example(
    "too_many_rows",
    "A file of three rows is sent where the limit is two.",
    lambda: _read(f"{HEADINGS}\n1,2,3\n1,2,3\n", replace(Limits(), csv_rows=2)),
)
example(
    "too_many_columns",
    "A row ends in two thousand commas.",
    lambda: _read(f"{HEADINGS}\n1,2,3{',' * 2000}\n"),
)
example(
    "row_too_wide",
    "A picture was pasted into a cell.",
    lambda: _read(f"{HEADINGS}\n2003-04-30,{'A' * 1_000_001},1.00\n"),
)
example(
    "encoding_not_recognised",
    "A file says that it is UTF-8 and is not.",
    lambda: _read(b"\xef\xbb\xbf" + HEADINGS.encode() + b"\n2003-04-30,Caf\xe9,1.00\n"),
)
example(
    "encodings_mixed",
    "Two months saved by two programs were joined.",
    lambda: _read(HEADINGS.encode() + b"\n2003-04-30,Caf\xe9,1.00\n2003-05-31,Caf\xc3\xa9,1.00\n"),
)
example(
    "nul_character",
    "A file was cut off and filled up.",
    lambda: _read(f"{HEADINGS}\n2003-04-30,Oakfield\0\0\0"),
)
example(
    "byte_order_mark_inside",
    "Two files were joined end to end.",
    lambda: _read(f"{HEADINGS}\n2003-04-30,Oakfield,1.00\n\ufeff{HEADINGS}\n"),
)
example(
    "quote_not_closed",
    "A quotation mark is opened and never closed.",
    lambda: _read(f'{HEADINGS}\n2003-04-30,"Oakfield,1.00\n'),
)
example(
    "headings_not_found",
    "A list of telephone numbers is sent.",
    lambda: _read("Name,Extension\nReception,0\n"),
)
example(
    "several_sheets",
    "A workbook has a sheet for each month.",
    lambda: _read(workbook(_LINES, _LINES)),
)
example(
    "sheet_not_found",
    "The profile names a sheet of last year's workbook.",
    lambda: read_table(workbook(_LINES), name="spend", sheet="2002-03").problems,
)
example(
    "workbook_not_readable",
    "A ZIP file of something else is called .xlsx.",
    lambda: _read(_with_part(workbook(_LINES), _SHEET, (b"<worksheet", b"<<worksheet"))),
)
example(
    "workbook_too_large",
    "A workbook is made of nothing again and again.",
    lambda: _read(workbook(_LINES), replace(Limits(), unpacked_ratio=1)),
)
example(
    "workbook_declares_entities",
    "A sheet begins with a document type.",
    lambda: _read(
        _with_part(workbook(_LINES), _SHEET, (b"<worksheet", b"<!DOCTYPE x []><worksheet"))
    ),
)
example(
    "workbook_rows_out_of_order",
    "A program wrote the rows as they came.",
    lambda: _read(_with_part(workbook(_LINES), _SHEET, (b'<row r="3"', b'<row r="2"'))),
)
example(
    "formula_not_calculated",
    "An amount is a formula that no program has calculated yet.",
    lambda: _spend(workbook(_FORMULA)),
)
example(
    "number_has_lost_figures",
    "A reference of nineteen figures is kept as a number.",
    lambda: _spend(workbook(_LONG)),
)
