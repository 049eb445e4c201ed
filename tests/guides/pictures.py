"""The pictures of the documents: screens of the demo trust as a real browser shows them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, Page

from ledger.journal import Book
from tests.web.conftest import serving
from trust_commissioning import demo, settings
from trust_commissioning.demo.story import OFFICER
from trust_commissioning.store import engine_for, migrate, reading, transaction
from trust_commissioning.store.journals import Search, search

AT = datetime(2004, 12, 1, 9, 0, tzinfo=UTC)
"""When the demo trust is said to have been entered, so that a picture stays as it was."""
WIDTH = 1440


@dataclass(frozen=True, slots=True)
class Picture:
    """One screen, from its top down to `height`: below stands what differs at each making.

    `{number}` in an address is that of the newest journal made from a row of a council's file.
    """

    name: str
    address: str
    height: int


PICTURES = (
    Picture("board", "", 1540),
    Picture("journal", "journal?number={number}", 1750),
)


def make(folder: Path, browser: Browser) -> Iterator[Path]:
    """Each picture, as soon as it is in the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with _demo_trust() as shown:
        context = browser.new_context(locale="en-GB", timezone_id="Europe/London")
        page = context.new_page()
        page.goto(f"{shown.address}sign-in")
        page.locator("#username").fill(OFFICER)
        page.locator("#password").fill(shown.password)
        page.get_by_role("button", name="Sign in").click()
        _settle(page)
        for picture in PICTURES:
            # As tall as the picture from the start: a page scrolls in itself, not in its window.
            page.set_viewport_size({"width": WIDTH, "height": picture.height})
            page.goto(shown.address + picture.address.format(number=shown.number))
            _settle(page)
            path = folder / f"{picture.name}.png"
            page.screenshot(path=path)
            yield path
        context.close()


@dataclass(frozen=True, slots=True)
class _Shown:
    """Where the demo trust is served, its finance officer's password, a journal's number."""

    address: str
    password: str
    number: str


@contextmanager
def _demo_trust() -> Iterator[_Shown]:
    with TemporaryDirectory() as folder:
        made = settings.load({}, Path(folder))
        migrate(made.url)
        engine = engine_for(made.url)
        with transaction(engine) as session:
            loaded = demo.load_demo(session, at=AT)
        with reading(engine) as session:
            paid = Search(book=Book.ACTUAL, service="agency-placements", words="Agencies")
            number = search(session, paid, limit=1)[0].number
        engine.dispose()
        with serving(made) as running:
            yield _Shown(running.address, loaded.passwords[OFFICER], number)


def _settle(page: Page) -> None:
    page.get_by_role("heading", level=1).wait_for(timeout=60_000)
    page.locator('.stApp[data-test-script-state="notRunning"]').wait_for(timeout=60_000)
    page.wait_for_timeout(1_500)  # a chart is drawn after its page has run
