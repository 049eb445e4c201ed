"""Indicators: what is measured for children, under which outcome, what was observed and revised.

A measure is of one kind (level, change, rank, fraction, range) and has a direction: higher is good,
lower is good, or context, which is neither (*Every Child Matters*, chapter 1, prints 59,700 children
looked after beside measures that are to rise or fall). The sources themselves disagree on where some
stand, so the mapping to outcomes is dated, and each change of it says why.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from contracts.figures import Figure, in_words
from ledger.outcomes import WORDINGS, Outcome
from ledger.problems import Problem
from ledger.wording import day_in_full


class MeasureKind(StrEnum):
    """What sort of figure a measure gives."""

    LEVEL = "level"
    CHANGE = "change"
    RANK = "rank"
    FRACTION = "fraction"
    RANGE = "range"

    @property
    def title(self) -> str:  # type: ignore[override]
        return self.value.capitalize()


class Direction(StrEnum):
    """Which way is good for children; context is neither, and is never judged or coloured."""

    HIGHER = "higher"
    LOWER = "lower"
    CONTEXT = "context"

    @property
    def title(self) -> str:  # type: ignore[override]
        """``Higher is good``: what a screen shows."""
        return (
            "Context, neither good nor bad"
            if self is Direction.CONTEXT
            else (f"{self.value.capitalize()} is good")
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """A measure for children. `outcome` is where its source has it, None where it has it nowhere.

    `counts` says that its figure counts people, so that small ones are hidden when published.
    """

    code: str
    name: str
    kind: MeasureKind
    unit: str
    direction: Direction
    outcome: Outcome | None = None
    aim: str = ""
    qualifier: str = ""
    geography: str = ""
    counts: bool = False
    document: str = ""
    reference: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapped:
    """Which outcomes a measure stands under from a day on, with the reason and who said so.

    It is counted under the first, so that nothing is counted twice; none is not attributed.
    """

    reference: str
    indicator: str
    starts: date
    outcomes: tuple[Outcome, ...]
    reason: str
    by: str = ""
    at: str = ""


def outcomes_on(indicator: Indicator, mapped: Iterable[Mapped], day: date) -> tuple[Outcome, ...]:
    """The outcomes a measure stands under on a day: as last mapped by then, else as its source has it.

    `mapped` are in the order they were recorded; of one day the later word holds.
    """
    ours = [one for one in mapped if one.indicator == indicator.code and one.starts <= day]
    if ours:
        return max(enumerate(ours), key=lambda numbered: (numbered[1].starts, numbered[0]))[
            1
        ].outcomes
    return (indicator.outcome,) if indicator.outcome is not None else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """What a measure came to: for whom, on which day, as said by which source.

    `area` empty is the whole trust, `group` empty all its children. `counted` is how many children
    the figure rests on and `out_of` how many there were, where that is known. `revises` names the
    observation it takes the place of, which is kept.
    """

    reference: str
    indicator: str
    day: date
    figure: Figure
    source: str
    area: str = ""
    group: str = ""
    period: str = ""
    qualifier: str = ""
    counted: int | None = None
    out_of: int | None = None
    revises: str = ""
    reason: str = ""
    by: str = ""
    at: str = ""

    @property
    def of(self) -> tuple[str, str, str, date]:
        """What it is a figure of: another of the same is a revision of it."""
        return (self.indicator, self.area, self.group, self.day)

    def qualified(self, indicator: Indicator) -> str:
        """What is said with the figure: its own qualifier, else the one every figure has."""
        return self.qualifier or indicator.qualifier

    def said(self, indicator: Indicator) -> str:
        """``over 51%``."""
        return in_words(self.figure, indicator.unit, self.qualified(indicator))


def of_whom(area: str, group: str) -> str:
    """``Ashmere, aged 16 and over``; ``Everybody`` where neither is named."""
    return ", ".join(part for part in (area, group) if part) or "Everybody"


def standing(observations: Iterable[Observation]) -> list[Observation]:
    """Those that no later one revises, in order of day: what a reader is shown."""
    every = list(observations)
    revised = {one.revises for one in every if one.revises}
    return sorted(
        (one for one in every if one.reference not in revised),
        key=lambda one: (one.day, one.of[:3]),
    )


def problems_in(indicator: Indicator) -> Iterator[Problem]:
    """What is wrong with a measure's own words."""
    if indicator.aim and indicator.outcome is None:
        yield Problem(
            "aim_without_outcome",
            f"“{indicator.aim}” is an aim under an outcome, and {indicator.code} names none.",
            "outcome",
        )
    elif indicator.outcome is not None and indicator.aim:
        wording = WORDINGS[indicator.outcome]
        if indicator.aim not in (*wording.aims, wording.family_aim):
            yield Problem(
                "aim_not_of_outcome",
                f"“{indicator.aim}” is not one of the aims of 2004 under “{wording.title}”.",
                "aim",
            )
    if indicator.counts and indicator.kind not in (MeasureKind.LEVEL, MeasureKind.RANGE):
        yield Problem(
            "only_levels_count",
            f"{indicator.code} is a {indicator.kind.value}, which does not count people.",
            "counts",
        )


