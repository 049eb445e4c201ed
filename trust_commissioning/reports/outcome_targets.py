"""Outcome targets: where each measure stands against its trajectory, with spend on its outcome."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from sqlmodel import Session

from contracts.indicators import Indicator, Mapped, Observation, of_whom, outcomes_on
from contracts.small_numbers import HIDDEN, plotted, published, published_value
from contracts.targets import Course, OutcomeTarget, Progress, age, observations_for, progress
from ledger.journal import Book
from ledger.money import NIL, Money
from ledger.outcomes import NOT_ATTRIBUTED, Outcome
from ledger.wording import day_in_full
from trust_commissioning.clock import day_of, from_text
from trust_commissioning.reports.balances import OUTCOME_KEYS, positions
from trust_commissioning.reports.leads import Lead
from trust_commissioning.reports.outcome_spend import title as outcome_title
from trust_commissioning.reports.shape import Cell, Column, Part, Report, Scope, check, make
from trust_commissioning.store import targeting
from trust_commissioning.store.kept_figures import closed_at
from trust_commissioning.store.standing import people

BASIS = (
    "Each target is judged by its latest figure of a day up to the end of the periods shown, against "
    "what its trajectory expected on that figure's own day; how old the figure was is said beside it. "
    "Of a closed period it is what was known when it was closed. "
    "A measure of context is followed and never judged. Spend on the same outcome stands beside the "
    "measures as association: it does not say that the money moved them. Small numbers of children "
    "(1 to 7) are not shown, nor what would give them away; other counts of people are to the nearest 5."
)
SIGN = "Spend is above nil; it is shown beside each target of its outcome, so it is not added up."


@dataclass(frozen=True, slots=True)
class Followed:
    """One target with its measure, outcomes, figures and standing on a day, as they are published.

    `figures` are those of its children in order of day; `shown` is what each reads as.
    """

    target: OutcomeTarget
    indicator: Indicator
    outcomes: tuple[Outcome, ...]
    progress: Progress
    figures: tuple[Observation, ...]
    shown: Mapping[str, str]

    @property
    def outcome(self) -> str:
        """The key it is counted under."""
        return self.outcomes[0].value if self.outcomes else NOT_ATTRIBUTED

    @property
    def title(self) -> str:
        """Its measure with whom it is of."""
        return f"{self.indicator.name}, {of_whom(self.target.area, self.target.group)}"

    @property
    def said(self) -> str:
        """The latest figure as it is published."""
        latest = self.progress.latest
        return self.shown[latest.reference] if latest is not None else ""

    @property
    def wanted(self) -> str:
        """What was expected on its day."""
        expected = self.progress.expected
        return published_value(self.indicator, expected) if expected is not None else ""

    @property
    def course(self) -> Course:
        """A judgement beside a hidden figure would tell of it."""
        if HIDDEN in (self.said, self.wanted):
            return Course.NO_JUDGEMENT
        return self.progress.course

    @property
    def words(self) -> str:
        if HIDDEN in (self.said, self.wanted):
            return f"{Course.NO_JUDGEMENT.title}: the numbers are too small to show"
        return self.progress.told(self.target, self.said, self.wanted)


def followed(session: Session, day: date, known_by: str = "") -> list[Followed]:
    """Every target as it stood on a day, by outcome and code.

    What was recorded after the instant `known_by`, where one is given, is left out.
    """
    measures = targeting.indicators(session)
    mapped = [one for one in targeting.mappings(session) if not known_by or one.at <= known_by]
    every: dict[str, list[Observation]] = {}
    for one in targeting.observations(session, by=known_by):
        every.setdefault(one.indicator, []).append(one)
    shown = {code: published(measures[code], seen) for code, seen in every.items()}
    made = [
        _followed(target, measures[target.indicator], mapped, every, shown, day)
        for target in targeting.targets(session, by=known_by).values()
    ]
    return sorted(made, key=lambda one: (OUTCOME_KEYS.index(one.outcome), one.target.code))


def outcome_targets(session: Session, scope: Scope, at: datetime) -> Report:
    """A row for each target under its outcome; an outcome without one says so beside its spend."""
    check(session, scope)
    day = scope.period.ends
    known_by = closed_at(session, scope.period)
    found = followed(session, day, known_by)
    spent = {
        key or NOT_ATTRIBUTED: one.actual
        for key, one in positions(session, scope, "outcome").items()
    }
    rows = [
        row
        for key in OUTCOME_KEYS
        for row in _rows(key, [one for one in found if one.outcome == key], spent, day)
    ]
    return make(
        session,
        scope,
        at,
        name="outcome-targets",
        title="Outcome targets",
        basis=BASIS,
        sign=SIGN,
        columns=_COLUMNS,
        rows=rows,
        totals={},
        parts=[
            _by_outcome(found, spent),
            _observed(found),
            _trajectories(found),
            _agreed(session, known_by),
            _revised(session, day, known_by),
            _mapped(session, day, known_by),
        ],
    )


def _followed(
    target: OutcomeTarget,
    indicator: Indicator,
    mapped: Sequence[Mapped],
    every: Mapping[str, Sequence[Observation]],
    shown: Mapping[str, Mapping[str, str]],
    day: date,
) -> Followed:
    seen = every.get(target.indicator, ())
    return Followed(
        target=target,
        indicator=indicator,
        outcomes=outcomes_on(indicator, mapped, day),
        progress=progress(target, indicator, seen, day),
        figures=tuple(observations_for(target, seen, day)),
        shown=shown.get(target.indicator, {}),
    )


def _rows(
    key: str, found: Sequence[Followed], spent: Mapping[str, Money], day: date
) -> Iterator[dict[str, Cell]]:
    beside: dict[str, Cell] = {
        "outcome": key,
        "title": outcome_title(key),
        "spent": spent.get(key, NIL),
    }
    for one in found:
        yield beside | _row(one, day)
    if not found:
        said = "Spend with no outcome yet" if key == NOT_ATTRIBUTED else "No target has been set"
        yield beside | dict.fromkeys(_OF_TARGET, "") | {"measure": said}


def _row(one: Followed, day: date) -> dict[str, Cell]:
    target, latest = one.target, one.progress.latest
    also = ", ".join(outcome.title for outcome in one.outcomes[1:])
    return {
        "target": target.code,
        "indicator": target.indicator,
        "measure": one.indicator.name,
        "of_whom": of_whom(target.area, target.group),
        "also": also,
        "direction": one.indicator.direction.title,
        "baseline": (
            f"{published_value(one.indicator, target.baseline.figure.low)} on "
            f"{day_in_full(target.baseline.day)}"
        ),
        "latest": f"{one.said} on {day_in_full(latest.day)}" if latest is not None else "",
        "age": age(latest.day, day) if latest is not None else "",
        "wanted": (
            f"{published_value(one.indicator, target.end.figure.low)} by "
            f"{day_in_full(target.end.day)}"
        ),
        "expected": one.wanted,
        "course": one.course.value,
        "progress": one.words,
        "owner": target.owner,
        "services": " ".join(target.services),
    }


def _by_outcome(found: Sequence[Followed], spent: Mapping[str, Money]) -> Part:
    rows: list[dict[str, Cell]] = []
    for key in OUTCOME_KEYS:
        ours = [one.course for one in found if one.outcome == key]
        rows.append(
            {
                "outcome": key,
                "title": outcome_title(key),
                "targets": len(ours),
                **{course.value: ours.count(course) for course in Course},
                "spent": spent.get(key, NIL),
            }
        )
    courses = [one.course for one in found]
    return Part(
        key="by-outcome",
        title="Targets by outcome",
        words=("Spend beside the targets is association, never cause.",),
        columns=_BY_OUTCOME,
        rows=tuple(rows),
        totals={
            "targets": len(courses),
            **{course.value: courses.count(course) for course in Course},
            "spent": Money.total(spent.values()),
        },
    )


def _observed(found: Iterable[Followed]) -> Part:
    """The figures behind each target, with what was expected on the day of each."""
    rows: list[dict[str, Cell]] = []
    for one in found:
        for figure in one.figures:
            expected = one.target.expected_on(figure.day)
            rows.append(
                {
                    "target": one.target.code,
                    "measure": one.title,
                    "day": day_in_full(figure.day),
                    "figure": one.shown[figure.reference],
                    "expected": published_value(one.indicator, expected)
                    if expected is not None
                    else "",
                    "source": figure.source,
                    "plotted_day": figure.day.isoformat(),
                    "plotted": _plotted(one, figure),
                }
            )
    return Part(
        key="observed",
        title="The figures behind the targets",
        columns=_OBSERVED,
        rows=tuple(rows),
    )


def _plotted(one: Followed, figure: Observation) -> str:
    exact = figure.figure.exact
    if exact is None or one.shown[figure.reference] == HIDDEN:
        return ""
    return plotted(one.indicator, exact)


def _trajectories(found: Iterable[Followed]) -> Part:
    """The way each target is to go, point by point, as it was last agreed."""
    rows: list[dict[str, Cell]] = [
        {
            "target": one.target.code,
            "measure": one.title,
            "day": day_in_full(point.day),
            "expected": published_value(one.indicator, point.figure.low),
            "path": one.target.path.title,
            "plotted_day": point.day.isoformat(),
            "plotted": plotted(one.indicator, point.figure.low),
        }
        for one in found
        for point in (one.target.baseline, *one.target.points)
    ]
    return Part(
        key="trajectories",
        title="The trajectories",
        columns=_TRAJECTORIES,
        rows=tuple(rows),
    )


def _agreed(session: Session, known_by: str) -> Part:
    """Targets that were agreed otherwise: a goal that was moved is told beside what it was."""
    measures, names = targeting.indicators(session), people(session)
    rows: list[dict[str, Cell]] = [
        {
            "target": one.after.code,
            "measure": measures[one.after.indicator].name,
            "of_whom": of_whom(one.after.area, one.after.group),
            "before": _way(one.before, measures[one.before.indicator]),
            "after": _way(one.after, measures[one.after.indicator]),
            "reason": one.after.reason,
            "by": f"{names.get(one.by, one.by)}, {day_in_full(day_of(from_text(one.at)))}",
        }
        for one in targeting.agreed_otherwise(session, by=known_by)
    ]
    return Part(key="agreed", title="Targets agreed otherwise", columns=_AGREED, rows=tuple(rows))


def _way(target: OutcomeTarget, indicator: Indicator) -> str:
    """``From 60% on 1 April 2003: 66% by 1 April 2004; straight; Head of fostering``."""

    def said(figure: Fraction) -> str:
        return published_value(indicator, figure)

    start = f"{said(target.baseline.figure.low)} on {day_in_full(target.baseline.day)}"
    points = ", ".join(f"{said(p.figure.low)} by {day_in_full(p.day)}" for p in target.points)
    services = f"; moved by {', '.join(target.services)}" if target.services else ""
    return f"From {start}: {points}; {target.path.title.lower()}; {target.owner}{services}"


def _revised(session: Session, day: date, known_by: str) -> Part:
    """What was said before of figures that were revised: an earlier figure is kept and shown."""
    measures, rows = targeting.indicators(session), []
    by_measure: dict[str, list[Observation]] = {}
    for one in targeting.observations(session, by=known_by):
        by_measure.setdefault(one.indicator, []).append(one)
    names = people(session)
    for code, seen in by_measure.items():
        shown = published(measures[code], seen)
        named = {one.reference: one for one in seen}
        for one in seen:
            if one.revises and one.day <= day:
                row: dict[str, Cell] = {
                    "measure": measures[code].name,
                    "of_whom": of_whom(one.area, one.group),
                    "day": day_in_full(one.day),
                    "before": shown[named[one.revises].reference],
                    "after": shown[one.reference],
                    "reason": one.reason,
                    "by": f"{names.get(one.by, one.by)}, {day_in_full(day_of(from_text(one.at)))}",
                }
                rows.append(row)
    return Part(key="revised", title="Figures revised", columns=_REVISED, rows=tuple(rows))


def _mapped(session: Session, day: date, known_by: str) -> Part:
    """Measures that stand elsewhere than their source has them, with who moved them and why."""
    measures, names = targeting.indicators(session), people(session)
    rows: list[dict[str, Cell]] = [
        {
            "measure": measures[one.indicator].name,
            "outcomes": ", ".join(outcome.title for outcome in one.outcomes) or "Not attributed",
            "starts": day_in_full(one.starts),
            "reason": one.reason,
            "by": f"{names.get(one.by, one.by)}, {day_in_full(day_of(from_text(one.at)))}",
        }
        for one in targeting.mappings(session)
        if one.starts <= day and (not known_by or one.at <= known_by)
    ]
    return Part(key="mapped", title="Measures mapped anew", columns=_MAPPED, rows=tuple(rows))


_OF_TARGET = (
    "target",
    "indicator",
    "of_whom",
    "also",
    "direction",
    "baseline",
    "latest",
    "age",
    "wanted",
    "expected",
    "course",
    "progress",
    "owner",
    "services",
)
_SPENT = Column(
    key="spent",
    title="Spent on the outcome",
    kind="money",
    leads_to=Lead(book=Book.ACTUAL, account="Expenses", outcome="{outcome}"),
)
_COLUMNS = (
    Column(key="outcome", title="Key", kind="code"),
    Column(key="title", title="Outcome"),
    Column(key="target", title="Code", kind="code"),
    Column(key="indicator", title="Indicator", kind="code"),
    Column(key="measure", title="Measure"),
    Column(key="of_whom", title="Of whom"),
    Column(key="baseline", title="Baseline"),
    Column(key="latest", title="Latest"),
    Column(key="age", title="Age of the latest"),
    Column(key="wanted", title="Target"),
    Column(key="expected", title="Expected by then"),
    Column(key="course", title="Course", kind="code"),
    Column(key="progress", title="Progress"),
    Column(key="owner", title="Owner"),
    _SPENT,
)
_BY_OUTCOME = (
    Column(key="outcome", title="Key", kind="code"),
    Column(key="title", title="Outcome"),
    Column(key="targets", title="Targets", kind="count"),
    *(Column(key=course.value, title=course.title, kind="count") for course in Course),
    _SPENT,
)
_OBSERVED = (
    Column(key="target", title="Code", kind="code"),
    Column(key="measure", title="Measure"),
    Column(key="day", title="Day"),
    Column(key="figure", title="Figure"),
    Column(key="expected", title="Expected"),
    Column(key="source", title="Source"),
)
_TRAJECTORIES = (
    Column(key="target", title="Code", kind="code"),
    Column(key="measure", title="Measure"),
    Column(key="day", title="By"),
    Column(key="expected", title="Expected"),
    Column(key="path", title="Between the points"),
)
_AGREED = (
    Column(key="measure", title="Measure"),
    Column(key="of_whom", title="Of whom"),
    Column(key="before", title="Was"),
    Column(key="after", title="Is"),
    Column(key="reason", title="Why"),
    Column(key="by", title="Agreed by"),
)
_REVISED = (
    Column(key="measure", title="Measure"),
    Column(key="of_whom", title="Of whom"),
    Column(key="day", title="Day"),
    Column(key="before", title="Was"),
    Column(key="after", title="Is"),
    Column(key="reason", title="Why"),
    Column(key="by", title="Revised by"),
)
_MAPPED = (
    Column(key="measure", title="Measure"),
    Column(key="outcomes", title="Now under"),
    Column(key="starts", title="From"),
    Column(key="reason", title="Why"),
    Column(key="by", title="Mapped by"),
)
