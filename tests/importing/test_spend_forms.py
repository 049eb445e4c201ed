"""The forms councils print their spending in: currencies, marks, systems, VAT, orders of date."""

from datetime import date

import pytest

from ledger.money import Money
from tests.importing.reading import plain, read, told
from trust_commissioning.files.columns import Meaning, Profile
from trust_commissioning.files.dates import DateOrder, PeriodMeans

# --- currencies, debits and credits ---------------------------------------------------------

DRCR = "Date,Supplier,Reference,Amount,Dr/Cr\n"


def test_an_amount_in_another_currency_is_refused_by_row():
    found = read(
        "Date,Supplier,Currency,Amount\n"
        "01/04/2011,Oak,GBP,100.00\n"
        "01/04/2011,Haus am See,EUR,100.00\n"
        "01/04/2011,Elm,,100.00\n"
    )

    assert told(found) == [("currency_not_sterling", 3, "Currency")]
    assert [line.row for line in found.lines] == [2, 4]


@pytest.mark.parametrize("heading", ["Amount (€)", "Amount $", "Net value ¥"])
def test_a_heading_with_the_sign_of_another_currency_stops_the_file(heading):
    assert told(read(f"Date,Supplier,{heading}\n01/04/2011,Oak,100.00\n")) == [
        ("currency_not_sterling", None, heading)
    ]


def test_a_credit_marked_beside_the_amount_is_below_nil():
    found = read(DRCR + "01/04/2011,Oak,1,100.00,DR\n01/04/2011,Oak,2,40.00,CR\n,Total,,60.00,\n")

    assert found.problems == ()
    assert [line.amount.plain for line in found.lines] == ["100.00", "-40.00"]
    assert found.printed_total == found.selected_total == Money(6_000)


def test_a_mark_that_is_neither_debit_nor_credit_refuses_its_row():
    found = read(
        DRCR
        + "01/04/2011,Oak,1,100.00,DR\n"
        + "01/04/2011,Oak,2,40.00,X\n"
        + "01/04/2011,Oak,3,40.00,\n"
        + "01/04/2011,Oak,4,-40.00,CR\n"
    )

    assert told(found) == [("debit_credit_unclear", row, "Dr/Cr") for row in (3, 4, 5)]


def test_a_file_that_marks_only_its_credits_is_read():
    found = read(DRCR + "01/04/2011,Oak,1,100.00,\n01/04/2011,Oak,2,40.00,CR\n")

    assert [line.amount.plain for line in found.lines] == ["100.00", "-40.00"]


def test_a_profile_says_that_the_amounts_have_their_signs():
    profile = Profile(name="signed", columns={Meaning.DEBIT_CREDIT: ()})

    found = read(DRCR + "01/04/2011,Oak,2,-40.00,CR\n", profile=profile)

    assert [line.amount.plain for line in found.lines] == ["-40.00"]


# --- the systems files come from ------------------------------------------------------------


def test_a_unit4_file_has_the_text_of_codes_and_a_line_number_in_each_reference():
    found = read(
        "\ufeffStrgrpcc(T),Cipfsubj(T),Cipfsubs(T),TransNo,Seq no,Period,Supplier ID(T),Amount,"
        "Updated\n"
        "Children,Third Party,Foster care,70012345,4,201910,Harbour Light Ltd,450.00,03-Oct-19\n"
    )

    line = found.lines[0]
    assert found.columns.profile == "unit4"
    assert (line.reference, line.supplier) == ("70012345/4", "Harbour Light Ltd")
    assert (line.day, line.month_only) == (date(2019, 10, 3), False)


def test_a_unit4_file_with_periods_only_needs_a_profile_that_says_what_they_count():
    text = "TransNo,Seq no,Period,Supplier ID(T),Amount\n1,1,201910,Harbour Light Ltd,450.00\n"
    profile = Profile(name="ours", period_means=PeriodMeans.FINANCIAL_PERIOD)

    assert told(read(text)) == [("period_calendar_not_known", 2, "Period")]
    line = read(text, profile=profile).lines[0]
    assert (line.day, line.month_only) == (date(2020, 1, 31), True)


def test_a_sap_file_is_read_net_of_vat():
    found = read(
        "Authority Name,Date of Payment,SAP Document Number,Gross,VAT,Net,Supplier Name,"
        "Directorate,G/L description.\n"
        "Midshire,31.03.2020,5100012345,120.00,20.00,100.00,Harbour Light Ltd,Children,Fees\n"
    )

    assert found.columns.profile == "sap"
    assert found.lines[0].amount == Money(10_000)
    assert found.lines[0].reference == "5100012345"


def test_an_oracle_file_is_read():
    found = read(
        "Business Unit Description,Expense Code,Expense Code Description,GL Date,Document No.,"
        "Invoice No.,Invoiced Value,Supplier Name,Address Book No.\n"
        "Fostering,5042,Private contractors,05-Dec-11,PV1,INV7,(99.50),Harbour Light Ltd,7\n"
    )

    assert found.columns.profile == "oracle"
    assert (found.lines[0].amount, found.lines[0].reference) == (Money(-9_950), "PV1")


def test_an_invoice_number_is_the_reference_where_there_is_no_other():
    found = read("Date,Invoice No,Supplier,Amount\n01/04/2011,INV7,Oak House,10.00\n")

    assert found.lines[0].reference == "INV7"


VAT_FILE = "Date of Payment,SAP Document Number,Gross,VAT,Net,Supplier Name\n"


def test_net_and_vat_that_do_not_make_gross_are_a_problem_of_their_row():
    found = read(
        VAT_FILE
        + "01/04/2011,1,120.00,20.00,100.00,Oak\n"
        + "01/04/2011,2,120.00,20.00,100.01,Oak\n"
        + "01/04/2011,3,100.00,20.00,120.00,Oak\n"
        + "01/04/2011,4,,,100.00,Oak\n"
    )

    assert told(found) == [
        ("net_vat_gross_do_not_add", 3, "Gross"),
        ("net_vat_gross_do_not_add", 4, "Gross"),
    ]
    assert "look swapped" in found.problems[1].message


def test_a_profile_mends_a_file_whose_net_and_gross_are_swapped():
    swapped = Profile(name="swapped", columns={Meaning.AMOUNT: ("Gross",), Meaning.GROSS: ("Net",)})

    found = read(VAT_FILE + "01/04/2011,3,100.00,20.00,120.00,Oak\n", profile=swapped)

    assert found.problems == ()
    assert found.lines[0].amount == Money(10_000)


def test_a_month_first_file_is_refused_row_by_row_and_read_with_a_profile():
    rows = ("04/05/2011,T1,Oak,Children,1.00", "04/25/2011,T2,Oak,Children,1.00")
    profile = Profile(name="month-first", date_order=DateOrder.MONTH_FIRST)

    assert told(plain(*rows)) == [("date_month_out_of_range", 3, "Date")]
    assert [line.day for line in plain(*rows, profile=profile).lines] == [
        date(2011, 4, 5),
        date(2011, 4, 25),
    ]
