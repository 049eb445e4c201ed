"""What the pages ask about papers: what issuing would change, issuing, what was issued."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dashboards import ask
from trust_commissioning import clock, issuing
from trust_commissioning.issuing import Paper, Preview
from trust_commissioning.reports import REPORTS, Report, Scope
from trust_commissioning.reports.kept import report_of
from trust_commissioning.reports.rounding import Unit
from trust_commissioning.sign_ins import SignedIn
from trust_commissioning.store import papers, reading, transaction
from trust_commissioning.store.papers import IssuedReport


@dataclass(frozen=True, slots=True)
class Given:
    """An issued report, as it was given out."""

    about: IssuedReport
    report: Report
    pdf: bytes


def fresh(name: str, scope: Scope) -> Report:
    """A report made now, to be printed.

    Raises:
        Refused: what the report itself refuses.
    """
    with reading(ask.engine()) as session:
        return REPORTS[name](session, scope, clock.now())


def preview(name: str, scope: Scope) -> Preview:
    """What issuing a report would give out, and what differs from the last one.

    Raises:
        Refused: what the report itself refuses.
    """
    with reading(ask.engine()) as session:
        return issuing.preview(session, Paper(report=name, scope=scope, reference=""), clock.now())


def issue(
    viewer: SignedIn, seen: Preview, scope: Scope, reasons: Mapping[str, str], unit: Unit
) -> IssuedReport:
    """Issue what was seen. What the page showed to differ is what it follows.

    Raises:
        Refused: with every problem; nothing was issued.
    """
    follows = seen.last.number if seen.last else ""
    of = (seen.report.report, scope.fund or "", str(scope.period), follows)
    paper = Paper(
        report=seen.report.report,
        scope=scope,
        reference=" ".join(filter(None, of)),
        reasons={key: words.strip() for key, words in reasons.items() if words.strip()},
        follows=follows,
        unit=unit,
    )
    with transaction(ask.engine()) as session:
        return issuing.issue(session, paper, by=viewer.username, at=clock.now())


def issued(fund: str = "") -> list[IssuedReport]:
    """The issued reports, the latest first."""
    with reading(ask.engine()) as session:
        return papers.issued(session, fund=fund)


def issued_on(scope: Scope) -> list[IssuedReport]:
    """The reports issued on a fund, or on all of them, in a year, the latest first."""
    with reading(ask.engine()) as session:
        found = papers.issued(session, fund=scope.fund or "")
    return [one for one in found if (one.fund, one.period.year) == (scope.fund, scope.year)]


def given(number: str) -> Given | None:
    """One of them as it was given out; None where there is none of that number."""
    with reading(ask.engine()) as session:
        about = papers.issued_as(session, number)
        if about is None:
            return None
        report = report_of(papers.contents(session, number))
        return Given(about, report, papers.pdf(session, number))
