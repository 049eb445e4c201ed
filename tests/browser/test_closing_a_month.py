"""Month end in a real browser: a journal by two people, the closing with its reasons, undone by two."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import Engine

from tests.dashboards.filled import fill
from tests.support.browser import SCREENS, settle, sign_in
from tests.support.trusts import APPROVER, CLERK
from tests.web.conftest import Served, make_trust, serving
from trust_commissioning import clock
from trust_commissioning.store import engine_for, transaction

pytestmark = pytest.mark.slow

LINES = "Expenses:ThirdParty:Health\ttherapy\tbe_healthy\t75.00\t\nAssets:HostCash\t\t\t\t75.00\n"
JUNE = "closing?year=2003-04&to=3"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    made = make_trust(tmp_path_factory.mktemp("closing") / "data")
    engine: Engine = engine_for(made.url)
    with transaction(engine) as session:
        fill(session, clock.now())
    with serving(made) as running:
        yield running
    engine.dispose()


def picture(page: Page, name: str) -> None:
    """The whole page as a person would see it, and that nothing of it is wider than the window."""
    SCREENS.mkdir(parents=True, exist_ok=True)
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 900})
        tall = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
        page.set_viewport_size({"width": width, "height": min(tall + 40, 8000)})
        page.wait_for_timeout(500)
        page.screenshot(path=SCREENS / f"{name}-{width}.png")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.set_viewport_size({"width": 1280, "height": 900})


def test_a_journal_is_entered_by_keyboard_with_its_paper_and_posted_by_who_is_told_of_it(
    served: Served, page: Page
) -> None:
    sign_in(page, served, CLERK)
    expect(page.get_by_role("heading", name="What needs doing today")).to_be_visible(timeout=60_000)
    page.goto(f"{served.address}journal-entry")
    expect(page.get_by_label("What it is for")).to_be_visible(timeout=60_000)
    settle(page)
    page.get_by_role("combobox", name="Fund").focus()
    page.keyboard.type("General")
    page.keyboard.press("Enter")
    page.get_by_label("What it is for").focus()
    page.keyboard.type("A week of therapy")
    page.keyboard.press("Tab")
    settle(page)
    page.get_by_text("Paste lines from a spreadsheet").click()
    page.get_by_label("Lines", exact=True).fill(LINES)
    page.get_by_label("Lines", exact=True).press("Control+Enter")
    page.get_by_role("button", name="Use these lines").click(timeout=60_000)
    expect(page.get_by_text("It balances in General")).to_be_visible(timeout=60_000)
    settle(page)
    page.locator("input[type=file]").set_input_files(
        {"name": "Invoice 42.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 x"}
    )
    expect(page.get_by_text("Invoice 42.pdf")).to_be_visible(timeout=60_000)
    settle(page)
    page.get_by_role("button", name="Submit for posting").click()
    expect(page.get_by_text("Submitted. Somebody else posts it.")).to_be_visible(timeout=60_000)

    page.context.clear_cookies()
    sign_in(page, served, APPROVER)
    page.get_by_role("link", name="Journals to post").last.click(timeout=60_000)
    expect(page.get_by_text("Invoice 42.pdf, 1 KiB")).to_be_visible(timeout=60_000)
    settle(page)
    picture(page, "approvals-with-paper")
    page.get_by_role("button", name="Post it").click()
    expect(page.get_by_text("Posted as 2003-04/000007.")).to_be_visible(timeout=60_000)


def test_a_month_is_closed_opened_again_by_two_people_and_says_so_in_every_report(
    served: Served, page: Page
) -> None:
    sign_in(page, served, CLERK)
    page.goto(f"{served.address}{JUNE}")
    expect(page.get_by_role("heading", name="June 2003", exact=True)).to_be_visible(timeout=60_000)
    settle(page)
    checklist = page.get_by_role("region", name="What is left to do in June 2003")
    expect(checklist.get_by_text("£123.45 of June 2003")).to_be_visible()
    picture(page, "closing-open")
    for box in page.get_by_label("why may it stay?").all():
        box.fill("The host looks for it")
    page.get_by_role("button", name="Close June 2003").click()
    expect(page.get_by_text("June 2003 is closed.")).to_be_visible(timeout=60_000)

    page.get_by_label("Why should it be opened again?").fill("An invoice came late")
    page.get_by_role("button", name="Ask for it to be opened again").click()
    expect(page.get_by_text("so somebody else must agree")).to_be_visible(timeout=60_000)
    picture(page, "closing-asked")

    page.context.clear_cookies()
    sign_in(page, served, APPROVER)
    page.goto(f"{served.address}{JUNE}")
    page.get_by_role("button", name="Agree: open June 2003 again").click(timeout=60_000)
    expect(page.get_by_text("June 2003 is open again.")).to_be_visible(timeout=60_000)
    settle(page)
    picture(page, "closing-opened-again")

    page.goto(f"{served.address}closing?year=2003-04&to=13")
    expect(page.get_by_role("heading", name="The end of 2003-04")).to_be_visible(timeout=60_000)
    settle(page)
    picture(page, "closing-year")
    page.goto(f"{served.address}accrual?contract=C-0001&period=2003-04 P03")
    expect(page.get_by_role("heading", name="Enter an accrual")).to_be_visible(timeout=60_000)
    settle(page)
    picture(page, "accrual")
