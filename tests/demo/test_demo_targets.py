"""The demo trust's measures for children: every outcome is followed, nobody can be told."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from contracts.targets import Course
from ledger.periods import FinancialYear
from tests.support.demo import AT, KeptDemo
from trust_commissioning.reports import REPORTS, Report, Scope
from trust_commissioning.store import reading

pytestmark = pytest.mark.slow

YEAR = FinancialYear(2003)


@pytest.fixture(scope="module")
def loaded(kept_demo: KeptDemo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with kept_demo.copy(tmp_path_factory.mktemp("demo")) as engine:
        yield engine


def shown(loaded: Engine, name: str) -> Report:
    with reading(loaded) as session:
        return REPORTS[name](session, Scope(None, YEAR, 12), AT)


def test_every_outcome_has_a_target_and_every_course_is_there(loaded: Engine) -> None:
    report = shown(loaded, "outcome-targets")
    targets = [row for row in report.rows if row["target"]]

    assert len({row["outcome"] for row in targets}) == 5
    assert {row["course"] for row in targets} == {course.value for course in Course}
    assert {part.key: len(part.rows) for part in report.parts} == {
        "by-outcome": 6,
        "observed": 10,
        "trajectories": 23,
        "agreed": 0,
        "revised": 1,
        "mapped": 1,
    }


def test_four_children_under_five_are_not_shown(loaded: Engine) -> None:
    (row,) = [
        one for one in shown(loaded, "outcome-targets").rows if one["of_whom"] == "Under five"
    ]

    assert row["progress"] == "No judgement: the numbers are too small to show"


def test_adoptions_stand_beside_what_the_adoption_service_cost(loaded: Engine) -> None:
    """36 adoptions are published as 35."""
    report = shown(loaded, "value-for-money")
    ((row,),) = [part.rows for part in report.parts if part.key == "outcome-units"]

    assert (row["figure"], row["service"]) == ("35 children", "adoption")
    assert row["spent"].pence > row["each"].pence > 0
