"""Events of monitoring: cycles, checks, concerns, standards, reviews, actions, inspections."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session

from trust_commissioning import monitoring
from trust_commissioning.files.identifiability import questions_in_event
from trust_commissioning.monitoring.asked import (
    ActionAsked,
    ActionDoneAsked,
    CheckAsked,
    ConcernAsked,
    CycleAsked,
    DecisionAsked,
    FindingAsked,
    FollowedAsked,
    MonitoringRuleAsked,
    ReviewAsked,
    StandardAsked,
    StandardMetAsked,
)
from trust_commissioning.recording.event import BusinessEvent


def _tell(session: Session, asked: Any, by: str, at: datetime) -> Mapping[str, object]:
    new = monitoring.tell(session, asked.read(), by=by, at=at)
    questions = questions_in_event(asked.model_dump(), day=asked.day)
    return {
        "reference": asked.reference,
        "recorded": new,
        "questions": [one.as_json() for one in questions],
    }


EVENTS = (
    BusinessEvent("monitoring-rule", "How often contracts are checked", MonitoringRuleAsked, _tell),
    BusinessEvent("monitoring-cycle", "How a contract is monitored", CycleAsked, _tell),
    BusinessEvent("check", "A contract checked", CheckAsked, _tell),
    BusinessEvent("concern", "A concern noted", ConcernAsked, _tell),
    BusinessEvent("concern-step", "A concern followed or closed", FollowedAsked, _tell),
    BusinessEvent("practice-standard", "A practice standard agreed", StandardAsked, _tell),
    BusinessEvent("standard-met", "How far a standard is met", StandardMetAsked, _tell),
    BusinessEvent("review", "A contract reviewed", ReviewAsked, _tell),
    BusinessEvent("review-decision", "A review decided", DecisionAsked, _tell),
    BusinessEvent("action", "An action agreed", ActionAsked, _tell),
    BusinessEvent("action-done", "An action done or dropped", ActionDoneAsked, _tell),
    BusinessEvent("inspection-finding", "What an inspection found", FindingAsked, _tell),
)
