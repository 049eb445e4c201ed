"""Measures read from the record as values: indicators, their mapping, targets, observations."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from contracts.figures import Figure
from contracts.indicators import Direction, Indicator, Mapped, MeasureKind, Observation
from contracts.targets import OutcomeTarget, Path, Point
from ledger.outcomes import Outcome
from trust_commissioning.national_indicators import national_indicators
from trust_commissioning.store.tables import (
    IndicatorMappingRow,
    IndicatorRow,
    ObservationRow,
    OutcomeTargetRow,
    table_of,
)

INDICATOR, MAPPING = table_of(IndicatorRow), table_of(IndicatorMappingRow)
TARGET, OBSERVATION = table_of(OutcomeTargetRow), table_of(ObservationRow)


def own_indicators(session: Session) -> dict[str, Indicator]:
    """The trust's own indicators by code, in order of code."""
    rows = session.execute(select(INDICATOR).order_by(INDICATOR.c.code))
    return {row.code: indicator_of(row) for row in rows}


def indicators(session: Session) -> dict[str, Indicator]:
    """Every indicator by code: those that are shipped, then the trust's own."""
    shipped = {code: one.indicator for code, one in national_indicators().items()}
    return shipped | own_indicators(session)


def mappings(session: Session, indicator: str = "") -> list[Mapped]:
    """What indicators were mapped to, in the order it was recorded."""
    query = select(MAPPING).order_by(MAPPING.c.indicator, MAPPING.c.turn)
    if indicator:
        query = query.where(MAPPING.c.indicator == indicator)
    return [
        Mapped(
            reference=row.reference,
            indicator=row.indicator,
            starts=row.starts,
            outcomes=tuple(Outcome(key) for key in row.outcomes.split()),
            reason=row.reason,
            by=row.recorded_by,
            at=row.recorded_at,
        )
        for row in session.execute(query)
    ]


def targets(session: Session, *, by: str = "") -> dict[str, OutcomeTarget]:
    """The outcome targets by code, as they were last agreed; by an instant, where one is given."""
    return {code: versions[-1] for code, versions in target_versions(session, by=by).items()}


def target_versions(session: Session, *, by: str = "") -> dict[str, list[OutcomeTarget]]:
    """Every target by code, as it was agreed each time, the oldest first; by an instant, if given."""
    found: dict[str, list[OutcomeTarget]] = {}
    query = select(TARGET).order_by(TARGET.c.code, TARGET.c.version)
    if by:
        query = query.where(TARGET.c.recorded_at <= by)
    for row in session.execute(query):
        found.setdefault(row.code, []).append(_target(row))
    return found


@dataclass(frozen=True, slots=True)
class Agreed:
    """A target agreed otherwise than before: what it was, what it became, by whom and when."""

    before: OutcomeTarget
    after: OutcomeTarget
    by: str
    at: str


def agreed_otherwise(session: Session, *, by: str = "") -> list[Agreed]:
    """Each time a target was agreed otherwise, in order; by an instant, where one is given."""
    found: list[Agreed] = []
    before: OutcomeTarget | None = None
    for row in session.execute(select(TARGET).order_by(TARGET.c.code, TARGET.c.version)):
        now = _target(row)
        if before is not None and before.code == now.code and (not by or row.recorded_at <= by):
            found.append(Agreed(before, now, row.recorded_by, row.recorded_at))
        before = now
    return sorted(found, key=lambda one: (one.at, one.after.code))


def observations(session: Session, indicator: str = "", *, by: str = "") -> list[Observation]:
    """What was observed, of one indicator or of all, in the order it was recorded; recorded by an
    instant, where one is given."""
    query = select(OBSERVATION).order_by(OBSERVATION.c.turn)
    if by:
        query = query.where(OBSERVATION.c.recorded_at <= by)
    if indicator:
        query = query.where(OBSERVATION.c.indicator == indicator)
    return [_observation(row) for row in session.execute(query)]


def observation(session: Session, reference: str) -> Observation | None:
    """One observation by its name; None where there is none."""
    row = session.execute(select(OBSERVATION).where(OBSERVATION.c.reference == reference)).first()
    return None if row is None else _observation(row)


def indicator_of(row: Any) -> Indicator:
    """A row of the trust's own indicators as a value."""
    return Indicator(
        code=row.code,
        name=row.name,
        outcome=Outcome(row.outcome) if row.outcome else None,
        aim=row.aim,
        kind=MeasureKind(row.kind),
        unit=row.unit,
        qualifier=row.qualifier,
        direction=Direction(row.direction),
        geography=row.geography,
        counts=row.counts,
        document=row.document,
        reference=row.reference,
        note=row.note,
    )


def indicator_values(indicator: Indicator) -> dict[str, Any]:
    """An indicator as a row keeps it."""
    return {
        "code": indicator.code,
        "name": indicator.name,
        "outcome": indicator.outcome.value if indicator.outcome else None,
        "aim": indicator.aim,
        "kind": indicator.kind.value,
        "unit": indicator.unit,
        "qualifier": indicator.qualifier,
        "direction": indicator.direction.value,
        "geography": indicator.geography,
        "counts": indicator.counts,
        "document": indicator.document,
        "reference": indicator.reference,
        "note": indicator.note,
    }


def target_values(target: OutcomeTarget) -> dict[str, Any]:
    """A target as a row keeps it."""
    points = [{"day": one.day.isoformat(), "figure": one.figure.printed} for one in target.points]
    return {
        "code": target.code,
        "indicator": target.indicator,
        "area": target.area,
        "group_name": target.group,
        "baseline_day": target.baseline.day,
        "baseline": target.baseline.figure.printed,
        "points": json.dumps(points),
        "path": target.path.value,
        "owner": target.owner,
        "services": " ".join(target.services),
        "reason": target.reason,
    }


def observation_values(one: Observation) -> dict[str, Any]:
    """An observation as a row keeps it."""
    return {
        "reference": one.reference,
        "indicator": one.indicator,
        "area": one.area,
        "group_name": one.group,
        "day": one.day,
        "period": one.period,
        "figure": one.figure.printed,
        "qualifier": one.qualifier,
        "counted": one.counted,
        "out_of": one.out_of,
        "source": one.source,
        "revises": one.revises or None,
        "reason": one.reason,
    }


def _target(row: Any) -> OutcomeTarget:
    return OutcomeTarget(
        code=row.code,
        indicator=row.indicator,
        area=row.area,
        group=row.group_name,
        baseline=Point(row.baseline_day, Figure.parse(row.baseline)),
        points=tuple(_point(one) for one in json.loads(row.points)),
        path=Path(row.path),
        owner=row.owner,
        services=tuple(row.services.split()),
        reason=row.reason,
    )


def _point(held: Mapping[str, str]) -> Point:
    return Point(date.fromisoformat(held["day"]), Figure.parse(held["figure"]))


def _observation(row: Any) -> Observation:
    return Observation(
        reference=row.reference,
        indicator=row.indicator,
        area=row.area,
        group=row.group_name,
        day=row.day,
        period=row.period,
        figure=Figure.parse(row.figure),
        qualifier=row.qualifier,
        counted=row.counted,
        out_of=row.out_of,
        source=row.source,
        revises=row.revises or "",
        reason=row.reason,
        by=row.recorded_by,
        at=row.recorded_at,
    )
