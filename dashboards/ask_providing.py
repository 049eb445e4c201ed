"""What the pages ask about needs, providers, services; what they have recorded of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from contracts.directory import Entry
from contracts.needs import Need, View
from contracts.provider_checking import problems_on
from contracts.providers import Document, Provider
from contracts.services import Service
from dashboards import ask
from ledger.problems import Problem
from ledger.wording import day_in_full
from trust_commissioning import clock
from trust_commissioning.recording import EVENTS
from trust_commissioning.reports import Report, Scope
from trust_commissioning.sign_ins import SignedIn
from trust_commissioning.store import providing, reading, register, transaction


@dataclass(frozen=True, slots=True)
class OneProvider:
    """A provider with what stops new call-offs on a day, its contracts and directory entries."""

    provider: Provider
    stops: tuple[Problem, ...]
    contracts: tuple[providing.ContractListed, ...]
    entries: tuple[Entry, ...]


def report(name: str, scope: Scope) -> Report:
    """A report by its public name."""
    return ask.report_of(name, scope)


def needs() -> dict[str, Need]:
    """The needs by code."""
    with reading(ask.engine()) as session:
        return providing.needs(session)


def views() -> list[View]:
    """What children and families said, in order of day."""
    with reading(ask.engine()) as session:
        return providing.views(session)


def providers() -> dict[str, str]:
    """The providers' names by code."""
    with reading(ask.engine()) as session:
        return providing.names(session)


def provider(code: str, day: date) -> OneProvider | None:
    """One provider as it stands on a day; None where there is none."""
    with reading(ask.engine()) as session:
        found = providing.provider(session, code)
        if found is None:
            return None
        return OneProvider(
            provider=found,
            stops=tuple(problems_on(found, day)),
            contracts=tuple(providing.contracts_of(session, code)),
            entries=tuple(
                one for one in providing.entries(session).values() if one.provider == code
            ),
        )


def state(held: Document, day: date) -> str:
    """``In date``, ``Not yet``, ``Out of date``, or from when a document holds no more and why."""
    if held.withdrawn is not None and held.withdrawn <= day:
        return f"Holds no more since {day_in_full(held.withdrawn)}: {held.why}"
    if held.is_current_on(day):
        return "In date"
    return "Not yet" if held.starts > day else "Out of date"


def services() -> dict[str, Service]:
    """The services by code, with the outcomes they serve."""
    with reading(ask.engine()) as session:
        return register.services(session)


def entries() -> dict[str, Entry]:
    """The directory's entries by code."""
    with reading(ask.engine()) as session:
        return providing.entries(session)


def record(viewer: SignedIn, event: str, asked: Mapping[str, Any]) -> Mapping[str, Any]:
    """Record one business event as a file would ask for it; what is empty is left out.

    Raises:
        Refused: with every problem; nothing was changed.
    """
    what = EVENTS[event]
    told = {name: value for name, value in asked.items() if value not in (None, "")}
    said = what.read(json.dumps(told, default=str).encode(), name="The form")
    with transaction(ask.engine()) as session:
        return what.act(session, said, viewer.username, clock.now())
