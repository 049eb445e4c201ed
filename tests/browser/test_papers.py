"""Papers in a real browser: a report is issued, issued again, and the PDF is the one given out."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import Engine

from tests.support.browser import SCREENS, settle, sign_in
from tests.support.papered import fill_the_pool, late_payment
from tests.web.conftest import ADMIN, Served, make_trust, publish, serving
from trust_commissioning.store import engine_for, papers, reading, transaction

pytestmark = pytest.mark.slow

QUARTER = "reports?report=quarterly-report&fund=camhs&year=2003-04&to=9"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, Engine]]:
    made = make_trust(tmp_path_factory.mktemp("papers") / "data")
    engine = engine_for(made.url)
    with transaction(engine) as session:
        fill_the_pool(session)
    publish(made)
    with serving(made) as running:
        yield running, engine
    engine.dispose()


def test_a_quarterly_report_is_issued_and_what_differs_is_shown_before_the_next(
    served: tuple[Served, Engine], page: Page, tmp_path: Path
) -> None:
    running, engine = served
    sign_in(page, running, ADMIN)
    page.goto(running.address + QUARTER)
    settle(page)
    expect(page.get_by_role("heading", name="Contributions by partner")).to_be_visible()
    page.screenshot(path=SCREENS / "reports-quarterly.png", full_page=True)
    page.get_by_role("button", name="Issue it").click()
    expect(page.get_by_text("Issued as I-0001.")).to_be_visible(timeout=30_000)

    with transaction(engine) as session:
        number = late_payment(session)
    page.goto(running.address + QUARTER)
    settle(page)
    expect(page.get_by_text(f"{number}: A late invoice").first).to_be_visible(timeout=30_000)
    page.screenshot(path=SCREENS / "reports-differs.png", full_page=True)
    page.get_by_role("button", name="Issue it").click()
    expect(page.get_by_text("Issued as I-0002.")).to_be_visible(timeout=30_000)

    page.goto(f"{running.address}issued")
    settle(page)
    page.screenshot(path=SCREENS / "issued.png", full_page=True)
    page.get_by_role("link", name="I-0001").click()
    settle(page)
    page.screenshot(path=SCREENS / "issued-one.png", full_page=True)
    with page.expect_download() as downloading:
        page.get_by_role("button", name="Download the PDF as issued").click()
    saved = tmp_path / "paper.pdf"
    downloading.value.save_as(saved)
    with reading(engine) as session:
        assert saved.read_bytes() == papers.pdf(session, "I-0001")


def test_a_report_is_downloaded_as_a_pdf_in_thousands(
    served: tuple[Served, Engine], page: Page, tmp_path: Path
) -> None:
    running, _ = served
    sign_in(page, running, ADMIN)
    page.goto(f"{running.address}{QUARTER}&unit=thousands")
    settle(page)
    with page.expect_download() as downloading:
        page.get_by_role("button", name="Download PDF").click()
    saved = tmp_path / "paper.pdf"
    downloading.value.save_as(saved)

    assert downloading.value.suggested_filename == "quarterly-report-2003-04-P09-camhs.pdf"
    assert saved.read_bytes().startswith(b"%PDF")
