"""Reviews of contracts: the facts as they stood, what was decided, the actions that follow.

Beside them what others are held to or found: practice standards agreed with each body of the trust
(Green Paper 2003, 5.32), inspection findings, and the combined action plan that answers them
(5.36 to 5.41).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from ledger.problems import Problem
from ledger.wording import day_in_full


class Subject(StrEnum):
    """What a fact of a review is about, in the order a paper shows them."""

    SPEND = "spend"
    DELIVERY = "delivery"
    KPIS = "kpis"
    UPLIFTS = "uplifts"
    CONCERNS = "concerns"
    CHECKS = "checks"
    VIEWS = "views"
    VALUE_FOR_MONEY = "value_for_money"
    STANDARDS = "standards"
    ACTIONS = "actions"
    INSPECTION = "inspection"

    @property
    def title(self) -> str:  # type: ignore[override]
        return {
            "kpis": "KPIs",
            "views": "Children’s and families’ views",
            "spend": "Spend against value",
            "standards": "Practice standards",
        }.get(self.value, self.value.replace("_", " ").capitalize())


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewFact:
    """One fact gathered for a review: what it is of, what it says, and where it comes from."""

    subject: Subject
    title: str
    says: str
    source: str


class Verdict(StrEnum):
    """What a review comes to."""

    GO_ON = "go_on"
    EXTEND = "extend"
    VARY = "vary"
    RE_TENDER = "re_tender"
    END = "end"

    @property
    def title(self) -> str:  # type: ignore[override]
        return {
            "go_on": "Go on as it is",
            "extend": "Extend",
            "vary": "Vary",
            "re_tender": "Re-tender",
            "end": "End",
        }[self.value]

    @property
    def needs_day(self) -> bool:
        """Whether it says until when, or from when."""
        return self is not Verdict.GO_ON


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What was decided on a review: for an extension until when, else from when."""

    reference: str
    review: str
    day: date
    verdict: Verdict
    reason: str
    effective: date | None = None
    need: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A contract reviewed on a day, with the facts as they stood when it was recorded."""

    reference: str
    contract: str
    day: date
    words: str
    views: str = ""
    facts: tuple[ReviewFact, ...] = ()
    by: str = ""
    decision: Decision | None = None

    def as_at(self, day: date) -> Review:
        """As it stood on a day: not decided yet where that came later."""
        decided = self.decision is not None and self.decision.day <= day
        return self if decided else replace(self, decision=None)


class ActionOutcome(StrEnum):
    """How an action ended."""

    DONE = "done"
    DROPPED = "dropped"


class ActionStanding(StrEnum):
    """Where an action stands on a day."""

    OPEN = "open"
    LATE = "late"
    DONE = "done"
    DROPPED = "dropped"

    @property
    def title(self) -> str:  # type: ignore[override]
        return self.value.capitalize()


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionEnded:
    """The end of an action, with what shows that it is done or why it is dropped."""

    reference: str
    day: date
    outcome: ActionOutcome
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """What somebody is to do by a day. `owner` is a post or team, `about` what it arises from."""

    reference: str
    title: str
    owner: str
    day: date
    due: date
    about: tuple[str, ...] = ()
    contract: str = ""
    provider: str = ""
    ended: ActionEnded | None = None

    def stands(self, day: date) -> ActionStanding:
        """Where it stood on a day; on its own day it is not late yet."""
        if self.ended is not None and self.ended.day <= day:
            return ActionStanding(self.ended.outcome.value)
        return ActionStanding.LATE if self.due < day else ActionStanding.OPEN


class Met(StrEnum):
    """How far a practice standard is met, as evidence shows."""

    NOT_YET = "not_yet"
    PARTLY = "partly"
    LARGELY = "largely"
    FULLY = "fully"

    @property
    def title(self) -> str:  # type: ignore[override]
        return self.value.replace("_", " ").capitalize()


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessed:
    """How far a standard was met on a day, with the evidence."""

    reference: str
    day: date
    met: Met
    evidence: str
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeStandard:
    """A standard of practice agreed with one body of the trust: a partner or a provider.

    `reference` names the agreement of this body to it, `code` the standard itself.
    """

    reference: str
    code: str
    title: str
    words: str
    agreed: date
    source: str = ""
    partner: str = ""
    provider: str = ""
    assessed: tuple[Assessed, ...] = ()

    @property
    def body(self) -> str:
        return self.partner or self.provider

    def met_on(self, day: date) -> Assessed | None:
        """The last word by a day on how far it is met."""
        said = [one for one in self.assessed if one.day <= day]
        return max(said, key=lambda one: one.day) if said else None


class Area(StrEnum):
    """What an integrated inspection looks at (Green Paper 2003, 5.37 and 5.38)."""

    QUALITY = "quality_of_provision"
    TRAINING = "training_of_staff"
    OUTCOMES = "outcomes_achieved"
    MANAGEMENT = "management_capacity"
    ACCOUNTABILITY = "accountability"
    VALUE_FOR_MONEY = "value_for_money"
    JOINT_WORKING = "joint_working"

    @property
    def title(self) -> str:  # type: ignore[override]
        return self.value.replace("_", " ").capitalize()


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What an inspection found: its report, the paragraph, what must be better, by which bodies."""

    reference: str
    inspection: str
    published: date
    area: Area
    words: str
    paragraph: str = ""
    rating: str = ""
    services: tuple[str, ...] = ()
    partners: tuple[str, ...] = ()
    provider: str = ""
    contract: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanLine:
    """A finding with the actions that answer it: a line of the combined action plan."""

    finding: Finding
    actions: tuple[Action, ...]

    @property
    def is_answered(self) -> bool:
        return bool(self.actions)


