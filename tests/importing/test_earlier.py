"""No payment is posted twice, however its file comes again; and none is left out unsaid."""

import json
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from openpyxl import Workbook
from sqlalchemy import Engine
from sqlmodel import Session, select

from ledger.money import Money
from ledger.periods import Period
from ledger.problems import Problem, Refused
from tests.importing.files import saved
from tests.support.extracts import extract, load, row
from tests.support.trusts import AT, CLERK, YEAR, journal
from trust_commissioning import closing, posting
from trust_commissioning.checking import check
from trust_commissioning.files.columns import Profile
from trust_commissioning.importing.batches import SPEND, latest
from trust_commissioning.importing.loading import SpendLoaded
from trust_commissioning.importing.profiles import save_profile
from trust_commissioning.importing.spend_file import read_spend
from trust_commissioning.store import journals, reading, transaction
from trust_commissioning.store.tables import ImportBatchRow

ALPHA, BETA = row(1, "100.00", "Alpha Care"), row(2, "200.00", "Beta Homes")
GAMMA, ZED = row(3, "5.00", "Gamma Trust"), row(9, "900.00", "Zed Transport")
NEW = row(10, "1.00", "New Path")


def refusal(act: Callable[[], Any]) -> list[Problem]:
    with pytest.raises(Refused) as refused:
        act()
    return list(refused.value.problems)


def in_books(engine: Engine) -> tuple[int, str]:
    """How many lines the books hold, what they come to; and the record is whole."""
    with reading(engine) as session:
        assert check(session) == []
        spend = [one.journal for one in journals.posted(session) if one.journal.source == SPEND]
    return len(spend), Money.total(one.postings[0].amount for one in spend).plain


def refs(engine: Engine) -> list[str]:
    """What the journals of spend are named by, without the hash of their rows."""
    with reading(engine) as session:
        posted = [one.journal for one in journals.posted(session)]
    return [one.source_ref.partition("/")[2] for one in posted if one.source == SPEND]


def told(loaded: SpendLoaded) -> list[object]:
    return [warning["code"] for warning in loaded.warnings]


def profile(engine: Engine, **said: Any) -> None:
    with transaction(engine) as session:
        save_profile(session, Profile.model_validate(said), by=CLERK, at=AT)


# --- the very same bytes ---------------------------------------------------------------------


def test_the_identical_file_said_to_be_separate_posts_nothing_and_says_so(engine: Engine) -> None:
    load(engine, extract([ALPHA, BETA]))

    again = load(engine, extract([ALPHA, BETA]), separate=True)

    assert (again.batch, again.rows_posted, again.rows_loaded_before, again.total.plain) == (
        "B-00001",
        0,
        2,
        "0.00",
    )
    assert in_books(engine) == (2, "300.00")


def test_a_part_of_a_file_loaded_as_separate_is_not_posted_again_with_the_whole(
    engine: Engine,
) -> None:
    load(engine, extract([ALPHA, BETA]), separate=True, where=(("Supplier", "Alpha Care"),))

    whole = load(engine, extract([ALPHA, BETA]), separate=True)

    assert (whole.rows_posted, whole.rows_loaded_before, whole.total.plain) == (1, 1, "200.00")
    assert in_books(engine) == (2, "300.00")


def test_the_same_file_read_with_the_month_first_is_refused_naming_the_batch(
    engine: Engine,
) -> None:
    profile(engine, name="us", date_order="month_first")
    data = extract([row(1, "100.00", day="04/05/2003"), row(2, "200.00", day="06/05/2003")])
    load(engine, data)

    for said in ({}, {"separate": True}, {"continues": "B-00001"}):
        (problem,) = refusal(partial(load, engine, data, profile="us", **said))
        assert (problem.code, problem.row) == ("file_read_otherwise_before", 2)
        assert problem.message.startswith(
            "B-00001 loaded this very file and read 2 of these rows otherwise: row 2 was £100.00 on"
            " 4 May 2003 and is now £100.00 on 5 April 2003."
        )
    assert in_books(engine) == (2, "300.00")


def test_the_same_file_read_gross_for_net_is_refused(engine: Engine) -> None:
    profile(engine, name="gross", columns={"amount": ["Gross"], "gross": []})
    data = b"Date,Supplier,Net,Gross\n04/05/2003,Alpha,100.00,120.00\n"
    load(engine, data)

    (problem,) = refusal(lambda: load(engine, data, profile="gross"))

    assert problem.code == "file_read_otherwise_before"
    assert "was £100.00" in problem.message
    assert "is now £120.00" in problem.message


