"""A board member on a telephone reads the answers, makes the pack and takes it away."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.support.browser import SCREENS, settle, sign_in
from tests.support.papered import fill_the_pool
from tests.web.conftest import BOARD, Served, make_trust, publish, serving
from trust_commissioning.reports.shape import books_head
from trust_commissioning.store import engine_for, reading, transaction

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, str]]:
    """The small trust with a year's figures in its pool, published; a board member; the head."""
    made = make_trust(tmp_path_factory.mktemp("board") / "data")
    engine = engine_for(made.url)
    with transaction(engine) as session:
        fill_the_pool(session)
    publish(made)
    with reading(engine) as session:
        head = books_head(session)
    with serving(made) as running:
        yield running, head
    engine.dispose()


def test_a_board_member_takes_away_the_pack_of_the_figures_on_the_page(
    served: tuple[Served, str], page: Page, tmp_path: Path
) -> None:
    running, head = served
    page.set_viewport_size({"width": 320, "height": 800})
    sign_in(page, running, BOARD)
    page.goto(f"{running.address}?year=2003-04&to=9")
    settle(page)
    answers = page.locator(".trust-answers")
    expect(answers.get_by_text("Beancount found the same balances to the penny")).to_be_visible()
    expect(answers.get_by_text("£487.37 under it.")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.screenshot(path=SCREENS / "board-answers-320.png", full_page=True)

    page.get_by_role("button", name="Make the board pack").click()
    expect(page.get_by_text("The board pack is made. It says")).to_be_visible(timeout=30_000)
    for name, ending in (
        ("Download the pack (PDF)", "pdf"),
        ("Download the workbook (XLSX)", "xlsx"),
    ):
        with page.expect_download() as downloading:
            page.get_by_role("button", name=name).click()
        downloading.value.save_as(tmp_path / f"pack.{ending}")
        assert downloading.value.suggested_filename == f"board-pack-2003-04-P09.{ending}"

    cover = PdfReader(tmp_path / "pack.pdf").pages[0].extract_text()
    assert head in "".join(cover.split())
    book = load_workbook(io.BytesIO((tmp_path / "pack.xlsx").read_bytes()))
    assert {"Board pack", "Outcomes", "Partners", "Risks"} <= set(book.sheetnames)
