"""Procurement, monitoring and reviews in a real browser: an officer records, everybody can read."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import Engine

from tests.dashboards.filled import fill
from tests.support.browser import settle, sign_in
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
