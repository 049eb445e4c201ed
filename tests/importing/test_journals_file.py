"""A file of journals: whole or not at all, and each journal once."""

from collections.abc import Callable
from typing import Any

import pytest
from openpyxl import Workbook
from sqlalchemy import Engine

from ledger.periods import Period
from ledger.problems import Problem, Refused
from tests.importing.files import saved
from tests.support.trusts import AT, CLERK, YEAR
from trust_commissioning import closing
from trust_commissioning.checking import check
from trust_commissioning.importing.journals_file import JournalsLoaded, load_journals
from trust_commissioning.store import journals, reading, transaction

HEADINGS = "reference,fund,date,narration,account,amount"
FEES = "J1,general,30/04/2003,Fees,Expenses:Unallocated,10.00"
PAID = "J1,general,30/04/2003,Fees,Assets:HostCash,-10.00"
OTHER = (
    "J2,general,02/05/2003,Rent,Expenses:Unallocated,5.00\n"
    "J2,general,02/05/2003,Rent,Assets:HostCash,-5.00"
)


def load(engine: Engine, *rows: str, headings: str = HEADINGS, **said: Any) -> JournalsLoaded:
    data = "\n".join([headings, *rows]).encode()
    return load_bytes(engine, data, **said)


def load_bytes(engine: Engine, data: bytes, **said: Any) -> JournalsLoaded:
    with transaction(engine) as session:
        return load_journals(session, data, name="journals.csv", by=CLERK, at=AT, **said)


def refusal(act: Callable[[], Any]) -> list[tuple[str, int | None]]:
    with pytest.raises(Refused) as refused:
        act()
    problems: tuple[Problem, ...] = refused.value.problems
    return [(one.code, one.row) for one in problems]


def in_books(engine: Engine) -> list[str]:
    with reading(engine) as session:
        assert check(session) == []
        return [one.journal.debits.plain for one in journals.posted(session)]


def test_the_answer_has_the_promised_keys(engine: Engine) -> None:
    answer = load(engine, FEES, PAID, "", OTHER).as_json()

    assert len(str(answer.pop("file_sha256"))) == 64
    assert answer == {
        "batch": "B-00001",
        "rows_read": 5,
        "rows_posted": 4,
        "rows_skipped": {"blank_row": 1},
        "rows_loaded_before": 0,
        "total": "15.00",
        "control_total": None,
        "journals": 2,
        "already": 0,
        "not_attributed": "15.00",
        "numbers": ["2003-04/000001", "2003-04/000002"],
        "dry_run": False,
        "warnings": [],
        "problems": [],
    }


def test_the_same_file_posts_nothing_after_its_period_closed_and_says_so(engine: Engine) -> None:
    load(engine, FEES, PAID)
    with transaction(engine) as session:
        closing.close(session, Period(YEAR, 1), by=CLERK, at=AT, reason="Known and small")

    for dry_run in (True, False):
        again = load(engine, FEES, PAID, dry_run=dry_run)
        assert (again.journals, again.already, again.total.plain) == (0, 1, "0.00")
        assert (again.batch, again.rows_posted, again.rows_loaded_before) == ("B-00001", 0, 2)
    assert in_books(engine) == ["10.00"]


def test_what_is_new_beside_it_is_held_against_the_open_periods(engine: Engine) -> None:
    load(engine, FEES, PAID)
    with transaction(engine) as session:
        closing.close(session, Period(YEAR, 1), by=CLERK, at=AT, reason="Known and small")
    late = [row.replace("J1", "J3") for row in (FEES, PAID)]

    assert refusal(lambda: load(engine, FEES, PAID, *late)) == [("period_not_open", 4)]
    grown = load(engine, FEES, PAID, OTHER)

    assert (grown.batch, grown.journals, grown.already) == ("B-00002", 1, 1)
    assert in_books(engine) == ["10.00", "5.00"]


@pytest.mark.parametrize("dry_run", [True, False])
def test_a_reference_with_other_contents_is_refused_by_row(engine: Engine, dry_run: bool) -> None:
    load(engine, FEES, PAID)
    changed = [row.replace("10.00", "11.00") for row in (FEES, PAID)]

    assert refusal(lambda: load(engine, *changed, dry_run=dry_run)) == [("source_already_used", 2)]


