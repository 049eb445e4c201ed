"""What of a grant is due, held in advance or owed back: settled within the grant."""

from datetime import date

from sqlalchemy import Engine

from ledger.grant.life import Step
from ledger.grant.programme import Unspent
from tests.support.grants import MAP, allocation, books, happens, open_next_year, programme, take_on
from tests.support.trusts import YEAR
from trust_commissioning.checking import check
from trust_commissioning.store import reading

CASH, DUE = "Assets:HostCash", "Assets:Debtors:Grants"
HELD, OWED = "Liabilities:GrantsInAdvance", "Liabilities:Creditors:Grants"
EARNED = "Income:Grants:SpecialGrant"


def held(engine: Engine) -> dict[str, str]:
    with reading(engine) as session:
        assert check(session) == []
        return books(session)


def test_what_is_paid_above_a_grant_that_was_cut_is_owed_back_and_can_be_paid_back(engine: Engine):
    take_on(engine, programme(needs_plan=False))
    happens(engine, Step.REVISED, date(2003, 5, 1), "-100.00", year=YEAR)

    happens(engine, Step.PAID, date(2003, 6, 1), "1000.00")
    assert held(engine) == {CASH: "1000.00", EARNED: "-900.00", OWED: "-100.00"}

    happens(engine, Step.PAID_BACK, date(2003, 6, 2), "100.00")
    assert held(engine) == {CASH: "900.00", EARNED: "-900.00"}


def test_what_is_paid_above_a_grant_that_waits_is_owed_back_and_not_held_in_advance(engine: Engine):
    take_on(engine)
    happens(engine, Step.REVISED, date(2003, 5, 1), "-100.00", year=YEAR)

    happens(engine, Step.PAID, date(2003, 6, 1), "1000.00")
    assert held(engine) == {CASH: "1000.00", HELD: "-900.00", OWED: "-100.00"}

    happens(engine, MAP, date(2003, 7, 1))
    assert held(engine) == {CASH: "1000.00", EARNED: "-900.00", OWED: "-100.00"}


def test_what_is_owed_back_goes_into_a_later_increase_before_more_is_due(engine: Engine):
    take_on(engine, programme(needs_plan=False))
    happens(engine, Step.PAID, date(2003, 5, 1), "1000.00")
    happens(engine, Step.REVISED, date(2003, 5, 1), "-100.00", year=YEAR, ref="cut")
    assert held(engine) == {CASH: "1000.00", EARNED: "-900.00", OWED: "-100.00"}

    happens(engine, Step.REVISED, date(2003, 5, 2), "130.00", year=YEAR, ref="more")

    assert held(engine) == {CASH: "1000.00", DUE: "30.00", EARNED: "-1030.00"}


def test_money_carried_forward_that_was_not_paid_is_due_no_longer_and_not_held(engine: Engine):
    open_next_year(engine)
    take_on(
        engine,
        programme(needs_plan=False),
        allocation(unspent=Unspent.CARRY_FORWARD_REVENUE),
    )
    happens(engine, Step.PAID, date(2003, 5, 1), "900.00")

    happens(engine, Step.CARRIED_FORWARD, date(2004, 3, 31), "300.00", year=YEAR)
    assert held(engine) == {CASH: "900.00", HELD: "-200.00", EARNED: "-700.00"}

    happens(engine, Step.YEAR_BEGUN, date(2004, 4, 1))
    assert held(engine) == {CASH: "900.00", DUE: "100.00", EARNED: "-1000.00"}


def test_a_grant_is_not_recognised_before_its_first_day(engine: Engine):
    take_on(engine, programme(needs_plan=False), allocation(starts=date(2003, 10, 1)))
    assert held(engine) == {}

    happens(engine, Step.YEAR_BEGUN, date(2003, 10, 1))

    assert held(engine) == {DUE: "1000.00", EARNED: "-1000.00"}
