"""Needs: what children of an area need, how sure that is, what is provided for, who said so.

The Green Paper asks a trust for an overall picture of children's needs in its area (*Every Child
Matters*, 2003, paragraphs 3.28 and 5.16) and for children's own part in designing services (5.16,
5.47 to 5.49). A need is a group of children in a locality; its number is observed, each time with
a source and a day, and an observation is never changed: a later one for the same day corrects it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from contracts import small_numbers
from contracts.small_numbers import Sum
from ledger.outcomes import Outcome
from ledger.problems import Problem
from ledger.wording import day_in_full


class Trend(StrEnum):
    """Which way a number went between the last two days it was observed on."""

    RISING = "rising"
    FALLING = "falling"
    STEADY = "steady"
    NOT_KNOWN = "not_known"

    @property
    def title(self) -> str:  # type: ignore[override]
        """``Not known``: what a screen shows."""
        return self.value.replace("_", " ").capitalize()


class Whose(StrEnum):
    """Whose view it is."""

    CHILDREN = "children"
    YOUNG_PEOPLE = "young_people"
    PARENTS = "parents"
    CARERS = "carers"
    FAMILIES = "families"

    @property
    def title(self) -> str:  # type: ignore[override]
        return self.value.replace("_", " ").capitalize()


class Changed(StrEnum):
    """What a view changed."""

    NEED = "need"
    SERVICE = "service"
    REVIEW = "review"

    @property
    def title(self) -> str:  # type: ignore[override]
        """``The design of a service``: what a screen shows."""
        return {"need": "A need", "service": "The design of a service", "review": "A review"}[
            self.value
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """How many there were on a day, as a source counted or estimated them."""

    reference: str
    day: date
    number: int
    source: str
    estimated: bool = False
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provision:
    """How many of them are provided for from a day on, said by somebody; of a service, or of all.

    A later one of the same service takes its place.
    """

    reference: str
    day: date
    provided: int
    said_by: str
    service: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Priority:
    """Which place a need takes among those of one outcome, from a day on; 1 is first, 0 is none."""

    reference: str
    day: date
    outcome: Outcome
    rank: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Children who need something less those provided for, with the days both were said of.

    Below nil where more is provided than is needed.
    """

    needing: int
    counted: date
    provided: int
    said: date
    said_by: tuple[str, ...]

    @property
    def number(self) -> int:
        return self.needing - self.provided


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What a group of children in a locality needs. What is dated is in order of day.

    `counts` is what its number counts, such as children or places. It is `closed` once it is met,
    or another took its place.
    """

    code: str
    title: str
    group: str
    locality: str
    counts: str = "children"
    owner: str = ""
    words: str = ""
    closed: date | None = None
    closed_because: str = ""
    observations: tuple[Observation, ...] = ()
    provisions: tuple[Provision, ...] = ()
    priorities: tuple[Priority, ...] = ()
    version: int = 0

    def is_open_on(self, day: date) -> bool:
        return self.closed is None or day < self.closed

    def observed_by(self, day: date) -> tuple[Observation, ...]:
        """The observations of days up to this one, one for each: the last word on it."""
        return tuple({one.day: one for one in self.observations if one.day <= day}.values())

    def number_on(self, day: date) -> Observation | None:
        """The last observation by a day; None where there is none."""
        found = self.observed_by(day)
        return found[-1] if found else None

    def trend_on(self, day: date) -> Trend:
        """Which way the number went between the last two days it was observed on."""
        found = self.observed_by(day)
        if len(found) < 2:
            return Trend.NOT_KNOWN
        before, last = found[-2].number, found[-1].number
        if last == before:
            return Trend.STEADY
        return Trend.RISING if last > before else Trend.FALLING

    def provided_on(self, day: date) -> tuple[Provision, ...]:
        """What stands on a day of what was said to be provided, service by service.

        What is said of all services together stands alone until one is said of a service later.
        """
        standing: dict[str, Provision] = {}
        for one in self.provisions:
            if one.day > day:
                continue
            if not one.service:
                standing = {}
            else:
                standing.pop("", None)
            standing[one.service] = one
        return tuple(standing.values())

    def number_provided_on(self, day: date) -> int | None:
        """How many are provided for on a day, by all services; None where nobody has said."""
        said = self.provided_on(day)
        return sum(one.provided for one in said) if said else None

    def gap_on(self, day: date) -> Gap | None:
        """What is not provided for; None while either number is not known."""
        observed, provided = self.number_on(day), self.provided_on(day)
        if observed is None or not provided:
            return None
        return Gap(
            needing=observed.number,
            counted=observed.day,
            provided=sum(one.provided for one in provided),
            said=max(one.day for one in provided),
            said_by=tuple(dict.fromkeys(one.said_by for one in provided)),
        )

    def priorities_on(self, day: date) -> dict[Outcome, Priority]:
        """The place it takes among the needs of each outcome, in the order of the five."""
        said = {one.outcome: one for one in self.priorities if one.day <= day}
        return {
            outcome: said[outcome] for outcome in Outcome if outcome in said and said[outcome].rank
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What children or families themselves said on a day, of a need, a service, or both.

    `gathered` is how: a survey, a meeting, an advocate. `people` is how many said it, if known.
    """

    reference: str
    day: date
    whose: Whose
    words: str
    gathered: str
    need: str = ""
    service: str = ""
    people: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Led:
    """What a view changed: a need, the design of a service, a review; said from a day on."""

    reference: str
    day: date
    view: str
    changed: Changed
    what: str
    words: str


