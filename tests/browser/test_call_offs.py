"""Call-offs in a real browser: a placement raised, its price risen, another ended, an invoice paid."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout
from sqlalchemy import update
from sqlmodel import Session

from ledger.money import Money
from tests.commissioning.test_in_force import CONTRACT
from tests.support.browser import settle, sign_in
from tests.support.register import APPROVER, CLERK, COMMISSIONER, Register, found_register
from tests.support.trusts import sqlite_file
from tests.web.conftest import KEPT, Served, serving
from trust_commissioning import settings
from trust_commissioning.store import engine_for, transaction
from trust_commissioning.store.tables import PersonRow

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Register]:
    """The register's small trust with a placement and an invoice for its April."""
    folder = tmp_path_factory.mktemp("call-offs") / "data"
    folder.mkdir()
    (folder / "trust.sqlite3").write_bytes(sqlite_file(found_register))
    made = engine_for(settings.load({}, folder).url)
    with transaction(made) as session:
        let_in(session)
    register = Register(made)
    number = register.calls_off(
        "p-1", kind="placement", case_reference="WX-0417", expected_end="2004-03-31"
    )
    line = {"call_off": number, "starts": "2003-04-01", "ends": "2003-04-30", "net": "3100.00"}
    invoice = {"reference": "OF-1", "provider": "oakfield", "number": "OF-1", "lines": [line]}
    register.record("invoice", invoice | {"day": "2003-05-01", "received": "2003-05-02"}, by=CLERK)
    yield register
    made.dispose()


def let_in(session: Session) -> None:
    session.execute(update(PersonRow).values(password_hash=KEPT))


@pytest.fixture(scope="module")
def served(register: Register) -> Iterator[Served]:
    folder = Path(str(register.engine.url.database)).parent
    with serving(settings.load({}, folder)) as running:
        yield running


def choose(page: Page, label: str, option: str) -> None:
    """One of a box's choices; again where the page was drawn anew beneath the list.

    What was only typed into the box is gone once it is left.
    """
    box = page.get_by_role("combobox", name=label)
    for _ in range(5):
        settle(page)
        box.fill(option)
        with suppress(PlaywrightTimeout):
            page.get_by_role("option", name=option, exact=True).click(timeout=5_000)
        settle(page)
        box.blur()
        page.wait_for_timeout(500)
        if box.input_value() == option:
            break
    expect(box).to_have_value(option)


def day(page: Page, label: str, digits: str) -> None:
    page.get_by_role("spinbutton", name=f"day, {label}").click()
    page.keyboard.type(digits)


def whole_year_from(
    page: Page, served: Served, contract: str, reference: str, *, week: str = ""
) -> None:
    """A placement of 2003-04 filled in, at the lot's price or at one for a week; what it does."""
    page.goto(f"{served.address}call-offs")
    page.get_by_text("Raise an order, a placement or a requisition").click(timeout=60_000)
    choose(page, "Contract to call off from", contract)
    page.get_by_role("textbox", name="Reference of the case system").fill(reference)
    if week:
        page.get_by_role("textbox", name="Price (£)").fill(week)
        choose(page, "For a", "week")
    choose(page, "Spent under", "Independent foster care")
    day(page, "From", "01042003")
    day(page, "To, where it is known", "31032004")
    day(page, "Ordered on", "01042003")
    page.get_by_role("button", name="See what it does").click()


def form_of(page: Page, title: str) -> Locator:
    """An act’s form, opened: the last, since “suspend it” holds “end it” too."""
    act = page.locator("details").filter(has=page.locator("summary", has_text=title)).last
    act.locator("summary").click()
    return act


def promised(register: Register) -> Money:
    return Money.parse(register.committed("pool"))


