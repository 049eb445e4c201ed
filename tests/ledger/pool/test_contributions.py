"""Contributions: net of charges, aged, matched to receipts, proposed for next year."""

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.money import NIL, Money
from ledger.periods import FinancialYear
from ledger.pool.contributions import (
    Age,
    Contribution,
    ContributionKind,
    Instalment,
    age_on,
    aged,
    opening_of,
    problems_in,
    proposal,
)
from ledger.pool.receipts import Owed, matched

YEAR = FinancialYear(2003)
DAY = date(2003, 7, 31)
pence = st.integers(0, 10**12).map(Money)


def instalment(amount: str, day: date = DAY, **state: str) -> Instalment:
    held: dict[str, Any] = {name: Money.parse(value) for name, value in state.items()}
    return Instalment(day=day, amount=Money.parse(amount), **held)


def contribution(*instalments: Instalment, **more: Any) -> Contribution:
    return Contribution(
        key="k", fund="pool", year=YEAR, partner="pct", instalments=instalments, **more
    )


def test_a_council_contributes_net_of_what_families_pay():
    net = contribution(
        instalment("820.00"), gross=Money.parse("1000"), client_charges=Money.parse("180")
    )

    assert problems_in(net) == []
    assert (net.agreed.plain, net.due.plain) == ("1000.00", "820.00")
    wrong = contribution(
        instalment("1000.00"), gross=Money.parse("1000"), client_charges=Money.parse("180")
    )
    assert [p.code for p in problems_in(wrong)] == ["instalments_are_not_the_net_contribution"]


def test_what_is_wrong_with_a_contribution_is_said_all_at_once():
    wrong = contribution(
        instalment("0.00"),
        instalment("1.00"),
        instalment("1.00", date(2004, 4, 1)),
        account="Expenses:Unallocated",
        valuation="by guess",
        client_charges=Money(-1),
    )

    assert [(p.code, p.where) for p in problems_in(wrong)] == [
        ("instalment_not_above_nil", "instalments[0].amount"),
        ("entry_repeated", "instalments[1].day"),
        ("instalment_outside_year", "instalments[2].day"),
        ("cash_contribution_with_expense", "account"),
        ("cash_contribution_valued", "valuation"),
        ("client_charges_below_nil", "client_charges"),
    ]


def test_something_in_kind_names_its_expense_and_is_never_net_of_charges():
    wrong = contribution(instalment("1.00"), kind=ContributionKind.IN_KIND, client_charges=Money(1))

    assert [p.code for p in problems_in(wrong)] == [
        "in_kind_contribution_without_expense",
        "in_kind_contribution_net_of_charges",
    ]


def test_a_dispute_takes_nothing_off_what_is_outstanding():
    part = instalment("100.00", raised="100.00", received="30.00", disputed="20.00")

    assert (part.outstanding.plain, part.undisputed.plain) == ("70.00", "50.00")


@pytest.mark.parametrize(
    ("days", "age"),
    [
        (-1, Age.NOT_DUE),
        (0, Age.TO_30),
        (30, Age.TO_30),
        (31, Age.TO_60),
        (60, Age.TO_60),
        (61, Age.TO_90),
        (90, Age.TO_90),
        (91, Age.OVER_90),
    ],
)
def test_a_debt_is_as_old_as_the_days_since_it_fell_due(days: int, age: Age):
    assert age_on(DAY, DAY + timedelta(days=days)) is age


@given(
    st.lists(st.tuples(st.integers(-200, 200), pence, pence, pence), max_size=8),
    st.integers(-200, 200),
)
def test_the_ages_sum_to_what_is_outstanding(items: list[tuple[int, Money, Money, Money]], on: int):
    parts = [
        Instalment(
            day=DAY + timedelta(days=n), amount=raised, raised=raised, received=paid, disputed=no
        )
        for n, raised, paid, no in items
    ]

    by_age = aged(parts, DAY + timedelta(days=on))

    assert set(by_age) == set(Age)
    assert Money.total(by_age.values()) == Money.total(one.outstanding for one in parts)


@given(pence, st.lists(st.tuples(st.integers(0, 400), pence), max_size=8))
def test_a_receipt_pays_what_is_owed_and_no_more_and_not_a_penny_is_lost(
    amount: Money, items: list[tuple[int, Money]]
):
    owed = [
        Owed(DAY + timedelta(days=n), f"k{place}", share) for place, (n, share) in enumerate(items)
    ]

    paid, left = matched(amount, owed)

    assert Money.total(paid.values()) + left == amount
    assert all(NIL < share <= one.undisputed for one, share in paid.items() if amount)
    assert left == NIL or all(paid.get(one, NIL) == one.undisputed for one in owed)


def test_what_was_paid_to_the_penny_is_what_is_meant_else_the_oldest():
    owed = [Owed(date(2003, 4, 30), "a", Money(500)), Owed(date(2003, 7, 31), "b", Money(300))]

    assert matched(Money(300), owed) == ({owed[1]: Money(300)}, NIL)
    assert matched(Money(600), owed) == ({owed[0]: Money(500), owed[1]: Money(100)}, NIL)
    assert matched(Money(900), owed)[1] == Money(100)


def test_next_years_contribution_step_by_step():
    """£2,380,000 with £20,000 more for a full year, 2.5% inflation, £35,000 planned, 1% saved."""
    made = proposal(
        Money.parse("2380000"),
        recurrent_changes=Money.parse("20000"),
        inflation=Fraction("0.025"),
        planned=Money.parse("35000"),
        efficiency=Fraction("0.01"),
    )

    assert (made.inflation.plain, made.efficiency.plain) == ("60000.00", "24000.00")
    assert made.total.plain == "2471000.00"


def test_half_a_penny_of_inflation_goes_up():
    assert proposal(Money(20), inflation=Fraction("0.025")).inflation == Money(1)
    assert proposal(Money(19), inflation=Fraction("0.025")).inflation == NIL


@given(pence, pence, pence, st.integers(-9999, 9999), st.integers(0, 9999))
def test_a_proposal_is_the_sum_of_its_steps(
    opening: Money, change: Money, planned: Money, inflation: int, efficiency: int
):
    made = proposal(
        opening,
        recurrent_changes=change,
        inflation=Fraction(inflation, 10_000),
        planned=planned,
        efficiency=Fraction(efficiency, 10_000),
    )

    assert made.total == opening + change + made.inflation + planned - made.efficiency
    exact = (opening + change).pence * Fraction(inflation, 10_000)
    assert abs(made.inflation.pence - exact) <= Fraction(1, 2)


def test_what_was_given_once_is_not_what_next_year_begins_with():
    found = [
        contribution(instalment("100.00")),
        contribution(instalment("40.00"), recurrent=False),
        contribution(instalment("9.00"), kind=ContributionKind.IN_KIND),
    ]

    assert opening_of(found) == {"pct": Money.parse("100")}
