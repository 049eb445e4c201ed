"""A report as a paper: CSV, XLSX, HTML, or text for a terminal."""

from __future__ import annotations

import csv
import html
import io
from collections.abc import Mapping
from decimal import Decimal

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from ledger.money import Money
from trust_commissioning.files.cells import inert_cell
from trust_commissioning.reports.shape import Cell, Report


def as_csv(report: Report) -> str:
    """Headings, rows, totals; money as ``1250.00``."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([column.title for column in report.columns])
    for row in _lines(report):
        writer.writerow([_plain(row.get(column.key, "")) for column in report.columns])
    return out.getvalue()


def as_xlsx(report: Report) -> bytes:
    """One sheet: what it is, how to read it, the figures as numbers, the totals."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = report.title[:31]
    for line in _preamble(report):
        sheet.append([inert_cell(line)])
    title = sheet.cell(1, 1)
    title.font = Font(bold=True, size=14)
    sheet.append([])
    sheet.append([column.title for column in report.columns])
    heading = sheet.max_row
    for place, column in enumerate(report.columns, 1):
        heading_cell = sheet.cell(heading, place)
        heading_cell.font = Font(bold=True)
        heading_cell.alignment = Alignment(horizontal="right" if column.kind == "money" else "left")
        sheet.column_dimensions[get_column_letter(place)].width = (
            16 if column.kind == "money" else 28
        )
    sheet.freeze_panes = f"A{heading + 1}"
    for row in _lines(report):
        sheet.append([_number(row.get(column.key, "")) for column in report.columns])
        for place, column in enumerate(report.columns, 1):
            if column.kind == "money":
                sheet.cell(sheet.max_row, place).number_format = "#,##0.00;[Red]-#,##0.00"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def as_html(report: Report) -> str:
    """A page of its own, with no script, to read or to print."""
    first, *rest = _preamble(report)
    head = "".join(
        f'<th scope="col" class="{column.kind}">{html.escape(column.title)}</th>'
        for column in report.columns
    )
    body = "".join(
        "<tr>"
        + "".join(
            f'<td class="{column.kind}">{html.escape(_shown(row.get(column.key, "")))}</td>'
            for column in report.columns
        )
        + "</tr>"
        for row in _lines(report)
    )
    notes = "".join(f"<p>{html.escape(line)}</p>" for line in rest)
    return (
        '<!doctype html><html lang="en-GB"><head><meta charset="utf-8">'
        f"<title>{html.escape(first)}</title><style>{_STYLE}</style></head><body>"
        f"<h1>{html.escape(first)}</h1>{notes}<table><thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table></body></html>"
    )


def _lines(report: Report) -> list[Mapping[str, Cell]]:
    total: dict[str, Cell] = dict(report.totals)
    total[report.columns[0].key] = "Total"
    return [*report.rows, total] if report.totals else list(report.rows)


def _preamble(report: Report) -> list[str]:
    return [
        f"{report.title}, {report.to}",
        f"{report.trust}. Fund: {report.fund or 'all funds'}. Pounds.",
        report.basis,
        report.sign,
        f"Made {report.generated_at} from books with head {report.books_head}.",
    ]


def _plain(cell: Cell) -> str | int:
    if isinstance(cell, Money):
        return cell.plain
    return inert_cell(cell) if isinstance(cell, str) else cell


def _number(cell: Cell) -> object:
    return Decimal(cell.pence).scaleb(-2) if isinstance(cell, Money) else _plain(cell)


def _shown(cell: Cell) -> str:
    return str(cell)


_STYLE = (
    "body{font:16px/1.5 'Source Sans 3',Arial,sans-serif;color:#0b0c0c;margin:2rem}"
    "table{border-collapse:collapse}th,td{padding:.3rem .8rem;border-bottom:1px solid #b1b4b6;"
    "text-align:left}.money{text-align:right;font-variant-numeric:tabular-nums}"
    "tbody tr:last-child{font-weight:700;border-top:2px solid #0b0c0c}"
)
