"""What each column of a council's file means, by its heading."""

import json
from collections import Counter

import pytest
from pydantic import ValidationError

from trust_commissioning.files.columns import (
    Columns,
    Meaning,
    Profile,
    headings_known,
    normal,
    recognise,
    resolve,
    shipped_profiles,
)
from trust_commissioning.files.dates import DateOrder, PeriodMeans

UNIT4 = ["Strgrpcc(T)", "Cipfsubj(T)", "TransNo", "Seq no", "Period", "Supplier ID(T)", "Amount"]
SAP = ["Vendor ID", "Vendor Name", "Cost Element", "Document No", "Amount", "Clearing Date"]
ORACLE = ["Business Unit Description", "Expense Code", "GL Date", "Document No.", "Invoiced Value"]
CODE_2015 = [
    "Organisation Label",
    "Organisational Unit",
    "Beneficiary Name",
    "Payment Date",
    "Transaction Number",
    "Amount",
    "Irrecoverable VAT Amount",
    "Purpose",
]


def found(header: list[str], profile: Profile | None = None) -> dict[str, str]:
    columns = resolve(header, profile)
    return {meaning.value: columns.labels[place] for meaning, place in columns.index.items()}


@pytest.mark.parametrize(
    "heading",
    ["Net amount", "NET AMOUNT", "NetAmount", " Net  Amount (£)", "Net\nAmount", "net_amount"],
)
def test_case_spacing_and_punctuation_of_a_heading_do_not_matter(heading):
    assert normal(heading) == "net amount"
    assert found([heading, "Date"])["amount"] == " ".join(heading.split())


@pytest.mark.parametrize("mark", ["\ufeff", "ï»¿", "Ã¯»¿"])
def test_a_byte_order_mark_however_mangled_does_not_hide_the_first_heading(mark):
    columns = resolve([f"{mark}Body Name", "Net Amount", "Date"])

    assert columns.label(Meaning.BODY) == "Body Name"


@pytest.mark.parametrize(
    ("heading", "meaning"),
    [
        ("Directotate", "directorate"),
        ("Benificiary Name", "supplier"),
        ("Suuplier ID (T)", "supplier"),
        ("Service divison label", "division"),
        ("Captial/ Revenue", "capital_or_revenue"),
        ("Organistion Name", "body"),
    ],
)
def test_headings_misspelt_as_councils_print_them_are_known(heading, meaning):
    assert found([heading, "Amount", "Date"])[meaning] == heading


def test_net_is_the_amount_where_a_file_has_gross_vat_and_net():
    columns = found(["Date of Payment", "Gross", "VAT", "Net", "Supplier Name"])

    assert (columns["amount"], columns["gross"], columns["vat"]) == ("Net", "Gross", "VAT")


def test_gross_is_the_amount_only_where_there_is_no_other_and_a_warning_says_so():
    columns = resolve(["Date", "Gross Amount", "VAT", "Supplier"])

    assert columns.label(Meaning.AMOUNT) == "Gross Amount"
    assert [warning.code for warning in columns.warnings] == ["amount_is_gross"]
    assert Meaning.GROSS not in columns.index


def test_the_text_of_a_unit4_code_is_preferred_to_the_code():
    columns = found(["Supplier Name", "Supplier Name(T)", "Net Amount", "Payment Date"])

    assert columns["supplier"] == "Supplier Name(T)"


def test_the_date_paid_is_preferred_to_the_date_of_the_list():
    assert found(["Effective Date", "Payment Date", "Amount"])["date"] == "Payment Date"


def test_a_repeated_heading_is_named_with_its_turn():
    columns = resolve(["Supplier Name", "Supplier Name", "Amount", "Date", "", ""])

    assert columns.labels == ("Supplier Name", "Supplier Name (2)", "Amount", "Date", "", "")
    assert [warning.code for warning in columns.warnings] == ["heading_repeated"]
    assert not columns.problems


def test_two_columns_headed_as_the_amount_are_refused_since_either_may_be_meant():
    columns = resolve(["Date", "Amount", "Supplier", "Amount"])

    assert [problem.code for problem in columns.problems] == ["heading_repeated"]


def test_a_profile_says_which_of_two_equal_headings_is_meant():
    profile = Profile(name="ours", columns={Meaning.AMOUNT: ("Amount (2)",)})

    columns = resolve(["Date", "Amount", "Supplier", "Amount"], profile)

    assert columns.index[Meaning.AMOUNT] == 3
    assert not columns.problems


