"""A file with headings nobody knows: a person says which column is which, once, and it is kept."""

import json
from collections.abc import Sequence
from typing import Any

import pytest
from openpyxl import Workbook
from sqlalchemy import Engine
from sqlmodel import select

from ledger.money import Money
from tests.importing.files import saved
from tests.importing.loaded import contents, posted, refusal
from tests.support.extracts import extract, load, row
from tests.support.trusts import AT, AUDITOR, CLERK
from trust_commissioning.files.columns import Columns, Meaning, Profile, resolve
from trust_commissioning.files.dates import DateOrder, PeriodMeans
from trust_commissioning.files.layouts import Look, layout, layout_in_words, look_at
from trust_commissioning.importing.loading import SpendPlan, preview_spend
from trust_commissioning.importing.planning import SpendOptions
from trust_commissioning.importing.profiles import keep_layout, kept_profiles, remove_profile
from trust_commissioning.store import reading, transaction
from trust_commissioning.store.tables import AuditEventRow, ImportBatchRow

HEADINGS = ("Pd On", "Bill Ref", "Whom", "For", "Net GBP", "Incl GBP")
ODD = (
    b"Borough payments\n\n"
    b"Pd On,Bill Ref,Whom,For,Net GBP,Incl GBP\n"
    b"30/04/2003,B-1,Kestrel House,Short breaks,100.00,117.50\n"
    b'01/05/2003,B-2,Weald Therapies,Therapy,"1,250.50","1,250.50"\n'
    b"02/05/2003,B-3,Elm House,Rent,(20.25),(20.25)\n"
)
NEXT = (
    b"Pd On,Bill Ref,Whom,For,Net GBP,Incl GBP\n"
    b"03/06/2003,B-4,Kestrel House,Short breaks,60.00,70.50\n"
)
CHOSEN = {
    Meaning.DATE: "Pd On",
    Meaning.AMOUNT: "Net GBP",
    Meaning.SUPPLIER: "Whom",
    Meaning.REFERENCE: "Bill Ref",
    Meaning.PURPOSE: "For",
}
SAID = layout(HEADINGS, CHOSEN)


def looked(data: bytes, **asked: Any) -> Look:
    look = look_at(data, name="odd.csv", **asked)
    assert look is not None
    return look


def previewed(engine: Engine, data: bytes, **asked: Any) -> SpendPlan:
    with reading(engine) as session:
        options = SpendOptions(fund="general", **asked)
        return preview_spend(session, data, name="odd.csv", options=options)


def keep(engine: Engine, said: Profile = SAID, title: str = "Borough list", by: str = CLERK) -> str:
    with transaction(engine) as session:
        return keep_layout(session, said, Columns(HEADINGS), title, by=by, at=AT).name


def codes(plan: SpendPlan) -> list[str]:
    return [problem.code for problem in plan.problems]


# --- what the file holds ---------------------------------------------------------------------


def test_a_file_of_unknown_headings_is_refused_until_a_person_says_which_is_which(
    engine: Engine,
) -> None:
    before = contents(engine)

    assert [one.code for one in refusal(lambda: load(engine, ODD))] == ["headings_not_found"]
    assert contents(engine) == before


def test_its_own_headings_are_shown_with_the_first_three_values_beneath() -> None:
    look = looked(ODD)

    assert (look.row, look.found, look.known) == (3, False, {})
    assert look.columns.labels == HEADINGS
    assert look.beneath["Net GBP"] == ("100.00", "1,250.50", "(20.25)")
    assert look.beneath["Whom"] == ("Kestrel House", "Weald Therapies", "Elm House")
    assert look.unclear == {Meaning.AMOUNT, Meaning.DATE}


def test_blank_cells_are_passed_over_and_no_more_than_three_values_are_shown() -> None:
    rows = [row(1, "1.00"), ("",) * 6, *(row(n, f"{n}.00") for n in range(2, 6))]

    assert looked(extract(rows)).beneath["Amount"] == ("1.00", "2.00", "3.00")


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_the_sign_between_cells_is_seen_without_knowing_a_heading(mark: str) -> None:
    data = f"Pd On{mark}Whom{mark}Net GBP\n30/04/2003{mark}A, B{mark}1.00\n".encode()

    assert looked(data).columns.labels == ("Pd On", "Whom", "Net GBP")


