"""The monthly extracts of the demo trust's two hosts, the same whenever they are made."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from ledger.money import Money
from ledger.periods import FinancialYear, Period
from trust_commissioning.demo.definition import Stream, streams

HOSTS = ("council", "pct")

_COUNCIL_HEADINGS = (
    "Organisation Name",
    "Directorate",
    "Cost Centre",
    "Cost Centre Description",
    "Expenditure Category",
    "Detailed Expenses Type",
    "Detailed Expense Code",
    "Date Paid",
    "Transaction Number",
    "Net Amount",
    "Supplier Name",
    "Supplier ID",
)
_PCT_HEADINGS = (
    "Entity",
    "Cost Centre",
    "Business Unit Description",
    "Object Code",
    "Object Code Description",
    "GL Date",
    "Supplier Name",
    "Document No",
    "Distribution Amount",
)
_DIRECTORATES = {"S": "Social Services", "Y": "Education and Youth", "X": "Corporate"}

# Payments nobody has coded yet: the cost centre is a suspense one, or new.
_UNKNOWN = (
    ("X9999", "Suspense", "Miscellaneous Expenses", "Various payees"),
    ("X9999", "Suspense", "Services by Private Contractors", "Ottermere Consulting"),
    (
        "S3999",
        "Children's Projects (new)",
        "Payments to Voluntary Organisations",
        "Brackenfell Play",
    ),
    ("S3999", "Children's Projects (new)", "Equipment and Materials", "Hartlemoor Supplies"),
)
_UNKNOWN_OF_PCT = (("H4999", "Holding Account", "Miscellaneous Expenses", "Sundry creditors"),)


@dataclass(frozen=True, slots=True)
class Line:
    """One payment. `stream` None is a payment no rule codes."""

    day: date
    amount: Money
    stream: Stream | None
    cost_centre: str
    name: str
    category: str
    detail: str
    code: str
    supplier: str
    supplier_id: str
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Extract:
    """One host's file for one month."""

    host: str
    period: Period
    name: str
    data: bytes
    lines: tuple[Line, ...]

    @property
    def total(self) -> Money:
        return Money.total(line.amount for line in self.lines)


def extract(host: str, period: Period) -> Extract:
    """The file a host sends for a month: a council's CSV with a total, a trust's ledger query."""
    lines = tuple(
        replace(line, reference=f"{period.year.starts_in % 100:02d}{period.number:02d}-{turn:04d}")
        for turn, line in enumerate(_lines(host, period), 1)
    )
    write = _council_file if host == "council" else _pct_file
    body = "wealdshire-county-council" if host == "council" else "wealdshire-pct"
    name = f"{body}-{period.year}-P{period.number:02d}.csv"
    return Extract(host, period, name, write(lines), lines)


def _lines(host: str, period: Period) -> list[Line]:
    draw = random.Random(f"lines/{host}/{period}")  # noqa: S311 - figures of a demonstration
    lines: list[Line] = []
    for stream in streams():
        if stream.host == host and str(period.year) in stream.outturn:
            month = _by_month(stream, period.year)[period.number - 1]
            lines += _payments(stream, period, month, draw)
    lines += _unknown(host, period, draw)
    return sorted(lines, key=lambda line: (line.day, line.cost_centre, line.code, line.supplier))


def _by_month(stream: Stream, year: FinancialYear) -> tuple[Money, ...]:
    """A stream's year by month, to the penny; what overspends does so more as the year goes on."""
    draw = random.Random(f"months/{stream.key}/{year}")  # noqa: S311 - as above
    whole = Money(stream.outturn[str(year)] * 100)
    if not stream.lines:
        return whole.split([0, 0, 1] * 4)
    steady = stream.lines == 1 and stream.contract is not None
    if steady:
        return whole.split([1] * 12)
    spread = 30 if stream.supplier == "Payroll" else 110
    rise = 8 if stream.contract is not None else 2
    return whole.split([1000 + rise * month + draw.randint(-spread, spread) for month in range(12)])


def _payments(stream: Stream, period: Period, month: Money, draw: random.Random) -> Iterator[Line]:
    if not month:
        return
    shares = month.split([draw.randint(60, 140) for _ in range(max(1, stream.lines))])
    if stream.contract is not None and stream.lines > 1 and draw.random() < 0.08:
        credit = Money(-100 * draw.randint(45, 600))
        shares = (shares[0] - credit, *shares[1:], credit)
    for share in shares:
        yield Line(
            day=_day(period, draw),
            amount=share,
            stream=stream,
            cost_centre=stream.cost_centre,
            name=stream.name,
            category=stream.category,
            detail=stream.detail,
            code=stream.code,
            supplier=stream.supplier,
            supplier_id=stream.supplier_id,
        )


def _unknown(host: str, period: Period, draw: random.Random) -> Iterator[Line]:
    council = host == "council"
    for _ in range(2 if council else period.number % 2):
        centre, name, detail, supplier = draw.choice(_UNKNOWN if council else _UNKNOWN_OF_PCT)
        yield Line(
            day=_day(period, draw),
            amount=Money(draw.randint(31_000, 640_000)),
            stream=None,
            cost_centre=centre,
            name=name,
            category="504 Supplies and Services",
            detail=detail,
            code="4900",
            supplier=supplier,
            supplier_id="ONEOFF",
        )


def _day(period: Period, draw: random.Random) -> date:
    """A weekday of the month."""
    day = period.starts + timedelta(days=draw.randrange((period.ends - period.starts).days + 1))
    past_friday = max(0, day.weekday() - 4)
    return day - timedelta(days=past_friday) if day.day > past_friday else day + timedelta(days=2)


def _council_file(lines: tuple[Line, ...]) -> bytes:
    rows = [
        (
            "Wealdshire County Council",
            _DIRECTORATES[line.cost_centre[0]],
            line.cost_centre,
            line.name,
            line.category,
            line.detail,
            line.code,
            f"{line.day:%d/%m/%Y}",
            line.reference,
            _commas(line.amount),
            line.supplier,
            line.supplier_id,
        )
        for line in lines
    ]
    blank = ("",) * len(_COUNCIL_HEADINGS)
    total = list(blank)
    total[0], total[9] = "Grand Total", _commas(Money.total(line.amount for line in lines))
    return _csv([_COUNCIL_HEADINGS, *rows, blank, tuple(total)], "cp1252")


def _pct_file(lines: tuple[Line, ...]) -> bytes:
    rows = [
        (
            "Wealdshire Primary Care Trust",
            line.cost_centre,
            line.name,
            line.code,
            line.detail,
            f"{line.day:%d-%b-%Y}",
            line.supplier,
            f"AP{line.reference}",
            f"({_commas(-line.amount)})" if line.amount.pence < 0 else _commas(line.amount),
        )
        for line in lines
    ]
    return _csv([_PCT_HEADINGS, *rows], "utf-8-sig")


def _commas(amount: Money) -> str:
    """``1,250.00``: as finance systems print it."""
    return str(amount).replace("£", "")


def _csv(rows: list[tuple[str, ...]], encoding: str) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode(encoding)
