"""Outcome targets: what a measure for children is to come to by a day, and how far it has come.

Progress is judged against the trajectory on the day of the latest figure, never on today: a figure a
year old says how things stood then, so its age is told beside it. A measure of context is followed and
never judged. That spend stands beside a measure does not say that the one moved the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from math import inf

from contracts.figures import AT_LEAST, AT_MOST, LESS, MORE, NEARLY, Figure, said_as
from contracts.indicators import Direction, Indicator, Observation, standing
from ledger.problems import Problem
from ledger.wording import counted, day_in_full


class Path(StrEnum):
    """What is expected between two points of a trajectory."""

    STRAIGHT = "straight"
    """An even way from each point to the next, by days."""
    STEPPED = "stepped"
    """What the last point said, until the day of the next."""

    @property
    def title(self) -> str:  # type: ignore[override]
        return self.value.capitalize()


class Course(StrEnum):
    """How a measure stands against its trajectory."""

    ON_COURSE = "on_course"
    OFF_COURSE = "off_course"
    NO_JUDGEMENT = "no_judgement"

    @property
    def title(self) -> str:  # type: ignore[override]
        """``On course``: what a screen shows."""
        return self.value.replace("_", " ").capitalize()


@dataclass(frozen=True, slots=True)
class Point:
    """A figure on a day."""

    day: date
    figure: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeTarget:
    """What a measure is to come to for some children, from where, by which way, and whose it is.

    `points` are in order of day; the last is the end. `area` and `group` are as an observation's.
    `services` are those meant to move it: their spend is set beside it.
    """

    code: str
    indicator: str
    baseline: Point
    points: tuple[Point, ...]
    owner: str
    path: Path = Path.STRAIGHT
    area: str = ""
    group: str = ""
    services: tuple[str, ...] = ()
    reason: str = ""

    @property
    def end(self) -> Point:
        return self.points[-1]

    def expected_on(self, day: date) -> Fraction | None:
        """What the trajectory has on a day: None before the baseline, the end's value after it."""
        way = (self.baseline, *self.points)
        if day < self.baseline.day:
            return None
        for before, after in pairwise(way):
            if day < after.day:
                return before.figure.low + self._gone(before, after, day)
        return self.end.figure.low

    def _gone(self, before: Point, after: Point, day: date) -> Fraction:
        if self.path is Path.STEPPED:
            return Fraction(0)
        part = Fraction((day - before.day).days, (after.day - before.day).days)
        return (after.figure.low - before.figure.low) * part


class Reason(StrEnum):
    """Why it stands so, or why nothing is said."""

    COMPARED = "compared"
    EITHER_SIDE = "either_side"
    CONTEXT = "context"
    NOTHING = "nothing"
    NOTHING_SINCE = "nothing_since"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Where a target stands: the latest figure, what was expected on its day, the judgement."""

    course: Course
    reason: Reason
    latest: Observation | None = None
    expected: Fraction | None = None

    def told(self, target: OutcomeTarget, said: str, wanted: str) -> str:
        """``On course: 65% against 63% expected by 1 October 2003``.

        `said` and `wanted` are the latest figure and the expected one as the reader may see them.
        """
        if self.latest is None or self.reason not in (Reason.COMPARED, Reason.EITHER_SIDE):
            return f"{self.course.title}: {_WHY[self.reason]}"
        day = self.latest.day
        compared = (
            f"the {wanted} expected by {day_in_full(day)}"
            if day < target.end.day
            else f"the target of {wanted}"
        )
        if self.reason is Reason.EITHER_SIDE:
            return f"{self.course.title}: {said} may be either side of {compared}"
        return f"{self.course.title}: {said} against {compared}"


_WHY = {
    Reason.CONTEXT: "a measure of context is neither good nor bad",
    Reason.NOTHING: "nothing has been observed yet",
    Reason.NOTHING_SINCE: "nothing is observed since the baseline",
}


def observations_for(
    target: OutcomeTarget, observations: Iterable[Observation], day: date
) -> list[Observation]:
    """The figures of a target's measure and children up to a day, as they stand, in order."""
    return [
        one
        for one in standing(observations)
        if (one.indicator, one.area, one.group) == (target.indicator, target.area, target.group)
        and one.day <= day
    ]