def test_the_same_file_with_another_profile_that_reads_the_same_figures_posts_nothing(
    engine: Engine,
) -> None:
    with transaction(engine) as session:
        closing.close(session, Period(YEAR, 2), by=CLERK, at=AT, reason="Known and small")
    profile(engine, name="ours", columns={"supplier": ["Purpose"]})
    load(engine, extract([ALPHA, BETA]), late_into=Period(YEAR, 3))

    again = load(engine, extract([ALPHA, BETA]), profile="ours")

    assert (again.rows_posted, again.rows_loaded_before) == (0, 2)


def test_each_sheet_of_one_workbook_is_a_file_of_its_own(engine: Engine) -> None:
    book = Workbook()
    book.remove(book.worksheets[0])
    for month, amount in ((4, 10), (5, 20)):
        sheet = book.create_sheet(f"Month {month}")
        sheet.append(["Date", "Supplier", "Amount"])
        sheet.append([f"0{month}/05/2003", "Alpha", amount])
        profile(engine, name=f"m{month}", sheet=f"Month {month}")
    data = saved(book)

    loaded = [load(engine, data, name="year.xlsx", profile=f"m{month}") for month in (4, 5, 4)]

    assert [one.rows_posted for one in loaded] == [1, 1, 0]
    assert [one.sheet for one in loaded] == ["Month 4", "Month 5", "Month 4"]
    assert in_books(engine) == (2, "30.00")


# --- the same payments laid out otherwise ----------------------------------------------------

PLAIN = "Date,Supplier,Reference,Amount,VAT\n12/05/2003,Alpha Care,1,100.00,20.00\n"


@pytest.mark.parametrize(
    "again",
    [
        "Supplier,VAT,Date,Amount,Reference\nAlpha Care,20.00,12/05/2003,100.00,1\n",
        "Date,Supplier,Run,Reference,Amount,VAT\n12/05/2003,Alpha Care,,1,100.00,20.00\n",
        "DATE,SUPPLIER,REFERENCE,AMOUNT,VAT\n12/05/2003,ALPHA  CARE,1,100.00,20.00\n",
        "Date,Supplier,Reference,Amount,VAT\n2003-05-12,Alpha Care,1,£100,20\n",
    ],
)
def test_a_file_that_differs_only_in_its_layout_posts_nothing(engine: Engine, again: str) -> None:
    load(engine, PLAIN.encode())

    loaded = load(engine, again.encode())

    assert (loaded.rows_posted, loaded.rows_loaded_before) == (0, 1)


WITH_RUN = (
    "Date,Supplier,Reference,Run,Amount\n"
    "12/05/2003,Alpha Care,1,May,100.00\n"
    "13/05/2003,Beta Homes,2,May,200.00\n"
)
WITHOUT_RUN = "Date,Supplier,Reference,Amount\n12/05/2003,Alpha Care,1,100.00\n13/05/2003,Beta Homes,2,200.00\n"


def test_the_same_payments_with_a_column_more_are_asked_about(engine: Engine) -> None:
    load(engine, WITHOUT_RUN.encode())

    (problem,) = refusal(lambda: load(engine, WITH_RUN.encode()))

    assert (problem.code, problem.row) == ("lines_look_loaded", 2)
    assert problem.message == (
        "2 of the 2 new lines have the day, amount, supplier and reference of rows of B-00001, and"
        " other cells that differ (rows 2, 3). If they are the same payments printed otherwise, say"
        " --continues B-00001; if they are others, say --separate."
    )
    assert in_books(engine) == (2, "300.00")


def test_they_are_the_same_payments_once_a_person_says_the_file_continues(engine: Engine) -> None:
    load(engine, WITHOUT_RUN.encode())
    grown = WITH_RUN + "14/05/2003,Gamma Trust,3,May,5.00\n"

    loaded = load(engine, grown.encode(), continues="B-00001")
    again = load(engine, grown.encode(), continues="B-00001")

    assert (loaded.rows_posted, loaded.rows_loaded_before, loaded.total.plain) == (1, 2, "5.00")
    assert told(loaded) == ["lines_printed_otherwise"]
    assert loaded.warnings[0]["message"] == (
        "2 lines have the day, amount, supplier and reference of a row loaded before, and other"
        " cells that differ: taken as the same payments (rows 2, 3)."
    )
    assert (loaded.lineage_total, loaded.file_total) == (Money(30_500), Money(30_500))
    assert again.rows_posted == 0
    assert in_books(engine) == (3, "305.00")


def test_they_are_others_once_a_person_says_so(engine: Engine) -> None:
    load(engine, WITHOUT_RUN.encode())

    loaded = load(engine, WITH_RUN.encode(), separate=True)

    assert (loaded.rows_posted, loaded.total.plain, loaded.separate) == (2, "300.00", True)
    assert in_books(engine) == (4, "600.00")


