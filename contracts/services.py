"""Services for children with the outcomes their spend is for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from ledger.money import Money
from ledger.outcomes import Outcome
from ledger.problems import Problem
from ledger.wording import day_in_full

Weights = tuple[tuple[Outcome, int], ...]
"""Whole-number shares of spend by outcome; empty is "not attributed"."""

NO_OUTCOME: Weights = ()


@dataclass(frozen=True, slots=True)
class DatedWeights:
    """The outcome weights of a service from a day on, until later ones start."""

    starts: date
    weights: Weights


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """What is bought or provided for children.

    `outcomes` are in order of their first day. Spend before the first of them, or of a service
    that has none, is not attributed.
    """

    code: str
    title: str
    description: str = ""
    review_day: date | None = None
    outcomes: tuple[DatedWeights, ...] = ()

    def weights_on(self, day: date) -> Weights:
        """The weights that hold on a day."""
        held = NO_OUTCOME
        for dated in self.outcomes:
            if dated.starts > day:
                break
            held = dated.weights
        return held


def in_order(weights: Mapping[Outcome, int]) -> Weights:
    """Weights in the order of the five outcomes, so that the same penny is always odd."""
    return tuple((outcome, weights[outcome]) for outcome in Outcome if weights.get(outcome))


def split_by_outcome(
    amount: Money, weights: Sequence[tuple[Outcome, int]]
) -> tuple[tuple[Outcome | None, Money], ...]:
    """The amount by outcome, to the penny by largest remainder; None is "not attributed".

    Shares that come to nothing are left out, since a posting is never nil.
    """
    if not weights:
        return ((None, amount),) if amount else ()
    shares = amount.split([weight for _, weight in weights])
    return tuple(
        (outcome, share) for (outcome, _), share in zip(weights, shares, strict=True) if share
    )


def problems_in(service: Service) -> list[Problem]:
    """Everything wrong with a service's own words; `where` is the field."""
    return [*_check_weights(service), *_check_days(service)]


def _check_weights(service: Service) -> Iterator[Problem]:
    for place, dated in enumerate(service.outcomes):
        for outcome, weight in dated.weights:
            if weight < 1:
                yield Problem(
                    "outcome_weight_not_above_nil",
                    f"The weight of “{outcome.title}” in {service.code} is {weight}; a weight is a "
                    "whole number above nil. Leave the outcome out instead.",
                    f"outcomes[{place}].weights.{outcome.value}",
                )


def _check_days(service: Service) -> Iterator[Problem]:
    days = [dated.starts for dated in service.outcomes]
    for place in range(1, len(days)):
        if days[place] <= days[place - 1]:
            yield Problem(
                "outcome_weights_out_of_order",
                f"The outcome weights of {service.code} from {day_in_full(days[place])} do not come "
                f"after those from {day_in_full(days[place - 1])}.",
                f"outcomes[{place}].starts",
            )
