"""Dated facts of the pool as they are kept: a kernel value as JSON, never changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import func, insert, select
from sqlmodel import Session

from ledger.pool.agreement import (
    Agreement,
    Appointment,
    Direction,
    RolePlaced,
    Termination,
    Variation,
    WindUp,
)
from ledger.pool.noted import Chase, ConnexionsPlan, OfficeHeld, Planned, VatLine
from ledger.pool.vat import Delivery
from ledger.problems import Problem, Refused
from trust_commissioning.clock import as_text
from trust_commissioning.store.tables import PoolFactRow, table_of

_FACT = table_of(PoolFactRow)
AGREEMENT, VARIATION, HOST, MANAGER = "agreement", "variation", "host", "pool_manager"
ROLE, DELIVERY, DIRECTION, TERMINATION = "accounting_role", "delivery", "direction", "termination"
WIND_UP, OFFICE, CONNEXIONS = "wind_up", "office", "connexions_plan"
PROPOSAL, CHASE, CHANGE, VAT_LINE = "proposal", "chase", "contribution_change", "vat_line"

_CONTENTS: Mapping[str, type] = {
    AGREEMENT: Agreement,
    VARIATION: Variation,
    HOST: Appointment,
    MANAGER: Appointment,
    ROLE: RolePlaced,
    DELIVERY: Delivery,
    DIRECTION: Direction,
    TERMINATION: Termination,
    WIND_UP: WindUp,
    OFFICE: OfficeHeld,
    CONNEXIONS: ConnexionsPlan,
    PROPOSAL: Planned,
    CHASE: Chase,
    CHANGE: dict,
    VAT_LINE: VatLine,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One dated fact: what it is of, from which day, what it says, who recorded it."""

    kind: str
    reference: str
    about: str
    fund: str
    day: date
    contents: Any
    recorded_by: str
    recorded_at: str


@cache
def _as_json(kind: str) -> TypeAdapter[Any]:
    return TypeAdapter(_CONTENTS[kind])


def facts(
    session: Session, *kinds: str, about: str = "", fund: str = "", until: date | None = None
) -> Iterator[Fact]:
    """The facts of some kinds, in order of day; of one day in the order they were recorded."""
    query = select(_FACT).where(_FACT.c.kind.in_(kinds))
    if about:
        query = query.where(_FACT.c.about == about)
    if fund:
        query = query.where(_FACT.c.fund == fund)
    if until is not None:
        query = query.where(_FACT.c.day <= until)
    for row in session.execute(query.order_by(_FACT.c.day, _FACT.c.turn, _FACT.c.reference)):
        yield _fact(row)


def fact(session: Session, kind: str, reference: str) -> Fact | None:
    """One fact by its name; None where there is none."""
    row = session.execute(
        select(_FACT).where(_FACT.c.kind == kind, _FACT.c.reference == reference)
    ).first()
    return None if row is None else _fact(row)


def _fact(row: Any) -> Fact:
    return Fact(
        kind=row.kind,
        reference=row.reference,
        about=row.about,
        fund=row.fund or "",
        day=row.day,
        contents=_as_json(row.kind).validate_json(row.contents),
        recorded_by=row.recorded_by,
        recorded_at=row.recorded_at,
    )


def keep(session: Session, wanted: Fact, *, at: datetime) -> bool:
    """Keep a fact; False where it is kept already.

    Raises:
        Refused: ``event_recorded_otherwise`` where another was kept under its name.
    """
    before = fact(session, wanted.kind, wanted.reference)
    if before is not None:
        said = (before.about, before.fund, before.day, before.contents)
        if said != (wanted.about, wanted.fund, wanted.day, wanted.contents):
            raise Refused([otherwise(wanted.kind, wanted.reference)])
        return False
    turn = session.execute(select(func.coalesce(func.max(_FACT.c.turn), 0))).scalar_one()
    session.execute(
        insert(_FACT).values(
            kind=wanted.kind,
            reference=wanted.reference,
            about=wanted.about,
            fund=wanted.fund or None,
            day=wanted.day,
            turn=int(turn) + 1,
            contents=_as_json(wanted.kind).dump_json(wanted.contents).decode(),
            recorded_by=wanted.recorded_by,
            recorded_at=as_text(at),
        )
    )
    return True


def otherwise(kind: str, reference: str) -> Problem:
    """The same name was used for something else."""
    return Problem(
        "event_recorded_otherwise",
        f"The {kind.replace('_', ' ')} “{reference}” was recorded before with other contents; "
        "give this one another reference.",
        "reference",
    )
