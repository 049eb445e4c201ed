"""A partner's officer supposes another outturn in a real browser, and sends the address on."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import Engine

from tests.dashboards.filled import fill
from tests.support.browser import settle, sign_in
from tests.support.risk_shares import share_a_risk
from tests.support.trusts import AUDITOR
from tests.web.conftest import Served, make_trust, serving
from trust_commissioning import clock
from trust_commissioning.store import engine_for, transaction

pytestmark = pytest.mark.slow

PAGE = "risk-share?fund=general&year=2003-04&to=3"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    made = make_trust(tmp_path_factory.mktemp("risk") / "data")
    engine: Engine = engine_for(made.url)
    with transaction(engine) as session:
        fill(session, clock.now())
        share_a_risk(session, "general")
    with serving(made) as running:
        yield running
    engine.dispose()


def test_what_is_supposed_stands_in_the_address_and_is_seen_by_whoever_opens_it(
    served: Served, page: Page
) -> None:
    sign_in(page, served, AUDITOR)
    page.goto(f"{served.address}{PAGE}")
    expect(page.get_by_role("heading", name="Risk share", level=1)).to_be_visible(timeout=60_000)
    settle(page)

    page.get_by_label("The fund comes to (£)").fill("122100")
    page.get_by_label("The fund comes to (£)").press("Enter")
    supposed = page.get_by_role("region", name="What each partner would carry")
    expect(supposed.get_by_text("£66.67").first).to_be_visible(timeout=60_000)
    expect(supposed.get_by_text("£33.33").first).to_be_visible()
    assert page.url.endswith(f"{PAGE}&total=122100")

    page.goto(page.url)
    supposed = page.get_by_role("region", name="What each partner would carry")
    expect(supposed.get_by_text("£66.67").first).to_be_visible(timeout=60_000)
