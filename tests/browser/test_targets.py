"""Measures for children in a real browser: a figure recorded is judged, and its spend leads on."""

from collections.abc import Iterator
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from tests.dashboards.filled import fill
from tests.dashboards.test_targets_pages import IN_CARE, STABLE, TARGET, figure, record
from tests.support.browser import sign_in
from tests.support.trusts import CLERK
from tests.web.conftest import Served, make_trust, serving
from trust_commissioning import clock
from trust_commissioning.store import engine_for, transaction

pytestmark = pytest.mark.slow

ASKED = "year=2003-04&to=12"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A target with two figures, and one of context, in the filled trust."""
    made = make_trust(tmp_path_factory.mktemp("targets") / "data")
    engine = engine_for(made.url)
    with transaction(engine) as session:
        fill(session, clock.now())
    record(
        engine,
        ("indicator", STABLE),
        ("outcome-target", TARGET),
        ("outcome-target", IN_CARE),
        ("observation", figure("o0", "60", day=date(2003, 4, 1))),
        ("observation", figure("o1", "55")),
        ("observation", figure("o2", "612", indicator="looked_after")),
    )
    with serving(made) as running:
        yield running
    engine.dispose()


def test_a_figure_recorded_on_the_page_is_judged_and_the_spend_beside_leads_to_journals(
    served: Served, page: Page
) -> None:
    sign_in(page, served, CLERK)
    page.goto(f"{served.address}outcome-targets?{ASKED}")
    safe = page.get_by_role("region", name="Targets: Stay safe")
    expect(safe.get_by_text("Off course: 55% against")).to_be_visible(timeout=60_000)
    page.get_by_text("A figure was observed").click()
    page.get_by_role("combobox", name="Measure").first.fill("Children in one placement")
    page.keyboard.press("Enter")
    page.get_by_label("Figure, such as 15.2, 59,700 or 1/5").fill("70.5")
    page.get_by_role("spinbutton", name="day, The day it is a figure of").click()
    page.keyboard.type("31032004")
    page.get_by_label("Source", exact=True).fill("The yearly return")
    page.get_by_role("button", name="Record the figure").click()

    expect(safe.get_by_text("On course: 70.5% against")).to_be_visible(timeout=60_000)
    page.get_by_role("link", name="Spent on this outcome in these periods: £1,500.00").click()
    expect(page.get_by_role("heading", name="Journals", level=1)).to_be_visible(timeout=60_000)
    expect(page.get_by_text("£1,500.00 of postings so coded")).to_be_visible(timeout=60_000)
