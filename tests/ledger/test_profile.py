"""How a budget is spread over the twelve periods, to the penny."""

from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.money import NIL, Money
from ledger.periods import FinancialYear, Period
from ledger.profile import (
    EVEN,
    BudgetProfile,
    ProfileSaid,
    Shape,
    by_contract,
    first_month,
    problems_in,
)

YEAR = FinancialYear(2003)
PENCE = st.integers(-(10**12), 10**12).map(Money)
SEASONS = st.lists(st.integers(0, 1000), min_size=12, max_size=12).filter(any).map(tuple)


def plain(amounts: tuple[Money, ...]) -> list[str]:
    return [amount.plain for amount in amounts]


def test_an_even_profile_gives_each_month_a_twelfth_and_half_after_half_a_year() -> None:
    spread = plain(EVEN.spread(Money.parse("1000.00")))

    assert spread == ["83.33", "83.34", "83.33"] * 4
    assert EVEN.to_date(Money.parse("1000.00"), 6).plain == "500.00"


def test_a_seasonal_profile_follows_its_weights() -> None:
    summer = BudgetProfile(Shape.SEASONAL, (0, 0, 0, 1, 3, 0, 0, 0, 0, 0, 0, 0))

    assert plain(summer.spread(Money.parse("1000.00")))[3:5] == ["250.00", "750.00"]
    assert summer.to_date(Money.parse("1000.00"), 3) == NIL
    assert summer.to_date(Money.parse("1000.00"), 4) == Money.parse("250.00")
    assert summer.to_date(Money.parse("1000.00"), 12) == Money.parse("1000.00")


def test_a_profile_by_contract_follows_the_days_the_contract_runs() -> None:
    """11 days of June, 31 of July, 15 of August: 57 days."""
    made = by_contract(YEAR, "C-1", date(2003, 6, 20), date(2003, 8, 15))

    assert made is not None
    assert made.weights == (0, 0, 11, 31, 15, 0, 0, 0, 0, 0, 0, 0)
    assert plain(made.spread(Money.parse("5700.00")))[2:5] == ["1100.00", "3100.00", "1500.00"]


def test_a_contract_without_an_end_runs_to_the_end_of_the_year_by_its_days() -> None:
    made = by_contract(YEAR, "C-1", date(2002, 1, 1), None)

    assert made is not None
    assert sum(made.weights) == 366  # February 2004 has 29 days


def test_a_contract_of_another_year_gives_no_profile() -> None:
    assert by_contract(YEAR, "C-1", date(2004, 4, 1), None) is None
    assert by_contract(YEAR, "C-1", date(2002, 4, 1), date(2003, 3, 31)) is None


def test_period_13_holds_no_budget_of_its_own() -> None:
    assert EVEN.to_date(Money.parse("1000.00"), 13) == EVEN.to_date(Money.parse("1000.00"), 12)


@given(PENCE, SEASONS)
def test_a_spread_sums_to_the_budget_exactly_for_any_amount_sign_and_weights(
    budget: Money, weights: tuple[int, ...]
) -> None:
    made = BudgetProfile(Shape.SEASONAL, weights)

    assert Money.total(made.spread(budget)) == budget
    assert made.to_date(budget, 12) == budget


def test_a_profile_given_in_july_leaves_april_to_june_as_they_were() -> None:
    """£1,200.00 evenly: £300.00 by June. The other £900.00 then goes 1 to 8, July and August."""
    late = BudgetProfile(Shape.SEASONAL, (5, 5, 5, 1, 8, 0, 0, 0, 0, 0, 0, 0)).from_month(4, EVEN)

    assert plain(late.spread(Money.parse("1200.00")))[:6] == [
        "100.00",
        "100.00",
        "100.00",
        "100.00",
        "800.00",
        "0.00",
    ]


@given(PENCE, st.lists(st.tuples(SEASONS, st.integers(1, 12)), min_size=1, max_size=4))
def test_however_often_it_is_changed_the_months_before_stay_and_the_year_sums_exactly(
    budget: Money, given_: list[tuple[tuple[int, ...], int]]
) -> None:
    now = EVEN
    for weights, since in given_:
        made = BudgetProfile(Shape.SEASONAL, weights).from_month(since, now)

        assert made.spread(budget)[: since - 1] == now.spread(budget)[: since - 1]
        assert Money.total(made.spread(budget)) == budget
        now = made


@pytest.mark.parametrize(
    ("closed", "given_in", "first"),
    [
        ((), None, 1),
        ((), "2003-04 P04", 4),
        ((1, 2, 3, 4, 5), "2003-04 P04", 6),
        ((2, 3), None, 4),
        (range(1, 13), None, None),
        (range(1, 14), "2003-04 P12", None),
    ],
)
def test_only_months_that_are_open_from_the_change_on_may_change(
    closed: Sequence[int], given_in: str | None, first: int | None
) -> None:
    """April opened again before a closed May and June stays as it was too."""
    assert first_month(closed, Period.parse(given_in) if given_in else None) == first


@given(st.dates(date(2002, 1, 1), date(2005, 1, 1)), st.integers(0, 800), PENCE)
def test_a_spread_by_any_contract_sums_to_the_budget_exactly(
    starts: date, days: int, budget: Money
) -> None:
    made = by_contract(YEAR, "C-1", starts, date.fromordinal(starts.toordinal() + days))

    if made is not None:
        assert Money.total(made.spread(budget)) == budget


@pytest.mark.parametrize(
    ("said", "codes"),
    [
        (ProfileSaid(), []),
        (ProfileSaid(Shape.SEASONAL, (1,) * 12), []),
        (ProfileSaid(Shape.SEASONAL), ["profile_field_not_of_shape"]),
        (ProfileSaid(Shape.EVEN, (1,) * 12), ["profile_field_not_of_shape"]),
        (ProfileSaid(Shape.CONTRACT), ["profile_field_not_of_shape"]),
        (ProfileSaid(Shape.SEASONAL, (1,) * 11), ["profile_not_of_twelve"]),
        (ProfileSaid(Shape.SEASONAL, (0,) * 12), ["profile_weighs_nothing"]),
        (
            ProfileSaid(Shape.SEASONAL, (-1, *(0,) * 9)),
            ["profile_not_of_twelve", "profile_weight_below_nil"],
        ),
    ],
)
def test_everything_wrong_with_a_profile_is_said_at_once(
    said: ProfileSaid, codes: list[str]
) -> None:
    assert [problem.code for problem in problems_in(said)] == codes


def test_the_month_of_a_weight_below_nil_is_named() -> None:
    said = ProfileSaid(Shape.SEASONAL, (*(1,) * 11, -2))

    assert [(p.where, p.message) for p in problems_in(said)] == [
        ("weights[11]", "The weight of March is -2; a weight is nil or more.")
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("even", ProfileSaid()),
        ("Even", ProfileSaid()),
        ("1 1 1 1 1 1 2 2 2 3 3 3", ProfileSaid(Shape.SEASONAL, (1,) * 6 + (2,) * 3 + (3,) * 3)),
        ("contract C-0001", ProfileSaid(Shape.CONTRACT, contract="C-0001")),
    ],
)
def test_a_profile_is_read_as_a_spreadsheet_holds_it(text: str, said: ProfileSaid) -> None:
    assert ProfileSaid.parse(text) == said


@pytest.mark.parametrize("text", ["evenly", "1 1.5 1", "contract", "C-0001"])
def test_what_is_no_profile_is_not_guessed_at(text: str) -> None:
    with pytest.raises(ValueError, match="is not a profile; write even"):
        ProfileSaid.parse(text)
