"""Agreements read as kernel values: what was signed with every dated fact since."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from sqlmodel import Session

from ledger.pool.agreement import Agreement, Appointment
from ledger.pool.noted import ConnexionsPlan, Office, OfficeHeld
from trust_commissioning.store.pool import facts as kept

_OF_AN_AGREEMENT = (
    kept.AGREEMENT,
    kept.VARIATION,
    kept.HOST,
    kept.MANAGER,
    kept.ROLE,
    kept.DELIVERY,
    kept.DIRECTION,
    kept.TERMINATION,
    kept.WIND_UP,
)


def agreements(session: Session, fund: str = "") -> tuple[Agreement, ...]:
    """Every agreement with all that was ever recorded of it, in order of its first day."""
    by_reference: dict[str, dict[str, list[Any]]] = {}
    for fact in kept.facts(session, *_OF_AN_AGREEMENT, fund=fund):
        by_reference.setdefault(fact.about, {}).setdefault(fact.kind, []).append(fact.contents)
    whole = [_whole(held) for held in by_reference.values()]
    return tuple(sorted(whole, key=lambda one: (one.fund, one.starts, one.reference)))


def _whole(held: dict[str, list[Any]]) -> Agreement:
    (signed,) = held[kept.AGREEMENT]
    assert isinstance(signed, Agreement)
    return replace(
        signed,
        hosts=_appointed(signed.hosts, held.get(kept.HOST, [])),
        managers=_appointed(signed.managers, held.get(kept.MANAGER, [])),
        roles=(*signed.roles, *held.get(kept.ROLE, [])),
        deliveries=(*signed.deliveries, *held.get(kept.DELIVERY, [])),
        variations=tuple(held.get(kept.VARIATION, [])),
        directions=tuple(held.get(kept.DIRECTION, [])),
        termination=next(iter(held.get(kept.TERMINATION, [])), None),
        wound_up=next(iter(held.get(kept.WIND_UP, [])), None),
    )


def _appointed(
    signed: tuple[Appointment, ...], since: list[Appointment]
) -> tuple[Appointment, ...]:
    return tuple(sorted((*signed, *since), key=lambda one: one.starts))


def agreement(session: Session, reference: str) -> Agreement | None:
    """One agreement by its reference, with all that was ever recorded of it."""
    fact = kept.fact(session, kept.AGREEMENT, reference)
    if fact is None:
        return None
    return next(one for one in agreements(session, fact.fund) if one.reference == reference)


def agreement_of(session: Session, fund: str, day: date) -> Agreement | None:
    """A fund's agreement as it stood on a day: the last to have started by it; None before any."""
    begun = [one for one in agreements(session, fund) if one.starts <= day]
    return begun[-1].as_at(day) if begun else None


def office_holders(session: Session, day: date | None = None) -> dict[Office, OfficeHeld]:
    """Who held each office on a day (the last recorded without one); nobody where it is absent."""
    held: dict[Office, OfficeHeld] = {}
    for fact in kept.facts(session, kept.OFFICE, until=day):
        one: OfficeHeld = fact.contents
        held[one.office] = one
    return {office: held[office] for office in Office if office in held and held[office].name}


def offices(session: Session) -> tuple[OfficeHeld, ...]:
    """Everybody who held an office, in order of day."""
    return tuple(fact.contents for fact in kept.facts(session, kept.OFFICE))


def connexions_plans(session: Session) -> tuple[ConnexionsPlan, ...]:
    """The last that was recorded for each area and year."""
    found: dict[tuple[str, str], ConnexionsPlan] = {}
    for fact in kept.facts(session, kept.CONNEXIONS):
        plan: ConnexionsPlan = fact.contents
        found[plan.area, str(plan.year)] = plan
    return tuple(found[key] for key in sorted(found))
