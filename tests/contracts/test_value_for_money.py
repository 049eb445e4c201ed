"""What a unit costs by sector, own provision beside bought, and which prices are looked at."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from contracts.value_for_money import (
    GREEN_PAPER,
    Delivered,
    each,
    outliers,
    own_beside_bought,
    unit_costs,
)
from ledger.money import Money

POUNDS = Money.parse


def placed(source: str, sector: str, weeks: int | Fraction, cost: str, **said: str) -> Delivered:
    return Delivered(
        service=said.get("service", "fostering"),
        sector=sector,
        unit=said.get("unit", "week"),
        units=Fraction(weeks),
        cost=POUNDS(cost),
        source=source,
        children=1,
    )


FOSTERING = [
    placed("own carers", "own", 100, "25000.00"),
    placed("Oakfield", "private", 50, "37500.00"),
    placed("Ashgrove", "voluntary", 25, "17500.00"),
]


def test_the_green_papers_placements_cost_36667_pounds_a_year_and_703_a_week() -> None:
    """£2.2bn for 60,000 children (1.6); a year of 365 days is 52 weeks and a seventh."""
    assert GREEN_PAPER.a_year == POUNDS("36666.67")
    assert GREEN_PAPER.a_week == POUNDS("703.20")
    assert GREEN_PAPER.reference.endswith("paragraph 1.6")


def test_a_unit_cost_is_all_the_cost_over_all_the_units_of_a_sector() -> None:
    found = {
        one.sector: one for one in unit_costs([*FOSTERING, placed("B", "private", 50, "42500.00")])
    }

    assert {sector: one.each.plain for sector, one in found.items()} == {
        "own": "250.00",
        "private": "800.00",
        "voluntary": "700.00",
    }
    assert found["private"].units == 100
    assert found["private"].children == 2


def test_services_and_units_are_never_mixed() -> None:
    found = unit_costs([*FOSTERING, placed("C", "private", 10, "900.00", unit="session")])

    assert [(one.unit, one.sector) for one in found] == [
        ("session", "private"),
        ("week", "own"),
        ("week", "private"),
        ("week", "voluntary"),
    ]


def test_what_delivered_nothing_has_no_price() -> None:
    assert unit_costs([placed("D", "private", 0, "100.00")]) == []


def test_a_retainer_paid_for_no_unit_is_part_of_what_the_units_cost() -> None:
    """£37,500.00 and a retainer of £2,500.00 for 50 weeks: £800.00 a week."""
    (found,) = unit_costs([FOSTERING[1], placed("F", "private", 0, "2500.00")])

    assert (found.cost, found.each) == (POUNDS("40000.00"), POUNDS("800.00"))


def test_own_provision_stands_beside_all_that_is_bought() -> None:
    """£55,000.00 for 75 bought weeks is £733.33; own is £250.00."""
    (found,) = own_beside_bought(unit_costs(FOSTERING))

    assert found.own.each == POUNDS("250.00")
    assert found.bought.each == POUNDS("733.33")
    assert found.more == POUNDS("483.33")
    assert not list(own_beside_bought(unit_costs(FOSTERING[1:])))


def test_what_nobody_said_the_sector_of_is_on_no_side_of_the_comparison() -> None:
    unsaid = [FOSTERING[0], placed("E", "", 10, "9000.00")]

    assert not list(own_beside_bought(unit_costs(unsaid)))
    (found,) = own_beside_bought(unit_costs([*FOSTERING, unsaid[1]]))
    assert found.bought.cost == POUNDS("55000.00")


def test_a_price_that_stands_out_is_named_with_the_reason_to_look() -> None:
    prices = [
        placed("A", "private", 10, "7000.00"),
        placed("B", "private", 10, "7500.00"),
        placed("C", "private", 10, "8000.00"),
        placed("D", "private", 10, "10500.00"),
        placed("E", "own", 10, "2500.00"),
    ]

    dear, cheap = outliers(prices)

    assert (dear.delivered.source, dear.each, dear.middle) == (
        "D",
        POUNDS("1050.00"),
        POUNDS("750.00"),
    )
    assert dear.reason == (
        "40% above £750.00 a week, the middle of 5 prices: ask what need or what part of the "
        "service the price is for."
    )
    assert cheap.delivered.source == "E"
    assert cheap.reason.startswith("67% below £750.00 a week")


def test_a_quarter_from_the_middle_is_not_yet_far() -> None:
    prices = [
        placed(name, "private", 1, cost)
        for name, cost in zip("ABC", ("750.00", "1000.00", "1250.00"), strict=True)
    ]
    fourth = placed("D", "private", 1, "1000.00")

    assert not list(outliers([*prices, fourth]))
    assert [one.delivered.source for one in outliers([*prices, fourth], Fraction(1, 5))] == [
        "C",
        "A",
    ]


def test_of_an_even_number_the_middle_lies_between_the_two_in_the_midst() -> None:
    prices = [
        placed(n, "private", 1, c)
        for n, c in zip("ABCD", ("100.00", "100.01", "100.02", "900.00"), strict=True)
    ]

    (found,) = outliers(prices)

    assert found.middle == POUNDS("100.02"), "half of £200.03 is £100.015, away from nil"


def test_three_prices_have_no_middle_worth_the_name() -> None:
    assert not list(
        outliers(
            [
                placed(n, "private", 1, c)
                for n, c in zip("ABC", ("1.00", "1.00", "99.00"), strict=True)
            ]
        )
    )


@given(st.lists(st.tuples(st.integers(1, 500), st.integers(0, 10**7)), min_size=1, max_size=8))
def test_the_cost_of_the_parts_is_the_cost_of_the_whole(drawn: list[tuple[int, int]]) -> None:
    delivered = [
        Delivered(service="s", sector="private", unit="week", units=Fraction(w, 7), cost=Money(p))
        for w, p in drawn
    ]
    (found,) = unit_costs(delivered)

    assert found.cost == Money.total(one.cost for one in delivered)
    assert found.each == each(found.cost, sum((one.units for one in delivered), Fraction(0)))
