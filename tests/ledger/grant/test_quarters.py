"""The quarters of a grant's year always come to what the year has, whatever happens to it."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from ledger.grant.life import GrantEvent, Step, begin, lived
from ledger.grant.permitted import problems_in_event
from ledger.grant.quarters import is_re_profiled, quarters_of
from ledger.money import NIL, Money
from tests.ledger.grant.test_life import FIRST, SECOND, allocation, events, gates, lived_through


def pounds(*amounts: str) -> tuple[Money, ...]:
    return tuple(Money.parse(one) for one in amounts)


def event(step: Step, day: date, amount: str = "0.00", **said: object) -> GrantEvent:
    return GrantEvent(
        step=step,
        day=day,
        reference=f"{step} {day}",
        amount=Money.parse(amount),
        year=FIRST,
        **said,  # type: ignore[arg-type]
    )


ANNOUNCED = event(Step.ANNOUNCED, FIRST.starts)


@given(st.lists(events, max_size=25), gates)
def test_the_quarters_come_to_what_the_year_has_and_none_is_below_nil(drawn, waiting):
    for life, _ in lived_through(drawn, waiting):
        for year in (FIRST, SECOND):
            quarters = quarters_of(life, year)
            assert len(quarters) == 4
            assert all(one >= NIL for one in quarters)
            assert Money.total(quarters) == max(NIL, life.years[year].available)


def test_until_somebody_says_otherwise_the_quarters_are_even():
    life = lived(begin(allocation()), [ANNOUNCED])

    assert quarters_of(life, FIRST) == pounds("250.00", "250.00", "250.00", "250.00")
    assert not is_re_profiled(life, FIRST)


def test_a_cut_falls_on_the_quarters_that_have_not_begun():
    cut = event(Step.REVISED, date(2003, 9, 20), "-100.00")
    life = lived(begin(allocation()), [ANNOUNCED, cut])

    assert quarters_of(life, FIRST) == pounds("250.00", "250.00", "200.00", "200.00")


def test_a_cut_in_the_last_quarter_falls_on_that_and_then_on_those_before():
    cut = event(Step.REVISED, date(2004, 2, 1), "-300.00")
    life = lived(begin(allocation()), [ANNOUNCED, cut])

    assert quarters_of(life, FIRST) == pounds("250.00", "250.00", "200.00", "0.00")


def test_a_spread_is_as_it_was_said_and_a_later_cut_keeps_its_proportions():
    spread = event(
        Step.REVISED, date(2003, 7, 10), quarters=pounds("150.00", "250.00", "200.00", "400.00")
    )
    cut = event(Step.REVISED, date(2003, 9, 20), "-60.00")
    life = lived(begin(allocation()), [ANNOUNCED, spread, cut])

    assert is_re_profiled(life, FIRST)
    assert problems_in_event(lived(begin(allocation()), [ANNOUNCED]), spread) == []
    assert quarters_of(life, FIRST) == pounds("150.00", "250.00", "180.00", "360.00")
