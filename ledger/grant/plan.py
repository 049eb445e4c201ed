"""Management Action Plans: objectives, what is done for them, by whom, by when, at what cost.

The yearly plan of Quality Protects was due on 31 January before the year it is for. Its assessment
decides whether the Special Grant is paid, never how much.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ledger.money import Money
from ledger.periods import FinancialYear
from ledger.problems import Problem


class ActionState(StrEnum):
    """How far an action has come, as whoever owns it says."""

    NOT_STARTED = "not_started"
    UNDER_WAY = "under_way"
    DONE = "done"
    DROPPED = "dropped"

    @property
    def title(self) -> str:  # type: ignore[override]
        return self.value.replace("_", " ").capitalize()

    @property
    def is_over(self) -> bool:
        return self in (ActionState.DONE, ActionState.DROPPED)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanAction:
    """One thing to be done: `number` names it in the plan (``2.1``), `owner` is a post or team.

    `planned` is what it is to cost; `service` says whose spend is looked at beside it.
    """

    number: str
    title: str
    owner: str
    milestone: date
    planned: Money
    service: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanObjective:
    """What the actions under it are for; `measure` is by what improvement is to be seen."""

    number: str
    title: str
    measure: str = ""
    actions: tuple[PlanAction, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The plan of one allocation for one year, as submitted on a day."""

    allocation: str
    year: FinancialYear
    submitted: date
    objectives: tuple[PlanObjective, ...]

    @property
    def actions(self) -> tuple[PlanAction, ...]:
        return tuple(action for one in self.objectives for action in one.actions)

    @property
    def planned(self) -> Money:
        return Money.total(action.planned for action in self.actions)

    @property
    def is_late(self) -> bool:
        return self.submitted > due_day(self.year)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """What was said of an action on a day, with the evidence that something is better."""

    action: str
    day: date
    state: ActionState
    evidence: str = ""


def due_day(year: FinancialYear) -> date:
    """31 January before the year."""
    return date(year.starts_in, 1, 31)


def state_of(action: PlanAction, progress: Sequence[Progress], day: date) -> ActionState:
    """How far an action had come by a day, by the last word on it."""
    said = [one for one in progress if one.action == action.number and one.day <= day]
    return said[-1].state if said else ActionState.NOT_STARTED


def is_overdue(action: PlanAction, state: ActionState, day: date) -> bool:
    """Whether its milestone has passed and it is not over."""
    return action.milestone < day and not state.is_over


def problems_in(plan: Plan) -> list[Problem]:
    """Everything wrong with a plan's own words; `where` is the place in it."""
    return [*_check_numbers(plan), *_check_actions(plan)]


def _check_numbers(plan: Plan) -> Iterator[Problem]:
    seen: set[str] = set()
    for place, objective in enumerate(plan.objectives):
        for turn, action in enumerate(objective.actions):
            if action.number in seen:
                yield Problem(
                    "plan_action_repeated",
                    f"The plan has two actions {action.number}.",
                    f"objectives[{place}].actions[{turn}].number",
                )
            seen.add(action.number)


def _check_actions(plan: Plan) -> Iterator[Problem]:
    if not plan.actions:
        yield Problem(
            "plan_has_no_actions", "A plan says what is to be done; this has no action.", ""
        )
    for place, objective in enumerate(plan.objectives):
        for turn, action in enumerate(objective.actions):
            if action.planned.pence < 0:
                yield Problem(
                    "planned_spend_below_nil",
                    f"Action {action.number} is to cost {action.planned}.",
                    f"objectives[{place}].actions[{turn}].planned",
                )
