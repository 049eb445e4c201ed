"""A spending extract becomes journals: whole or not at all, and each payment once."""

import json
from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import Engine, text
from sqlmodel import Session, select

from ledger.journal import AuthoredBy
from ledger.money import Money
from ledger.periods import Period
from ledger.problems import Refused
from tests.importing.loaded import THREE, TWO, contents, posted, refusal
from tests.support.extracts import FOSTERING_RULE, add_rules, extract, load, row
from tests.support.trusts import APPROVER, AT, AUDITOR, CLERK, YEAR, journal
from trust_commissioning import posting
from trust_commissioning.importing.loading import load_spend, preview_spend
from trust_commissioning.importing.planning import SpendOptions
from trust_commissioning.reports import source_row
from trust_commissioning.store import journals, reading, transaction
from trust_commissioning.store.tables import (
    ImportBatchRow,
    ImportRowRow,
)


def test_each_line_is_a_journal_debited_to_the_unallocated_and_paid_by_the_host(
    engine: Engine,
) -> None:
    loaded = load(engine, extract(TWO))

    assert (loaded.batch, loaded.rows_read, loaded.rows_posted, loaded.journals) == (
        "B-00001",
        2,
        2,
        2,
    )
    assert loaded.total == Money.parse("350.50")
    assert (loaded.first_journal, loaded.last_journal) == ("2003-04/000001", "2003-04/000002")
    first = posted(engine)[0]
    assert first.postings == (
        journal("Expenses:Unallocated 100.00 / Assets:HostCash -100.00").postings
    )
    assert (first.day, first.period, first.fund) == (date(2003, 5, 12), Period(YEAR, 2), "general")
    assert (first.payee, first.narration) == ("Oakfield Fostering", "Care and support (T00001)")


def test_a_files_journals_are_authored_by_the_batch_and_posted_by_who_loads_it(
    engine: Engine,
) -> None:
    load(engine, extract(TWO))

    with reading(engine) as session:
        stored = journals.by_number(session, "2003-04/000002")
    assert stored is not None
    assert stored.posted is not None
    assert (stored.author, stored.authored_by) == ("B-00001", AuthoredBy.BATCH)
    assert (stored.batch, stored.batch_row) == ("B-00001", 3)
    assert stored.posted.posted_by == CLERK


def test_the_answer_has_the_promised_keys(engine: Engine) -> None:
    answer = load(engine, extract(TWO), control_total=Money.parse("350.50")).as_json()

    assert {
        key: answer[key]
        for key in (
            "batch",
            "rows_read",
            "rows_posted",
            "rows_skipped",
            "total",
            "control_total",
            "journals",
            "not_attributed",
            "problems",
        )
    } == {
        "batch": "B-00001",
        "rows_read": 2,
        "rows_posted": 2,
        "rows_skipped": {},
        "total": "350.50",
        "control_total": "350.50",
        "journals": 2,
        "not_attributed": "350.50",
        "problems": [],
    }
    assert len(answer["file_sha256"]) == 64
    json.dumps(answer)


def test_the_printed_row_stands_behind_each_journal(engine: Engine) -> None:
    load(engine, extract(TWO), name="may.csv")

    with reading(engine) as session:
        paper = source_row(session, "2003-04/000002")
    assert paper is not None
    assert (paper.batch, paper.row, paper.file_name) == ("B-00001", 3, "may.csv")
    assert paper.cells == {
        "Date": "12/05/2003",
        "Transaction number": "T00002",
        "Supplier": "Oakfield Fostering",
        "Purpose": "Care and support",
        "Service": "Fostering",
        "Amount": "250.50",
    }


def test_one_bad_row_refuses_the_whole_file_and_leaves_nothing(engine: Engine) -> None:
    before = contents(engine)
    bad = [*TWO, row(3, "12.345"), row(4, "twelve"), row(5, "1.00", day="31/02/2003")]

    problems = refusal(lambda: load(engine, extract(bad)))

    assert [(one.code, one.row, one.column) for one in problems] == [
        ("amount_not_whole_pence", 4, "Amount"),
        ("amount_not_readable", 5, "Amount"),
        ("date_not_readable", 6, "Date"),
    ]
    assert contents(engine) == before


