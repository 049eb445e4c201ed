"""Grants read from the record as kernel values: programmes, allocations, lives, plans."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from ledger.grant.allocation import Allocation, GrantYear
from ledger.grant.conditions import Condition, Purpose, RingFence, SpendKind
from ledger.grant.life import GrantEvent, Life, Step, begin, lived
from ledger.grant.plan import ActionState, Plan, PlanAction, PlanObjective, Progress
from ledger.grant.programme import Programme, Unspent
from ledger.money import Money
from ledger.periods import FinancialYear
from trust_commissioning.store.engine import once
from trust_commissioning.store.tables import (
    GrantAllocationRow,
    GrantEventRow,
    GrantProgrammeRow,
    GrantYearRow,
    MapPlanRow,
    MapProgressRow,
    table_of,
)

PROGRAMME, ALLOCATION = table_of(GrantProgrammeRow), table_of(GrantAllocationRow)
YEAR, EVENT = table_of(GrantYearRow), table_of(GrantEventRow)
PLAN, PROGRESS = table_of(MapPlanRow), table_of(MapProgressRow)
FOLLOWED_BY = "followed_by"
"""The key in an event's contents of the journal of what it changed of later events."""
QUARTERS = "quarters"
"""The key in a revision's contents of what is expected in each quarter of the year."""


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event with what else was said of it, and the journal it made, if it made one.

    `followed_by` is the journal of what it changed of later events, where it was recorded after
    them.
    """

    event: GrantEvent
    said: Mapping[str, Any]
    journal: str
    followed_by: str
    recorded_by: str
    recorded_at: str


def programmes(session: Session) -> dict[str, Programme]:
    """The grants by code, in order of code."""
    rows = session.execute(select(PROGRAMME).order_by(PROGRAMME.c.code))
    return {row.code: programme_of(row) for row in rows}


def allocations(session: Session) -> dict[str, Allocation]:
    """Every allocation by reference: by grant, then by the day it starts."""
    years: dict[str, list[GrantYear]] = {}
    for row in session.execute(select(YEAR).order_by(YEAR.c.allocation, YEAR.c.year)):
        years.setdefault(row.allocation, []).append(
            GrantYear(
                year=FinancialYear.parse(row.year),
                amount=Money(row.pence),
                ring_fenced=row.ring_fenced,
                unspent=Unspent(row.unspent),
            )
        )
    query = (
        select(ALLOCATION, PROGRAMME.c.income)
        .join(PROGRAMME, PROGRAMME.c.code == ALLOCATION.c.grant_code)
        .order_by(ALLOCATION.c.grant_code, ALLOCATION.c.starts, ALLOCATION.c.reference)
    )
    return {
        row.reference: Allocation(
            reference=row.reference,
            grant=row.grant_code,
            authority=row.authority,
            fund=row.fund,
            income=row.income,
            starts=row.starts,
            ends=row.ends,
            core=Money(row.core_pence),
            years=tuple(years[row.reference]),
            with_transfers=(
                None if row.with_transfers_pence is None else Money(row.with_transfers_pence)
            ),
            document=row.document,
        )
        for row in session.execute(query)
    }


def events(session: Session, allocation: str) -> list[StoredEvent]:
    """What happened to an allocation, in the order of days."""
    query = select(EVENT).where(EVENT.c.allocation == allocation)
    query = query.order_by(EVENT.c.day, EVENT.c.turn)
    return [_event(row) for row in session.execute(query)]


def keeps_a_grant(session: Session, fund: str) -> bool:
    """Whether an allocation is kept in a fund."""
    found = select(ALLOCATION.c.reference).where(ALLOCATION.c.fund == fund).limit(1)
    return session.execute(found).first() is not None


def lives(session: Session, *, by_day: date | None = None) -> dict[str, Life]:
    """Every allocation as its events have left it, those up to a day where one is given.

    In the order of their days: what is carried out of a year may be recorded after it has ended.
    """
    return dict(once(session, ("lives", by_day), lambda view: _lives(view, by_day)))


def _lives(session: Session, by_day: date | None) -> dict[str, Life]:
    query = select(EVENT).order_by(EVENT.c.allocation, EVENT.c.day, EVENT.c.turn)
    if by_day is not None:
        query = query.where(EVENT.c.day <= by_day)
    taken: dict[str, list[GrantEvent]] = {}
    for row in session.execute(query):
        taken.setdefault(row.allocation, []).append(_event(row).event)
    grants = programmes(session)
    return {
        reference: lived(begin(one, gates(grants[one.grant])), taken.get(reference, ()))
        for reference, one in allocations(session).items()
    }


def gates(programme: Programme) -> frozenset[Step]:
    """The steps an allocation of a programme waits for before it is recognised."""
    wanted = set()
    if programme.needs_plan:
        wanted.add(Step.PLAN_ASSESSED)
    if programme.needs_parliament:
        wanted.add(Step.PARLIAMENT_APPROVED)
    return frozenset(wanted)


def ring_fences(session: Session) -> dict[str, tuple[RingFence, ...]]:
    """The conditions each fund is held to by the ring-fenced grants it keeps.

    Money carried into a year is held to what it was given for in that year too.
    """
    query = (
        select(
            ALLOCATION.c.reference,
            ALLOCATION.c.fund,
            ALLOCATION.c.starts,
            ALLOCATION.c.ends,
            YEAR.c.year,
            PROGRAMME,
        )
        .join(YEAR, YEAR.c.allocation == ALLOCATION.c.reference)
        .join(PROGRAMME, PROGRAMME.c.code == ALLOCATION.c.grant_code)
        .where(YEAR.c.ring_fenced)
        .order_by(ALLOCATION.c.reference, YEAR.c.year)
    )
    rows = session.execute(query).all()
    if not rows:
        return {}
    carried = {
        (row.allocation, row.year)
        for row in session.execute(
            select(EVENT.c.allocation, EVENT.c.year).where(
                EVENT.c.step == Step.CARRIED_FORWARD.value
            )
        )
    }
    grants: dict[str, Programme] = {}
    found: dict[str, list[RingFence]] = {}
    for row in rows:
        if row.code not in grants:
            grants[row.code] = programme_of(row)
        year = FinancialYear.parse(row.year)
        ends = min(row.ends, year.ends)
        if (row.reference, row.year) in carried:
            ends = year.next.ends
        fence = grants[row.code].fence(max(row.starts, year.starts), ends)
        found.setdefault(row.fund, []).append(fence)
    return {fund: tuple(fences) for fund, fences in found.items()}


def plan_of(
    session: Session, allocation: str, year: FinancialYear, *, by_day: date | None = None
) -> Plan | None:
    """The plan of an allocation for a year as it was last submitted, by a day where one is given."""
    query = select(PLAN).where(PLAN.c.allocation == allocation, PLAN.c.year == str(year))
    if by_day is not None:
        query = query.where(PLAN.c.submitted <= by_day)
    row = session.execute(query.order_by(PLAN.c.version.desc()).limit(1)).first()
    return plan_from(row) if row is not None else None


def plans(session: Session) -> list[Plan]:
    """The plans as they were last submitted, by allocation and year."""
    rows = session.execute(select(PLAN).order_by(PLAN.c.allocation, PLAN.c.year, PLAN.c.version))
    return list({(row.allocation, row.year): plan_from(row) for row in rows}.values())


def progress_of(session: Session, allocation: str, year: FinancialYear) -> list[Progress]:
    """What was said of the actions of a plan, in the order it was said."""
    query = (
        select(PROGRESS)
        .where(PROGRESS.c.allocation == allocation, PROGRESS.c.year == str(year))
        .order_by(PROGRESS.c.turn)
    )
    return [
        Progress(
            action=row.action, day=row.day, state=ActionState(row.state), evidence=row.evidence
        )
        for row in session.execute(query)
    ]


def plan_from(row: Any) -> Plan:
    """A row of the plans as a kernel value."""
    return Plan(
        allocation=row.allocation,
        year=FinancialYear.parse(row.year),
        submitted=row.submitted,
        objectives=tuple(_objective(one) for one in json.loads(row.contents)["objectives"]),
    )


def plan_contents(plan: Plan) -> str:
    """A plan's objectives and actions as the record keeps them."""
    return _json({"objectives": [_with_fields(one) for one in plan.objectives]})


