"""The end of a grant's year: what is left is carried once, and one year shuts no other."""

from datetime import date

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from ledger.grant.allocation import GrantYear
from ledger.grant.life import Step
from ledger.grant.programme import Unspent
from ledger.journal import Book, Journal
from ledger.money import Money
from ledger.periods import FinancialYear, Period
from ledger.problems import Refused
from tests.granting.test_owing import CASH, DUE, EARNED, HELD, OWED, held
from tests.support.grants import allocation, happens, open_next_year, programme, take_on
from tests.support.trusts import AT, CLERK, YEAR, journal
from trust_commissioning import closing, founding, granting, posting
from trust_commissioning.granting import Recorded
from trust_commissioning.reports.balances import sums
from trust_commissioning.reports.grant_statement import grant_statement
from trust_commissioning.reports.grants import grants_in
from trust_commissioning.reports.shape import Scope
from trust_commissioning.store import grants, reading, transaction
from trust_commissioning.store.journals import by_number

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

    assert (made.journal, made.followed_by) == ("2003-04/000004", "2004-05/000001")
    assert held(engine) == {CASH: "300.00", EARNED: "-1000.00", SPENT: "700.00"}
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


def posted(session: Session, number: str) -> Journal:
    stored = by_number(session, number)
    assert stored is not None
    return stored.journal


def two_years(engine: Engine) -> None:
    """£400.00 for 2003-04, which may be carried, and £600.00 for 2004-05."""
    open_next_year(engine)
    years = (
        GrantYear(year=YEAR, amount=Money.parse("400.00"), unspent=Unspent.CARRY_FORWARD_REVENUE),
        GrantYear(year=NEXT, amount=Money.parse("600.00")),
    )
    take_on(engine, programme(needs_plan=False), allocation(ends=NEXT.ends, years=years))
    happens(engine, Step.PAID, date(2003, 5, 30), "350.00")


def the_next_year_begins(engine: Engine) -> None:
    """The year's £600.00 is recognised, the last £50.00 of the old year and £300.00 are paid."""
    happens(engine, Step.YEAR_BEGUN, date(2004, 4, 1))
    happens(engine, Step.PAID, date(2004, 4, 20), "350.00")


def of_year(engine: Engine, year: FinancialYear) -> dict[str, str]:
    """What moved on each account in one year, by the balances."""
    with reading(engine) as session:
        scope = Scope("special", year, 13)
        return {
            account: amount.plain
            for (account,), amount in sums(session, scope, "account", book=Book.ACTUAL)
            if amount
        }


@pytest.mark.parametrize("order", ["carried first", "next year first"])
def test_what_is_carried_forward_leaves_both_years_the_same_in_whichever_order_it_is_recorded(
    engine: Engine, order: str
):
    two_years(engine)
    if order == "next year first":
        the_next_year_begins(engine)
    happens(engine, Step.CARRIED_FORWARD, date(2004, 3, 31), "120.00", year=YEAR)
    if order == "carried first":
        the_next_year_begins(engine)

    # £400 less £120; the £50 not yet paid is due no longer, and £70 is held for the next year.
    assert of_year(engine, YEAR) == {CASH: "350.00", HELD: "-70.00", EARNED: "-280.00"}
    # £600 and the £120 carried in; £650 was due at the beginning, £350 of it is paid.
    assert of_year(engine, NEXT) == {
        CASH: "350.00",
        DUE: "300.00",
        HELD: "70.00",
        EARNED: "-720.00",
    }
    assert held(engine) == {CASH: "700.00", DUE: "300.00", EARNED: "-1000.00"}
    with reading(engine) as session:
        for year, recognised, available in ((YEAR, "280.00", "280.00"), (NEXT, "720.00", "720.00")):
            made = grant_statement(session, Scope("special", year, 13), AT)
            (row,) = made.rows
            assert (str(row["recognised"]), str(row["available"])) == (
                f"£{recognised}",
                f"£{available}",
            )
            assert {str(one["difference"]) for one in made.parts[1].rows} == {"£0.00"}


def test_what_a_late_carry_forward_changes_is_entered_once_in_the_next_year_with_its_own_day(
    engine: Engine,
):
    two_years(engine)
    the_next_year_begins(engine)

    def carry() -> Recorded:
        with transaction(engine) as session:
            return granting.carry_forward(
                session,
                "special/2003-04",
                YEAR,
                day=date(2004, 3, 31),
                period=Period(YEAR, 13),
                amount=Money.parse("120.00"),
                reference="carried",
                by=CLERK,
                at=AT,
            )

    made, again = carry(), carry()

    assert (made.journal, made.followed_by) == ("2003-04/000003", "2004-05/000003")
    assert (again.journal, again.followed_by) == (made.journal, made.followed_by)
    with reading(engine) as session:
        own, follows = (posted(session, one) for one in (made.journal, made.followed_by))
        (stored,) = [
            one
            for one in grants.events(session, "special/2003-04")
            if one.event.step is Step.CARRIED_FORWARD
        ]
    assert (str(own.period), own.day) == ("2003-04 P13", date(2004, 3, 31))
    assert (str(follows.period), follows.day, follows.document_day) == (
        "2004-05 P01",
        date(2004, 4, 1),
        date(2004, 3, 31),
    )
    assert (stored.journal, stored.followed_by) == (made.journal, made.followed_by)
    assert held(engine) == {CASH: "700.00", DUE: "300.00", EARNED: "-1000.00"}


def test_what_a_late_carry_forward_changes_in_a_closed_month_goes_into_the_next_open_one(
    engine: Engine,
):
    two_years(engine)
    the_next_year_begins(engine)
    with transaction(engine) as session:
        closing.close(session, Period(NEXT, 1), by=CLERK, at=AT, reason="Known and small")

    made = happens(engine, Step.CARRIED_FORWARD, date(2004, 3, 31), "120.00", year=YEAR)

    with reading(engine) as session:
        follows = posted(session, made.followed_by)
    assert (str(follows.period), follows.day) == ("2004-05 P02", date(2004, 5, 1))
    assert of_year(engine, NEXT)[EARNED] == "-720.00"


def test_a_clawback_of_the_years_last_day_may_follow_money_of_the_next_year(engine: Engine):
    open_next_year(engine)
    take_on(engine, programme(needs_plan=False))
    happens(engine, Step.PAID, date(2004, 4, 20), "1000.00")

    happens(engine, Step.CLAWED_BACK, date(2004, 3, 31), "10.00", year=YEAR)

    assert of_year(engine, YEAR) == {DUE: "990.00", EARNED: "-990.00"}
    assert of_year(engine, NEXT) == {CASH: "1000.00", DUE: "-990.00", OWED: "-10.00"}


def test_a_year_end_event_does_not_go_before_money_that_moved_after_the_next_year(engine: Engine):
    open_next_year(engine)
    with transaction(engine) as session:
        founding.open_year(session, NEXT.next)
    take_on(engine, programme(needs_plan=False))
    happens(engine, Step.PAID, date(2005, 4, 1), "1000.00")

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
