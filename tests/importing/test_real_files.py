"""Two real published extracts, beside the project, held to their control totals."""

import json

import pytest

from ledger.money import Money
from trust_commissioning.importing.spend_file import SpendFile, read_spend

CITY, COUNTY = "leeds_2011-12_raw.csv", "devon_2011-12_raw.csv"


@pytest.fixture
def read(shared_dir):
    def of(name: str, **options) -> SpendFile:
        return read_spend((shared_dir / "data" / name).read_bytes(), name=name, **options)

    return of


def test_the_city_file_is_9953_lines_that_agree_with_its_own_printed_total(read):
    found = read(CITY)

    assert found.problems == ()
    assert len(found.lines) == 9_953
    assert found.printed_total == found.file_total == found.selected_total == Money(7_891_771_050)
    assert found.skipped == {"blank_row": 9, "total_row": 1}
    assert (9956, "total_row") in found.skipped_rows
    assert found.rows_read == 9_963


@pytest.mark.parametrize(
    ("service", "lines", "total"),
    [
        ("Social Services Pooled Budgets", 759, "£3,937,063.78"),
        ("Childrens Services", 1_909, "£8,558,982.06"),
    ],
)
def test_one_service_of_the_city_file_is_selected_to_the_penny(read, service, lines, total):
    found = read(CITY, where={"Service label": service})

    assert found.problems == ()
    assert (len(found.lines), str(found.selected_total)) == (lines, total)
    assert found.skipped["not_selected"] == 9_953 - lines
    assert found.printed_total == Money(7_891_771_050)


def test_the_county_file_is_refused_naming_the_one_row_that_is_not_whole_pence(read):
    (problem,) = read(COUNTY).problems

    assert (problem.code, problem.row, problem.column) == ("amount_not_whole_pence", 1069, "Amount")
    assert "638.875" in problem.message


def test_the_county_file_with_pence_rounded_is_5669_lines(read):
    found = read(COUNTY, round_pence=True)

    assert found.problems == ()
    assert (len(found.lines), str(found.selected_total)) == (5_669, "£21,142,890.57")
    assert found.skipped == {"nil_amount": 2, "blank_row": 1_323}
    assert [(one.row, one.text, one.residue) for one in found.rounded] == [
        (482, "6.82121E-13", True),
        (1069, "638.875", False),
    ]


@pytest.mark.parametrize("name", [CITY, COUNTY])
def test_every_line_agrees_with_the_control_totals_published_beside_the_files(
    read, shared_dir, name
):
    control = json.loads((shared_dir / "data" / "CONTROL_TOTALS.json").read_text("utf-8"))[name]
    found = read(name, round_pence=True)
    negative = [line.amount for line in found.lines if line.amount.pence < 0]

    assert found.sha256 == control["sha256"]
    assert found.encoding == control["encoding"]
    assert found.selected_total.plain == control["total"]
    assert len(negative) == control["negative_lines"]
    assert Money.total(negative).plain == control["negative_total"]
    assert found.skipped["blank_row"] == control["wholly_blank_rows"]