def test_a_grown_file_in_a_new_layout_is_asked_about_for_the_batch_it_holds(
    engine: Engine,
) -> None:
    load(engine, b"Date,Supplier,Amount\n12/05/2003,Alpha,100.00\n")
    others = "".join(f"1{n}/06/2003,Other {n},May,{n}.00\n" for n in range(1, 9))
    grown = f"Date,Supplier,Run,Amount\n12/05/2003,Alpha,May,100.00\n{others}"

    (problem,) = refusal(lambda: load(engine, grown.encode()))

    assert problem.code == "lines_look_loaded"
    assert problem.message.startswith("1 of the 9 new lines")


def test_a_few_lines_without_reference_that_look_alike_are_only_told(engine: Engine) -> None:
    lines = "".join(f"1{n}/05/2003,Other {n},April,{n}.00\n" for n in range(1, 5))
    headings = "Date,Supplier,Run,Amount\n"
    load(engine, f"{headings}12/05/2003,Redacted,April,150.00\n{lines}".encode())
    more = "".join(f"1{n}/06/2003,Other {n},May,{n}.00\n" for n in range(1, 5))

    loaded = load(engine, f"{headings}12/05/2003,Redacted,May,150.00\n{more}".encode())

    assert told(loaded) == ["lines_look_loaded"]
    assert loaded.rows_posted == 5


def test_lines_of_other_months_never_look_alike(engine: Engine) -> None:
    rent = [row(1, "500.00", day=f"01/{month:02d}/2003") for month in range(4, 10)]

    assert [load(engine, extract([one])).rows_posted for one in rent] == [1] * 6


def test_one_more_of_an_equal_row_does_not_look_loaded(engine: Engine) -> None:
    load(engine, extract([ALPHA]))

    assert load(engine, extract([ALPHA, ALPHA])).rows_posted == 1
    assert load(engine, extract([ALPHA, ALPHA, ALPHA, BETA])).rows_posted == 2
    assert in_books(engine) == (4, "500.00")


def test_both_copies_of_a_payment_posted_twice_on_purpose_are_known(engine: Engine) -> None:
    load(engine, extract([ALPHA, BETA]))
    load(engine, extract([ALPHA]) + b"\r\n", separate=True)

    (problem,) = refusal(lambda: load(engine, extract([ALPHA, ALPHA, BETA])))

    assert problem.code == "lines_look_loaded"
    assert in_books(engine) == (3, "400.00")


# --- lineages --------------------------------------------------------------------------------


def separate_lineage(engine: Engine) -> None:
    """B-00001 of Alpha and Beta; B-00002, said to be separate, of another Alpha and Zed."""
    load(engine, extract([ALPHA, BETA]))
    loaded = load(engine, extract([ALPHA, ZED]), separate=True)
    assert (loaded.batch, loaded.rows_posted, told(loaded)) == (
        "B-00002",
        2,
        ["file_overlaps_batch"],
    )
    assert in_books(engine) == (4, "1300.00")


@pytest.mark.parametrize("said", [{}, {"continues": "B-00002"}, {"separate": True}])
def test_a_later_month_of_a_separate_file_posts_only_its_new_line(
    engine: Engine, said: dict[str, Any]
) -> None:
    separate_lineage(engine)

    loaded = load(engine, extract([ALPHA, ZED, NEW]), **said)

    assert (loaded.rows_posted, loaded.rows_loaded_before, loaded.total.plain) == (1, 2, "1.00")
    assert (loaded.continues, loaded.separate) == ("B-00002", True)
    assert loaded.lineage_total == loaded.file_total == Money(100_100)
    assert in_books(engine) == (5, "1301.00")
    assert refs(engine) == ["1", "1", "1/B-00002", "1/B-00002", "1/B-00002"]


@pytest.mark.parametrize("said", [{}, {"continues": "B-00002"}, {"separate": True}])
def test_a_later_month_of_it_loaded_twice_posts_nothing(
    engine: Engine, said: dict[str, Any]
) -> None:
    separate_lineage(engine)
    load(engine, extract([ALPHA, ZED, NEW]), **said)

    again = load(engine, extract([ALPHA, ZED, NEW]), **said)

    assert (again.batch, again.rows_posted, again.total.plain) == ("B-00003", 0, "0.00")
    assert in_books(engine) == (5, "1301.00")


def test_a_separate_lineage_may_come_to_hold_what_another_file_holds(engine: Engine) -> None:
    separate_lineage(engine)

    loaded = load(engine, extract([ALPHA, ZED, BETA]), continues="B-00002")

    assert (loaded.rows_posted, loaded.total.plain) == (1, "200.00")
    assert in_books(engine) == (5, "1500.00")


def test_the_first_file_still_grows_beside_a_separate_one(engine: Engine) -> None:
    separate_lineage(engine)

    loaded = load(engine, extract([ALPHA, BETA, NEW]))

    assert (loaded.rows_posted, loaded.continues, loaded.separate) == (1, "B-00001", False)
    assert in_books(engine) == (5, "1301.00")


