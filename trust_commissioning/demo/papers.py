"""The papers of the demo trust: its pools' quarterly reports and annual returns, as issued."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from ledger.periods import FinancialYear, Period
from trust_commissioning import issuing
from trust_commissioning.issuing import Paper
from trust_commissioning.reports import Scope
from trust_commissioning.reports.comparing import Change
from trust_commissioning.reports.rounding import Unit

POOL_MANAGER = "m.tarrow"
_POOL = "camhs-pool"
_QUARTERS = (3, 6, 9)
_BECAUSE = {
    "Specialist mental health placements": (
        "More young people were placed out of the county than the budget allowed for, and stayed "
        "longer."
    ),
    "Community mental health teams": "Locums covered posts that could not be filled.",
    "Mental health of looked-after children": "Therapy began later in the year than planned.",
    "Running the trust": "The host's charges came as they were invoiced.",
    "No service": "Payments whose service the host has still to say.",
}
_OTHERWISE = "As the host's payments of the quarter and what is promised show."


def month(session: Session, period: Period, *, at: datetime) -> None:
    """At a quarter's end the pool's manager reports to the partners."""
    if period.number in _QUARTERS:
        _issue(session, "quarterly-report", Scope(_POOL, period.year, period.number), at)


def year(session: Session, year: FinancialYear, *, at: datetime) -> None:
    """Once the year is closed its return is made for the auditor."""
    _issue(session, "annual-return", Scope(_POOL, year, 13), at)


def _issue(session: Session, report: str, scope: Scope, at: datetime) -> None:
    asked = Paper(
        report=report,
        scope=scope,
        reference=f"{report} {scope.period}",
        unit=Unit.PENCE,
    )
    seen = issuing.preview(session, asked, at)
    said = {one.key: _because(one) for one in seen.unexplained}
    issuing.issue(session, replace(asked, reasons=said), by=POOL_MANAGER, at=at)


def _because(change: Change) -> str:
    return _BECAUSE.get(change.line, _OTHERWISE)
