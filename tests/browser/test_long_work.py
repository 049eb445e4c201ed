"""A file of 20,000 rows in a real browser: its bar, the page left and come back to, stopped, posted."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.progress.test_of_services import extract
from tests.support import axe
from tests.support.browser import SCREENS, settle, sign_in
from tests.support.trusts import CLERK
from tests.web.conftest import Served, make_trust, serving
from trust_commissioning.store import engine_for, journals, reading

pytestmark = pytest.mark.slow

ROWS = 20_000


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(make_trust(tmp_path_factory.mktemp("long") / "data")) as running:
        yield running


def posted(served: Served) -> int:
    with reading(engine_for(served.settings.url)) as session:
        return journals.search_totals(session, journals.Search())[0]


def open_page(page: Page, served: Served, name: str) -> None:
    page.goto(f"{served.address}{name}")
    page.get_by_role("heading", level=1).wait_for(timeout=60_000)


def give(page: Page, served: Served, rows: int) -> None:
    """Open the import page as the clerk and give it a file of so many rows."""
    sign_in(page, served, CLERK)
    open_page(page, served, "import-spend")
    settle(page)
    box = page.get_by_role("combobox", name="Fund, where no rule says another", exact=True)
    box.focus()
    page.keyboard.type("General")
    page.get_by_role("option", name="General", exact=True).wait_for(timeout=20_000)
    page.keyboard.press("Enter")
    settle(page)
    page.locator("input[type=file]").set_input_files(
        {"name": "year.csv", "mimeType": "text/csv", "buffer": extract(rows)}
    )


def test_a_large_file_is_stopped_then_posted_while_its_person_is_on_another_page(
    served: Served, page: Page
) -> None:
    give(page, served, ROWS)
    post = page.get_by_role("button", name="Post 20,000 journals")
    expect(page.get_by_role("heading", name="Reading year.csv")).to_be_visible(timeout=60_000)
    post.click(timeout=120_000)

    expect(page.get_by_role("heading", name="Posting year.csv")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("You may leave this page: it goes on")).to_be_visible()
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("It was stopped. Nothing was changed by it.")).to_be_visible(
        timeout=120_000
    )
    assert posted(served) == 0

    post.click(timeout=120_000)
    expect(page.get_by_role("heading", name="Posting year.csv")).to_be_visible(timeout=60_000)
    expect(page.get_by_role("progressbar")).to_be_visible(timeout=60_000)
    expect(page.get_by_text(re.compile(r"^[0-9,]+ of 20,000$"))).to_be_visible(timeout=60_000)
    assert axe.broken(page) == []
    SCREENS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENS / "long-work.png")
    open_page(page, served, "today")
    link = page.get_by_role("link", name="Posting year.csv")
    expect(link).to_be_visible(timeout=60_000)
    assert axe.broken(page) == []
    expect(page.get_by_text("It has ended")).to_be_visible(timeout=180_000)
    link.click()
    expect(page.get_by_text("Loaded as batch B-00001: 20,000 journals")).to_be_visible(
        timeout=60_000
    )
    settle(page)
    assert axe.broken(page) == []
    page.screenshot(path=SCREENS / "long-work-done.png")
    assert posted(served) == ROWS


def test_the_server_waits_for_no_long_work_when_it_is_stopped(
    tmp_path_factory: pytest.TempPathFactory, page: Page
) -> None:
    with serving(make_trust(tmp_path_factory.mktemp("stopped") / "data")) as running:
        give(page, running, 12_000)
        page.get_by_role("button", name="Post 12,000 journals").click(timeout=120_000)
        expect(page.get_by_role("progressbar")).to_be_visible(timeout=60_000)
        running.process.terminate()
        assert running.process.wait(15) == 0

    assert posted(running) == 0
