"""A top-slice: the same proportion of each, whole pounds, summing exactly."""

from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ledger.grant.top_slice import reduction_of, top_slice
from ledger.money import Money

pounds = st.integers(0, 10**9).map(lambda number: Money(number * 100))
amounts = st.lists(st.integers(0, 10**11).map(Money), min_size=1, max_size=30)


def test_two_and_a_half_percent_of_three_allocations():
    given_to = [Money.parse("1481400.00"), Money.parse("270000.00"), Money.parse("333.00")]

    total = reduction_of(given_to, Fraction("2.5"))
    taken = top_slice(given_to, total)

    # 2.5% of £1,751,733 is £43,793.325; by parts £37,035.00, £6,750.00 and £8.325.
    assert total == Money.parse("43793.00")
    assert [one.plain for one in taken] == ["37035.00", "6750.00", "8.00"]


@given(amounts, st.data())
def test_what_is_taken_sums_exactly_in_whole_pounds_and_leaves_nobody_below_nil(
    given_to: list[Money], data: st.DataObject
):
    most = sum(one.pence // 100 for one in given_to)
    total = Money(100 * data.draw(st.integers(0, most)))

    taken = top_slice(given_to, total)

    assert Money.total(taken) == total
    for before, less in zip(given_to, taken, strict=True):
        assert less.pence % 100 == 0
        assert Money(0) <= less <= before


@given(amounts, st.data())
def test_nobody_loses_a_pound_more_or_less_than_its_proportion(
    given_to: list[Money], data: st.DataObject
):
    whole = [one.pence // 100 for one in given_to]
    assume(sum(whole))
    wanted = data.draw(st.integers(0, sum(whole)))

    taken = top_slice(given_to, Money(wanted * 100))

    for has, less in zip(whole, taken, strict=True):
        exact = Fraction(wanted * has, sum(whole))
        assert abs(less.pence // 100 - exact) < 1


@pytest.mark.parametrize("total", ["10.50", "-1.00", "1000.00"])
def test_a_total_that_cannot_be_taken_is_refused(total: str):
    with pytest.raises(ValueError, match="£"):
        top_slice([Money.parse("999.99")], Money.parse(total))
