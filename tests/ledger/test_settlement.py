"""A share that changes: less is asked, or given back, before anybody is both debtor and creditor."""

from hypothesis import given
from hypothesis import strategies as st

from ledger.money import NIL, Money
from ledger.pool.settlement import change_of_share

SHARES = st.integers(-10_000, 10_000)
PAID = st.integers(0, 100)
"""What of what is then owed, by whichever of the two, is paid: per cent."""


def test_a_smaller_share_takes_off_what_is_not_paid_and_owes_back_only_the_rest() -> None:
    change = change_of_share(Money(-5000), [("second", Money(1000)), ("first", Money(2500))], NIL)

    assert change.taken_off == (("second", Money(1000)), ("first", Money(2500)))
    assert (change.due, change.owes, change.owed_back) == (NIL, Money(-3500), Money(1500))


def test_a_larger_share_takes_off_what_is_owed_back_and_asks_only_for_the_rest() -> None:
    change = change_of_share(Money(6000), list[tuple[str, Money]](), Money(4000))

    assert (change.due, change.taken_off, change.owed_back) == (Money(2000), (), Money(-4000))


@given(st.lists(st.tuples(SHARES, PAID), min_size=1, max_size=12))
def test_after_any_shares_and_payments_what_is_owed_is_the_share_less_what_is_paid_one_way_only(
    story: list[tuple[int, int]],
) -> None:
    debts: dict[int, Money] = {}
    owed_back = paid = before = NIL
    for turn, (pence, percent) in enumerate(story):
        share = Money(pence)
        change = change_of_share(share - before, sorted(debts.items(), reverse=True), owed_back)
        for name, off in change.taken_off:
            debts[name] -= off
        debts[turn] = change.due
        owed_back += change.owed_back
        before = share
        owed = Money.total(debts.values())

        assert owed - owed_back == share - paid
        assert not (owed and owed_back)
        assert min([owed_back, *debts.values()]) >= NIL

        for name, debt in debts.items():
            received = Money(debt.pence * percent // 100)
            debts[name] -= received
            paid += received
        repaid = Money(owed_back.pence * percent // 100)
        owed_back -= repaid
        paid -= repaid
