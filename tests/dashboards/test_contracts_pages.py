"""The pages of contracts: the register narrowed, one contract's story, uplifts decided by two."""

import json
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine
from streamlit.testing.v1 import AppTest

from ledger.money import Money
from tests.dashboards.conftest import Open, seen
from tests.support.trusts import APPROVER, AT, AUDITOR, CLERK
from trust_commissioning.recording import EVENTS
from trust_commissioning.store import contracts, reading, transaction

ASKED = {"year": "2003-04", "to": "6"}
LOTS: dict[str, Any] = {
    "number": "C-0007",
    "title": "Agency placements",
    "provider": "oakfield",
    "service": "fostering",
    "fund": "general",
    "form": "framework",
    "signed": "2003-03-14",
    "value": "300000.00",
    "starts": "2003-04-01",
    "ends": "2004-03-31",
    "extensions": [{"code": "first", "until": "2005-03-31"}],
    "lots": [{"code": "standard", "title": "Standard", "unit": "week", "price": "700.00"}],
    "obligations": [{"code": "insurance", "title": "Proof of insurance", "day": "2003-04-30"}],
    "kpis": [{"code": "seen", "title": "Seen in time", "target": "95", "tolerance": "5"}],
}


def tell(engine: Engine, event: str, *, by: str = CLERK, **asked: Any) -> None:
    what = EVENTS[event]
    with transaction(engine) as session:
        what.act(session, what.asks.model_validate_json(_json(asked)), by, AT)


def _json(asked: dict[str, Any]) -> str:
    return json.dumps(asked)


@pytest.fixture
def signed(engine: Engine) -> None:
    tell(engine, "contract", **LOTS)
    tell(
        engine, "variation", contract="C-0007", reference="V1", day="2003-10-01",
        reason="More places", value="330000.00",
    )  # fmt: skip


@pytest.fixture
def asked(engine: Engine, signed: None) -> None:
    """£35 a week more, put in by the clerk."""
    tell(
        engine, "uplift", contract="C-0007", reference="U-1", day="2003-07-01",
        starts="2003-10-01", reason="Carers' fees", prices=[{"lot": "standard", "price": "735.00"}],
    )  # fmt: skip


def press(page: AppTest, words: str) -> None:
    next(one for one in page.button if one.label == words).click().run()


def field(page: AppTest, kind: str, label: str) -> Any:
    return next(one for one in getattr(page, kind) if one.label == label)


def test_the_register_is_narrowed_by_its_address_and_leads_to_a_contract(
    engine: Engine, signed: None, filled: list[str], look: Open
) -> None:
    whole = seen(look(AUDITOR, "contracts", **ASKED))
    assert 'href="/contract?number=C-0001&amp;as_at=2003-09-30"' in whole
    assert "May be extended until 31 March 2005" in whole

    narrowed = seen(look(AUDITOR, "contracts", q="agency", form="framework", **ASKED))
    assert 'href="/contract?number=C-0007&amp;as_at=2003-09-30"' in narrowed
    assert "C-0001" not in narrowed
    assert "1 contract found." in narrowed


def test_a_contract_is_told_as_at_the_day_of_its_address(
    engine: Engine, signed: None, look: Open
) -> None:
    before = seen(look(AUDITOR, "contract", number="C-0007", as_at="2003-09-30"))
    after = seen(look(AUDITOR, "contract", number="C-0007", as_at="2003-10-01"))

    assert "<dt>Value as varied</dt><dd>£300,000.00</dd>" in before
    assert "<dt>Value as varied</dt><dd>£330,000.00</dd>" in after
    assert "worth £330,000.00 instead of £300,000.00" in before
    assert "Proof of insurance" in after
    assert "at least 95 %" in after


def test_a_contract_nobody_knows_is_said_to_be_none(engine: Engine, look: Open) -> None:
    assert "There is no contract “C-9”." in seen(look(AUDITOR, "contract", number="C-9"))
    assert "No contract was asked for." in seen(look(AUDITOR, "contract"))


