"""The pages of needs, providers and services: what they show, what may be recorded there."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine

from contracts.providers import DocumentKind
from ledger.money import Money
from tests.dashboards.conftest import Open, seen
from tests.providing.told import COMPANY, COUNTED, ENTRY, INSURED, NEED, OAKFIELD, VIEW, but
from tests.support.trusts import AUDITOR, CLERK
from trust_commissioning import clock
from trust_commissioning.recording import EVENTS
from trust_commissioning.store import providing, reading, transaction

MARCH = {"year": "2003-04", "to": "12"}
Tell = Callable[..., None]


@pytest.fixture
def tell(engine: Engine) -> Tell:
    def do(event: str, **asked: Any) -> None:
        what = EVENTS[event]
        said = what.read(json.dumps(asked).encode(), name="test")
        with transaction(engine) as session:
            what.act(session, said, CLERK, clock.now())

    return do


def box(page, label):
    return next(one for one in page.text_input if one.label == label)


def button(page, label):
    return next(one for one in page.button if one.label == label)


def test_an_empty_register_says_what_to_do_first(look: Open) -> None:
    assert "No need is recorded yet" in seen(look(AUDITOR, "needs"))
    assert "The directory has no entry yet." in seen(look(AUDITOR, "services"))
    assert "1 provider found." in seen(look(AUDITOR, "providers"))


def test_needs_show_their_number_their_gap_and_what_was_said(tell: Tell, look: Open) -> None:
    tell("need", **NEED)
    tell("need-observation", **COUNTED)
    tell("view", **VIEW)

    page = seen(look(AUDITOR, "needs", **MARCH))

    assert "Foster homes for teenagers" in page
    assert "55" in page
    assert "Not known" in page
    assert "We want to stay at our own school." in page
    assert "0 needs found." in seen(look(AUDITOR, "needs", q="swimming", **MARCH))


def test_a_small_number_is_shown_to_those_who_keep_it_and_nobody_else(
    tell: Tell, look: Open
) -> None:
    tell("need", **NEED)
    tell("need-observation", **but(COUNTED, number=6))

    assert ">6</td>" in seen(look(CLERK, "needs", **MARCH))
    others = seen(look(AUDITOR, "needs", **MARCH))
    assert ">6</td>" not in others
    assert "Not shown (small numbers)" in others


def test_a_number_recorded_on_the_page_is_shown_on_it(tell: Tell, look: Open) -> None:
    tell("need", **NEED)
    page = look(CLERK, "needs")

    box(page, "Number").input("1,064")
    box(page, "Source").input("Return of looked-after children")
    button(page, "Record the number").click().run()

    assert "Foster homes for teenagers: 1,064 recorded." in seen(page)
    with_it = look(AUDITOR, "needs", year="2003-04", to="12")
    assert "Not known" in seen(with_it)


def test_what_cannot_be_read_is_said_and_nothing_is_recorded(
    tell: Tell, look: Open, engine: Engine
) -> None:
    tell("need", **NEED)
    page = look(CLERK, "needs")

    box(page, "Number").input("about fifty")
    button(page, "Record the number").click().run()

    assert "It was not recorded" in seen(page)
    with reading(engine) as session:
        assert providing.needs(session)["foster-teens"].observations == ()


def test_a_view_that_may_identify_a_child_is_asked_about(tell: Tell, look: Open) -> None:
    tell("need", **NEED)
    page = look(CLERK, "needs")

    next(one for one in page.text_area if one.label == "What was said").input(
        "Said by the girl born 3/4/1992"
    )
    box(page, "How it was gathered").input("A meeting")
    next(one for one in page.selectbox if one.label == "About the need").set_value("foster-teens")
    button(page, "Record the view").click().run()

    assert "No child may be identified here" in seen(page)


def test_providers_are_found_by_name_number_sector_and_whether_they_are_stopped(
    tell: Tell, look: Open
) -> None:
    tell("provider", **OAKFIELD)
    tell("provider-identifier", **COMPANY)
    tell("provider", **but(OAKFIELD, code="elm", name="Elm Homes", sector="voluntary", kinds=[]))

    assert "2 providers found." in seen(look(AUDITOR, "providers", **MARCH))
    for asked in ({"q": "01234567"}, {"sector": "private"}, {"standing": "stopped"}):
        page = seen(look(AUDITOR, "providers", **asked, **MARCH))
        assert "1 provider found." in page, asked
        assert 'href="/provider?code=oakfield&amp;year=2003-04&amp;to=12"' in page


def test_one_provider_shows_what_it_holds_and_everything_that_stops_it(
    tell: Tell, look: Open
) -> None:
    tell("provider", **OAKFIELD)
    tell("provider-identifier", **COMPANY)
    tell("provider-document", **but(INSURED, starts="2003-04-01", expires="2004-02-29"))

    page = seen(look(AUDITOR, "provider", code="oakfield", **MARCH))

    assert (
        "The public liability insurance of Oakfield Fostering expired on 29 February 2004." in page
    )
    assert "No registration of Oakfield Fostering as a fostering agency was recorded" in page
    assert "01234567" in page
    assert "1234567</td>" in page
    assert "Out of date" in page
    assert 'href="/contract?number=C-0001"' in page


def test_a_document_filed_on_the_page_is_kept_with_its_cover(
    tell: Tell, look: Open, engine: Engine
) -> None:
    tell("provider", **OAKFIELD)
    page = look(CLERK, "provider", code="oakfield")

    box(page, "Covers, as 5000000.00").input("£5,000,000.00")
    next(one for one in page.date_input if one.label == "Last day it holds").set_value(
        date(2040, 3, 31)
    )
    button(page, "File the document").click().run()

    assert "Public liability insurance: filed." in seen(page)
    with reading(engine) as session:
        (document,) = providing.provider(session, "oakfield").documents
    assert (document.kind, document.cover, document.expires) == (
        DocumentKind.PUBLIC_LIABILITY,
        Money.parse("5000000.00"),
        date(2040, 3, 31),
    )


def test_a_document_said_on_the_page_to_hold_no_more_stops_the_provider(
    tell: Tell, look: Open, engine: Engine
) -> None:
    tell("provider", **but(OAKFIELD, kinds=["goods"]))
    tell("provider-document", **but(INSURED, starts="2003-04-01", expires="2005-03-31"))
    page = look(CLERK, "provider", code="oakfield", **MARCH)

    next(one for one in page.date_input if one.label == "First day it holds no more").set_value(
        date(2004, 1, 10)
    )
    box(page, "Why it holds no more").input("The premium was not paid")
    button(page, "Record that it holds no more").click().run()

    said = seen(page)
    assert "insurance, from 1 April 2003: holds no more since 10 January 2004." in said
    assert "holds no more since 10 January 2004: “The premium was not paid.”" in said
    assert "Holds no more since 10 January 2004: The premium was not paid" in said
    with reading(engine) as session:
        (document,) = providing.provider(session, "oakfield").documents
    assert document.why == "The premium was not paid"


def test_a_site_added_on_the_page_stands_beside_the_others(
    tell: Tell, look: Open, engine: Engine
) -> None:
    tell("provider", **OAKFIELD)
    page = look(CLERK, "provider", code="oakfield")

    box(page, "The site, parted by upright strokes").input(
        "elm | Elm House | 1 Elm Road | Larkford | Wealdshire | WX1 3CD | 6"
    )
    button(page, "Add the site").click().run()

    with reading(engine) as session:
        sites = providing.provider(session, "oakfield").sites
    assert [(one.code, one.town, one.places) for one in sites] == [
        ("main", "Larkford", None),
        ("elm", "Larkford", 6),
    ]


def test_the_directory_lists_what_is_past_its_review_and_writes_to_its_owner(
    tell: Tell, look: Open
) -> None:
    tell("directory-entry", **ENTRY)
    page = look(CLERK, "services")

    assert "Stay safe 3" in seen(page)
    assert 'href="/directory/talk-time"' in seen(page)
    button(page, "Write the letter").click().run()

    assert "A letter to Commissioning office is kept." in seen(page)
    assert "was to be reviewed by 31 May 2004" in page.text[0].value


def test_an_entry_edited_on_the_page_keeps_what_was_not_touched(
    tell: Tell, look: Open, engine: Engine
) -> None:
    hours = [{"day": "MO", "opens": "16:00", "closes": "19:00"}]
    tell("directory-entry", **but(ENTRY, times=hours))
    page = look(CLERK, "services")
    which = next(one for one in page.selectbox if one.label == "Which entry")
    which.set_value("talk-time").run()

    box(page, "When it is open").input("Weekdays, 4 to 7")
    button(page, "Keep the entry").click().run()

    assert "Kept: Talk Time counselling." in seen(page)
    with reading(engine) as session:
        found = providing.entry(session, "talk-time")
    assert found.when == "Weekdays, 4 to 7. Monday 16:00 to 19:00"
    assert found.places[0].access == "A ramp at the side door"
    assert found.costs[0].amount == Money(0)
    assert found.contacts[0].email == "talk@time.example"
    assert (found.minimum_age, found.areas) == (11, ("Wealdshire",))


def test_who_may_only_read_is_offered_nothing_to_record(tell: Tell, look: Open) -> None:
    tell("need", **NEED)
    tell("directory-entry", **ENTRY)

    for page in ("needs", "providers", "provider", "services"):
        assert not look(AUDITOR, page).expander, page
