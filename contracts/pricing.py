"""What is paid for: units of time or of number, prices from a day on, what stretches of days cost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction

from ledger.money import Money
from ledger.periods import FinancialYear


class Pricing(StrEnum):
    """How a lot is paid for."""

    BLOCK = "block"
    """A price for the whole service, however much of it is used."""
    COST_AND_VOLUME = "cost_and_volume"
    """An agreed volume at an agreed price, more of it at a price agreed beforehand."""
    SPOT = "spot"
    """Each unit as it is ordered."""

    @property
    def title(self) -> str:  # type: ignore[override]
        """``Cost and volume``: what a screen shows."""
        return self.value.replace("_", " ").capitalize()


class Unit(StrEnum):
    """What a price is for. A price of time is paid for every day an order runs."""

    DAY = "day"
    NIGHT = "night"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"
    HOUR = "hour"
    SESSION = "session"
    VISIT = "visit"
    JOURNEY = "journey"
    PLACE = "place"
    ITEM = "item"

    @property
    def is_time(self) -> bool:
        return self in _OF_TIME

    @property
    def title(self) -> str:  # type: ignore[override]
        return self.value


_OF_TIME = frozenset({Unit.DAY, Unit.NIGHT, Unit.WEEK, Unit.MONTH, Unit.YEAR})


@dataclass(frozen=True, slots=True)
class DatedPrice:
    """A price from a day on, until a later one starts."""

    starts: date
    price: Money


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days one after another, both ends counted."""

    starts: date
    ends: date

    @property
    def days(self) -> int:
        return (self.ends - self.starts).days + 1

    def within(self, other: Stretch) -> Stretch | None:
        """The days of both; None where there are none."""
        starts, ends = max(self.starts, other.starts), min(self.ends, other.ends)
        return Stretch(starts, ends) if starts <= ends else None


def price_on(prices: Sequence[DatedPrice], day: date) -> Money | None:
    """The price that holds on a day; None before the first. `prices` are in order of day."""
    held = None
    for one in prices:
        if one.starts > day:
            break
        held = one.price
    return held


def units_in(unit: Unit, stretch: Stretch) -> Fraction:
    """How many units of time the days come to: a week is seven, a month or year its own days.

    A night is counted for each day: the last day of a placement is the last night that is paid.
    """
    if unit in (Unit.DAY, Unit.NIGHT):
        return Fraction(stretch.days)
    if unit is Unit.WEEK:
        return Fraction(stretch.days, 7)
    assert unit.is_time, f"{unit} is not counted in days"
    parts = _years(stretch) if unit is Unit.YEAR else _months(stretch)
    return sum((Fraction(part.days, whole.days) for part, whole in parts), Fraction(0))


def cost_of(unit: Unit, prices: Sequence[DatedPrice], stretch: Stretch) -> Fraction:
    """What the days cost in pence, exactly: each price for the days it holds. Nil before the first.

    Left unrounded so that a whole order is rounded once, by who sums it.
    """
    total = Fraction(0)
    for place, one in enumerate(prices):
        until = prices[place + 1].starts - timedelta(days=1) if place + 1 < len(prices) else None
        if until is not None and until < one.starts:
            continue
        held = Stretch(one.starts, until or max(stretch.ends, one.starts)).within(stretch)
        if held is not None:
            total += one.price.pence * units_in(unit, held)
    return total


def _years(stretch: Stretch) -> Iterator[tuple[Stretch, Stretch]]:
    """The days of each financial year a stretch touches, with that year."""
    year = FinancialYear.containing(stretch.starts)
    while year.starts <= stretch.ends:
        whole = Stretch(year.starts, year.ends)
        part = whole.within(stretch)
        assert part is not None
        yield part, whole
        year = year.next


def _months(stretch: Stretch) -> Iterator[tuple[Stretch, Stretch]]:
    """The days of each month a stretch touches, with that month."""
    first = stretch.starts.replace(day=1)
    while first <= stretch.ends:
        following = (first + timedelta(days=32)).replace(day=1)
        whole = Stretch(first, following - timedelta(days=1))
        part = whole.within(stretch)
        assert part is not None
        yield part, whole
        first = following
