"""Turnover of placements: what more, or fewer, of them are likely to cost until a year ends.

The method: the placements that began less those that ended, in each of the last twelve months, as an
average of the months; each one more is taken to begin in the middle of its month and to cost what
those in force cost a day. The range comes from the lowest and the highest average of the four
quarters. It says what would follow if the next months were like the last, and no more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from ledger.money import NIL, Money

MONTHS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Movements:
    """How many placements began and ended in each of the last twelve months, the oldest first."""

    began: tuple[int, ...]
    ended: tuple[int, ...]

    @property
    def net(self) -> tuple[int, ...]:
        return tuple(one - other for one, other in zip(self.began, self.ended, strict=True))

    @property
    def a_month(self) -> Fraction:
        """The average of the months."""
        return Fraction(sum(self.net), len(self.net))

    @property
    def quarters(self) -> tuple[Fraction, ...]:
        """The average month of each quarter, the oldest first."""
        return tuple(
            Fraction(sum(self.net[place : place + 3]), 3) for place in range(0, len(self.net), 3)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Turnover:
    """What turnover may add to what is promised, until the year ends; below nil it takes off."""

    expected: Money = NIL
    low: Money = NIL
    high: Money = NIL
    words: str = ""


def turnover(movements: Movements, a_day: Money, *, after: date, until: date) -> Turnover:
    """What the months after a day may add at the cost of a day of those in force.

    `a_day` is in pence and exact enough where it is an average; each amount is rounded once.
    """
    days = sum(_days_left(after, until))
    if not days or not any(movements.net):
        return Turnover(words=_words(movements, a_day))
    lowest, highest = min(movements.quarters), max(movements.quarters)
    return Turnover(
        expected=a_day.times(movements.a_month * days),
        low=a_day.times(lowest * days),
        high=a_day.times(highest * days),
        words=_words(movements, a_day),
    )


def _days_left(after: date, until: date) -> Sequence[Fraction]:
    """For each whole month to come, the days from its middle to the end."""
    found = []
    first = after + timedelta(days=1)
    while first <= until:
        following = (first.replace(day=1) + timedelta(days=32)).replace(day=1)
        length = (min(following, until + timedelta(days=1)) - first).days
        rest = (until - first).days + 1
        found.append(Fraction(rest) - Fraction(length, 2))
        first = following
    return found


def _words(movements: Movements, a_day: Money) -> str:
    began, ended = sum(movements.began), sum(movements.ended)
    return (
        f"{began} began and {ended} ended in twelve months; those in force cost {a_day} a day each "
        "on average"
    )
