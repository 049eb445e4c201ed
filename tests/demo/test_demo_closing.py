"""The demo trust's first year is closed for good, with what a reader may want to look into."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from ledger.money import NIL
from ledger.periods import FinancialYear, Period
from tests.support.demo import AT, KeptDemo
from trust_commissioning import closing
from trust_commissioning.demo import definition
from trust_commissioning.demo.banking import POOLED
from trust_commissioning.reports import REPORTS, Scope
from trust_commissioning.reports.left_to_do import left_to_do
from trust_commissioning.store import bank, journals, reading
from trust_commissioning.store import closing as record

pytestmark = pytest.mark.slow
FIRST, SECOND = FinancialYear(2003), FinancialYear(2004)


@pytest.fixture(scope="module")
def loaded(kept_demo: KeptDemo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with kept_demo.copy(tmp_path_factory.mktemp("demo")) as engine:
        yield engine


@pytest.fixture
def session(loaded: Engine) -> Iterator[Session]:
    with reading(loaded) as opened:
        yield opened


def test_the_first_year_is_closed_for_good_and_the_second_is_open(session: Session) -> None:
    states = {(str(one.period.year), one.status) for one in closing.periods(session)}

    assert states == {("2003-04", "closed"), ("2004-05", "open")}
    assert record.is_finally_closed(session, FIRST)
    assert not record.is_finally_closed(session, SECOND)


def test_one_period_was_opened_again_and_every_report_of_its_year_says_so(
    session: Session,
) -> None:
    (again,) = record.reopenings(session, FIRST)

    assert again.period == Period(FIRST, 9)
    made = REPORTS["trial-balance"](session, Scope(None, FIRST), AT)
    assert "December 2003 was closed and opened again" in made.notes[0]


def test_every_accrual_is_reversed_in_the_period_after_its_own(session: Session) -> None:
    every = {one.number: one.journal for one in journals.posted(session)}
    reversed_in = {one.reverses: one.period for one in every.values() if one.reverses}
    accrued = [number for number, one in every.items() if one.source in ("accrual", "prepayment")]

    assert len(accrued) == len(definition.events().accruals) == 5
    assert {str(every[n].period): str(reversed_in[n]) for n in accrued} == {
        "2003-04 P03": "2003-04 P04",
        "2003-04 P06": "2003-04 P07",
        "2003-04 P09": "2003-04 P10",
        "2003-04 P13": "2004-05 P01",
    }
    assert record.unreversed(session) == ()


def test_the_last_month_has_something_left_to_do(session: Session) -> None:
    left = {item.key: item.amount.plain for item in left_to_do(session, definition.LAST_PERIOD)}

    assert {"submitted", "unallocated", "not_attributed", "host_balance"} <= left.keys()
    assert left["host_balance"] == "1250.00"


def test_the_bank_of_the_mental_health_pool_has_a_charge_the_books_do_not_know(
    session: Session,
) -> None:
    (row,) = REPORTS["bank-reconciliation"](session, Scope("camhs-pool", SECOND, 8), AT).rows

    assert {key: str(row[key]) for key in ("in_books", "unpresented", "to_enter", "statement")} == {
        "in_books": "-£16,094.06",
        "unpresented": "-£83,823.74",
        "to_enter": "-£48.60",
        "statement": "£67,681.08",
    }
    assert row["apart"] == NIL
    assert [one.words for one in bank.lines(session, POOLED, loose=True)] == [
        "Charges of the quarter"
    ]