def test_a_heading_found_twice_is_unclear_and_each_can_be_chosen() -> None:
    data = b"Date,Amount,Supplier,Amount\n30/04/2003,1.00,Oak,2.00\n"
    look = looked(data)

    assert look.unclear == {Meaning.AMOUNT}
    assert look.columns.apart == ("Date", "Amount (1)", "Supplier", "Amount (2)")
    assert look.beneath["Amount (2)"] == ("2.00",)
    for label, place in (("Amount (1)", 1), ("Amount (2)", 3)):
        said = layout(look.rows[look.row], {Meaning.AMOUNT: label})
        columns = resolve(look.rows[look.row], said)
        assert (columns.index[Meaning.AMOUNT], columns.problems) == (place, ())


def test_headings_that_differ_in_capitals_alone_are_each_meant_to_the_letter() -> None:
    header = ["Date", "Amount", "SUPPLIER", "Supplier"]

    columns = resolve(header, layout(header, {Meaning.SUPPLIER: "Supplier"}))

    assert columns.index[Meaning.SUPPLIER] == 3


def test_another_row_than_the_one_shown_may_hold_the_headings(engine: Engine) -> None:
    data = b"Net GBP,net of VAT,Pd On,cleared\nHow much,Basis,When,Whom\n5.00,x,30/04/2003,Oak\n"

    assert looked(data).row == 1
    look = looked(data, row=2)
    assert look.columns.labels == ("How much", "Basis", "When", "Whom")
    said = layout(look.rows[2], {Meaning.AMOUNT: "How much", Meaning.DATE: "When"})
    plan = previewed(engine, data, layout=said)
    assert (plan.file.header_row, plan.total) == (2, Money.parse("5.00"))


def test_of_several_sheets_one_is_chosen_and_its_columns_said(engine: Engine) -> None:
    rows = [HEADINGS, ("30/04/2003", "B-1", "Kestrel House", "Rent", "12.50", "12.50")]
    data = _two_sheets(rows)
    look = looked(data)

    assert (look.row, look.sheets) == (0, ("April", "May"))
    assert looked(data, sheet="May").columns.labels == HEADINGS
    plan = previewed(engine, data, layout=layout(HEADINGS, CHOSEN, sheet="May"))
    assert (plan.file.sheet, plan.total) == ("May", Money.parse("12.50"))


def test_a_file_that_cannot_be_read_at_all_has_nothing_to_choose_from() -> None:
    assert look_at(b"%PDF-1.4 spending", name="spend.pdf") is None
    assert look_at(b"", name="spend.csv") is None
    assert look_at(b"only words\nand no columns\n", name="spend.csv") is None


# --- what it then posts ----------------------------------------------------------------------


def test_said_columns_are_posted_to_the_penny_and_a_second_load_posts_nothing(
    engine: Engine,
) -> None:
    loaded = load(engine, ODD, layout=SAID, control_total=Money.parse("1330.25"))

    assert (loaded.journals, loaded.total) == (3, Money.parse("1330.25"))
    assert [one.postings[0].amount.plain for one in posted(engine)] == [
        "100.00",
        "1250.50",
        "-20.25",
    ]
    first = posted(engine)[0]
    assert (first.payee, first.narration) == ("Kestrel House", "Short breaks (B-1)")
    again = load(engine, ODD, layout=SAID)
    assert (again.batch, again.rows_posted) == ("B-00001", 0)


def test_a_load_leaves_in_the_trail_which_column_was_said_to_be_which(engine: Engine) -> None:
    load(engine, ODD, layout=SAID)

    with reading(engine) as session:
        event = session.exec(
            select(AuditEventRow).where(AuditEventRow.object_kind == "import_batch")
        ).one()
        batch = session.exec(select(ImportBatchRow)).one()
        assert json.loads(event.after)["columns"]["columns"]["amount"] == ["Net GBP"]
        assert batch.profile == "this-file"


def test_the_same_file_read_by_another_column_is_refused_and_not_posted_twice(
    engine: Engine,
) -> None:
    load(engine, ODD, layout=SAID)

    other = layout(HEADINGS, CHOSEN | {Meaning.AMOUNT: "Incl GBP"})

    assert codes(previewed(engine, ODD, layout=other)) == ["file_read_otherwise_before"]


