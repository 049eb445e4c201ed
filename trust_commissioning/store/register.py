"""The commissioning register read as kernel values."""

from __future__ import annotations

from datetime import date

from sqlmodel import Session, select

from contracts.services import DatedWeights, Service, in_order
from ledger.outcomes import Outcome
from trust_commissioning.store.tables import ServiceOutcomeRow, ServiceRow


def services(session: Session) -> dict[str, Service]:
    """The services by code, with the outcomes their spend is for."""
    weights: dict[str, dict[date, dict[Outcome, int]]] = {}
    for row in session.exec(select(ServiceOutcomeRow)):
        by_day = weights.setdefault(row.service, {})
        by_day.setdefault(row.starts, {})[Outcome(row.outcome)] = row.weight
    return {
        row.code: Service(
            code=row.code,
            title=row.title,
            description=row.description,
            review_day=row.review_day,
            outcomes=tuple(
                DatedWeights(day, in_order(by_outcome))
                for day, by_outcome in sorted(weights.get(row.code, {}).items())
            ),
        )
        for row in session.exec(select(ServiceRow).order_by(ServiceRow.code))
    }
