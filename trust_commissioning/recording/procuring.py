"""Events of procurements: planned, tendered, bid for, scored, evaluated, awarded."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session

from trust_commissioning import procuring
from trust_commissioning.files.identifiability import questions_in_event
from trust_commissioning.procuring.asked import (
    AbandonmentAsked,
    AwardAsked,
    BidAsked,
    BidScoreAsked,
    EvaluationAsked,
    InterestAsked,
    LinkAsked,
    ProcurementAsked,
    TenderAsked,
    WaiverAsked,
)
from trust_commissioning.recording.event import BusinessEvent


def _plan(session: Session, asked: ProcurementAsked, by: str, at: datetime) -> Mapping[str, object]:
    plan = asked.read()
    new = procuring.plan(session, asked.reference, plan, day=asked.day, by=by, at=at)
    return {
        "procurement": asked.reference,
        "estimated": plan.estimated.plain,
        "recorded": new,
        "questions": _questions(asked),
    }


def _tell(session: Session, asked: Any, by: str, at: datetime) -> Mapping[str, object]:
    state = procuring.tell(
        session,
        asked.procurement,
        asked.read(),
        reference=asked.reference,
        day=asked.day,
        by=by,
        at=at,
    )
    return {
        "procurement": asked.procurement,
        "state": state.value,
        "questions": _questions(asked),
    }


def _questions(asked: Any) -> list[dict[str, object]]:
    return [one.as_json() for one in questions_in_event(asked.model_dump(), day=asked.day)]


EVENTS = (
    BusinessEvent("procurement", "A procurement planned", ProcurementAsked, _plan),
    BusinessEvent("tender", "Bids asked for", TenderAsked, _tell),
    BusinessEvent("bid", "A bid for a lot", BidAsked, _tell),
    BusinessEvent("interest", "An interest, or none, declared", InterestAsked, _tell),
    BusinessEvent("bid-score", "A bid scored by an assessor", BidScoreAsked, _tell),
    BusinessEvent("evaluation", "The bids evaluated", EvaluationAsked, _tell),
    BusinessEvent("waiver", "Let go without competition", WaiverAsked, _tell),
    BusinessEvent("award", "A lot awarded", AwardAsked, _tell),
    BusinessEvent("award-contract", "The contract an award led to", LinkAsked, _tell),
    BusinessEvent("procurement-end", "A procurement abandoned", AbandonmentAsked, _tell),
)
