"""What may be posted: every reason why not, all of them at once, in words a person can act on."""

from collections import defaultdict
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.chart import Account, Chart
from ledger.funds import Fund, FundKind
from ledger.journal import (
    AuthoredBy,
    Book,
    Journal,
    PostedJournal,
    Posting,
    Standing,
    problems_in,
    reversal,
)
from ledger.money import NIL, Money
from ledger.outcomes import Outcome
from ledger.periods import Period
from tests.support.random_journals import postable
from tests.support.trusts import YEAR, journal

SPEND = "Expenses:Unallocated 100.00 / Assets:HostCash -100.00"
CARE = "Expenses:ThirdParty:FosterCare 100.00 stay_safe service=fostering contract=C-0001"
OWED = "Assets:Debtors:Partners 500.00 partner=pct / Income:Contributions:Cash -500.00 partner=pct"

_NAMES = (
    "Assets:HostCash",
    "Assets:InterFund",
    "Equity:BudgetAuthority",
    "Equity:Committed",
    "Equity:FundBalance",
    "Expenses:ThirdParty:FosterCare",
    "Expenses:ThirdParty:Health",
    "Expenses:Unallocated",
    "Liabilities:Creditors",
)
STANDING = Standing(
    chart=Chart.of(
        [
            *(Account(name, name) for name in _NAMES),
            Account("Assets:Debtors:Partners", "Owed by partners", needs_partner=True),
            Account("Income:Contributions:Cash", "Contributions", needs_partner=True),
            Account("Expenses:Closed", "Not used any more", closed=True),
        ]
    ),
    funds={
        "general": Fund(code="general", title="General", kind=FundKind.MAINSTREAM),
        "camhs": Fund(code="camhs", title="CAMHS", kind=FundKind.POOLED, host="council"),
        "grant": Fund(
            code="grant",
            title="Choice Protects",
            kind=FundKind.SPECIAL_GRANT,
            may_be_spent_on=("fostering",),
            conditions="To expand fostering choice only.",
            starts=date(2003, 4, 1),
            ends=date(2003, 9, 30),
        ),
    },
    open_periods=frozenset(YEAR.periods),
    partners=frozenset({"council", "pct"}),
    services=frozenset({"fostering", "therapy"}),
    contracts=frozenset({"C-0001"}),
)


def said(wanted: Journal, standing: Standing = STANDING) -> list[tuple[str, str, str]]:
    return [(one.code, one.where, one.message) for one in problems_in(wanted, standing)]


def budget(text: str) -> Journal:
    return journal(text, book=Book.BUDGET)


def commitment(text: str) -> Journal:
    return journal(text, book=Book.COMMITMENT)


@pytest.mark.parametrize(
    "right",
    [
        journal(SPEND),
        journal(f"{CARE} / Liabilities:Creditors -100.00"),
        journal(OWED, fund="camhs"),
        journal("Expenses:Unallocated -5.00 / Assets:HostCash 5.00"),
        journal("Assets:HostCash 5.00 / Assets:HostCash -5.00"),
        journal(SPEND, day=date(2004, 3, 31), period=Period(YEAR, 13)),
        budget("Expenses:ThirdParty:Health 9.00 service=therapy / Equity:BudgetAuthority -9.00"),
        budget("Expenses:ThirdParty:Health 9.00 / Expenses:ThirdParty:FosterCare -9.00"),
        commitment("Expenses:ThirdParty:Health 9.00 be_healthy / Equity:Committed -9.00"),
        journal(f"{CARE} / Liabilities:Creditors -100.00", fund="grant"),
    ],
)
def test_a_journal_that_is_right_has_no_problem(right: Journal) -> None:
    assert said(right) == []


