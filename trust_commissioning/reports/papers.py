"""A report as a paper: CSV, XLSX, HTML, PDF, JSON. All of its tables, its words and its notes."""

from __future__ import annotations

import csv
import html
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from ledger.money import Money
from trust_commissioning.clock import from_text, in_full
from trust_commissioning.files.cells import inert_cell
from trust_commissioning.progress import now
from trust_commissioning.reports.pdf import PACK, as_pdf
from trust_commissioning.reports.references import in_words
from trust_commissioning.reports.rounding import Unit, differences
from trust_commissioning.reports.shape import SUBTOTAL, Cell, Column, Part, Report

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

_NUMBER_FORMATS = {
    Unit.PENCE: "#,##0.00;[Red]-#,##0.00",
    Unit.THOUSANDS: "#,##0,;[Red]-#,##0,",
}


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file a report is given as."""

    title: str
    media_type: str
    make: Callable[[Report, Unit], bytes]


def as_csv(report: Report) -> str:
    """Headings, rows, totals; money as ``1250.00``. Further tables and notes come after a gap.

    What it is and how to read it stands last: a program that reads the table finds its headings in
    the first row and its end at the first row that is empty.
    """
    blocks = []
    for part in report.tables:
        said = "".join(_csv_row([words]) for words in filter(None, (part.title, *part.words)))
        blocks.append(said + (list_as_csv(part.columns, _lines(part)) if part.columns else ""))
    if report.notes:
        blocks.append("".join(_csv_row([note]) for note in ("Notes", *report.notes)))
    blocks.append("".join(_csv_row(row) for row in (["About this report"], *_about(report))))
    return "\r\n".join(blocks)


def list_as_csv(columns: Sequence[Column], rows: Iterable[Mapping[str, Cell]]) -> str:
    """Any list with its headings, with nothing in it that a spreadsheet would run."""
    head = _csv_row([column.title for column in columns])
    return head + "".join(_csv_row([row.get(column.key, "") for column in columns]) for row in rows)


def as_xlsx(report: Report, unit: Unit = Unit.PENCE) -> bytes:
    """One sheet: what it is, how to read it, each table with figures as numbers, the notes.

    In thousands the cells still hold the exact amounts; only what is shown is rounded. The board pack
    has a sheet for each of its sections.
    """
    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.worksheet.worksheet import Worksheet

    now("Writing the workbook")
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = report.title[:31]
    for line in _preamble(report, unit):
        sheet.append([inert_cell(line)])
    sheet.cell(1, 1).font = Font(bold=True, size=14)
    if report.report == PACK:
        _sheets(book, report, unit)
    for part in report.tables:
        if report.report != PACK or part.key in (PACK, "answers"):
            sheet.append([])
            _block(sheet, part, unit, freeze=len(report.tables) == 1)
    notes = _notes(report, unit)
    for line in ["", "Notes", *notes] if notes else []:
        sheet.append([inert_cell(line)])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _sheets(book: Workbook, report: Report, unit: Unit) -> None:
    """A sheet for each section after the first, which holds what is in short."""
    from openpyxl.styles import Font

    for part in report.parts:
        if part.key != "answers":
            sheet = book.create_sheet(part.key.capitalize()[:31])
            _block(sheet, part, unit, freeze=True)
            sheet.cell(1, 1).font = Font(bold=True, size=14)


def _block(sheet: Worksheet, part: Part, unit: Unit, *, freeze: bool) -> None:
    """A part's heading, its words and its table."""
    from openpyxl.styles import Font

    for words in filter(None, (part.title, *part.words)):
        sheet.append([inert_cell(words)])
        sheet.cell(sheet.max_row, 1).font = Font(bold=words == part.title)
    if part.columns:
        _table(sheet, part, unit, freeze=freeze)


def _table(sheet: Worksheet, part: Part, unit: Unit, *, freeze: bool) -> None:
    from openpyxl.cell import Cell as SheetCell
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    sheet.append([column.title for column in part.columns])
    for place, column in enumerate(part.columns, 1):
        heading = sheet.cell(sheet.max_row, place)
        heading.font = Font(bold=True)
        heading.alignment = Alignment(horizontal="right" if column.kind == "money" else "left")
        letter = get_column_letter(place)
        wide = 16 if column.kind == "money" else 28
        sized = sheet.column_dimensions[letter]
        sized.width = max(wide, sized.width if sized.customWidth else 0)
    if freeze:
        sheet.freeze_panes = f"A{sheet.max_row + 1}"
    for row in _lines(part):
        sheet.append([_number(row.get(column.key, "")) for column in part.columns])
        for place, column in enumerate(part.columns, 1):
            cell = sheet.cell(sheet.max_row, place)
            assert isinstance(cell, SheetCell)
            if column.kind == "money":
                cell.number_format = _NUMBER_FORMATS[unit]
            if row.get(SUBTOTAL):
                cell.font = Font(bold=True)


