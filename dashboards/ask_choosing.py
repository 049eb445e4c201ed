"""What the pages ask about procurements, monitoring and reviews."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from contracts.monitoring import Concern
from contracts.procurement import Procurement
from contracts.review import Action, ActionStanding, Finding, PracticeStandard, Review
from dashboards import ask
from ledger.wording import day_in_full
from trust_commissioning import clock
from trust_commissioning.reports import Report, Scope, review_paper
from trust_commissioning.store import monitoring, procuring, providing, reading
from trust_commissioning.store.standing import titles


@dataclass(frozen=True, slots=True)
class Names:
    """What a form chooses among: codes with titles."""

    contracts: Mapping[str, str]
    providers: Mapping[str, str]
    services: Mapping[str, str]
    partners: Mapping[str, str]
    needs: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Followed:
    """What monitoring can still follow on a day: open concerns, actions, reviews, standards."""

    concerns: tuple[Concern, ...]
    actions: tuple[Action, ...]
    reviews: tuple[Review, ...]
    standards: tuple[PracticeStandard, ...]
    findings: tuple[Finding, ...]

    def arising(self) -> dict[str, str]:
        """What an action may arise from, by reference."""
        return {
            **{one.reference: f"Concern: {one.words}" for one in self.concerns},
            **{
                one.reference: f"Review of {one.contract}, {day_in_full(one.day)}"
                for one in self.reviews
            },
            **{one.reference: f"Finding: {one.words}" for one in self.findings},
            **{one.reference: f"Standard: {one.title}" for one in self.standards},
        }


def report(name: str, scope: Scope) -> Report:
    """A report by its public name."""
    return ask.report_of(name, scope)


def paper(reference: str, scope: Scope) -> Report:
    """The paper of one review."""
    with reading(ask.engine()) as session:
        return review_paper(session, scope, reference, clock.now())


def names() -> Names:
    """Everything a form chooses among, read afresh."""
    with reading(ask.engine()) as session:
        found = titles(session, "contract", "provider", "service", "partner")
        return Names(
            contracts=found["contract"],
            providers=found["provider"],
            services=found["service"],
            partners=found["partner"],
            needs={code: one.title for code, one in providing.needs(session).items()},
        )


def procurement(reference: str) -> Procurement | None:
    """One procurement with all that happened to it."""
    with reading(ask.engine()) as session:
        return procuring.procurement(session, reference)


def procurement_titles() -> dict[str, str]:
    """The procurements there are, by reference."""
    with reading(ask.engine()) as session:
        return {one.reference: one.plan.title for one in procuring.procurements(session)}


def followed(day: date) -> Followed:
    """What can still be followed on a day."""
    with reading(ask.engine()) as session:
        left = (ActionStanding.OPEN, ActionStanding.LATE)
        return Followed(
            concerns=tuple(one for one in monitoring.concerns(session) if one.is_open(day)),
            actions=tuple(one for one in monitoring.actions(session) if one.stands(day) in left),
            reviews=tuple(monitoring.reviews(session)),
            standards=tuple(monitoring.standards(session)),
            findings=tuple(monitoring.findings(session)),
        )
