"""The pictures of the documents: screens of the demo trust as a real browser shows them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, Page

from ledger.journal import Book
from tests.support.every_page import drawn
from tests.web.conftest import serving
from trust_commissioning import demo, settings
from trust_commissioning.demo import ADMINISTRATOR
from trust_commissioning.demo.story import APPROVER, KEEPER, OFFICER
from trust_commissioning.store import engine_for, migrate, reading, transaction
from trust_commissioning.store.journals import Search, search

AT = datetime(2004, 12, 1, 9, 0, tzinfo=UTC)
"""When the demo trust is said to have been entered, so that a picture stays as it was."""
WIDTH = 1440
COMMISSIONER, AUDITOR = "j.hollin", "a.brindle"


@dataclass(frozen=True, slots=True)
class Picture:
    """One screen, from its top down to `height`: below stands what differs at each making.

    `{number}` in an address is that of the newest journal made from a row of a council's file.
    """

    name: str
    address: str
    height: int
    who: str = OFFICER


PICTURES = (
    Picture("board", "board", 1540),
    Picture("journal", "journal?number={number}", 1750),
    Picture("contracts", "contracts", 1300, COMMISSIONER),
    Picture("call-off", "call-off?number=C-0007/01", 1500, COMMISSIONER),
    Picture("contributions", "contributions?fund=camhs-pool", 1300, KEEPER),
    Picture("risk-share", "risk-share?fund=camhs-pool", 1500, KEEPER),
    Picture("audit-trail", "audit-trail", 1200, AUDITOR),
    Picture("approvals", "approvals", 1200, APPROVER),
    Picture("journal-entry", "journal-entry", 1300),
    Picture("people", "people", 1000, ADMINISTRATOR),
)


def make(folder: Path, browser: Browser) -> Iterator[Path]:
    """Each picture, as soon as it is in the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with _demo_trust() as shown:
        windows: dict[str, Page] = {}
        for picture in PICTURES:
            if picture.who not in windows:
                windows[picture.who] = _signed_in(browser, shown, picture.who)
            page = windows[picture.who]
            # As tall as the picture from the start: a page scrolls in itself, not in its window.
            page.set_viewport_size({"width": WIDTH, "height": picture.height})
            page.goto(shown.address + picture.address.format(number=shown.number))
            _settle(page)
            path = folder / f"{picture.name}.png"
            page.screenshot(path=path)
            yield path
        for page in windows.values():
            page.context.close()


def _signed_in(browser: Browser, shown: "_Shown", who: str) -> Page:
    """A window in which a person of the demo trust has signed in."""
    page = browser.new_context(locale="en-GB", timezone_id="Europe/London").new_page()
    page.goto(f"{shown.address}sign-in")
    page.locator("#username").fill(who)
    page.locator("#password").fill(shown.passwords[who])
    page.get_by_role("button", name="Sign in").click()
    _settle(page)
    return page


@dataclass(frozen=True, slots=True)
class _Shown:
    """Where the demo trust is served, its people's passwords, a journal's number."""

    address: str
    passwords: Mapping[str, str]
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
            yield _Shown(running.address, loaded.passwords, number)


def _settle(page: Page) -> None:
    drawn(page)
    page.wait_for_timeout(1_500)  # a chart is drawn after its page has run
