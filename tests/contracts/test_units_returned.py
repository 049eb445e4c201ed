"""A return says units to four places, which weeks and months seldom come out even in."""

from datetime import date
from fractions import Fraction

from contracts.call_off import CallOff, DatedFunding, Funder, Kind
from contracts.invoice import Line, Tolerance, match
from contracts.lifecycle import CallOffState
from contracts.pricing import DatedPrice, Unit
from ledger.money import Money

APRIL = date(2003, 4, 1)
PLACEMENT = CallOff(
    number="C-0001/01",
    contract="C-0001",
    lot="main",
    kind=Kind.PLACEMENT,
    title="Foster placement",
    provider="oakfield",
    service="fostering",
    account="Expenses:ThirdParty:FosterCare",
    unit=Unit.WEEK,
    starts=APRIL,
    funding=(DatedFunding(APRIL, (Funder("pool", 1),)),),
    state=CallOffState.ORDERED,
    case_reference="WX-0417",
    prices=(DatedPrice(APRIL, Money.parse("700.00")),),
)
# Thirty days at £100.00; 4 2/7 weeks.
LINE = Line(
    number=1,
    call_off="C-0001/01",
    starts=APRIL,
    ends=date(2003, 4, 30),
    net=Money.parse("3000.00"),
)


def test_a_month_returned_as_weeks_to_four_places_was_delivered_whole() -> None:
    found = match(LINE, PLACEMENT, delivered=Fraction("4.2857"), before=[], tolerance=Tolerance())

    assert found.is_whole
    assert found.due == Money.parse("3000.00")


def test_a_ten_thousandth_of_a_week_less_was_not() -> None:
    found = match(LINE, PLACEMENT, delivered=Fraction("4.2856"), before=[], tolerance=Tolerance())

    assert [one.code for one in found.differences] == ["asked_for_more_than_delivered"]