def test_what_is_said_of_dates_is_heeded(engine: Engine) -> None:
    data = b"Pd On,Net GBP\n04/05/2003,1.00\n"
    columns = {Meaning.DATE: "Pd On", Meaning.AMOUNT: "Net GBP"}
    said = layout(["Pd On", "Net GBP"], columns, date_order=DateOrder.MONTH_FIRST)

    (line,) = previewed(engine, data, layout=said).lines

    assert str(line.line.day) == "2003-04-05"


def test_the_sheet_alone_may_be_said_where_the_columns_are_known(engine: Engine) -> None:
    header = ("Vendor ID", "Vendor name", "Cost element", "Clearing date", "Amount")
    data = _two_sheets([header, ("7", "Oak House", "Fees", "30/04/2003", "12.50")])

    assert codes(previewed(engine, data)) == ["several_sheets"]
    plan = previewed(engine, data, layout=layout((), {}, sheet="May"))
    assert (plan.file.sheet, plan.file.columns.profile) == ("May", "sap")
    assert plan.total == Money.parse("12.50")


def test_kept_columns_that_name_a_sheet_are_read_from_it(engine: Engine) -> None:
    rows = [HEADINGS, ("30/04/2003", "B-1", "Kestrel House", "Rent", "12.50", "12.50")]
    keep(engine, layout(HEADINGS, CHOSEN, sheet="May"))

    assert previewed(engine, _two_sheets(rows)).file.sheet == "May"


def test_what_a_period_counts_is_heeded(engine: Engine) -> None:
    data = b"Mth,Net GBP\n200302,1.00\n"
    columns = {Meaning.PERIOD: "Mth", Meaning.AMOUNT: "Net GBP"}
    said = layout(["Mth", "Net GBP"], columns, period_means=PeriodMeans.FINANCIAL_PERIOD)

    (line,) = previewed(engine, data, layout=said).lines

    assert str(line.line.day) == "2003-05-31"


# --- what is wrong with it -------------------------------------------------------------------


def test_a_column_the_file_has_not_is_named_with_the_field_it_was_to_be(engine: Engine) -> None:
    said = layout_in_words(["Date=Pd On,Amount=Nett GBP"])

    problems = previewed(engine, ODD, layout=said).problems

    assert "column_not_found" in [one.code for one in problems]
    told = next(one for one in problems if one.code == "column_not_found")
    assert "“Nett GBP”, which is said to be the amount" in told.message
    assert "“Net GBP”" in told.message


def test_one_column_is_not_two_fields(engine: Engine) -> None:
    said = layout(HEADINGS, CHOSEN | {Meaning.PURPOSE: "Whom"})

    problems = previewed(engine, ODD, layout=said).problems

    assert [(one.code, one.column) for one in problems] == [("column_chosen_twice", "Whom")]


def test_columns_in_words_are_refused_with_every_part_that_says_nothing() -> None:
    problems = refusal(lambda: layout_in_words(["Dat=Pd On,Net GBP,amount=A,Amount=B"]))

    assert [one.code for one in problems] == ["columns_unreadable"] * 3
    assert "“Dat” is no field" in problems[0].message
    assert "“Amount” is given twice" in problems[2].message


def test_columns_in_words_take_headings_with_commas_and_say_what_is_not_there() -> None:
    said = layout_in_words(['Date paid=Pd On,"amount=Net, GBP"', "debit credit=", "VAT = "])

    assert said.columns == {
        Meaning.DATE: ("Pd On",),
        Meaning.AMOUNT: ("Net, GBP",),
        Meaning.DEBIT_CREDIT: (),
        Meaning.VAT: (),
    }


# --- what is kept ----------------------------------------------------------------------------


def test_kept_columns_read_the_next_file_by_themselves_and_can_be_named(engine: Engine) -> None:
    assert keep(engine) == "borough-list"

    for asked in ({}, {"profile": "borough-list"}):
        plan = previewed(engine, NEXT, **asked)
        assert (plan.problems, plan.total) == ((), Money.parse("60.00"))
        assert plan.file.columns.profile == "borough-list"


def test_kept_columns_do_not_read_a_file_that_lacks_one_of_the_headings(engine: Engine) -> None:
    keep(engine)
    lacking = NEXT.replace(b",For", b",About")

    assert codes(previewed(engine, lacking)) == ["headings_not_found"]


