"""Which accounts each business event touches, and that each balances by itself."""

from datetime import date

import pytest

from ledger.budget import change_of_budget
from ledger.grant.life import Movement
from ledger.journal import Book, Journal
from ledger.money import Money
from ledger.outcomes import Outcome
from trust_commissioning import posting_rules as rules
from trust_commissioning.posting_rules import Event, Spend

EVENT = Event(
    fund="pool",
    day=date(2003, 6, 30),
    source="test",
    source_ref="1",
    narration="An event",
)
CARE = Spend(
    account="Expenses:ThirdParty:FosterCare",
    service="fostering",
    contract="C-0001",
    weights=((Outcome.STAY_SAFE, 2), (Outcome.ENJOY_AND_ACHIEVE, 1)),
)
HUNDRED = Money.parse("100.00")


def shown(journal: Journal) -> list[str]:
    return [
        f"{p.account} {p.amount.plain}"
        + (f" {p.outcome.value}" if p.outcome else "")
        + (f" {p.partner}" if p.partner else "")
        for p in journal.postings
    ]


@pytest.mark.parametrize(
    ("journal", "book", "postings"),
    [
        (
            rules.contribution_due(EVENT, "pct", HUNDRED),
            Book.ACTUAL,
            ["Assets:Debtors:Partners 100.00 pct", "Income:Contributions:Cash -100.00 pct"],
        ),
        (
            rules.receipt(EVENT, "pct", HUNDRED),
            Book.ACTUAL,
            ["Assets:HostCash 100.00", "Assets:Debtors:Partners -100.00 pct"],
        ),
        (
            rules.contribution_in_kind(EVENT, "pct", HUNDRED, CARE),
            Book.ACTUAL,
            [
                "Expenses:ThirdParty:FosterCare 66.67 stay_safe",
                "Expenses:ThirdParty:FosterCare 33.33 enjoy_and_achieve",
                "Income:Contributions:InKind -100.00 pct",
            ],
        ),
        (
            rules.grant_moved(
                EVENT, "Income:Grants:Camhs", Movement(cash=HUNDRED, in_advance=HUNDRED)
            ),
            Book.ACTUAL,
            ["Assets:HostCash 100.00", "Liabilities:GrantsInAdvance -100.00"],
        ),
        (
            rules.grant_moved(
                EVENT,
                "Income:Grants:Camhs",
                Movement(in_advance=-HUNDRED, debtors=HUNDRED, income=HUNDRED + HUNDRED),
            ),
            Book.ACTUAL,
            [
                "Assets:Debtors:Grants 100.00",
                "Liabilities:GrantsInAdvance 100.00",
                "Income:Grants:Camhs -200.00",
            ],
        ),
        (
            rules.grant_moved(
                EVENT, "Income:Grants:Camhs", Movement(income=-HUNDRED, creditors=HUNDRED)
            ),
            Book.ACTUAL,
            ["Income:Grants:Camhs 100.00", "Liabilities:Creditors:Grants -100.00"],
        ),
        (
            rules.charge_received(EVENT, "fostering", HUNDRED),
            Book.ACTUAL,
            ["Assets:HostCash 100.00", "Income:ClientCharges -100.00"],
        ),
        (
            rules.spending_line(EVENT, HUNDRED, CARE),
            Book.ACTUAL,
            [
                "Expenses:ThirdParty:FosterCare 66.67 stay_safe",
                "Expenses:ThirdParty:FosterCare 33.33 enjoy_and_achieve",
                "Assets:HostCash -100.00",
            ],
        ),
        (
            rules.commitment_raised(EVENT, HUNDRED, CARE),
            Book.COMMITMENT,
            [
                "Expenses:ThirdParty:FosterCare 66.67 stay_safe",
                "Expenses:ThirdParty:FosterCare 33.33 enjoy_and_achieve",
                "Equity:Committed -100.00",
            ],
        ),
        (
            rules.budget_changed(EVENT, change_of_budget({("Expenses:A", "", None): HUNDRED}, {})),
            Book.BUDGET,
            ["Expenses:A 100.00", "Equity:BudgetAuthority -100.00"],
        ),
        (
            rules.virement(EVENT, [(Spend(account="Expenses:A"), -HUNDRED), (CARE, HUNDRED)]),
            Book.BUDGET,
            [
                "Expenses:A -100.00",
                "Expenses:ThirdParty:FosterCare 66.67 stay_safe",
                "Expenses:ThirdParty:FosterCare 33.33 enjoy_and_achieve",
            ],
        ),
    ],
)
def test_an_event_touches_these_accounts_and_balances(
    journal: Journal, book: Book, postings: list[str]
):
    assert journal.book is book
    assert shown(journal) == postings
    assert not Money.total(posting.amount for posting in journal.postings)


def test_a_credit_note_turns_a_spending_line_round():
    journal = rules.spending_line(EVENT, -HUNDRED, CARE)

    assert shown(journal) == [
        "Expenses:ThirdParty:FosterCare -66.67 stay_safe",
        "Expenses:ThirdParty:FosterCare -33.33 enjoy_and_achieve",
        "Assets:HostCash 100.00",
    ]


def test_only_an_expense_is_parted_among_outcomes():
    income = Spend(account="Income:Other", weights=CARE.weights)

    assert shown(rules.spending_line(EVENT, -HUNDRED, income)) == [
        "Income:Other -100.00",
        "Assets:HostCash 100.00",
    ]


def test_a_transfer_is_two_journals_that_cancel_in_the_inter_fund_account():
    giving, getting = rules.transfer(EVENT, EVENT, HUNDRED)

    assert shown(giving) == ["Assets:InterFund 100.00", "Assets:HostCash -100.00"]
    assert shown(getting) == ["Assets:HostCash 100.00", "Assets:InterFund -100.00"]


def test_the_last_day_of_march_goes_into_march_unless_the_period_is_given():
    assert str(EVENT.journal(Book.ACTUAL, []).period) == "2003-04 P03"