def test_a_year_to_date_file_that_continues_one_month_does_not_post_the_others_again(
    engine: Engine,
) -> None:
    april = [row(n, f"{n}.00", day="15/04/2003") for n in (1, 2)]
    may = [row(n, f"{n}.00", day="15/05/2003") for n in (3, 4)]
    corrected = row(4, "40.00", day="15/05/2003")
    load(engine, extract(april))
    load(engine, extract(may))

    loaded = load(engine, extract([*april, may[0], corrected, NEW]), continues="B-00002")

    assert (loaded.rows_posted, loaded.total.plain) == (2, "41.00")
    assert told(loaded) == ["rows_of_batch_missing"]
    assert in_books(engine) == (6, "51.00")


# --- what is said must be so -----------------------------------------------------------------


def test_an_overlap_tells_what_the_file_lacks_before_anything_is_posted(engine: Engine) -> None:
    load(engine, extract([ALPHA, BETA]))

    (problem,) = refusal(lambda: load(engine, extract([ALPHA, row(2, "250.00", "Beta Homes")])))

    assert problem.message == (
        "Of the 2 lines of this file 1 also came with B-00001, whose 2 rows this file does not"
        " hold whole: 1 row of £200.00 (row 3 of B-00001, 12 May 2003, Beta Homes, £200.00) is"
        " not in it. If it carries that file on, say --continues B-00001; if these are other"
        " payments that look the same, say --separate."
    )


def test_a_file_that_continues_tells_the_rows_it_lacks_and_what_the_lineage_comes_to(
    engine: Engine,
) -> None:
    load(engine, extract([ALPHA, BETA]))
    corrected = extract([ALPHA, row(2, "250.00", "Beta Homes"), GAMMA])

    loaded = load(engine, corrected, continues="B-00001")

    assert (loaded.rows_posted, loaded.total.plain) == (2, "255.00")
    assert told(loaded) == ["rows_of_batch_missing"]
    assert loaded.warnings[0]["message"] == (
        "1 row of £200.00 (row 3 of B-00001, 12 May 2003, Beta Homes, £200.00) is loaded with"
        " B-00001 and the files that carry it on and not in this file, or not among the lines"
        " selected of it. What was posted stays posted: reverse what was corrected or withdrawn."
    )
    assert (loaded.file_total.plain, loaded.lineage_total) == ("355.00", Money(55_500))
    assert in_books(engine) == (4, "555.00")


def test_a_file_that_holds_all_of_its_batch_lacks_nothing(engine: Engine) -> None:
    load(engine, extract([ALPHA, BETA]))

    loaded = load(engine, extract([ALPHA, BETA, GAMMA]))

    assert told(loaded) == []
    assert loaded.lineage_total == loaded.file_total == Money(30_500)


def test_a_file_with_no_line_of_the_batch_does_not_continue_it(engine: Engine) -> None:
    load(engine, extract([ALPHA]))
    load(engine, extract([BETA]))

    for lines in ([GAMMA], [BETA, GAMMA]):
        (problem,) = refusal(partial(load, engine, extract(lines), continues="B-00001"))
        assert (problem.code, problem.where) == ("file_does_not_continue_batch", "continues")
    assert in_books(engine) == (2, "300.00")


def test_a_file_cannot_both_continue_and_be_separate(engine: Engine) -> None:
    load(engine, extract([ALPHA]))

    (problem,) = refusal(
        lambda: load(engine, extract([ALPHA, BETA]), continues="B-00001", separate=True)
    )

    assert problem.code == "continues_and_separate"


def test_the_answer_that_is_kept_says_only_what_was_known(engine: Engine) -> None:
    printed = load(engine, extract([ALPHA, BETA])).as_json()

    with reading(engine) as session:
        kept = json.loads(session.exec(select(ImportBatchRow.answer)).one())
    assert (printed.pop("first_journal"), printed.pop("last_journal")) == (
        "2003-04/000001",
        "2003-04/000002",
    )
    assert kept == printed


def test_a_name_that_no_file_brought_refuses_the_file_and_is_not_taken_for_its_line(
    engine: Engine,
) -> None:
    (line,) = read_spend(extract([ALPHA]), name="spend.csv").lines
    with transaction(engine) as session:
        _post_under(session, f"{line.key}/1")

    (problem,) = refusal(lambda: load(engine, extract([ALPHA])))

    assert (problem.code, problem.row) == ("source_already_used", 2)


def _post_under(session: Session, ref: str) -> None:
    wanted = journal("Expenses:Unallocated 100.00 / Assets:HostCash -100.00", source=SPEND, ref=ref)
    posting.post(session, wanted, by=CLERK, at=AT)


def test_the_batch_after_the_99999th_is_later() -> None:
    assert latest(["B-99999", "B-100000", "B-00002"]) == "B-100000"
    assert latest([]) is None
