"""Reports: the names there are, one as JSON, one as a file to print or to work on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from sqlmodel import Session

from ledger.periods import FinancialYear
from ledger.problems import Refused
from trust_commissioning import clock
from trust_commissioning.api.asking import Person, Record, check
from trust_commissioning.api.problems import Absent
from trust_commissioning.reports import REPORTS, Report, Scope, action_of, default_scope
from trust_commissioning.reports.kept import report_of
from trust_commissioning.reports.papers import KINDS
from trust_commissioning.reports.rounding import Unit
from trust_commissioning.roles import Action
from trust_commissioning.store import papers, reading
from trust_commissioning.store.papers import IssuedReport

routes = APIRouter(prefix="/reports", tags=["reports"])

_Year = Annotated[str, Query(description="A financial year; the latest with figures without it.")]
_To = Annotated[int, Query(ge=1, le=13, description="Up to and with this period of the year.")]
_ABSENT = {"fund_unknown", "year_not_opened", "report_unknown"}

Ending = StrEnum("Ending", {ending.upper(): ending for ending in KINDS})  # type: ignore[misc]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a report is asked of."""

    fund: str = ""
    year: _Year = ""
    to: _To = 13
    partner: str = ""
    grant: str = ""
    of: Annotated[str, Query(description="For changes-since: of which report.")] = ""

    def scope(self, session: Session) -> Scope:
        """The scope that was asked for; the latest year with figures where none was named."""
        latest = default_scope(session) if not self.year else None
        if self.year:
            try:
                year = FinancialYear.parse(self.year)
            except ValueError as error:
                raise Absent(str(error)) from error
        elif latest is not None:
            year = latest.year
        else:
            raise Absent("Nothing has been posted yet, so there is no latest year; name a year.")
        return Scope(
            self.fund or None,
            year,
            self.to,
            self.partner or None,
            self.grant or None,
            self.of or None,
        )


Question = Annotated[Asked, Depends(Asked)]


@routes.get("")
def reports(record: Record, person: Person) -> dict[str, object]:
    """The names of the reports there are."""
    with reading(record) as session:
        check(session, person, Action.READ_REPORTS)
    return {"reports": list(REPORTS)}


@routes.get("/{name}.{ending}", response_class=Response, responses={200: {"content": {}}})
def report_file(
    name: str,
    ending: Ending,
    record: Record,
    person: Person,
    asked: Question,
    unit: Unit = Unit.PENCE,
) -> Response:
    """One report as a file: PDF, XLSX, CSV, HTML or JSON."""
    made = _made(name, record, person, asked)
    return file_of(made, ending, unit, f"{made.report}-{made.year}-{made.to[-3:]}")


@routes.get("/{name}")
def report(name: str, record: Record, person: Person, asked: Question) -> dict[str, object]:
    """One report, the same figures as on every screen."""
    return _made(name, record, person, asked).as_json()


def file_of(made: Report, ending: str, unit: Unit, name: str) -> Response:
    """A report as a file that a browser saves under a name."""
    return _download(KINDS[ending].make(made, unit), ending, name)


def _download(data: bytes, ending: str, name: str) -> Response:
    return Response(
        data,
        media_type=KINDS[ending].media_type,
        headers={
            "Content-Disposition": f'attachment; filename="{name}.{ending}"',
            "Cache-Control": "no-store",
        },
    )


issued_routes = APIRouter(prefix="/issued", tags=["reports"])


@issued_routes.get("")
def all_issued(
    record: Record, person: Person, fund: str = "", report: str = ""
) -> dict[str, object]:
    """The reports that were issued, the latest first."""
    with reading(record) as session:
        check(session, person, Action.READ_REPORTS)
        found = papers.issued(session, fund=fund, report=report)
    return {"issued": [one.as_json() for one in found]}


@issued_routes.get("/{number}.{ending}", response_class=Response, responses={200: {"content": {}}})
def issued_file(number: str, ending: Ending, record: Record, person: Person) -> Response:
    """An issued report as a file; the PDF is the one that was given out, byte for byte."""
    with reading(record) as session:
        check(session, person, Action.READ_REPORTS)
        one = _issued(session, number)
        if ending == "pdf":
            return _download(papers.pdf(session, number), "pdf", number)
        made = report_of(papers.contents(session, number))
    return file_of(made, ending, Unit(one.unit), number)


@issued_routes.get("/{number}")
def one_issued(number: str, record: Record, person: Person) -> dict[str, object]:
    """An issued report with its contents, as it was issued."""
    with reading(record) as session:
        check(session, person, Action.READ_REPORTS)
        one = _issued(session, number)
        return {**one.as_json(), "contents": papers.contents(session, number)}


def _issued(session: Session, number: str) -> IssuedReport:
    found = papers.issued_as(session, number)
    if found is None:
        raise Absent(f"No report was issued as {number}.")
    return found


def _made(name: str, record: Record, person: Person, asked: Asked) -> Report:
    if name not in REPORTS:
        raise Absent(f"There is no report “{name}”; there are {', '.join(REPORTS)}.")
    with reading(record) as session:
        check(session, person, action_of(name))
        try:
            return REPORTS[name](session, asked.scope(session), clock.now())
        except Refused as refused:
            if set(refused.codes) <= _ABSENT:
                raise Absent(str(refused)) from refused
            raise
