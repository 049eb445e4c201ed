"""Every page of ours, in every state, wide and narrow: WCAG 2.2, keyboard, zoom, paper.

Pictures of all of them are left under build/pages, with an index to look through.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pypdf import PdfReader

from dashboards.pages_table import TABLE
from ledger.periods import FinancialYear
from tests.support import axe
from tests.support.browser import sign_in
from tests.support.demo import KeptDemo
from tests.support.every_page import (
    OBJECTS,
    REFUSED,
    WIDTHS,
    Look,
    drawn,
    index,
    of_the_menu,
    picture,
    resize,
    states,
)
from tests.support.shared import PROJECT
from tests.web.conftest import PASSWORD, Served, serving
from trust_commissioning import clock, founding, settings
from trust_commissioning.demo.story import KEEPER
from trust_commissioning.founding import Administrator
from trust_commissioning.store import engine_for, migrate, transaction

pytestmark = pytest.mark.slow

BOARD_MEMBER, FOUNDER = "c.overlea", "s.marlowe"
FILLED = of_the_menu()
EMPTY = of_the_menu(filled=False, who=FOUNDER)
SHORT = [look for look in FILLED if look.name in {"contributions", "call-off", "your-password"}]
BOOK = "books/2004-05-actual-wealdshire-childrens-trust"
FAVA = ("income_statement", "balance_sheet", "journal", "query")
# The tables of words that have to be scrolled across on a telephone.
CUT = """() => innerWidth > 640 ? [] : [...document.querySelectorAll('.scrolls')]
    .filter(one => one.querySelector('.stacks') && one.scrollWidth > one.clientWidth)
    .map(one => one.getAttribute('aria-label'))"""


@dataclass
class Visited:
    """A trust that is served, with a window for each person who looks at it."""

    served: Served
    browser: Browser
    passwords: dict[str, str]
    contexts: dict[str, BrowserContext] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)
    """Where a page broke the content policy, with what the browser said of it."""

    def by(self, who: str) -> Page:
        """The window of a person who is signed in; of a stranger where `who` is empty."""
        if who not in self.contexts:
            context = self.browser.new_context(locale="en-GB", timezone_id="Europe/London")
            self.contexts[who] = context
            page = context.new_page()
            page.on("console", lambda said: self._note(page, said.text))
            if who:
                sign_in(page, self.served, who, self.passwords[who])
        return self.contexts[who].pages[0]

    def _note(self, page: Page, said: str) -> None:
        if "Content Security Policy" in said:
            self.broken.append(f"{page.url}: {said}")

    def end(self) -> None:
        for context in self.contexts.values():
            context.close()
        engine_for(self.served.settings.url).dispose()
        assert self.broken == []


@pytest.fixture(scope="module")
def demo(
    browser: Browser, kept_demo: KeptDemo, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Visited]:
    made = settings.load({}, tmp_path_factory.mktemp("every-page") / "data")
    kept_demo.copied_to(made.data_dir)
    with serving(made) as running:
        visited = Visited(running, browser, dict(kept_demo.told.passwords))
        yield visited
        visited.end()
    index()


@pytest.fixture(scope="module")
def founded(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visited]:
    """A trust on its first day: a year, a fund, an administrator."""
    made = settings.load({}, tmp_path_factory.mktemp("founded") / "data")
    made.data_dir.mkdir(parents=True)
    migrate(made.url)
    with transaction(engine_for(made.url)) as session:
        founding.found(
            session,
            name="Ashmere Children's Trust",
            year=FinancialYear(2003),
            administrator=Administrator(
                username=FOUNDER, name="Stella Marlowe", email="", password=PASSWORD
            ),
            at=clock.now(),
        )
    with serving(made) as running:
        visited = Visited(running, browser, {FOUNDER: PASSWORD})
        yield visited
        visited.end()
    index()


def name_of(look: Look) -> str:
    return look.name


def hold(page: Page, name: str) -> None:
    """What holds of every page in every state, at each width, with a picture left."""
    for width in WIDTHS:
        resize(page, width)
        picture(page, name, width)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, (name, width)
        assert page.evaluate(CUT) == [], (name, width)
        if width != 768:
            assert axe.broken(page) == [], (name, width)
    assert page.locator("h1").count() == 1, name
    assert page.title(), name
    assert "Something went wrong" not in page.inner_text("body"), name


def test_each_page_reached_by_links_has_something_to_be_shown_with() -> None:
    hidden = {entry.file for entry in TABLE if entry.hidden}
    choosing = {  # they choose by themselves, or need nothing
        "accrual",
        "grant",
        "import_contracts",
        "provider",
        "seal",
        "your_books",
        "your_password",
    }

    assert hidden <= set(OBJECTS) | choosing
    assert set(OBJECTS) | set(REFUSED) <= {entry.file for entry in TABLE}


@pytest.mark.parametrize("look", SHORT, ids=name_of)
def test_a_page_keeps_the_rules_of_wcag_in_a_narrow_window(demo: Visited, look: Look) -> None:
    page = demo.by(look.who)
    page.set_viewport_size({"width": 320, "height": 900})
    page.goto(f"{demo.served.address}{look.address}")
    drawn(page)
    resize(page, 320)

    assert axe.broken(page) == []
    assert page.locator("h1").count() == 1
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.long
@pytest.mark.parametrize("look", FILLED, ids=name_of)
def test_a_page_with_figures_keeps_the_rules_of_wcag_in_each_state(
    demo: Visited, look: Look
) -> None:
    page = demo.by(look.who)
    for state in states(page, look, demo.served.address, "filled"):
        hold(page, f"{look.name}-{state}")


@pytest.mark.long
@pytest.mark.parametrize("look", EMPTY, ids=name_of)
def test_a_page_of_a_trust_just_founded_keeps_the_rules_of_wcag(
    founded: Visited, look: Look
) -> None:
    page = founded.by(look.who)
    for state in states(page, look, founded.served.address, "empty"):
        hold(page, f"{look.name}-{state}")


@pytest.mark.long
def test_the_plain_pages_keep_the_rules_of_wcag(demo: Visited) -> None:
    address = demo.served.address
    stranger = demo.by("")
    for name, where in (
        ("sign-in", "sign-in"),
        ("sign-in-ended", "sign-in?ended"),
        ("directory", "directory"),
        ("directory-nothing-found", "directory?search=zzzz"),
        ("directory-not-there", "directory/no-such-service"),
    ):
        stranger.goto(f"{address}{where}")
        hold(stranger, name)
    stranger.goto(f"{address}directory")
    stranger.locator(".services a").first.click()
    hold(stranger, "directory-service")
    stranger.goto(f"{address}sign-in")
    stranger.get_by_role("button", name="Sign in").click()
    stranger.locator(".errors").wait_for()
    hold(stranger, "sign-in-refused")
    member = demo.by(BOARD_MEMBER)
    for name, where in (("sign-out", "sign-out"), ("books-refused", "books/")):
        member.goto(f"{address}{where}")
        hold(member, name)
    member.goto(f"{address}people")
    drawn(member)
    hold(member, "not-for-you")


@pytest.mark.long
def test_favas_pages_break_the_rules_that_the_statement_lists_and_no_others(
    demo: Visited,
) -> None:
    page = demo.by(KEEPER)
    bar = page.locator("#trust-bar")
    for _ in range(120):  # the server publishes the books by itself, and says so until then
        page.goto(f"{demo.served.address}{BOOK}/{FAVA[0]}/")
        if bar.count():
            break
        page.wait_for_timeout(1_000)
    found: set[str] = set()
    for report in FAVA:
        page.goto(f"{demo.served.address}{BOOK}/{report}/")
        page.locator("article, main").first.wait_for()
        page.wait_for_timeout(1_000)
        found |= axe.rules_broken(page)
    statement = (PROJECT / "docs" / "accessibility.md").read_text("utf-8")

    assert found
    assert [rule for rule in sorted(found) if f"`{rule}`" not in statement] == []


def stops(page: Page) -> list[dict[str, object]]:
    """Where the Tab key leads, in turn, through what the page itself holds."""
    page.evaluate("document.activeElement.blur()")
    page.locator("h1").click()
    found: list[dict[str, object]] = []
    for _ in range(400):
        page.keyboard.press("Tab")
        stop = page.evaluate(_STOP)
        if stop is None or (found and stop["at"] == found[0]["at"]):
            break
        found.append(stop)
    return found


_STOP = """() => {
  const now = document.activeElement;
  const main = document.querySelector("[data-testid=stMain]");
  if (!now || !main.contains(now)) return null;
  const all = [...main.querySelectorAll("*")];
  let ringed = false;
  for (let one = now, up = 0; one && up < 5; one = one.parentElement, up++) {
    const style = getComputedStyle(one);
    if (parseFloat(style.outlineWidth) >= 2 && style.outlineStyle !== "none") ringed = true;
  }
  return {at: all.indexOf(now), ringed, what: now.outerHTML.slice(0, 120)};
}"""
_CONTROLS = """() => {
  const main = document.querySelector("[data-testid=stMain]");
  const all = [...main.querySelectorAll("*")];
  const seen = one => one.checkVisibility() && one.getClientRects().length > 0;
  return all.filter(one => one.matches("a[href], button, select, textarea, summary, input")
    && one.tabIndex >= 0 && !one.disabled && seen(one)
    && !(one.type === "radio" && !one.checked)).map(one => all.indexOf(one));
}"""


@pytest.mark.long
@pytest.mark.parametrize("name", ["contributions", "contract", "journal-entry", "reports"])
def test_the_keyboard_reaches_every_control_in_the_order_of_the_page_with_a_visible_ring(
    demo: Visited, name: str
) -> None:
    look = next(one for one in FILLED if one.name == name)
    page = demo.by(look.who)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{demo.served.address}{look.address}")
    drawn(page)
    found = stops(page)
    places = [int(str(stop["at"])) for stop in found]

    assert [stop["what"] for stop in found if not stop["ringed"]] == []
    assert places == sorted(places)
    assert set(page.evaluate(_CONTROLS)) <= set(places)


@pytest.mark.long
@pytest.mark.parametrize("look", FILLED, ids=name_of)
def test_at_200_per_cent_a_page_needs_no_scrolling_sideways(demo: Visited, look: Look) -> None:
    page = demo.by(look.who)
    page.set_viewport_size({"width": 640, "height": 450})
    page.goto(f"{demo.served.address}{look.address}")
    drawn(page)

    assert page.evaluate("document.documentElement.scrollWidth") <= 640


@pytest.mark.long
def test_who_asks_for_less_motion_is_shown_none(demo: Visited) -> None:
    page = demo.by(KEEPER)
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"{demo.served.address}contributions")
    drawn(page)
    slowest = page.evaluate(
        "Math.max(...[...document.querySelectorAll('*')].flatMap(one => {"
        "const s = getComputedStyle(one);"
        "return [s.animationDuration, s.transitionDuration].flatMap("
        "all => all.split(',').map(parseFloat)) }))"
    )
    page.emulate_media(reduced_motion="no-preference")

    assert slowest <= 0.001


def test_on_paper_a_page_is_whole_without_its_menu(demo: Visited) -> None:
    page = demo.by(KEEPER)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{demo.served.address}reports?report=trial-balance")
    drawn(page)
    expect(page.get_by_text("How to read these figures")).to_be_attached()
    paper = PdfReader(io.BytesIO(page.pdf(format="A4")))
    text = "\n".join(sheet.extract_text() for sheet in paper.pages)

    assert len(paper.pages) > 3
    assert "How to read these figures" in text
    assert "Procurement" not in text
    assert "Download" not in text