def test_a_credit_note_credits_the_expense(engine: Engine) -> None:
    load(engine, extract([row(1, "(75.25)"), row(2, "75.25-"), row(3, "200.00")]))

    assert [one.postings[0].amount.plain for one in posted(engine)] == [
        "-75.25",
        "-75.25",
        "200.00",
    ]


def test_blank_and_nil_and_total_rows_are_skipped_and_counted(engine: Engine) -> None:
    rows = [TWO[0], ("",) * 6, row(9, "0.00"), TWO[1]]

    loaded = load(engine, extract(rows, printed_total="350.50"))

    assert loaded.rows_posted == 2
    assert loaded.rows_skipped == {"blank_row": 1, "nil_amount": 1, "total_row": 1}
    assert loaded.printed_total == Money.parse("350.50")


# --- the same money is not posted twice ------------------------------------------------------


def test_the_same_file_again_posts_nothing_and_says_which_batch_has_it(engine: Engine) -> None:
    load(engine, extract(TWO))
    before = contents(engine)

    again = load(engine, extract(TWO))

    assert (again.batch, again.rows_posted, again.rows_loaded_before, again.total) == (
        "B-00001",
        0,
        2,
        Money(0),
    )
    assert contents(engine) == before


def test_the_same_rows_printed_in_another_way_are_the_same_payments(engine: Engine) -> None:
    load(engine, extract([row(1, "1000.00")]))
    reprinted = (
        "Date\tTransaction number\tSupplier\tPurpose\tService\tAmount\n"
        "2003-05-12\tT00001\tOakfield Fostering\tCare and support\tFostering\t£1,000.00\n"
    )

    again = load(engine, reprinted.encode("utf-16"), name="again.txt")

    assert (again.rows_posted, again.rows_loaded_before) == (0, 1)


def test_a_file_that_holds_all_of_an_earlier_batch_continues_it(engine: Engine) -> None:
    load(engine, extract(TWO))

    loaded = load(engine, extract(THREE))

    assert (loaded.batch, loaded.continues) == ("B-00002", "B-00001")
    assert (loaded.rows_posted, loaded.rows_loaded_before) == (1, 2)
    assert loaded.total == Money.parse("49.50")
    assert [one.postings[0].amount.plain for one in posted(engine)] == ["100.00", "250.50", "49.50"]


def test_a_year_to_date_file_grows_month_by_month(engine: Engine) -> None:
    months = [
        [row(number, f"{number}.00", day=f"15/{month:02d}/2003") for number in range(1, month + 1)]
        for month in range(4, 9)
    ]

    answers = [load(engine, extract(rows)) for rows in months]

    assert [one.rows_posted for one in answers] == [4, 5, 6, 7, 8]
    assert [one.continues for one in answers] == [None] * 5


def test_growing_files_each_continue_the_one_before(engine: Engine) -> None:
    rows = [row(number, f"{number}.00") for number in range(1, 9)]

    answers = [load(engine, extract(rows[:size])) for size in (2, 4, 6, 8)]

    assert [one.rows_posted for one in answers] == [2, 2, 2, 2]
    assert [one.continues for one in answers] == [None, "B-00001", "B-00002", "B-00003"]
    assert Money.total(one.postings[0].amount for one in posted(engine)) == Money.parse("36.00")


def test_a_file_that_holds_part_of_an_earlier_batch_is_refused(engine: Engine) -> None:
    load(engine, extract(TWO))
    before = contents(engine)

    (problem,) = refusal(lambda: load(engine, extract([TWO[0], row(3, "49.50")])))

    assert problem.code == "file_overlaps_batch"
    assert problem.message.startswith(
        "Of the 2 lines of this file 1 also came with B-00001, whose 2 rows this file does not"
    )
    assert contents(engine) == before


