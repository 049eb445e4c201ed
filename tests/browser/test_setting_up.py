"""An administrator sets a trust up in a real browser: what is left, somebody new, who comes in."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.browser import settle, sign_in
from tests.web.conftest import ADMIN, Served, make_trust, serving
from trust_commissioning.store import engine_for

pytestmark = pytest.mark.slow

OWN = "kujed topag minor"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    made = make_trust(tmp_path_factory.mktemp("set-up") / "data")
    with serving(made) as running:
        yield running
    engine_for(made.url).dispose()


def test_an_administrator_sets_up_and_gives_somebody_new_a_way_in(
    served: Served, page: Page, browser: Browser
) -> None:
    sign_in(page, served, ADMIN)
    page.goto(f"{served.address}set-up")
    steps = page.get_by_role("region", name="Setting up the trust")
    expect(steps.get_by_role("row", name="Each pooled fund has its agreement To do")).to_be_visible(
        timeout=60_000
    )
    expect(steps.get_by_role("row", name="The partners are named Done 2 partners")).to_be_visible()
    settle(page)
    row = steps.get_by_role("row", name="There are people for each part")
    row.get_by_role("link", name="People").click()

    expect(page.get_by_role("heading", name="People", level=1)).to_be_visible(timeout=60_000)
    settle(page)
    page.get_by_label("Name", exact=True).fill("Nia New")
    page.get_by_label("User name", exact=True).fill("n.new")
    page.get_by_role("button", name="Add this person").click()
    said = page.get_by_text("may sign in as n.new with this word")
    expect(said).to_be_visible(timeout=60_000)
    word = re.findall(r"[a-z]{5}(?:-[a-z]{5}){4}", said.inner_text())[0]

    newcomer(browser, served, word)

    page.goto(f"{served.address}person?of=n.new")
    expect(page.get_by_role("heading", name="Signed in now")).to_be_visible(timeout=60_000)
    settle(page)
    page.get_by_role("button", name="Sign them out everywhere").click()
    expect(page.get_by_text("Nia New is signed out everywhere (1).")).to_be_visible(timeout=60_000)


def newcomer(browser: Browser, served: Served, word: str) -> None:
    """The new person comes in by the word, chooses a password, and sees their first page."""
    page = browser.new_context(locale="en-GB").new_page()
    page.goto(f"{served.address}sign-in")
    page.locator("#username").fill("n.new")
    page.locator("#password").fill(word)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Choose your password")).to_be_visible()
    page.locator("#password").fill(word)
    page.locator("#new").fill(OWN)
    page.locator("#again").fill(OWN)
    page.get_by_role("button", name="Keep it and sign in").click()
    settle(page)
    expect(page.get_by_text("Nia New").first).to_be_visible()
    page.context.close()
