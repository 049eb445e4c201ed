"""Budgets through the interface: the reports' figures, the rules, what people said."""

from ledger.budget import BudgetLine
from ledger.forecast import Method
from ledger.money import Money
from ledger.periods import Period
from tests.support.trusts import AT, AUDITOR, CLERK, YEAR
from trust_commissioning import budgeting
from trust_commissioning.files.budgets import BudgetRow
from trust_commissioning.store import transaction

CARE = BudgetLine("Expenses:ThirdParty:FosterCare", "fostering")


def planned(engine):
    """£120,000.00 for foster care, a person's forecast of £130,000.00, a route and a limit."""
    with transaction(engine) as session:
        row = BudgetRow(account=CARE.account, service=CARE.service, amount=Money.parse("120000"))
        budgeting.set_budget(session, "general", YEAR, [row], by=CLERK, at=AT)
        said = budgeting.ForecastSaid(
            method=Method.PERSON, amount=Money.parse("130000"), reason="two placements"
        )
        budgeting.set_forecast(
            session, "general", CARE, said, period=Period(YEAR, 6), by=CLERK, at=AT
        )
        for code, rule in (
            ("a", {"route": {"allowed": False, "giving": {"fund": "camhs"}, "because": "kept"}}),
            ("b", {"limit": {"role": "approver", "amount": "10000.00"}}),
        ):
            asked = budgeting.VirementRule.model_validate({"code": code, **rule})
            budgeting.keep_rule(session, asked, by=CLERK, at=AT)


def test_each_line_is_answered_with_its_budget_and_its_forecast(signed_in, engine):
    planned(engine)

    answer = signed_in(AUDITOR).get("/api/v1/budgets?year=2003-04&fund=general&to=6").json()

    (line,) = answer["budget"]["rows"]
    assert (line["original"], line["revised"], line["to_date"]) == (
        "120000.00",
        "120000.00",
        "60000.00",
    )
    (expected,) = answer["forecast"]["rows"]
    assert (expected["forecast"], expected["variance"]) == ("130000.00", "10000.00")


def test_the_rules_of_virement_are_answered(signed_in, engine):
    planned(engine)

    answer = signed_in(AUDITOR).get("/api/v1/budgets/virement-rules").json()

    (route,) = answer["routes"]
    assert (route["allowed"], route["because"]) == (False, "kept")
    assert route["giving"] == {"fund": "camhs", "account": None, "service": None}
    (limit,) = answer["limits"]
    assert (limit["role"], limit["amount"], limit["fund"]) == ("approver", "10000.00", None)


def test_what_was_said_of_a_fund_is_answered_with_who_said_it(signed_in, engine):
    planned(engine)

    answer = signed_in(AUDITOR).get("/api/v1/budgets/forecasts?year=2003-04&fund=general").json()

    (said,) = answer["forecasts"]
    assert (said["amount"], said["period"], said["by"], said["reason"]) == (
        "130000.00",
        "2003-04 P06",
        "Hana Clerk",
        "two placements",
    )


def test_a_fund_or_a_year_that_is_not_there_is_not_found(signed_in):
    client = signed_in(AUDITOR)

    for asked in (
        "?year=2003-04&fund=none",
        "?year=2001-02",
        "?year=2003",
        "/forecasts?year=1&fund=x",
    ):
        assert client.get(f"/api/v1/budgets{asked}").status_code == 404
