"""Accruals and prepayments: what was delivered and not invoiced, paid and not yet delivered.

Either stands in its own period only and is reversed on the first day of the next one. What periods
12 and 13 accrue is reversed in the next year's first: 31 March is their last day alike.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from ledger.money import Money
from ledger.periods import Period
from ledger.problems import Problem
from ledger.wording import counted, day_in_full

ACCRUED = "Liabilities:Accruals"
PREPAID = "Assets:Prepayments"
RELEASE = "accrual-release"
"""The source of the journal that releases the commitment of what is accrued."""


class Timing(StrEnum):
    """Which way round: the name is the source of its journals too."""

    ACCRUAL = "accrual"
    PREPAYMENT = "prepayment"


class Per(StrEnum):
    """What a rate is paid for."""

    DAY = "day"
    WEEK = "week"

    @property
    def days(self) -> int:
        return 7 if self is Per.WEEK else 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What was delivered: so many units at a rate, from one day to another, both counted."""

    rate: Money
    per: Per
    starts: date
    ends: date
    units: int = 1

    @property
    def days(self) -> int:
        return (self.ends - self.starts).days + 1

    @property
    def amount(self) -> Money:
        """Rate × units × days, a week being seven, to the nearest penny, halves away from nil."""
        return self.rate.times(Fraction(self.units * self.days, self.per.days))

    @property
    def in_words(self) -> str:
        """``2 at £750.00 a week for 31 days from 1 March 2004``."""
        units = f"{self.units} at " if self.units > 1 else ""
        return (
            f"{units}{self.rate} a {self.per.value} for {counted(self.days, 'day')} from "
            f"{day_in_full(self.starts)}"
        )


def problems_in(delivery: Delivery) -> Iterator[Problem]:
    """What is wrong with a delivery; `where` is the field."""
    if delivery.ends < delivery.starts:
        yield Problem(
            "delivery_ends_before_it_starts",
            f"What was delivered ends on {day_in_full(delivery.ends)}, before it starts on "
            f"{day_in_full(delivery.starts)}.",
            "delivered.ends",
        )


def reverses_in(period: Period) -> Period:
    """The period on whose first day an accrual of `period` is reversed."""
    if period.number >= 12:
        return Period(period.year.next, 1)
    return Period(period.year, period.number + 1)