@pytest.mark.parametrize("second", ["amount", " AMOUNT ", "ref", "Day"])
def test_two_columns_that_say_the_same_are_refused(engine: Engine, second: str) -> None:
    rows = [f"{row},99" for row in (FEES, PAID)]

    found = refusal(lambda: load(engine, *rows, headings=f"{HEADINGS},{second}"))

    assert found == [("heading_repeated", None)]


def test_columns_of_no_meaning_may_repeat(engine: Engine) -> None:
    rows = [f"{row},a,b" for row in (FEES, PAID)]

    assert load(engine, *rows, headings=f"{HEADINGS},note,note").journals == 1


def test_cells_beyond_the_headings_are_refused(engine: Engine) -> None:
    assert refusal(lambda: load(engine, f"{FEES},9.00", f"{PAID},,")) == [("row_too_long", 2)]


@pytest.mark.parametrize("nothing", ["", "0.00", "0", "£-"])
def test_a_debit_or_a_credit_may_have_nil_or_nothing_beside_it(
    engine: Engine, nothing: str
) -> None:
    headings = "reference,fund,date,narration,account,debit,credit"

    loaded = load(
        engine,
        f"J1,general,30/04/2003,Fees,Expenses:Unallocated,10.00,{nothing}",
        f"J1,general,30/04/2003,Fees,Assets:HostCash,{nothing},10.00",
        headings=headings,
    )

    assert (loaded.journals, loaded.total.plain) == (1, "10.00")
    with reading(engine) as session:
        (posted,) = [one.journal for one in journals.posted(session)]
    assert [one.amount.plain for one in posted.postings] == ["10.00", "-10.00"]


def test_a_debit_with_a_credit_or_neither_is_refused(engine: Engine) -> None:
    headings = "reference,fund,date,narration,account,debit,credit"
    start = "general,30/04/2003,Fees,Expenses:Unallocated"

    found = refusal(
        lambda: load(
            engine,
            f"J1,{start},10.00,10.00",
            f"J2,{start},,",
            f"J3,{start},0.00,0.00",
            headings=headings,
        )
    )

    assert ("amount_given_twice", 2) in found
    assert ("amount_missing", 3) in found
    assert ("posting_is_nil", 4) in found


def test_a_journal_above_the_headings_is_not_lost(engine: Engine) -> None:
    data = f"J0,general,30/04/2003,Fees,Assets:HostCash,1.00\n{HEADINGS}\n{FEES}\n{PAID}"

    assert refusal(lambda: load_bytes(engine, data.encode())) == [("lines_above_headings", 1)]


def test_a_formula_without_its_value_is_not_an_empty_cell(engine: Engine) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for cells in ([*HEADINGS.split(","), "service"], FEES.split(","), PAID.split(",")):
        sheet.append(cells)
    sheet["G2"] = "=A1"

    assert refusal(lambda: load_bytes(engine, saved(book))) == [("formula_not_calculated", 2)]


def test_a_text_that_may_identify_a_child_is_asked_about_once_and_never_repeated(
    engine: Engine,
) -> None:
    rows = [row.replace("Fees", "Fees for 9434765919") for row in (FEES, PAID)]

    loaded = load(engine, *rows, OTHER)

    (asked,) = loaded.warnings
    assert (asked.code, asked.row, asked.column) == ("looks_like_nhs_number", 2, "narration")
    assert "9434765919" not in str(loaded.as_json()["warnings"])
    assert in_books(engine) == ["10.00", "5.00"]


def test_references_and_payees_are_searched_too(engine: Engine) -> None:
    rows = [f"{row.replace('J1', '943 476 5919')},JS dob unknown" for row in (FEES, PAID)]

    loaded = load(engine, *rows, headings=f"{HEADINGS},payee")

    assert [(one.code, one.column) for one in loaded.warnings] == [
        ("looks_like_nhs_number", "reference"),
        ("mentions_date_of_birth", "payee"),
    ]


def test_a_date_that_could_be_of_birth_is_told_from_the_journals_own_day(engine: Engine) -> None:
    born, served = (
        [row.replace("Fees", words).replace("J1", ref) for row in (FEES, PAID)]
        for ref, words in (("J1", "Care of 14/02/1991"), ("J3", "Care from 14/02/2003"))
    )

    assert [one.row for one in load(engine, *born, *served).warnings] == [2]
