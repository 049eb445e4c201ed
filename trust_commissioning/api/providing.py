"""Needs, providers and directory entries as they stand on a day, each under its version.

What is edited is recorded by an event that takes the version as it was read here.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from fastapi import APIRouter
from pydantic import TypeAdapter

from contracts.directory import Entry
from contracts.needs import GAP, NUMBER, PROVIDED, Need, hidden_on
from contracts.provider_checking import problems_on
from contracts.providers import Provider
from contracts.small_numbers import to_nearest
from trust_commissioning import clock
from trust_commissioning.api.asking import AsAt, Person, Record, check
from trust_commissioning.api.problems import Absent
from trust_commissioning.roles import Action
from trust_commissioning.store import providing, reading

routes = APIRouter(tags=["providing"])


@routes.get("/needs")
def all_needs(record: Record, person: Person, as_at: AsAt = None) -> dict[str, object]:
    """The needs that are open on a day: number, trend, what is provided, the gap, places.

    A small number, and what would tell it, is null and named under `not_shown`; every other is to
    the nearest 5.
    """
    day = as_at or clock.day_of(clock.now())
    with reading(record) as session:
        check(session, person, Action.READ_REPORTS)
        found = providing.needs(session).values()
    return {
        "as_at": day.isoformat(),
        "needs": [_need(one, day) for one in found if one.is_open_on(day)],
    }


@routes.get("/providers")
def all_providers(record: Record, person: Person, as_at: AsAt = None) -> dict[str, object]:
    """The providers, each with everything that stops new call-offs on a day."""
    day = as_at or clock.day_of(clock.now())
    with reading(record) as session:
        check(session, person, Action.READ_REPORTS)
        found = providing.providers(session).values()
    return {"as_at": day.isoformat(), "providers": [_provider(one, day) for one in found]}


@routes.get("/providers/{code}")
def provider(code: str, record: Record, person: Person, as_at: AsAt = None) -> dict[str, object]:
    """One provider with its sites, identifiers, registrations, documents and inspections."""
    day = as_at or clock.day_of(clock.now())
    with reading(record) as session:
        check(session, person, Action.READ_REPORTS)
        found = providing.provider(session, code)
    if found is None:
        raise Absent(f"There is no provider “{code}”.")
    return {"as_at": day.isoformat(), **_provider(found, day), **_whole(found)}


@routes.get("/directory-entries")
def all_entries(record: Record, person: Person, as_at: AsAt = None) -> dict[str, object]:
    """The directory's entries, published or not, and whether each is past its review on a day."""
    day = as_at or clock.day_of(clock.now())
    with reading(record) as session:
        check(session, person, Action.READ_REPORTS)
        found = providing.entries(session).values()
    return {
        "as_at": day.isoformat(),
        "entries": [_told(_ENTRY, one) | {"past_review": one.is_past_review(day)} for one in found],
    }


def _need(one: Need, day: date) -> dict[str, Any]:
    observed, gap, kept_back = one.number_on(day), one.gap_on(day), hidden_on(one, day)
    provided, number = one.provided_on(day), one.number_provided_on(day)
    return {
        "code": one.code,
        "version": one.version,
        "title": one.title,
        "group": one.group,
        "locality": one.locality,
        "counts": one.counts,
        "owner": one.owner,
        "number": to_nearest(observed.number) if observed and NUMBER not in kept_back else None,
        "counted": observed.day.isoformat() if observed else None,
        "source": observed.source if observed else None,
        "trend": one.trend_on(day).value,
        "gap": to_nearest(gap.number) if gap and GAP not in kept_back else None,
        "provided": to_nearest(number)
        if number is not None and PROVIDED not in kept_back
        else None,
        "not_shown": sorted({NUMBER, GAP, PROVIDED} & kept_back),
        "said": max(each.day for each in provided).isoformat() if provided else None,
        "said_by": list(dict.fromkeys(each.said_by for each in provided)),
        "priorities": {
            outcome.value: place.rank for outcome, place in one.priorities_on(day).items()
        },
    }


def _provider(one: Provider, day: date) -> dict[str, Any]:
    return {
        "code": one.code,
        "version": one.version,
        "name": one.name,
        "sector": one.sector.value if one.sector else None,
        "kinds": [kind.value for kind in one.kinds],
        "identifiers": [
            {
                "scheme": held.scheme.value,
                "value": held.value,
                "given": held.given,
                "org_id": held.org_id or None,
                "site": held.site or None,
                "verified_at": held.verified_at,
                "verified_on": held.verified_on.isoformat() if held.verified_on else None,
            }
            for held in one.known_by
        ],
        "stops": [problem.as_json() for problem in problems_on(one, day)],
    }


def _whole(one: Provider) -> dict[str, Any]:
    told = _told(_PROVIDER, one)
    return {
        name: told[name]
        for name in (
            *("legal_name", "description", "website", "email", "phone", "ends"),
            *("sites", "registrations", "inspections"),
        )
    } | {
        "documents": [
            {
                "reference": held.reference,
                "document": held.kind.value,
                "starts": held.starts.isoformat(),
                "expires": held.expires.isoformat() if held.expires else None,
                "cover": held.cover.plain if held.cover is not None else None,
                "issuer": held.issuer,
                "number": held.number,
                "withdrawn": held.withdrawn.isoformat() if held.withdrawn else None,
                "why": held.why or None,
            }
            for held in one.documents
        ]
    }


_PROVIDER: TypeAdapter[Provider] = TypeAdapter(Provider)
_ENTRY: TypeAdapter[Entry] = TypeAdapter(Entry)


def _told(adapter: TypeAdapter[Any], value: Any) -> dict[str, Any]:
    """A kernel value's own fields; amounts of money are written as everywhere in the interface."""
    made: dict[str, Any] = adapter.dump_python(value, mode="json")
    for cost, held in zip(made.get("costs", []), getattr(value, "costs", ()), strict=True):
        cost["amount"] = held.amount.plain if held.amount is not None else None
    return made
