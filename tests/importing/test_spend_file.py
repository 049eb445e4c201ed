"""From a council's file to typed lines, with what was skipped and what is wrong."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.money import Money
from tests.importing.files import (
    CITY_HEADINGS,
    as_csv,
    city_file,
    city_row,
    county_file,
    plain_file,
)
from tests.importing.reading import ELM, OAK, plain, read, told
from trust_commissioning.importing.spend_file import SpendFile, read_spend

# --- a whole file ---------------------------------------------------------------------------


def test_a_city_file_is_read_with_its_total_and_blank_rows_counted_and_not_lines():
    found = read(city_file())

    assert found.problems == ()
    assert found.encoding == "cp1252"
    assert [(line.row, line.amount.plain) for line in found.lines] == [
        (2, "1200.00"),
        (3, "-300.50"),
        (4, "8000.00"),
        (5, "-450.00"),
        (6, "1427.00"),
    ]
    assert found.printed_total == found.file_total == found.selected_total == Money(987_650)
    assert found.skipped == {"blank_row": 3, "total_row": 1}
    assert found.skipped_rows == (
        (7, "blank_row"),
        (8, "total_row"),
        (9, "blank_row"),
        (10, "blank_row"),
    )
    assert found.rows_read == 9


def test_a_line_carries_its_row_day_supplier_reference_and_every_headed_cell():
    line = read(city_file()).lines[1]

    assert (line.row, line.day, line.month_only) == (3, date(2011, 12, 5), False)
    assert (line.supplier, line.reference) == ("Müller Respite Care", "1112-00002")
    assert list(line.cells) == CITY_HEADINGS
    assert line.cells["Service label"] == "Childrens Services"
    assert line.rounded_from is None


def test_a_county_file_is_refused_naming_the_row_that_is_not_whole_pence():
    found = read(county_file())

    assert told(found) == [("amount_not_whole_pence", 4, "Amount")]
    assert "“412.125”" in found.problems[0].message
    assert list(found.rejected) == [4]


def test_a_county_file_is_read_with_pence_rounded_when_asked_and_each_rounding_is_recorded():
    found = read(county_file(), round_pence=True)

    assert found.problems == ()
    assert found.selected_total == Money(168_102 + 41_213 - 106_259 + 126_000)
    assert found.skipped == {"nil_amount": 2, "blank_row": 6}
    assert [(one.row, one.text, one.amount, one.residue) for one in found.rounded] == [
        (3, "7.10543E-15", Money(0), True),
        (4, "412.125", Money(41_213), False),
    ]
    assert [line.rounded_from for line in found.lines] == [None, "412.125", None, None]


def test_the_file_hash_is_of_its_bytes():
    assert read(city_file()).sha256 == read(city_file()).sha256
    assert read(city_file()).sha256 != read(city_file() + b"\r\n").sha256


def test_a_file_that_cannot_be_read_has_its_hash_and_its_problem_and_nothing_else():
    found = read(b"%PDF-1.4")

    assert told(found) == [("file_kind_not_read", None, None)]
    assert (found.lines, found.rows_read) == ((), 0)


def test_every_problem_of_a_file_is_told_at_once_by_row_and_column():
    found = plain(
        "31/02/2011,T1,Oak House,Children,9..9",
        OAK,
        "01/04/2011,T2,Oak House,Children,REDACTED",
        ",T3,Oak House,Children,10.00",
        "A note at the foot",
        "01/04/2011,T5,Oak House,Children,10.00,spilt",
    )

    assert told(found) == [
        ("amount_not_readable", 2, "Amount"),
        ("date_not_readable", 2, "Date"),
        ("amount_not_readable", 4, "Amount"),
        ("date_missing", 5, "Date"),
        ("amount_missing", 6, "Amount"),
        ("date_not_readable", 6, "Date"),
        ("row_too_long", 7, None),
    ]
    assert list(found.rejected) == [2, 4, 5, 6, 7]


def test_a_file_with_headings_and_no_lines_is_refused():
    assert told(plain("", "")) == [("file_has_no_lines", None, None)]


def test_headings_printed_again_on_each_page_are_skipped_and_counted():
    found = plain(OAK, "Date,Transaction Number,Supplier,Service,Amount", ELM)

    assert found.skipped == {"heading_row": 1}
    assert len(found.lines) == 2


def test_nil_amounts_are_skipped_and_counted():
    found = plain(OAK, "01/04/2011,T2,Oak House,Children,0.00", "TBC,T3,Oak,Children,£-")

    assert found.skipped == {"nil_amount": 2}
    assert found.problems == ()


# --- totals ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "row",
    [
        ",,,,30.00",
        "Total,,,,30.00",
        ",,Grand Total,,30.00",
        ",,TOTAL PAYMENTS,,£30.00",
        ",TOTALS:,,2,30.00",
        ",,,2 rows,30.00",
    ],
)
def test_a_row_that_only_sums_the_lines_is_a_total_and_never_a_line(row):
    found = plain(OAK, ELM, row)

    assert found.problems == ()
    assert found.printed_total == Money(3_000)
    assert found.skipped == {"total_row": 1}


def test_a_payment_to_a_firm_called_total_is_a_line():
    found = plain("01/04/2011,T1,Total Gas & Power,Children,10.00")

    assert [line.supplier for line in found.lines] == ["Total Gas & Power"]
    assert found.printed_total is None


def test_a_line_equal_to_the_one_above_is_not_taken_for_a_total_of_it():
    assert len(plain(OAK, OAK).lines) == 2


@pytest.mark.parametrize("printed", ["9,876.49", "9876.51", "0.00"])
def test_a_printed_total_that_does_not_agree_refuses_the_file_and_says_by_how_much(printed):
    found = read(city_file(printed_total=printed))

    assert told(found) == [("printed_total_does_not_agree", 8, "Net amount")]
    assert "come to £9,876.50: a difference of" in found.problems[0].message


def test_a_printed_total_covers_the_whole_file_whatever_is_selected():
    found = read(city_file(), where={"Service label": "Social Services Pooled Budgets"})

    assert found.problems == ()
    assert found.selected_total == Money(942_700)
    assert found.file_total == found.printed_total == Money(987_650)


def test_totals_of_sections_are_held_against_their_own_lines():
    right = plain(OAK, ",,Sub-total,,10.00", ELM, ",,Sub-total,,20.00", ",,Grand total,,30.00")
    wrong = plain(OAK, ",,Sub-total,,11.00", ELM, ",,Sub-total,,20.00", ",,Grand total,,30.00")

    assert right.problems == ()
    assert (right.printed_total, right.skipped) == (Money(3_000), {"total_row": 3})
    assert told(wrong) == [("printed_total_does_not_agree", 3, "Amount")]


def test_totals_of_sections_alone_are_not_a_total_of_the_file():
    found = plain(OAK, ",,Total,,10.00", ELM, ",,Total,,20.00")

    assert (found.problems, found.printed_total) == ((), None)


def test_lines_below_the_only_total_do_not_escape_it():
    assert told(plain(OAK, ",,Total,,10.00", ELM)) == [
        ("printed_total_does_not_agree", 3, "Amount")
    ]


def test_lines_below_the_last_total_of_a_section_do_not_escape_it():
    found = plain(OAK, ",,Total,,10.00", ELM, ",,Total,,20.00", OAK)

    assert told(found) == [("printed_total_does_not_agree", 5, "Amount")]


def test_a_total_that_cannot_be_read_is_a_problem():
    assert told(plain(OAK, ",,Total,,#####")) == [("amount_not_readable", 3, "Amount")]


def test_an_unreadable_line_is_told_without_the_difference_it_makes_to_the_total():
    found = plain(OAK, "01/04/2011,T2,Elm,Children,#####", ",,Total,,30.00")

    assert told(found) == [("amount_not_readable", 3, "Amount")]


# --- selection ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "where",
    [
        {"Service": "children"},
        {"service": " CHILDREN "},
        [("Service", "Children"), ("Supplier", "Oak House")],
    ],
)
def test_a_column_is_named_by_heading_or_meaning_and_its_value_without_case(where):
    found = plain(OAK, ELM, where=where)

    assert [line.reference for line in found.lines] == ["T1"]
    assert found.skipped == {"not_selected": 1}
    assert (found.selected_total, found.file_total) == (Money(1_000), Money(3_000))


def test_a_part_of_a_value_selects_nothing_and_the_values_there_are_are_told():
    found = plain(OAK, ELM, where={"Service": "Child"})

    assert told(found) == [("nothing_selected", None, "Service")]
    assert "“Children”, “Adults”" in found.problems[0].message


def test_a_column_named_twice_takes_either_value_and_two_columns_must_both_agree():
    either = plain(OAK, ELM, where=[("Service", "Children"), ("Service", "Adults")])
    both = plain(OAK, ELM, where=[("Service", "Children"), ("Supplier", "Elm House")])

    assert len(either.lines) == 2
    assert told(both) == [("nothing_selected", None, "Service")]


def test_a_column_the_file_does_not_have_is_refused_with_those_it_has():
    found = plain(OAK, where={"Srvice": "Children"})

    assert [problem.code for problem in found.problems] == ["column_not_found"]
    assert "“Supplier”, “Service”, “Amount”" in found.problems[0].message


BAD_ADULT = "02/04/2011,T2,Elm House,Adults,REDACTED"


def test_a_bad_amount_outside_the_selection_is_a_warning_where_no_total_needs_it():
    found = plain(OAK, BAD_ADULT, where={"Service": "Children"})

    assert found.problems == ()
    assert [(one.code, one.row) for one in found.warnings] == [("amount_not_readable", 3)]


def test_a_bad_amount_outside_the_selection_is_a_problem_where_a_printed_total_needs_it():
    found = plain(OAK, BAD_ADULT, ",,Total,,30.00", where={"Service": "Children"})

    assert told(found) == [("amount_not_readable", 3, "Amount")]


def test_a_bad_date_outside_the_selection_is_nobodys_business():
    assert plain(OAK, "TBC,T2,Elm,Adults,5.00", where={"Service": "Children"}).problems == ()


# --- repeats and keys -----------------------------------------------------------------------


def test_equal_rows_are_kept_numbered_and_warned_of():
    found = plain(OAK, ELM, OAK, OAK)

    assert [line.occurrence for line in found.lines] == [1, 1, 2, 3]
    assert len({line.key for line in found.lines}) == 2
    assert found.repeated_rows == (4, 5)
    assert [one.code for one in found.warnings] == ["rows_repeated"]
    assert found.selected_total == Money(5_000)


def test_a_rows_key_does_not_change_with_the_way_its_amount_or_date_is_written():
    first = plain(OAK).lines[0].key

    assert plain('2011-04-01,T1,Oak House,Children,"£10.00",,').lines[0].key == first
    assert plain(" 01/04/2011 , T1,Oak House ,Children,10").lines[0].key == first


@given(
    st.permutations(range(5)),
    st.lists(st.tuples(st.integers(1, 28), st.integers(1, 10**6)), min_size=1, max_size=6),
    st.booleans(),
)
def test_a_files_keys_do_not_change_with_its_columns_order_or_its_capitals(order, lines, loud):
    rows = [
        ["Date", "Transaction Number", "Supplier", "Service", "Amount"],
        *[
            [f"{day:02d}/04/2011", f"T{n}", "Straße  House", "Children", str(Money(pence))]
            for n, (day, pence) in enumerate(lines)
        ],
    ]
    moved = [[row[place] for place in order] for row in rows]
    if loud:
        moved = [[cell.upper() for cell in row] for row in moved]

    first, second = read(as_csv(rows)), read(as_csv(moved))

    keys = [(line.key, line.likeness, line.occurrence) for line in first.lines]
    assert keys == [(line.key, line.likeness, line.occurrence) for line in second.lines]
    assert len({key for key, _, _ in keys}) == len(lines)


@pytest.mark.parametrize(
    ("heading", "cell", "other"),
    [("VAT", "20.00", "£20"), ("Effective date", "2011-04-01", "1 April 2011"), ("Run", "a", " A")],
)
def test_a_key_does_not_change_with_the_way_another_amount_or_date_is_written(heading, cell, other):
    def key(text: str) -> str:
        return read(f"Date,Supplier,Amount,{heading}\n01/04/2011,Oak,10.00,{text}\n").lines[0].key

    assert key(cell) == key(other)
    assert key(cell) != key("19.99")


def test_a_column_that_is_added_changes_a_key_only_where_it_is_filled():
    first = plain(OAK).lines[0]
    blank, filled = (
        read(f"Date,Transaction Number,Run,Supplier,Service,Amount\n{cells}\n").lines[0]
        for cells in (
            "01/04/2011,T1,,Oak House,Children,10",
            "01/04/2011,T1,7,Oak House,Children,10",
        )
    )

    assert blank.key == first.key
    assert filled.key != first.key
    assert filled.likeness == first.likeness


def test_a_likeness_forgets_the_zeros_that_spreadsheets_eat():
    first = plain("01/04/2011,0012345,Oak House,Children,10.00").lines[0]
    second = plain("01/04/2011,12345,OAK HOUSE.,Adults,10.00").lines[0]

    assert (first.likeness, first.key) == (second.likeness, first.key)
    assert first.key != second.key


@pytest.mark.parametrize(
    "other",
    [
        "01/04/2011,T1,Oak House,Children,10.01",
        "01/04/2011,T1,Oak House,Children,-10.00",
        "02/04/2011,T1,Oak House,Children,10.00",
        "01/04/2011,T2,Oak House,Children,10.00",
        "01/04/2011,T1,Oak House,Childrens,10.00",
        "01/04/2011,T1,Oak,House Children,10.00",
    ],
)
def test_a_rows_key_changes_with_any_cell(other):
    assert plain(other).lines[0].key != plain(OAK).lines[0].key


# --- above the headings ---------------------------------------------------------------------


def test_titles_above_the_headings_are_skipped_and_counted():
    found = read("sep=,\nPayments 2011\n\n" + plain_file(OAK, ELM).decode())

    assert found.problems == ()
    assert found.skipped == {"above_headings": 3}
    assert (found.header_row, found.rows_read, len(found.lines)) == (4, 5, 2)


def test_lines_above_the_headings_stop_the_file_and_are_named():
    found = read(f"{OAK}\n{ELM}\n" + plain_file(OAK).decode())

    assert told(found) == [("lines_above_headings", 1, None)]
    assert found.problems[0].message.startswith("Rows 1, 2 stand above the headings")


def test_the_first_headings_are_the_headings_however_many_more_others_further_down_name():
    found = read(
        "Supplier,Amount,Date\n"
        "Oak House,1000.00,01/04/2011\n"
        "Supplier,Amount,Date,Transaction number,Directorate\n"
        "Elm House,5.00,02/04/2011\n"
    )

    assert found.header_row == 1
    assert told(found) == [("row_too_long", 3, None)]


def test_a_printed_total_above_the_headings_is_not_taken_for_them():
    found = read("Date,31/03/2012,Total,30.00\n" + plain_file(OAK, ELM).decode())

    assert found.header_row == 2
    assert told(found) == [("lines_above_headings", 1, None)]


# --- children -------------------------------------------------------------------------------


def test_text_that_may_identify_a_child_is_asked_about_by_row_and_column_without_the_text():
    # 943 476 5919 passes the check of an NHS number; it is the one used in published examples.
    found = plain(
        OAK,
        "01/04/2011,T2,Oak House,Respite 943 476 5919,10.00",
        "01/04/2011,T3,Oak House,Placement JS DOB 14/02/1999,10.00",
    )

    asked = {(one.code, one.row, one.column) for one in found.warnings}
    assert asked == {
        ("looks_like_nhs_number", 3, "Service"),
        ("mentions_date_of_birth", 4, "Service"),
        ("looks_like_date_of_birth", 4, "Service"),
    }
    assert found.problems == ()
    assert not any("943" in one.message or "1999" in one.message for one in found.warnings)


def test_a_column_full_of_ten_figure_invoice_numbers_is_asked_about_once():
    found = plain(*[f"01/04/2011,9434765919,Oak {n},Children,1.00" for n in range(30)])

    assert [(one.code, one.row, one.column) for one in found.warnings] == [
        ("looks_like_nhs_number", 2, "Transaction Number")
    ]
    assert "30 of 30 lines" in found.warnings[0].message


# --- any file -------------------------------------------------------------------------------

AMOUNTS = st.integers(-(10**7), 10**7)


@given(st.lists(AMOUNTS, min_size=1, max_size=30), st.booleans())
def test_any_lines_with_their_own_total_are_read_whole_to_the_penny(amounts, tampered):
    total = Money(sum(amounts) + (1 if tampered else 0))
    rows = [city_row(n, str(Money(pence))) for n, pence in enumerate(amounts)]
    data = as_csv([CITY_HEADINGS, *rows, [""] * 9 + [str(total)] + [""] * 2]).encode()

    found = read_spend(data, name="x")

    assert found.file_total == Money(sum(amounts))
    assert len(found.lines) + found.skipped.get("nil_amount", 0) == len(amounts)
    refused = [one.code for one in found.problems if one.code != "file_has_no_lines"]
    assert refused == (["printed_total_does_not_agree"] if tampered else [])


@given(st.binary(max_size=400))
def test_no_bytes_make_reading_a_file_fail(data):
    assert isinstance(read_spend(data, name="x"), SpendFile)


@given(st.binary(max_size=120), st.integers(0, 300))
def test_no_damage_to_a_good_file_makes_reading_it_fail(damage, place):
    good = city_file()

    found = read_spend(good[:place] + damage + good[place + len(damage) :], name="x")

    assert isinstance(found, SpendFile)
