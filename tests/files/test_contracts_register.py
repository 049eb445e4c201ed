"""Contracts registers as councils publish them: what is odd is flagged, kept, and never guessed."""

import io
from datetime import date

import pytest
from openpyxl import Workbook

from ledger.money import Money
from tests.importing.files import as_csv
from trust_commissioning.files.contracts_register import Published, RegisterFile, read_register

CODE = (
    "OrganisationLabel,ReferenceNumber,Title,Description,StartDate,EndDate,ReviewDate,"
    "ContractValue,IrrecoverableVATAmount,SupplierName,SupplierCompanyNumber"
).split(",")


def row(**said: str) -> list[str]:
    """One line of a register, in whose every column something can be said otherwise."""
    usual = {
        "OrganisationLabel": "Midshire County Council",
        "ReferenceNumber": "DN100200",
        "Title": "Foster care agency placements",
        "Description": "Placements",
        "StartDate": "01/04/2003",
        "EndDate": "31/03/2006",
        "ReviewDate": "30/09/2005",
        "ContractValue": " £880,000.00 ",
        "IrrecoverableVATAmount": " £-   ",
        "SupplierName": "Bright Futures Fostering Ltd",
        "SupplierCompanyNumber": "04123456",
    }
    return list((usual | said).values())


def read(*rows: list[str], header: list[str] = CODE) -> RegisterFile:
    return read_register(as_csv([header, *rows]).encode(), name="contracts.csv")


def one(**said: str) -> Published:
    file = read(row(**said))
    assert file.problems == ()
    (found,) = file.contracts
    return found


def flags(**said: str) -> list[tuple[str, str, str]]:
    return [(flag.column, flag.printed, flag.words) for flag in one(**said).flags]


def codes(file: RegisterFile) -> list[tuple[str, int | None]]:
    return [(problem.code, problem.row) for problem in file.problems]


def test_a_plain_line_is_read_with_nothing_odd_about_it() -> None:
    found = one()

    assert (found.number, found.provider_name) == ("DN100200", "Bright Futures Fostering Ltd")
    assert (found.starts, found.ends) == (date(2003, 4, 1), date(2006, 3, 31))
    assert (found.value, found.irrecoverable_vat) == (Money.parse("880000.00"), Money(0))
    assert found.flags == ()


def test_an_end_that_is_no_day_is_kept_as_printed_and_read_as_nothing() -> None:
    for printed in ("rolling", "TBC", "Ongoing", "99/99/999", "31/06/2006", "N/A"):
        found = one(EndDate=printed)

        assert found.ends is None
        assert found.cells["EndDate"] == printed
        assert [(flag.column, flag.printed) for flag in found.flags] == [("ends", printed)]


def test_a_month_is_not_its_last_day() -> None:
    assert flags(EndDate="2006-03") == [("ends", "2006-03", "is a month, not a day")]


def test_an_amount_without_its_pound_sign_is_not_guessed() -> None:
    for printed in ("?880,000.00", "\ufffd880,000", "TBC", "£12k", "£50,000 p.a."):
        found = one(ContractValue=printed)

        assert found.value is None
        assert found.cells["ContractValue"] == printed
        assert [flag.words for flag in found.flags] == ["is not an amount of money"]


def test_a_bare_dash_may_be_nil_or_not_known_and_is_read_as_neither() -> None:
    found = one(ContractValue=" - ", IrrecoverableVATAmount="-")

    assert (found.value, found.irrecoverable_vat) == (None, None)
    assert [flag.words for flag in found.flags] == ["is a dash, which may be nil or not known"] * 2


@pytest.mark.parametrize("printed", [" £-   ", "-£"])
def test_a_dash_beside_a_pound_sign_is_nil_as_a_spreadsheet_prints_it_and_flagged(
    printed: str,
) -> None:
    found = one(ContractValue=printed)

    assert (found.value, found.irrecoverable_vat) == (Money(0), Money(0))
    assert found.cells["ContractValue"] == printed.strip()
    assert [flag.words for flag in found.flags] == [
        "is how a spreadsheet prints nil, and is read so"
    ]


def test_what_the_code_asks_for_and_is_empty_is_flagged() -> None:
    assert flags(EndDate="", ReviewDate="") == [("ends", "", "is not said")]


def test_an_end_before_the_start_is_kept_and_flagged() -> None:
    found = one(EndDate="31/03/2002")

    assert found.ends == date(2002, 3, 31)
    assert [flag.words for flag in found.flags] == ["is before the start"]


