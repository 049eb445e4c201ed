"""How a year's budget is expected to be spent over its periods, to the penny."""

from __future__ import annotations

import calendar
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise

from ledger.money import NIL, Money
from ledger.periods import FinancialYear, Period
from ledger.problems import Problem

_WHOLE = re.compile(r"-?\d{1,9}", re.ASCII)
PERIODS = 12
"""Spend is expected in the months; period 13 holds only what is put right after March."""


class Shape(StrEnum):
    """By what a budget is spread."""

    EVEN = "even"
    SEASONAL = "seasonal"
    CONTRACT = "contract"

    @property
    def title(self) -> str:  # type: ignore[override]
        return {"even": "Even", "seasonal": "Seasonal", "contract": "By contract"}[self.value]


@dataclass(frozen=True, slots=True)
class BudgetProfile:
    """Twelve whole-number weights, April first; a shape by contract has the days it runs.

    One that was given in the course of the year spreads from the month `since` on what the one
    `before` it had not; until then that one's months stay as they were.
    """

    shape: Shape
    weights: tuple[int, ...]
    contract: str = ""
    since: int = 1
    before: BudgetProfile | None = None

    def from_month(self, since: int, before: BudgetProfile) -> BudgetProfile:
        """This profile from a month on, after another; evenly where it weighs nothing there."""
        weights = self.weights if any(self.weights[since - 1 :]) else EVEN.weights
        late = before if since > 1 else None
        return replace(self, weights=weights, since=since, before=late)

    def spread(self, budget: Money) -> tuple[Money, ...]:
        """What is expected in each of the twelve periods; it sums to the budget exactly.

        Each is what the budget to date has grown by, so an odd penny falls to the period in which
        the exact sum to date passes half of it.
        """
        to_date = [NIL, *(self.to_date(budget, period) for period in range(1, PERIODS + 1))]
        return tuple(after - before for before, after in pairwise(to_date))

    def to_date(self, budget: Money, to: int) -> Money:
        """What is expected up to and with a period, to the nearest penny; all of it in period 12
        and 13."""
        done = self.since - 1
        if self.before is not None and to <= done:
            return self.before.to_date(budget, to)
        behind = self.before.to_date(budget, done) if self.before is not None else NIL
        share = Fraction(sum(self.weights[done:to]), sum(self.weights[done:]))
        return behind + (budget - behind).times(share)

    @property
    def words(self) -> str:
        """``even``, ``seasonal``, ``by contract C-1``: as a sentence goes on."""
        return f"by contract {self.contract}" if self.contract else self.shape.value


EVEN = BudgetProfile(Shape.EVEN, (1,) * PERIODS)
"""What a line has that nobody gave a profile."""


def first_month(closed: Collection[int], given: Period | None) -> int | None:
    """From which month on a profile may spread: no month up to the last that is closed changes,
    nor, where another profile held until now, one before the period it is `given` in. None where
    every month is closed."""
    first = max((month for month in closed if month <= PERIODS), default=0) + 1
    if given is not None:
        first = max(first, min(given.number, PERIODS))
    return first if first <= PERIODS else None


def by_contract(
    year: FinancialYear, number: str, starts: date, ends: date | None
) -> BudgetProfile | None:
    """A profile by the days a contract runs in each month; None where it runs on none."""
    weights = tuple(_days(period, starts, ends) for period in year.periods[:PERIODS])
    return BudgetProfile(Shape.CONTRACT, weights, number) if any(weights) else None


@dataclass(frozen=True, slots=True)
class ProfileSaid:
    """A profile as somebody gives it: weights for a season, or the contract it follows."""

    shape: Shape = Shape.EVEN
    weights: tuple[int, ...] = ()
    contract: str = ""

    @classmethod
    def parse(cls, text: str) -> ProfileSaid:
        """Read ``even``, twelve weights apart by spaces, or ``contract C-1``.

        Raises:
            ValueError: for anything else.
        """
        words = text.replace(",", " ").split()
        if [word.casefold() for word in words] == ["even"]:
            return cls()
        if words and all(_WHOLE.fullmatch(word) for word in words):
            return cls(Shape.SEASONAL, tuple(int(word) for word in words))
        if len(words) == 2 and words[0].casefold() == "contract":
            return cls(Shape.CONTRACT, contract=words[1])
        raise ValueError(
            f"“{text}” is not a profile; write even, or twelve whole numbers with April first, or "
            "contract and its number."
        )


def problems_in(said: ProfileSaid) -> Iterator[Problem]:
    """Everything that stops this being a profile; `where` is the field."""
    for name, shape in (("weights", Shape.SEASONAL), ("contract", Shape.CONTRACT)):
        if bool(getattr(said, name)) != (said.shape is shape):
            yield Problem(
                "profile_field_not_of_shape",
                f"A profile that is {shape.title.lower()} names its {name}."
                if said.shape is shape
                else f"A profile that is {said.shape.title.lower()} has no {name}.",
                name,
            )
    if said.shape is Shape.SEASONAL and said.weights:
        yield from _check_weights(said.weights)


def _check_weights(weights: Sequence[int]) -> Iterator[Problem]:
    if len(weights) != PERIODS:
        yield Problem(
            "profile_not_of_twelve",
            "A seasonal profile has a weight for each of the twelve months, April first; this has "
            f"{len(weights)}.",
            "weights",
        )
    for place, weight in enumerate(weights):
        if weight < 0:
            month = calendar.month_name[(place + 3) % 12 + 1]
            yield Problem(
                "profile_weight_below_nil",
                f"The weight of {month} is {weight}; a weight is nil or more.",
                f"weights[{place}]",
            )
    if not any(weights):
        yield Problem(
            "profile_weighs_nothing", "Every weight is nil, so no month has budget.", "weights"
        )


def _days(period: Period, starts: date, ends: date | None) -> int:
    first = max(period.starts, starts)
    last = min(period.ends, ends) if ends is not None else period.ends
    return max((last - first).days + 1, 0)
