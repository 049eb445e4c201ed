"""Small numbers of children are not published, nor what would give them away.

A count of 1 to 7 is hidden and every other rounded to the nearest 5, the totals too. Where one figure
of a sum alone is hidden, the smallest other goes with it, or the rest would tell it by subtraction.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Generic, TypeVar

from contracts.figures import Figure, in_words, rounded
from contracts.indicators import Indicator, Observation, standing

HIDDEN = "Not shown (small numbers)"
SMALLEST_SHOWN, NEAREST = 8, 5
_Key = TypeVar("_Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Sum(Generic[_Key]):
    """A total with the parts that make it up, by the names of their figures."""

    total: _Key
    parts: tuple[_Key, ...]


def is_small(count: int) -> bool:
    """Nobody at all is no small number: it is about no child."""
    return 0 < count < SMALLEST_SHOWN


def to_nearest(count: int) -> int:
    """A count as it is published: to the nearest 5."""
    return (2 * count + NEAREST) // (2 * NEAREST) * NEAREST


def hidden(counts: Mapping[_Key, int], sums: Iterable[Sum[_Key]]) -> frozenset[_Key]:
    """The figures that are not published: small ones, and of each sum never one by itself."""
    every = list(sums)
    found = {key for key, count in counts.items() if is_small(count)}
    while True:
        more = {given_away for one in every for given_away in _beside(one, counts, found)}
        if not more:
            return frozenset(found)
        found |= more


def _beside(one: Sum[_Key], counts: Mapping[_Key, int], found: set[_Key]) -> Iterable[_Key]:
    """What has to be hidden as well so that the one hidden figure of a sum cannot be worked out."""
    known = [key for key in (*one.parts, one.total) if key in counts]
    if one.total not in counts or len([key for key in known if key in found]) != 1:
        return ()
    others = [key for key in known if key not in found and counts[key]]
    return [min(others, key=lambda key: counts[key])] if others else ()


def published(indicator: Indicator, observations: Sequence[Observation]) -> dict[str, str]:
    """What a reader outside is shown of each observation of a measure, by its reference.

    A revised figure is hidden where it is small or where the one in its place is.
    """
    stand = standing(observations)
    counts = {one.of: n for one in stand if (n := _count(one, indicator)) is not None}
    kept_back = hidden(counts, _sums(stand)) | {one.of for one in stand if _few(one)}
    return {
        one.reference: HIDDEN
        if one.of in kept_back or _few(one) or is_small(_count(one, indicator) or 0)
        else _shown(one, indicator)
        for one in observations
    }


def published_value(indicator: Indicator, value: Fraction) -> str:
    """A baseline or an expected value as it is published: of people, as their number would be."""
    if not indicator.counts:
        return in_words(rounded(value), indicator.unit)
    count = round(value)
    return HIDDEN if is_small(count) else in_words(f"{to_nearest(count):,}", indicator.unit)


def plotted(indicator: Indicator, value: Fraction) -> str:
    """The same without its unit, for a picture: ``62.5``; empty where it is hidden."""
    if not indicator.counts:
        return rounded(value, 6).replace(",", "")
    return "" if is_small(round(value)) else str(to_nearest(round(value)))


def _count(one: Observation, indicator: Indicator) -> int | None:
    """How many children a figure tells of, where it tells it."""
    return int(one.figure.low) if indicator.counts else one.counted


def _few(one: Observation) -> bool:
    """A share of few, or of nearly all, tells of as few as the count itself."""
    if one.counted is None:
        return False
    left = one.out_of - one.counted if one.out_of is not None else 0
    return is_small(one.counted) or is_small(left)


def _sums(stand: Iterable[Observation]) -> Iterable[Sum[tuple[str, str, str, date]]]:
    """Of each day the groups of an area with all its children, and the areas with the whole trust."""
    keys = {one.of for one in stand}
    for total in keys:
        indicator, area, group, day = total
        if not group:
            parts = [k for k in keys if k[1] == area and k[2] and k[3] == day]
            yield Sum(total, tuple(sorted(parts)))
        if not area:
            parts = [k for k in keys if k[1] and k[2] == group and k[3] == day]
            yield Sum((indicator, "", group, day), tuple(sorted(parts)))


def _shown(one: Observation, indicator: Indicator) -> str:
    return in_words(_softened(one, indicator), indicator.unit, one.qualified(indicator))


def _softened(one: Observation, indicator: Indicator) -> Figure | str:
    """Counts to the nearest 5; a share that rests on a count, to the nearest whole."""
    exact = one.figure.exact
    if exact is None:
        return one.figure
    if indicator.counts:
        return f"{to_nearest(int(exact)):,}"
    if one.counted is not None and exact.denominator != 1 and indicator.unit == "percent":
        return rounded(Fraction(exact), 0)
    return one.figure
