"""A name somebody gave stands on a page as its letters, and never as a link, a picture or a formula."""

import re

import pytest
from streamlit.testing.v1 import AppTest

HOSTILE = "[Sign in again](https://elsewhere.example) ![](/sign-out) $x$ :red[now] `a` *b*"


def _heading(words: str) -> None:
    from dashboards import show

    show.heading(words)


def _section(words: str) -> None:
    from dashboards import show

    show.section(words)


@pytest.mark.parametrize(("drawn", "kind"), [(_heading, "title"), (_section, "header")])
def test_a_name_in_a_heading_is_its_letters(drawn, kind) -> None:
    """A provider, a lot or a person is named by one and read of by all, as far as the board."""
    page = AppTest.from_function(drawn, kwargs={"words": HOSTILE}).run()
    (shown,) = [one.value for one in page.get(kind)]

    assert re.sub(r"\\(.)", r"\1", shown) == HOSTILE
    assert not re.search(r"[\[\]$`*]|:\w", re.sub(r"\\.", "", shown))


@pytest.mark.parametrize("words", ["Month end: April 2003", "Concerns (3)", "Contract C-0001"])
def test_what_is_no_markdown_stays_as_it_is_written(words) -> None:
    page = AppTest.from_function(_heading, kwargs={"words": words}).run()

    assert [one.value for one in page.title] == [words]
