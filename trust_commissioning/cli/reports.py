"""The report command."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ledger.money import Money
from ledger.periods import FinancialYear, Period
from ledger.problems import Refused
from trust_commissioning import clock
from trust_commissioning.cli.door import AsJson, Data, Door, table
from trust_commissioning.reports import REPORTS, Report, Scope, default_scope
from trust_commissioning.reports.papers import as_csv, as_html, as_xlsx


class Format(StrEnum):
    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"
    HTML = "html"


ReportName = StrEnum("ReportName", {name.upper().replace("-", "_"): name for name in REPORTS})  # type: ignore[misc]


def add_to(app: typer.Typer) -> None:
    app.command("report")(report)


def report(
    name: Annotated[ReportName, typer.Argument(help="Which report.")],
    fund: Annotated[str | None, typer.Option(help="One fund. [default: all]")] = None,
    year: Annotated[
        str | None, typer.Option(help="The year, as 2003-04. [default: the latest with figures]")
    ] = None,
    to: Annotated[
        str | None,
        typer.Option(help="Up to and with this period: 9, P09 or “2003-04 P09”."),
    ] = None,
    shape: Annotated[
        Format | None, typer.Option("--format", help="How to give it. [default: table]")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Write it to this file instead of standard output.")
    ] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Compute a report."""
    wanted = shape or (Format.JSON if as_json else Format.TABLE)
    if as_json and wanted is not Format.JSON and out is None:
        raise typer.BadParameter("name a file for it with --out", param_hint="--format with --json")
    door = Door(data, as_json or wanted is Format.JSON)
    with door.working("Computing the report …"), door.reads() as session:
        made = REPORTS[name.value](
            session, _scope(fund, year, to, default_scope(session)), clock.now()
        )
    if wanted is Format.JSON and out is None:
        door.answer(made.as_json(), "")
        return
    contents = _contents(made, wanted)
    if out is not None:
        out.write_bytes(contents)
        if as_json:
            door.answer({"written": str(out), "format": wanted.value}, "")
        else:
            print(f"Written to {out}.", file=sys.stderr)
    elif wanted is Format.XLSX and sys.stdout.isatty():
        raise typer.BadParameter("name a file with --out for a workbook", param_hint="--format")
    else:
        sys.stdout.buffer.write(contents)


def _scope(fund: str | None, year: str | None, to: str | None, latest: Scope | None) -> Scope:
    try:
        if to is not None and " " in to:
            period = Period.parse(to)
            return Scope(fund, period.year, period.number)
        in_year = FinancialYear.parse(year) if year else (latest.year if latest else None)
        if in_year is None:
            raise Refused.because(
                "nothing_posted_yet", "Nothing has been posted yet; say which --year.", "year"
            )
        number = to.upper().removeprefix("P") if to is not None else "13"
        if not (number.isascii() and number.isdigit()):
            raise ValueError(f"“{to}” is not a period; write it as 9, P09 or 2003-04 P09.")
        return Scope(fund, in_year, Period(in_year, int(number)).number)
    except ValueError as unreadable:
        raise Refused.because("period_unreadable", str(unreadable), "to") from unreadable


def _contents(made: Report, wanted: Format) -> bytes:
    match wanted:
        case Format.CSV:
            return as_csv(made).encode("utf-8")
        case Format.XLSX:
            return as_xlsx(made)
        case Format.HTML:
            return as_html(made).encode("utf-8")
        case Format.JSON:
            import json

            return json.dumps(made.as_json(), ensure_ascii=False, indent=2).encode("utf-8")
        case Format.TABLE:
            return (_words(made) + "\n").encode("utf-8")


def _words(made: Report) -> str:
    columns = [(column.key, column.title) for column in made.columns]
    right = [column.key for column in made.columns if column.kind == "money"]
    total = {made.columns[0].key: "Total", **made.totals}
    rows = [*made.rows, total] if made.totals else list(made.rows)
    shown = [
        {key: f"{cell}" if isinstance(cell, Money) else cell for key, cell in row.items()}
        for row in rows
    ]
    return "\n".join(
        [
            f"{made.title}, {made.to}. {made.trust}. Fund: {made.fund or 'all funds'}.",
            "",
            table(columns, shown, right=right),
            "",
            made.basis,
            made.sign,
            f"Books' head {made.books_head}.",
        ]
    )
