"""A person's walk in a real browser: from the board's page to a journal and to the books."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import Engine

from tests.dashboards.filled import fill
from tests.support.browser import settle, sign_in
from tests.support.trusts import APPROVER, AUDITOR, CLERK
from tests.web.conftest import PASSWORD, Served, make_trust, publish, serving
from trust_commissioning import clock
from trust_commissioning.importing.loading import load_spend
from trust_commissioning.importing.planning import SpendOptions
from trust_commissioning.store import engine_for, transaction

pytestmark = pytest.mark.slow

NEW_PASSWORD = "kujed topag minor"
EXTRACT = b"Date,Supplier,Purpose,Amount\n30/06/2003,Kestrel House,Short breaks,100.00\n"
PAGES = (
    "",
    "board",
    "reports?report=trial-balance",
    "journals",
    "journal?number=2003-04/000007",
    "journal-entry",
    "pooled-funds",
    "contributions?fund=camhs",
    "import-spend",
    "your-password",
)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    made = make_trust(tmp_path_factory.mktemp("walk") / "data")
    engine: Engine = engine_for(made.url)
    with transaction(engine) as session:
        fill(session, clock.now())
    with transaction(engine) as session:
        load_spend(
            session,
            EXTRACT,
            name="june.csv",
            options=SpendOptions(fund="general"),
            by=CLERK,
            at=clock.now(),
        )
    publish(made)
    with serving(made) as running:
        yield running
    engine.dispose()


def test_a_board_figure_is_followed_down_to_the_row_of_the_file_and_into_the_books(
    served: Served, page: Page
) -> None:
    sign_in(page, served, AUDITOR)
    outcomes = page.get_by_role("region", name="Budget, commitments and spend by outcome")
    outcomes.get_by_role("link", name="£223.45").click()

    expect(page.get_by_role("heading", name="Journals", level=1)).to_be_visible(timeout=60_000)
    expect(page.get_by_text("2 journals, £223.45 of postings so coded.")).to_be_visible()
    page.get_by_role("link", name="2003-04/000007").click()

    expect(page.get_by_role("heading", name="Journal 2003-04/000007")).to_be_visible(timeout=60_000)
    expect(page).to_have_title("Journal 2003-04/000007 – Wealdshire Children's Trust")
    printed = page.get_by_role("region", name="Row 2 as it was printed")
    expect(printed.get_by_role("cell", name="Short breaks")).to_be_visible()
    in_the_file = page.get_by_text('number: "2003-04/000007"')
    expect(in_the_file).to_be_visible()
    expect(page.get_by_text("2003-04/actual-P03.beancount", exact=True)).to_be_visible()
    journal = page.url
    page.get_by_role("link", name="See it in the books").click()

    expect(page.get_by_text("Kestrel House")).to_be_visible(timeout=60_000)
    page.goto(journal)
    page.get_by_role("link", name="Beancount’s figures beside ours").click()
    expect(page.get_by_text("All figures agree to the penny.")).to_be_visible(timeout=60_000)
    spent = page.get_by_role("row", name="Not attributed Spent 223.45 223.45 nil")
    expect(spent).to_be_visible()


def test_going_by_the_menu_keeps_the_year_and_the_period(served: Served, page: Page) -> None:
    sign_in(page, served, AUDITOR)
    page.goto(f"{served.address}?fund=general&year=2003-04&to=1")
    expect(page.get_by_text("£2,000.00").first).to_be_visible(timeout=60_000)

    page.get_by_role("link", name="Reports", exact=True).click()
    expect(page.get_by_role("heading", name="Trial balance")).to_be_visible(timeout=60_000)
    assert page.url.endswith("/reports?fund=general&year=2003-04&to=1")

    page.get_by_role("link", name="The board").click()
    expect(page.get_by_role("heading", name="By outcome")).to_be_visible(timeout=60_000)
    assert page.url.endswith("/board?fund=general&year=2003-04&to=1")


def test_a_person_changes_their_password_and_signs_in_with_it(served: Served, page: Page) -> None:
    sign_in(page, served, APPROVER)
    page.get_by_role("link", name="Your password").click()
    expect(page.get_by_role("heading", name="Your password", level=1)).to_be_visible(timeout=60_000)
    settle(page)
    page.get_by_label("The password you have now").fill(PASSWORD)
    page.get_by_label("The new password", exact=True).fill(NEW_PASSWORD)
    page.get_by_label("The new password once more").fill(NEW_PASSWORD)
    page.get_by_role("button", name="Change the password").click()

    expect(page.get_by_text("Your password is changed.")).to_be_visible(timeout=60_000)
    page.get_by_role("link", name="Sign in with it").click()
    page.locator("#username").fill(APPROVER)
    page.locator("#password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("link", name="do not belong together")).to_be_visible()
    page.locator("#username").fill(APPROVER)
    page.locator("#password").fill(NEW_PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="What needs doing today")).to_be_visible(timeout=60_000)
