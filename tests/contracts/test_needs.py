"""Needs: what is counted, which way it goes, what is not provided for, whose word it is."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from contracts import needs as rules
from contracts.needs import (
    Changed,
    Led,
    Need,
    Observation,
    Priority,
    Provision,
    Trend,
    View,
    Whose,
)
from ledger.outcomes import Outcome

MARCH, JUNE, SEPTEMBER = date(2003, 3, 31), date(2003, 6, 30), date(2003, 9, 30)
NEED = Need(
    code="foster-teens",
    title="Foster homes for teenagers",
    group="Looked-after children aged 13 to 17",
    locality="Wealdshire",
)


def counted(day: date, number: int, reference: str = "") -> Observation:
    return Observation(
        reference=reference or str(day), day=day, number=number, source="Annual return"
    )


def provided(day: date, number: int, service: str = "", by: str = "Fostering") -> Provision:
    return Provision(
        reference=f"{day}{service}", day=day, provided=number, said_by=by, service=service
    )


def test_the_number_on_a_day_is_the_last_that_was_observed_by_it() -> None:
    need = replace(NEED, observations=(counted(MARCH, 45), counted(SEPTEMBER, 57)))

    assert need.number_on(date(2003, 3, 30)) is None
    assert need.number_on(JUNE).number == 45
    assert need.number_on(SEPTEMBER).number == 57


def test_a_later_word_on_the_same_day_corrects_the_number_without_a_trend_of_its_own() -> None:
    need = replace(NEED, observations=(counted(MARCH, 45), counted(MARCH, 54, "corrected")))

    assert need.number_on(JUNE).number == 54
    assert need.trend_on(JUNE) is Trend.NOT_KNOWN


def test_the_trend_is_between_the_last_two_days() -> None:
    need = replace(
        NEED, observations=(counted(MARCH, 60), counted(JUNE, 45), counted(SEPTEMBER, 45))
    )

    assert need.trend_on(MARCH) is Trend.NOT_KNOWN
    assert need.trend_on(JUNE) is Trend.FALLING
    assert need.trend_on(SEPTEMBER) is Trend.STEADY
    up = replace(need, observations=(counted(MARCH, 1), counted(JUNE, 2)))
    assert up.trend_on(JUNE) is Trend.RISING


def test_the_gap_is_who_needs_it_less_who_has_it_said_by_whom_and_when() -> None:
    need = replace(
        NEED,
        observations=(counted(MARCH, 57),),
        provisions=(
            provided(MARCH, 20, "fostering"),
            provided(JUNE, 12, "agency", by="Placements team"),
        ),
    )

    gap = need.gap_on(JUNE)

    assert (gap.number, gap.needing, gap.provided) == (25, 57, 32)
    assert (gap.counted, gap.said) == (MARCH, JUNE)
    assert gap.said_by == ("Fostering", "Placements team")
    assert need.gap_on(MARCH).number == 37


def test_a_gap_is_not_known_while_either_number_is_not() -> None:
    assert replace(NEED, observations=(counted(MARCH, 5),)).gap_on(JUNE) is None
    assert replace(NEED, provisions=(provided(MARCH, 5),)).gap_on(JUNE) is None


def test_more_than_is_needed_is_a_gap_below_nil() -> None:
    need = replace(NEED, observations=(counted(MARCH, 5),), provisions=(provided(MARCH, 8),))

    assert need.gap_on(MARCH).number == -3


def test_what_is_said_of_all_services_and_of_each_is_never_counted_twice() -> None:
    of_all = replace(
        NEED,
        observations=(counted(MARCH, 57),),
        provisions=(provided(MARCH, 30), provided(JUNE, 12, "fostering")),
    )
    of_all_again = replace(of_all, provisions=(*of_all.provisions, provided(SEPTEMBER, 40)))

    assert of_all.gap_on(MARCH).provided == 30
    assert of_all.gap_on(JUNE).provided == 12
    assert of_all_again.gap_on(SEPTEMBER).provided == 40


@given(
    st.lists(
        st.tuples(st.integers(0, 400), st.integers(0, 500), st.sampled_from(["", "a", "b"])),
        min_size=1,
        max_size=8,
    )
)
def test_what_is_provided_is_the_last_word_of_each_service(said) -> None:
    said = sorted(said, key=lambda one: one[0])
    need = replace(NEED, provisions=tuple(provided(MARCH + timedelta(d), n, s) for d, n, s in said))
    last = {service: number for _, number, service in said}

    standing = need.provided_on(date.max)

    assert len(standing) == len({one.service for one in standing})
    assert all(one.provided == last[one.service] for one in standing)
    assert ("" in {one.service for one in standing}) == (said[-1][2] == "")


def test_needs_of_an_outcome_stand_in_the_order_of_their_rank_on_the_day() -> None:
    def ranked(need: Need, day: date, rank: int) -> Need:
        one = Priority(
            reference=f"{need.code}{day}",
            day=day,
            outcome=Outcome.STAY_SAFE,
            rank=rank,
            reason="Board",
        )
        return replace(need, priorities=(*need.priorities, one))

    first = ranked(ranked(NEED, MARCH, 1), SEPTEMBER, 3)
    second = ranked(replace(NEED, code="refuge", title="Refuge"), MARCH, 2)
    dropped = ranked(ranked(replace(NEED, code="other"), MARCH, 3), JUNE, 0)
    closed = replace(ranked(replace(NEED, code="met"), MARCH, 1), closed=MARCH)
    every = (first, second, dropped, closed)

    def order(day: date) -> list[str]:
        return [need.code for need in rules.in_order_of_priority(every, Outcome.STAY_SAFE, day)]

    assert order(MARCH) == ["foster-teens", "refuge", "other"]
    assert order(SEPTEMBER) == ["refuge", "foster-teens"]
    assert rules.in_order_of_priority(every, Outcome.BE_HEALTHY, MARCH) == []


def test_a_need_is_closed_for_a_reason() -> None:
    assert [p.code for p in rules.problems_in(replace(NEED, closed=MARCH))] == [
        "need_closed_without_a_reason"
    ]
    assert rules.problems_in(replace(NEED, closed=MARCH, closed_because="Met")) == []
    assert replace(NEED, closed=MARCH).is_open_on(date(2003, 3, 30))
    assert not replace(NEED, closed=MARCH).is_open_on(MARCH)


def test_a_view_changes_nothing_that_was_before_it() -> None:
    view = View(
        reference="v1",
        day=JUNE,
        whose=Whose.YOUNG_PEOPLE,
        words="We want to stay at our school.",
        gathered="A meeting",
        need=NEED.code,
    )
    led = Led(
        reference="l1", day=JUNE, view="v1", changed=Changed.SERVICE, what="fostering", words="Now"
    )

    assert list(rules.problems_in_led(view, led)) == []
    assert [p.code for p in rules.problems_in_led(view, replace(led, day=MARCH))] == [
        "change_before_the_view"
    ]


def hidden(number: int, *provisions: Provision) -> frozenset[str]:
    need = replace(NEED, observations=(counted(MARCH, number),), provisions=provisions)
    return rules.hidden_on(need, JUNE)


def test_a_number_of_one_to_seven_is_not_shown_and_nobody_or_eight_is() -> None:
    assert [bool(hidden(number)) for number in (0, 1, 7, 8)] == [False, True, True, False]


def test_what_would_tell_a_small_number_by_subtraction_is_not_shown_either() -> None:
    # Six of 57 have no provision: 57 less 51 would tell it.
    assert hidden(57, provided(MARCH, 51)) >= {rules.GAP, rules.PROVIDED}
    assert hidden(57, provided(MARCH, 41)) == frozenset()
    assert rules.NUMBER not in hidden(57, provided(MARCH, 51))


def test_a_small_number_of_one_service_hides_what_another_provides() -> None:
    found = hidden(100, provided(MARCH, 4, "a"), provided(MARCH, 20, "b"))

    assert {rules.of_service("a"), rules.of_service("b")} <= found
    assert rules.GAP not in found


@given(
    st.integers(0, 60),
    st.lists(st.integers(0, 40), max_size=3),
)
def test_no_small_figure_can_be_worked_out_from_those_that_are_shown(number, each) -> None:
    provisions = [provided(MARCH, n, str(turn)) for turn, n in enumerate(each)]
    found = hidden(number, *provisions)
    parts = {rules.of_service(str(turn)): n for turn, n in enumerate(each)}
    shown = {name for name in parts if name not in found}

    assert all(not 0 < n <= 7 for name, n in parts.items() if name in shown)
    if len(parts) > 1 and rules.PROVIDED not in found:
        assert len(parts) - len(shown) != 1 or not any(parts[name] for name in shown)
    if parts:
        told = {rules.NUMBER, rules.PROVIDED, rules.GAP} - found
        assert len(told) != 2 or 0 in (number, sum(each), number - sum(each))