def test_a_header_without_amount_or_date_is_refused_with_the_columns_there_are():
    columns = resolve(["Contract Title", "Supplier Name", "Annual Value"])

    assert [problem.code for problem in columns.problems] == [
        "amount_column_missing",
        "date_column_missing",
    ]
    assert "“Annual Value”" in columns.problems[0].message


def test_a_profile_outranks_the_table_of_headings_and_an_empty_list_says_there_is_none():
    profile = Profile.model_validate(
        {"name": "swapped", "columns": {"amount": "Gross", "gross": ["Net"], "vat": []}}
    )

    columns = found(["Date", "Gross", "VAT", "Net", "Supplier"], profile)

    assert (columns["amount"], columns["gross"]) == ("Gross", "Net")
    assert "vat" not in columns


def test_a_column_that_a_profile_claims_is_not_used_again_by_the_table_of_headings():
    profile = Profile(name="ours", columns={Meaning.GROSS: ("Net",)})

    assert found(["Date", "Net", "Amount", "Supplier"], profile)["amount"] == "Amount"


def test_a_profile_goes_to_json_and_back():
    profile = Profile(
        name="midshire",
        title="Midshire's own layout",
        columns={Meaning.AMOUNT: ("Cost",), Meaning.DATE: ("When",)},
        date_order=DateOrder.MONTH_FIRST,
        period_means=PeriodMeans.FINANCIAL_PERIOD,
        sheet="Payments",
    )

    assert Profile.model_validate_json(profile.model_dump_json()) == profile
    assert json.loads(profile.model_dump_json())["columns"]["amount"] == ["Cost"]


def test_a_profile_with_an_unknown_meaning_or_field_is_refused():
    with pytest.raises(ValidationError):
        Profile.model_validate({"name": "x", "columns": {"price": ["Cost"]}})
    with pytest.raises(ValidationError):
        Profile.model_validate({"name": "x", "colums": {}})


@pytest.mark.parametrize(
    ("header", "name", "expected"),
    [
        (
            UNIT4,
            "unit4",
            {"supplier": "Supplier ID(T)", "reference": "TransNo", "sequence": "Seq no"},
        ),
        (
            SAP,
            "sap",
            {"supplier": "Vendor Name", "date": "Clearing Date", "supplier_id": "Vendor ID"},
        ),
        (ORACLE, "oracle", {"amount": "Invoiced Value", "date": "GL Date"}),
        (CODE_2015, "transparency", {"supplier": "Beneficiary Name", "date": "Payment Date"}),
    ],
)
def test_each_system_is_known_by_its_fingerprint(header, name, expected):
    profile = recognise(header)

    assert profile == shipped_profiles()[name]
    assert found(header, profile).items() >= expected.items()


def test_an_ordinary_header_has_no_fingerprint():
    assert recognise(["Date", "Supplier", "Amount", "Transaction number"]) is None


def test_a_column_is_found_by_its_heading_or_its_meaning():
    columns = resolve(["Service label", "Net Amount", "Date"])

    assert columns.find(" service LABEL ") == 0
    assert columns.find("ServiceLabel") == 0
    assert columns.find("service") == 0
    assert columns.find("Nothing") is None
    assert Columns().find("service") is None


def test_a_heading_means_one_thing_only():
    names = Counter(name for names in headings_known().values() for name in names)

    assert [name for name, times in names.items() if times > 1 or not name] == []
    assert set(headings_known()) == set(Meaning)


def test_sixteen_real_bodies_headers_show_amount_and_supplier_and_mostly_date_and_reference(
    shared_dir,
):
    rows = json.loads((shared_dir / "schemas" / "council_spend_headers.json").read_text("utf-8"))
    files: Counter[Meaning] = Counter()
    headers: Counter[Meaning] = Counter()
    for _, header, count, _ in rows:
        columns = resolve(header, recognise(header))
        for meaning in columns.index:
            files[meaning] += count
            headers[meaning] += 1

    assert len(rows) == 124
    assert sum(count for _, _, count, _ in rows) == 1462
    # The header without amount or supplier is a contracts register, filed among the payments.
    assert (headers[Meaning.AMOUNT], files[Meaning.AMOUNT]) == (123, 1461)
    assert (headers[Meaning.SUPPLIER], files[Meaning.SUPPLIER]) == (123, 1461)
    assert (headers[Meaning.DATE], files[Meaning.DATE]) == (119, 1438)
    assert (headers[Meaning.REFERENCE], files[Meaning.REFERENCE]) == (113, 1334)
