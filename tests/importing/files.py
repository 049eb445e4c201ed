"""Made-up extracts in the shapes real ones have: nobody and nothing in them exists."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date

from openpyxl import Workbook

CITY_HEADINGS = (
    "Body,Body name,Service label,Service divison label,Expenditure category,"
    "Detailed expenses type,Detailed expense code,Date paid,Transaction number,Net amount,"
    "Capital or revenue,Supplier name"
).split(",")
COUNTY_HEADINGS = (
    "Body,Name of Body,Date,Transaction Number,Invoice Number,Amount,Supplier Name,Supplier ID,"
    "VAT Reg no,Expense Area,Expense Type,Expense Code,Creditor Type"
).split(",")


def as_csv(rows: Iterable[Sequence[str]], delimiter: str = ",") -> str:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue()


def city_row(
    number: int, amount: str, service: str = "Childrens Services", **other: str
) -> list[str]:
    return [
        "http://example.org/id/00ZZ",
        "Midshire City Council",
        service,
        other.get("division", "Looked After Children"),
        "Third Party Payments",
        other.get("detail", "Independent Fostering Agencies"),
        "504",
        other.get("day", "05/12/2011"),
        f"1112-{number:05d}",
        amount,
        "R",
        other.get("supplier", "Harbour Light Fostering Ltd"),
    ]


def city_file(*, printed_total: str = "9,876.50") -> bytes:
    """cp1252, columns without heading at the end, blank rows, an unlabelled total at the foot."""
    rows: list[list[str]] = [
        CITY_HEADINGS,
        city_row(1, "1200.00"),
        city_row(2, "(300.50)", supplier="Müller Respite Care"),
        city_row(3, "£8,000.00", "Social Services Pooled Budgets"),
        city_row(4, "450.00-", "City Development"),
        city_row(5, "1427.00", "Social Services Pooled Budgets"),
        [],
        [""] * 9 + [printed_total],
        [],
        [],
    ]
    return as_csv([[*row, *[""] * (37 - len(row))] for row in rows]).encode("cp1252")


def county_row(number: int, amount: str, area: str = "Children & Younger Persons") -> list[str]:
    return [
        "18",
        "Midshire County Council",
        "09/12/2011",
        f"FIN{number:08d}",
        f"INV {number}",
        amount,
        "REDACTED UNDER DP ACT",
        "122363",
        "",
        area,
        "External Agency Staff",
        "4321",
        "BUSN",
    ]


def county_file() -> bytes:
    """A float's residue where nil was meant, an amount with half a penny, many blank rows."""
    rows = [
        COUNTY_HEADINGS,
        county_row(1, "1681.02"),
        county_row(2, "7.10543E-15", "Adult & Community Services"),
        county_row(3, "412.125"),
        county_row(4, "-1062.59"),
        county_row(5, "0"),
        county_row(6, "1260"),
        *[[""] * 13] * 6,
    ]
    return as_csv(rows).encode("cp1252")


def workbook(rows: Iterable[Sequence[object]], *, title: str = "Payments") -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    return saved(book)


def saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


PLAIN_HEADINGS = ["Date", "Transaction Number", "Supplier", "Service", "Amount"]


def plain_file(*rows: str) -> bytes:
    """Five columns, one row of text each: ``01/04/2011,T1,Oak House,Children,10.00``."""
    return "\n".join([",".join(PLAIN_HEADINGS), *rows]).encode()


A_DAY = date(2011, 12, 5)
