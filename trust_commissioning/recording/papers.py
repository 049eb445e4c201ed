"""Events of reports that are issued."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from pydantic import Field
from sqlmodel import Session

from trust_commissioning.fields import Amount, Asked, Code, PeriodName, Printable, ShortText, Text
from trust_commissioning.issuing import TOLERANCE, Paper, issue
from trust_commissioning.recording.event import BusinessEvent
from trust_commissioning.reports.rounding import Unit
from trust_commissioning.reports.shape import Scope


class Issue(Asked):
    """A report given out, and kept as it was."""

    report: ShortText = Field(min_length=1, description="Its public name, as quarterly-report")
    reference: ShortText = Field(min_length=1, description="Sent again, it is the same report")
    to: PeriodName = Field(description="Up to and with this period")
    fund: Code | None = Field(default=None, description="One fund; all of them without")
    partner: Code | None = None
    grant: Code | None = None
    follows: ShortText = Field(
        default="", description="The number of the last one, where it is issued again for a period"
    )
    reasons: dict[Printable, Text] = Field(
        default={}, description="Why figures changed, by the key of the change"
    )
    tolerance: Amount = Field(default=TOLERANCE, description="A change up to this needs no reason")
    unit: Unit = Unit.PENCE


def _issue(session: Session, asked: Issue, by: str, at: datetime) -> Mapping[str, object]:
    paper = Paper(
        report=asked.report,
        scope=Scope(asked.fund, asked.to.year, asked.to.number, asked.partner, asked.grant),
        reference=asked.reference,
        reasons=asked.reasons,
        follows=asked.follows,
        tolerance=asked.tolerance,
        unit=asked.unit,
    )
    return issue(session, paper, by=by, at=at).as_json()


EVENTS = (BusinessEvent("issue", "A report issued", Issue, _issue),)
