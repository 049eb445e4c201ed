"""From a file's bytes to its table."""

import pytest

from tests.importing.files import CITY_HEADINGS, as_csv, city_file, city_row, plain_file
from trust_commissioning.files.limits import Limits
from trust_commissioning.files.reading import Table, read_table

ROWS = [CITY_HEADINGS, city_row(1, "10.00", supplier="Müller Respite Care"), city_row(2, "20.00")]


def read(data: bytes, **limits: int) -> Table:
    return read_table(data, name="payments.csv", limits=Limits(**limits))


def code(data: bytes, **limits: int) -> str:
    table = read(data, **limits)
    assert not table.rows
    return table.problems[0].code


@pytest.mark.parametrize(
    ("codec", "prefix", "expected"),
    [
        ("utf-8", b"", "utf-8"),
        ("utf-8-sig", b"", "utf-8-sig"),
        ("cp1252", b"", "cp1252"),
        ("utf-16-le", b"\xff\xfe", "utf-16-le"),
        ("utf-16-be", b"\xfe\xff", "utf-16-be"),
        ("utf-16-le", b"", "utf-16-le"),
        ("utf-16-be", b"", "utf-16-be"),
    ],
)
def test_the_encoding_is_read_from_the_bytes(codec, prefix, expected):
    table = read(prefix + as_csv(ROWS).encode(codec))

    assert table.encoding == expected
    assert table.header[0] == "Body"
    assert table.rows[0][1][11] == "Müller Respite Care"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_the_one_that_shows_headings(delimiter):
    table = read(as_csv(ROWS, delimiter).encode())

    assert table.delimiter == delimiter
    assert len(table.rows) == 2


def test_headings_are_found_below_titles_and_a_printed_query():
    above = [
        "sep=,",
        "Payments to suppliers, December 2011",
        "SELECT p.amount, p.day FROM payments p, suppliers s",
        "",
        "WHERE p.amount > 500",
    ]
    table = read(("\n".join(above) + "\n" + as_csv(ROWS)).encode())

    assert table.header_row == 6
    assert table.header == tuple(CITY_HEADINGS)
    assert [number for number, _ in table.rows] == [7, 8]


def test_a_row_has_the_number_a_spreadsheet_shows_for_it():
    data = plain_file(
        "01/04/2011,T1,Oak House,Children,10.00",
        "",
        '01/04/2011,T2,"Oak\nHouse",Children,10.00',
        "01/04/2011,T3,Oak House,Children,10.00",
    )

    assert [(number, cells[1:3]) for number, cells in read(data).rows if cells] == [
        (2, ("T1", "Oak House")),
        (4, ("T2", "Oak\nHouse")),
        (5, ("T3", "Oak House")),
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_may_end_as_on_any_system(end):
    text = end.join(["Date,Supplier,Amount", "01/04/2011,Oak House,10.00", ""])

    assert read(text.encode()).rows == ((2, ("01/04/2011", "Oak House", "10.00")),)


def test_a_file_without_known_headings_is_refused_and_shows_its_first_line():
    problem = read(b"alpha,beta\n1,2\n").problems[0]

    assert problem.code == "headings_not_found"
    assert "alpha,beta" in problem.message


def test_headings_of_a_profile_are_known_too():
    data = b"When,Whom,Cost\n01/04/2011,Oak House,10.00\n"
    from trust_commissioning.files.columns import Meaning, Profile, meanings_by_heading

    profile = Profile(name="ours", columns={Meaning.AMOUNT: ("Cost",), Meaning.DATE: ("When",)})

    assert code(data) == "headings_not_found"
    table = read_table(data, name="x", headings=meanings_by_heading(profile))
    assert table.header == ("When", "Whom", "Cost")


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "file_is_empty"),
        (b"  \r\n ", "file_is_empty"),
        (b"%PDF-1.4 ...", "file_kind_not_read"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "file_kind_not_read"),
    ],
)
def test_what_is_not_a_table_is_refused_with_what_it_is(data, expected):
    assert code(data) == expected


def test_limits_are_refused_before_reading_and_said():
    assert "the limit is 0 MiB" in read(city_file(), bytes=1000).problems[0].message
    assert code(city_file(), bytes=1000) == "file_too_large"
    assert code(city_file(), csv_rows=5) == "too_many_rows"
    assert code(city_file(), columns=20) == "too_many_columns"


def test_a_row_as_long_as_a_book_is_refused_before_it_takes_the_memory():
    assert code(plain_file("," * 1_100_000)) == "row_too_wide"


def test_a_nul_is_refused_with_its_row():
    table = read(plain_file("01/04/2011,T1,Oak House,Children,10.00", "01/04/2011,T2,O\0k,C,1.00"))

    assert (table.problems[0].code, table.problems[0].row) == ("nul_character", 3)


def test_a_byte_order_mark_in_the_middle_is_refused_with_its_row():
    table = read(plain_file('01/04/2011,T1,"Oak\nHouse",C,1.00', "\ufeffDate,T2,Oak,C,1.00"))

    assert (table.problems[0].code, table.problems[0].row) == ("byte_order_mark_inside", 3)


def test_a_byte_order_mark_written_twice_at_the_start_does_no_harm():
    assert read(b"\xef\xbb\xbf\xef\xbb\xbf" + as_csv(ROWS).encode()).header_row == 1


def test_two_encodings_in_one_file_are_refused_with_the_row_of_each():
    data = plain_file("01/04/2011,T1,Müller,C,1.00") + "\n01/04/2011,T2,Büchner,C,1.00".encode(
        "cp1252"
    )
    problem = read(data).problems[0]

    assert (problem.code, problem.row) == ("encodings_mixed", 3)
    assert "UTF-8 stands in row 2" in problem.message


def test_a_byte_of_no_known_encoding_is_refused_with_its_row():
    table = read(plain_file("01/04/2011,T1,Oak House,C,1.00") + b"\n01/04/2011,T2,O\x81k,C,1.00")

    assert (table.problems[0].code, table.problems[0].row) == ("encoding_not_recognised", 3)


@pytest.mark.parametrize(
    "bad_row",
    [
        '01/04/2011,T2,"Oak House,C,1.00',
        '01/04/2011,T2,"Oak" House,C,1.00',
    ],
)
def test_a_lone_quotation_mark_is_refused_with_its_row(bad_row):
    table = read(
        plain_file("01/04/2011,T1,Oak House,C,1.00", bad_row, '01/04/2011,T3,"Elm",C,1.00')
    )

    assert (table.problems[0].code, table.problems[0].row) == ("quote_not_closed", 3)


def test_a_quotation_mark_that_swallows_the_rest_of_a_large_file_is_refused():
    rows = ["01/04/2011,T1,Oak House,C,1.00"] * 9_000
    rows[3] = '01/04/2011,T1,"Oak House,C,1.00'

    table = read(plain_file(*rows))

    assert (table.problems[0].code, table.problems[0].row) == ("quote_not_closed", 5)


def test_a_quotation_mark_inside_a_cell_is_only_a_character():
    table = read(plain_file('01/04/2011,T1,12" pipe & Sons,C,1.00'))

    assert table.rows[0][1][2] == '12" pipe & Sons'
