"""A page asks again who is looking: the menu alone keeps nobody out."""

from pathlib import Path

import pytest
from sqlalchemy import Engine
from streamlit.testing.v1 import AppTest

from dashboards.pages_table import FOLDER, TABLE
from tests.dashboards.conftest import APP, Open, seen, signed_in
from tests.support.trusts import AUDITOR, CLERK


@pytest.mark.parametrize(
    ("username", "file", "refusal"),
    [
        (AUDITOR, "journal_entry", "may not enter a journal"),
        (AUDITOR, "import_spend", "may not import a file"),
        (CLERK, "approvals", "may not post a journal"),
    ],
)
def test_a_page_refuses_a_role_that_does_not_hold_its_action(
    engine: Engine, username: str, file: str, refusal: str
) -> None:
    page = AppTest.from_file(str(FOLDER / f"{file}.py"), default_timeout=30)
    page.user = {"sid": signed_in(engine, username)}

    page.run()

    assert refusal in page.error[0].value
    assert not page.title


def test_the_address_of_a_page_that_is_not_for_a_role_says_whose_it_is_and_where_theirs_begin(
    look: Open,
) -> None:
    page = look(CLERK, "people")

    assert [one.value for one in page.title] == ["People"]
    assert page.error[0].value == "You are signed in as finance officer and may not manage people."
    said = seen(page)
    assert "This page is for: administrator." in said
    assert '<a href="/today" target="_self">What needs doing today</a>' in said


@pytest.mark.parametrize(
    ("username", "title"), [(CLERK, "What needs doing today"), (AUDITOR, "The board’s page")]
)
def test_who_comes_in_by_the_front_door_is_led_to_their_first_page(
    engine: Engine, filled: list[str], username: str, title: str
) -> None:
    page = AppTest.from_file(str(APP), default_timeout=30)
    page.user = {"username": username, "sid": signed_in(engine, username)}
    page.query_params["year"] = "2003-04"

    page.run()

    assert title in seen(page) + str([one.value for one in page.title])
    assert page.query_params["year"] == "2003-04"


@pytest.mark.parametrize("entry", TABLE, ids=lambda entry: entry.file)
def test_a_page_shows_nothing_to_nobody(engine: Engine, entry: object) -> None:
    page = AppTest.from_file(str(entry.path), default_timeout=30)  # type: ignore[attr-defined]
    page.user = {"sid": "made up"}

    page.run()

    assert "You are not signed in" in page.error[0].value
    assert not page.title


@pytest.mark.parametrize("file", sorted(path.name for path in FOLDER.glob("*.py")))
def test_each_page_says_who_reads_it(file: str) -> None:
    text = Path(FOLDER, file).read_text(encoding="utf-8")

    assert text.startswith('"""')
    assert "Reader: " in text.split('"""')[1]
