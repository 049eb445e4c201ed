"""Spending extracts that come as workbooks."""

import io
import re
import zipfile
from datetime import date, datetime

import pytest
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from ledger.money import Money
from tests.importing.files import A_DAY, PLAIN_HEADINGS, saved, workbook
from trust_commissioning.files.columns import Profile
from trust_commissioning.files.limits import Limits
from trust_commissioning.importing.spend_file import SpendFile, read_spend


def read(data: bytes, profile: Profile | None = None, **limits: int) -> SpendFile:
    return read_spend(data, name="payments.xlsx", profile=profile, limits=Limits(**limits))


def codes(data: bytes, **limits: int) -> list[str]:
    return [problem.code for problem in read(data, None, **limits).problems]


def changed(data: bytes, part: str, change) -> bytes:
    """The workbook with the text of one part changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for name in old.namelist():
            text = old.read(name)
            new.writestr(name, change(text) if name == part else text)
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
A_ROW = [A_DAY, "T1", "Oak House", "Children", 488.34]


def test_a_workbook_reads_as_the_same_lines_as_a_csv_file():
    read_book = read(
        workbook(
            [
                ["Payments over £500"],
                PLAIN_HEADINGS,
                [A_DAY, "T1", "Oak House", "Children", 488.34],
                # A workbook's times have no zone.
                [datetime(2011, 12, 6), 1234567, "Elm House", "Children", -20],  # noqa: DTZ001
                [],
                [date(2011, 12, 7), "T3", "Ash House", "Children", 0.3],
                [date(2011, 12, 7), "T4", "Ash House", "Children", 6.82121e-13],
                ["Total", None, None, None, 468.64],
            ]
        )
    )

    assert read_book.problems == ()
    assert (read_book.encoding, read_book.sheet, read_book.header_row) == ("xlsx", "Payments", 2)
    assert [(line.row, line.day, line.reference, line.amount) for line in read_book.lines] == [
        (3, date(2011, 12, 5), "T1", Money(48834)),
        (4, date(2011, 12, 6), "1234567", Money(-2000)),
        (6, date(2011, 12, 7), "T3", Money(30)),
    ]
    assert read_book.skipped == {
        "above_headings": 1,
        "blank_row": 1,
        "nil_amount": 1,
        "total_row": 1,
    }
    assert read_book.printed_total == Money(46864)
    assert [one.text for one in read_book.rounded] == ["0.000000000000682121"]


def test_a_serial_number_in_the_date_column_is_a_date_by_the_workbooks_own_calendar():
    assert read(workbook([PLAIN_HEADINGS, [40882, *A_ROW[1:]]])).lines[0].day == A_DAY

    book = Workbook()
    book.epoch = CALENDAR_MAC_1904
    book.active.append(PLAIN_HEADINGS)
    book.active.append([39420, *A_ROW[1:]])
    assert read(saved(book)).lines[0].day == A_DAY


def test_a_reference_too_long_for_a_workbook_is_refused_since_its_last_figures_are_lost():
    found = read(workbook([PLAIN_HEADINGS, [A_DAY, 1234567890123456789.0, *A_ROW[2:]]]))

    assert [(one.code, one.row, one.column) for one in found.problems] == [
        ("number_has_lost_figures", 2, "Transaction Number")
    ]
    assert found.lines == ()


def test_a_formula_that_was_never_calculated_is_refused_and_not_taken_for_an_empty_cell():
    found = read(
        workbook(
            [
                PLAIN_HEADINGS,
                A_ROW,
                [*A_ROW[:4], "=1+1"],
                [None, None, None, None, "=SUM(E2:E3)"],
                ["=A2"],
            ]
        )
    )

    assert [(one.code, one.row, one.column) for one in found.problems] == [
        ("formula_not_calculated", 3, "Amount"),
        ("formula_not_calculated", 4, "Amount"),
        ("formula_not_calculated", 5, "Date"),
    ]


def test_a_formula_with_its_value_kept_is_read_as_that_value():
    data = changed(
        workbook([PLAIN_HEADINGS, [*A_ROW[:4], "=480+8.34"]]),
        SHEET,
        lambda text: re.sub(rb"(</f>)<v ?/?>(</v>)?", rb"\1<v>488.34</v>", text),
    )

    found = read(data)

    assert found.problems == ()
    assert found.selected_total == Money(48834)


def test_one_sheet_with_headings_is_chosen_and_of_two_the_profile_must_say_which():
    book = Workbook()
    book.active.title = "Notes"
    book.active.append(["These are payments over £500."])
    first = book.create_sheet("April")
    first.append(PLAIN_HEADINGS)
    first.append(A_ROW)
    assert read(saved(book)).sheet == "April"

    second = book.create_sheet("May")
    second.append(PLAIN_HEADINGS)
    second.append([*A_ROW[:4], 7])
    assert codes(saved(book)) == ["several_sheets"]
    assert read(saved(book), Profile(name="ours", sheet="may")).selected_total == Money(700)

    missing = read(saved(book), Profile(name="ours", sheet="June")).problems[0]
    assert missing.code == "sheet_not_found"
    assert "“Notes”, “April”, “May”" in missing.message

    first.sheet_state = "hidden"
    assert read(saved(book)).sheet == "May"


def test_one_stray_cell_in_the_last_corner_of_a_sheet_is_refused_and_not_filled_up_to():
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(PLAIN_HEADINGS)
    sheet["XFD1048576"] = "x"

    assert codes(saved(book)) == ["too_many_rows"]


def test_a_sheet_that_only_says_it_is_vast_is_read_as_it_is():
    data = changed(
        workbook([PLAIN_HEADINGS, A_ROW]),
        SHEET,
        lambda text: re.sub(rb'ref="[^"]+"', b'ref="A1:XFD1048576"', text, count=1),
    )

    assert len(read(data).lines) == 1


def test_limits_of_a_workbook_are_refused_and_said():
    data = workbook([PLAIN_HEADINGS, *[A_ROW] * 50])

    assert codes(data, xlsx_rows=50) == ["too_many_rows"]
    assert codes(data, columns=4) == ["too_many_columns"]
    assert codes(data, unpacked_bytes=2000) == ["workbook_too_large"]
    assert codes(data, parts=3) == ["workbook_too_large"]
    assert codes(data, xlsx_rows=51, columns=5) == []


def test_a_workbook_that_unpacks_to_hundreds_of_times_its_size_is_refused_before_parsing():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("xl/workbook.xml", b" " * 20_000_000)

    assert codes(out.getvalue()) == ["workbook_too_large"]


@pytest.mark.parametrize(
    "declared", [b'<!DOCTYPE worksheet [<!ENTITY a "aaaa">]>', b"<!DOCTYPE worksheet>"]
)
def test_a_workbook_that_declares_a_document_type_is_refused(declared):
    data = changed(
        workbook([PLAIN_HEADINGS, A_ROW]),
        SHEET,
        lambda text: declared + text.split(b"?>", 1)[-1],
    )

    assert codes(data) == ["workbook_declares_entities"]


def test_rows_kept_out_of_order_are_refused_since_a_streaming_reader_leaves_them_out():
    data = changed(
        workbook([PLAIN_HEADINGS, A_ROW, A_ROW]),
        SHEET,
        lambda text: text.replace(b'<row r="3"', b'<row r="2"'),
    )

    assert codes(data) == ["workbook_rows_out_of_order"]


@pytest.mark.parametrize("data", [b"PK\x03\x04 not a zip", workbook([PLAIN_HEADINGS])[:900]])
def test_a_damaged_workbook_is_refused_without_a_trace(data):
    assert codes(data) == ["workbook_not_readable"]


def shown_as(number_format: str) -> SpendFile:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (PLAIN_HEADINGS, A_ROW, A_ROW):
        sheet.append(list(row))
    sheet["E3"].number_format = number_format
    return read(saved(book))


def test_an_amount_that_the_workbook_shows_in_another_currency_is_refused_by_cell():
    found = shown_as("[$€-2] #,##0.00")

    assert [(one.code, one.row, one.column) for one in found.problems] == [
        ("currency_not_sterling", 3, "Amount")
    ]
    assert [line.row for line in found.lines] == [2]


@pytest.mark.parametrize("number_format", ["[$£-809]#,##0.00", '"£"#,##0.00', "#,##0.00"])
def test_an_amount_that_the_workbook_shows_in_pounds_is_read(number_format):
    assert [line.amount for line in shown_as(number_format).lines] == [Money(48834)] * 2
