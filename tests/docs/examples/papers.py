"""Examples of what stops a report being made or issued."""

from __future__ import annotations

from dataclasses import replace

from sqlmodel import Session

from tests.docs.examples.kept import Run, example, in_small_trust
from tests.support.papered import ADMIN, fill_the_pool, late_payment
from tests.support.trusts import AT, YEAR
from trust_commissioning import issuing
from trust_commissioning.cli.issuing import found_or_refused
from trust_commissioning.issuing import Paper
from trust_commissioning.reports import Scope, quarterly_report

_THIRD = Paper(report="quarterly-report", scope=Scope("camhs", YEAR, 9), reference="Third quarter")
_SECOND = replace(_THIRD, scope=Scope("camhs", YEAR, 6), reference="Second quarter")


def _issued(*wanted: Paper, late: bool = False) -> Run:
    """What the last of several papers is told; a late payment may come before it."""

    def work(session: Session) -> object:
        fill_the_pool(session)
        *before, last = wanted
        for paper in before:
            issuing.issue(session, paper, by=ADMIN, at=AT)
        if late:
            late_payment(session)
        return issuing.issue(session, last, by=ADMIN, at=AT)

    return in_small_trust(work)


_AGAIN = replace(_THIRD, reference="Third quarter, again")

example(
    "report_unknown",
    "Changes are asked of a report there is not.",
    _issued(replace(_THIRD, report="half-yearly-report")),
)
example(
    "report_not_for_issue",
    "The audit trail is to be issued.",
    _issued(replace(_THIRD, report="audit-trail")),
)
example(
    "report_of_no_fund",
    "The procurements are to be issued as a paper of one fund.",
    _issued(replace(_THIRD, report="procurements")),
)
example(
    "paper_needs_a_fund",
    "A quarterly report is asked of all funds together.",
    in_small_trust(lambda s: quarterly_report(s, Scope(None, YEAR, 9), AT)),
)
example(
    "report_issued_before",
    "A quarterly report is issued again after a late payment.",
    _issued(_THIRD, _AGAIN, late=True),
)
example(
    "report_not_changed",
    "A quarterly report is issued twice and nothing happened in between.",
    _issued(_THIRD, replace(_AGAIN, follows="I-0001")),
)
example(
    "issue_follows_another",
    "A report is said to follow one that was never issued.",
    _issued(replace(_THIRD, follows="I-0007")),
)
example(
    "change_without_reason",
    "The forecast moved between two quarters and nobody said why.",
    _issued(_SECOND, _THIRD),
)
example(
    "reason_for_no_change",
    "A reason is given for a line that stands as it did.",
    _issued(replace(_THIRD, reasons={"quarterly-report/Fostering/budget": "A late bill"})),
)
example(
    "issue_reference_reused",
    "The reference of one quarter is used for the next.",
    _issued(_SECOND, replace(_THIRD, reference="Second quarter")),
)
example(
    "issued_report_unknown",
    "A report is asked for by a number that was not given.",
    in_small_trust(lambda s: found_or_refused(s, "I-0042")),
)