def test_kept_columns_come_before_what_the_product_knows_of_the_headings(engine: Engine) -> None:
    data = extract([row(1, "100.00")]).replace(b"Purpose", b"Gross")
    header = ["Date", "Transaction number", "Supplier", "Gross", "Service", "Amount"]
    with transaction(engine) as session:
        said = layout(header, {Meaning.SUPPLIER: "Service"})
        keep_layout(session, said, Columns(tuple(header)), "Ours", by=CLERK, at=AT)

    (line,) = previewed(engine, data).lines

    assert line.line.supplier == "Fostering"


def test_keeping_again_under_a_name_corrects_it_and_the_trail_has_both(engine: Engine) -> None:
    keep(engine)
    keep(engine, layout(HEADINGS, CHOSEN | {Meaning.AMOUNT: "Incl GBP"}), "borough  LIST")

    assert previewed(engine, NEXT).total == Money.parse("70.50")
    with reading(engine) as session:
        (kept,) = kept_profiles(session)
        events = session.exec(
            select(AuditEventRow).where(AuditEventRow.object_kind == "import_profile")
        ).all()
        assert [(one.action, one.object_key) for one in events] == [("save", "borough-list")] * 2
        assert "Net GBP" in json.loads(events[1].before)["contents"]
    assert (kept.title, kept.by, kept.at) == ("borough LIST", CLERK, AT)


def test_two_that_read_the_same_headings_differently_are_not_chosen_between(
    engine: Engine,
) -> None:
    keep(engine)
    keep(engine, layout(HEADINGS, CHOSEN | {Meaning.AMOUNT: "Incl GBP"}), "With VAT")

    (problem,) = previewed(engine, NEXT).problems

    assert problem.code == "several_profiles_fit"
    assert "“Borough list”, “With VAT”" in problem.message
    assert previewed(engine, NEXT, profile="with-vat").total == Money.parse("70.50")


def test_what_is_removed_reads_no_further_file_and_leaves_what_was_posted(engine: Engine) -> None:
    keep(engine)
    load(engine, NEXT)
    with transaction(engine) as session:
        remove_profile(session, "borough-list", by=CLERK, at=AT)

    assert codes(previewed(engine, NEXT)) == ["headings_not_found"]
    assert len(posted(engine)) == 1


def test_what_was_never_kept_cannot_be_removed(engine: Engine) -> None:
    def remove() -> None:
        with transaction(engine) as session:
            remove_profile(session, "sap", by=CLERK, at=AT)

    assert [one.code for one in refusal(remove)] == ["profile_unknown"]


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("SAP", "profile_name_taken"),
        ("…", "profile_name_unusable"),
        ("x" * 41, "profile_name_unusable"),
        ("a\x00b", "profile_name_unusable"),
    ],
)
def test_a_name_that_cannot_be_kept_is_refused(engine: Engine, title: str, code: str) -> None:
    assert [one.code for one in refusal(lambda: keep(engine, title=title))] == [code]


def test_columns_no_file_can_be_read_by_are_not_kept(engine: Engine) -> None:
    said = layout(HEADINGS, {Meaning.AMOUNT: "Net GBP", Meaning.SUPPLIER: "Net GBP"})

    assert [one.code for one in refusal(lambda: keep(engine, said))] == [
        "date_column_missing",
        "column_chosen_twice",
    ]


def test_keeping_what_is_kept_leaves_no_second_entry(engine: Engine) -> None:
    keep(engine)
    before = contents(engine)
    keep(engine)

    assert contents(engine) == before


def test_who_may_not_import_keeps_and_removes_nothing(engine: Engine) -> None:
    assert refusal(lambda: keep(engine, by=AUDITOR))


def test_the_headings_of_a_file_are_told_without_their_turn() -> None:
    assert Columns(("Amount", "Amount (2)", "", "Total (3)")).headings == ("Amount", "Total (3)")


def _two_sheets(rows: Sequence[tuple[str, ...]]) -> bytes:
    book = Workbook()
    assert book.active is not None
    book.active.title = "April"
    for sheet in (book.active, book.create_sheet("May")):
        for one in rows:
            sheet.append(one)
    return saved(book)
