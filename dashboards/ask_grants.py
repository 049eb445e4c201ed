"""What the pages ask about grants; what they have done about them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlmodel import Session

from dashboards import ask
from ledger.grant.life import GrantEvent, Life
from ledger.grant.plan import Plan, Progress
from ledger.grant.programme import Programme
from ledger.periods import FinancialYear, Period
from trust_commissioning import clock, granting
from trust_commissioning.granting import Recorded
from trust_commissioning.national_grants import NationalGrant, national_grants
from trust_commissioning.reports import Report, Scope
from trust_commissioning.sign_ins import SignedIn
from trust_commissioning.store import grants, reading, transaction

_T = TypeVar("_T")
NONE_YET = (
    "No grant has been taken on yet",
    (
        "Each grant stands here with what it gives, what is spent of it and what could be lost. An "
        "administrator records grants under “grants” in the file of the trust, and brings it in with "
        "the command trust apply FILE.yaml."
    ),
)


@dataclass(frozen=True, slots=True)
class OneGrant:
    """A grant with its allocations as they stand now, their plans, and what is shipped of it."""

    programme: Programme
    lives: tuple[Life, ...]
    plans: tuple[Plan, ...]
    national: NationalGrant | None


def report(name: str, scope: Scope) -> Report:
    """A report by its public name."""
    return ask.report_of(name, scope)


def titles() -> dict[str, str]:
    """The grants there are, by code."""
    with reading(ask.engine()) as session:
        return {code: one.title for code, one in grants.programmes(session).items()}


def grant(code: str) -> OneGrant | None:
    """One grant; None where it is not taken on."""
    with reading(ask.engine()) as session:
        programme = grants.programmes(session).get(code)
        if programme is None:
            return None
        lives = [one for one in grants.lives(session).values() if one.allocation.grant == code]
        ours = {life.allocation.reference for life in lives}
        return OneGrant(
            programme=programme,
            lives=tuple(lives),
            plans=tuple(one for one in grants.plans(session) if one.allocation in ours),
            national=national_grants().get(code),
        )


def record(viewer: SignedIn, allocation: str, event: GrantEvent, **said: object) -> Recorded:
    """Record what happened to an allocation."""
    return _act(
        lambda session, at: granting.record(
            session, allocation, event, said=said, by=viewer.username, at=at
        )
    )


def claim(viewer: SignedIn, allocation: str, to: Period, event: GrantEvent) -> Recorded:
    """Claim what the books say may be claimed up to a period."""
    return _act(
        lambda session, at: granting.claim(
            session,
            allocation,
            to,
            day=event.day,
            reference=event.reference,
            by=viewer.username,
            at=at,
        )
    )


def note_progress(
    viewer: SignedIn, allocation: str, year: FinancialYear, progress: Progress, reference: str
) -> None:
    """Keep what is said of one action of a plan."""
    _act(
        lambda session, at: granting.note_progress(
            session,
            allocation,
            year,
            progress,
            reference=reference,
            by=viewer.username,
            at=at,
        )
    )


def _act(what: Callable[[Session, datetime], _T]) -> _T:
    with transaction(ask.engine()) as session:
        return what(session, clock.now())
