"""The pages of call-offs, deliveries and invoices: what they show, what may be done there."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from streamlit.testing.v1 import AppTest

from contracts.pricing import Unit
from tests.dashboards.conftest import Open, seen
from tests.support.register import (
    APPROVER,
    CLERK,
    COMMISSIONER,
    MANAGER,
    Register,
    found_register,
)
from tests.support.trusts import sqlite_file
from trust_commissioning import clock, settings
from trust_commissioning.clock import as_text
from trust_commissioning.store import (
    calling_off,
    engine_for,
    invoicing,
    journals,
    reading,
    transaction,
)
from trust_commissioning.store.tables import PersonRow

NOW = datetime(2003, 10, 15, 9, 0, tzinfo=UTC)
AUDITOR = "a.auditor"
SPLIT = [
    {"fund": "pool", "weight": 40, "partner": "education"},
    {"fund": "pool", "weight": 35, "partner": "social"},
    {"fund": "pool", "weight": 25, "partner": "pct"},
]


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """The register's small trust in October 2003, with an auditor."""
    (tmp_path / "trust.sqlite3").write_bytes(sqlite_file(found_register))
    monkeypatch.setenv("TRUST_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("TRUST_DATABASE_URL", raising=False)
    monkeypatch.setattr(clock, "now", lambda: NOW)
    made = engine_for(settings.load().url)
    with transaction(made) as session:
        session.add(
            PersonRow(username=AUDITOR, name="Ada Auditor", role="auditor", created_at=as_text(NOW))
        )
    yield made
    made.dispose()


@pytest.fixture
def register(engine: Engine) -> Register:
    return Register(engine)


def places(register: Register, reference: str = "p-1", **asked: Any) -> str:
    """A placement at £700.00 a week to the end of the year: 366 days cost £36,600.00."""
    return register.calls_off(
        reference,
        **{
            "kind": "placement",
            "case_reference": "WX-0417",
            "expected_end": "2004-03-31",
            **asked,
        },
    )


def bills(
    register: Register, number: str, net: str, *, their: str = "OF-1", by: str = CLERK
) -> str:
    """An invoice for April's thirty days, which cost £3,000.00."""
    asked = {
        "reference": their,
        "provider": "oakfield",
        "number": their,
        "day": "2003-05-01",
        "received": "2003-05-02",
        "lines": [{"call_off": number, "starts": "2003-04-01", "ends": "2003-04-30", "net": net}],
    }
    return str(register.record("invoice", asked, by=by)["invoice"])


def box(page: AppTest, label: str) -> Any:
    kinds = (page.text_input, page.text_area, page.date_input, page.selectbox)
    return next(one for kind in kinds for one in kind if one.label == label)


def press(page: AppTest, label: str, *, near: str = "") -> AppTest:
    """Press a button; of several alike, that of the form named."""
    found = [one for one in page.button if one.label == label]
    if near:
        found = [one for one in found if near in (one.form_id or "")]
    found[0].click().run()
    assert not page.exception, page.exception[0].message
    return page


def expanders(page: AppTest) -> list[str]:
    return [one.label for one in page.expander]


def test_before_anything_is_called_off_the_pages_say_so(look: Open) -> None:
    assert "Nothing has been called off in this year yet." in seen(look(AUDITOR, "call_offs"))
    assert "No invoice waits to be matched" in seen(look(AUDITOR, "invoices"))
    assert "No return is late." in seen(look(AUDITOR, "deliveries"))
    assert "No call-off was asked for." in seen(look(AUDITOR, "call_off"))
    assert "There is no invoice “I-000009”." in seen(look(AUDITOR, "invoice", key="I-000009"))


def test_the_list_says_what_runs_what_a_week_costs_and_what_is_promised(
    register: Register, look: Open
) -> None:
    places(register, funding=SPLIT)
    places(register, "p-2", price="350.00", case_reference="WX-0500", expected_end="2003-09-30")

    page = seen(look(AUDITOR, "call_offs"))

    assert "2 call-offs found." in page
    assert 'href="/call-off?number=C-0001%2F01"' in page
    assert "£700.00" in page
    assert "1 placement on 15 October 2003" in page
    # 366 days at £100.00, and 183 at £50.00.
    assert "£45,750.00" in page


def test_call_offs_are_found_by_word_state_and_kind(register: Register, look: Open) -> None:
    places(register)
    register.calls_off("o-1", title="Training for carers", unit="item", price="90.00")

    for asked in ({"q": "carers"}, {"kind": "order"}, {"q": "oakfield training"}):
        page = seen(look(AUDITOR, "call_offs", **asked))
        assert "1 call-off found." in page, asked
        assert "C-0001/02" in page
    assert "1 call-off found." in seen(look(AUDITOR, "call_offs", q="wx-0417"))
    assert "No call-off is like that." in seen(look(AUDITOR, "call_offs", state="closed"))


def fill_in(page: AppTest, **more: str) -> AppTest:
    """The form of a new placement, half of it paid from each fund."""
    box(page, "Contract to call off from").set_value("C-0001").run()
    box(page, "How many pay for it").set_value(2).run()
    box(page, "What it is for").input("Foster placement")
    box(page, "Reference of the case system").input("WX-0417")
    box(page, "Price (£)").input(more.get("price", "£700.00"))
    box(page, "For a").set_value(Unit.WEEK)
    box(page, "From").set_value(date(2003, 10, 1))
    box(page, "To, where it is known").set_value(date(2004, 3, 31))
    box(page, "Ordered on").set_value(date(2003, 10, 1))
    box(page, "Payer 2: fund").set_value("special")
    box(page, "Spent under").set_value("Expenses:ThirdParty:FosterCare")
    return page


def test_a_placement_shows_what_it_promises_before_it_is_recorded(
    look: Open, register: Register
) -> None:
    page = press(fill_in(look(COMMISSIONER, "call_offs")), "See what it does")

    # 183 days at £100.00 are £18,300.00, half of it from each fund.
    assert "£9,150.00" in seen(page)
    assert "£190,850.00" in seen(page)
    assert "£90,850.00" in seen(page)
    assert register.committed() == "0.00"

    press(page, "Record it")

    assert "The placement is recorded." in seen(page)
    assert register.committed("pool") == "9150.00"
    assert register.committed("special") == "9150.00"
    assert register.is_clean()


def test_what_stops_it_stands_above_the_form_and_beside_its_field(
    look: Open, register: Register
) -> None:
    page = fill_in(look(COMMISSIONER, "call_offs"), price="seven hundred")
    box(page, "Reference of the case system").input("")
    page = press(page, "See what it does")

    assert "It cannot be recorded like this" in seen(page)
    assert 'class="trust-wrong"' in seen(page)
    assert register.committed() == "0.00"


def test_more_than_is_available_waits_for_somebody_with_authority_and_their_reason(
    look: Open, register: Register
) -> None:
    page = press(fill_in(look(COMMISSIONER, "call_offs"), price="20000.00"), "See what it does")
    assert "where £200,000.00 is available" in seen(page)
    assert not [one for one in page.text_input if one.label.startswith("Why more may be promised")]

    page = fill_in(look(MANAGER, "call_offs"), price="20000.00")
    box(page, "Why more may be promised than is available, only where it is so").input(
        "No other place was found on the night"
    )
    press(press(page, "See what it does"), "Record it")

    # 183 days at £20,000.00 a week: £522,857.14.
    assert register.committed() == "522857.14"


def test_one_call_off_tells_its_whole_story(register: Register, look: Open) -> None:
    number = places(register, funding=SPLIT)
    change = {"call_off": number, "reason": "Agreed with the provider"}
    register.record(
        "call-off-variation",
        {**change, "reference": "v-1", "day": "2003-07-01", "price": "770.00"},
    )
    register.record(
        "call-off-enhancement",
        {
            **change,
            "reference": "e-1",
            "day": "2003-08-01",
            "ends": "2003-08-31",
            "price": "70.00",
        },
    )
    bills(register, number, "3000.00")
    returned = {"call_off": number, "starts": "2003-04-01", "ends": "2003-04-30", "units": "4.2857"}
    register.record("return", {**returned, "reference": "r-1", "day": "2003-05-03"}, by=CLERK)

    page = seen(look(AUDITOR, "call_off", number=number, as_at="2003-08-15"))

    assert "£770.00 a week" in page
    assert "£840.00" in page
    assert "40 of 100" in page
    assert "£70.00 more until 31 August 2003. Agreed with the provider" in page
    assert "Cora Commissioner" in page
    assert 'href="/invoice?key=I-000001"' in page
    assert "4.2857" in page
    # 91 days at £100.00, 275 at £110.00, 31 at £10.00 on top.
    assert "£39,660.00" in page
    assert "book=commitment" in page
    assert "call_off=C-0001%2F01" in page


def test_the_journals_of_a_call_off_are_found_by_its_number(register: Register, look: Open) -> None:
    number = places(register)
    places(register, "p-2", case_reference="WX-0500")
    register.spends(number, "100.00", day="2003-04-30")

    page = seen(look(AUDITOR, "journals", call_off=number, account="Expenses"))

    # Promised, spent, and let go as it was spent.
    assert "3 journals" in page
    assert "Promised under C-0001/01" in page
    assert "C-0001/02" not in page


@pytest.mark.parametrize(
    ("done", "offered"),
    [
        ([], ["Vary price", "Pay more", "Suspend it", "End it"]),
        (["call-off-suspension"], ["Vary price", "Pay more", "Resume it", "End it"]),
        (["call-off-end"], ["Vary price", "Pay more", "Close it"]),
        (
            ["call-off-suspension", "call-off-end"],
            ["Vary price", "Pay more", "Resume it", "Close it"],
        ),
        (["call-off-end", "call-off-close"], ["Open it again"]),
    ],
)
def test_only_what_the_table_of_states_permits_is_offered(
    register: Register, look: Open, done: list[str], offered: list[str]
) -> None:
    number = places(register)
    for event in done:
        asked = {"reference": event, "call_off": number, "day": "2003-09-30", "reason": "As agreed"}
        register.record(event, asked)

    found = expanders(look(COMMISSIONER, "call_off", number=number))

    assert len(found) == len(offered)
    assert all(any(title.startswith(one) for title in found) for one in offered)
    assert expanders(look(APPROVER, "call_off", number=number)) == []
    assert expanders(look(AUDITOR, "call_off", number=number)) == []


def test_an_end_shows_what_it_lets_go_and_then_lets_it_go(register: Register, look: Open) -> None:
    number = places(register)
    page = look(COMMISSIONER, "call_off", number=number)

    box(page, "Last day that is paid").set_value(date(2003, 9, 30))
    next(
        one for one in page.text_input if one.label == "Why" and "call-off-end" in str(one.key)
    ).input("Moved to own carers")
    press(page, "See what it does", near="call-off-end")
    assert "£18,300.00" in seen(page)
    assert register.committed() == "36600.00"
    press(page, "End it")

    assert "Recorded: end it." in seen(page)
    assert register.committed() == "18300.00"
    with reading(register.engine) as session:
        assert calling_off.call_off(session, number).ends == date(2003, 9, 30)


def test_what_a_provider_returned_is_entered_and_who_is_late_is_listed(
    register: Register, look: Open
) -> None:
    first = places(register)
    places(register, "p-2", case_reference="WX-0500")
    page = look(COMMISSIONER, "deliveries", month="6")
    assert "2 call-offs without a return." in seen(page)

    box(page, "Call-off").set_value(first)
    box(page, "From").set_value(date(2003, 9, 1))
    box(page, "To").set_value(date(2003, 9, 30))
    box(page, "Units delivered").input("4")
    press(press(page, "See what it does"), "Record the return")

    assert f"The return of {first} is recorded." in seen(page)
    assert "1 call-off without a return." in seen(page)
    assert "4.2857" in seen(page)


def test_an_invoice_is_entered_and_matched_before_anybody_sees_it_saved(
    register: Register, look: Open
) -> None:
    number = places(register)
    page = look(CLERK, "invoices")

    box(page, "Provider").set_value("oakfield")
    next(one for one in page.selectbox if one.key == "receive-provider").set_value("oakfield").run()
    box(page, "Their number, as printed").input("OF-77")
    box(page, "Its date").set_value(date(2003, 5, 1))
    box(page, "Came on").set_value(date(2003, 5, 2))
    box(page, "Line 1: call-off").set_value(number)
    box(page, "Line 1: from").set_value(date(2003, 4, 1))
    box(page, "Line 1: to").set_value(date(2003, 4, 30))
    box(page, "Line 1: before VAT (£)").input("3,100.00")
    press(page, "See what it does")
    assert "It will be held." in seen(page)
    assert "£3,100.00 is asked for what was ordered at £3,000.00" in seen(page)
    with reading(register.engine) as session:
        assert invoicing.invoice(session, "I-000001") is None

    press(page, "Enter it")

    assert "An invoice OF-77 is entered." in seen(page)
    assert 'href="/invoice?key=I-000001"' in seen(page)
    assert "line 1: £3,100.00 is asked for what was ordered at £3,000.00" in seen(page)


def test_the_same_number_again_is_refused_beside_its_field(register: Register, look: Open) -> None:
    number = places(register)
    bills(register, number, "3000.00", their="OF-77")
    page = look(CLERK, "invoices")
    next(one for one in page.selectbox if one.key == "receive-provider").set_value("oakfield").run()
    box(page, "Their number, as printed").input("OF-77")
    box(page, "Line 1: before VAT (£)").input("10.00")

    press(page, "See what it does")

    assert '<p class="trust-wrong">I-000001 of oakfield has number OF-77' in seen(page)


def test_a_disputed_line_is_held_and_the_rest_approved_by_another_person(
    register: Register, look: Open
) -> None:
    key = bills(register, places(register), "3100.00")

    own = look(CLERK, "invoice", key=key)
    assert "Approve it" not in " ".join(expanders(own))
    assert "You entered it, so somebody else must approve it." in own.caption[0].value

    page = look(APPROVER, "invoice", key=key)
    assert "Approve £3,000.00, and hold £100.00" in expanders(page)
    press(page, "See what it does", near="invoice-approval")
    assert "It will be part approved." in seen(page)
    assert register.actual() == "0.00"
    press(page, "Approve it")

    assert "£3,000.00 is approved." in seen(page)
    assert register.actual() == "3000.00"
    # 336 days are left, and £100.00 may yet be owed.
    assert register.committed() == "33700.00"


def test_what_was_overpaid_on_an_ended_placement_is_shown_and_asked_back(
    register: Register, look: Open
) -> None:
    number = places(register)
    key = bills(register, number, "3000.00")
    register.record(
        "invoice-approval", {"reference": "a-1", "invoice": key, "day": "2003-05-05"}, by=APPROVER
    )
    ended = {"reference": "x-1", "call_off": number, "day": "2003-04-20", "reason": "Moved"}
    register.record("call-off-end", ended)
    assert "£1,000.00 was overpaid on I-000001" in seen(look(AUDITOR, "call_off", number=number))
    assert "£1,000.00" in seen(look(AUDITOR, "invoices"))

    page = look(APPROVER, "invoice", key=key)
    box(page, "Before VAT (£)").input("1000.00")
    next(one for one in page.text_input if one.label == "Why").input("It ended on 20 April")
    press(press(page, "See what it does", near="overpayment"), "Ask it back")

    assert register.actual() == "2000.00"


def test_an_approved_invoice_is_paid_by_those_who_enter_journals(
    register: Register, look: Open
) -> None:
    key = bills(register, places(register), "3000.00")
    register.record(
        "invoice-approval", {"reference": "a-1", "invoice": key, "day": "2003-05-05"}, by=APPROVER
    )
    assert expanders(look(COMMISSIONER, "invoice", key=key)) == []

    page = look(CLERK, "invoice", key=key)
    assert "Pay it: £3,000.00 is owed" in expanders(page)
    press(press(page, "See what it does", near="invoice-payment"), "Enter the payment")

    assert "Settled" in seen(page)
    assert register.actual() == "3000.00"


def test_who_may_only_read_is_offered_nothing(register: Register, look: Open) -> None:
    key = bills(register, places(register), "3000.00")

    for page, asked in (
        ("call_offs", {}),
        ("deliveries", {}),
        ("invoices", {}),
        ("invoice", {"key": key}),
    ):
        assert expanders(look(AUDITOR, page, **asked)) == [], page


def test_a_contracts_page_says_what_was_called_off_spent_and_delivered(
    register: Register, look: Open
) -> None:
    number = places(register)
    register.spends(number, "100.00", day="2003-04-30")
    returned = {"call_off": number, "starts": "2003-04-01", "ends": "2003-04-30", "units": "4.2857"}
    register.record("return", {**returned, "reference": "r-1", "day": "2003-05-03"}, by=CLERK)

    page = seen(look(AUDITOR, "contract", number="C-0001", as_at="2003-10-15"))

    # £500,000.00 less the £100.00 spent and the £36,500.00 promised.
    assert "£463,400.00" in page
    assert 'href="/call-off?number=C-0001%2F01"' in page
    assert "1 April 2003 to 30 April 2003" in page


def test_an_accrual_may_name_its_call_off(register: Register, look: Open) -> None:
    number = places(register)
    page = look(CLERK, "accrual", contract="C-0001", call_off=number)

    box(page, "What it is for").input("September's placement, not invoiced")
    box(page, "Reference").input("A-2003-09")
    box(page, "Amount, in pounds").input("3,000.00")
    press(page, "Hand it over to be posted")

    assert "It waits for somebody else to post it." in seen(page)
    with reading(register.engine) as session:
        (waiting,) = journals.waiting(session, status="submitted")
    (spent,) = {one.call_off for one in waiting.journal.postings if one.call_off}
    assert spent == number
