"""A suspension holds until a day it is resumed; places at once hold from their day on."""

from datetime import date
from fractions import Fraction

from contracts.call_off import CallOff, Happening, happened
from contracts.commitment import needs
from contracts.lifecycle import CallOffEvent
from contracts.pricing import Stretch
from ledger.money import Money
from ledger.problems import Problem
from tests.contracts.test_commitment import YEAR, placement

SUSPENDED = Happening(event=CallOffEvent.SUSPEND, day=date(2003, 5, 1))
ENDED = Happening(event=CallOffEvent.END, day=date(2003, 5, 31))
MOVED_ON = Happening(event=CallOffEvent.VARY, day=date(2003, 6, 30), expected_end=date(2003, 6, 30))


def after(*told: Happening) -> CallOff:
    one = placement()
    for what in told:
        then = happened(one, what)
        assert isinstance(then, CallOff), then
        one = then
    return one


def cost(one: CallOff) -> str:
    return Money.total(needs(one, [], YEAR).values()).plain


def resumed(day: date) -> Happening:
    return Happening(event=CallOffEvent.RESUME, day=day)


def test_a_placement_ended_while_suspended_stays_so_on_the_days_its_end_is_moved_on_by() -> None:
    """Paid for the 30 days of April at £100.00 a day, and for no day of June."""
    assert cost(after(SUSPENDED, ENDED)) == "3000.00"
    assert cost(after(SUSPENDED, ENDED, MOVED_ON)) == "3000.00"


def test_what_ended_while_suspended_is_paid_again_from_the_day_it_is_resumed() -> None:
    assert cost(after(SUSPENDED, ENDED, MOVED_ON, resumed(date(2003, 6, 11)))) == "5000.00"


def test_what_ended_and_is_not_suspended_is_not_resumed() -> None:
    refused = happened(after(ENDED), resumed(date(2003, 5, 10)))

    assert isinstance(refused, Problem)
    assert refused.code == "nothing_to_resume"


def test_a_resumption_stops_every_suspension_of_its_day() -> None:
    """Suspended from 15 April until resumed on 10 May; then for April; paid again from the 20th."""
    one = after(
        Happening(event=CallOffEvent.SUSPEND, day=date(2003, 4, 15)),
        resumed(date(2003, 5, 10)),
        Happening(event=CallOffEvent.SUSPEND, day=date(2003, 4, 1), until=date(2003, 4, 28)),
        resumed(date(2003, 4, 20)),
    )

    assert one.cost_of([Stretch(date(2003, 4, 1), date(2003, 4, 30))]) == Money.parse("1100.00")


def test_a_resumption_before_a_suspension_begins_calls_it_off() -> None:
    assert cost(after(SUSPENDED, resumed(date(2003, 4, 20)))) == "36600.00"


def test_more_places_at_once_are_paid_from_their_day_on_and_not_before() -> None:
    """One place for April's 30 days, two for May's 31, at £100.00 a day."""
    more = Happening(event=CallOffEvent.VARY, day=date(2003, 5, 1), quantity=Fraction(2))
    one = after(more, ENDED)

    assert cost(one) == "9200.00"
    assert one.units_between(Stretch(date(2003, 4, 1), date(2003, 5, 31))) == Fraction(92, 7)


def test_places_told_again_of_an_earlier_day_hold_until_the_later_one() -> None:
    def places(day: date, many: int) -> Happening:
        return Happening(event=CallOffEvent.VARY, day=day, quantity=Fraction(many))

    one = after(places(date(2003, 5, 1), 2), places(date(2003, 4, 16), 3), ENDED)

    assert cost(one) == "12200.00"  # 15 days of one, 15 of three, 31 of two