def programme_of(row: Any) -> Programme:
    """A row of the programmes as a kernel value."""
    held = json.loads(row.contents)
    return Programme(
        code=row.code,
        title=row.title,
        payer=row.payer,
        legal_power=row.legal_power,
        income=row.income,
        purposes=tuple(
            Purpose(
                code=one["code"],
                title=one["title"],
                services=tuple(one["services"]),
                accounts=tuple(one["accounts"]),
            )
            for one in held["purposes"]
        ),
        conditions=tuple(_condition(one) for one in held["conditions"]),
        needs_plan=row.needs_plan,
        needs_parliament=row.needs_parliament,
        unspent=Unspent(row.unspent),
        capital=row.capital,
        successors=tuple(row.successors.split()),
    )


def programme_values(programme: Programme) -> dict[str, Any]:
    """A programme as a row keeps it."""
    return {
        "code": programme.code,
        "title": programme.title,
        "payer": programme.payer,
        "legal_power": programme.legal_power,
        "income": programme.income,
        "needs_plan": programme.needs_plan,
        "needs_parliament": programme.needs_parliament,
        "unspent": programme.unspent.value,
        "capital": programme.capital,
        "successors": " ".join(programme.successors),
        "contents": _json(
            {
                "purposes": [_with_fields(one) for one in programme.purposes],
                "conditions": [_with_fields(one) for one in programme.conditions],
            }
        ),
    }


