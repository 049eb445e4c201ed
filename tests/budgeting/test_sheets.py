"""Which sheet of a workbook a budget is read from."""

import pytest
from openpyxl import Workbook
from sqlalchemy import Engine

from ledger.problems import Refused
from tests.importing.files import saved
from tests.support.trusts import AT, CLERK
from trust_commissioning import budgeting
from trust_commissioning.store import transaction

HEADINGS = ("fund", "account", "service", "amount")
FOSTERING = ("general", "Expenses:ThirdParty:FosterCare", "fostering", 1000)
THERAPY = ("general", "Expenses:ThirdParty:Health", "therapy", 250)


def workbook(**sheets: list[tuple[object, ...]]) -> bytes:
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    return saved(book)


def load(engine: Engine, data: bytes, sheet: str | None = None) -> budgeting.BudgetLoaded:
    with transaction(engine) as session:
        return budgeting.load_budget(session, data, "b.xlsx", by=CLERK, at=AT, sheet=sheet)


def test_a_workbook_with_one_sheet_that_holds_anything_is_read_whole(engine: Engine):
    made = load(engine, workbook(Budget=[HEADINGS, FOSTERING, THERAPY], Empty=[]))

    assert (made.rows_posted, made.file_total.plain) == (2, "1250.00")


def test_a_second_sheet_is_not_left_out_without_a_word(engine: Engine):
    parted = workbook(Fostering=[HEADINGS, FOSTERING], Therapy=[HEADINGS, THERAPY])

    with pytest.raises(Refused) as refused:
        load(engine, parted)

    (problem,) = refused.value.problems
    assert problem.code == "several_sheets"
    assert problem.message == (
        "Several sheets hold something: “Fostering”, “Therapy”. Name one with --sheet."
    )


def test_a_second_sheet_whose_headings_are_not_known_is_not_left_out_either(engine: Engine):
    other = workbook(Budget=[HEADINGS, FOSTERING], More=[("Therapy", 250)])

    with pytest.raises(Refused, match="“Budget”, “More”"):
        load(engine, other)


def test_the_sheet_that_is_named_is_read_and_no_other(engine: Engine):
    parted = workbook(Fostering=[HEADINGS, FOSTERING], Therapy=[HEADINGS, THERAPY])

    first, second = load(engine, parted, "Therapy"), load(engine, parted, "fostering")

    assert [one.file_total.plain for one in (first, second)] == ["250.00", "1000.00"]


def test_a_sheet_that_is_not_there_is_refused_with_those_there_are(engine: Engine):
    with pytest.raises(Refused) as refused:
        load(engine, workbook(Budget=[HEADINGS, FOSTERING]), "Budgets")

    (problem,) = refused.value.problems
    assert problem.code == "sheet_not_found"
    assert problem.message == (
        "The workbook has no visible sheet “Budgets”. Its sheets are “Budget”."
    )