def test_a_commissioner_raises_a_placement_and_ends_it(
    served: Served, register: Register, page: Page
) -> None:
    before = promised(register)
    sign_in(page, served, COMMISSIONER)
    whole_year_from(page, served, "C-0001 Foster placements", "WX-0500", week="350.00")

    # 366 days at £50.00 a day.
    effect = page.get_by_role("region", name="What it does")
    expect(effect.get_by_role("cell", name="£18,300.00")).to_be_visible(timeout=60_000)
    assert promised(register) == before
    page.get_by_role("button", name="Record it").click()
    expect(page.get_by_text("The placement is recorded.")).to_be_visible(timeout=60_000)
    assert promised(register) - before == Money.parse("18300.00")

    page.get_by_role("link", name="C-0001/02").click()
    expect(page.get_by_role("heading", name="Call-off C-0001/02")).to_be_visible(timeout=60_000)
    settle(page)
    act = form_of(page, "End it")
    day(page, "Last day that is paid", "30092003")
    act.get_by_label("Why").fill("Moved to our own carers")
    act.get_by_role("button", name="See what it does").click()
    expect(page.get_by_role("cell", name="£9,150.00")).to_be_visible(timeout=60_000)
    page.get_by_role("button", name="End it").click()
    expect(page.get_by_text("Recorded: end it.")).to_be_visible(timeout=60_000)

    assert promised(register) - before == Money.parse("9150.00")
    assert register.is_clean()


def test_a_commissioner_places_at_a_lots_price_and_what_the_provider_asks_is_agreed_by_another(
    served: Served, register: Register, page: Page
) -> None:
    """£700.00 a week is £100.00 a day: £36,600.00 on 366 days. £735.00 from 1 October is £5.00 a
    day more on 183 days: £915.00."""
    register.record("contract", CONTRACT | {"lots": CONTRACT["lots"][:1]})
    before = promised(register)
    sign_in(page, served, COMMISSIONER)
    whole_year_from(page, served, "C-0007 Agency placements", "WX-0600")
    effect = page.get_by_role("region", name="What it does")
    expect(effect.get_by_role("cell", name="£36,600.00")).to_be_visible(timeout=60_000)
    page.get_by_role("button", name="Record it").click()
    expect(page.get_by_text("The placement is recorded.")).to_be_visible(timeout=60_000)
    assert promised(register) - before == Money.parse("36600.00")

    page.goto(f"{served.address}contract?number=C-0007")
    page.get_by_text("The provider asks for new prices").click(timeout=60_000)
    page.get_by_label("Or a rise in percent, such as 2.5").fill("5")
    page.get_by_label("Why, as the provider says").fill("Carers’ fees")
    day(page, "Asked for on", "01082003")
    day(page, "From", "01102003")
    page.get_by_role("button", name="Put it in").click()
    waits = page.get_by_text("Put in; it waits for another person to check it.")
    expect(waits).to_be_visible(timeout=60_000)
    page.goto(f"{served.address}uplifts?year=2003-04&to=5")
    expect(page.get_by_role("cell", name="£915.00").first).to_be_visible(timeout=60_000)
    page.locator("summary").filter(has_text="contract C-0007").click()
    expect(page.get_by_text("so somebody else checks and applies it")).to_be_visible()
    page.context.clear_cookies()

    sign_in(page, served, APPROVER)
    for decision, said in (
        ("Checked", "Checked: uplift"),
        ("Apply the new prices", "The new prices hold from 1 October 2003."),
    ):
        page.goto(f"{served.address}uplifts?year=2003-04&to=5")
        page.locator("summary").filter(has_text="contract C-0007").click(timeout=60_000)
        settle(page)
        expect(page.get_by_role("radio", name=decision)).to_be_checked(timeout=60_000)
        page.get_by_role("button", name="Record the decision").click()
        expect(page.get_by_text(said)).to_be_visible(timeout=60_000)
        settle(page)

    assert promised(register) - before == Money.parse("37515.00")
    assert register.is_clean()


def test_an_approver_approves_what_is_undisputed_of_anothers_invoice(
    served: Served, register: Register, page: Page
) -> None:
    sign_in(page, served, APPROVER)
    page.goto(f"{served.address}invoices")
    page.get_by_role("link", name="I-000001").first.click(timeout=60_000)
    expect(page.get_by_role("heading", name="Invoice I-000001")).to_be_visible(timeout=60_000)
    settle(page)
    act = form_of(page, "Approve £3,000.00, and hold £100.00")
    day(page, "Approved on", "05052003")
    act.get_by_role("button", name="See what it does").click()
    expect(page.get_by_text("It will be part approved.")).to_be_visible(timeout=60_000)
    page.get_by_role("button", name="Approve it").click()
    expect(page.get_by_text("£3,000.00 is approved.")).to_be_visible(timeout=60_000)

    assert register.actual() == "3000.00"
    assert register.is_clean()