def test_who_does_not_keep_the_register_is_offered_nothing_to_record(
    engine: Engine, signed: None, look: Open
) -> None:
    assert not look(AUDITOR, "contract", number="C-0007").expander
    assert look(CLERK, "contract", number="C-0007").expander


def test_a_variation_recorded_on_the_page_is_told_there(
    engine: Engine, signed: None, look: Open
) -> None:
    page = look(CLERK, "contract", number="C-0007")

    field(page, "text_input", "A new value (£), if it changes").set_value("£345,000.00")
    field(page, "text_input", "Why").set_value("A larger home")
    press(page, "Record the variation")

    assert "The variation is recorded." in seen(page)
    with reading(engine) as session:
        found = contracts.contract(session, "C-0007")
    assert found is not None
    assert found.as_agreed().value == Money.parse("345000.00")


def test_a_rise_put_in_on_the_page_waits_and_changes_nothing(
    engine: Engine, signed: None, look: Open
) -> None:
    page = look(CLERK, "contract", number="C-0007")

    field(page, "date_input", "From").set_value(date(2003, 10, 1))
    field(page, "text_input", "Or a rise in percent, such as 2.5").set_value("3")
    field(page, "text_area", "Why, as the provider says").set_value("Inflation")
    press(page, "Put it in")

    assert "it waits for another person to check it" in seen(page)
    with reading(engine) as session:
        (uplift,) = contracts.uplifts(session)
        found = contracts.contract(session, "C-0007")
    assert [one.asked for one in uplift.rates] == [Money.parse("721.00")]
    assert found is not None
    assert len(found.lot_prices("standard")) == 1


def test_the_reference_a_page_gives_a_request_is_shown_to_nobody(
    engine: Engine, signed: None, filled: list[str], look: Open
) -> None:
    tell(
        engine, "uplift", contract="C-0007", reference="page/98d9a1b2c3d4", day="2003-07-01",
        starts="2003-10-01", reason="Carers' fees", prices=[{"lot": "standard", "price": "735.00"}],
    )  # fmt: skip

    checking = look(APPROVER, "uplifts", year="2003-04", to="5")
    waiting = seen(checking)
    press(checking, "Record the decision")
    assert "Checked: uplift put in on a page." in seen(checking)
    for shown in (waiting, seen(checking), seen(look(APPROVER, "contract", number="C-0007"))):
        assert "98d9a1b2c3d4" not in shown
        assert "Put in on a page" in shown


def test_uplifts_show_their_cost_and_are_decided_by_somebody_else(
    engine: Engine, asked: None, filled: list[str], look: Open
) -> None:
    # 5% of £300,000 (before October) over 366 days: 183 of them are left of the year.
    page = seen(look(AUDITOR, "uplifts", year="2003-04", to="5"))
    assert "standard: £700.00 to £735.00" in page
    own = look(CLERK, "uplifts", year="2003-04", to="5")
    assert "somebody else checks and applies it" in seen(own)
    assert list(field(own, "radio", "Decision").options) == ["Refuse it"]

    checking = look(APPROVER, "uplifts", year="2003-04", to="5")
    press(checking, "Record the decision")
    assert "Checked: uplift U-1." in seen(checking)
    applying = look(APPROVER, "uplifts", year="2003-04", to="5")
    press(applying, "Record the decision")
    assert "The new prices hold from 1 October 2003." in seen(applying)

    with reading(engine) as session:
        found = contracts.contract(session, "C-0007")
    assert found is not None
    assert [one.price.plain for one in found.lot_prices("standard")] == ["700.00", "735.00"]


def test_a_refusal_without_a_reason_is_said_to_need_one(
    engine: Engine, asked: None, filled: list[str], look: Open
) -> None:
    page = look(APPROVER, "uplifts", year="2003-04", to="5")

    field(page, "radio", "Decision").set_value("refused")
    press(page, "Record the decision")

    assert "Say why uplift U-1 is refused." in seen(page)
