"""What happens to an allocation: when it is recognised, what is held, owed, taken back."""

from datetime import date
from fractions import Fraction

import pytest
from sqlalchemy import Engine

from ledger.grant.allocation import GrantYear
from ledger.grant.life import GrantEvent, Step
from ledger.grant.programme import Unspent
from ledger.money import Money
from ledger.periods import FinancialYear, Period
from ledger.problems import Refused
from tests.support.grants import (
    MAP,
    PARLIAMENT,
    allocation,
    books,
    happens,
    keep_accounts,
    open_next_year,
    programme,
    take_on,
)
from tests.support.trusts import AT, CLERK, YEAR, journal
from trust_commissioning import granting, posting
from trust_commissioning.checking import check
from trust_commissioning.store import reading, transaction

CASH, DUE = "Assets:HostCash", "Assets:Debtors:Grants"
HELD, OWED = "Liabilities:GrantsInAdvance", "Liabilities:Creditors:Grants"
EARNED = "Income:Grants:SpecialGrant"


def held(engine: Engine) -> dict[str, str]:
    with reading(engine) as session:
        assert check(session) == []
        return books(session)


def test_cash_before_the_plan_is_assessed_is_held_in_advance_and_not_recognised(engine: Engine):
    take_on(engine)

    paid = happens(engine, Step.PAID, date(2003, 5, 30), "400.00")

    assert held(engine) == {CASH: "400.00", HELD: "-400.00"}
    assert paid.journal == "2003-04/000001"
    assert paid.as_json()["waits_for"] == ["plan_assessed"]


@pytest.mark.parametrize("mark", ["excellent", "poor, the worst of all", ""])
def test_once_the_plan_is_assessed_the_allocation_is_recognised_whatever_the_mark(
    engine: Engine, mark: str
):
    take_on(engine)
    happens(engine, Step.PAID, date(2003, 5, 30), "400.00")

    happens(engine, MAP, date(2003, 6, 10), mark=mark)

    assert held(engine) == {CASH: "400.00", DUE: "600.00", EARNED: "-1000.00"}


def test_an_assessment_that_does_not_confirm_the_grant_leaves_it_held(engine: Engine):
    take_on(engine)
    happens(engine, Step.PAID, date(2003, 5, 30), "400.00")

    happens(engine, MAP, date(2003, 6, 10), confirmed=False, mark="not acceptable")
    assert held(engine) == {CASH: "400.00", HELD: "-400.00"}

    happens(engine, MAP, date(2003, 7, 10), mark="acceptable on the second reading")
    assert held(engine) == {CASH: "400.00", DUE: "600.00", EARNED: "-1000.00"}


def test_a_grant_subject_to_parliament_waits_for_parliament_as_well(engine: Engine):
    take_on(engine, programme(needs_parliament=True))
    happens(engine, Step.PAID, date(2003, 5, 30), "400.00")

    assessed = happens(engine, MAP, date(2003, 6, 10))
    assert assessed.journal == ""
    assert held(engine) == {CASH: "400.00", HELD: "-400.00"}

    happens(engine, PARLIAMENT, date(2003, 12, 17))
    assert held(engine) == {CASH: "400.00", DUE: "600.00", EARNED: "-1000.00"}


def test_parliament_may_approve_before_the_plan_is_assessed(engine: Engine):
    take_on(engine, programme(needs_parliament=True))

    happens(engine, PARLIAMENT, date(2003, 6, 10))
    happens(engine, MAP, date(2003, 6, 11))

    assert held(engine) == {DUE: "1000.00", EARNED: "-1000.00"}


def test_a_grant_that_waits_for_nothing_is_due_when_it_is_announced(engine: Engine):
    take_on(engine, programme(needs_plan=False))

    assert held(engine) == {DUE: "1000.00", EARNED: "-1000.00"}


def test_what_is_paid_after_recognition_settles_what_is_due(engine: Engine):
    take_on(engine)
    happens(engine, MAP, date(2003, 4, 10))

    happens(engine, Step.PAID, date(2003, 5, 30), "250.00", ref="instalment 1")
    happens(engine, Step.PAID, date(2003, 8, 29), "750.00", ref="instalment 2")

    assert held(engine) == {CASH: "1000.00", EARNED: "-1000.00"}


def test_a_cut_after_recognition_comes_off_what_is_due_and_the_rest_is_owed_back(engine: Engine):
    take_on(engine)
    happens(engine, MAP, date(2003, 4, 10))
    happens(engine, Step.PAID, date(2003, 5, 30), "900.00")

    happens(engine, Step.REVISED, date(2003, 7, 1), "-150.00", year=YEAR)

    assert held(engine) == {CASH: "900.00", EARNED: "-850.00", OWED: "-50.00"}
    happens(engine, Step.PAID_BACK, date(2003, 8, 1), "50.00")
    assert held(engine) == {CASH: "850.00", EARNED: "-850.00"}


