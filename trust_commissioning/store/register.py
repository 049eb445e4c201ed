"""The commissioning register read as kernel values."""

from __future__ import annotations

from sqlmodel import Session, select

from contracts.services import DatedWeights, Service, in_order
from trust_commissioning.store.standing import outcome_weights
from trust_commissioning.store.tables import ServiceRow


def services(session: Session) -> dict[str, Service]:
    """The services by code, with the outcomes their spend is for."""
    weights = outcome_weights(session)
    return {
        row.code: Service(
            code=row.code,
            title=row.title,
            description=row.description,
            review_day=row.review_day,
            outcomes=tuple(
                DatedWeights(day, in_order(by_outcome))
                for day, by_outcome in weights.get(row.code, [])
            ),
        )
        for row in session.exec(select(ServiceRow).order_by(ServiceRow.code))
    }
