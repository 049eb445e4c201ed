"""The report command."""

from __future__ import annotations

import sys
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ledger.money import Money
from ledger.periods import FinancialYear, Period
from ledger.problems import Refused
from trust_commissioning import clock, names
from trust_commissioning.cli.door import AsJson, Data, Door, table

if TYPE_CHECKING:
    from trust_commissioning.reports.rounding import Unit
    from trust_commissioning.reports.shape import Cell, Part, Report, Scope


class Format(StrEnum):
    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"
    HTML = "html"
    PDF = "pdf"


ReportName = StrEnum("ReportName", {name.upper().replace("-", "_"): name for name in names.REPORTS})  # type: ignore[misc]


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
    partner: Annotated[
        str | None, typer.Option(help="One partner, where it is by partner.")
    ] = None,
    grant: Annotated[str | None, typer.Option(help="One grant, where it is by grant.")] = None,
    of: Annotated[
        str | None, typer.Option(help="For changes-since: of which report. [default: any]")
    ] = None,
    shape: Annotated[
        Format | None, typer.Option("--format", help="How to give it. [default: table]")
    ] = None,
    thousands: Annotated[
        bool,
        typer.Option("--thousands", help="Print figures in £000; files for programs keep pence."),
    ] = False,
    out: Annotated[
        Path | None, typer.Option(help="Write it to this file instead of standard output.")
    ] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Compute a report."""
    from trust_commissioning.reports import REPORTS, default_scope
    from trust_commissioning.reports.rounding import Unit

    wanted = shape or (Format.JSON if as_json else Format.TABLE)
    if as_json and wanted is not Format.JSON and out is None:
        raise typer.BadParameter("name a file for it with --out", param_hint="--format with --json")
    door = Door(data, as_json or wanted is Format.JSON)
    with door.working("Computing the report …"), door.reads() as session:
        made = REPORTS[name.value](
            session,
            replace(
                scope_of(fund, year, to, default_scope(session)),
                partner=partner,
                grant=grant,
                of=of,
            ),
            clock.now(),
        )
    if wanted is Format.JSON and out is None:
        door.answer(made.as_json(), "")
        return
    contents = _contents(made, wanted, Unit.THOUSANDS if thousands else Unit.PENCE)
    if out is not None:
        out.write_bytes(contents)
        if as_json:
            door.answer({"written": str(out), "format": wanted.value}, "")
        else:
            print(f"Written to {out}.", file=sys.stderr)
    elif wanted in (Format.XLSX, Format.PDF) and sys.stdout.isatty():
        raise typer.BadParameter(f"name a file with --out for {wanted}", param_hint="--format")
    else:
        sys.stdout.buffer.write(contents)


def scope_of(fund: str | None, year: str | None, to: str | None, latest: Scope | None) -> Scope:
    from trust_commissioning.reports import Scope

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


def _contents(made: Report, wanted: Format, unit: Unit) -> bytes:
    from trust_commissioning.reports.papers import KINDS, as_csv

    if wanted is Format.TABLE:
        return (_words(made, unit) + "\n").encode("utf-8")
    if wanted is Format.CSV:
        # On its way to another program, which needs no byte order mark.
        return as_csv(made).encode("utf-8")
    return KINDS[wanted.value].make(made, unit)


def _words(made: Report, unit: Unit) -> str:
    from trust_commissioning.reports.rounding import differences

    lines = [f"{made.title}, {made.to}. {made.trust}. Fund: {made.fund or 'all funds'}."]
    for part in made.tables:
        lines += ["", *filter(None, (part.title, *part.words))]
        if part.columns:
            lines += [*([""] if part.title else []), _table(part, unit)]
    notes = [*made.notes, *differences(made, unit)]
    lines += ["", *(f"Note: {note}" for note in notes)] if notes else []
    return "\n".join(
        [*lines, "", made.basis, f"{made.sign} {unit.sentence}", f"Books' head {made.books_head}."]
    )


def _table(part: Part, unit: Unit) -> str:
    columns = [(column.key, column.title) for column in part.columns]
    right = [column.key for column in part.columns if column.kind in ("money", "count")]
    total = {**part.totals, columns[0][0]: "Total"}
    rows = [*part.rows, total] if part.totals else list(part.rows)
    shown = [{key: _cell(cell, unit) for key, cell in row.items()} for row in rows]
    return table(columns, shown, right=right)


def _cell(cell: Cell, unit: Unit) -> object:
    from trust_commissioning.reports.rounding import Unit as In

    if not isinstance(cell, Money):
        return cell
    return str(cell) if unit is In.PENCE else unit.figure(cell)