def _condition(held: Mapping[str, Any]) -> Condition:
    days = {
        name: date.fromisoformat(held[name]) if held[name] else None
        for name in ("not_before", "not_after", "starts", "ends")
    }
    return Condition(
        code=held["code"],
        wording=held["wording"],
        services=tuple(held["services"]),
        accounts=tuple(held["accounts"]),
        spend=SpendKind(held["spend"]) if held["spend"] else None,
        for_purposes=held["for_purposes"],
        purpose=held["purpose"],
        at_least_percent=held["at_least_percent"],
        **days,
    )


def _objective(held: Mapping[str, Any]) -> PlanObjective:
    return PlanObjective(
        number=held["number"],
        title=held["title"],
        measure=held["measure"],
        actions=tuple(
            PlanAction(
                number=one["number"],
                title=one["title"],
                owner=one["owner"],
                milestone=date.fromisoformat(one["milestone"]),
                planned=Money.parse(one["planned"]),
                service=one["service"],
            )
            for one in held["actions"]
        ),
    )


def _event(row: Any) -> StoredEvent:
    said = json.loads(row.contents)
    followed_by = said.pop(FOLLOWED_BY, "")
    quarters = tuple(Money.parse(one) for one in said.pop(QUARTERS, ()))
    return StoredEvent(
        event=GrantEvent(
            step=Step(row.step),
            day=row.day,
            reference=row.reference,
            amount=Money(row.pence),
            year=FinancialYear.parse(row.year) if row.year else None,
            confirmed=row.confirmed,
            mark=row.mark,
            quarters=quarters,
        ),
        said=said,
        journal=row.journal or "",
        followed_by=followed_by,
        recorded_by=row.recorded_by,
        recorded_at=row.recorded_at,
    )


def _with_fields(value: Any) -> dict[str, Any]:
    """A kernel value's fields by name, those of the values in it too; money stays money."""
    return {
        one.name: [_with_fields(part) if is_dataclass(part) else part for part in held]
        if isinstance(held := getattr(value, one.name), tuple)
        else held
        for one in fields(value)
    }


def _json(held: object) -> str:
    return json.dumps(held, ensure_ascii=False, sort_keys=True, default=_plain)


def _plain(value: object) -> str:
    return value.plain if isinstance(value, Money) else str(value)
