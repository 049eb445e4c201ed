"""Events of measures for children: indicators, mappings, outcome targets, observations."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session

from trust_commissioning import targeting
from trust_commissioning.recording.event import BusinessEvent
from trust_commissioning.targeting import Kept
from trust_commissioning.targeting.asked import (
    IndicatorAsked,
    MappingAsked,
    ObservationAsked,
    TargetAsked,
)


def _answer(what: str, name: str, kept: Kept) -> Mapping[str, object]:
    return {
        what: name,
        "did": kept.did,
        "questions": [one.as_json() for one in kept.questions],
    }


def _indicator(
    session: Session, asked: IndicatorAsked, by: str, at: datetime
) -> Mapping[str, object]:
    kept = targeting.keep_indicator(session, asked.read(), by=by, at=at)
    return _answer("indicator", asked.code, kept)


def _map(session: Session, asked: MappingAsked, by: str, at: datetime) -> Mapping[str, object]:
    kept = targeting.map_indicator(session, asked.read(), by=by, at=at)
    return _answer("mapping", asked.reference, kept)


def _target(session: Session, asked: TargetAsked, by: str, at: datetime) -> Mapping[str, object]:
    return _answer("target", asked.code, targeting.set_target(session, asked.read(), by=by, at=at))


def _observe(
    session: Session, asked: ObservationAsked, by: str, at: datetime
) -> Mapping[str, object]:
    kept = targeting.observe(session, asked.read(), by=by, at=at)
    return _answer("observation", asked.reference, kept)


EVENTS: tuple[BusinessEvent, ...] = (
    BusinessEvent("indicator", "A measure of the trust's own", IndicatorAsked, _indicator),
    BusinessEvent("indicator-mapping", "Outcomes an indicator stands under", MappingAsked, _map),
    BusinessEvent("outcome-target", "What a measure is to come to", TargetAsked, _target),
    BusinessEvent("observation", "What a measure came to", ObservationAsked, _observe),
)
