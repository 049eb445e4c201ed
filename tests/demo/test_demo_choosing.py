"""The demo trust buys, monitors and reviews: something to award, something late, a pattern to see."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from ledger.periods import FinancialYear
from tests.support.demo import AT, KeptDemo
from trust_commissioning.reports import REPORTS, Report, Scope
from trust_commissioning.store import reading

pytestmark = pytest.mark.slow

NOVEMBER = Scope(None, FinancialYear(2004), 8)


@pytest.fixture(scope="module")
def loaded(kept_demo: KeptDemo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with kept_demo.copy(tmp_path_factory.mktemp("demo")) as engine:
        yield engine


def shown(loaded: Engine, name: str) -> Report:
    with reading(loaded) as session:
        return REPORTS[name](session, NOVEMBER, AT)


def test_a_tie_waits_for_somebody_to_decide(loaded: Engine) -> None:
    report = shown(loaded, "procurements")

    waiting = next(row for row in report.rows if row["reference"] == "PR-2004-02")
    assert (waiting["state"], waiting["bids"]) == ("Evaluated", 3)
    (lodgings,) = [part for part in report.parts if part.key == "results-PR-2004-02-lodgings"]
    assert [row["place"] for row in lodgings.rows] == ["1, tied", "1, tied"]


def test_a_home_with_several_concerns_is_a_pattern_and_a_low_measure_is_not(loaded: Engine) -> None:
    rows = {row["contract"]: row for row in shown(loaded, "monitoring-due").rows}

    assert rows["C-0035"]["comes_to"] == "A pattern: act on it"
    assert rows["C-0031"]["comes_to"] == "Watch"
    assert {row["standing"] for row in rows.values()} == {
        "Late",
        "No cycle set",
        "Due within a month",
        "On time",
    }


def test_a_finding_of_the_inspection_is_not_answered_yet(loaded: Engine) -> None:
    states = [row["state"] for row in shown(loaded, "combined-action-plan").rows]

    assert states == ["Open", "Late", "Done", "Not answered"]


def test_one_review_is_decided_and_one_waits(loaded: Engine) -> None:
    report = shown(loaded, "reviews")

    assert [row["decision"] for row in report.rows] == ["Go on as it is", "Not decided yet"]
    assert all(part.rows for part in report.parts)
