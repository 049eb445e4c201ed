"""Every page of ours in every state, as a person would come upon it."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page, expect

from dashboards.pages_table import TABLE, Entry
from tests.support.shared import PROJECT
from trust_commissioning.demo import ADMINISTRATOR
from trust_commissioning.demo.story import KEEPER
from trust_commissioning.roles import Role, may

PICTURES = PROJECT / "build" / "pages"
WIDTHS = (1440, 768, 320)
"""The windows a picture is left of; rules are held at the widest and the narrowest."""

# What of the demo trust a page is shown with, where it has to be told.
OBJECTS = {
    "contract": "number=C-0007",
    "call_off": "number=C-0007/01",
    "invoice": "key=I-000001",
    "journal": "number=2003-04/000046",
    "issued": "number=I-0004",
    "person": "of=j.hollin",
}
# A button of the page which, pressed with nothing filled in, is refused with what is wrong.
REFUSED = {
    "budgets": "Forecast the line so",
    "call_off": "See what it does",
    "contract": "Put it in",
    "deliveries": "See what it does",
    "grant": "Record the instalment",
    "indicators": "Record the mapping",
    "journal_entry": "Submit for posting",
    "monitoring": "Note the concern",
    "needs": "Keep the need",
    "outcome_targets": "Record the figure",
    "procurement": "Plan it",
    "providers": "Add the provider",
    "services": "Keep the service",
    "your_password": "Change the password",
}


@dataclass(frozen=True, slots=True)
class Look:
    """One page at an address, by a person who may open it; by nobody where `who` is empty."""

    name: str
    address: str
    who: str = ""
    button: str = ""


def of_the_menu(*, filled: bool = True, who: str = "") -> list[Look]:
    """The pages of the dashboards, with something of the demo trust to show or with nothing."""
    return [_look(entry, filled, who) for entry in TABLE if entry.path.is_file()]


def _look(entry: Entry, filled: bool, who: str) -> Look:
    asked = OBJECTS.get(entry.file, "") if filled else ""
    return Look(
        entry.url_path,
        f"{entry.url_path}?{asked}" if asked else entry.url_path,
        who or (KEEPER if may(Role.POOL_MANAGER, entry.action) else ADMINISTRATOR),
        REFUSED.get(entry.file, "") if filled else "",
    )


def drawn(page: Page) -> None:
    """Until a page stands still: its title, its script, the charts drawn after it."""
    page.get_by_role("heading", level=1).first.wait_for(timeout=60_000)
    if page.locator("#root").count():
        page.locator('.stApp[data-test-script-state="notRunning"]').wait_for(timeout=60_000)
        expect(page.get_by_test_id("stSkeleton")).to_have_count(0, timeout=60_000)
        page.wait_for_timeout(400)


def resize(page: Page, width: int, least: int = 900) -> None:
    """The window as wide as asked, and as tall as the page is."""
    page.set_viewport_size({"width": width, "height": least})
    page.wait_for_timeout(250)
    tall = page.evaluate(
        "(document.querySelector('[data-testid=stMain]') || document.documentElement).scrollHeight"
    )
    page.set_viewport_size({"width": width, "height": max(least, min(tall + 40, 12_000))})
    page.wait_for_timeout(250)


def open_all(page: Page) -> bool:
    """Unfold what is folded; says whether anything was."""
    folded = "[data-testid=stMain] details:not([open], .help) > summary"
    if not page.locator(folded).count():
        return False
    page.evaluate(f"document.querySelectorAll('{folded}').forEach(one => one.click())")
    page.wait_for_timeout(500)
    return True


def refuse(page: Page, button: str) -> None:
    """Press a button with nothing filled in, and wait for what is said to be wrong."""
    page.get_by_role("button", name=button, exact=True).first.click()
    page.locator(".trust-problems, .trust-wrong").first.wait_for(timeout=60_000)
    drawn(page)


def states(page: Page, look: Look, address: str, first: str) -> Iterable[str]:
    """Bring the page into each state it has, one after the other, saying which it is in."""
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})
    page.goto(f"{address}{look.address}")
    drawn(page)
    yield first
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})
    if open_all(page):
        yield "open"
    if look.button:
        page.set_viewport_size({"width": WIDTHS[0], "height": 900})
        refuse(page, look.button)
        yield "refused"


def picture(page: Page, name: str, width: int) -> Path:
    """Leave a picture of the page as it is now."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    path = PICTURES / f"{name}-{width}.png"
    page.screenshot(path=path)
    return path


def index() -> None:
    """One page to look through every picture there is."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    names = sorted({path.stem.rpartition("-")[0] for path in PICTURES.glob("*.png")})
    rows = "".join(
        f"<h2>{name}</h2><div>"
        + "".join(
            f'<a href="{name}-{width}.png"><img loading="lazy" alt="{name} at {width} pixels" '
            f'src="{name}-{width}.png" width="{width // 4}"></a>'
            for width in WIDTHS
            if (PICTURES / f"{name}-{width}.png").is_file()
        )
        + "</div>"
        for name in names
    )
    (PICTURES / "index.html").write_text(
        '<!DOCTYPE html><html lang="en-GB"><meta charset="utf-8"><title>Every page</title>'
        "<style>body{font:16px sans-serif}div{display:flex;gap:1rem;align-items:start}"
        f"img{{border:1px solid #7b8694}}</style><h1>Every page in every state</h1>{rows}</html>",
        encoding="utf-8",
    )