def test_a_cut_before_recognition_moves_nothing_until_the_plan_is_assessed(engine: Engine):
    take_on(engine)

    cut = happens(engine, Step.REVISED, date(2003, 5, 1), "-150.00", year=YEAR)
    assert cut.journal == ""

    happens(engine, MAP, date(2003, 6, 10))
    assert held(engine) == {DUE: "850.00", EARNED: "-850.00"}


def test_a_clawback_of_what_was_earned_and_paid_is_owed_to_the_payer(engine: Engine):
    take_on(engine)
    happens(engine, MAP, date(2003, 4, 10))
    happens(engine, Step.PAID, date(2003, 5, 30), "1000.00")

    happens(engine, Step.CLAWED_BACK, date(2004, 3, 31), "120.00", year=YEAR)

    assert held(engine) == {CASH: "1000.00", EARNED: "-880.00", OWED: "-120.00"}


def test_a_clawback_of_what_is_held_in_advance_earns_nothing(engine: Engine):
    take_on(engine)
    happens(engine, Step.PAID, date(2003, 5, 30), "1000.00")

    happens(engine, Step.CLAWED_BACK, date(2004, 3, 31), "120.00", year=YEAR)

    assert held(engine) == {CASH: "1000.00", HELD: "-880.00", OWED: "-120.00"}


def test_a_grant_across_years_is_recognised_a_year_at_a_time(engine: Engine):
    """An 18-month grant from October 2003 touches two financial years."""
    open_next_year(engine)
    next_year = FinancialYear(2004)
    take_on(
        engine,
        programme(needs_plan=False),
        allocation(
            starts=date(2003, 10, 1),
            ends=date(2005, 3, 31),
            core=Money.parse("900.00"),
            years=(
                GrantYear(year=YEAR, amount=Money.parse("300.00")),
                GrantYear(year=next_year, amount=Money.parse("600.00")),
            ),
        ),
    )
    happens(engine, Step.PAID, date(2003, 10, 1), "900.00")
    assert held(engine) == {CASH: "900.00", HELD: "-600.00", EARNED: "-300.00"}

    begun = happens(engine, Step.YEAR_BEGUN, date(2004, 4, 1))

    assert begun.journal == "2004-05/000001"
    assert held(engine) == {CASH: "900.00", EARNED: "-900.00"}


def test_what_is_carried_forward_is_earned_in_the_next_year(engine: Engine):
    open_next_year(engine)
    take_on(engine, given=allocation(unspent=Unspent.CARRY_FORWARD_REVENUE))
    happens(engine, MAP, date(2003, 4, 10))
    happens(engine, Step.PAID, date(2003, 5, 30), "1000.00")
    with transaction(engine) as session:
        posting.post(
            session,
            journal(
                "Expenses:ThirdParty:FosterCare 700.00 service=fostering/Assets:HostCash -700.00",
                fund="special",
            ),
            by=CLERK,
            at=AT,
        )
        carried = granting.carry_forward(
            session,
            "special/2003-04",
            YEAR,
            day=date(2004, 3, 31),
            period=Period(YEAR, 13),
            reference="carried",
            by=CLERK,
            at=AT,
        )

    assert carried.event.amount == Money.parse("300.00")
    assert held(engine)[HELD] == "-300.00"
    happens(engine, Step.YEAR_BEGUN, date(2004, 4, 1))
    assert held(engine) == {
        CASH: "300.00",
        EARNED: "-1000.00",
        "Expenses:ThirdParty:FosterCare": "700.00",
    }


def test_more_than_is_left_is_not_carried_forward(engine: Engine):
    take_on(engine, given=allocation(unspent=Unspent.CARRY_FORWARD_REVENUE))
    happens(engine, MAP, date(2003, 4, 10))
    with transaction(engine) as session, pytest.raises(Refused, match=r"£1,000.01 is more than"):
        granting.carry_forward(
            session,
            "special/2003-04",
            YEAR,
            day=date(2004, 3, 31),
            reference="carried",
            amount=Money.parse("1000.01"),
            by=CLERK,
            at=AT,
        )


def test_a_grant_to_be_returned_is_not_carried_forward(engine: Engine):
    take_on(engine)
    happens(engine, MAP, date(2003, 4, 10))

    with pytest.raises(Refused, match="is returned to the payer"):
        happens(engine, Step.CARRIED_FORWARD, date(2004, 3, 31), "10.00", year=YEAR)


