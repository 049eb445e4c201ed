"""Monitoring of contracts: how often by risk and value, checks with evidence, concerns with trend.

One low measure is never a breach: under the national fostering contract a provider is judged on a
pattern, not on a single indicator. So a concern is something to watch, several within a few months
are a pattern to act on, and whether a contract is breached is said by a person, never worked out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from contracts.obligations import months_after
from ledger.money import NIL, Money
from ledger.problems import Problem
from ledger.wording import counted, day_in_full


class Risk(StrEnum):
    """How much harm it would do if a contract failed, as a person judges it."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    @property
    def title(self) -> str:  # type: ignore[override]
        return self.value.capitalize()


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """Contracts of a risk and of at least a value are checked every so many months."""

    risk: Risk
    at_least: Money
    months: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PatternRule:
    """When concerns come to a pattern: this many within so many months, or a serious one."""

    concerns: int
    months: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CycleRule:
    """How often contracts are checked, from a day on: data, since trusts differ."""

    starts: date
    bands: tuple[Band, ...]
    pattern: PatternRule

    def months_for(self, risk: Risk, value: Money) -> int:
        """Every how many months: the band of the risk with the highest value that is reached."""
        reached = [one for one in self.bands if one.risk is risk and one.at_least <= value]
        return max(reached, key=lambda one: one.at_least.pence).months


@dataclass(frozen=True, slots=True, kw_only=True)
class Cycle:
    """How a contract is monitored from a day on: its risk and why, and who does it."""

    contract: str
    starts: date
    risk: Risk
    reason: str
    officer: str


class CheckKind(StrEnum):
    """How a check was made: from papers first, then where the service is given."""

    DESK = "desk"
    VISIT = "visit"

    @property
    def title(self) -> str:  # type: ignore[override]
        return {"desk": "Desktop review", "visit": "Visit"}[self.value]


class Answer(StrEnum):
    """What a check found on an item of the checklist."""

    MET = "met"
    PARTLY_MET = "partly_met"
    NOT_MET = "not_met"
    NOT_APPLICABLE = "not_applicable"

    @property
    def title(self) -> str:  # type: ignore[override]
        return self.value.replace("_", " ").capitalize()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecklistItem:
    """A question of the checklist. An item of `visit` is asked only where the service is given."""

    code: str
    title: str
    visit: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What was found on an item, with the evidence seen."""

    item: str
    answer: Answer
    evidence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A contract looked at on a day."""

    reference: str
    contract: str
    day: date
    kind: CheckKind
    answers: tuple[Answered, ...]
    words: str = ""
    by: str = ""

    def found(self, answer: Answer) -> int:
        return sum(one.answer is answer for one in self.answers)


class Weight(StrEnum):
    """How much a concern weighs."""

    MINOR = "minor"
    MODERATE = "moderate"
    SERIOUS = "serious"

    @property
    def title(self) -> str:  # type: ignore[override]
        return self.value.capitalize()


class ConcernSource(StrEnum):
    """What gave rise to a concern."""

    LOW_MEASURE = "low_measure"
    CHECK = "check"
    COMPLAINT = "complaint"
    INCIDENT = "incident"
    CHILDRENS_VIEWS = "childrens_views"
    INSPECTION = "inspection"
    LATE_RETURN = "late_return"
    STAFFING = "staffing"
    FINANCE = "finance"

    @property
    def title(self) -> str:  # type: ignore[override]
        if self is ConcernSource.CHILDRENS_VIEWS:
            return "Children’s views"
        return self.value.replace("_", " ").capitalize()


class ConcernStep(StrEnum):
    """What was said of a concern later."""

    NOTE = "note"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """A later word on a concern; the one that closes it says what put it right."""

    reference: str
    day: date
    step: ConcernStep
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Concern:
    """Something about a provider, under one contract or under all, that should be watched."""

    reference: str
    provider: str
    day: date
    source: ConcernSource
    weight: Weight
    words: str
    contract: str = ""
    followed: tuple[Followed, ...] = ()

    def closed_on(self) -> date | None:
        return next((one.day for one in self.followed if one.step is ConcernStep.CLOSED), None)

    def is_open(self, day: date) -> bool:
        closed = self.closed_on()
        return self.day <= day and (closed is None or closed > day)


class Trend(StrEnum):
    """Concerns of the latest months beside those of as many months before."""

    MORE = "more"
    AS_MANY = "as_many"
    FEWER = "fewer"
    NONE = "none"

    @property
    def title(self) -> str:  # type: ignore[override]
        return {"more": "More", "as_many": "As many", "fewer": "Fewer", "none": "None"}[self.value]