def progress(
    target: OutcomeTarget, indicator: Indicator, observations: Iterable[Observation], day: date
) -> Progress:
    """How a target stood on a day, by the figures of days up to it."""
    found = observations_for(target, observations, day)
    if not found:
        return Progress(course=Course.NO_JUDGEMENT, reason=Reason.NOTHING)
    latest = found[-1]
    expected = target.expected_on(latest.day)
    if indicator.direction is Direction.CONTEXT:
        course, reason = Course.NO_JUDGEMENT, Reason.CONTEXT
    elif expected is None or latest.day == target.baseline.day:
        course, reason = Course.NO_JUDGEMENT, Reason.NOTHING_SINCE
    else:
        course = _judge(latest, expected, indicator)
        unsure = course is Course.NO_JUDGEMENT
        reason = Reason.EITHER_SIDE if unsure else Reason.COMPARED
    return Progress(course=course, reason=reason, latest=latest, expected=expected)


_Bound = tuple[Fraction | float, int]
"""A figure, and whether it is a little above it, a little below, or the figure itself."""
_NO_END: _Bound = (inf, 0)


def _judge(latest: Observation, expected: Fraction, indicator: Indicator) -> Course:
    """A figure that may be either side of what was expected is not judged."""
    low, high = _bounds(latest, said_as(latest.qualified(indicator)))
    wanted = (expected, 0)
    if indicator.direction is Direction.LOWER:
        reached, missed = high <= wanted, low > wanted
    else:
        reached, missed = low >= wanted, high < wanted
    if reached:
        return Course.ON_COURSE
    return Course.OFF_COURSE if missed else Course.NO_JUDGEMENT


def _bounds(latest: Observation, said: str) -> tuple[_Bound, _Bound]:
    """From what to what a figure says that the measure was.

    ``over 51`` is any more than 51, ``at least 51`` that or more; ``nearly 51`` is a little below
    it, ``about 51`` the figure itself.
    """
    low: _Bound = (latest.figure.low, 1 if said in MORE else -1 if said in NEARLY else 0)
    high: _Bound = (latest.figure.high, -1 if said in (*LESS, *NEARLY) else 0)
    if said in (*MORE, *AT_LEAST):
        high = _NO_END
    elif said in (*LESS, *AT_MOST):
        low = (-_NO_END[0], 0)
    return low, high


def age(observed: date, day: date) -> str:
    """How old a figure was on a day, in whole months: ``1 year 4 months``; under one, in days."""
    months = (day.year - observed.year) * 12 + day.month - observed.month
    months -= day.day < observed.day and not _ends_month(day)
    if months < 1:
        return counted((day - observed).days, "day")
    years, rest = divmod(months, 12)
    parts = [
        *([counted(years, "year")] if years else []),
        *([counted(rest, "month")] if rest else []),
    ]
    return " ".join(parts)


def _ends_month(day: date) -> bool:
    return date.fromordinal(day.toordinal() + 1).month != day.month


def problems_in(target: OutcomeTarget) -> Iterator[Problem]:
    """What is wrong with a target's own words."""
    way = (
        ("baseline", target.baseline),
        *((f"points[{n}]", p) for n, p in enumerate(target.points)),
    )
    for where, point in way:
        if point.figure.exact is None:
            yield Problem(
                "target_figure_not_exact",
                f"A target is held to one figure, and {point.figure} is a range.",
                f"{where}.figure",
            )
    for (_, before), (where, after) in pairwise(way):
        if after.day <= before.day:
            yield Problem(
                "points_out_of_order",
                f"{day_in_full(after.day)} does not come after {day_in_full(before.day)}.",
                f"{where}.day",
            )
