"""Grants: programmes with their conditions, allocations as they stand, the national ones shipped."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter

from ledger.grant.conditions import Condition
from ledger.grant.life import Life
from ledger.grant.programme import Programme
from ledger.money import Money
from trust_commissioning.api.asking import Person, Record, check
from trust_commissioning.api.problems import Absent
from trust_commissioning.national_grants import Figure, NationalGrant, national_grants
from trust_commissioning.roles import Action
from trust_commissioning.store import grants, reading

routes = APIRouter(prefix="/grants", tags=["grants"])


@routes.get("")
def all_grants(record: Record, person: Person) -> dict[str, object]:
    """The grants taken on, each with its allocations as their events have left them."""
    with reading(record) as session:
        check(session, person, Action.READ_REPORTS)
        lives = grants.lives(session).values()
        return {
            "grants": [
                _programme(one)
                | {"allocations": [_life(life) for life in lives if life.allocation.grant == code]}
                for code, one in grants.programmes(session).items()
            ]
        }


@routes.get("/national")
def national(record: Record, person: Person) -> dict[str, object]:
    """The national grants that are shipped: figures with their sources and how sure they are."""
    with reading(record) as session:
        check(session, person, Action.READ_REPORTS)
    return {"grants": [_national(one) for one in national_grants().values()]}


@routes.get("/{code}")
def grant(code: str, record: Record, person: Person) -> dict[str, object]:
    """One grant with its allocations and everything that happened to them."""
    with reading(record) as session:
        check(session, person, Action.READ_REPORTS)
        found = grants.programmes(session).get(code)
        if found is None:
            raise Absent(f"There is no grant “{code}”.")
        lives = [life for life in grants.lives(session).values() if life.allocation.grant == code]
        events = {
            life.allocation.reference: grants.events(session, life.allocation.reference)
            for life in lives
        }
    return _programme(found) | {
        "allocations": [
            _life(life)
            | {
                "events": [
                    {
                        "step": one.event.step.value,
                        "day": one.event.day.isoformat(),
                        "reference": one.event.reference,
                        "amount": one.event.amount.plain,
                        "year": str(one.event.year) if one.event.year else None,
                        "mark": one.event.mark,
                        "confirmed": one.event.confirmed,
                        "journal": one.journal or None,
                        "said": dict(one.said),
                    }
                    for one in events[life.allocation.reference]
                ]
            }
            for life in lives
        ]
    }


def _programme(one: Programme) -> dict[str, Any]:
    return {
        "code": one.code,
        "title": one.title,
        "payer": one.payer,
        "legal_power": one.legal_power,
        "income": one.income,
        "needs_plan": one.needs_plan,
        "needs_parliament": one.needs_parliament,
        "unspent": one.unspent.value,
        "capital": one.capital,
        "successors": list(one.successors),
        "purposes": [asdict(purpose) for purpose in one.purposes],
        "conditions": [_condition(condition) for condition in one.conditions],
    }


def _condition(one: Condition) -> dict[str, Any]:
    """What the condition says; what it does not ask is left out."""
    return {name: value for name, value in asdict(one).items() if value not in (None, "", (), 0)}


def _life(life: Life) -> dict[str, Any]:
    one, books = life.allocation, life.books
    return {
        "reference": one.reference,
        "authority": one.authority,
        "fund": one.fund,
        "starts": one.starts.isoformat(),
        "ends": one.ends.isoformat(),
        "core": one.core.plain,
        "with_transfers": one.with_transfers.plain if one.with_transfers is not None else None,
        "recognised": life.is_recognised,
        "waits_for": [step.value for step in life.waits_for],
        "paid": books.cash.plain,
        "earned": books.income.plain,
        "held_in_advance": books.in_advance.plain,
        "due": books.debtors.plain,
        "to_pay_back": books.creditors.plain,
        "years": [
            {"year": str(year), "available": position.available.plain}
            | {
                name: value.plain
                for name in position.__dataclass_fields__
                if isinstance(value := getattr(position, name), Money)
            }
            for year, position in sorted(life.years.items())
        ],
    }


def _national(one: NationalGrant) -> dict[str, Any]:
    return {
        "code": one.programme.code,
        "title": one.programme.title,
        "payer": one.programme.payer,
        "payee": one.payee,
        "core": [_figure(figure) for figure in one.core],
        "with_transfers": [_figure(figure) for figure in one.with_transfers],
        "announced": [_figure(figure) for figure in one.announced],
        "local": [_figure(figure) for figure in one.local],
    }


def _figure(one: Figure) -> dict[str, Any]:
    return {
        "year": str(one.year) if one.year else None,
        "amount": one.amount.plain,
        "status": one.status.value,
        "reference": one.reference,
        "about": one.about,
    }
