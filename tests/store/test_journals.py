"""Journals read back from the record as they were asked for."""

from datetime import date, timedelta

from sqlalchemy import Engine

from ledger.journal import Book, Journal
from ledger.periods import Period
from tests.support.trusts import APPROVER, AT, CLERK, YEAR, journal
from trust_commissioning import founding, posting
from trust_commissioning.store import journals, reading, transaction

SPEND = "Expenses:Unallocated 100.00 / Assets:HostCash -100.00"
BUDGET = "Expenses:Unallocated 900.00 / Equity:BudgetAuthority -900.00"


def post(engine: Engine, *wanted: Journal) -> list[str]:
    with transaction(engine) as session:
        return posting.post_many(session, wanted, by=CLERK, at=AT)


def test_posted_journals_come_in_the_order_of_the_chain_and_by_book_year_and_period(
    engine: Engine,
) -> None:
    with transaction(engine) as session:
        founding.open_year(session, YEAR.next)
    post(
        engine,
        journal(SPEND, ref="late", day=date(2003, 9, 1)),
        journal(SPEND, ref="early"),
        journal(BUDGET, ref="budget", book=Book.BUDGET),
        journal(SPEND, ref="next year", day=date(2004, 4, 30)),
    )

    with reading(engine) as session:

        def refs(**wanted: object) -> list[str]:
            found = journals.posted(session, **wanted)  # type: ignore[arg-type]
            return [one.journal.source_ref for one in found]

        assert refs() == ["late", "early", "budget", "next year"]
        assert refs(book=Book.ACTUAL) == ["late", "early", "next year"]
        assert refs(year=YEAR) == ["late", "early", "budget"]
        assert refs(period=1) == ["early", "budget", "next year"]
        assert refs(year=YEAR, period=1, book=Book.BUDGET) == ["budget"]


def test_more_journals_than_are_read_at_once_all_come(engine: Engine) -> None:
    post(engine, *(journal(SPEND, ref=f"{n}", payee=str(n)) for n in range(2_100)))

    with reading(engine) as session:
        found = [one.sequence for one in journals.posted(session)]

    assert found == list(range(1, 2_101))


def test_lines_keep_the_order_they_were_asked_for_in(engine: Engine) -> None:
    lines = [f"Expenses:Unallocated {n}.00" for n in (9, 1, 10, 2)]
    wanted = journal(" / ".join([*lines, "Assets:HostCash -22.00"]))

    (number,) = post(engine, wanted)

    with reading(engine) as session:
        stored = journals.by_number(session, number)
    assert stored is not None
    assert stored.journal.postings == wanted.postings


def test_what_waits_is_listed_oldest_first_by_author_or_state(engine: Engine) -> None:
    with transaction(engine) as session:
        posting.submit(session, journal(SPEND, ref="a"), by=CLERK, at=AT)
        posting.save_draft(session, journal(SPEND, ref="b"), by=APPROVER, at=AT)
        posting.save_draft(session, journal(SPEND, ref="c"), by=CLERK, at=AT)
    post(engine, journal(SPEND, ref="d"))

    with reading(engine) as session:

        def refs(**wanted: str) -> list[str]:
            return [one.journal.source_ref for one in journals.waiting(session, **wanted)]

        assert refs() == ["a", "b", "c"]
        assert refs(author=CLERK) == ["a", "c"]
        assert refs(status="draft") == ["b", "c"]
        assert refs(author=CLERK, status="submitted") == ["a"]


def test_a_journal_that_is_not_there_is_none(engine: Engine) -> None:
    with reading(engine) as session:
        assert journals.by_number(session, "2003-04/000001") is None
        assert journals.by_id(session, 1) is None
        assert list(journals.posted(session)) == []
        assert journals.waiting(session) == []


def test_a_draft_is_not_found_by_number_nor_among_the_posted(engine: Engine) -> None:
    with transaction(engine) as session:
        id = posting.save_draft(session, journal(SPEND), by=CLERK, at=AT)

    with reading(engine) as session:
        stored = journals.by_id(session, id)
        assert stored is not None
        assert stored.posted is None
        assert (stored.status, stored.version, stored.entered_at) == ("draft", 1, AT)
        assert list(journals.posted(session)) == []


def test_when_a_keyed_journal_was_entered_and_when_posted_are_both_kept(engine: Engine) -> None:
    later = AT + timedelta(days=3, hours=1, minutes=7)
    with transaction(engine) as session:
        id = posting.submit(session, journal(SPEND), by=CLERK, at=AT)
    with transaction(engine) as session:
        posting.post_submitted(session, id, by=APPROVER, at=later)

    with reading(engine) as session:
        stored = journals.by_id(session, id)
    assert stored is not None
    assert stored.posted is not None
    assert (stored.entered_at, stored.posted.posted_at) == (AT, later)
    assert stored.journal.period == Period(YEAR, 1)
