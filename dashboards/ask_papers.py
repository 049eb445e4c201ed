"""What the pages ask about papers: what issuing would change, issuing, what was issued."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from sqlalchemy import Engine

from dashboards import ask, long_work
from trust_commissioning import clock, issuing
from trust_commissioning.issuing import Paper, Preview
from trust_commissioning.progress import now
from trust_commissioning.reports import REPORTS, Report, Scope
from trust_commissioning.reports.kept import report_of
from trust_commissioning.reports.papers import KINDS
from trust_commissioning.reports.rounding import Unit
from trust_commissioning.roles import Action
from trust_commissioning.sign_ins import SignedIn
from trust_commissioning.store import papers, reading, transaction
from trust_commissioning.store.papers import IssuedReport
from trust_commissioning.under_way import Asked, Work


@dataclass(frozen=True, slots=True)
class Given:
    """An issued report, as it was given out."""

    about: IssuedReport
    report: Report
    pdf: bytes


PACK = "pack"
"""The making of the board pack, as long work."""
PACK_ENDINGS = ("pdf", "xlsx")


def pack(viewer: SignedIn, scope: Scope) -> Work:
    """The board pack made now, its answer the contents of its files by their endings."""
    asked = partial(
        Asked,
        kind=PACK,
        key=scope,
        page="board",
        title=f"Making the board pack of {scope.period}",
        about=scope,
    )
    return long_work.begin(viewer, asked, Action.READ_REPORTS, partial(_pack, scope), anew=True)


def _pack(scope: Scope, engine: Engine) -> dict[str, bytes]:
    """Both files of one report, so that they cannot differ."""
    now("Reading the figures")
    with reading(engine) as session:
        report = REPORTS["board-pack"](session, scope, clock.now())
    return {ending: KINDS[ending].make(report, Unit.PENCE) for ending in PACK_ENDINGS}


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
