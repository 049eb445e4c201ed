"""Outcome targets: what is expected on a day, and how a figure of that day is judged."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.figures import Figure
from contracts.indicators import Direction, Indicator, MeasureKind, Observation
from contracts.small_numbers import published
from contracts.targets import (
    Course,
    OutcomeTarget,
    Path,
    Point,
    age,
    problems_in,
    progress,
)

STABLE = Indicator(
    code="stable",
    name="Children in the same placement for two years",
    kind=MeasureKind.LEVEL,
    unit="percent",
    direction=Direction.HIGHER,
)
FALLING = replace(STABLE, direction=Direction.LOWER)
CONTEXT = replace(STABLE, direction=Direction.CONTEXT)


def point(day: date, figure: str) -> Point:
    return Point(day, Figure.parse(figure))


TARGET = OutcomeTarget(
    code="stability",
    indicator="stable",
    baseline=point(date(2003, 4, 1), "60"),
    points=(point(date(2004, 4, 1), "66"), point(date(2006, 4, 1), "80")),
    owner="Head of fostering",
)


def seen(day: date, figure: str, **said: object) -> Observation:
    return Observation(
        reference=f"o {day}",
        indicator="stable",
        day=day,
        figure=Figure.parse(figure),
        source="Return",
        **said,  # type: ignore[arg-type]
    )


def judged(figure: str, indicator: Indicator = STABLE, **said: object) -> Course:
    """A figure of 1 October 2003, when the trajectory had 60 and half of 6: 63 (183 of 366 days)."""
    day = date(2003, 10, 1)
    return progress(TARGET, indicator, [seen(day, figure, **said)], day).course


def test_between_two_points_what_is_expected_goes_evenly_by_days() -> None:
    assert TARGET.expected_on(date(2003, 4, 1)) == 60
    assert TARGET.expected_on(date(2003, 10, 1)) == 63
    assert TARGET.expected_on(date(2004, 4, 1)) == 66
    assert TARGET.expected_on(date(2005, 4, 1)) == 73


def test_a_stepped_trajectory_stays_until_the_day_of_the_next_point() -> None:
    stepped = replace(TARGET, path=Path.STEPPED)

    assert stepped.expected_on(date(2004, 3, 31)) == 60
    assert stepped.expected_on(date(2004, 4, 1)) == 66
    assert stepped.expected_on(date(2006, 3, 31)) == 66
    assert stepped.expected_on(date(2006, 4, 1)) == 80


def test_before_the_baseline_nothing_is_expected_and_after_the_end_its_value_stays() -> None:
    assert TARGET.expected_on(date(2003, 3, 31)) is None
    assert TARGET.expected_on(date(2010, 1, 1)) == 80


@given(st.integers(0, 366 + 730))
def test_what_is_expected_on_a_straight_way_never_falls_where_the_points_rise(days: int) -> None:
    day = TARGET.baseline.day + timedelta(days)
    today, tomorrow = TARGET.expected_on(day), TARGET.expected_on(day + timedelta(1))

    assert today is not None
    assert tomorrow is not None
    assert Fraction(60) <= today <= tomorrow <= Fraction(80)


@pytest.mark.parametrize(
    ("figure", "higher", "lower"),
    [
        ("63", Course.ON_COURSE, Course.ON_COURSE),
        ("64", Course.ON_COURSE, Course.OFF_COURSE),
        ("62.9", Course.OFF_COURSE, Course.ON_COURSE),
    ],
)
def test_a_figure_is_judged_by_what_was_expected_on_its_own_day(
    figure: str, higher: Course, lower: Course
) -> None:
    assert judged(figure) is higher
    assert judged(figure, FALLING) is lower


@pytest.mark.parametrize("figure", ["0", "63", "100"])
def test_a_measure_of_context_is_never_judged(figure: str) -> None:
    assert judged(figure, CONTEXT) is Course.NO_JUDGEMENT


def test_a_figure_that_may_be_either_side_is_not_judged() -> None:
    assert judged("51", qualifier="over") is Course.NO_JUDGEMENT
    assert judged("63", qualifier="over") is Course.ON_COURSE
    assert judged("62", FALLING, qualifier="over") is Course.NO_JUDGEMENT
    assert judged("64", FALLING, qualifier="over") is Course.OFF_COURSE
    assert judged("60", FALLING, qualifier="up to") is Course.ON_COURSE
    assert judged("60-70") is Course.NO_JUDGEMENT
    assert judged("63-70") is Course.ON_COURSE
    assert judged("50-62") is Course.OFF_COURSE


@pytest.mark.parametrize(
    ("qualifier", "higher", "lower"),
    [
        ("over", Course.ON_COURSE, Course.OFF_COURSE),
        ("Greater  than", Course.ON_COURSE, Course.OFF_COURSE),
        ("at least", Course.ON_COURSE, Course.NO_JUDGEMENT),
        ("no fewer than", Course.ON_COURSE, Course.NO_JUDGEMENT),
        ("under", Course.OFF_COURSE, Course.ON_COURSE),
        ("fewer than", Course.OFF_COURSE, Course.ON_COURSE),
        ("less than", Course.OFF_COURSE, Course.ON_COURSE),
        ("at most", Course.NO_JUDGEMENT, Course.ON_COURSE),
        ("nearly", Course.OFF_COURSE, Course.ON_COURSE),
        ("about", Course.ON_COURSE, Course.ON_COURSE),
        ("", Course.ON_COURSE, Course.ON_COURSE),
    ],
)
def test_a_qualifier_says_whether_the_figure_expected_itself_was_reached(
    qualifier: str, higher: Course, lower: Course
) -> None:
    """63 was expected: over 63 is more than that, under 63 less, at most 63 may be either."""
    assert judged("63", qualifier=qualifier) is higher
    assert judged("63", FALLING, qualifier=qualifier) is lower


def test_what_is_said_with_every_figure_of_a_measure_is_said_with_each() -> None:
    under = replace(STABLE, qualifier="under")
    figure = seen(date(2003, 10, 1), "63")

    assert figure.said(under) == "under 63%"
    assert replace(figure, qualifier="over").said(under) == "over 63%"
    assert judged("63", under) is Course.OFF_COURSE
    assert list(published(under, [figure]).values()) == ["under 63%"]


def test_nearly_and_about_are_close_to_the_figure_said() -> None:
    assert judged("64", qualifier="nearly") is Course.ON_COURSE
    assert judged("62", qualifier="about") is Course.OFF_COURSE
    assert judged("62", FALLING, qualifier="almost") is Course.ON_COURSE
    assert judged("64", FALLING, qualifier="almost") is Course.OFF_COURSE


def test_progress_says_what_was_expected_and_by_when() -> None:
    day = date(2003, 10, 1)
    found = progress(TARGET, STABLE, [seen(day, "65")], date(2004, 3, 31))
    over = progress(TARGET, STABLE, [seen(day, "51", qualifier="over")], date(2004, 3, 31))

    assert found.expected == 63
    assert found.told(TARGET, "65%", "63%") == (
        "On course: 65% against the 63% expected by 1 October 2003"
    )
    assert over.told(TARGET, "over 51%", "63%") == (
        "No judgement: over 51% may be either side of the 63% expected by 1 October 2003"
    )


def test_after_the_last_day_a_figure_is_held_against_the_target() -> None:
    day = date(2006, 4, 1)
    found = progress(TARGET, STABLE, [seen(day, "67")], day)

    assert found.told(TARGET, "67%", "80%") == "Off course: 67% against the target of 80%"


def test_without_a_figure_since_the_baseline_there_is_no_judgement() -> None:
    none = progress(TARGET, STABLE, [], date(2004, 1, 1))
    only = progress(TARGET, STABLE, [seen(date(2003, 4, 1), "60")], date(2004, 1, 1))
    later = progress(TARGET, STABLE, [seen(date(2003, 10, 1), "70")], date(2003, 9, 30))

    assert none.course is only.course is later.course is Course.NO_JUDGEMENT
    assert none.told(TARGET, "", "") == "No judgement: nothing has been observed yet"
    assert only.told(TARGET, "", "") == "No judgement: nothing is observed since the baseline"


def test_the_figures_of_other_children_do_not_count() -> None:
    day = date(2003, 10, 1)
    other = seen(day, "90", group="Girls")

    assert progress(TARGET, STABLE, [other], day).latest is None
    assert progress(replace(TARGET, group="Girls"), STABLE, [other], day).latest == other


def test_a_revised_figure_is_judged_as_revised() -> None:
    day = date(2003, 10, 1)
    first = seen(day, "70")
    second = replace(first, reference="o2", figure=Figure.parse("61"), revises=first.reference)

    assert progress(TARGET, STABLE, [first], day).course is Course.ON_COURSE
    assert progress(TARGET, STABLE, [first, second], day).course is Course.OFF_COURSE


@pytest.mark.parametrize(
    ("observed", "day", "said"),
    [
        (date(2004, 3, 31), date(2004, 3, 31), "0 days"),
        (date(2004, 3, 30), date(2004, 3, 31), "1 day"),
        (date(2004, 2, 29), date(2004, 3, 31), "1 month"),
        (date(2003, 12, 31), date(2004, 3, 31), "3 months"),
        (date(2003, 3, 31), date(2004, 4, 30), "1 year 1 month"),
        (date(2002, 3, 31), date(2004, 3, 31), "2 years"),
        (date(2002, 3, 31), date(2004, 3, 30), "1 year 11 months"),
    ],
)
def test_how_old_a_figure_is_is_said_in_whole_months(observed: date, day: date, said: str) -> None:
    assert age(observed, day) == said


def test_a_target_is_held_to_one_figure_and_its_days_come_in_order() -> None:
    ranged = replace(TARGET, baseline=point(date(2003, 4, 1), "50-60"))
    turned = replace(TARGET, points=TARGET.points[::-1])

    assert not list(problems_in(TARGET))
    assert [(one.code, one.where) for one in problems_in(ranged)] == [
        ("target_figure_not_exact", "baseline.figure")
    ]
    assert [(one.code, one.where) for one in problems_in(turned)] == [
        ("points_out_of_order", "points[1].day")
    ]
