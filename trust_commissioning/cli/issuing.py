"""The commands for reports that are issued: give one out, list them, get one as it was."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ledger.money import Money
from ledger.problems import Refused
from trust_commissioning import clock, names
from trust_commissioning.cli.door import AsJson, By, Data, Door, table
from trust_commissioning.cli.reports import ReportName, scope_of

if TYPE_CHECKING:
    from sqlmodel import Session

    from trust_commissioning import issuing
    from trust_commissioning.store.papers import IssuedReport

TOLERANCE = "1000.00"
"""What `issuing.TOLERANCE` is; said here so that help need not load what issues."""


def add_to(app: typer.Typer) -> None:
    app.command("issue")(issue)
    app.command("issued")(issued)


def issue(
    name: Annotated[ReportName, typer.Argument(help="Which report.")],
    to: Annotated[str, typer.Option(help="Up to and with this period: 9, P09 or “2003-04 P09”.")],
    fund: Annotated[str | None, typer.Option(help="One fund. [default: all]")] = None,
    year: Annotated[
        str | None, typer.Option(help="The year, as 2003-04. [default: the latest with figures]")
    ] = None,
    partner: Annotated[str | None, typer.Option(help="One partner.")] = None,
    grant: Annotated[str | None, typer.Option(help="One grant.")] = None,
    reference: Annotated[
        str, typer.Option(help="Given again, it is the same report. [default: what it is of]")
    ] = "",
    reason: Annotated[
        list[str] | None,
        typer.Option(metavar="CHANGE=WORDS", help="Why a figure changed; --dry-run names each."),
    ] = None,
    follows: Annotated[
        str, typer.Option(help="The number it follows, where it is issued again for a period.")
    ] = "",
    tolerance: Annotated[
        str, typer.Option(help="A change up to this needs no reason.")
    ] = TOLERANCE,
    thousands: Annotated[bool, typer.Option("--thousands", help="Print it in £000.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what differs from the last one.")
    ] = False,
    by: By = "",
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Issue a report: it is kept as it is, with the hash of the books it came from."""
    from trust_commissioning import issuing
    from trust_commissioning.reports import default_scope
    from trust_commissioning.reports.rounding import Unit

    door = Door(data, as_json)
    with door.working("Making the report …"), door.writes() as session:
        scope = replace(
            scope_of(fund, year, to, default_scope(session)), partner=partner, grant=grant
        )
        of = " ".join(filter(None, (name.value, fund, partner, grant, str(scope.period), follows)))
        paper = issuing.Paper(
            report=name.value,
            scope=scope,
            reference=reference or of,
            reasons=_reasons(reason or []),
            follows=follows,
            tolerance=_amount(tolerance),
            unit=Unit.THOUSANDS if thousands else Unit.PENCE,
        )
        if dry_run:
            _say_what_differs(door, issuing.preview(session, paper, clock.now()), paper)
            return
        made = issuing.issue(session, paper, by=door.person(session, by), at=clock.now())
    door.answer(made.as_json(), f"{made.title} issued as {made.number}.")


def issued(
    number: Annotated[
        str | None, typer.Argument(help="One of them, as I-0001. [default: lists them]")
    ] = None,
    fund: Annotated[str, typer.Option(help="Of one fund.")] = "",
    shape: Annotated[
        str,
        typer.Option("--format", metavar="|".join(names.PAPERS), help="As what, with a number."),
    ] = "pdf",
    out: Annotated[Path | None, typer.Option(help="Write it to this file.")] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """List the issued reports, or get one as it was given out."""
    from trust_commissioning.reports.kept import report_of
    from trust_commissioning.reports.papers import KINDS
    from trust_commissioning.reports.rounding import Unit
    from trust_commissioning.store import papers

    door = Door(data, as_json)
    with door.reads() as session:
        if number is None:
            found = papers.issued(session, fund=fund)
            columns = [
                ("number", "Number"),
                ("title", "Report"),
                ("fund", "Fund"),
                ("to", "To"),
                ("issued_by", "By"),
                ("issued_at", "At"),
                ("follows", "Follows"),
            ]
            rows = [{key: cell or "" for key, cell in one.as_json().items()} for one in found]
            door.answer(
                {"issued": [one.as_json() for one in found]},
                table(columns, rows, right=()) if rows else "No report has been issued.",
            )
            return
        one = found_or_refused(session, number)
        contents = papers.contents(session, number)
        if as_json and out is None:
            door.answer({**one.as_json(), "contents": contents}, "")
            return
        if shape not in KINDS:
            raise typer.BadParameter(f"one of {', '.join(KINDS)}", param_hint="--format")
        if shape == "pdf":
            data_of = papers.pdf(session, number)
        else:
            data_of = KINDS[shape].make(report_of(contents), Unit(one.unit))
    if out is None:
        if sys.stdout.isatty():
            raise typer.BadParameter("name a file with --out", param_hint="--format")
        sys.stdout.buffer.write(data_of)
        return
    out.write_bytes(data_of)
    door.answer({**one.as_json(), "written": str(out)}, f"{number} written to {out}.")


def found_or_refused(session: Session, number: str) -> IssuedReport:
    """An issued report by its number.

    Raises:
        Refused: ``issued_report_unknown``.
    """
    from trust_commissioning.store import papers

    one = papers.issued_as(session, number)
    if one is None:
        raise Refused.because(
            "issued_report_unknown", f"No report was issued as {number}.", "number"
        )
    return one


def _say_what_differs(door: Door, seen: issuing.Preview, paper: issuing.Paper) -> None:
    from trust_commissioning.reports.changes_since import rows_of

    rows = rows_of(seen.changes, paper.reasons)
    missing = [one.key for one in seen.unexplained]
    last = seen.last.number if seen.last else None
    columns = [
        ("key", "Change"),
        ("before", "Last report"),
        ("movement", "Movement"),
        ("now", "This report"),
        ("reason", "Reason"),
    ]
    said = [f"The last one is {last}." if last else "It was not issued before."]
    if rows:
        said += ["", table(columns, rows, right=("before", "movement", "now"))]
    said += [f"A reason is needed for {key}" for key in missing]
    door.answer(
        {"report": paper.report, "last": last, "changes": rows, "need_reasons": missing},
        "\n".join(said),
    )


def _reasons(said: list[str]) -> dict[str, str]:
    found = {}
    for one in said:
        # A change's key ends with a figure's, which holds no equals sign; what is said may.
        key, equals, words = one.partition("=")
        if not equals or not words.strip():
            raise typer.BadParameter(f"“{one}” is not CHANGE=WORDS", param_hint="--reason")
        found[key] = words.strip()
    return found


def _amount(text: str) -> Money:
    try:
        return Money.parse(text)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--tolerance") from error
