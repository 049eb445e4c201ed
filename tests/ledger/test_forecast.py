"""What a line is expected to come to, and on what basis."""

from hypothesis import given
from hypothesis import strategies as st

from ledger.budget import Position
from ledger.forecast import CHOSEN, Choice, Method, Outturn, outturn
from ledger.money import Money
from ledger.profile import BudgetProfile, Shape

PENCE = st.integers(-(10**10), 10**10).map(Money)
WINTER = BudgetProfile(Shape.SEASONAL, (1, 1, 1, 1, 1, 1, 3, 3, 3, 3, 3, 3))


def pounds(amount: str) -> Money:
    return Money.parse(amount)


def standing(committed: str) -> Position:
    """£12,000 of budget, of which £5,000 is spent."""
    return Position(budget=pounds("12000"), committed=pounds(committed), actual=pounds("5000"))


def told(made: Outturn) -> tuple[str, str, str]:
    return made.forecast.plain, made.variance.plain, made.basis


def test_without_a_choice_it_is_the_higher_of_what_is_promised_and_the_rest_of_the_profile() -> (
    None
):
    """Six months gone: £6,000 of profile are left."""
    assert told(outturn(standing("2000"), 6)) == (
        "11000.00",
        "-1000.00",
        "£5,000.00 spent and £6,000.00 of profile left (even); £2,000.00 promised.",
    )
    assert told(outturn(standing("9000"), 6)) == (
        "14000.00",
        "2000.00",
        (
            "£5,000.00 spent and £9,000.00 promised, which is more than £6,000.00 of profile left "
            "(even)."
        ),
    )


def test_the_profile_decides_what_is_left_to_spend() -> None:
    """A winter's profile has £9,000 of £12,000 left after September."""
    made = outturn(standing("0"), 6, WINTER)

    assert (made.to_date.plain, made.forecast.plain) == ("3000.00", "14000.00")


def test_the_range_is_from_the_lower_to_the_higher_way_of_reckoning() -> None:
    made = outturn(standing("2000"), 6)

    assert (made.low.plain, made.high.plain) == ("7000.00", "11000.00")


def test_where_nothing_is_promised_the_profile_alone_tells_the_range() -> None:
    made = outturn(standing("0"), 6)

    assert (made.low.plain, made.high.plain) == ("11000.00", "11000.00")


def test_a_line_may_be_forecast_by_what_is_promised_only() -> None:
    made = outturn(standing("2000"), 6, choice=Choice(method=Method.COMMITTED))

    assert told(made) == ("7000.00", "-5000.00", "£5,000.00 spent and £2,000.00 promised.")


def test_a_persons_figure_counts_with_their_reason_and_their_range() -> None:
    said = Choice(
        method=Method.PERSON,
        amount=pounds("12500"),
        high=pounds("13000"),
        by="Hana Clerk",
        said_in="September 2003",
        reason="two placements start in October",
    )

    made = outturn(standing("2000"), 6, choice=said)

    assert told(made) == (
        "12500.00",
        "500.00",
        "Hana Clerk's figure of September 2003: two placements start in October",
    )
    assert (made.low.plain, made.high.plain) == ("12500.00", "13000.00")


def test_a_persons_figure_below_what_is_spent_and_promised_says_so() -> None:
    said = Choice(method=Method.PERSON, amount=pounds("6000"), by="H", said_in="May", reason="r")

    assert outturn(standing("2000"), 6, choice=said).basis.endswith(
        "(£5,000.00 spent and £2,000.00 promised are more than it.)"
    )


def test_once_the_year_is_over_the_outturn_is_what_was_spent_whatever_was_said() -> None:
    said = Choice(method=Method.PERSON, amount=pounds("99999"), by="H", said_in="May", reason="r")

    made = outturn(standing("2000"), 13, choice=said, final=True)

    assert told(made) == ("5000.00", "-7000.00", "The year is over: what was spent.")
    assert (made.low.plain, made.high.plain) == ("5000.00", "5000.00")


@given(PENCE, PENCE, PENCE, st.integers(1, 13), st.sampled_from(CHOSEN), PENCE)
def test_a_forecast_is_within_its_range_and_its_variance_is_forecast_less_budget(
    budget: Money, committed: Money, actual: Money, to: int, method: Method, amount: Money
) -> None:
    position = Position(budget=budget, committed=committed, actual=actual)

    made = outturn(position, to, WINTER, Choice(method=method, amount=amount))

    assert made.low <= made.forecast <= made.high
    assert made.forecast - made.variance == budget
