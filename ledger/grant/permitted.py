"""When an event of a grant's life may be recorded: what must come before, how much, by when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from ledger.grant.life import GrantEvent, Life, Step, begin, told
from ledger.money import Money
from ledger.problems import Problem
from ledger.wording import day_in_full


@dataclass(frozen=True, slots=True)
class Move:
    """When a step may be taken: after every one of `after`, and after none of `never_after`.

    A step of a year is stopped only by what happened to that year.
    """

    after: frozenset[Step] = frozenset({Step.ANNOUNCED})
    never_after: frozenset[Step] = frozenset()
    once: bool = False


MOVES: Mapping[Step, Move] = {
    Step.ANNOUNCED: Move(after=frozenset(), once=True),
    Step.PLAN_ASSESSED: Move(never_after=frozenset({Step.CERTIFIED})),
    Step.PARLIAMENT_APPROVED: Move(once=True),
    Step.PAID: Move(),
    Step.REVISED: Move(never_after=frozenset({Step.CERTIFIED})),
    Step.YEAR_BEGUN: Move(),
    Step.CLAIMED: Move(never_after=frozenset({Step.CERTIFIED})),
    Step.CERTIFIED: Move(after=frozenset({Step.ANNOUNCED, Step.CLAIMED})),
    Step.CARRIED_FORWARD: Move(),
    Step.CLAWED_BACK: Move(),
    Step.PAID_BACK: Move(after=frozenset({Step.ANNOUNCED, Step.PAID})),
}
"""Every permitted move. Cash may come before the plan is assessed or Parliament has approved: that
is what holding it in advance is for. An assessment may be made again; approval comes once."""


def problems_in_event(life: Life, event: GrantEvent) -> list[Problem]:
    """Everything that stops an event, or an empty list; `where` is the field."""
    return [
        *_move_problems(life, event),
        *_amount_problems(life, event),
        *_rule_problems(life, event),
    ]


def _move_problems(life: Life, event: GrantEvent) -> list[Problem]:
    move, found = MOVES[event.step], []
    said = event.step.words
    reference = life.allocation.reference
    if missing := [step for step in Step if step in move.after - life.steps]:
        found.append(
            Problem(
                "grant_step_too_early",
                f"{reference} cannot be {said} yet: it is not {_words(missing)}.",
                "reference",
            )
        )
    before = {
        one.step for one in life.taken if event.step not in _OF_A_YEAR or one.year == event.year
    }
    if passed := [step for step in Step if step in move.never_after & before]:
        found.append(
            Problem(
                "grant_step_too_late",
                f"{reference} cannot be {said} any more: it is {_words(passed)}.",
                "reference",
            )
        )
    if move.once and event.step in life.steps:
        found.append(
            Problem("grant_step_taken_before", f"{reference} is {said} already.", "reference")
        )
    last = _last_day_before(life, event)
    if event.day < last:
        found.append(
            Problem(
                "grant_event_out_of_order",
                f"{day_in_full(event.day)} is before the last event of {reference}, of "
                f"{day_in_full(last)}; events are recorded in the order of their days.",
                "day",
            )
        )
    return found


def _last_day_before(life: Life, event: GrantEvent) -> date:
    """The day an event may not be before.

    What is left of a year is known after it has ended, and worked on from April to June. So money
    carried or clawed back on the year's last day may follow whatever happened in the next year;
    `put_in_place` says what that changes. It goes before no money that moved after the next year.
    """
    at_year_end = (
        event.step in (Step.CARRIED_FORWARD, Step.CLAWED_BACK)
        and event.year is not None
        and event.day == event.year.ends
    )
    if not at_year_end or event.year is None:
        return max((one.day for one in life.taken), default=event.day)
    days = [
        one.day
        for one, moved in told(begin(life.allocation, life.gates), life.taken)
        if one.day > event.year.next.ends and (moved or one.step not in _MOVING_NOTHING)
    ]
    return max(days, default=event.day)


_MOVING_NOTHING = frozenset({Step.CLAIMED, Step.CERTIFIED, Step.YEAR_BEGUN})
_OF_A_YEAR = frozenset(
    {Step.REVISED, Step.CLAIMED, Step.CERTIFIED, Step.CARRIED_FORWARD, Step.CLAWED_BACK}
)
_OF_AN_AMOUNT = frozenset(
    {Step.PAID, Step.PAID_BACK, Step.REVISED, Step.CARRIED_FORWARD, Step.CLAWED_BACK}
)


def _amount_problems(life: Life, event: GrantEvent) -> list[Problem]:
    step, amount, reference = event.step, event.amount, life.allocation.reference
    below = amount.pence < 0 and step is not Step.REVISED
    if below or (not amount and not event.quarters and step in _OF_AN_AMOUNT):
        return [
            Problem(
                "grant_amount_unfit",
                f"{amount} is not an amount by which {reference} can be {step.words}.",
                "amount",
            )
        ]
    if step in _OF_A_YEAR and (event.year is None or event.year not in life.years):
        years = ", ".join(map(str, sorted(life.years)))
        return [
            Problem(
                "year_not_of_allocation",
                f"{reference} gives nothing for {event.year or 'a year not said'}; its years are "
                f"{years}.",
                "year",
            )
        ]
    limit = _limit(life, event)
    if limit is not None and amount > limit[0]:
        return [Problem("grant_amount_too_large", f"{amount} is more than {limit[1]}.", "amount")]
    if step is Step.REVISED and event.year and -amount > life.years[event.year].available:
        left = life.years[event.year].available
        return [
            Problem(
                "grant_amount_too_large",
                f"{-amount} cannot be taken from {reference}, which has {left} for {event.year}.",
                "amount",
            )
        ]
    return []


def _rule_problems(life: Life, event: GrantEvent) -> list[Problem]:
    """What the rule for money not spent, or a decision made before, stands against."""
    reference = life.allocation.reference
    facts = life.allocation.of_year(event.year) if event.year is not None else None
    if event.step is Step.CARRIED_FORWARD and event.year is not None and facts is None:
        return [
            Problem(
                "grant_not_carried_forward",
                f"{reference} gives nothing of its own for {event.year}, and money carried into "
                "a year is not carried out of it again.",
                "year",
            )
        ]
    if event.step is Step.CARRIED_FORWARD and event.year and event.day > event.year.ends:
        return [
            Problem(
                "grant_carried_too_late",
                f"What is carried out of {event.year} leaves it by "
                f"{day_in_full(event.year.ends)}; {day_in_full(event.day)} is in the next year.",
                "day",
            )
        ]
    if event.step is Step.CARRIED_FORWARD and facts and not facts.unspent.may_be_carried:
        return [
            Problem(
                "grant_not_carried_forward",
                f"{reference} does not go from {facts.year} into the next year: “"
                f"{facts.unspent.title}.”",
                "year",
            )
        ]
    if event.step is Step.PLAN_ASSESSED and not event.confirmed and life.is_recognised:
        return [
            Problem(
                "grant_recognised_already",
                f"{reference} is recognised, so an assessment no longer stops it; what the payer "
                "takes back is a clawback.",
                "confirmed",
            )
        ]
    return []


def _limit(life: Life, event: GrantEvent) -> tuple[Money, str] | None:
    reference, year = life.allocation.reference, event.year
    if event.step is Step.PAID_BACK:
        return life.books.creditors, f"the {life.books.creditors} {reference} owes back"
    if year is None:
        return None
    position = life.years[year]
    if event.step in (Step.CARRIED_FORWARD, Step.CLAWED_BACK, Step.CLAIMED):
        return position.available, f"the {position.available} {reference} has for {year}"
    if event.step is Step.CERTIFIED:
        return position.claimed, f"the {position.claimed} claimed of {reference} for {year}"
    return None


def _words(steps: Iterable[Step]) -> str:
    return " and ".join(step.words for step in steps)
