"""The end of a grant's year: what is left is carried once, and one year shuts no other."""

from datetime import date

import pytest
from sqlalchemy import Engine

from ledger.grant.allocation import GrantYear
from ledger.grant.life import Step
from ledger.grant.programme import Unspent
from ledger.money import Money
from ledger.periods import FinancialYear, Period
from ledger.problems import Refused
from tests.granting.test_owing import CASH, EARNED, HELD, OWED, held
from tests.support.grants import allocation, happens, open_next_year, programme, take_on
from tests.support.trusts import AT, CLERK, YEAR, journal
from trust_commissioning import granting, posting
from trust_commissioning.granting import Recorded
from trust_commissioning.reports.grants import grants_in
from trust_commissioning.reports.shape import Scope
from trust_commissioning.store import reading, transaction

SPENT = "Expenses:ThirdParty:FosterCare"
NEXT = FinancialYear(2004)


def seven_hundred_spent_and_claimed(engine: Engine) -> None:
    """£1,000.00 paid, £700.00 spent, the claim made on 20 April after the year."""
    open_next_year(engine)
    given = allocation(unspent=Unspent.CARRY_FORWARD_REVENUE)
    take_on(engine, programme(needs_plan=False), given)
    happens(engine, Step.PAID, date(2003, 5, 30), "1000.00")
    with transaction(engine) as session:
        spend = f"{SPENT} 700.00 service=fostering/Assets:HostCash -700.00"
        posting.post(session, journal(spend, fund="special"), by=CLERK, at=AT)
        granting.claim(
            session,
            given.reference,
            Period(YEAR, 12),
            day=date(2004, 4, 20),
            reference="claim",
            by=CLERK,
            at=AT,
        )


def carried(engine: Engine, day: date, period: Period | None) -> Recorded:
    with transaction(engine) as session:
        return granting.carry_forward(
            session,
            "special/2003-04",
            YEAR,
            day=day,
            period=period,
            reference="carried",
            by=CLERK,
            at=AT,
        )


def test_what_is_left_is_carried_out_of_its_year_after_the_claim_was_made(engine: Engine):
    seven_hundred_spent_and_claimed(engine)

    made = carried(engine, date(2004, 3, 31), Period(YEAR, 13))

    assert made.journal == "2003-04/000004"
    assert held(engine) == {CASH: "300.00", HELD: "-300.00", EARNED: "-700.00", SPENT: "700.00"}
    with reading(engine) as session:
        (grant,) = grants_in(session, Scope("special", YEAR, 13))
    assert grant.positions[0].recognised == Money.parse("700.00")
    assert grant.lives[0].books.in_advance == Money.parse("300.00")


def test_a_clawback_of_the_years_last_day_follows_the_claim_too(engine: Engine):
    seven_hundred_spent_and_claimed(engine)

    happens(engine, Step.CLAWED_BACK, date(2004, 3, 31), "300.00", year=YEAR)

    assert held(engine) == {CASH: "300.00", OWED: "-300.00", EARNED: "-700.00", SPENT: "700.00"}


@pytest.mark.parametrize("period", [None, Period(YEAR, 13)])
def test_nothing_is_carried_out_of_a_year_on_a_day_of_the_next(engine: Engine, period):
    seven_hundred_spent_and_claimed(engine)

    with pytest.raises(Refused) as refused:
        carried(engine, date(2004, 4, 25), period)

    assert refused.value.codes == ("grant_carried_too_late",)


def test_a_year_end_event_does_not_go_before_money_that_moved_later(engine: Engine):
    open_next_year(engine)
    take_on(engine, programme(needs_plan=False))
    happens(engine, Step.PAID, date(2004, 4, 20), "1000.00")

    with pytest.raises(Refused) as refused:
        happens(engine, Step.CLAWED_BACK, date(2004, 3, 31), "10.00", year=YEAR)

    assert refused.value.codes == ("grant_event_out_of_order",)


def test_money_carried_in_is_not_carried_again_where_the_year_gives_nothing_itself(engine: Engine):
    open_next_year(engine)
    given = allocation(unspent=Unspent.CARRY_FORWARD_REVENUE)
    take_on(engine, programme(needs_plan=False), given)
    happens(engine, Step.CARRIED_FORWARD, date(2004, 3, 31), "300.00", year=YEAR)

    with pytest.raises(Refused, match="not carried out of it again"):
        happens(engine, Step.CARRIED_FORWARD, date(2005, 3, 31), "300.00", year=NEXT)


def test_a_certified_year_is_shut_and_the_next_year_of_the_grant_is_not(engine: Engine):
    open_next_year(engine)
    years = (
        GrantYear(year=YEAR, amount=Money.parse("400.00")),
        GrantYear(year=NEXT, amount=Money.parse("600.00")),
    )
    take_on(engine, programme(needs_plan=False), allocation(ends=NEXT.ends, years=years))
    happens(engine, Step.CLAIMED, date(2004, 4, 2), "400.00", year=YEAR)
    happens(engine, Step.CERTIFIED, date(2004, 6, 2), "400.00", year=YEAR)

    happens(engine, Step.REVISED, date(2004, 9, 1), "-60.00", year=NEXT)
    claimed = happens(engine, Step.CLAIMED, date(2005, 3, 30), "540.00", year=NEXT)

    assert claimed.life.years[NEXT].claimed == Money.parse("540.00")
    with pytest.raises(Refused) as refused:
        happens(engine, Step.REVISED, date(2005, 3, 31), "-1.00", year=YEAR)
    assert refused.value.codes == ("grant_step_too_late",)
