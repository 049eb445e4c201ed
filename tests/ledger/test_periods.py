"""Financial years from April to March: every day has its period, the last day has two."""

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.periods import FinancialYear, Period

YEAR = FinancialYear.parse("2003-04")
days = st.dates(date(1990, 1, 1), date(2090, 12, 31))
years = st.integers(1990, 2089).map(FinancialYear)


@given(days)
def test_every_day_is_in_exactly_one_ordinary_period(day: date) -> None:
    holding = [
        period
        for year in (FinancialYear(day.year - 1), FinancialYear(day.year))
        for period in year.periods
        if period.number != 13 and period.holds(day)
    ]

    assert holding == [Period.containing(day)]


@given(days)
def test_only_the_last_day_of_march_is_also_in_period_13(day: date) -> None:
    thirteenth = Period(FinancialYear.containing(day), 13)

    assert thirteenth.holds(day) == ((day.month, day.day) == (3, 31))
    assert Period.containing(day).number != 13


@given(years)
def test_the_periods_of_a_year_follow_each_other_without_a_gap(year: FinancialYear) -> None:
    ordinary = year.periods[:12]

    assert ordinary[0].starts == year.starts == date(year.starts_in, 4, 1)
    assert ordinary[-1].ends == year.ends == date(year.starts_in + 1, 3, 31)
    assert all(
        one.ends + timedelta(days=1) == following.starts
        for one, following in itertools.pairwise(ordinary)
    )
    assert year.next.starts == year.ends + timedelta(days=1)
    assert sum((one.ends - one.starts).days + 1 for one in ordinary) in (365, 366)


@pytest.mark.parametrize(
    ("day", "period"),
    [
        (date(2003, 4, 1), "2003-04 P01"),
        (date(2003, 4, 30), "2003-04 P01"),
        (date(2003, 5, 1), "2003-04 P02"),
        (date(2003, 12, 31), "2003-04 P09"),
        (date(2004, 1, 1), "2003-04 P10"),
        (date(2004, 2, 29), "2003-04 P11"),
        (date(2004, 3, 31), "2003-04 P12"),
        (date(2004, 4, 1), "2004-05 P01"),
        (date(2000, 1, 1), "1999-00 P10"),
    ],
)
def test_april_is_period_1_and_march_period_12(day: date, period: str) -> None:
    assert str(Period.containing(day)) == period
    assert Period.parse(period).holds(day)


def test_31_march_goes_into_12_or_13() -> None:
    last = date(2004, 3, 31)

    assert [period.number for period in YEAR.periods if period.holds(last)] == [12, 13]
    assert (Period(YEAR, 13).starts, Period(YEAR, 13).ends) == (last, last)
    assert not Period(YEAR, 13).holds(date(2004, 3, 30))


@given(years)
def test_years_and_periods_read_back_as_they_are_written(year: FinancialYear) -> None:
    assert FinancialYear.parse(str(year)) == year
    assert [Period.parse(str(period)) for period in year.periods] == list(year.periods)


@pytest.mark.parametrize(
    "text",
    ["2003", "2003-05", "2003-4", "03-04", "2003/04", "2003-04 ", "２００３-04", "", "1999-20"],
)
def test_what_is_no_financial_year_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a financial year"):
        FinancialYear.parse(text)


@pytest.mark.parametrize("text", ["2003-04", "2003-04 P1", "2003-04 p01", "P01", "", "2003-04P01"])
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a period"):
        Period.parse(text)


@pytest.mark.parametrize("number", [0, 14, -1])
def test_a_period_is_1_to_13(number: int) -> None:
    with pytest.raises(ValueError, match="A period is 1 to 13"):
        Period(YEAR, number)


def test_a_period_of_a_wrong_number_or_year_is_not_read() -> None:
    for text in ("2003-04 P14", "2003-04 P00", "2003-05 P01"):
        with pytest.raises(ValueError):
            Period.parse(text)


def test_a_century_ends_within_a_year() -> None:
    year = FinancialYear.parse("1999-00")

    assert (year.starts, year.ends) == (date(1999, 4, 1), date(2000, 3, 31))
    assert str(year.next) == "2000-01"


def test_periods_up_to_one_are_those_of_its_year() -> None:
    assert [str(one) for one in Period(YEAR, 3).up_to()] == [
        "2003-04 P01",
        "2003-04 P02",
        "2003-04 P03",
    ]


def test_periods_are_in_order_of_year_then_number() -> None:
    mixed = [Period(YEAR.next, 1), Period(YEAR, 13), Period(YEAR, 2)]

    assert [str(one) for one in sorted(mixed)] == ["2003-04 P02", "2003-04 P13", "2004-05 P01"]


def test_a_screen_says_the_month_and_13_by_its_number() -> None:
    assert Period(YEAR, 1).title == "April 2003"
    assert Period(YEAR, 10).title == "January 2004"
    assert Period(YEAR, 13).title == "Period 13 of 2003-04"
