"""Measures for children: under which outcome, what was observed, what is revised and never lost."""

from dataclasses import replace
from datetime import date

import pytest

from contracts.figures import Figure
from contracts.indicators import (
    Direction,
    Indicator,
    Mapped,
    MeasureKind,
    Observation,
    of_whom,
    outcomes_on,
    problems_in,
    problems_in_mapping,
    problems_in_observation,
    standing,
)
from ledger.outcomes import Outcome

NEET = Indicator(
    code="neet",
    name="Young people outside education and work",
    outcome=Outcome.ECONOMIC_WELL_BEING,
    kind=MeasureKind.LEVEL,
    unit="percent",
    direction=Direction.LOWER,
)
CHILDREN = replace(NEET, code="in-care", unit="children", counts=True)


def seen(reference: str, figure: str, day: date = date(2004, 3, 31), **said: object) -> Observation:
    return Observation(
        reference=reference,
        indicator="neet",
        day=day,
        figure=Figure.parse(figure),
        source="The survey",
        **said,  # type: ignore[arg-type]
    )


def codes(new: Observation, *earlier: Observation, indicator: Indicator = NEET) -> list[str]:
    return [one.code for one in problems_in_observation(new, indicator, earlier)]


def mapped(reference: str, starts: date, *outcomes: Outcome) -> Mapped:
    return Mapped(
        reference=reference, indicator="neet", starts=starts, outcomes=outcomes, reason="Agreed"
    )


def test_a_measure_stands_where_its_source_has_it_until_somebody_maps_it() -> None:
    moved = mapped("m1", date(2004, 4, 1), Outcome.ENJOY_AND_ACHIEVE)

    assert outcomes_on(NEET, [moved], date(2004, 3, 31)) == (Outcome.ECONOMIC_WELL_BEING,)
    assert outcomes_on(NEET, [moved], date(2004, 4, 1)) == (Outcome.ENJOY_AND_ACHIEVE,)
    assert outcomes_on(replace(NEET, outcome=None), [], date(2004, 4, 1)) == ()


def test_of_two_mappings_from_one_day_the_later_word_holds_and_an_earlier_day_never_does() -> None:
    day = date(2004, 4, 1)
    first = mapped("m1", day, Outcome.ENJOY_AND_ACHIEVE)
    second = mapped("m2", day, Outcome.STAY_SAFE, Outcome.BE_HEALTHY)
    back_dated = mapped("m3", date(2004, 1, 1))

    assert outcomes_on(NEET, [first, second, back_dated], day) == second.outcomes
    assert outcomes_on(NEET, [first, second, back_dated], date(2004, 2, 1)) == ()


def test_a_mapping_of_another_measure_changes_nothing() -> None:
    other = replace(mapped("m1", date(2004, 4, 1), Outcome.BE_HEALTHY), indicator="other")

    assert outcomes_on(NEET, [other], date(2005, 1, 1)) == (Outcome.ECONOMIC_WELL_BEING,)


def test_an_outcome_is_named_once_in_a_mapping() -> None:
    twice = mapped("m", date(2004, 4, 1), Outcome.BE_HEALTHY, Outcome.BE_HEALTHY)

    assert [one.code for one in problems_in_mapping(twice)] == ["outcome_named_twice"]


def test_an_aim_is_one_of_those_under_the_outcome() -> None:
    good = replace(NEET, aim="Ready for employment")
    wrong = replace(NEET, aim="Ready for school")
    bare = replace(NEET, aim="Ready for employment", outcome=None)

    assert not list(problems_in(good))
    assert [one.code for one in problems_in(wrong)] == ["aim_not_of_outcome"]
    assert [one.code for one in problems_in(bare)] == ["aim_without_outcome"]


def test_a_change_or_a_rank_counts_nobody() -> None:
    wrong = replace(NEET, kind=MeasureKind.CHANGE, counts=True)

    assert [one.code for one in problems_in(wrong)] == ["only_levels_count"]


def test_a_later_row_takes_the_place_of_an_earlier_and_never_removes_it() -> None:
    first = seen("o1", "9")
    second = seen("o2", "9.4", revises="o1", reason="Late schools")

    assert codes(second, first) == []
    assert [one.reference for one in standing([first, second])] == ["o2"]
    assert standing([first]) == [first]


def test_a_second_figure_of_the_same_children_and_day_says_that_it_revises_the_first() -> None:
    assert codes(seen("o2", "9.4"), seen("o1", "9")) == ["observation_there_already"]
    assert codes(seen("o2", "9.4", group="Girls"), seen("o1", "9")) == []
    assert codes(seen("o2", "9.4", area="Ashmere"), seen("o1", "9")) == []


def test_a_revision_says_why_and_revises_what_stands() -> None:
    first = seen("o1", "9")
    second = seen("o2", "9.4", revises="o1", reason="Late schools")
    again = seen("o3", "9.5", revises="o1", reason="Later schools")

    assert codes(seen("o2", "9.4", revises="o1"), first) == ["revision_without_reason"]
    assert codes(again, first, second) == ["observation_revised_already"]
    assert codes(replace(again, revises="o2"), first, second) == []
    assert codes(replace(again, revises="nothing"), first) == ["revision_of_another"]
    assert codes(replace(second, day=date(2005, 3, 31)), first) == ["revision_of_another"]


def test_people_are_whole_and_a_part_is_not_above_the_whole() -> None:
    assert codes(seen("o1", "9.5"), indicator=CHILDREN) == ["count_not_whole"]
    assert codes(seen("o1", "-9"), indicator=CHILDREN) == ["count_not_whole"]
    assert codes(seen("o1", "50-100"), indicator=CHILDREN) == []
    assert codes(seen("o1", "40", counted=9, out_of=8)) == ["counted_above_all"]
    assert codes(seen("o1", "40", out_of=8)) == ["counted_missing"]
    assert codes(seen("o1", "40", counted=8, out_of=20)) == []


@pytest.mark.parametrize("figure", ["0", "1.5", "1-3"])
def test_a_rank_is_a_place(figure: str) -> None:
    rank = replace(NEET, kind=MeasureKind.RANK, unit="rank")

    assert codes(seen("o1", figure), indicator=rank) == ["rank_not_a_place"]
    assert codes(seen("o1", "1"), indicator=rank) == []


def test_whom_a_figure_is_of_is_said_in_words() -> None:
    assert of_whom("", "") == "Everybody"
    assert of_whom("Ashmere", "Aged 16 and over") == "Ashmere, Aged 16 and over"