def test_the_same_event_again_changes_nothing_and_other_contents_are_refused(engine: Engine):
    take_on(engine)

    first = happens(engine, Step.PAID, date(2003, 5, 30), "400.00", ref="instalment 1")
    again = happens(engine, Step.PAID, date(2003, 5, 30), "400.00", ref="instalment 1")

    assert first.journal == again.journal
    assert held(engine) == {CASH: "400.00", HELD: "-400.00"}
    with pytest.raises(Refused) as refused:
        happens(engine, Step.PAID, date(2003, 5, 30), "400.01", ref="instalment 1")
    assert refused.value.codes == ("grant_event_recorded_otherwise",)


def test_the_same_allocation_again_changes_nothing_and_another_amount_is_a_revision(
    engine: Engine,
):
    given = take_on(engine, programme(needs_plan=False))
    before = held(engine)

    with transaction(engine) as session:
        granting.allocate(session, given, announced=date(2003, 4, 1), by=CLERK, at=AT)
    assert held(engine) == before

    other = allocation(core=Money.parse("1000.01"))
    with transaction(engine) as session, pytest.raises(Refused) as refused:
        granting.allocate(session, other, announced=date(2003, 4, 1), by=CLERK, at=AT)
    assert refused.value.codes == ("allocation_recorded_otherwise",)


def test_a_ring_fenced_grant_is_not_kept_in_a_pooled_fund(engine: Engine):
    given = allocation(fund="camhs")
    with transaction(engine) as session:
        keep_accounts(session)
        granting.keep_programme(session, programme(), by=CLERK, at=AT)

    with transaction(engine) as session, pytest.raises(Refused) as refused:
        granting.allocate(session, given, announced=date(2003, 4, 1), by=CLERK, at=AT)

    assert refused.value.codes == ("ring_fence_needs_own_fund",)


def test_a_top_slice_takes_the_same_part_of_each_to_the_pound(engine: Engine):
    take_on(engine)
    with transaction(engine) as session:
        granting.keep_programme(session, programme(code="other"), by=CLERK, at=AT)
        granting.allocate(
            session,
            allocation(
                reference="other/2003-04",
                grant="other",
                fund="general",
                ring_fenced=False,
                core=Money.parse("333.00"),
            ),
            announced=date(2003, 4, 1),
            by=CLERK,
            at=AT,
        )
        cut = granting.Cut(
            reference="circular 7", day=date(2003, 6, 1), year=YEAR, percent=Fraction("2.5")
        )
        of = ["special/2003-04", "other/2003-04"]
        made = granting.slice_top(session, of, cut, by=CLERK, at=AT)
        again = granting.slice_top(session, of, cut, by=CLERK, at=AT)

    # 2.5% of £1,333 is £33.325, to the pound £33; by parts £24.76 and £8.24.
    assert [one.event.amount.plain for one in made] == ["-25.00", "-8.00"]
    assert [one.event for one in again] == [one.event for one in made]


def test_a_claim_is_what_the_books_say_and_no_other_figure(engine: Engine):
    take_on(engine)
    happens(engine, MAP, date(2003, 4, 10))
    spend = "Expenses:ThirdParty:FosterCare 300.00 service=fostering/Assets:HostCash -300.00"

    def ask(amount: str | None, ref: str, day: date) -> granting.Recorded:
        with transaction(engine) as session:
            return granting.claim(
                session,
                "special/2003-04",
                Period(YEAR, 6),
                day=day,
                reference=ref,
                amount=Money.parse(amount) if amount else None,
                by=CLERK,
                at=AT,
            )

    with pytest.raises(Refused, match=r"£0\.00 may be claimed"):
        ask(None, "claim 1", date(2003, 10, 1))
    with transaction(engine) as session:
        posting.post(session, journal(spend, fund="special"), by=CLERK, at=AT)
    with pytest.raises(Refused, match=r"The claim is £310.00; the books say £300.00"):
        ask("310.00", "claim 1", date(2003, 10, 1))

    made = ask("300.00", "claim 1", date(2003, 10, 1))
    again = ask("300.00", "claim 1", date(2003, 10, 1))

    assert made.event == again.event
    assert made.event.amount == Money.parse("300.00")
    certified = happens(engine, Step.CERTIFIED, date(2004, 6, 1), "300.00", year=YEAR)
    assert certified.life.years[YEAR].certified == Money.parse("300.00")
    with pytest.raises(Refused) as refused:
        happens(engine, Step.REVISED, date(2004, 6, 2), "-1.00", year=YEAR)
    assert refused.value.codes == ("grant_step_too_late",)


def test_who_may_not_keep_grants_is_refused(engine: Engine):
    take_on(engine)
    event = GrantEvent(step=MAP, day=date(2003, 6, 10), reference="assessed")
    with transaction(engine) as session, pytest.raises(Refused) as refused:
        granting.record(session, "special/2003-04", event, by="a.auditor", at=AT)

    assert refused.value.codes == ("not_permitted",)
