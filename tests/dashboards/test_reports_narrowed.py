"""The page of reports asks for the partner or the grant where a report may be of one."""

import pytest
from sqlalchemy import Engine

from ledger.grant.programme import Unspent
from tests.dashboards.conftest import Open, seen
from tests.support.grants import allocation, programme, take_on
from tests.support.trusts import AT, AUDITOR, CLERK, journal
from trust_commissioning import posting
from trust_commissioning.reports import REPORTS
from trust_commissioning.reports.narrowing import NARROWED_TO
from trust_commissioning.store import transaction

OF_THE_COUNCIL = "Assets:HostCash 777.00/Income:Contributions:Cash -777.00 partner=council"
ASKED = {"year": "2003-04", "to": "3"}


def post(engine: Engine, text: str, fund: str) -> None:
    with transaction(engine) as session:
        posting.post(session, journal(text, ref=text, fund=fund), by=CLERK, at=AT)


@pytest.mark.parametrize("name", REPORTS)
def test_a_report_asks_for_what_it_may_be_narrowed_to_and_for_nothing_else(
    engine: Engine, look: Open, filled: list[str], name: str
) -> None:
    boxes = {box.label for box in look(AUDITOR, "reports", report=name, **ASKED).selectbox}

    wanted = {one.title for one in NARROWED_TO.get(name, ())}
    assert boxes & {"Partner", "Grant"} == wanted


def test_contributions_are_shown_of_all_partners_or_of_the_one_that_is_chosen(
    engine: Engine, look: Open, filled: list[str]
) -> None:
    post(engine, OF_THE_COUNCIL, "camhs")

    every = seen(look(AUDITOR, "reports", report="contributions", **ASKED))
    one = seen(look(AUDITOR, "reports", report="contributions", partner="pct", **ASKED))

    assert "£61,000.00" in every
    assert "£777.00" in every
    assert "£61,000.00" in one
    assert "£777.00" not in one


def test_a_claim_is_shown_of_the_grant_that_is_chosen(
    engine: Engine, look: Open, filled: list[str]
) -> None:
    take_on(engine, programme(needs_plan=False))
    spent = "Expenses:ThirdParty:FosterCare 321.00 service=fostering/Assets:HostCash -321.00"
    post(engine, spent, "special")

    page = look(AUDITOR, "reports", report="grant-claim", grant="special", **ASKED)

    assert "£321.00" in seen(page)
    (box,) = [box for box in page.selectbox if box.label == "Grant"]
    assert (box.value, box.options) == ("special", ["All grants", "Special Grant"])


def test_a_grant_that_is_kept_to_quarters_shows_what_is_still_to_come(
    engine: Engine, look: Open, filled: list[str]
) -> None:
    take_on(engine, programme(needs_plan=False), allocation(unspent=Unspent.RE_PROFILE))

    page = look(AUDITOR, "grant", code="special", **ASKED)

    assert "Instalments by quarter" in [one.value for one in page.header]
    assert "July 2003 to September 2003" in seen(page)
