"""The register of providers: who they are, what stops new call-offs, what runs out when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlmodel import Session

from contracts.provider_checking import expiring, needs_registration, problems_on
from contracts.providers import Kind, Provider
from ledger.problems import Problem
from ledger.wording import counted, day_in_full
from trust_commissioning.reports.shape import (
    Cell,
    Column,
    Part,
    Report,
    Scope,
    make,
    of_the_whole_trust,
)
from trust_commissioning.store import providing

AHEAD = timedelta(days=183)
"""How far ahead the list of what runs out looks: about six months."""
NOTHING = "Nothing"
NOBODY_SAID = "Nobody has said what it must hold: no kind is stated"


def provider_register(session: Session, scope: Scope, at: datetime) -> Report:
    """A row for each provider as it stood on the last day of the period shown.

    A provider is of no fund: whatever fund is asked of it, the report is of the whole trust.
    """
    scope = of_the_whole_trust(session, scope)
    day = scope.period.ends
    found = list(providing.providers(session).values())
    in_force = providing.contracts_in_force(session, day)
    stops = {one.code: problems_on(one, day) for one in found}
    rows = [_row(one, day, in_force.get(one.code, 0), stops[one.code]) for one in found]
    return make(
        session,
        scope,
        at,
        name="provider-register",
        title="Providers",
        basis=(
            f"Each provider as at {day_in_full(day)}. What it must hold depends on its kind and "
            "sector; a document that is missing, out of date or covers too little, or a "
            "registration that ended, stops new call-offs. A provider of which no kind is stated "
            "is asked for nothing."
        ),
        sign="Cover is what an insurance pays at most; it is no figure of the books.",
        columns=_COLUMNS,
        rows=rows,
        totals={"contracts": sum(in_force.values()), "stops": sum(map(len, stops.values()))},
        parts=[
            Part(
                key="stopped",
                title="What stops new call-offs",
                columns=_STOPPED,
                rows=tuple(_stopped(found, stops)),
            ),
            Part(
                key="expiring",
                title="What runs out in the next six months",
                columns=_EXPIRING,
                rows=tuple(_expiring(found, day)),
            ),
            Part(
                key="inspections",
                title="The last inspections",
                columns=_INSPECTIONS,
                rows=tuple(_inspections(found, day)),
            ),
        ],
    )


def _row(one: Provider, day: date, contracts: int, stops: Sequence[Problem]) -> dict[str, Cell]:
    return {
        "code": one.code,
        "provider": one.name,
        "sector": one.sector.title if one.sector else "Not stated",
        "kinds": ", ".join(kind.title for kind in one.kinds) or "Not stated",
        "identifiers": "; ".join(f"{held.scheme.title} {held.value}" for held in one.known_by),
        "registration": registration(one, day),
        "inspection": _last(one, day),
        "contracts": contracts,
        "stops": len(stops),
        "missing": " ".join(problem.message for problem in stops)
        or (NOTHING if one.kinds else NOBODY_SAID),
    }


def registration(one: Provider, day: date) -> str:
    """Under which registration a provider stands on a day, in words."""
    said = [
        f"{held.regulator} {held.number}, {held.status.title.lower()} "
        f"{'since' if held.status.may_operate else 'on'} {day_in_full(held.day)}"
        for held in one.registrations_on(day)
    ]
    if said:
        return "; ".join(said)
    kinds: tuple[Kind, ...] = needs_registration(one)
    return "None is recorded" if kinds else ""


def _last(one: Provider, day: date) -> str:
    last = one.last_inspection(day)
    return f"{last.result.title}, {day_in_full(last.day)}" if last else ""


def _stopped(
    found: Iterable[Provider], stops: Mapping[str, Sequence[Problem]]
) -> Iterator[dict[str, Cell]]:
    for one in found:
        for problem in stops[one.code]:
            yield {"code": one.code, "provider": one.name, "problem": problem.message}


def _expiring(found: Iterable[Provider], day: date) -> Iterator[dict[str, Cell]]:
    soon = [(held, one) for one in found for held in expiring(one, day, day + AHEAD)]
    for held, one in sorted(soon, key=lambda pair: (pair[0].expires, pair[1].name)):
        yield {
            "code": one.code,
            "provider": one.name,
            "document": held.document.title,
            "expires": day_in_full(held.expires),
            "left": counted((held.expires - day).days, "day"),
            "cover": str(held.cover) if held.cover is not None else "",
            "issuer": held.issuer,
        }


def _inspections(found: Iterable[Provider], day: date) -> Iterator[dict[str, Cell]]:
    for one in found:
        last = one.last_inspection(day)
        if last is not None:
            yield {
                "code": one.code,
                "provider": one.name,
                "day": day_in_full(last.day),
                "inspectorate": last.inspectorate,
                "result": last.result.title,
                "words": last.words,
            }


_COLUMNS = (
    Column(key="provider", title="Provider"),
    Column(key="code", title="Code", kind="code"),
    Column(key="sector", title="Sector"),
    Column(key="kinds", title="Kind"),
    Column(key="identifiers", title="Identifiers"),
    Column(key="registration", title="Registration"),
    Column(key="inspection", title="Last inspection"),
    Column(key="contracts", title="Contracts in force", kind="count"),
    Column(key="stops", title="Stops", kind="count"),
    Column(key="missing", title="What stops new call-offs"),
)
_STOPPED = (
    Column(key="provider", title="Provider"),
    Column(key="problem", title="What is missing or out of date"),
)
_EXPIRING = (
    Column(key="expires", title="Expires"),
    Column(key="left", title="In"),
    Column(key="provider", title="Provider"),
    Column(key="document", title="Document"),
    Column(key="cover", title="Cover"),
    Column(key="issuer", title="Issued by"),
)
_INSPECTIONS = (
    Column(key="provider", title="Provider"),
    Column(key="day", title="Day"),
    Column(key="inspectorate", title="Inspectorate"),
    Column(key="result", title="Read as"),
    Column(key="words", title="Result as given"),
)
