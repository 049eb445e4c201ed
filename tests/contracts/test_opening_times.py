"""Opening times: the hours of each week, by which a service is looked for."""

from datetime import time

import pytest

from contracts.opening_times import Open, Sought, Weekday, by_hours, in_words, is_open, problems_in

FOUR, SEVEN, TEN, NOON = time(16), time(19), time(10), time(12)
TIMES = (
    Open(Weekday.SATURDAY, TEN, NOON),
    Open(Weekday.FRIDAY, FOUR, SEVEN),
    Open(Weekday.MONDAY, FOUR, SEVEN),
)


def test_days_with_the_same_hours_are_said_together_in_the_order_of_the_week() -> None:
    assert by_hours(TIMES) == {
        (FOUR, SEVEN): (Weekday.MONDAY, Weekday.FRIDAY),
        (TEN, NOON): (Weekday.SATURDAY,),
    }
    assert in_words(TIMES) == "Monday, Friday 16:00 to 19:00; Saturday 10:00 to 12:00"
    assert in_words(()) == ""


@pytest.mark.parametrize(
    ("sought", "found"),
    [
        (Sought(), True),
        (Sought(day=Weekday.MONDAY), True),
        (Sought(day=Weekday.SUNDAY), False),
        (Sought(opens=FOUR), True),
        (Sought(opens=time(16, 1)), False),
        (Sought(closes=NOON), True),
        (Sought(closes=time(11, 59)), False),
        (Sought(day=Weekday.SATURDAY, opens=FOUR), False),
        (Sought(day=Weekday.MONDAY, opens=FOUR, closes=SEVEN), True),
    ],
)
def test_one_time_meets_all_that_is_sought(sought: Sought, found: bool) -> None:
    assert is_open(TIMES, sought) is found


def test_a_service_whose_hours_nobody_said_is_at_no_time_sought() -> None:
    assert is_open((), Sought())
    assert not is_open((), Sought(day=Weekday.MONDAY))


def test_a_time_closes_after_it_opens() -> None:
    over_midnight = Open(Weekday.FRIDAY, time(22), time(2))

    assert [(p.code, p.where) for p in problems_in((*TIMES, over_midnight))] == [
        ("opening_times_out_of_order", "times[3].closes")
    ]


@pytest.mark.parametrize(
    ("text", "day"),
    [("MO", Weekday.MONDAY), (" monday ", Weekday.MONDAY), ("mon", None), ("", None)],
)
def test_a_day_is_named_in_full_or_as_icalendar_has_it(text: str, day: Weekday | None) -> None:
    assert Weekday.named(text) is day
