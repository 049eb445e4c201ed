"""`trust check` finds a contract, or an uplift, that was changed past its services."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine, insert
from sqlmodel import SQLModel

from tests.commissioning.conftest import ADMIN, AT, CHECKER, COMMISSIONER, NUMBER, Record
from trust_commissioning.checking import check
from trust_commissioning.clock import as_text
from trust_commissioning.store import reading, transaction
from trust_commissioning.store.tables import ContractMoveRow, UpliftDecisionRow, table_of

Codes = Callable[[], list[str]]


@pytest.fixture
def codes(trust: Engine) -> Codes:
    def look() -> list[str]:
        with reading(trust) as session:
            return [one.code for one in check(session)]

    return look


def write(trust: Engine, table: type[SQLModel], **values: Any) -> None:
    with transaction(trust) as session:
        session.execute(insert(table_of(table)).values(recorded_at=as_text(AT), **values))


def put_in(record: Record) -> None:
    record(
        "uplift", contract=NUMBER, reference="U-1", day="2003-09-01", starts="2003-10-01",
        reason="Fees", percent="3",
    )  # fmt: skip


def test_a_contract_that_lived_by_its_table_is_as_it_must_be(
    signed: None, record: Record, codes: Codes
) -> None:
    record("variation", contract="C-0001", reference="V", day="2003-06-01", reason="x",
           notice_months=3)  # fmt: skip
    put_in(record)
    decided = {"uplift": "U-1", "day": "2003-09-10"}
    record("uplift-decision", by=CHECKER, **decided, step="checked")
    record(
        "uplift-decision", by=ADMIN, **decided, step="applied",
        override={"reason": "Before the budget is agreed"},
    )  # fmt: skip
    record("contract-end", contract=NUMBER, reference="E", day="2004-01-05", how="ended",
           last_day="2004-03-31", reason="x")  # fmt: skip

    assert codes() == []


def test_a_move_that_does_not_lead_where_it_says_is_found(
    trust: Engine, signed: None, codes: Codes
) -> None:
    write(
        trust, ContractMoveRow, contract=NUMBER, turn=2, event="vary", state="ended",
        day=date(2003, 10, 1), recorded_by=COMMISSIONER,
    )  # fmt: skip

    assert "contract_moved_past_its_table" in codes()


def test_an_uplift_one_person_put_in_and_applied_is_found(
    trust: Engine, signed: None, record: Record, codes: Codes
) -> None:
    put_in(record)
    write(
        trust, UpliftDecisionRow, uplift="U-1", turn=1, step="applied", day=date(2003, 9, 10),
        reason="", recorded_by=COMMISSIONER,
    )  # fmt: skip

    found = codes()
    assert "uplift_of_one_person" in found
    assert "uplift_differs_from_prices" in found
