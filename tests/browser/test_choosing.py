"""Procurement, monitoring and reviews in a real browser: an officer records, everybody can read."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import Engine

from tests.browser.test_walking_the_pages import SCREENS
from tests.dashboards.filled import fill
from tests.support.browser import WIDTHS, settle, sign_in
from tests.support.choosing import buy
from tests.support.trusts import AUDITOR, CLERK
from tests.web.conftest import Served, make_trust, serving
from trust_commissioning import clock
from trust_commissioning.store import engine_for, transaction

pytestmark = pytest.mark.slow

ASKED = "year=2003-04&to=6"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    made = make_trust(tmp_path_factory.mktemp("choosing") / "data")
    engine: Engine = engine_for(made.url)
    with transaction(engine) as session:
        fill(session, clock.now())
    buy(engine)
    with serving(made) as running:
        yield running
    engine.dispose()


def test_an_officer_ends_the_scoring_and_reads_it_among_the_decisions(
    served: Served, page: Page
) -> None:
    sign_in(page, served, CLERK)
    page.goto(f"{served.address}procurement?{ASKED}")
    settle(page)
    page.get_by_text("End the scoring").click()
    page.get_by_label("How", exact=True).fill("Read with the placements team")
    page.get_by_role("button", name="Record the evaluation").click()

    expect(page.get_by_text("The evaluation is recorded.")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("Evaluated. Read with the placements team").first).to_be_visible()
    expect(page.get_by_role("button", name="Award the lot")).to_have_count(0)


def test_a_late_check_leads_to_its_contract(served: Served, page: Page) -> None:
    sign_in(page, served, AUDITOR)
    page.goto(f"{served.address}monitoring?{ASKED}")
    due = page.get_by_role("region", name="Checks due")
    expect(due.get_by_role("cell", name="1 July 2003")).to_be_visible(timeout=60_000)
    due.get_by_role("link", name="C-0001").click()

    expect(page).to_have_url(f"{served.address}contract?number=C-0001", timeout=60_000)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", ["procurement", "monitoring", "reviews"])
def test_a_page_is_no_wider_than_the_window(
    served: Served, browser: Browser, name: str, width: int
) -> None:
    SCREENS.mkdir(parents=True, exist_ok=True)
    context = browser.new_context(
        locale="en-GB", timezone_id="Europe/London", viewport={"width": width, "height": 900}
    )
    page = context.new_page()
    sign_in(page, served, CLERK)
    page.goto(f"{served.address}{name}?{ASKED}")
    page.get_by_text("Head of the books").wait_for(timeout=60_000)
    settle(page)
    page.wait_for_timeout(500)
    wide = page.evaluate("document.documentElement.scrollWidth")
    tall = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
    page.set_viewport_size({"width": width, "height": min(tall + 40, 8000)})
    page.wait_for_timeout(500)
    page.screenshot(path=SCREENS / f"{name}-{width}.png")
    context.close()

    assert wide <= width
