"""Units that are no time: spread evenly over the days no invoice covers, each at its day's price."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

from contracts.call_off import CallOff, DatedFunding, Funder, Happening, happened
from contracts.commitment import Billed, by_funding, needs, value_between
from contracts.invoice import Line, Tolerance, match
from contracts.lifecycle import CallOffEvent
from contracts.pricing import DatedPrice, Stretch, Unit
from ledger.money import Money
from tests.contracts.test_commitment import YEAR, placement

APRIL = Billed(starts=date(2003, 4, 1), ends=date(2003, 4, 30), units=Fraction(40))
DEARER = Happening(event=CallOffEvent.VARY, day=date(2003, 6, 1), price=Money.parse("50.00"))


def hours(**words: object) -> CallOff:
    """91 hours from 1 April to 30 June 2003, which is 91 days, at £40.00."""
    of = {"quantity": Fraction(91), "expected_end": date(2003, 6, 30)}
    return placement("40.00", Unit.HOUR, **(of | words))


def after(one: CallOff, *told: Happening) -> CallOff:
    for what in told:
        then = happened(one, what)
        assert isinstance(then, CallOff), then
        one = then
    return one


def promised(one: CallOff, *billed: Billed) -> list[str]:
    return [amount.plain for amount in needs(one, billed, YEAR.next).values()]


def test_hours_of_the_days_after_a_new_price_are_promised_at_it() -> None:
    """An hour a day: 61 at £40.00 and the 30 of June at £50.00."""
    assert promised(hours()) == ["3640.00"]
    assert promised(after(hours(), DEARER)) == ["3940.00"]


def test_what_is_left_of_hours_is_expected_on_the_days_that_are_not_billed() -> None:
    """40 of 91 were in April; the other 51 over 61 days: 25.918 in May and 25.082 in June."""
    assert promised(after(hours(), DEARER), APRIL) == ["2290.82"]
    # 51 hours at £40.00, and £10.00 more for 51 x 30/61 of them.


def test_hours_left_when_every_day_is_billed_are_expected_on_the_last() -> None:
    rest = Billed(starts=date(2003, 5, 1), ends=date(2003, 6, 30), units=Fraction(31))

    assert promised(after(hours(), DEARER), APRIL, rest) == ["1000.00"]


def test_an_uplift_of_the_lot_re_prices_the_hours_of_its_days() -> None:
    lot = (DatedPrice(date(2003, 4, 1), Money(4000)), DatedPrice(date(2003, 6, 1), Money(4100)))

    assert promised(hours(prices=(), lot_prices=lot)) == ["3670.00"]


def test_hours_of_an_order_that_crosses_years_are_promised_in_the_years_of_their_days() -> None:
    """100 hours over 100 days, 60 of them to 31 March 2004."""
    one = hours(starts=date(2004, 2, 1), expected_end=date(2004, 5, 10), quantity=Fraction(100))
    one = replace(one, prices=(DatedPrice(date(2004, 2, 1), Money(4000)),))

    assert promised(one) == ["2400.00", "1600.00"]
    whole = Stretch(YEAR.starts, YEAR.ends)
    assert value_between(one, whole) == Money.parse("2400.00")


def test_hours_without_a_last_day_are_expected_by_the_end_of_the_year_it_starts_in() -> None:
    """366 hours in the 366 days to 31 March 2004; from 1 January, 91 days, they cost £50.00."""
    one = hours(expected_end=None, quantity=Fraction(366))

    assert promised(after(one, replace(DEARER, day=date(2004, 1, 1)))) == ["15550.00"]


def test_suspended_days_take_no_hours() -> None:
    """Suspended in June, all 91 hours are of April and May, at the old price."""
    held = Happening(event=CallOffEvent.SUSPEND, day=date(2003, 6, 1), until=date(2003, 6, 30))

    assert promised(after(hours(), DEARER, held)) == ["3640.00"]


def test_an_order_that_never_ran_promises_no_hours() -> None:
    ended = Happening(event=CallOffEvent.END, day=date(2003, 3, 31))

    assert promised(after(hours(), ended)) == []


def test_an_enhancement_is_paid_for_each_hour_of_its_days() -> None:
    """£5.00 more for each of June's 30 hours."""
    more = Happening(
        event=CallOffEvent.VARY,
        day=date(2003, 6, 1),
        until=date(2003, 6, 30),
        enhancement=Money.parse("5.00"),
        reason="Two carers",
    )

    assert promised(after(hours(), more)) == ["3790.00"]


def test_a_line_of_hours_across_a_new_price_is_matched_at_both() -> None:
    """30 hours from 17 May to 15 June: half of the 30 days are at £50.00."""
    line = Line(
        number=1,
        call_off="C-0001/01",
        starts=date(2003, 5, 17),
        ends=date(2003, 6, 15),
        units=Fraction(30),
        net=Money.parse("1350.00"),
    )

    found = match(
        line, after(hours(), DEARER), delivered=None, before=[APRIL], tolerance=Tolerance()
    )

    assert (found.due.plain, found.is_whole) == ("1350.00", True)


def test_each_who_pays_promises_the_hours_of_its_own_days() -> None:
    funding = (
        DatedFunding(date(2003, 4, 1), (Funder("special", 1),)),
        DatedFunding(date(2003, 6, 1), (Funder("pool", 1),)),
    )
    one = after(hours(funding=funding), DEARER)

    assert by_funding(one, [], YEAR) == [
        (date(2003, 4, 1), Money.parse("2440.00")),
        (date(2003, 6, 1), Money.parse("1500.00")),
    ]


def test_hours_credited_as_not_delivered_are_promised_again() -> None:
    back = replace(APRIL, units_back=Fraction(10))

    assert promised(hours(), back) == ["2440.00"]


def test_days_taken_back_are_promised_again_and_those_still_covered_are_not() -> None:
    """Four weeks billed, two of them asked back, and the placement runs to 30 June after all."""
    four_weeks = Billed(
        starts=date(2003, 4, 1),
        ends=date(2003, 4, 28),
        back=(Stretch(date(2003, 4, 15), date(2003, 4, 28)),),
    )
    ends = placement(expected_end=date(2003, 6, 30))

    assert promised(ends, four_weeks) == ["7700.00"]
