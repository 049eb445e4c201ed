"""Contracts in a real browser: from the register to a contract's story, an uplift put in there."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import sign_in
from tests.support.trusts import AT, CLERK
from tests.web.conftest import Served, make_trust, serving
from trust_commissioning.recording import EVENTS
from trust_commissioning.store import engine_for, transaction

pytestmark = pytest.mark.slow

ASKED = "year=2003-04&to=6"
CONTRACT: dict[str, Any] = {
    "number": "C-0007",
    "title": "Agency placements",
    "provider": "oakfield",
    "service": "fostering",
    "fund": "general",
    "form": "framework",
    "signed": "2003-03-14",
    "value": "300000.00",
    "starts": "2003-04-01",
    "ends": "2004-03-31",
    "extensions": [{"code": "first", "until": "2005-03-31"}],
    "lots": [{"code": "standard", "title": "Standard", "unit": "week", "price": "700.00"}],
    "kpis": [{"code": "seen", "title": "Seen in time", "target": "95", "tolerance": "5"}],
}
UPLIFT = {
    "contract": "C-0007",
    "reference": "U-1",
    "day": "2003-07-01",
    "starts": "2003-10-01",
    "reason": "Carers' fees",
    "percent": "3",
}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A framework contract with one lot, and an uplift that waits."""
    made = make_trust(tmp_path_factory.mktemp("contracts") / "data")
    engine = engine_for(made.url)
    with transaction(engine) as session:
        for event, asked in (("contract", CONTRACT), ("uplift", UPLIFT)):
            what = EVENTS[event]
            what.act(session, what.asks.model_validate_json(json.dumps(asked)), CLERK, AT)
    with serving(made) as running:
        yield running
    engine.dispose()


def test_the_register_leads_to_a_contract_where_a_rise_is_put_in(
    served: Served, page: Page
) -> None:
    sign_in(page, served, CLERK)
    page.goto(f"{served.address}contracts?{ASKED}&q=agency")
    found = page.get_by_role("region", name="Contracts", exact=True)
    found.get_by_role("link", name="Agency placements").click(timeout=60_000)

    expect(page.get_by_role("heading", name="Contract C-0007", level=1)).to_be_visible(
        timeout=60_000
    )
    page.get_by_text("The provider asks for new prices").click()
    page.get_by_label("Or a rise in percent, such as 2.5").fill("2.5")
    page.get_by_label("Why, as the provider says").fill("Inflation")
    page.get_by_role("spinbutton", name="day, From").click()
    page.keyboard.type("01012004")
    page.get_by_role("button", name="Put it in").click()

    expect(page.get_by_text("Put in; it waits for another person to check it.")).to_be_visible(
        timeout=60_000
    )
