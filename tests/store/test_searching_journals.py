"""The list of posted journals: what a search finds, and what it comes to in all."""

from datetime import date

import pytest
from sqlalchemy import Engine

from ledger.journal import Book
from ledger.periods import FinancialYear, Period
from tests.support.trusts import AT, CLERK, YEAR, journal
from trust_commissioning import posting
from trust_commissioning.importing.loading import load_spend
from trust_commissioning.importing.planning import SpendOptions
from trust_commissioning.store import reading, transaction
from trust_commissioning.store.journals import Search, search, search_totals

CARE = "Expenses:ThirdParty:FosterCare"


@pytest.fixture
def posted(engine: Engine) -> Engine:
    """Three posted journals, and a draft, which no search finds."""
    wanted = [
        journal(
            f"{CARE} 75.00 stay_safe service=fostering / {CARE} 25.00 be_healthy service=fostering"
            " / Assets:HostCash -100.00",
            ref="1",
            payee="Oakfield Fostering",
        ),
        journal(
            "Expenses:ThirdParty:Health 40.00 be_healthy service=therapy contract=C-0001"
            " / Assets:HostCash -40.00",
            ref="2",
            fund="camhs",
            narration="Half of 50% of therapy",
        ),
        journal(
            "Expenses:ThirdParty:FosterCare 500.00 / Equity:BudgetAuthority -500.00",
            ref="3",
            book=Book.BUDGET,
        ),
    ]
    with transaction(engine) as session:
        posting.post_many(session, wanted, by=CLERK, at=AT)
        draft = journal("Expenses:Unallocated 9.00 / Assets:HostCash -9.00", ref="4")
        posting.save_draft(session, draft, by=CLERK, at=AT)
    return engine


SEARCHES = {
    "everything": (Search(), {3: "500.00", 2: "40.00", 1: "100.00"}),
    "a book": (Search(book=Book.ACTUAL), {2: "40.00", 1: "100.00"}),
    "a fund": (Search(fund="camhs"), {2: "40.00"}),
    "a year to a period": (Search(year=YEAR, from_period=2, to_period=12), {}),
    "a word of the payee": (Search(words="oakFIELD"), {1: "100.00"}),
    "words are looked for as they stand": (Search(words="50%"), {2: "40.00"}),
    "an amount": (Search(words="£75.00"), {1: "100.00"}),
    "everything under an account": (
        Search(account="Expenses", book=Book.ACTUAL),
        {2: "40.00", 1: "100.00"},
    ),
    "only the part so coded": (Search(account=CARE, outcome="be_healthy"), {1: "25.00"}),
    "not attributed": (Search(account="Expenses", outcome="not_attributed"), {3: "500.00"}),
    "no service": (Search(account="Expenses", service="none"), {3: "500.00"}),
    "a contract": (Search(contract="C-0001"), {2: "40.00"}),
}


@pytest.mark.parametrize("name", SEARCHES)
def test_a_search_lists_the_newest_first_and_counts_and_sums_what_it_lists(
    posted: Engine, name: str
) -> None:
    wanted, expected = SEARCHES[name]

    with reading(posted) as session:
        lines = search(session, wanted)
        count, total = search_totals(session, wanted)

    listed = {int(line.number.rpartition("/")[2]): line.amount.plain for line in lines}
    assert list(listed.items()) == list(expected.items())
    assert count == len(expected)
    assert total.pence == sum(line.amount.pence for line in lines)


def test_a_batch_lists_its_own_journals_and_no_others(posted: Engine) -> None:
    data = b"Date,Supplier,Purpose,Amount\n30/04/2003,Kestrel House,Short breaks,12.50\n"
    with transaction(posted) as session:
        loaded = load_spend(
            session, data, name="a.csv", options=SpendOptions(fund="general"), by=CLERK, at=AT
        )

    with reading(posted) as session:
        wanted = Search(batch=loaded.batch or "")
        assert [line.number for line in search(session, wanted)] == ["2003-04/000004"]
        assert search_totals(session, wanted)[1].plain == "12.50"
        assert search_totals(session, Search(batch="B-00099"))[0] == 0


def test_a_second_page_goes_on_where_the_first_ended(posted: Engine) -> None:
    with reading(posted) as session:
        first = search(session, Search(), limit=2)
        second = search(session, Search(), limit=2, offset=2)

    assert [line.number for line in [*first, *second]] == [
        "2003-04/000003",
        "2003-04/000002",
        "2003-04/000001",
    ]


def test_a_search_may_leave_out_what_was_posted_up_to_a_journal(posted: Engine) -> None:
    with reading(posted) as session:
        found = search(session, Search(after=1))

    assert [line.number for line in found] == ["2003-04/000003", "2003-04/000002"]


def test_a_search_may_take_all_years_up_to_and_with_a_period(posted: Engine) -> None:
    with transaction(posted) as session:
        late = journal(f"{CARE} 9.00 / Assets:HostCash -9.00", ref="june", day=date(2003, 6, 30))
        posting.post(session, late, by=CLERK, at=AT)

    with reading(posted) as session:
        by_april = search_totals(session, Search(account=CARE, through=Period(YEAR, 1)))
        before = search_totals(
            session, Search(account=CARE, through=Period(FinancialYear(2002), 13))
        )
        by_next_year = search_totals(session, Search(account=CARE, through=Period(YEAR.next, 1)))

    assert (by_april[0], by_april[1].plain) == (2, "600.00")
    assert before[0] == 0
    assert (by_next_year[0], by_next_year[1].plain) == (3, "609.00")