def test_a_part_is_posted_once_a_person_says_it_continues(engine: Engine) -> None:
    load(engine, extract(TWO))

    loaded = load(engine, extract([TWO[0], row(3, "49.50")]), continues="B-00001")

    assert (loaded.rows_posted, loaded.continues, loaded.total.plain) == (1, "B-00001", "49.50")
    assert len(posted(engine)) == 3


def test_a_part_is_posted_whole_once_a_person_says_it_is_separate(engine: Engine) -> None:
    load(engine, extract(TWO))
    part = extract([TWO[0], row(3, "49.50")])

    loaded = load(engine, part, separate=True)

    assert (loaded.rows_posted, loaded.continues, loaded.total.plain) == (2, None, "149.50")
    assert len(posted(engine)) == 4


def test_a_separate_file_loaded_twice_posts_nothing_the_second_time(engine: Engine) -> None:
    load(engine, extract(TWO))
    other = extract(TWO) + b"\r\n"
    load(engine, other, separate=True)
    before = contents(engine)

    again = load(engine, other, separate=True)

    assert (again.batch, again.rows_posted) == ("B-00002", 0)
    assert contents(engine) == before
    assert len(posted(engine)) == 4


def test_a_batch_to_continue_must_be_there(engine: Engine) -> None:
    load(engine, extract(TWO))

    (problem,) = refusal(lambda: load(engine, extract(THREE), continues="B-00007"))

    assert (problem.code, problem.message) == (
        "batch_unknown",
        "There is no batch “B-00007”; there are B-00001.",
    )


def test_equal_rows_of_one_file_are_real_and_are_kept_with_a_warning(engine: Engine) -> None:
    loaded = load(engine, extract([TWO[0], TWO[0], TWO[0]]))

    assert (loaded.rows_posted, loaded.total.plain) == (3, "300.00")
    assert [(one["code"], one["row"]) for one in loaded.warnings] == [("rows_repeated", 3)]


def test_one_more_of_an_equal_row_is_one_new_payment(engine: Engine) -> None:
    load(engine, extract([TWO[0], TWO[0]]))

    loaded = load(engine, extract([TWO[0], TWO[0], TWO[0]]))

    assert (loaded.rows_posted, loaded.total.plain) == (1, "100.00")


def test_rows_loaded_by_a_filter_are_not_loaded_again_with_the_whole_file(engine: Engine) -> None:
    mixed = [row(1, "10.00", service="Pool"), row(2, "20.00"), row(3, "30.00", service="Pool")]

    part = load(engine, extract(mixed), where=(("Service", "pool"),))
    whole = load(engine, extract(mixed))

    assert (part.rows_posted, part.total.plain) == (2, "40.00")
    assert part.rows_skipped == {"not_selected": 1}
    assert (whole.rows_posted, whole.total.plain, whole.continues) == (1, "20.00", "B-00001")


# --- control totals --------------------------------------------------------------------------


def test_a_printed_total_that_does_not_agree_refuses_the_file(engine: Engine) -> None:
    before = contents(engine)

    (problem,) = refusal(lambda: load(engine, extract(TWO, printed_total="351.50")))

    assert problem.code == "printed_total_does_not_agree"
    assert problem.row == 4
    assert "£351.50" in problem.message
    assert "£350.50" in problem.message
    assert contents(engine) == before


def test_the_printed_total_is_of_the_whole_file_and_the_given_one_of_what_is_selected(
    engine: Engine,
) -> None:
    mixed = [row(1, "10.00", service="Pool"), row(2, "20.00"), row(3, "30.00", service="Pool")]
    data = extract(mixed, printed_total="60.00")

    loaded = load(engine, data, where=(("Service", "Pool"),), control_total=Money.parse("40.00"))

    assert (loaded.total.plain, loaded.file_total.plain) == ("40.00", "60.00")


