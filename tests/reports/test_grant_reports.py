"""Reports of grants: figures an accountant can check, tied to their journals."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from ledger.grant.conditions import Condition, Purpose
from ledger.grant.life import Step
from ledger.grant.plan import ActionState, Plan, PlanAction, PlanObjective, Progress
from ledger.money import Money
from ledger.periods import Period
from ledger.problems import Refused
from tests.support.grants import (
    MAP,
    allocation,
    happens,
    open_next_year,
    programme,
    take_on,
)
from tests.support.trusts import AT, CLERK, YEAR, journal
from trust_commissioning import granting, posting
from trust_commissioning.granting.claiming import claimable
from trust_commissioning.reports import REPORTS, Report, Scope
from trust_commissioning.reports.shape import Cell
from trust_commissioning.store import reading, transaction
from trust_commissioning.store.journals import search_totals

FOSTERING = "Expenses:ThirdParty:FosterCare {} service=fostering/Assets:HostCash -{}"
ALLOWANCES = "Expenses:Transfers:FosterAllowances {} service=fostering/Assets:HostCash -{}"
THERAPY = "Expenses:ThirdParty:Health {} service=therapy/Assets:HostCash -{}"
PURPOSES = (
    Purpose(
        code="pay", title="Payments", accounts=("Expenses:Transfers",), services=("fostering",)
    ),
    Purpose(code="carers", title="Carers", services=("fostering",)),
)
FOR_PURPOSES = Condition(code="p", wording="For foster carers only.", for_purposes=True)
A_QUARTER = Condition(
    code="q", wording="A quarter is for payments.", purpose="pay", at_least_percent=25
)


def spend(engine: Engine, text: str, amount: str, day: date = date(2003, 6, 30)) -> None:
    with transaction(engine) as session:
        made = journal(text.format(amount, amount), ref=f"{text} {amount}", fund="special", day=day)
        posting.post(session, made, by=CLERK, at=AT)


def report(session: Session, name: str, to: int = 13, **scope: Any) -> Report:
    return REPORTS[name](
        session, Scope(scope.pop("fund", None), scope.pop("year", YEAR), to, **scope), AT
    )


def shown(row: Any, *keys: str) -> list[Cell]:
    return [cell.plain if isinstance(cell := row[key], Money) else cell for key in keys]


def test_a_statement_keeps_announced_and_paid_and_ties_to_the_books(engine: Engine):
    take_on(engine, given=allocation(with_transfers=Money.parse("1500.00")))
    happens(engine, Step.PAID, date(2003, 5, 30), "400.00")
    happens(engine, MAP, date(2003, 6, 10), mark="fair")
    happens(engine, Step.REVISED, date(2003, 7, 1), "-50.00", year=YEAR)
    spend(engine, FOSTERING, "300.00")

    with reading(engine) as session:
        before = report(session, "grant-statement", to=2)
        made = report(session, "grant-statement")
        (row,) = made.rows
        books = {str(one["account"]): one for one in made.parts[1].rows}
        lead = made.leads_to(made.parts[1].columns, books["Income:Grants:SpecialGrant"], "in_books")
        count, total = search_totals(session, lead) if lead else (0, Money(0))

    assert shown(row, "core", "with_transfers", "announced", "revised", "available") == [
        "1000.00",
        "1500.00",
        "1000.00",
        "-50.00",
        "950.00",
    ]
    assert shown(row, "paid", "recognised", "in_advance", "debtors", "spent", "unspent") == [
        "400.00",
        "950.00",
        "0.00",
        "550.00",
        "300.00",
        "650.00",
    ]
    assert shown(before.rows[0], "recognised", "in_advance", "standing") == [
        "0.00",
        "400.00",
        "Waits for its plan to be assessed",
    ]
    assert {str(one["difference"]) for one in books.values()} == {"£0.00"}
    assert (count, total) == (2, Money.parse("-950.00"))
    assert [one["event"] for one in made.parts[0].rows] == [
        "Announced",
        "Paid",
        "Plan assessed",
        "Revised",
    ]


def test_what_was_entered_on_a_grants_account_by_another_way_is_a_difference(engine: Engine):
    take_on(engine, programme(needs_plan=False))
    by_hand = "Assets:HostCash 7.00/Income:Grants:SpecialGrant -7.00"
    spend(engine, by_hand, "7.00")

    with reading(engine) as session:
        rows = report(session, "grant-statement").parts[1].rows

    assert {str(row["account"]): str(row["difference"]) for row in rows if row["difference"]} == {
        "Income:Grants:SpecialGrant": "£7.00"
    }


def test_a_recoding_of_what_was_never_charged_to_the_grant_gives_no_claim(engine: Engine):
    take_on(engine, programme(needs_plan=False))
    recoded = (
        "Expenses:ThirdParty:FosterCare {} service=fostering"
        "/Expenses:ThirdParty:Health -{} service=therapy"
    )
    spend(engine, recoded, "800.00")

    with reading(engine) as session:
        (row,) = report(session, "grant-claim").parts[2].rows
        (stands,) = report(session, "grant-statement").rows
        may, _ = claimable(session, "special/2003-04", Period(YEAR, 13))

    assert shown(row, "available", "amount", "claimable") == ["1000.00", "800.00", "0.00"]
    assert shown(stands, "spent", "unspent") == ["0.00", "1000.00"]
    assert may == Money(0)


def test_a_claim_is_by_purpose_line_by_line_with_what_is_not_eligible_apart(engine: Engine):
    free = programme(purposes=PURPOSES, conditions=(), needs_plan=False)
    take_on(engine, free)
    spend(engine, FOSTERING, "300.00")
    spend(engine, ALLOWANCES, "60.00")
    spend(engine, THERAPY, "40.00")
    held_to = programme(purposes=PURPOSES, conditions=(FOR_PURPOSES, A_QUARTER), needs_plan=False)
    with transaction(engine) as session:
        granting.keep_programme(session, held_to, by=CLERK, at=AT)

    with reading(engine) as session:
        made = report(session, "grant-claim")
        purposes, not_eligible, claim, shares = made.parts
        lead = made.leads_to(made.columns, made.rows[0], "amount")
        count, total = search_totals(session, lead) if lead else (0, Money(0))

    assert [shown(row, "purpose", "service_title", "amount") for row in made.rows] == [
        ["Payments", "Fostering", "60.00"],
        ["Carers", "Fostering", "300.00"],
    ]
    assert (count, total) == (1, Money.parse("60.00"))
    assert [shown(row, "purpose", "amount") for row in purposes.rows] == [
        ["Payments", "60.00"],
        ["Carers", "300.00"],
    ]
    (bad,) = not_eligible.rows
    assert shown(bad, "service_title", "amount") == ["Therapy", "40.00"]
    assert "“For foster carers only.”" in str(bad["why"])
    assert shown(claim.rows[0], "available", "amount", "claimable") == [
        "1000.00",
        "360.00",
        "360.00",
    ]
    assert shown(shares.rows[0], "percent", "wanted", "amount", "short") == [
        "25%",
        "90.00",
        "60.00",
        "30.00",
    ]


def test_money_not_expected_to_be_spent_is_told_months_ahead_with_the_rule(engine: Engine):
    take_on(engine, programme(needs_plan=False))
    spend(engine, FOSTERING, "300.00")

    with reading(engine) as session:
        made = report(session, "grant-exposure", to=9)

    (row,) = made.rows
    assert shown(row, "cause", "amount", "day", "left") == [
        "Not spent in time",
        "700.00",
        "31 March 2004",
        "3 months left",
    ]
    assert "is returned to the payer" in str(row["why"])


def test_a_grant_whose_plan_is_not_assessed_could_be_lost_whole(engine: Engine):
    take_on(engine)
    spend(engine, FOSTERING, "300.00")

    with reading(engine) as session:
        (row,) = report(session, "grant-exposure", to=9).rows

    assert shown(row, "cause", "amount") == ["Not released by the payer", "1000.00"]
    assert "its plan is assessed" in str(row["why"])
    assert "due on 31 January 2003 and has not been submitted" in str(row["why"])


def test_a_purpose_with_too_little_is_told_beyond_what_is_unspent(engine: Engine):
    take_on(
        engine,
        programme(purposes=PURPOSES, conditions=(FOR_PURPOSES, A_QUARTER), needs_plan=False),
    )
    spend(engine, FOSTERING, "900.00")
    spend(engine, ALLOWANCES, "60.00")

    with reading(engine) as session:
        rows = report(session, "grant-exposure", to=12).rows

    # 25% of £1,000 is £250: £190 short, of which £40 is unspent and told as that.
    assert [shown(row, "cause", "amount") for row in rows] == [
        ["Too little for one purpose", "150.00"],
        ["Not spent in time", "40.00"],
    ]


def test_money_carried_into_a_year_is_spent_before_the_years_own(engine: Engine):
    from ledger.grant.programme import Unspent
    from ledger.periods import FinancialYear

    open_next_year(engine)
    take_on(engine, given=allocation(unspent=Unspent.CARRY_FORWARD_REVENUE))
    happens(engine, MAP, date(2003, 4, 10))
    spend(engine, FOSTERING, "700.00")
    happens(engine, Step.CARRIED_FORWARD, date(2004, 3, 31), "300.00", year=YEAR)
    following = FinancialYear(2004)
    with transaction(engine) as session:
        granting.allocate(
            session, allocation(year=following), announced=date(2004, 4, 1), by=CLERK, at=AT
        )
    happens(engine, MAP, date(2004, 4, 10), to="special/2004-05")
    spend(engine, FOSTERING, "450.00", day=date(2004, 6, 30))

    with reading(engine) as session:
        rows = report(session, "grant-statement", year=following).rows

    assert [shown(row, "allocation", "available", "spent", "unspent") for row in rows] == [
        ["special/2003-04", "300.00", "300.00", "0.00"],
        ["special/2004-05", "1000.00", "150.00", "850.00"],
    ]


def test_a_plans_actions_are_shown_with_owners_spend_and_evidence(engine: Engine):
    take_on(engine)
    actions = (
        PlanAction(
            number="1.1",
            title="Recruit carers",
            owner="Fostering team",
            milestone=date(2003, 9, 30),
            planned=Money.parse("400.00"),
            service="fostering",
        ),
        PlanAction(
            number="1.2",
            title="Train carers",
            owner="Fostering team",
            milestone=date(2003, 8, 31),
            planned=Money.parse("100.00"),
        ),
    )
    plan = Plan(
        allocation="special/2003-04",
        year=YEAR,
        submitted=date(2003, 2, 3),
        objectives=(PlanObjective(number="1", title="Choice", actions=actions),),
    )
    done = Progress(
        action="1.1", day=date(2003, 9, 1), state=ActionState.DONE, evidence="Twenty more carers"
    )
    with transaction(engine) as session:
        assert granting.submit_plan(session, plan, reference="map", by=CLERK, at=AT) == 1
        assert granting.submit_plan(session, plan, reference="map", by=CLERK, at=AT) == 1
        granting.note_progress(session, plan.allocation, YEAR, done, reference="p", by=CLERK, at=AT)
    spend(engine, FOSTERING, "300.00")

    with reading(engine) as session:
        before = report(session, "map-actions", to=3)
        made = report(session, "map-actions", to=6)

    assert [shown(row, "number", "state", "planned", "spent") for row in made.rows] == [
        ["1.1", "Done", "400.00", "300.00"],
        ["1.2", "Overdue, not started", "100.00", ""],
    ]
    assert made.rows[0]["evidence"] == "Twenty more carers (1 September 2003)"
    assert before.rows[0]["state"] == "Not started"
    (held,) = made.parts[0].rows
    assert shown(held, "submitted", "planned", "not_planned", "actions", "overdue") == [
        "3 February 2003, due 31 January 2003",
        "500.00",
        "500.00",
        2,
        1,
    ]


def test_the_national_series_stands_beside_our_allocations(engine: Engine):
    take_on(
        engine,
        programme(code="quality-protects"),
        allocation(grant="quality-protects", core=Money.parse("2520000.00")),
    )

    with reading(engine) as session:
        made = report(session, "grant-series", grant="quality-protects")

    found = {str(row["year"]): row for row in made.rows}
    assert shown(found["2003-04"], "national", "status", "announced", "part") == [
        "280000000.00",
        "Derived",
        "2520000.00",
        "0.90%",
    ]
    assert shown(found["2001-02"], "national", "status", "announced") == [
        "180000000.00",
        "Derived",
        "",
    ]
    assert found["2003-04"]["reference"] == "885 − 75 − 120 − 180 − 230"


@pytest.mark.parametrize(
    "name", ["grant-statement", "grant-claim", "grant-exposure", "map-actions"]
)
def test_a_grant_nobody_took_on_is_refused(engine: Engine, name: str):
    with reading(engine) as session, pytest.raises(Refused) as refused:
        report(session, name, grant="nothing")

    assert refused.value.codes == ("grant_unknown",)


@pytest.mark.parametrize(
    "name", ["grant-statement", "grant-claim", "grant-exposure", "map-actions", "grant-series"]
)
def test_a_trust_without_grants_has_empty_reports(engine: Engine, name: str):
    with reading(engine) as session:
        made = report(session, name)

    assert name == "grant-series" or made.rows == ()


def test_two_instalments_of_one_day_and_amount_are_two_things_that_happened(engine: Engine):
    take_on(engine, programme(needs_plan=False))
    for reference in ("first", "second"):
        happens(engine, Step.PAID, date(2003, 5, 30), "250.00", ref=reference)

    with reading(engine) as session:
        made = report(session, "quarterly-report", to=2, fund="special")
    (happened,) = [one for one in made.parts if one.key == "happened"]

    paid = [row["what"] for row in happened.rows if "£250.00" in str(row["what"])]
    assert paid == ["Special Grant for 2003-04, paid: £250.00."] * 2


def test_what_happened_to_a_grant_says_of_which_year_it_is(engine: Engine):
    from ledger.grant.allocation import GrantYear
    from ledger.grant.programme import Unspent
    from ledger.periods import FinancialYear

    open_next_year(engine)
    following, rule = FinancialYear(2004), Unspent.CARRY_FORWARD_REVENUE
    given = allocation(unspent=rule)
    take_on(engine, programme(needs_plan=False, needs_parliament=True), given)
    happens(engine, Step.PARLIAMENT_APPROVED, date(2004, 2, 2))
    happens(engine, Step.CARRIED_FORWARD, date(2004, 3, 31), "300.00", year=YEAR)
    years = (
        GrantYear(year=following, amount=Money.parse("600.00")),
        GrantYear(year=following.next, amount=Money.parse("400.00")),
    )
    longer = allocation(
        reference="special/2004-06", starts=following.starts, ends=following.next.ends, years=years
    )
    with transaction(engine) as session:
        granting.allocate(session, longer, announced=date(2004, 3, 10), by=CLERK, at=AT)

    with reading(engine) as session:
        made = report(session, "quarterly-report", to=12, fund="special")
    (happened,) = [one for one in made.parts if one.key == "happened"]

    assert [(row["day"], row["what"]) for row in happened.rows] == [
        ("2 February 2004", "Special Grant for 2003-04, approved by Parliament."),
        ("10 March 2004", "Special Grant for 2004-05 and 2005-06, announced."),
        ("31 March 2004", "Special Grant for 2003-04, carried forward: £300.00."),
    ]