class Standing(StrEnum):
    """What the log of concerns comes to. None of them is a breach: that is a person's to say."""

    CLEAR = "clear"
    WATCH = "watch"
    PATTERN = "pattern"

    @property
    def title(self) -> str:  # type: ignore[override]
        return {"clear": "Nothing open", "watch": "Watch", "pattern": "A pattern: act on it"}[
            self.value
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcernsAt:
    """The log of concerns on a day: what is open, the trend, and what it comes to."""

    open: int
    lately: int
    before: int
    trend: Trend
    standing: Standing
    why: str


def concerns_at(concerns: Sequence[Concern], day: date, rule: PatternRule) -> ConcernsAt:
    """What a log of concerns comes to on a day, by the rule.

    The latest months end with the day; the months before are as many. A low measure counts each
    time it is noted, so that one alone never makes a pattern and one that stays low does.
    """
    since = months_after(day, -rule.months)
    earlier = months_after(day, -2 * rule.months)
    lately = [one for one in concerns if since < one.day <= day]
    before = sum(earlier < one.day <= since for one in concerns)
    open_ = [one for one in concerns if one.is_open(day)]
    serious = [one for one in open_ if one.weight is Weight.SERIOUS]
    if serious:
        standing = Standing.PATTERN
        why = f"{counted(len(serious), 'serious concern')} open."
    elif open_ and len(lately) >= rule.concerns:
        standing = Standing.PATTERN
        why = f"{counted(len(lately), 'concern')} within {rule.months} months."
    elif open_:
        standing = Standing.WATCH
        why = (
            f"{counted(len(open_), 'concern')} open; {rule.concerns} within {rule.months} months, "
            "or a serious one, would be a pattern."
        )
    else:
        standing, why = Standing.CLEAR, "No concern is open."
    return ConcernsAt(
        open=len(open_),
        lately=len(lately),
        before=before,
        trend=_trend(len(lately), before),
        standing=standing,
        why=why,
    )


def _trend(lately: int, before: int) -> Trend:
    if lately == before:
        return Trend.AS_MANY if lately else Trend.NONE
    return Trend.MORE if lately > before else Trend.FEWER


def next_check(cycle: Cycle, checks: Sequence[Check], rule: CycleRule, value: Money) -> date:
    """When a contract is next to be checked: so many months after the last check.

    Before the first it is so many months after its monitoring began.
    """
    last = max((one.day for one in checks), default=cycle.starts)
    return months_after(max(last, cycle.starts), rule.months_for(cycle.risk, value))


def problems_in_rule(rule: CycleRule) -> Iterator[Problem]:
    """Every risk has a band from nil on, so that each contract has its cycle."""
    for risk in Risk:
        if not any(one.risk is risk and one.at_least == NIL for one in rule.bands):
            yield Problem(
                "monitoring_band_missing",
                f"No band says how often contracts of {risk.value} risk are checked whatever their "
                "value: give one with at_least 0.00.",
                "bands",
            )
    seen: set[tuple[Risk, Money]] = set()
    for place, band in enumerate(rule.bands):
        if not 1 <= band.months <= 60:
            yield Problem(
                "monitoring_months_outside_range",
                f"Every {counted(band.months, 'month')} is not from 1 to 60.",
                f"bands[{place}].months",
            )
        if (band.risk, band.at_least) in seen:
            yield Problem(
                "monitoring_band_repeated",
                f"Two bands are of {band.risk.value} risk from {band.at_least}.",
                f"bands[{place}]",
            )
        seen.add((band.risk, band.at_least))
    if rule.pattern.concerns < 2:
        yield Problem(
            "single_concern_is_no_pattern",
            "One concern alone is never a pattern; say two or more.",
            "pattern.concerns",
        )


def problems_in_check(check: Check, items: Sequence[ChecklistItem]) -> Iterator[Problem]:
    """Every item is answered once, and what is met or partly met shows its evidence."""
    asked = {one.code for one in items if check.kind is CheckKind.VISIT or not one.visit}
    known = {one.code for one in items}
    seen: set[str] = set()
    for place, said in enumerate(check.answers):
        where = f"answers[{place}]"
        if said.item not in known:
            yield Problem(
                "checklist_item_unknown", f"The checklist has no item “{said.item}”.", where
            )
        if said.item in seen:
            yield Problem("checklist_item_repeated", f"“{said.item}” is answered twice.", where)
        seen.add(said.item)
        if said.answer is not Answer.NOT_APPLICABLE and not said.evidence:
            yield Problem(
                "evidence_missing",
                f"“{said.item}” is said to be {said.answer.title.lower()}; say what was seen.",
                f"{where}.evidence",
            )
    for code in sorted(asked - seen):
        yield Problem(
            "checklist_item_not_answered",
            f"“{code}” is not answered; not applicable is an answer as well.",
            "answers",
        )


def problems_in_concern(concern: Concern) -> Iterator[Problem]:
    """A low measure alone is not serious: it is a reason to look."""
    if concern.source is ConcernSource.LOW_MEASURE and concern.weight is Weight.SERIOUS:
        yield Problem(
            "low_measure_is_not_serious",
            "One low measure is a reason to look and no breach; note what was found as a concern of "
            "its own, from a check or an incident.",
            "weight",
        )


def problems_in_follow(concern: Concern, said: Followed) -> Iterator[Problem]:
    """A concern is followed until it is closed, and not from before it was raised."""
    closed = concern.closed_on()
    if closed is not None:
        yield Problem(
            "concern_closed",
            f"Concern {concern.reference} was closed on {day_in_full(closed)}.",
            "concern",
        )
    if said.day < concern.day:
        yield Problem(
            "concern_followed_before_raised",
            f"Concern {concern.reference} was raised on {day_in_full(concern.day)}, after "
            f"{day_in_full(said.day)}.",
            "day",
        )
