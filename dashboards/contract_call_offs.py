"""What was called off from a contract, on the contract's page: value, spend, promise, deliveries."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from dashboards import address, ask, ask_calling_off, report_view, show
from ledger.periods import FinancialYear
from ledger.wording import counted
from trust_commissioning.reports import Report, Scope
from trust_commissioning.reports.shape import Cell

_MOST = 12
_POSITION = ("value", "year", "all", "committed", "left", "term_over", "used", "says")
_LISTED = ("call_off", "title", "state", "starts", "ends", "price", "unit", "committed", "actual")


def told(number: str, day: date) -> None:
    """Its value beside what is spent and promised, then its call-offs, then the last returns."""
    known = ask.known()
    year = FinancialYear.containing(day)
    if year not in known.years:
        return
    found = ask_calling_off.of_contract(number, Scope(None, year), most=_MOST)
    _position(found.position, year)
    _call_offs(found.call_offs, number, year)
    if found.returns.rows:
        show.section(found.returns.title)
        show.table(
            found.returns.title,
            found.returns.columns,
            found.returns.rows,
            links=_to_call_off,
            whole=("call_off",),
        )


def _position(report: Report, year: FinancialYear) -> None:
    show.section("Value, spend and promise")
    part = report.tables[0]
    columns = [column for column in part.columns if column.key in _POSITION]
    show.table(
        f"Value, spend and promise in {year}",
        columns,
        part.rows,
        links=report_view.links_of(report, part),
        good_above_nil=("left",),
        nothing="It does not run in this year.",
    )


def _call_offs(report: Report, number: str, year: FinancialYear) -> None:
    show.section("Call-offs")
    show.table(
        f"Call-offs of {year}",
        [column for column in report.columns if column.key in _LISTED],
        report.rows[:_MOST],
        totals=report.totals if 0 < len(report.rows) <= _MOST else None,
        links=_to_call_off,
        whole=("call_off", "starts", "ends"),
        nothing="Nothing was called off from it in this year.",
    )
    if len(report.rows) > _MOST:
        every = counted(len(report.rows), "call-off")
        show.links_line(
            [(f"All {every}", address.link("call-offs", {"contract": number, "year": str(year)}))]
        )


def _to_call_off(row: Mapping[str, Cell], key: str) -> str:
    return address.link("call-off", {"number": row["call_off"]}) if key == "call_off" else ""
