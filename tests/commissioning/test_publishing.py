"""A published register taken in: once, whole, with its flags, and no contract made of it."""

from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from ledger.problems import Refused
from tests.commissioning.conftest import ADMIN, AT, AUDITOR, COMMISSIONER
from tests.files.test_contracts_register import CODE, row
from tests.importing.files import as_csv
from trust_commissioning.commissioning.publishing import RegisterLoaded, load_register
from trust_commissioning.store import contracts, reading, transaction
from trust_commissioning.store.tables import AuditEventRow


def load(trust: Engine, *rows: list[str], by: str = ADMIN, **said: Any) -> RegisterLoaded:
    data = as_csv([CODE, *rows]).encode()
    with transaction(trust) as session:
        return load_register(session, data, name="contracts.csv", by=by, at=AT, **said)


def test_the_answer_has_the_promised_keys_and_every_odd_value(trust: Engine) -> None:
    answer = load(trust, row(), row(ReferenceNumber="DN2", EndDate="Rolling")).as_json()

    assert len(str(answer.pop("file_sha256"))) == 64
    assert answer == {
        "batch": "B-00001",
        "rows_read": 2,
        "rows_posted": 2,
        "rows_skipped": {},
        "rows_loaded_before": 0,
        "total": "1760000.00",
        "control_total": None,
        "journals": 0,
        "not_attributed": "0.00",
        "contracts": 2,
        "flags": [
            {
                "row": 3,
                "reference": "DN2",
                "column": "ends",
                "printed": "Rolling",
                "words": "is not a day",
            }
        ],
        "dry_run": False,
        "warnings": [],
        "problems": [],
    }


def test_the_same_file_again_is_the_same_register(trust: Engine) -> None:
    load(trust, row())

    again = load(trust, row())

    assert (again.already, again.batch, again.as_json()["rows_posted"]) == (True, "B-00001", 0)
    with reading(trust) as session:
        assert len(contracts.published(session)) == 1


def test_a_preview_keeps_nothing(trust: Engine) -> None:
    assert load(trust, row(), dry_run=True).batch is None

    with reading(trust) as session:
        assert contracts.published(session) == []


def test_it_makes_no_contract_and_keeps_each_line_as_printed(trust: Engine) -> None:
    load(trust, row(ContractValue="TBC"))

    with reading(trust) as session:
        (found,) = contracts.published(session)
        assert contracts.contract(session, "DN100200") is None
        acts = set(session.exec(select(AuditEventRow.action)))
    assert (found.value, found.cells["ContractValue"]) == (None, "TBC")
    assert [(flag.column, flag.printed) for flag in found.flags] == [("value", "TBC")]
    assert "contracts_register_loaded" in acts


def test_the_latest_register_of_a_publisher_stands_for_it(trust: Engine) -> None:
    load(trust, row(), row(ReferenceNumber="DN2"))
    load(trust, row(OrganisationLabel="Another Council", ReferenceNumber="DN9"))
    load(trust, row(ReferenceNumber="DN3"))

    with reading(trust) as session:
        found = [(one.publisher, one.number) for one in contracts.published(session)]
    assert found == [("Another Council", "DN9"), ("Midshire County Council", "DN3")]


def test_a_file_with_any_problem_is_refused_whole(trust: Engine) -> None:
    with pytest.raises(Refused) as refused:
        load(trust, row(), [*row(), "more"])

    assert refused.value.codes == ("row_too_long",)
    with reading(trust) as session:
        assert contracts.published(session) == []


def test_only_who_keeps_the_register_takes_a_published_one_in(trust: Engine) -> None:
    assert load(trust, row(), by=COMMISSIONER).batch == "B-00001"
    with pytest.raises(Refused) as refused:
        load(trust, row(ReferenceNumber="DN2"), by=AUDITOR)

    assert refused.value.codes == ("not_permitted",)


def test_a_text_that_may_name_a_child_is_asked_about(trust: Engine) -> None:
    warnings = load(trust, row(Description="For the child born on 3/5/1994")).warnings

    assert {one.column for one in warnings} == {"Description"}