def problems_in_mapping(mapped: Mapped) -> Iterator[Problem]:
    """An outcome is named once."""
    for place, outcome in enumerate(mapped.outcomes):
        if outcome in mapped.outcomes[:place]:
            yield Problem(
                "outcome_named_twice",
                f"“{outcome.title}” is named twice.",
                f"outcomes[{place}]",
            )


def problems_in_observation(
    new: Observation, indicator: Indicator, earlier: Sequence[Observation]
) -> Iterator[Problem]:
    """What stops an observation; `earlier` are all that were recorded of its measure."""
    yield from _check_figure(new, indicator)
    yield from _check_counts(new)
    if new.revises:
        yield from _check_revision(new, earlier)
        return
    for one in standing(earlier):
        if one.of == new.of:
            yield Problem(
                "observation_there_already",
                f"{indicator.name} on {day_in_full(new.day)} ({of_whom(new.area, new.group)}) was "
                f"recorded as {one.said(indicator)} under “{one.reference}”; say that it revises "
                "that, and why.",
                "revises",
            )


def _check_figure(new: Observation, indicator: Indicator) -> Iterator[Problem]:
    exact = new.figure.exact
    if indicator.kind is MeasureKind.RANK and (
        exact is None or exact < 1 or exact.denominator != 1
    ):
        yield Problem(
            "rank_not_a_place",
            f"A rank is 1 or a whole number above it, not {new.figure}.",
            "figure",
        )
    if indicator.counts and (
        new.figure.low < 0 or new.figure.low.denominator != 1 or new.figure.high.denominator != 1
    ):
        yield Problem(
            "count_not_whole",
            f"{indicator.name} counts people: {new.figure} is not a whole number of them.",
            "figure",
        )


def _check_counts(new: Observation) -> Iterator[Problem]:
    if new.out_of is not None and new.counted is None:
        yield Problem("counted_missing", f"Say how many of the {new.out_of:,}.", "counted")
    elif new.counted is not None and new.out_of is not None and new.counted > new.out_of:
        yield Problem(
            "counted_above_all",
            f"{new.counted:,} of {new.out_of:,} is more than there are.",
            "counted",
        )


def _check_revision(new: Observation, earlier: Sequence[Observation]) -> Iterator[Problem]:
    found = next((one for one in earlier if one.reference == new.revises), None)
    if not new.reason:
        yield Problem("revision_without_reason", "Say why the figure is revised.", "reason")
    if found is None or found.of != new.of:
        yield Problem(
            "revision_of_another",
            f"“{new.revises}” is no observation of the same measure, children and day.",
            "revises",
        )
    elif found not in standing(earlier):
        yield Problem(
            "observation_revised_already",
            f"“{new.revises}” was revised before; revise the figure that took its place.",
            "revises",
        )
