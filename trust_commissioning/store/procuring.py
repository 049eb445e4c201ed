"""Procurements read as kernel values: the plan, bids, scores, interests, decisions, in order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Row, select
from sqlmodel import Session

from contracts.lifecycle import ProcurementState
from contracts.procurement import (
    Abandonment,
    Award,
    Bid,
    BidScore,
    Contents,
    Evaluation,
    Happened,
    Interest,
    Link,
    Plan,
    Procurement,
    Tender,
    Waiver,
)
from trust_commissioning.store.tables import ProcurementEventRow, ProcurementRow, table_of

PROCUREMENT, EVENT = table_of(ProcurementRow), table_of(ProcurementEventRow)

KINDS: Mapping[str, type[Contents]] = {
    "plan": Plan,
    "tender": Tender,
    "bid": Bid,
    "score": BidScore,
    "evaluation": Evaluation,
    "interest": Interest,
    "waiver": Waiver,
    "award": Award,
    "link": Link,
    "abandonment": Abandonment,
}
"""Each kind of event by the word it is kept under."""

_WORDS = {kind: word for word, kind in KINDS.items()}


def kind_of(contents: Contents) -> str:
    """The word an event is kept under."""
    return _WORDS[type(contents)]


@cache
def _as_json(kind: str) -> TypeAdapter[Any]:
    return TypeAdapter(KINDS[kind])


def written(contents: Contents) -> str:
    """The JSON an event is kept as."""
    return _as_json(kind_of(contents)).dump_json(contents).decode()


def procurement(session: Session, reference: str) -> Procurement | None:
    """One procurement with all that happened to it; None where there is none."""
    return next(iter(procurements(session, [reference])), None)


def procurements(session: Session, references: Iterable[str] | None = None) -> list[Procurement]:
    """The procurements of some references, or all, in order of the day they were planned."""
    query = select(PROCUREMENT.c.reference, PROCUREMENT.c.state).order_by(
        PROCUREMENT.c.planned, PROCUREMENT.c.reference
    )
    events = select(EVENT).order_by(EVENT.c.procurement, EVENT.c.turn)
    if references is not None:
        wanted = list(references)
        query = query.where(PROCUREMENT.c.reference.in_(wanted))
        events = events.where(EVENT.c.procurement.in_(wanted))
    happened: dict[str, list[Happened]] = {}
    for row in session.execute(events):
        happened.setdefault(row.procurement, []).append(_happened(row))
    return [
        Procurement(
            reference=row.reference,
            state=ProcurementState(row.state),
            happened=tuple(happened[row.reference]),
        )
        for row in session.execute(query)
    ]


def event_named(session: Session, reference: str) -> tuple[str, Happened] | None:
    """The event of a reference with its procurement; None where there is none."""
    row = session.execute(select(EVENT).where(EVENT.c.reference == reference)).first()
    return None if row is None else (row.procurement, _happened(row))


def _happened(row: Row[Any]) -> Happened:
    return Happened(
        reference=row.reference,
        day=row.day,
        by=row.recorded_by,
        contents=_as_json(row.kind).validate_json(row.contents),
    )
