"""Journals at random: any that may be posted into the small trust, and any at all."""

from datetime import date, timedelta

from hypothesis import strategies as st

from ledger.journal import Book, Journal, Posting
from ledger.money import NIL, Money
from ledger.outcomes import Outcome
from ledger.periods import FinancialYear, Period
from ledger.text import unfit_characters

YEAR = FinancialYear(2003)
EXPENSES = (
    "Expenses:ThirdParty:FosterCare",
    "Expenses:ThirdParty:Health",
    "Expenses:Unallocated",
)
OTHERS = ("Assets:HostCash", "Assets:InterFund", "Liabilities:Creditors", "Equity:FundBalance")
PARTNERED = ("Assets:Debtors:Partners", "Income:Contributions:Cash")
BALANCED_BY = {
    Book.ACTUAL: "Assets:HostCash",
    Book.COMMITMENT: "Equity:Committed",
    Book.BUDGET: "Equity:BudgetAuthority",
}

amounts = st.builds(
    Money, st.integers(-(10**12), 10**12).filter(bool) | st.sampled_from([1, -1, 10**14])
)
words = st.text(min_size=1, max_size=60).filter(
    lambda text: bool(text.strip()) and not unfit_characters(text)
)


@st.composite
def days_in_periods(draw: st.DrawFn) -> tuple[Period, date]:
    """A period of 2003-04 with a day in it; 31 March in either of its two."""
    period = Period(YEAR, draw(st.integers(1, 13)))
    days = (period.ends - period.starts).days
    return period, period.starts + timedelta(days=draw(st.integers(0, days)))


@st.composite
def expense_postings(draw: st.DrawFn) -> Posting:
    return Posting(
        draw(st.sampled_from(EXPENSES)),
        draw(amounts),
        outcome=draw(st.none() | st.sampled_from(Outcome)),
        service=draw(st.none() | st.sampled_from(["fostering", "therapy"])),
        partner=draw(st.none() | st.sampled_from(["council", "pct"])),
        contract=draw(st.none() | st.just("C-0001")),
    )


@st.composite
def other_postings(draw: st.DrawFn) -> Posting:
    account = draw(st.sampled_from(OTHERS + PARTNERED))
    needed = st.sampled_from(["council", "pct"])
    return Posting(
        account,
        draw(amounts),
        partner=draw(needed if account in PARTNERED else st.none() | needed),
        contract=draw(st.none() | st.just("C-0001")),
    )


@st.composite
def postable(draw: st.DrawFn, ref: str = "1") -> Journal:
    """A journal the small trust takes: balanced by one more line where its lines do not."""
    book = draw(st.sampled_from(Book))
    kinds = expense_postings() | other_postings() if book is Book.ACTUAL else expense_postings()
    postings = draw(st.lists(kinds, min_size=1, max_size=6))
    total = Money.total(posting.amount for posting in postings)
    if total or len(postings) == 1:
        postings.append(Posting(BALANCED_BY[book], -(total or Money(1))))
    if total == NIL and len(postings) == 2:
        postings[1] = Posting(BALANCED_BY[book], -postings[0].amount)
    period, day = draw(days_in_periods())
    return Journal(
        book=book,
        fund=draw(st.sampled_from(["general", "camhs"])),
        period=period,
        day=day,
        narration=draw(words),
        payee=draw(st.just("") | words),
        postings=tuple(postings),
        source="random",
        source_ref=ref,
        document_day=draw(st.none() | st.just(date(2003, 3, 2))),
    )
