"""The life of an allocation, drawn at random: the books agree with it, whatever happens."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from ledger.grant.allocation import Allocation, GrantYear
from ledger.grant.life import (
    GrantEvent,
    Life,
    Movement,
    Step,
    after,
    begin,
    lived,
    put_in_place,
)
from ledger.grant.permitted import MOVES, problems_in_event
from ledger.grant.programme import Unspent
from ledger.money import NIL, Money
from ledger.periods import FinancialYear

FIRST, SECOND = FinancialYear(2003), FinancialYear(2004)


def allocation() -> Allocation:
    carried = Unspent.CARRY_FORWARD_REVENUE
    return Allocation(
        reference="a",
        grant="g",
        authority="council",
        fund="f",
        income="Income:Grants:Other",
        starts=FIRST.starts,
        ends=SECOND.ends,
        core=Money(150_000),
        years=(
            GrantYear(year=FIRST, amount=Money(100_000), unspent=carried),
            GrantYear(year=SECOND, amount=Money(50_000), unspent=carried),
        ),
    )


events = st.builds(
    GrantEvent,
    step=st.sampled_from([step for step in Step if step is not Step.ANNOUNCED]),
    day=st.dates(FIRST.starts, SECOND.ends),
    reference=st.text("abcdef", min_size=1),
    amount=st.integers(-60_000, 120_000).map(Money),
    year=st.sampled_from([FIRST, SECOND, None]),
    confirmed=st.booleans(),
)
gates = st.sets(st.sampled_from([Step.PLAN_ASSESSED, Step.PARLIAMENT_APPROVED]))


def lived_through(drawn: list[GrantEvent], waiting: set[Step]) -> list[tuple[Life, Movement]]:
    life = begin(allocation(), waiting)
    found = []
    announced = GrantEvent(step=Step.ANNOUNCED, day=FIRST.starts, reference="announced")
    for event in [announced, *sorted(drawn, key=lambda one: one.day)]:
        if not problems_in_event(life, event):
            life, moved = after(life, event)
            found.append((life, moved))
    return found


@given(st.lists(events, max_size=25), gates)
def test_what_came_and_is_owed_is_always_what_is_held_earned_or_owed_back(drawn, waiting):
    for life, moved in lived_through(drawn, waiting):
        for one in (moved, life.books):
            assert one.cash + one.debtors == one.in_advance + one.income + one.creditors


@given(st.lists(events, max_size=25), gates)
def test_nothing_is_ever_held_owed_or_earned_below_nil(drawn, waiting):
    for life, _ in lived_through(drawn, waiting):
        books = life.books
        for amount in (books.debtors, books.in_advance, books.income, books.creditors):
            assert amount >= NIL


@given(st.lists(events, max_size=25), gates)
def test_no_more_is_held_in_advance_than_is_still_to_be_earned(drawn, waiting):
    for life, _ in lived_through(drawn, waiting):
        years = life.years.values()
        still = Money.total(max(NIL, one.available - one.recognised) for one in years)
        assert life.books.in_advance <= still


@given(st.lists(events, max_size=25), gates)
def test_nothing_is_due_while_something_is_held_in_advance(drawn, waiting):
    for life, _ in lived_through(drawn, waiting):
        assert not (life.books.debtors and life.books.in_advance)


@given(st.lists(events, max_size=25), gates)
def test_what_is_earned_is_what_the_years_recognised_and_never_more_than_they_give(drawn, waiting):
    for life, _ in lived_through(drawn, waiting):
        years = life.years.values()
        assert life.books.income == Money.total(one.recognised for one in years)
        for one in years:
            assert one.recognised <= max(NIL, one.available)


@given(st.lists(events, max_size=25), gates)
def test_nothing_is_earned_before_every_gate_was_open(drawn, waiting):
    decided: dict[Step, bool] = {}
    opened = False
    for life, _ in lived_through(drawn, waiting):
        decided[life.taken[-1].step] = life.taken[-1].confirmed
        opened = opened or all(decided.get(gate, False) for gate in waiting)
        if not opened:
            assert life.books.income == NIL


@given(st.lists(events, max_size=25), gates, st.text(max_size=10))
def test_a_mark_changes_no_amount(drawn, waiting, mark):
    from dataclasses import replace

    marked = [replace(event, mark=mark) for event in drawn]

    assert [moved for _, moved in lived_through(drawn, waiting)] == [
        moved for _, moved in lived_through(marked, waiting)
    ]


@given(st.lists(events, max_size=25), gates, st.integers(1, 60_000).map(Money), st.data())
def test_money_carried_or_clawed_back_leaves_the_same_books_whenever_it_is_recorded(
    drawn, waiting, amount, data
):
    steps = st.sampled_from([Step.CARRIED_FORWARD, Step.CLAWED_BACK])
    late = GrantEvent(
        step=data.draw(steps), day=FIRST.ends, reference="late", amount=amount, year=FIRST
    )
    taken = [one[0] for one in lived_through(drawn, waiting)][-1].taken
    earlier = [one for one in taken if one.day <= late.day]
    start = begin(allocation(), waiting)
    life = lived(start, taken)
    if problems_in_event(life, late):
        return

    placed = put_in_place(life, late)

    there, moved = after(lived(start, earlier), late)
    in_order = lived(there, taken[len(earlier) :])
    assert (placed.moved, placed.life) == (moved, in_order)
    assert life.books + placed.moved + placed.follows == in_order.books
    assert placed.life.books.cash == life.books.cash


def test_every_step_has_its_move():
    assert set(MOVES) == set(Step)


def test_only_an_announced_allocation_lives():
    life = begin(allocation())
    paid = GrantEvent(step=Step.PAID, day=date(2003, 5, 1), reference="p", amount=Money(1))

    assert [one.code for one in problems_in_event(life, paid)] == ["grant_step_too_early"]
