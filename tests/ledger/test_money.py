"""Money in whole pence: nothing is lost, nothing is guessed, nothing is a float."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.money import NIL, Money

pence = st.integers(1 - 10**15, 10**15 - 1)
weights = st.lists(st.integers(0, 10**6), min_size=1, max_size=12).filter(any)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1250", 125_000),
        ("1250.00", 125_000),
        ("0.05", 5),
        ("-0.05", -5),
        ("-1250.50", -125_050),
        ("0", 0),
        ("-0", 0),
        ("0000.01", 1),
        ("9999999999999.99", 999_999_999_999_999),
    ],
)
def test_pounds_with_two_places_of_pence_or_none_are_read(text: str, expected: int) -> None:
    assert Money.parse(text).pence == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        " 1",
        "1 ",
        "1.5",
        "1.500",
        "1,250.00",
        "£1250.00",
        "+1",
        "--1",
        "1-",
        "(1.00)",
        "1e5",
        "1_000",
        "NaN",
        "inf",
        ".50",
        "1.",
        "１２３",
        "٣",
        "12345678901234",
        "1250.00\n",
    ],
)
def test_anything_else_is_not_money(text: str) -> None:
    with pytest.raises(ValueError, match="is not an amount of money"):
        Money.parse(text)


@pytest.mark.parametrize("value", [1.0, 0.1, Decimal(1), "1", None, True])
def test_money_is_made_of_whole_pence_and_nothing_else(value: object) -> None:
    with pytest.raises(TypeError):
        Money(value)  # type: ignore[arg-type]
    with pytest.raises((ValueError, TypeError)):
        Money.parse(value if not isinstance(value, str) else 1)  # type: ignore[arg-type]


def test_money_has_neither_times_nor_divided_by() -> None:
    for operator in ("__mul__", "__rmul__", "__truediv__", "__floordiv__", "__mod__", "__float__"):
        assert not hasattr(Money, operator)


@given(pence, pence)
def test_sums_are_exact(a: int, b: int) -> None:
    assert Money(a) + Money(b) == Money(a + b)
    assert Money(a) - Money(b) == Money(a - b)
    assert -Money(a) + Money(a) == NIL
    assert Money.total([Money(a), Money(b), Money(-a)]) == Money(b)
    assert abs(Money(a)).pence == abs(a)
    assert (Money(a) < Money(b)) == (a < b)
    assert bool(Money(a)) == (a != 0)


def test_no_amounts_come_to_nil() -> None:
    assert Money.total([]) == NIL == Money(0)


@given(pence)
def test_what_is_written_plainly_is_read_back_the_same(a: int) -> None:
    assert Money.parse(Money(a).plain) == Money(a)


@pytest.mark.parametrize(
    ("amount", "plain", "shown"),
    [
        (125_000, "1250.00", "£1,250.00"),
        (-5, "-0.05", "-£0.05"),
        (0, "0.00", "£0.00"),
        (-123_456_789, "-1234567.89", "-£1,234,567.89"),
    ],
)
def test_money_is_shown_to_people_and_written_for_machines(
    amount: int, plain: str, shown: str
) -> None:
    assert (Money(amount).plain, str(Money(amount))) == (plain, shown)


# --- times -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amount", "factor", "expected"),
    [
        (100, "0.175", 18),  # 17.5 pence
        (-100, "0.175", -18),
        (10, "0.25", 3),  # 2.5 pence, away from nil and not to the even penny
        (-10, "0.25", -3),
        (10, "0.24", 2),
        (1, "1/3", 0),
        (2, "1/3", 1),
        (100, "-0.175", -18),
        (-100, "-0.175", 18),
        (125_000, "7", 875_000),
        (0, "0.5", 0),
    ],
)
def test_times_rounds_to_the_nearest_penny_and_halves_away_from_nil(
    amount: int, factor: str, expected: int
) -> None:
    assert Money(amount).times(Fraction(factor)) == Money(expected)


@given(pence, st.fractions(-1000, 1000, max_denominator=10**6))
def test_times_is_never_more_than_half_a_penny_out_and_mirrors_its_sign(
    amount: int, factor: Fraction
) -> None:
    product = Money(amount).times(factor)

    assert abs(product.pence - amount * factor) <= Fraction(1, 2)
    assert Money(-amount).times(factor) == -product
    assert Money(amount).times(-factor) == -product


@pytest.mark.parametrize("factor", [0.175, 1.0, True, "2", Decimal("0.5"), None])
def test_times_takes_only_an_exact_factor(factor: object) -> None:
    with pytest.raises(TypeError, match="exact fraction"):
        Money(100).times(factor)  # type: ignore[arg-type]


# --- split -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amount", "by", "expected"),
    [
        (100, [1, 1, 1], [34, 33, 33]),
        (101, [1, 1, 1], [34, 34, 33]),
        (-100, [1, 1, 1], [-34, -33, -33]),
        (10_001, [1, 3], [2500, 7501]),
        (10_001, [3, 1], [7501, 2500]),
        (1, [1, 1], [1, 0]),
        (2, [1, 1, 1], [1, 1, 0]),
        (100, [0, 1, 0], [0, 100, 0]),
        (5, [0, 1, 1], [0, 3, 2]),
        (0, [1, 2], [0, 0]),
        (7, [5], [7]),
        # The odd pence go to whom rounding cost most, not to whoever comes first.
        (1000, [1, 5, 1], [143, 714, 143]),
        (10, [1, 2, 4], [1, 3, 6]),
    ],
)
def test_odd_pence_go_to_the_largest_remainders_then_to_the_earliest(
    amount: int, by: list[int], expected: list[int]
) -> None:
    assert [share.pence for share in Money(amount).split(by)] == expected


@given(pence, weights)
def test_split_loses_nothing(amount: int, by: list[int]) -> None:
    assert Money.total(Money(amount).split(by)) == Money(amount)


@given(pence, weights)
def test_each_share_is_within_a_penny_of_its_exact_part_and_of_its_sign(
    amount: int, by: list[int]
) -> None:
    for share, weight in zip(Money(amount).split(by), by, strict=True):
        assert abs(share.pence - Fraction(amount * weight, sum(by))) < 1
        assert share.pence * amount >= 0
        assert weight or not share


@given(pence, weights)
def test_a_credit_is_split_as_the_debit_was(amount: int, by: list[int]) -> None:
    assert Money(-amount).split(by) == tuple(-share for share in Money(amount).split(by))


@given(pence, weights)
def test_the_pence_left_over_went_to_the_largest_remainders(amount: int, by: list[int]) -> None:
    size, whole = abs(amount), sum(by)
    given_up = [(size * weight % whole, -place) for place, weight in enumerate(by)]
    got_one = [
        abs(share.pence) > size * weight // whole
        for share, weight in zip(Money(amount).split(by), by, strict=True)
    ]

    with_one = [rank for rank, got in zip(given_up, got_one, strict=True) if got]
    without = [rank for rank, got in zip(given_up, got_one, strict=True) if not got]
    assert not with_one or not without or min(with_one) > max(without)


@given(pence, weights, st.integers(1, 50))
def test_weights_say_proportions_only(amount: int, by: list[int], times: int) -> None:
    assert Money(amount).split([weight * times for weight in by]) == Money(amount).split(by)


@pytest.mark.parametrize("by", [[], [0], [0, 0], [1, -1], [-1]])
def test_weights_are_nil_or_more_with_one_above_nil(by: list[int]) -> None:
    with pytest.raises(ValueError, match="Weights must be"):
        Money(100).split(by)
