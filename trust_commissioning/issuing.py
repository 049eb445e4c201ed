"""Issuing a report: it is kept for ever as it was given out, with the books' head it came from.

A paper that a partner has in hand must be there in the record word for word. Issuing again shows
what differs before it does: a figure of the whole year that moved by more than the tolerance needs
a reason, and a report issued again for the same period must name the one it follows.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import Session

from ledger.money import Money
from ledger.problems import Problem, Refused
from ledger.wording import counted
from trust_commissioning import roles
from trust_commissioning.clock import as_text
from trust_commissioning.posting import lock_head
from trust_commissioning.reports import action_of
from trust_commissioning.reports.changes_since import (
    COLUMNS,
    largest,
    last_of,
    made,
    rows_of,
    since,
)
from trust_commissioning.reports.comparing import CHANGES, Change
from trust_commissioning.reports.pdf import as_pdf
from trust_commissioning.reports.rounding import Unit
from trust_commissioning.reports.shape import Part, Report, Scope
from trust_commissioning.store import audit, papers
from trust_commissioning.store.engine import unchanging
from trust_commissioning.store.papers import IssuedReport
from trust_commissioning.store.tables import IssuedReportRow, table_of

_ISSUED = table_of(IssuedReportRow)
TOLERANCE = Money(100_000)
"""£1,000.00: a change up to this needs no reason, unless the person who issues says otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """What is to be issued. `reasons` are by the key of the change; `follows` names the last one."""

    report: str
    scope: Scope
    reference: str
    reasons: Mapping[str, str] = field(default_factory=dict)
    follows: str = ""
    tolerance: Money = TOLERANCE
    unit: Unit = Unit.PENCE

    @property
    def asked(self) -> str:
        """All that was asked, by which the same request is known."""
        return json.dumps(
            {
                "report": self.report,
                "fund": self.scope.fund,
                "to": str(self.scope.period),
                "partner": self.scope.partner,
                "grant": self.scope.grant,
                "reasons": dict(self.reasons),
                "follows": self.follows,
                "tolerance": self.tolerance.plain,
                "unit": self.unit.value,
            },
            sort_keys=True,
            ensure_ascii=False,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What issuing would give out: the report, the one before it, what differs, what must be said."""

    report: Report
    last: IssuedReport | None
    changes: list[Change]
    unexplained: list[Change]


def preview(session: Session, paper: Paper, at: datetime) -> Preview:
    """The report as it would be issued now; nothing is written.

    Raises:
        Refused: ``report_unknown``, ``report_not_for_issue``, ``report_of_no_fund``, or what the
            report itself refuses.
    """
    if action_of(paper.report) is not roles.Action.READ_REPORTS:
        raise Refused.because(
            "report_not_for_issue",
            f"The report {paper.report} is not for everybody who reads what was issued.",
            "report",
        )
    report = made(session, paper.report, paper.scope, at)
    if report.fund != paper.scope.fund:
        # What is issued of a fund is read by its parties, who may see no other.
        raise Refused.because(
            "report_of_no_fund",
            f"The report {paper.report} tells of the whole trust, whatever fund is asked of it; "
            "issue it of no fund.",
            "fund",
        )
    last = last_of(session, paper.report, paper.scope)
    found = since(session, last, report) if last else []
    unexplained = [
        one for one in largest(found, paper.tolerance) if not paper.reasons.get(one.key, "").strip()
    ]
    if last and found:
        part = Part(
            key=CHANGES,
            title="Changes since the last issued report",
            words=(_of_changes(last, paper.tolerance),),
            columns=COLUMNS,
            rows=tuple(rows_of(found, paper.reasons)),
        )
        report = report.model_copy(update={"parts": (*report.parts, part)})
    return Preview(report=report, last=last, changes=found, unexplained=unexplained)


def _of_changes(last: IssuedReport, tolerance: Money) -> str:
    return (
        f"Since {last.number}, issued for {last.period}. A figure of the whole year that moved by "
        f"more than {tolerance} has a reason."
    )


def issue(session: Session, paper: Paper, *, by: str, at: datetime) -> IssuedReport:
    """Give a report out, and keep it. Asked again under the same reference, it is the same one.

    Raises:
        Refused: with every problem; nothing is kept.
    """
    roles.check(session, by, roles.Action.ISSUE_REPORT)
    lock_head(session)
    before = _already(session, paper)
    if before is not None:
        return before
    with unchanging(session):
        seen = preview(session, paper, at)
    problems = [*_problems_of_following(paper, seen), *_problems_of_reasons(paper, seen)]
    if problems:
        raise Refused(problems)
    turn = int(session.execute(select(func.max(_ISSUED.c.turn))).scalar() or 0) + 1
    number = f"I-{turn:04d}"
    contents = json.dumps(seen.report.as_json(), ensure_ascii=False)
    pdf = as_pdf(seen.report, paper.unit)
    session.add(
        IssuedReportRow(
            number=number,
            turn=turn,
            reference=paper.reference,
            report=paper.report,
            title=seen.report.title,
            fund=paper.scope.fund,
            year=str(paper.scope.year),
            period=paper.scope.to,
            partner=paper.scope.partner,
            of_grant=paper.scope.grant,
            unit=paper.unit.value,
            follows=seen.last.number if seen.last else None,
            tolerance_pence=paper.tolerance.pence,
            reasons=json.dumps(dict(paper.reasons), ensure_ascii=False),
            asked=paper.asked,
            contents=contents,
            contents_sha256=hashlib.sha256(contents.encode()).hexdigest(),
            pdf=base64.b64encode(pdf).decode(),
            pdf_sha256=hashlib.sha256(pdf).hexdigest(),
            books_head=seen.report.books_head,
            issued_by=by,
            issued_at=as_text(at),
        )
    )
    session.flush()
    kept = papers.issued_as(session, number)
    assert kept is not None
    audit.record(
        session,
        by=by,
        at=at,
        action="issue",
        object_kind="report",
        object_key=number,
        after={"report": paper.report, "contents_sha256": kept.contents_sha256},
    )
    return kept


def _already(session: Session, paper: Paper) -> IssuedReport | None:
    row = session.execute(
        select(_ISSUED.c.number, _ISSUED.c.asked).where(_ISSUED.c.reference == paper.reference)
    ).first()
    if row is None:
        return None
    if row.asked != paper.asked:
        raise Refused.because(
            "issue_reference_reused",
            f"The reference “{paper.reference}” was used for {row.number}, which was another report.",
            "reference",
        )
    return papers.issued_as(session, row.number)


def _problems_of_following(paper: Paper, seen: Preview) -> list[Problem]:
    last = seen.last
    if paper.follows and (last is None or paper.follows != last.number):
        words = f"No {paper.report} of this fund and year was issued before, so none is followed"
        if last:
            words = f"What it follows is {last.number}, issued for {last.period}"
        said = f"{words}, not {paper.follows}."
        return [Problem("issue_follows_another", said, "follows")]
    if last is None or last.period != paper.scope.period:
        return []
    if not seen.changes:
        return [
            Problem(
                "report_not_changed",
                f"No figure differs from {last.number}, which was issued for {last.period}.",
                "report",
            )
        ]
    if paper.follows:
        return []
    return [
        Problem(
            "report_issued_before",
            f"{last.number} was issued for {last.period}, and since then "
            f"{counted(len(seen.changes), 'figure differs', 'figures differ')}: "
            f"{_listed(seen.changes)}. To issue it again, say that it follows {last.number}.",
            "follows",
        )
    ]


def _problems_of_reasons(paper: Paper, seen: Preview) -> list[Problem]:
    known = {one.key for one in seen.changes}
    missing = [
        Problem(
            "change_without_reason",
            f"{_said(one)}: more than {paper.tolerance}. Say why, under “{one.key}”.",
            f"reasons.{one.key}",
        )
        for one in seen.unexplained
    ]
    strange = [
        Problem(
            "reason_for_no_change",
            f"Nothing named “{key}” has changed since the last report.",
            f"reasons.{key}",
        )
        for key in sorted(set(paper.reasons) - known)
    ]
    return missing + strange


def _listed(found: list[Change]) -> str:
    said = [_said(one) for one in found[:5]]
    more = len(found) - len(said)
    return "; ".join([*said, *([f"and {counted(more, 'more', 'more')}"] if more else [])])


def _said(one: Change) -> str:
    where = ", ".join(filter(None, (one.table, one.line)))
    return f"{where}: {one.figure} from {one.before} to {one.now}"
