"""The bad rows of a refused file, given back to be mended."""

import csv
import io

import pytest

from tests.importing.files import plain_file
from trust_commissioning.files.cells import inert_cell
from trust_commissioning.importing.rejects import rejected_rows_csv
from trust_commissioning.importing.spend_file import read_spend


def given_back(*rows: str, **options) -> list[list[str]]:
    found = read_spend(plain_file(*rows), name="x", **options)
    return list(csv.reader(io.StringIO(rejected_rows_csv(found), newline="")))


def test_each_bad_row_comes_back_whole_with_its_number_and_every_reason():
    rows = given_back(
        "01/04/2011,T1,Oak House,Children,10.00",
        "31/02/2011,T2,Elm House,Children,9..9",
    )

    assert rows[0][:3] == ["Row", "Reason", "Date"]
    assert rows[1] == [
        "3",
        "Amount: “9..9” is not an amount of money. Date: “31/02/2011” is not a date.",
        "31/02/2011",
        "T2",
        "Elm House",
        "Children",
        "9..9",
    ]
    assert len(rows) == 2


def test_a_problem_of_the_whole_file_comes_first_without_a_row():
    rows = given_back("01/04/2011,T1,Oak,Children,1.00", where={"Service": "Adults"})

    assert rows[1][0] == ""
    assert "No line of the file is selected" in rows[1][1]


def test_a_cell_that_a_spreadsheet_would_run_comes_back_inert():
    rows = given_back('01/04/2011,"=HYPERLINK(""http://example.org"")",@oak,-1+1,9..9')

    assert rows[1][3:6] == ['\'=HYPERLINK("http://example.org")', "'@oak", "'-1+1"]


@pytest.mark.parametrize("text", ["=1", "+1+1", "-x", "@sum", "\tx", "\rx", "-1,23", "-"])
def test_a_text_that_begins_like_a_formula_is_made_inert(text):
    assert inert_cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["-9.99", "+1,000.00", "-1250", "Oak = Elm", "", "(9.99)"])
def test_numbers_and_ordinary_text_are_left_as_they_are(text):
    assert inert_cell(text) == text