def as_html(report: Report, unit: Unit = Unit.PENCE) -> str:
    """A page of its own, with no script, to read or to print."""
    first, *rest = _preamble(report, unit)
    body = "".join(_section(part, unit) for part in report.tables)
    notes = _notes(report, unit)
    if notes:
        body += f"<h2>Notes</h2><ol>{''.join(f'<li>{html.escape(n)}</li>' for n in notes)}</ol>"
    return (
        '<!doctype html><html lang="en-GB"><head><meta charset="utf-8">'
        f"<title>{html.escape(first)}</title><style>{_STYLE}</style></head><body>"
        f"<h1>{html.escape(first)}</h1>{_paragraphs(rest)}{body}</body></html>"
    )


def _section(part: Part, unit: Unit) -> str:
    title = f"<h2>{html.escape(part.title)}</h2>" if part.title else ""
    if not part.columns:
        return title + _paragraphs(part.words)
    head = "".join(
        f'<th scope="col" class="{column.kind}">{html.escape(_head(column, unit))}</th>'
        for column in part.columns
    )
    body = "".join(
        f"<tr{' class=strong' if row.get(SUBTOTAL) else ''}>"
        + "".join(
            f'<td class="{column.kind}">{html.escape(_shown(row.get(column.key, ""), unit))}</td>'
            for column in part.columns
        )
        + "</tr>"
        for row in _lines(part)
    )
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    return title + _paragraphs(part.words) + table


def _paragraphs(lines: Iterable[str]) -> str:
    return "".join(f"<p>{html.escape(line)}</p>" for line in lines)


def _head(column: Column, unit: Unit) -> str:
    return f"{column.title} ({unit.symbol})" if column.kind == "money" else column.title


def _lines(part: Part) -> list[Mapping[str, Cell]]:
    if not part.totals:
        return list(part.rows)
    first = part.columns[0].key
    return [*part.rows, {**part.totals, first: "Total", SUBTOTAL: "total"}]


def _preamble(report: Report, unit: Unit) -> list[str]:
    made_on = in_full(from_text(report.generated_at))
    return [
        f"{report.title}, {report.to}",
        f"{report.trust}. Fund: {report.fund_title or report.fund or 'all funds'}.",
        report.basis,
        f"{report.sign} {unit.sentence}",
        f"Made on {made_on} from books with head {report.books_head}.",
    ]


def _about(report: Report) -> Iterator[tuple[str, str]]:
    """The same for a file of exact figures, as names with what they are."""
    yield "Report", report.title
    yield "Trust", report.trust
    yield "Fund", report.fund_title or report.fund or "all funds"
    yield "Up to and with", report.to
    yield "Basis", report.basis
    yield "Sign", report.sign
    yield "Unit", Unit.PENCE.sentence
    yield "Made on", in_full(from_text(report.generated_at))
    yield "Books' head", report.books_head


def _notes(report: Report, unit: Unit) -> list[str]:
    return [*report.notes, *differences(report, unit)]


def _csv_row(cells: Sequence[Cell]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out).writerow([_plain(cell) for cell in cells])
    return out.getvalue()


def _plain(cell: Cell) -> str | int:
    if isinstance(cell, Money):
        return cell.plain
    return inert_cell(cell) if isinstance(cell, str) else cell


def _number(cell: Cell) -> object:
    return Decimal(cell.pence).scaleb(-2) if isinstance(cell, Money) else _plain(cell)


def _shown(cell: Cell, unit: Unit) -> str:
    return unit.figure(cell) if isinstance(cell, Money) else in_words(str(cell))


_STYLE = (
    "body{font:16px/1.5 'Source Sans 3',Arial,sans-serif;color:#0b0c0c;margin:2rem}"
    "table{border-collapse:collapse}th,td{padding:.3rem .8rem;border-bottom:1px solid #b1b4b6;"
    "text-align:left;vertical-align:top}.blank{min-width:10rem}"
    ".money,.count{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}"
    "tr.strong td{font-weight:700;border-top:2px solid #0b0c0c}"
)

KINDS: dict[str, Kind] = {
    # Without a byte order mark Excel reads pound signs wrongly.
    "csv": Kind("CSV", "text/csv", lambda made, _: as_csv(made).encode("utf-8-sig")),
    "xlsx": Kind(
        "Excel", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", as_xlsx
    ),
    "html": Kind("HTML", "text/html", lambda made, unit: as_html(made, unit).encode()),
    "json": Kind(
        "JSON",
        "application/json",
        lambda made, _: json.dumps(made.as_json(), ensure_ascii=False, indent=1).encode(),
    ),
    "pdf": Kind("PDF", "application/pdf", as_pdf),
}
"""Every kind by the ending of its file's name."""