def in_order_of_priority(needs: Iterable[Need], outcome: Outcome, day: date) -> list[Need]:
    """The open needs of an outcome, the first in rank first; of one rank by title."""
    ranked = [
        (priority.rank, need.title, need.code, need)
        for need in needs
        if need.is_open_on(day) and (priority := need.priorities_on(day).get(outcome)) is not None
    ]
    return [need for *_, need in sorted(ranked, key=lambda one: one[:3])]


def problems_in(need: Need) -> list[Problem]:
    """Everything wrong with a need's own words; `where` is the field."""
    if need.closed is not None and not need.closed_because:
        return [
            Problem(
                "need_closed_without_a_reason",
                f"Say why the need “{need.title}” was closed on {day_in_full(need.closed)}.",
                "closed_because",
            )
        ]
    return []


def problems_in_led(view: View, led: Led) -> Iterator[Problem]:
    """What stops a change being put down to a view: it came before it."""
    if led.day < view.day:
        yield Problem(
            "change_before_the_view",
            f"The view {view.reference} was given on {day_in_full(view.day)}, after the change of "
            f"{day_in_full(led.day)}.",
            "day",
        )


NUMBER, PROVIDED, GAP = "number", "provided", "gap"


def hidden_on(need: Need, day: date) -> frozenset[str]:
    """Which figures of a need are not shown on a day: small ones, and what would tell them.

    The others are shown to the nearest 5, or those of two days would tell what was hidden on one.
    They are called `NUMBER`, `PROVIDED`, `GAP` and, of what each service provides, `of_service`.
    """
    counts: dict[str, int] = {}
    sums: list[Sum[str]] = []
    if (observed := need.number_on(day)) is not None:
        counts[NUMBER] = observed.number
    if provided := need.provided_on(day):
        each = {of_service(one.service): one.provided for one in provided}
        counts |= {PROVIDED: sum(each.values()), **each}
        sums.append(Sum(PROVIDED, tuple(each)))
    if (gap := need.gap_on(day)) is not None:
        counts[GAP] = gap.number
        sums.append(Sum(NUMBER, (PROVIDED, GAP)))
    return small_numbers.hidden(counts, sums)


def of_service(code: str) -> str:
    """The name of the figure of what one service provides."""
    return f"{PROVIDED} by {code}"
