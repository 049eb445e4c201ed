"""What the coming and going of placements adds to what is promised, by a method anybody can redo."""

from datetime import date
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from contracts.turnover import Movements, turnover
from ledger.money import NIL, Money

DAY = Money.parse("100.00")
SEPTEMBER, MARCH = date(2003, 9, 30), date(2004, 3, 31)


def test_one_more_a_month_costs_its_days_from_the_middle_of_each_month() -> None:
    """October to March: 183 days to come; half of each month off, 167.5 + 137 + 106.5 + 75.5 + 45.5
    + 15.5 days are 547.5 at £100.00."""
    steady = Movements(began=(2,) * 12, ended=(1,) * 12)

    found = turnover(steady, DAY, after=SEPTEMBER, until=MARCH)

    assert steady.a_month == Fraction(1)
    assert found.expected == found.low == found.high == Money.parse("54750.00")


def test_the_range_is_of_the_quarters_with_fewest_and_most() -> None:
    """The quarters' averages are 0, 1, 2 and -1 a month; the year's a half."""
    uneven = Movements(began=(0, 0, 0, 1, 1, 1, 2, 2, 2, 0, 0, 0), ended=(0,) * 9 + (1, 1, 1))

    found = turnover(uneven, DAY, after=SEPTEMBER, until=MARCH)

    assert (found.low, found.expected, found.high) == (
        Money.parse("-54750.00"),
        Money.parse("27375.00"),
        Money.parse("109500.00"),
    )


def test_at_the_year_s_end_nothing_is_to_come() -> None:
    assert (
        turnover(
            Movements(began=(5,) * 12, ended=(0,) * 12), DAY, after=MARCH, until=MARCH
        ).expected
        == NIL
    )


counts = st.lists(st.integers(0, 9), min_size=12, max_size=12).map(tuple)


@given(counts, counts, st.integers(0, 1_000_000))
def test_what_is_expected_lies_within_its_range(
    began: tuple[int, ...], ended: tuple[int, ...], pence: int
) -> None:
    found = turnover(
        Movements(began=began, ended=ended), Money(pence), after=SEPTEMBER, until=MARCH
    )

    assert found.low <= found.expected <= found.high
