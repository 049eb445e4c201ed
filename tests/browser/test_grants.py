"""A grant in a real browser: from what could be lost to its journals, and an instalment recorded."""

from collections.abc import Iterator
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from ledger.grant.life import GrantEvent, Step
from tests.support.browser import sign_in
from tests.support.grants import allocation, keep_accounts, programme
from tests.support.trusts import AT, CLERK, journal
from tests.web.conftest import Served, make_trust, serving
from trust_commissioning import granting, posting
from trust_commissioning.store import engine_for, transaction

pytestmark = pytest.mark.slow

SPENT = "Expenses:ThirdParty:FosterCare 300.00 service=fostering/Assets:HostCash -300.00"
ASKED = "year=2003-04&to=9"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A recognised grant of £1,000, of which £300 is spent."""
    made = make_trust(tmp_path_factory.mktemp("grants") / "data")
    engine = engine_for(made.url)
    with transaction(engine) as session:
        keep_accounts(session)
        granting.keep_programme(session, programme(), by=CLERK, at=AT)
        granting.allocate(session, allocation(), announced=date(2003, 4, 1), by=CLERK, at=AT)
        assessed = GrantEvent(step=Step.PLAN_ASSESSED, day=date(2003, 4, 10), reference="map")
        granting.record(session, "special/2003-04", assessed, by=CLERK, at=AT)
        posting.post(session, journal(SPENT, fund="special"), by=CLERK, at=AT)
    with serving(made) as running:
        yield running
    engine.dispose()


def test_what_could_be_lost_leads_to_the_grant_and_its_spend_to_the_journal(
    served: Served, page: Page
) -> None:
    sign_in(page, served, CLERK)
    page.goto(f"{served.address}grants?{ASKED}")
    lost = page.get_by_role("region", name="What could be lost, the soonest first")
    expect(lost.get_by_role("cell", name="£700.00")).to_be_visible(timeout=60_000)
    lost.get_by_role("link", name="Special Grant").click()

    expect(page.get_by_role("heading", name="Special Grant", level=1)).to_be_visible(timeout=60_000)
    spent = page.get_by_role("region", name="Eligible spend", exact=True)
    spent.get_by_role("link", name="£300.00").click()

    expect(page.get_by_text("1 journal, £300.00 of postings so coded.")).to_be_visible(
        timeout=60_000
    )


def test_an_instalment_is_recorded_and_its_journal_named(served: Served, page: Page) -> None:
    sign_in(page, served, CLERK)
    page.goto(f"{served.address}grant?code=special&{ASKED}")
    page.get_by_text("An instalment was paid").click(timeout=60_000)
    page.get_by_label("Amount (£)").fill("250.00")
    page.get_by_role("spinbutton", name="day, Paid on").click()
    page.keyboard.type("30052003")
    page.get_by_role("button", name="Record the instalment").click()

    expect(page.get_by_text("Recorded £250.00. Journal 2003-04/000003.")).to_be_visible(
        timeout=60_000
    )
