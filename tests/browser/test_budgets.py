"""Budget moved and forecast in a real browser, by one person, and posted by another."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from ledger.budget import BudgetLine
from ledger.money import Money
from tests.support.browser import SCREENS, settle, sign_in
from tests.support.trusts import APPROVER, CLERK, YEAR
from tests.web.conftest import Served, make_trust, serving
from trust_commissioning import budgeting, clock
from trust_commissioning.files.budgets import BudgetRow
from trust_commissioning.store import engine_for, transaction

pytestmark = pytest.mark.slow

CARE = BudgetLine("Expenses:ThirdParty:FosterCare", "fostering")
HEALTH = BudgetLine("Expenses:ThirdParty:Health", "therapy")
ADDRESS = "budgets?fund=general&year=2003-04&to=6"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """£120,000 for foster care, £20,000 for therapy; an approver may post up to £10,000."""
    made = make_trust(tmp_path_factory.mktemp("budgets") / "data")
    engine = engine_for(made.url)
    with transaction(engine) as session:
        rows = [
            BudgetRow(account=line.account, service=line.service, amount=Money.parse(amount))
            for line, amount in ((CARE, "120000"), (HEALTH, "20000"))
        ]
        budgeting.set_budget(session, "general", YEAR, rows, by="x.admin", at=clock.now())
        for code, rule in (
            ("approvers", {"limit": {"role": "approver", "amount": "10000.00"}}),
            ("managers", {"limit": {"role": "pool_manager", "amount": "50000.00"}}),
        ):
            asked = budgeting.VirementRule.model_validate({"code": code, **rule})
            budgeting.keep_rule(session, asked, by="x.admin", at=clock.now())
    with serving(made) as running:
        yield running
    engine.dispose()


def go(page: Page, served: Served, address: str) -> None:
    page.goto(f"{served.address}{address}")
    page.get_by_role("heading", level=1).wait_for(timeout=60_000)
    settle(page)


def choose(page: Page, label: str, option: str) -> None:
    wanted = page.get_by_role("option", name=option)
    # A page that is drawn anew while it is clicked closes its list again.
    for _ in range(5):
        page.get_by_role("combobox", name=label).click()
        try:
            wanted.click(timeout=5_000)
        except PlaywrightTimeout:
            settle(page)
        else:
            break
    settle(page)
    expect(page.get_by_role("combobox", name=label)).to_have_value(option)


def test_budget_is_moved_by_two_people_with_its_effect_and_the_limit_on_the_screen(
    served: Served, browser: Browser
) -> None:
    page = browser.new_context(locale="en-GB", timezone_id="Europe/London").new_page()
    page.set_viewport_size({"width": 1440, "height": 1000})
    sign_in(page, served, CLERK)
    go(page, served, ADDRESS)

    choose(page, "Line that gives", "Foster care, Fostering")
    choose(page, "Line that gets", "Health, Therapy")
    page.get_by_label("Amount (£)").fill("7,500")
    page.get_by_label("Amount (£)").press("Tab")
    settle(page)
    effect = page.get_by_role("region", name="What the virement would leave")
    expect(effect.get_by_role("cell", name="£112,500.00").first).to_be_visible(timeout=60_000)
    expect(
        page.get_by_text("Who may post it: an approver may post up to £10,000.00")
    ).to_be_visible()
    page.get_by_label("Why it moves").fill("Therapy for children in foster care")
    page.get_by_label("Why it moves").press("Tab")
    settle(page)
    SCREENS.mkdir(parents=True, exist_ok=True)
    page.set_viewport_size({"width": 1440, "height": 2600})
    page.screenshot(path=str(SCREENS / "budgets-asking.png"))
    page.get_by_role("button", name="Ask for the virement").click()
    expect(page.get_by_text("The virement waits for somebody else to post it.")).to_be_visible(
        timeout=60_000
    )
    page.context.close()

    page = browser.new_context(locale="en-GB", timezone_id="Europe/London").new_page()
    page.set_viewport_size({"width": 1440, "height": 1200})
    sign_in(page, served, APPROVER)
    go(page, served, "approvals")
    expect(page.get_by_text("Up to £10,000.00")).to_be_visible()
    page.screenshot(path=str(SCREENS / "budgets-approving.png"))
    page.get_by_role("button", name="Post it").click()
    expect(page.get_by_text("Posted as 2003-04/000002.")).to_be_visible(timeout=60_000)
    go(page, served, ADDRESS)
    steps = page.get_by_role("region", name="Original, virements, other changes, revised")
    expect(steps.get_by_role("cell", name="£27,500.00")).to_be_visible()
    expect(steps.get_by_role("cell", name="-£7,500.00").first).to_be_visible()
    page.context.close()


def test_a_line_is_forecast_by_a_person_and_shown_with_the_reason(
    served: Served, page: Page
) -> None:
    page.set_viewport_size({"width": 1440, "height": 1000})
    sign_in(page, served, CLERK)
    go(page, served, ADDRESS)

    choose(page, "Line to forecast", "Foster care, Fostering")
    page.get_by_label("My figure for the whole year (£)").fill("130,000")
    page.get_by_label("Why it is forecast so").fill("Two placements start in October")
    page.get_by_role("button", name="Forecast the line so").click()

    expect(page.get_by_text("The forecast of Foster care, Fostering is kept.")).to_be_visible(
        timeout=60_000
    )
    settle(page)
    page.get_by_text("What each forecast rests on").click()
    expect(
        page.get_by_text("Hana Clerk's figure of September 2003: Two placements start in October")
    ).to_be_visible()