WRONG: dict[str, tuple[Journal, list[tuple[str, str, str]]]] = {
    "too few postings": (
        journal("Expenses:Unallocated 100.00"),
        [
            (
                "journal_has_too_few_postings",
                "postings",
                "A journal has at least two postings; this has 1.",
            ),
            ("journal_does_not_balance", "postings", "The debits are £100.00 too many."),
        ],
    ),
    "a nil posting": (
        journal(f"{SPEND} / Liabilities:Creditors 0.00"),
        [
            (
                "posting_is_nil",
                "postings[2].amount",
                "The posting to Liabilities:Creditors is for nothing.",
            )
        ],
    ),
    "too large": (
        replace(
            journal(SPEND),
            postings=(
                Posting("Expenses:Unallocated", Money(10**15)),
                Posting("Assets:HostCash", Money(-(10**15))),
            ),
        ),
        [
            (
                "amount_too_large",
                "postings[0].amount",
                "£10,000,000,000,000.00 is more than the ledger holds (£9,999,999,999,999.99).",
            ),
            (
                "amount_too_large",
                "postings[1].amount",
                "-£10,000,000,000,000.00 is more than the ledger holds (£9,999,999,999,999.99).",
            ),
        ],
    ),
    "no source": (
        journal(SPEND, source=" ", ref=""),
        [
            ("source_missing", "source", "A journal names the request it comes from."),
            ("source_missing", "source_ref", "A journal names the request it comes from."),
        ],
    ),
    "no narration": (
        journal(SPEND, narration=" \u00a0"),
        [("narration_missing", "narration", "Say in words what the journal is for.")],
    ),
    "too long a text": (
        journal(SPEND, narration="n" * 501, payee="p" * 500),
        [
            (
                "text_too_long",
                "narration",
                "The narration has 501 characters; the most is 500.",
            )
        ],
    ),
    "a control character": (
        journal(SPEND, narration="Two\nlines", payee="A\u202eB"),
        [
            (
                "text_has_control_characters",
                "narration",
                "The narration holds characters that cannot be printed: U+000A.",
            ),
            (
                "text_has_control_characters",
                "payee",
                "The payee holds characters that cannot be printed: U+202E.",
            ),
        ],
    ),
    "too many credits": (
        journal("Expenses:Unallocated 99.99 / Assets:HostCash -100.00"),
        [("journal_does_not_balance", "postings", "The credits are £0.01 too many.")],
    ),
    "a day of another period": (
        journal(SPEND, day=date(2003, 5, 1), period=Period(YEAR, 1)),
        [
            (
                "day_outside_period",
                "day",
                (
                    "1 May 2003 is not in 2003-04 P01, which runs from 1 April 2003 to 30 April "
                    "2003."
                ),
            )
        ],
    ),
    "a day of March in period 13": (
        journal(SPEND, day=date(2004, 3, 30), period=Period(YEAR, 13)),
        [
            (
                "day_outside_period",
                "day",
                (
                    "30 March 2004 is not in 2003-04 P13, which runs from 31 March 2004 to 31 March "
                    "2004."
                ),
            )
        ],
    ),
    "a period that is not open": (
        journal(SPEND, day=date(2004, 4, 1)),
        [("period_not_open", "period", "2004-05 P01 is not open; choose an open period.")],
    ),
    "an unknown fund": (
        journal(SPEND, fund="nobody"),
        [("fund_unknown", "fund", "There is no fund “nobody”.")],
    ),
    "a fund that has ended": (
        journal(f"{CARE} / Assets:HostCash -100.00", fund="grant", day=date(2003, 10, 1)),
        [("fund_not_alive", "fund", "Fund grant does not run on 1 October 2003.")],
    ),
    "an unknown account": (
        journal("Expenses:Nowhere 1.00 / Assets:HostCash -1.00"),
        [("account_unknown", "postings[0].account", "There is no account “Expenses:Nowhere”.")],
    ),
    "a closed account": (
        journal("Expenses:Closed 1.00 / Assets:HostCash -1.00"),
        [("account_closed", "postings[0].account", "Expenses:Closed is closed.")],
    ),
    "cash in the budget": (
        budget("Expenses:Unallocated 1.00 / Assets:HostCash -1.00"),
        [
            (
                "account_not_of_this_book",
                "postings[1].account",
                "Assets:HostCash does not belong in the budget book.",
            )
        ],
    ),
    "budget authority in the actual book": (
        journal("Expenses:Unallocated 1.00 / Equity:BudgetAuthority -1.00"),
        [
            (
                "account_not_of_this_book",
                "postings[1].account",
                "Equity:BudgetAuthority does not belong in the actual book.",
            )
        ],
    ),
    "committed in the budget": (
        budget("Expenses:Unallocated 1.00 / Equity:Committed -1.00"),
        [
            (
                "account_not_of_this_book",
                "postings[1].account",
                "Equity:Committed does not belong in the budget book.",
            )
        ],
    ),
    "income among commitments": (
        commitment("Income:Contributions:Cash -1.00 partner=pct / Expenses:ThirdParty:Health 1.00"),
        [
            (
                "account_not_of_this_book",
                "postings[0].account",
                "Income:Contributions:Cash does not belong in the commitment book.",
            )
        ],
    ),
    "no partner": (
        journal("Assets:Debtors:Partners 5.00 / Income:Contributions:Cash -5.00 partner=pct"),
        [
            (
                "partner_missing",
                "postings[0].partner",
                "A posting to Assets:Debtors:Partners says which partner.",
            )
        ],
    ),
    "unknown codings": (
        journal("Expenses:Unallocated 1.00 partner=x service=y contract=z / Assets:HostCash -1.00"),
        [
            ("partner_unknown", "postings[0].partner", "There is no partner “x”."),
            ("service_unknown", "postings[0].service", "There is no service “y”."),
            ("contract_unknown", "postings[0].contract", "There is no contract “z”."),
        ],
    ),
    "an outcome of no expense": (
        journal("Expenses:Unallocated 1.00 / Assets:HostCash -1.00 stay_safe"),
        [
            (
                "outcome_without_expense",
                "postings[1].outcome",
                "Assets:HostCash is not an expense, so it serves no outcome.",
            )
        ],
    ),
    "outside the ring-fence": (
        journal(
            "Expenses:ThirdParty:Health 1.00 service=therapy / "
            "Expenses:Unallocated 2.00 / Assets:HostCash -3.00",
            fund="grant",
        ),
        [
            (
                "outside_ring_fence",
                "postings[0].service",
                "Fund grant may not be spent on therapy: To expand fostering choice only.",
            ),
            (
                "outside_ring_fence",
                "postings[1].service",
                (
                    "Fund grant may not be spent on spend with no service: To expand fostering choice "
                    "only."
                ),
            ),
        ],
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_each_fault_is_said_in_full_and_nothing_else_is(name: str) -> None:
    wrong, expected = WRONG[name]

    assert said(wrong) == expected


def test_no_fault_hides_another() -> None:
    wrong = journal(
        "Expenses:Nowhere 5.00 stay_safe / Assets:Debtors:Partners -4.00 / Assets:HostCash 0.00",
        fund="nobody",
        day=date(2004, 4, 1),
        period=Period(YEAR, 1),
        narration="",
        source="",
    )
    shut = replace(STANDING, open_periods=frozenset())

    assert [code for code, _, _ in said(wrong, shut)] == [
        "posting_is_nil",
        "source_missing",
        "narration_missing",
        "journal_does_not_balance",
        "day_outside_period",
        "period_not_open",
        "fund_unknown",
        "account_unknown",
        "partner_missing",
    ]


def test_a_ring_fence_holds_expenses_only_and_in_every_book() -> None:
    cash = "Assets:HostCash 9.00 / Income:Contributions:Cash -9.00 partner=pct"
    allowed = budget("Expenses:ThirdParty:Health 9.00 / Equity:BudgetAuthority -9.00")

    assert said(journal(cash, fund="grant")) == []
    assert [code for code, _, _ in said(replace(allowed, fund="grant"))] == ["outside_ring_fence"]


@given(postable())
def test_a_random_journal_that_is_accepted_balances_in_its_fund_and_book(wanted: Journal) -> None:
    assert problems_in(wanted, STANDING) == []
    assert Money.total(posting.amount for posting in wanted.postings) == NIL
    assert wanted.debits.pence > 0


@given(st.lists(postable(), min_size=1, max_size=8), st.data())
def test_whatever_is_accepted_sums_to_nil_by_fund_in_every_book(
    journals: list[Journal], data: st.DataObject
) -> None:
    """Some are spoilt on the way in; those that are still accepted keep every fund balanced."""
    totals: defaultdict[tuple[str, str], int] = defaultdict(int)
    for wanted in journals:
        spoilt = data.draw(st.sampled_from([0, 0, 1, -1, 500]), label="pence added")
        first, *rest = wanted.postings
        entered = replace(
            wanted,
            postings=(replace(first, amount=first.amount + Money(spoilt)), *rest),
        )
        if problems_in(entered, STANDING):
            assert spoilt
            continue
        for posting in entered.postings:
            totals[entered.book.value, entered.fund] += posting.amount.pence

    assert not any(totals.values())


# --- reversal --------------------------------------------------------------------------------


def posted(wanted: Journal) -> PostedJournal:
    return PostedJournal(
        journal=wanted,
        number="2003-04/000123",
        sequence=123,
        author="h.clerk",
        authored_by=AuthoredBy.PERSON,
        posted_by="p.approver",
        posted_at=datetime(2003, 5, 1, 9, tzinfo=UTC),
        salt="salt",
        text_seal="seal",
        previous_hash="0" * 64,
        hash="1" * 64,
    )


def test_a_documents_own_day_is_never_after_the_day_it_is_entered_on() -> None:
    of_its_day = journal(f"{CARE} / Liabilities:Creditors -100.00")
    early, late = (
        replace(of_its_day, document_day=of_its_day.day + timedelta(days=days)) for days in (0, 1)
    )

    assert problems_in(early, STANDING) == []
    assert [one.code for one in problems_in(late, STANDING)] == ["document_day_after_day"]


def test_a_reversal_is_the_opposite_and_names_its_original() -> None:
    original = replace(
        journal(f"{CARE} / Liabilities:Creditors -100.00", payee="Oakfield"),
        document_day=date(2003, 3, 1),
    )

    opposite = reversal(
        posted(original), period=Period(YEAR, 2), day=date(2003, 5, 1), reason="Paid twice"
    )

    assert opposite == replace(
        original,
        period=Period(YEAR, 2),
        day=date(2003, 5, 1),
        document_day=None,
        narration="Reversal of 2003-04/000123: Paid twice",
        postings=journal(
            CARE.replace("100.00", "-100.00") + " / Liabilities:Creditors 100.00"
        ).postings,
        source="reversal",
        source_ref="2003-04/000123",
        reverses="2003-04/000123",
    )


@given(postable())
def test_a_journal_and_its_reversal_come_to_nothing_in_every_coding(wanted: Journal) -> None:
    opposite = reversal(posted(wanted), period=wanted.period, day=wanted.day, reason="r" * 600)

    codings: defaultdict[tuple[object, ...], int] = defaultdict(int)
    for one in (*wanted.postings, *opposite.postings):
        codings[one.account, one.outcome, one.service, one.partner, one.contract] += (
            one.amount.pence
        )
    assert not any(codings.values())
    assert problems_in(opposite, STANDING) == []


def test_there_are_three_books_and_five_outcomes() -> None:
    assert [book.value for book in Book] == ["actual", "commitment", "budget"]
    assert len(Outcome) == 5
