"""Needs, providers and the directory in a real browser: found, read, recorded, looked up by all."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.providing.told import (
    COMPANY,
    COUNTED,
    ENTRY,
    INSPECTED,
    INSURED,
    NEED,
    OAKFIELD,
    REGISTERED,
    VIEW,
    but,
)
from tests.support.browser import sign_in
from tests.support.trusts import CLERK
from tests.web.conftest import Served, make_trust, post_a_journal, serving
from trust_commissioning import clock
from trust_commissioning.recording import EVENTS
from trust_commissioning.store import engine_for, transaction

pytestmark = pytest.mark.slow

MARCH = "year=2003-04&to=12"
TOLD: tuple[tuple[str, dict[str, Any]], ...] = (
    ("need", NEED),
    ("need-observation", COUNTED),
    ("need-observation", but(COUNTED, reference="count-2004", day="2004-03-31", number=64)),
    (
        "need-provision",
        {
            "need": "foster-teens",
            "reference": "p1",
            "day": "2004-01-31",
            "provided": 41,
            "said_by": "Placements team",
        },
    ),
    ("view", VIEW),
    ("provider", OAKFIELD),
    ("provider-identifier", COMPANY),
    ("provider-registration", REGISTERED),
    ("provider-document", but(INSURED, starts="2003-04-01", expires="2004-06-30")),
    ("inspection", INSPECTED),
    ("directory-entry", ENTRY),
)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A trust with a need, a provider that lacks papers, an entry past its review."""
    made = make_trust(tmp_path_factory.mktemp("providing") / "data")
    engine = engine_for(made.url)
    post_a_journal(engine)
    with transaction(engine) as session:
        for name, asked in TOLD:
            what = EVENTS[name]
            said = what.read(json.dumps(asked).encode(), name=name)
            what.act(session, said, CLERK, clock.now())
    with serving(made) as running:
        yield running
    engine.dispose()


def test_a_provider_that_is_stopped_is_found_and_says_why(served: Served, page: Page) -> None:
    sign_in(page, served, CLERK)
    page.goto(f"{served.address}providers?{MARCH}&standing=stopped")
    found = page.get_by_role("region", name="The register of providers")
    found.get_by_role("link", name="Oakfield Fostering").click()

    expect(page.get_by_role("heading", name="Oakfield Fostering", level=1)).to_be_visible(
        timeout=60_000
    )
    expect(page.get_by_text("has filed no staff checks for 31 March 2004")).to_be_visible(
        timeout=60_000
    )


def test_anybody_finds_a_service_and_reads_it_without_signing_in(
    served: Served, page: Page
) -> None:
    page.goto(f"{served.address}directory")
    page.get_by_label("What you are looking for").fill("counsellor")
    page.get_by_label("Age of the child").fill("12")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="Talk Time counselling").click()

    expect(page.get_by_role("heading", name="Talk Time counselling")).to_be_visible()
    expect(page.get_by_text("may be out of date")).to_be_visible()
    expect(page.get_by_text("By a school, a doctor, or yourself.")).to_be_visible()
