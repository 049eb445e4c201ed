"""Dates as councils print them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.problems import Problem
from trust_commissioning.files.dates import (
    DateOrder,
    DateRules,
    PeriodMeans,
    ReadDate,
    read_date,
)

DAY_FIRST = DateRules(order=DateOrder.DAY_FIRST)
MONTH_FIRST = DateRules(order=DateOrder.MONTH_FIRST)


def refused(text: str, rules: DateRules | None = None) -> Problem:
    read = read_date(text, rules)
    assert isinstance(read, Problem), read
    return read


@pytest.mark.parametrize(
    "text",
    [
        "2017-04-03",
        "2017-04-03 00:00:00",
        "2017-04-03T00:00:00",
        "2017/04/03",
        "03/04/2017",
        "3/4/2017",
        "03/04/2017 00:00",
        "03.04.2017",
        "03-04-2017",
        "03-Apr-17",
        "03-Apr-2017",
        "3 April 2017",
        "03 APR 2017",
        "Monday, April 3, 2017",
        "April 3, 2017",
        "Mon 3 Apr 2017",
        "  03/04/2017 ",
    ],
)
def test_a_date_is_read_in_each_shape_councils_print_with_the_day_before_the_month(text):
    assert read_date(text) == ReadDate(date(2017, 4, 3))


def test_the_month_comes_first_only_where_the_profile_says_so():
    assert read_date("03/04/2017", MONTH_FIRST) == ReadDate(date(2017, 3, 4))


def test_a_month_above_twelve_is_refused_with_the_way_to_mend_it():
    problem = refused("04/25/2011")

    assert problem.code == "date_month_out_of_range"
    assert "If this file puts the month first, say so." in problem.message
    assert refused("25/04/2011", MONTH_FIRST).code == "date_month_out_of_range"


def test_two_figures_for_a_year_are_read_where_the_order_is_stated_and_mean_1970_to_2069():
    assert refused("03/04/17").code == "date_order_not_known"
    assert read_date("03/04/17", DAY_FIRST) == ReadDate(date(2017, 4, 3))
    assert read_date("01-Jan-69") == ReadDate(date(2069, 1, 1))
    assert read_date("01-Jan-70") == ReadDate(date(1970, 1, 1))


def test_a_month_is_its_last_day_and_says_that_it_is_only_a_month():
    assert read_date("2012-02") == ReadDate(date(2012, 2, 29), month_only=True)


def test_a_period_is_read_only_where_the_profile_says_what_it_counts():
    assert refused("201910").code == "period_calendar_not_known"
    calendar = DateRules(period_means=PeriodMeans.CALENDAR_MONTH)
    financial = DateRules(period_means=PeriodMeans.FINANCIAL_PERIOD)

    assert read_date("201910", calendar) == ReadDate(date(2019, 10, 31), month_only=True)
    assert read_date("201910", financial) == ReadDate(date(2020, 1, 31), month_only=True)
    assert read_date("201901", financial) == ReadDate(date(2019, 4, 30), month_only=True)
    assert read_date("201909", financial) == ReadDate(date(2019, 12, 31), month_only=True)
    assert refused("201913", financial).code == "date_not_readable"


def test_a_serial_number_is_a_date_only_in_a_workbook_which_says_when_it_counts_from():
    assert refused("40882").code == "date_not_readable"
    assert read_date("40882", DateRules(epoch=date(1899, 12, 30))) == ReadDate(date(2011, 12, 5))
    assert read_date("39420", DateRules(epoch=date(1904, 1, 1))) == ReadDate(date(2011, 12, 5))


def test_a_weekday_that_disagrees_with_its_date_is_refused():
    problem = refused("Tuesday, March 2, 2020")

    assert problem.code == "date_weekday_disagrees"
    assert "was a Monday" in problem.message


@pytest.mark.parametrize(
    "text",
    [
        "31/02/2011",
        "00/01/2011",
        "2011-13-01",
        "99/99/999",
        "20111205",
        "05/12/11/1",
        "5th December 2011",
        "TBC",
        "Dec-11",
        "2011",
        "05/12-2011",
        "０５/12/2011",
        "#####",
    ],
)
def test_what_is_not_a_date_for_certain_is_refused(text):
    assert isinstance(read_date(text), Problem)


def test_a_year_that_can_only_be_a_slip_is_refused():
    assert refused("05/12/0211").code == "date_out_of_range"
    assert refused("05/12/2110").code == "date_out_of_range"


def test_a_blank_cell_is_a_missing_date():
    assert refused("  ").code == "date_missing"


SHAPES = {
    "iso": "%Y-%m-%d",
    "iso with time": "%Y-%m-%d 00:00:00",
    "slashes": "%d/%m/%Y",
    "points": "%d.%m.%Y",
    "named": "%d-%b-%Y",
    "named, short year": "%d-%b-%y",
    "long": "%A, %B %d, %Y",
}
DAYS = st.dates(date(1970, 1, 1), date(2069, 12, 31))


@given(DAYS, st.sampled_from(sorted(SHAPES)))
def test_any_day_printed_in_any_shape_reads_back_to_the_same_day(day, shape):
    assert read_date(day.strftime(SHAPES[shape])) == ReadDate(day)


@given(DAYS)
def test_a_month_first_file_reads_back_with_a_profile_that_says_so(day):
    assert read_date(day.strftime("%m/%d/%Y"), MONTH_FIRST) == ReadDate(day)


@given(st.text(max_size=24))
def test_no_text_makes_reading_a_date_fail(text):
    assert isinstance(read_date(text), ReadDate | Problem)


@given(st.text(alphabet="0123456789/-. :TAprMarDec,", max_size=20))
def test_no_nearly_good_text_makes_reading_a_date_fail(text):
    for rules in (DAY_FIRST, MONTH_FIRST, DateRules(epoch=date(1899, 12, 30))):
        assert isinstance(read_date(text, rules), ReadDate | Problem)
