"""A file with headings nobody knows in a real browser: columns chosen with the keyboard alone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.support import axe
from tests.support.browser import SCREENS, settle, sign_in
from tests.support.trusts import CLERK
from tests.web.conftest import Served, make_trust, serving

pytestmark = pytest.mark.slow

ODD = (
    b"Pd On,Whom,For,Net GBP,Incl GBP\n"
    b"30/04/2003,Kestrel House,Short breaks,100.00,117.50\n"
    b'01/05/2003,Weald Therapies,Therapy,"1,250.50","1,250.50"\n'
)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(make_trust(tmp_path_factory.mktemp("columns") / "data")) as running:
        yield running


def by_keyboard(page: Page, label: str, option: str) -> None:
    """Type into a box what is meant and take it."""
    box = page.get_by_role("combobox", name=label, exact=True)
    box.focus()
    page.keyboard.type(option)
    page.get_by_role("option", name=option, exact=True).wait_for(timeout=20_000)
    page.keyboard.press("Enter")
    settle(page)
    expect(box).to_have_value(option)


@pytest.mark.parametrize("width", [1440, 320])
def test_columns_are_chosen_by_the_keyboard_and_break_no_rule(
    served: Served, page: Page, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 1000})
    sign_in(page, served, CLERK)
    page.goto(f"{served.address}import-spend")
    page.get_by_role("heading", level=1).wait_for(timeout=60_000)
    settle(page)
    by_keyboard(page, "Fund, where no rule says another", "General")
    page.locator("input[type=file]").set_input_files(
        {"name": "april.csv", "mimeType": "text/csv", "buffer": ODD}
    )
    expect(page.get_by_text("Say above which column is which")).to_be_visible(timeout=60_000)
    assert axe.broken(page) == []

    by_keyboard(page, "Amount", "Net GBP")
    by_keyboard(page, "Date paid", "Pd On")
    expect(page.get_by_text("£1,350.50").first).to_be_visible(timeout=60_000)
    remember = page.get_by_role("checkbox", name="Remember these columns for the next file")
    remember.focus()
    page.keyboard.press("Space")
    name = page.get_by_label("Remember these columns as")
    name.wait_for(timeout=20_000)
    name.focus()
    page.keyboard.type(f"Borough {width}")
    page.keyboard.press("Tab")
    settle(page)
    assert axe.broken(page) == []
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= width
    SCREENS.mkdir(parents=True, exist_ok=True)
    page.set_viewport_size({"width": width, "height": 3600})
    settle(page)
    page.screenshot(path=SCREENS / f"import-columns-{width}.png")
    page.get_by_role("button", name="Remember", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text(f"Remembered as “Borough {width}”.")).to_be_visible(timeout=60_000)
    page.get_by_text("Remembered columns: 1").click()
    page.get_by_role("button", name=f"Remove Borough {width}").click()
    expect(page.get_by_text(f"“Borough {width}” is removed.", exact=False)).to_be_visible(
        timeout=60_000
    )
