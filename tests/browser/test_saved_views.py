"""Saved views in a real browser, by the keyboard alone, in a wide and in a narrow window."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.support import axe
from tests.support.browser import settle, sign_in
from tests.support.every_page import drawn, open_all, picture, resize
from tests.support.trusts import CLERK
from tests.web.conftest import Served, make_trust, serving

pytestmark = pytest.mark.slow

LONG = "W" * 30 + " and " + "w" * 25
"""A name as long as a name may be, of which one word is wider than a telephone."""

_CUT = """[...document.querySelectorAll('.trust-views a, .st-key-views-to-remove button p')]
    .filter(one => one.scrollWidth > one.clientWidth + 1 && one.clientWidth).map(one => one.innerText)"""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(make_trust(tmp_path_factory.mktemp("views") / "data")) as running:
        yield running


def save(page: Page, served: Served, asked: str, name: str) -> None:
    """By keys: unfold, name it, on to the button."""
    page.goto(f"{served.address}{asked}")
    settle(page)
    page.locator("summary").filter(has_text="view").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Name of this view").focus()
    page.keyboard.type(name)
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Save it")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text(f"Saved as “{name}”.")).to_be_visible(timeout=60_000)
    settle(page)


def test_a_view_is_saved_come_back_to_and_removed_by_the_keyboard(
    served: Served, page: Page
) -> None:
    sign_in(page, served, CLERK)
    save(page, served, "contracts?form=block", "Blocks")
    save(page, served, "contracts?q=foster", LONG)
    page.goto(f"{served.address}contracts")
    drawn(page)
    views = page.get_by_role("navigation", name="Your views")
    expect(views.get_by_role("link")).to_have_count(2)
    expect(views.locator("[aria-current]")).to_have_count(0)

    views.get_by_role("link", name="Blocks").focus()
    page.keyboard.press("Enter")
    expect(views.locator("[aria-current]")).to_have_text("Blocks", timeout=60_000)
    assert "form=block" in page.url
    drawn(page)
    for state in ("saved", "open"):
        for width in (1440, 320):
            resize(page, width)
            picture(page, f"views-{state}", width)
            assert axe.broken(page) == [], (state, width)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (state, width)
            assert page.evaluate(_CUT) == [], (state, width)
        open_all(page)

    page.get_by_role("button", name="Remove “Blocks”").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Removed “Blocks”.")).to_be_visible(timeout=60_000)
    expect(views.get_by_role("link")).to_have_count(1)