def test_a_company_number_that_cannot_be_one_is_flagged_and_one_that_lost_noughts_is_not() -> None:
    assert flags(SupplierCompanyNumber="4123456") == []
    assert flags(SupplierCompanyNumber="see below") == [
        ("company number", "see below", "has not the form of one")
    ]


def test_a_reference_of_several_rows_is_kept_for_each() -> None:
    file = read(row(), row(SupplierName="The Haven Trust"))

    assert [one.provider_name for one in file.contracts] == [
        "Bright Futures Fostering Ltd",
        "The Haven Trust",
    ]
    assert [[flag.words for flag in one.flags] for one in file.contracts] == [
        ["stands in 2 rows"]
    ] * 2


def test_headings_with_line_breaks_inside_are_known() -> None:
    broken = [
        {"ReferenceNumber": "Contract\nReference", "IrrecoverableVATAmount": "Irrecov-\nerable VAT"}
        .get(heading, heading)
        for heading in CODE
    ]  # fmt: skip

    (found,) = read(row(), header=broken).contracts

    assert (found.number, found.irrecoverable_vat) == ("DN100200", Money(0))


def test_headings_broken_over_two_rows_are_put_together() -> None:
    rows = [
        ["Midshire County Council contracts register"],
        ["Contract", "Contract", "Supplier", "Start", "End", "Contract"],
        ["Reference", "Title", "Name", "Date", "Date", "Value"],
        ["DN1", "Fostering", "Bright Futures", "01/04/2003", "Rolling", "£1,000"],
    ]

    file = read_register(as_csv(rows).encode(), name="contracts.csv")

    (found,) = file.contracts
    assert (found.row, found.number, found.provider_name) == (4, "DN1", "Bright Futures")
    assert (found.value, found.ends) == (Money.parse("1000.00"), None)


def test_a_line_break_that_stood_unquoted_in_one_heading_is_taken_out() -> None:
    text = (
        "Contract Ref,Contract Title,Start Date,End Date,Supplier\n"
        " Name,Contract Value\n"
        "DN1,Fostering,01/04/2003,TBC,Bright Futures,£1\n"
    )

    (found,) = read_register(text.encode(), name="contracts.csv").contracts

    assert (found.number, found.provider_name, found.value) == ("DN1", "Bright Futures", Money(100))


def test_blank_rows_and_notes_are_counted_and_a_total_is_refused() -> None:
    note = ["Correct as at June", *[""] * 10]
    file = read([*[""] * 11], row(), note)
    assert (file.blank, len(file.contracts)) == (1, 1)
    assert file.notes == ((4, ("Correct as at June",)),)

    total = ["", "", "", "", "", "", "", "£880,000.00", "", "", ""]
    assert codes(read(row(), total)) == [("register_row_without_name", 3)]


def test_a_file_is_taken_whole_or_not_at_all() -> None:
    assert codes(read(row(), [*row(), "and more"])) == [("row_too_long", 3)]
    assert codes(read()) == [("file_is_empty", None)]
    assert codes(read_register(b"a,b\n1,2\n", name="x.csv")) == [("headings_not_found", None)]
    assert codes(read_register(b"Title,Reference\nA,1\n", name="x.csv")) == [
        ("register_column_missing", None),
        ("register_column_missing", None),
    ]


def test_bytes_in_the_old_windows_character_set_keep_their_pound_signs() -> None:
    data = as_csv([CODE, row()]).encode("cp1252")

    (found,) = read_register(data, name="contracts.csv").contracts

    assert found.value == Money.parse("880000.00")


def test_a_workbook_is_read_as_the_csv_is() -> None:
    book = Workbook()
    sheet = book.active
    sheet.append(CODE)
    sheet.append(row(EndDate="Rolling"))
    data = io.BytesIO()
    book.save(data)

    (found,) = read_register(data.getvalue(), name="contracts.xlsx").contracts

    assert (found.value, found.ends) == (Money.parse("880000.00"), None)
    assert [flag.printed for flag in found.flags] == ["Rolling"]


def test_every_cell_is_kept_by_its_heading_also_those_that_mean_nothing_here() -> None:
    header = [*CODE, "Notes", "Notes", ""]

    (found,) = read([*row(), "first", "second", "third"], header=header).contracts

    assert found.cells["Notes"] == "first"
    assert found.cells["column 13"] == "second"
    assert found.cells["column 14"] == "third"
