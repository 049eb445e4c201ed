"""Examples of what stops an indicator, its mapping, a target or an observation."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from sqlmodel import Session

from contracts import indicators, targets
from contracts.figures import Figure
from contracts.indicators import Direction, Indicator, Mapped, MeasureKind, Observation
from contracts.targets import OutcomeTarget, Point
from ledger.outcomes import Outcome
from tests.docs.examples.kept import Run, example, in_small_trust
from tests.support.trusts import CLERK
from trust_commissioning import targeting

_AT = datetime(2004, 7, 1, 9, 0, tzinfo=UTC)
_STABLE = Indicator(
    code="stable-placements",
    name="Children in one placement for two years",
    kind=MeasureKind.LEVEL,
    unit="percent",
    direction=Direction.HIGHER,
    outcome=Outcome.STAY_SAFE,
)
_SEEN = Observation(
    reference="return-2003",
    indicator="stable-placements",
    day=date(2004, 3, 31),
    figure=Figure.parse("62"),
    source="The yearly return",
)
_TARGET = OutcomeTarget(
    code="stability",
    indicator="stable-placements",
    baseline=Point(date(2003, 4, 1), Figure.parse("60")),
    points=(Point(date(2006, 4, 1), Figure.parse("80")),),
    owner="Head of fostering",
)
_MAPPED = Mapped(
    reference="mapping-1",
    indicator="neet_16_18",
    starts=date(2004, 4, 1),
    outcomes=(Outcome.ENJOY_AND_ACHIEVE,),
    reason="Printed at the end of that list",
)


def _observed(*seen: Observation) -> Run:
    """The trust's own indicator, with observations of it, the last of which is refused."""

    def work(session: Session) -> None:
        targeting.keep_indicator(session, _STABLE, by=CLERK, at=_AT)
        for one in seen:
            targeting.observe(session, one, by=CLERK, at=_AT)

    return in_small_trust(work)


def _set(*agreed: OutcomeTarget) -> Run:
    def work(session: Session) -> None:
        targeting.keep_indicator(session, _STABLE, by=CLERK, at=_AT)
        for one in agreed:
            targeting.set_target(session, one, by=CLERK, at=_AT)

    return in_small_trust(work)


def _kept(*measures: Indicator) -> Run:
    def work(session: Session) -> None:
        for one in measures:
            targeting.keep_indicator(session, one, by=CLERK, at=_AT)

    return in_small_trust(work)


def _turned(session: Session) -> None:
    targeting.keep_indicator(session, _STABLE, by=CLERK, at=_AT)
    targeting.observe(session, _SEEN, by=CLERK, at=_AT)
    turned = replace(_STABLE, direction=Direction.LOWER)
    targeting.keep_indicator(session, turned, by=CLERK, at=_AT)


def _mapped_twice(session: Session) -> None:
    targeting.map_indicator(session, _MAPPED, by=CLERK, at=_AT)
    targeting.map_indicator(session, replace(_MAPPED, outcomes=()), by=CLERK, at=_AT)


_REVISION = replace(_SEEN, reference="return-2003-b", figure=Figure.parse("61.5"))

example(
    "indicator_unknown",
    "A target is set for a measure that nobody has recorded.",
    in_small_trust(lambda session: targeting.set_target(session, _TARGET, by=CLERK, at=_AT)),
)
example(
    "indicator_is_shipped",
    "The trust describes children looked after in its own way.",
    _kept(replace(_STABLE, code="looked_after")),
)
example(
    "indicator_observed_already",
    "A measure with figures is said to be better the lower it is.",
    in_small_trust(_turned),
)
example(
    "aim_without_outcome",
    "A measure is put under an aim and no outcome.",
    lambda: indicators.problems_in(replace(_STABLE, outcome=None, aim="Ready for school")),
)
example(
    "aim_not_of_outcome",
    "A measure of staying safe is put under an aim of enjoying and achieving.",
    lambda: indicators.problems_in(replace(_STABLE, aim="Ready for school")),
)
example(
    "only_levels_count",
    "A rank is said to count people.",
    lambda: indicators.problems_in(replace(_STABLE, kind=MeasureKind.RANK, counts=True)),
)
example(
    "outcome_named_twice",
    "A mapping names one outcome twice.",
    lambda: indicators.problems_in_mapping(
        replace(_MAPPED, outcomes=(Outcome.STAY_SAFE, Outcome.STAY_SAFE))
    ),
)
example(
    "mapping_recorded_otherwise",
    "A mapping is sent again without its outcome.",
    in_small_trust(_mapped_twice),
)
example(
    "target_figure_not_exact",
    "A baseline is given as a range.",
    lambda: targets.problems_in(
        replace(_TARGET, baseline=Point(date(2003, 4, 1), Figure.parse("50-60")))
    ),
)
example(
    "points_out_of_order",
    "A target is to be reached on the day of its baseline.",
    lambda: targets.problems_in(
        replace(_TARGET, points=(Point(date(2003, 4, 1), Figure.parse("80")),))
    ),
)
example(
    "target_change_without_reason",
    "A target is agreed for a year later, and nobody says why.",
    _set(_TARGET, replace(_TARGET, points=(Point(date(2007, 4, 1), Figure.parse("80")),))),
)
example(
    "target_of_something_else",
    "The target of all children is sent again for those under ten.",
    _set(_TARGET, replace(_TARGET, group="Under ten", reason="Only they count")),
)
example(
    "observation_there_already",
    "Another figure comes for the same children and day.",
    _observed(_SEEN, _REVISION),
)
example(
    "observation_recorded_otherwise",
    "An observation is sent again with another figure.",
    _observed(_SEEN, replace(_SEEN, figure=Figure.parse("63"))),
)
example(
    "observation_ahead_of_time",
    "A figure is recorded for the end of a year that still runs.",
    _observed(replace(_SEEN, day=date(2005, 3, 31))),
)
example(
    "revision_without_reason",
    "A figure is revised and nobody says why.",
    _observed(_SEEN, replace(_REVISION, revises="return-2003")),
)
example(
    "revision_of_another",
    "A figure is said to revise one of another day.",
    _observed(
        _SEEN,
        replace(_REVISION, day=date(2003, 3, 31), revises="return-2003", reason="Late returns"),
    ),
)
example(
    "observation_revised_already",
    "A figure is revised that was revised before.",
    _observed(
        _SEEN,
        replace(_REVISION, revises="return-2003", reason="Late returns"),
        replace(_REVISION, reference="c", revises="return-2003", reason="Later returns"),
    ),
)
example(
    "rank_not_a_place",
    "A rank is recorded as nought.",
    lambda: indicators.problems_in_observation(
        replace(_SEEN, figure=Figure.parse("0")), replace(_STABLE, kind=MeasureKind.RANK), ()
    ),
)
example(
    "count_not_whole",
    "A number of children is recorded with a half.",
    lambda: indicators.problems_in_observation(
        replace(_SEEN, figure=Figure.parse("61.5")), replace(_STABLE, counts=True), ()
    ),
)
example(
    "counted_missing",
    "A share says of how many children, and not how many.",
    lambda: indicators.problems_in_observation(replace(_SEEN, out_of=120), _STABLE, ()),
)
example(
    "counted_above_all",
    "A share says 140 of 120 children.",
    lambda: indicators.problems_in_observation(
        replace(_SEEN, counted=140, out_of=120), _STABLE, ()
    ),
)
