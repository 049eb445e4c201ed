"""Every kind of file holds every table, its words and the notes."""

import csv
import io
import json

import openpyxl
import pytest

from tests.reports.made import SCHEME, SPENT, pounds, report
from trust_commissioning.reports.papers import KINDS, as_csv, as_html, as_xlsx
from trust_commissioning.reports.rounding import Unit


def cells(data):
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    return sheet, {str(cell.value): cell for row in sheet.rows for cell in row if cell.value}


def test_csv_gives_the_table_first_then_each_part_the_notes_and_how_to_read_it_after_a_gap():
    assert list(csv.reader(io.StringIO(as_csv(report()), newline=""))) == [
        ["Scheme", "Spent"],
        ["Therapy", "1234567.89"],
        ["Recharge", "-1500.00"],
        ["Total", "1233067.89"],
        [],
        ["Contributions received"],
        ["Two instalments were due."],
        ["Scheme", "Spent"],
        ["Council", "900.00"],
        ["Cash", "900.00"],
        [],
        ["Notes"],
        ["Period 6 was opened again on 3 November 2003."],
        [],
        ["About this report"],
        ["Report", "Quarterly report"],
        ["Trust", "Wealdshire Children's Trust"],
        ["Fund", "CAMHS pooled fund"],
        ["Up to and with", "2003-04 P09"],
        ["Basis", "Accruals, up to and with the period shown."],
        ["Sign", "Variance is outturn less budget: plus is overspent."],
        ["Unit", "Figures are in pounds and pence."],
        ["Made on", "15 January 2004 at 9:30am"],
        ["Books' head", "ab" * 32],
    ]


def test_a_formula_in_what_a_csv_says_of_itself_is_inert():
    made = as_csv(report(basis="=HYPERLINK(1)", sign="@SUM(1)", fund_title="+A1"))

    for row in csv.reader(io.StringIO(made, newline="")):
        assert all(not cell.startswith(("=", "+", "@")) for cell in row)


def test_a_workbook_holds_exact_amounts_and_rounds_only_what_it_shows():
    _, pence = cells(as_xlsx(report()))
    _, thousands = cells(as_xlsx(report(), Unit.THOUSANDS))

    assert (pence["1234567.89"].number_format) == "#,##0.00;[Red]-#,##0.00"
    assert (thousands["1234567.89"].number_format) == "#,##0,;[Red]-#,##0,"
    assert {"Contributions received", "Two instalments were due.", "Notes"} <= set(pence)


def test_what_a_spreadsheet_would_run_is_inert_in_every_place_of_it():
    formula = "=HYPERLINK(1)"
    rows = ({"scheme": formula, "spent": pounds("1.00")},)
    sheet, _ = cells(as_xlsx(report(rows=rows, notes=(formula,), title=formula, basis=formula)))

    assert all(cell.data_type != "f" for row in sheet.rows for cell in row)


def test_html_escapes_what_it_prints_and_heads_each_part():
    page = as_html(report(rows=({"scheme": "<script>alert(1)</script>"},)), Unit.THOUSANDS)

    assert "<script>" not in page
    assert "<h2>Contributions received</h2><p>Two instalments were due.</p>" in page
    assert "Spent (£000)" in page
    assert "Period 6 was opened again" in page


def test_a_total_that_differs_from_its_rounded_rows_says_so_in_the_workbook_and_the_page():
    rows = tuple({"scheme": "S", "spent": pounds("1400.00")} for _ in range(3))
    made = report(columns=(SCHEME, SPENT), rows=rows, totals={"spent": pounds("4200.00")}, parts=())

    assert "the rounded rows come to 3" in as_html(made, Unit.THOUSANDS)
    assert any(
        "the rounded rows come to 3" in one for one in cells(as_xlsx(made, Unit.THOUSANDS))[1]
    )


@pytest.mark.parametrize("ending", sorted(KINDS))
@pytest.mark.parametrize("unit", list(Unit))
def test_each_kind_is_made_in_each_unit(ending, unit):
    assert KINDS[ending].make(report(), unit)


def test_json_keeps_pence_whatever_the_unit():
    made = json.loads(KINDS["json"].make(report(), Unit.THOUSANDS))

    assert made["totals"] == {"spent": "1233067.89"}
    assert made["parts"][0]["rows"][0]["spent"] == "900.00"