def test_a_control_total_that_does_not_agree_refuses_the_file(engine: Engine) -> None:
    before = contents(engine)

    (problem,) = refusal(lambda: load(engine, extract(TWO), control_total=Money.parse("350.49")))

    assert (problem.code, problem.where) == ("control_total_does_not_agree", "control_total")
    assert problem.message == (
        "The 2 selected lines come to £350.50, the control total is £350.49: a difference of £0.01."
    )
    assert contents(engine) == before


# --- who, and what is kept -------------------------------------------------------------------


def test_who_may_not_import_loads_nothing(engine: Engine) -> None:
    def by(person: str) -> Callable[[], object]:
        def act() -> object:
            with transaction(engine) as session:
                return load_spend(
                    session,
                    extract(TWO),
                    name="f.csv",
                    options=SpendOptions(fund="general"),
                    by=person,
                    at=AT,
                )

        return act

    assert [one.code for one in refusal(by(AUDITOR))] == ["not_permitted"]
    assert [one.code for one in refusal(by(APPROVER))] == ["not_permitted"]


def test_a_fund_that_is_not_there_is_a_problem(engine: Engine) -> None:
    (problem,) = refusal(lambda: load(engine, extract(TWO), fund="nobody"))

    assert (problem.code, problem.where) == ("fund_unknown", "fund")


def test_a_preview_says_what_would_be_posted_and_writes_nothing(engine: Engine) -> None:
    add_rules(engine, FOSTERING_RULE)
    before = contents(engine)
    data = extract([row(1, "100.00"), row(2, "7.00", service="Parks")])

    with reading(engine) as session:
        plan = preview_spend(session, data, name="f.csv", options=SpendOptions(fund="general"))

    assert (len(plan.to_post), len(plan.unmatched), plan.total.plain) == (2, 1, "107.00")
    assert plan.not_attributed.plain == "7.00"
    assert plan.problems == ()
    assert contents(engine) == before


def test_a_file_is_known_by_its_batch(engine: Engine) -> None:
    load(engine, extract(TWO), name="may.csv", where=(("Service", "Fostering"),))

    with reading(engine) as session:
        (batch,) = session.exec(select(ImportBatchRow))
        rows = session.exec(select(ImportRowRow.row)).all()
        named = (batch.id, batch.kind, batch.file_name, batch.loaded_by)
        assert named == ("B-00001", "spend", "may.csv", CLERK)
        assert json.loads(batch.answer)["total"] == "350.50"
        assert json.loads(batch.selection) == [["Service", "Fostering"]]
    assert sorted(rows) == [2, 3]


def test_text_that_no_book_can_hold_is_printed_as_spaces_and_kept_as_it_was(
    engine: Engine,
) -> None:
    cells = ("12/05/2003", "T1", '"Oak\u2028field"', '"Care\u202e\u0007 and"', "Fostering", "5.00")
    load(engine, extract([cells]))

    (one,) = posted(engine)
    assert (one.payee, one.narration) == ("Oak field", "Care and (T1)")
    with reading(engine) as session:
        paper = source_row(session, "2003-04/000001")
    assert paper is not None
    assert paper.cells["Purpose"] == "Care\u202e\u0007 and"


def test_a_fault_while_posting_leaves_no_batch_behind(engine: Engine) -> None:
    before = contents(engine)

    def load_and_fail() -> None:
        with transaction(engine) as session:
            load_spend(
                session,
                extract(TWO),
                name="f.csv",
                options=SpendOptions(fund="general"),
                by=CLERK,
                at=AT,
            )
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        load_and_fail()

    assert contents(engine) == before


def test_a_name_somebody_keyed_before_is_refused_and_not_overwritten(engine: Engine) -> None:
    load(engine, extract(TWO))
    with reading(engine) as session:
        ref = session.execute(text("SELECT max(source_ref) FROM journal")).scalar_one()

    with transaction(engine) as session, pytest.raises(Refused, match="other contents"):
        _post_under(session, ref)


def _post_under(session: Session, ref: str) -> None:
    wanted = journal("Expenses:Unallocated 1.00 / Assets:HostCash -1.00", source="spend", ref=ref)
    posting.post(session, wanted, by=CLERK, at=AT)