def combined_plan(
    findings: Sequence[Finding], actions: Sequence[Action], day: date
) -> tuple[PlanLine, ...]:
    """Every finding by a day with its actions, whichever body is to do them.

    One action may answer several findings; a finding nobody answers stands with none.
    """
    return tuple(
        PlanLine(
            finding=finding,
            actions=tuple(
                one for one in actions if finding.reference in one.about and one.day <= day
            ),
        )
        for finding in sorted(findings, key=lambda one: (one.published, one.reference))
        if finding.published <= day
    )


def problems_in_decision(review: Review, decision: Decision) -> Iterator[Problem]:
    """A review is decided once, after it was made; what changes a contract says from when."""
    if review.decision is not None and review.decision.reference != decision.reference:
        yield Problem(
            "review_decided_before",
            f"Review {review.reference} was decided on {day_in_full(review.decision.day)}: "
            f"{review.decision.verdict.title.lower()}.",
            "review",
        )
    if decision.day < review.day:
        yield Problem(
            "decision_before_review",
            f"The review was made on {day_in_full(review.day)}, after {day_in_full(decision.day)}.",
            "day",
        )
    if decision.verdict.needs_day and decision.effective is None:
        yield Problem(
            "decision_without_day",
            f"“{decision.verdict.title}” says until when or from when.",
            "effective",
        )
    if decision.effective is not None and decision.effective < decision.day:
        yield Problem(
            "decision_takes_effect_before_it",
            f"What is decided on {day_in_full(decision.day)} cannot take effect on "
            f"{day_in_full(decision.effective)}.",
            "effective",
        )


def problems_in_action(action: Action) -> Iterator[Problem]:
    """An action is due on or after the day it is agreed."""
    if action.due < action.day:
        yield Problem(
            "action_due_before_agreed",
            f"Agreed on {day_in_full(action.day)}, it would be due on {day_in_full(action.due)}.",
            "due",
        )


def problems_in_end(action: Action, ended: ActionEnded) -> Iterator[Problem]:
    """An action ends once, not before it was agreed."""
    if action.ended is not None and action.ended.reference != ended.reference:
        yield Problem(
            "action_ended_before",
            f"Action {action.reference} was {action.ended.outcome.value} on "
            f"{day_in_full(action.ended.day)}.",
            "action",
        )
    if ended.day < action.day:
        yield Problem(
            "action_ended_before_agreed",
            f"Action {action.reference} was agreed on {day_in_full(action.day)}, after "
            f"{day_in_full(ended.day)}.",
            "day",
        )


def problems_in_standard(standard: PracticeStandard) -> Iterator[Problem]:
    """A standard is agreed with one body."""
    if bool(standard.partner) == bool(standard.provider):
        yield Problem(
            "standard_agreed_with_one_body",
            "Say the partner or the provider it is agreed with: one of them.",
            "partner",
        )


def problems_in_assessment(standard: PracticeStandard, said: Assessed) -> Iterator[Problem]:
    """How far a standard is met is said from the day it was agreed."""
    if said.day < standard.agreed:
        yield Problem(
            "standard_assessed_before_agreed",
            f"{standard.reference} was agreed on {day_in_full(standard.agreed)}, after "
            f"{day_in_full(said.day)}.",
            "day",
        )
