"""The contracts register as a report: as signed and as varied, what comes, what was printed oddly."""

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import Engine

from ledger.periods import FinancialYear
from tests.commissioning.conftest import ADMIN, AT, CONTRACT, NUMBER, Record
from tests.files.test_contracts_register import CODE, row
from tests.importing.files import as_csv
from trust_commissioning.commissioning import load_register
from trust_commissioning.reports import REPORTS, Report, Scope
from trust_commissioning.reports.contract_register import Wanted, register_of
from trust_commissioning.store import reading, transaction


def report(trust: Engine, to: int = 12, **wanted: str) -> Report:
    with reading(trust) as session:
        scope = Scope(None, FinancialYear(2003), to)
        if wanted:
            return register_of(session, scope, AT, Wanted(**wanted))
        return REPORTS["contract-register"](session, scope, AT)


def numbers(found: Report) -> list[str]:
    return [str(row["number"]) for row in found.rows]


def part(found: Report, key: str) -> list[Mapping[str, Any]]:
    return [dict(row) for one in found.parts if one.key == key for row in one.rows]


@pytest.fixture
def varied(signed: None, record: Record) -> None:
    """£60,000 more from October, a lower price from January."""
    record(
        "variation", contract=NUMBER, reference="V1", day="2003-10-01", reason="More placements",
        value="360000.00",
    )  # fmt: skip
    record(
        "variation", contract=NUMBER, reference="V2", day="2004-01-01", reason="Cheaper",
        value="340000.00",
    )  # fmt: skip


def test_each_contract_has_its_value_as_signed_and_as_it_stands_on_the_day(
    trust: Engine, varied: None
) -> None:
    october, march = report(trust, 7), report(trust, 12)

    assert [row["value"].plain for row in october.rows] == ["24000.00", "360000.00"]
    assert [row["value"].plain for row in march.rows] == ["24000.00", "340000.00"]
    assert [row["changed"].plain for row in march.rows] == ["0.00", "40000.00"]
    assert {key: cell.plain for key, cell in march.totals.items()} == {
        "value_signed": "324000.00",
        "value": "364000.00",
        "changed": "40000.00",
    }
    assert next(row["irrecoverable_vat"] for row in march.rows) == ""


def test_what_comes_within_six_months_is_listed_by_day(trust: Engine, signed: None) -> None:
    found = part(report(trust, 6), "coming")

    assert [(row["number"], row["day"], row["what"]) for row in found] == [
        ("C-0001", "31 March 2004", "Lapses")
    ]


def test_what_is_due_or_late_over_all_contracts_is_a_calendar(
    trust: Engine, signed: None, record: Record
) -> None:
    def due(to: int) -> list[tuple[str, str]]:
        return [(str(row["day"]), str(row["stands"])) for row in part(report(trust, to), "due")]

    assert due(3) == [("30 April 2003", "Late")]
    record(
        "obligation-met", contract=NUMBER, reference="M-1", obligation="insurance",
        due="2003-04-30", day="2003-05-09",
    )  # fmt: skip

    assert due(1) == [("30 April 2003", "To come")]
    assert due(3) == []
    assert due(7) == [("30 April 2004", "To come")]


def test_the_register_is_narrowed_by_words_and_choices(trust: Engine, varied: None) -> None:
    assert numbers(report(trust, words="BRIGHT foster")) == [NUMBER]
    assert numbers(report(trust, provider="haven")) == ["C-0001"]
    assert numbers(report(trust, service="respite")) == ["C-0001", NUMBER]
    assert numbers(report(trust, form="framework")) == [NUMBER]
    assert numbers(report(trust, phase="in_force")) == ["C-0001", NUMBER]
    assert numbers(report(trust, coming="lapses")) == ["C-0001"]
    assert numbers(report(trust, fund="nowhere")) == []


def test_a_contract_is_found_by_what_it_is_called_on_the_day(
    trust: Engine, signed: None, record: Record
) -> None:
    record(
        "variation", contract=NUMBER, reference="V1", day="2003-10-01", reason="Renamed",
        title="Family placements 100%",
    )  # fmt: skip

    assert numbers(report(trust, to=12, words="family")) == [NUMBER]
    assert numbers(report(trust, to=6, words="family")) == []
    assert numbers(report(trust, to=6, words="agency")) == [NUMBER]
    assert numbers(report(trust, to=12, words="100%")) == [NUMBER]
    assert numbers(report(trust, words="%")) == [NUMBER]


def test_an_uplift_nobody_has_decided_is_counted(
    trust: Engine, signed: None, record: Record
) -> None:
    record(
        "uplift", contract=NUMBER, reference="U-1", day="2003-09-01", starts="2003-10-01",
        reason="Fees", percent="3",
    )  # fmt: skip
    assert [row["uplifts"] for row in report(trust).rows] == [0, 1]

    record("uplift-decision", uplift="U-1", step="refused", day="2003-09-02", reason="Too much",
           by="p.approver")  # fmt: skip
    assert [row["uplifts"] for row in report(trust).rows] == [0, 0]


def test_odd_values_of_a_published_register_stand_beside_the_contract_of_its_number(
    trust: Engine, signed: None
) -> None:
    data = as_csv(
        [
            CODE,
            row(ReferenceNumber=NUMBER, EndDate="Rolling"),
            row(ReferenceNumber="DN9", ContractValue="?1,000", EndDate="TBC"),
        ]
    ).encode()
    with transaction(trust) as session:
        load_register(session, data, name="contracts.csv", by=ADMIN, at=AT)

    found = report(trust)

    assert [row["odd"] for row in found.rows] == ["", "ends “Rolling” is not a day"]
    (published,) = part(found, "published")
    assert published == {
        "publisher": "Midshire County Council",
        "number": "DN9",
        "title": "Foster care agency placements",
        "provider": "Bright Futures Fostering Ltd",
        "starts": "1 April 2003",
        "ends": "“TBC”",
        "value": "“?1,000”",
        "irrecoverable_vat": published["irrecoverable_vat"],
        "odd": "ends “TBC” is not a day; value “?1,000” is not an amount of money",
    }
    assert found.notes[0].startswith("3 values of published registers could not be read")


def test_a_draft_and_a_contract_to_come_are_in_the_register_as_what_they_are(
    trust: Engine, record: Record
) -> None:
    record("contract", **{key: value for key, value in CONTRACT.items() if key != "signed"})

    assert [row["phase"] for row in report(trust).rows] == ["In force", "Draft"]
