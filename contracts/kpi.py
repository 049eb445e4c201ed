"""Measures of a service in a contract: what is asked for, how far off is still well, how often.

A KPI is about the provider's service. A measure for children is an outcome target, kept apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from ledger.problems import Problem


class Bound(StrEnum):
    """Which side of its target a measure should be on."""

    AT_LEAST = "at_least"
    AT_MOST = "at_most"

    @property
    def title(self) -> str:  # type: ignore[override]
        return self.value.replace("_", " ")


class Standing(StrEnum):
    """How a reading stands to its target. One that is missed is a fact to look at, not a breach."""

    MET = "met"
    WITHIN_TOLERANCE = "within_tolerance"
    MISSED = "missed"

    @property
    def title(self) -> str:  # type: ignore[override]
        return self.value.replace("_", " ").capitalize()


class Frequency(StrEnum):
    """How often a measure is returned, or a duty falls due."""

    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    HALF_YEARLY = "half_yearly"
    YEARLY = "yearly"

    @property
    def title(self) -> str:  # type: ignore[override]
        return self.value.replace("_", " ").capitalize()

    @property
    def months(self) -> int:
        return _MONTHS[self]


_MONTHS = {
    Frequency.MONTHLY: 1,
    Frequency.QUARTERLY: 3,
    Frequency.HALF_YEARLY: 6,
    Frequency.YEARLY: 12,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Kpi:
    """One measure of the service: `target` and `tolerance` are in `unit`, such as ``%``."""

    code: str
    title: str
    unit: str
    target: Fraction
    bound: Bound = Bound.AT_LEAST
    tolerance: Fraction = Fraction(0)
    frequency: Frequency = Frequency.QUARTERLY

    def standing(self, reading: Fraction) -> Standing:
        """How a reading stands: met, off by no more than the tolerance, or missed."""
        short = self.target - reading if self.bound is Bound.AT_LEAST else reading - self.target
        if short <= 0:
            return Standing.MET
        return Standing.WITHIN_TOLERANCE if short <= self.tolerance else Standing.MISSED


def problems_in(kpi: Kpi, where: str) -> Iterator[Problem]:
    """What is wrong with a measure's own words."""
    if kpi.tolerance < 0:
        yield Problem(
            "kpi_tolerance_below_nil",
            f"The tolerance of “{kpi.title}” is below nil; say how far off is still well.",
            f"{where}.tolerance",
        )


def figure(value: Fraction) -> str:
    """``95``, ``2.5``: to at most four places, halves away from nil."""
    scaled = (2 * abs(value.numerator) * 10_000 + value.denominator) // (2 * value.denominator)
    whole, part = divmod(scaled, 10_000)
    places = f".{part:04d}".rstrip("0") if part else ""
    return f"{'-' if value < 0 and scaled else ''}{whole}{places}"
