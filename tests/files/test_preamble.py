"""What stands above the headings is looked at, so that no line is lost there."""

import pytest

from trust_commissioning.files.columns import resolve
from trust_commissioning.files.dates import DateRules
from trust_commissioning.files.preamble import check_above, shows_money_or_day

HEADINGS = ("Date", "Supplier", "Amount")


def rows(*above: tuple[str, ...]) -> list[int]:
    numbered = list(enumerate(above, start=1))
    return [one.row or 0 for one in check_above(numbered, resolve(HEADINGS), DateRules())]


@pytest.mark.parametrize(
    "cells",
    [
        ("01/04/2011", "Oak House", "10.00"),
        ("10.00", "Oak House", "01/04/2011"),
        ("Oak House", "£1,000", "3-Apr-11", "x", "y"),
        ("01/04/2011", "Oak House", "10"),
        ("01/04/11", "Oak House", "(99.00)"),
    ],
)
def test_a_row_with_an_amount_and_a_day_is_a_line_wherever_they_stand(cells):
    assert rows(("Payments",), cells) == [2]


@pytest.mark.parametrize(
    "cells",
    [
        (),
        ("Payments to suppliers, December 2011",),
        ("Run on", "01/04/2011"),
        ("Total", "9,876.50"),
        ("Report", "2011", "01/04/2011"),
        ("SELECT p.amount", "p.day FROM payments p"),
        ("Version", "2.1", "31.03.2011"),
    ],
)
def test_a_title_or_a_query_is_not(cells):
    assert rows(cells) == []


def test_one_problem_names_the_rows():
    line = ("01/04/2011", "Oak House", "10.00")
    (problem,) = check_above([(1, line), (2, ()), (4, line)], resolve(HEADINGS), DateRules())

    assert (problem.code, problem.row) == ("lines_above_headings", 1)
    assert problem.message.startswith("Rows 1, 4 stand above the headings")


@pytest.mark.parametrize("heading", ["Amount", "Net amount (£)", "Date", "2011-12", "Spend 2011"])
def test_no_heading_shows_money_or_a_day(heading):
    assert not shows_money_or_day(heading)
