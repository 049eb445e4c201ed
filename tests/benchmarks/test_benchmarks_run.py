"""The benchmarks run from end to end, and their figures are the same by every route."""

import json
import subprocess
import sys

import pytest

from benchmarks.measuring import Table
from tests.support.shared import PROJECT


@pytest.mark.slow
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
    assert [table["part"] for table in tables] == ["a", "b", "c", "d", "d", "e"]
    assert [table["differs"] for table in tables] == [[]] * 6
    assert all(row["total agrees"] for row in tables[0]["rows"])
    assert [row["the same"] for row in tables[2]["rows"]] == [True]


def test_a_figure_that_differs_is_named_and_fails_the_run() -> None:
    table = Table("c", "Outcome spend", ("journals", "the same"))

    table.add(1, table.same("outcome spend", "£1.00", "£1.01"))

    assert "NOT THE SAME – outcome spend: £1.00 and £1.01" in table.as_text()
    assert table.as_json()["differs"] == ["outcome spend: £1.00 and £1.01"]
