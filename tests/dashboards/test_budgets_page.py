"""The page of budgets: how a budget came to be, what it will come to, moving it, forecasting it."""

from typing import Any

import pytest
from sqlalchemy import Engine
from streamlit.testing.v1 import AppTest

from ledger.budget import BudgetLine
from ledger.money import Money
from ledger.periods import FinancialYear
from tests.dashboards.conftest import Open, seen
from tests.support.trusts import APPROVER, AUDITOR, CLERK, YEAR
from trust_commissioning import budgeting, clock
from trust_commissioning.files.budgets import BudgetRow
from trust_commissioning.store import journals, reading, transaction

CARE = BudgetLine("Expenses:ThirdParty:FosterCare", "fostering")
HEALTH = BudgetLine("Expenses:ThirdParty:Health", "therapy")


@pytest.fixture
def budgeted(engine: Engine) -> Engine:
    """£120,000 for foster care and £20,000 for therapy in General, £50,000 for therapy in CAMHS."""
    set_budgets(engine, YEAR)
    return engine


def set_budgets(engine: Engine, year: FinancialYear) -> None:
    with transaction(engine) as session:
        for fund, lines in (
            ("general", ((CARE, "120000"), (HEALTH, "20000"))),
            ("camhs", ((HEALTH, "50000"),)),
        ):
            rows = [
                BudgetRow(account=line.account, service=line.service, amount=Money.parse(amount))
                for line, amount in lines
            ]
            budgeting.set_budget(session, fund, year, rows, by="x.admin", at=clock.now())


def keep(engine: Engine, code: str, **rule: object) -> None:
    with transaction(engine) as session:
        asked = budgeting.VirementRule.model_validate({"code": code, **rule})
        budgeting.keep_rule(session, asked, by="x.admin", at=clock.now())


def box(page: AppTest, kind: str, label: str) -> Any:
    return next(one for one in getattr(page, kind) if one.label == label)


def press(page: AppTest, label: str) -> AppTest:
    next(one for one in page.button if one.label == label).click()
    page.run()
    assert not page.exception, page.exception[0].message
    return page


def lend(page: AppTest, amount: str, *, to_fund: str = "") -> AppTest:
    box(page, "selectbox", "Line that gives").select(CARE)
    if to_fund:
        box(page, "selectbox", "Fund that gets").select(to_fund)
        page.run()
    box(page, "selectbox", "Line that gets").select(HEALTH)
    box(page, "text_input", "Amount (£)").set_value(amount)
    box(page, "text_input", "Why it moves").set_value("More therapy")
    page.run()
    assert not page.exception, page.exception[0].message
    return page


def test_a_trust_without_any_figures_says_so(look: Open) -> None:
    assert "Nothing has been posted yet" in seen(look(AUDITOR, "budgets"))


def test_each_line_shows_original_revised_and_forecast_and_an_auditor_can_only_read(
    look: Open, budgeted: Engine
) -> None:
    page = look(AUDITOR, "budgets", fund="general", year="2003-04", to="6")

    text = seen(page)
    assert "£140,000.00" in text
    assert "£70,000.00" in text  # half of it to date
    assert [one.label for one in page.selectbox] == ["Fund", "Financial year", "Up to and with"]


def test_a_virement_shows_what_it_would_leave_before_it_is_asked_for(
    look: Open, budgeted: Engine
) -> None:
    page = lend(look(CLERK, "budgets", fund="general", year="2003-04"), "5,000")

    text = seen(page)
    assert "What the virement would leave" in text
    assert "£115,000.00" in text
    assert "£25,000.00" in text
    with reading(budgeted) as session:
        assert journals.waiting(session) == []


def test_a_virement_that_is_asked_for_waits_for_somebody_else(look: Open, budgeted: Engine) -> None:
    page = lend(look(CLERK, "budgets", fund="general", year="2003-04"), "5000")

    press(page, "Ask for the virement")

    assert "The virement waits for somebody else to post it." in seen(page)
    with reading(budgeted) as session:
        (waiting,) = journals.waiting(session)
    assert (waiting.author, waiting.status) == (CLERK, "submitted")
    assert waiting.journal.debits.plain == "5000.00"


def test_a_route_that_is_closed_is_told_at_once_and_nothing_can_be_asked_for(
    look: Open, budgeted: Engine
) -> None:
    keep(
        budgeted,
        "kept",
        route={"giving": {"service": "fostering"}, "allowed": False, "because": "for carers"},
    )
    page = lend(look(CLERK, "budgets", fund="general", year="2003-04"), "5000")
    assert "for carers (rule kept)" in seen(page)

    press(page, "Ask for the virement")

    assert "It was not asked for" in seen(page)
    with reading(budgeted) as session:
        assert journals.waiting(session) == []


def test_budget_moves_to_another_fund_where_a_route_lets_it(look: Open, budgeted: Engine) -> None:
    keep(budgeted, "open", route={"getting": {"fund": "camhs"}, "allowed": True})
    page = lend(look(CLERK, "budgets", fund="general", year="2003-04"), "5000", to_fund="camhs")

    press(page, "Ask for the virement")

    with reading(budgeted) as session:
        assert {one.journal.fund for one in journals.waiting(session)} == {"general", "camhs"}


def test_an_approver_sees_their_limit_and_that_it_stops_them(look: Open, budgeted: Engine) -> None:
    keep(budgeted, "l-1", limit={"role": "approver", "amount": "1000.00"})
    keep(budgeted, "l-2", limit={"role": "pool_manager"})
    page = lend(look(CLERK, "budgets", fund="general", year="2003-04"), "5000")
    assert "Who may post it: a pool manager may post any amount." in seen(page)
    press(page, "Ask for the virement")

    approvals = look(APPROVER, "approvals")

    text = seen(approvals)
    assert "Your limit for virements" in text
    assert "Up to £1,000.00" in text
    assert "is above the limit: Piers Approver may post up to £1,000.00" in text
    press(approvals, "Post it")
    assert "It was not posted" in seen(approvals)


def test_a_forecast_is_kept_with_its_reason_and_shown_at_once(look: Open, budgeted: Engine) -> None:
    page = look(CLERK, "budgets", fund="general", year="2003-04", to="6")
    box(page, "selectbox", "Line to forecast").select(CARE)
    page.run()
    box(page, "text_input", "My figure for the whole year (£)").set_value("130,000")
    box(page, "text_input", "Why it is forecast so").set_value("two placements")

    press(page, "Forecast the line so")

    text = seen(page)
    assert "The forecast of Foster care, Fostering is kept." in text
    assert "£130,000.00" in text
    assert "Hana Clerk&#x27;s figure of September 2003: two placements" in text


def test_a_forecast_that_is_wrong_says_everything_and_keeps_nothing(
    look: Open, budgeted: Engine
) -> None:
    page = look(CLERK, "budgets", fund="general", year="2003-04", to="6")
    box(page, "text_input", "My figure for the whole year (£)").set_value("many")

    press(page, "Forecast the line so")

    text = seen(page)
    assert "It was not kept" in text
    assert "Choose the line." in text
