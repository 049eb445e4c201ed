"""What a page is asked is saved under a name, and is one click away for whoever saved it."""

import re
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from sqlalchemy import Engine
from streamlit.testing.v1 import AppTest

from dashboards.pages_table import FOLDER, TABLE
from tests.dashboards.conftest import Open, seen
from tests.support.trusts import APPROVER, AT, CLERK
from trust_commissioning import saved_views
from trust_commissioning.store import reading, transaction

TITLE = "Your views"
OF_ONE_THING = {"accrual", "bank", "closing", "grant", "provider"}
"""Pages whose boxes choose the one thing that is shown or done."""


def press(page: AppTest, words: str) -> None:
    next(one for one in page.button if one.label == words).click().run()
    assert not page.exception, page.exception[0].message


def name(page: AppTest, words: str) -> None:
    """Save what the page is asked."""
    field(page, "Name of this view").set_value(words)
    press(page, "Save it")


def field(page: AppTest, label: str) -> Any:
    return next(one for one in page.text_input if one.label == label)


def folds(page: AppTest) -> list[str]:
    return [one.label for one in page.expander if "view" in one.label]


def links(page: AppTest) -> dict[str, str]:
    """The views the page offers, each with its address."""
    row = next((one.body for one in page.html if f'aria-label="{TITLE}"' in one.body), "")
    found = re.findall(r'<a href="([^"]*)"[^>]*>([^<]*)</a>', row)
    return {unescape(words): unescape(to) for to, words in found}


def current(page: AppTest) -> list[str]:
    return re.findall(r'aria-current="page">([^<]*)</a>', seen(page))


def follow(look: Open, who: str, to: str) -> AppTest:
    parts = urlsplit(to)
    return look(who, parts.path.removeprefix("/"), **dict(parse_qsl(parts.query)))


def held(engine: Engine, who: str = CLERK) -> list[tuple[str, str, str]]:
    with reading(engine) as session:
        return [(one.page, one.name, one.asked) for one in saved_views.saved_by(session, who)]


def test_a_page_that_is_asked_nothing_and_has_no_view_says_nothing_of_views(
    look: Open, filled: list[str]
) -> None:
    for page in ("contracts", "call-offs", "journals", "reports", "calendar", "budgets"):
        shown = look(CLERK, page)
        assert folds(shown) == [], page
        assert TITLE not in seen(shown), page


def test_what_a_page_is_asked_is_saved_come_back_to_and_removed(
    look: Open, engine: Engine, filled: list[str]
) -> None:
    page = look(CLERK, "contracts", q="foster", form="block")
    assert folds(page) == ["Save this view"]
    name(page, "  High cost   placements ")

    assert held(engine) == [("contracts", "High cost placements", "form=block&q=foster")]
    assert "Saved as “High cost placements”." in seen(page)
    assert current(page) == ["High cost placements"]

    plain = look(CLERK, "contracts")
    assert links(plain) == {"High cost placements": "/contracts?form=block&q=foster"}
    assert current(plain) == []
    back = follow(look, CLERK, links(plain)["High cost placements"])
    assert field(back, "Search").value == "foster"
    assert next(one for one in back.selectbox if one.label == "Kind").value == "block"
    assert current(back) == ["High cost placements"]

    press(back, "Remove “High cost placements”")
    assert held(engine) == []
    assert "Removed “High cost placements”." in seen(back)
    assert folds(look(CLERK, "contracts")) == []


def test_a_view_moves_on_with_the_books_unless_its_time_was_chosen(
    look: Open, engine: Engine, filled: list[str]
) -> None:
    page = look(CLERK, "reports", report="budget")
    assert page.query_params["year"] == "2003-04"
    name(page, "The budget")
    another = look(CLERK, "reports", report="budget", to="2")
    name(another, "The budget in May")

    assert held(engine) == [
        ("reports", "The budget", "report=budget"),
        ("reports", "The budget in May", "report=budget&to=2&year=2003-04"),
    ]


def test_which_page_of_a_list_was_turned_to_is_no_part_of_a_view(
    look: Open, engine: Engine, filled: list[str]
) -> None:
    page = look(CLERK, "journals", book="actual")
    page.query_params["page"] = "2"
    page.run()
    name(page, "Actual")

    assert held(engine) == [("journals", "Actual", "book=actual")]


def test_a_name_that_is_taken_is_refused_and_the_other_goes_only_if_that_is_said(
    look: Open, engine: Engine, filled: list[str]
) -> None:
    name(look(CLERK, "journals", book="actual"), "Mine")
    page = look(CLERK, "journals", book="budget")
    name(page, "Mine")
    assert "You have a view “Mine” of this page already" in seen(page)
    assert held(engine) == [("journals", "Mine", "book=actual")]

    press(page, "Put it in place of that one")
    assert held(engine) == [("journals", "Mine", "book=budget")]
    assert "Saved as “Mine”." in seen(page)
    assert "It was not saved" not in seen(page)


def test_a_view_without_a_name_is_refused_with_the_reason(look: Open, filled: list[str]) -> None:
    page = look(CLERK, "journals", book="actual")
    name(page, " ")

    assert "The name of a view has one character at least and 60 at most." in seen(page)
    assert "Put it in place of that one" not in [one.label for one in page.button]


def test_another_persons_views_are_not_seen(look: Open, filled: list[str]) -> None:
    name(look(CLERK, "journals", book="actual"), "Only mine")

    for page in (look(APPROVER, "journals", book="actual"), look(APPROVER, "today")):
        assert "Only mine" not in seen(page)


def test_a_name_is_shown_as_it_was_typed_whatever_is_in_it(look: Open, filled: list[str]) -> None:
    odd = '<b>*a* [b](c) & "d"</b>'
    name(look(CLERK, "journals", book="actual"), odd)
    page = look(CLERK, "journals")

    assert "&lt;b&gt;*a* [b](c) &amp; &quot;d&quot;&lt;/b&gt;" in seen(page)
    (button,) = [one.label for one in page.button if one.label.startswith("Remove")]
    assert r"\<b\>\*a\* \[b\]\(c\) \& \"d\"\<\/b\>" in button


def test_todays_page_lists_the_views_of_all_pages_a_person_may_open(
    look: Open, engine: Engine, filled: list[str]
) -> None:
    assert TITLE not in seen(look(CLERK, "today"))
    with transaction(engine) as session:
        for page, words in (("journals", "Actual"), ("people", "Not mine"), ("gone", "No page")):
            saved_views.save(session, page, words, "book=actual", by=CLERK, at=AT)
    today = look(CLERK, "today")

    assert [one.value for one in today.header][-1] == TITLE
    shown = seen(today)
    assert '<a href="/journals?book=actual" target="_self">Actual (Journals)</a>' in shown
    assert "Not mine" not in shown
    assert "No page" not in shown


@pytest.mark.parametrize("entry", TABLE, ids=lambda entry: entry.file)
def test_every_page_with_boxes_in_its_address_offers_views_under_its_own_name(entry: Any) -> None:
    text = (FOLDER / f"{entry.file}.py").read_text("utf-8")
    boxes = re.findall(r'address\.Address\("([a-z-]+)"\)', text)
    if boxes and entry.file not in OF_ONE_THING:
        assert boxes == [entry.url_path]
        assert len(re.findall(r"saved_views\.offer\(viewer, (?:boxes|BOXES)\)", text)) == 1
