"""A page asks again who is looking: the menu alone keeps nobody out."""

from pathlib import Path

import pytest
from sqlalchemy import Engine
from streamlit.testing.v1 import AppTest

from dashboards.pages_table import FOLDER, TABLE
from tests.dashboards.conftest import signed_in
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
