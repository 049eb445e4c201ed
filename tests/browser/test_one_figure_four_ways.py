"""A board's figure is the same on the page, from the command, in the books and on Fava's page."""

import csv
import io
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect

from ledger.money import Money
from ledger.outcomes import NOT_ATTRIBUTED, Outcome
from tests.publishing.conftest import compared
from tests.support.browser import sign_in
from tests.support.demo import KeptDemo
from tests.support.forked import command
from tests.web.conftest import Served, publish, serving
from trust_commissioning import settings
from trust_commissioning.publishing import Figures
from trust_commissioning.store import engine_for

pytestmark = pytest.mark.slow

AUDITOR = "a.brindle"
YEAR = "2004-05"
SPENT = "SELECT any_meta('outcome') AS outcome, sum(number) AS spent WHERE account ~ '^Expenses:'"
BY_OUTCOME = f"{SPENT} GROUP BY outcome ORDER BY outcome"
KEYS = {outcome.title: outcome.value for outcome in Outcome} | {"Not attributed": NOT_ATTRIBUTED}

ByOutcome = dict[str, str]
"""What each outcome has cost, by its key, as ``1250.00``."""


@pytest.fixture(scope="module")
def served(kept_demo: KeptDemo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    made = settings.load({}, tmp_path_factory.mktemp("demo") / "data")
    kept_demo.copied_to(made.data_dir)
    publish(made)
    with serving(made) as running:
        yield running
    engine_for(made.url).dispose()


def test_the_page_the_command_the_books_and_fava_say_the_same_to_the_penny(
    served: Served, kept_demo: KeptDemo, page: Page
) -> None:
    command = by_command(served)
    books = by_bean_query(served)
    sign_in(page, served, AUDITOR, kept_demo.told.passwords[AUDITOR])
    board = by_board(page, served)
    fava = by_fava(page, served)

    assert Money.total(map(Money.parse, command.values())) == Money.parse("16460595.74")
    assert command["stay_safe"] == "4845396.83"
    assert board == command
    assert books == command
    assert fava == command


def test_every_figure_of_every_book_of_the_demo_agrees_with_beancounts_own(served: Served) -> None:
    found = Figures.read(served.settings.books_dir)

    assert found is not None
    assert len(found.books) == 6
    for name in found.books:
        both = compared(served.settings.books_dir, name)
        assert both.sequence == found.head.sequence, name
        assert both.funds, name
        assert both.differences == 0, name


def by_command(served: Served) -> ByOutcome:
    words = ["report", "outcome-spend", "--year", YEAR, "--json"]
    place = ["--data", str(served.settings.data_dir)]
    said = command(*words, *place)
    return {row["outcome"]: row["actual"] for row in json.loads(said.stdout)["rows"]}


def by_bean_query(served: Served) -> ByOutcome:
    query = Path(sys.executable).with_name("bean-query")
    book = served.settings.books_dir / YEAR / "actual.beancount"
    said = subprocess.run(
        [query, "-f", "csv", book, BY_OUTCOME], capture_output=True, text=True, check=True
    )
    rows = csv.reader(io.StringIO(said.stdout))
    next(rows)
    return {outcome or NOT_ATTRIBUTED: spent.strip() for outcome, spent in rows}


def by_board(page: Page, served: Served) -> ByOutcome:
    page.goto(f"{served.address}?year={YEAR}&to=13")
    table = page.get_by_role("table").filter(has_text="Not attributed").first
    expect(table).to_contain_text("Total", timeout=60_000)
    found = {}
    for row in table.get_by_role("row").all():
        cells = [cell.strip() for cell in row.locator("td, th").all_inner_texts()]
        if cells[0] in KEYS:
            found[KEYS[cells[0]]] = cells[3].replace("£", "").replace(",", "")
    return found


def by_fava(page: Page, served: Served) -> ByOutcome:
    book = f"/books/{YEAR}-actual-wealdshire-childrens-trust"
    asked = urlencode({"query_string": BY_OUTCOME})
    page.goto(f"{served.address.rstrip(chr(47))}{book}/query/?{asked}")
    table = page.locator("table").filter(has_text="stay_safe")
    expect(table).to_be_visible(timeout=60_000)
    found = {}
    for row in table.locator("tbody tr").all():
        outcome, spent = (cell.strip() for cell in row.locator("td").all_inner_texts())
        key = NOT_ATTRIBUTED if outcome in ("", "None") else outcome
        found[key] = Money.parse(spent.replace(",", "")).plain
    return found
