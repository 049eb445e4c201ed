"""A real browser for the tests that look at a page as a person would."""

import os
import shutil
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Request, sync_playwright

from tests.support.missing import missing
from tests.support.shared import PROJECT
from tests.web.conftest import PASSWORD, Served

SCREENS = PROJECT / "build" / "screens"
"""Where the tests leave pictures of a page in the middle of somebody's job."""
NOT_HERE = (
    "There is no browser to test with: set TRUST_TEST_BROWSER, or install Chromium "
    "(on Debian: apt-get install chromium)."
)
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Without these Chromium looks up its maker's hosts at every start, which slows the tests, and on a
# machine without a network fills the log.
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
OURS = {"127.0.0.1", "localhost", "::1"}


def found() -> str | None:
    named = os.environ.get("TRUST_TEST_BROWSER")
    return named or next(filter(None, map(shutil.which, NAMES)), None)


# For a module, not the session: while Playwright is started, its event loop counts as running in
# this thread, and a test of another module that calls asyncio.run would be refused.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    program = found()
    if program is None:
        missing(NOT_HERE)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        yield started
        started.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A new visitor's page. The test fails if the page asks anything of another machine."""
    asked: list[str] = []

    def note(request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in {"http", "https", "ws", "wss"} and address.hostname not in OURS:
            asked.append(request.url)

    context = browser.new_context(
        locale="en-GB",
        timezone_id="Europe/London",
        viewport={"width": 1280, "height": 900},
    )
    context.on("request", note)
    yield context.new_page()
    context.close()
    assert not asked, f"the page asked another machine for {asked}"


def sign_in(page: Page, served: Served, username: str, password: str = PASSWORD) -> None:
    """Through the form, and on until the first page is drawn: to leave sooner loses the sign-in."""
    page.goto(f"{served.address}sign-in")
    page.locator("#username").fill(username)
    page.locator("#password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    settle(page)


def settle(page: Page) -> None:
    """Until a dashboard page has been drawn whole."""
    page.locator('.stApp[data-test-script-state="notRunning"]').wait_for(timeout=60_000)
