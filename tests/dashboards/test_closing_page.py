"""The page of the month's end: the list, closing with reasons, opening again by two people."""

from datetime import date
from urllib.parse import urlsplit

from sqlalchemy import Engine

from dashboards.pages_table import TABLE
from ledger.periods import Period
from tests.dashboards.conftest import Open, seen
from tests.support.trusts import APPROVER, CLERK, YEAR
from trust_commissioning.reports.left_to_do import items
from trust_commissioning.reports.year_end import year_items
from trust_commissioning.store import journals, reading

JUNE = {"year": "2003-04", "to": "3"}


def test_the_list_says_what_is_left_and_leads_to_where_it_is_done(look: Open, filled: list[str]):
    shown = seen(look(CLERK, "closing", **JUNE)).replace("<wbr>", "")

    assert "£123.45 of June 2003 is in Expenses:Unallocated." in shown
    assert '<a href="/journals?year=2003-04&amp;from=3&amp;to=3&amp;account=Expenses' in shown
    assert "1 contract runs in June 2003 with nothing spent or accrued." in shown
    assert 'href="/accrual?contract=C-0001&amp;period=2003-04+P03"' in shown


def test_every_link_of_the_list_is_to_a_page_there_is(engine: Engine, filled: list[str]) -> None:
    pages = {entry.url_path for entry in TABLE}
    with reading(engine) as session:
        found = [*items(session, Period(YEAR, 3)), *year_items(session, YEAR)]

    assert {urlsplit(item.where).path for item in found} <= pages


def test_a_period_is_closed_with_a_reason_for_each_thing_left(look: Open, filled: list[str]):
    page = look(CLERK, "closing", **JUNE)
    page.button[0].click().run()
    assert "Or say why 2003-04 P03 may be closed with it." in seen(page)

    for box in page.text_input:
        box.set_value("Known and small")
    page.button[0].click().run()

    assert "June 2003 is closed." in seen(page)
    assert "unallocated: Known and small" in seen(page)


def test_one_person_asks_for_a_closed_period_and_another_opens_it(look: Open, filled: list[str]):
    page = look(CLERK, "closing", **JUNE)
    for box in page.text_input:
        box.set_value("Known and small")
    page.button[0].click().run()
    page.text_input[0].set_value("An invoice came late")
    page.button[0].click().run()
    assert "somebody else must agree" in seen(page)

    other = look(APPROVER, "closing", **JUNE)
    assert "Hana Clerk asked on" in seen(other)
    other.button[0].click().run()

    assert "June 2003 is open again." in seen(other)
    assert "agreed by Piers Approver" in seen(other)


def test_an_accrual_is_entered_from_the_list_and_waits_to_be_posted(
    look: Open, engine: Engine, filled: list[str]
):
    page = look(CLERK, "accrual", contract="C-0001", period="2003-04 P03")
    assert "value would be £4,924.76." in seen(page)
    values = {"What it is for": "Placements of June", "Reference": "A-1"}
    values |= {"Rate, in pounds": "750.00"}
    for box in page.text_input:
        if box.label in values:
            box.set_value(values[box.label])
    page.button[0].click().run()

    assert "It waits for somebody else to post it." in seen(page)
    with reading(engine) as session:
        (waiting,) = journals.waiting(session)
    assert waiting.journal.debits.plain == "3214.29"
    assert waiting.journal.day == date(2003, 6, 30)


def test_an_accrual_that_cannot_be_read_says_why(look: Open, filled: list[str]):
    page = look(CLERK, "accrual", contract="C-0001", period="2003-04 P03")
    page.text_input[0].set_value("Placements of June")
    next(box for box in page.text_input if box.label == "Amount, in pounds").set_value("about ten")
    page.button[0].click().run()

    assert "It was not entered" in seen(page)
