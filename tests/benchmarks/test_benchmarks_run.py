"""The benchmarks run from end to end, and their figures are the same by every route."""

import json
import subprocess
import sys
from dataclasses import replace

import pytest

from benchmarks import made_up, pages
from benchmarks.measuring import Table
from dashboards.pages_table import TABLE
from ledger.journal import Book, Posting
from ledger.money import NIL
from ledger.periods import Period
from tests.support.shared import PROJECT
from trust_commissioning.roles import Role, may


@pytest.mark.long
def test_the_quick_benchmark_measures_every_part_and_every_figure_agrees() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--quick", "--json"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    tables = json.loads(done.stdout)["tables"]
    assert [table["part"] for table in tables] == ["a", "b", "b", "c", "d", "d", "e", "f", "g"]
    assert [table["differs"] for table in tables] == [[]] * 9
    assert all(row["total agrees"] for row in tables[0]["rows"])
    assert [row["the same"] for row in tables[3]["rows"]] == [True]


def test_a_figure_that_differs_is_named_and_fails_the_run() -> None:
    table = Table("c", "Outcome spend", ("journals", "the same"))

    table.add(1, table.same("outcome spend", "£1.00", "£1.01"))

    assert "NOT THE SAME – outcome spend: £1.00 and £1.01" in table.as_text()
    assert table.as_json()["differs"] == ["outcome spend: £1.00 and £1.01"]


def test_the_trust_has_the_same_codings_in_each_month_however_much_it_posts() -> None:
    def codings(postings: int) -> set[tuple[Book, str, Period, Posting]]:
        return {
            (journal.book, journal.fund, journal.period, replace(line, amount=NIL, contract=None))
            for journal in made_up.journals(postings, years=made_up.years_of(postings))
            if journal.period.year == made_up.LAST_YEAR
            for line in journal.postings
        }

    assert codings(10_000) == codings(60_000)


def test_every_page_of_the_pool_manager_is_timed_once_beside_favas() -> None:
    timed = pages.pages()
    ours = [one.title for one in timed if one.ours]

    assert ours == [entry.title for entry in TABLE if may(Role.POOL_MANAGER, entry.action)]
    assert len({one.title for one in timed}) == len(timed)
    assert sum(not one.ours for one in timed) == 4
