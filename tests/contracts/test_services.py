"""How spend on a service is parted among the outcomes it is for."""

from datetime import date

from contracts.services import (
    DatedWeights,
    Service,
    in_order,
    problems_in,
    split_by_outcome,
)
from ledger.money import Money
from ledger.outcomes import Outcome

LEAVING_CARE = Service(
    code="leaving-care",
    title="Leaving care",
    outcomes=(
        DatedWeights(date(2003, 4, 1), ((Outcome.STAY_SAFE, 2), (Outcome.ECONOMIC_WELL_BEING, 1))),
        DatedWeights(date(2004, 4, 1), ((Outcome.ECONOMIC_WELL_BEING, 1),)),
    ),
)


def parts(amount: str, *weights: tuple[Outcome, int]) -> list[tuple[Outcome | None, str]]:
    return [(outcome, m.plain) for outcome, m in split_by_outcome(Money.parse(amount), weights)]


def test_no_penny_is_lost_and_the_odd_one_goes_to_the_share_that_lost_most():
    assert parts("100.00", (Outcome.BE_HEALTHY, 1), (Outcome.STAY_SAFE, 2)) == [
        (Outcome.BE_HEALTHY, "33.33"),
        (Outcome.STAY_SAFE, "66.67"),
    ]


def test_a_credit_is_parted_as_the_payment_it_takes_back():
    assert parts("-100.00", (Outcome.BE_HEALTHY, 1), (Outcome.STAY_SAFE, 2)) == [
        (Outcome.BE_HEALTHY, "-33.33"),
        (Outcome.STAY_SAFE, "-66.67"),
    ]


def test_spend_with_no_weights_is_not_attributed():
    assert parts("12.34") == [(None, "12.34")]


def test_a_share_of_nothing_is_left_out():
    assert parts("0.01", (Outcome.BE_HEALTHY, 1), (Outcome.STAY_SAFE, 3)) == [
        (Outcome.STAY_SAFE, "0.01")
    ]
    assert parts("0.00", (Outcome.BE_HEALTHY, 1)) == []
    assert parts("0.00") == []


def test_weights_hold_from_their_day_until_later_ones_start():
    assert LEAVING_CARE.weights_on(date(2004, 3, 31)) == (
        (Outcome.STAY_SAFE, 2),
        (Outcome.ECONOMIC_WELL_BEING, 1),
    )
    assert LEAVING_CARE.weights_on(date(2004, 4, 1)) == ((Outcome.ECONOMIC_WELL_BEING, 1),)


def test_spend_before_the_first_weights_is_not_attributed():
    assert LEAVING_CARE.weights_on(date(2003, 3, 31)) == ()


def test_weights_stand_in_the_order_of_the_five_outcomes():
    weights = {Outcome.ECONOMIC_WELL_BEING: 1, Outcome.BE_HEALTHY: 2}

    assert in_order(weights) == ((Outcome.BE_HEALTHY, 2), (Outcome.ECONOMIC_WELL_BEING, 1))


def test_a_weight_is_above_nil_and_days_come_in_order():
    service = Service(
        code="s",
        title="S",
        outcomes=(
            DatedWeights(date(2004, 4, 1), ((Outcome.STAY_SAFE, 0),)),
            DatedWeights(date(2003, 4, 1), ((Outcome.STAY_SAFE, 1),)),
        ),
    )

    assert [(p.code, p.where) for p in problems_in(service)] == [
        ("outcome_weight_not_above_nil", "outcomes[0].weights.stay_safe"),
        ("outcome_weights_out_of_order", "outcomes[1].starts"),
    ]
