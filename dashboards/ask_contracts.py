"""What the pages ask about contracts."""

from __future__ import annotations

from datetime import date

from contracts.uplift import Uplift
from dashboards import ask
from trust_commissioning import clock
from trust_commissioning.reports import REPORTS, Report, Scope
from trust_commissioning.reports.contract_register import Wanted, register_of
from trust_commissioning.reports.contract_story import ContractStory, contract_story
from trust_commissioning.store import contracts, reading
from trust_commissioning.store.standing import titles


def register(scope: Scope, wanted: Wanted) -> Report:
    """The register as at the end of a period, narrowed: read afresh, since it moves no journal."""
    with reading(ask.engine()) as session:
        return register_of(session, scope, clock.now(), wanted)


def uplifts(scope: Scope) -> Report:
    """Uplifts that wait, with what each costs; then those decided."""
    with reading(ask.engine()) as session:
        return REPORTS["uplifts"](session, scope, clock.now())


def waiting() -> list[Uplift]:
    """The uplifts nobody has applied or refused."""
    with reading(ask.engine()) as session:
        return [one for one in contracts.uplifts(session) if one.is_open]


def story(number: str, day: date) -> ContractStory | None:
    """One contract as at a day."""
    with reading(ask.engine()) as session:
        return contract_story(session, number, day)


def providers() -> dict[str, str]:
    """The providers by code."""
    with reading(ask.engine()) as session:
        return titles(session, "provider")["provider"]
