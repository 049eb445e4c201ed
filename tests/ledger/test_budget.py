"""What a budget's change is made of, and what stops a virement."""

from datetime import date

from ledger.budget import BudgetKey, BudgetLine, Position, change_of_budget, problems_in_virement
from ledger.chart import Account, Chart
from ledger.journal import Book, Journal, Posting
from ledger.money import Money
from ledger.outcomes import Outcome
from ledger.periods import Period

CHART = Chart.of(
    [
        Account("Expenses:ThirdParty:FosterCare", "Foster care"),
        Account("Expenses:Employees:Salaries", "Salaries"),
        Account("Equity:BudgetAuthority", "Authority"),
        Account("Income:Other", "Other"),
    ]
)
CARE = BudgetLine("Expenses:ThirdParty:FosterCare", "fostering")
PAY = BudgetLine("Expenses:Employees:Salaries", "trust-office")


def pounds(amount: str) -> Money:
    return Money.parse(amount)


def virement(*moves: tuple[str, str, str], book: Book = Book.BUDGET) -> Journal:
    return Journal(
        book=book,
        fund="general",
        period=Period.parse("2003-04 P06"),
        day=date(2003, 9, 30),
        narration="Moved",
        postings=tuple(
            Posting(account, pounds(amount), service=service or None)
            for account, service, amount in moves
        ),
        source="virement",
        source_ref="V-1",
    )


def codes(journal: Journal, positions: dict[BudgetLine, Position]) -> list[str]:
    return [problem.code for problem in problems_in_virement(journal, CHART, positions)]


def test_a_first_budget_debits_the_expense_and_credits_budget_authority():
    wanted: dict[BudgetKey, Money] = {
        ("Expenses:ThirdParty:FosterCare", "fostering", Outcome.STAY_SAFE): pounds("750.00"),
        ("Expenses:ThirdParty:FosterCare", "fostering", Outcome.BE_HEALTHY): pounds("250.00"),
    }

    postings = change_of_budget(wanted, {})

    assert [(p.account, p.amount.plain, p.outcome, p.service) for p in postings] == [
        ("Expenses:ThirdParty:FosterCare", "250.00", Outcome.BE_HEALTHY, "fostering"),
        ("Expenses:ThirdParty:FosterCare", "750.00", Outcome.STAY_SAFE, "fostering"),
        ("Equity:BudgetAuthority", "-1000.00", None, None),
    ]


def test_a_changed_budget_posts_only_the_difference_and_what_is_left_out_goes_to_nil():
    held: dict[BudgetKey, Money] = {
        ("Expenses:A", "", None): pounds("100.00"),
        ("Expenses:B", "x", None): pounds("40.00"),
    }
    wanted: dict[BudgetKey, Money] = {("Expenses:A", "", None): pounds("130.00")}

    postings = change_of_budget(wanted, held)

    assert [(p.account, p.amount.plain) for p in postings] == [
        ("Expenses:A", "30.00"),
        ("Expenses:B", "-40.00"),
        ("Equity:BudgetAuthority", "10.00"),
    ]


def test_a_budget_that_is_already_so_needs_no_journal():
    held: dict[BudgetKey, Money] = {("Expenses:A", "", None): pounds("100.00")}

    assert change_of_budget(held, held) == ()


def test_a_budget_only_parted_otherwise_leaves_the_authority_alone():
    held: dict[BudgetKey, Money] = {("Expenses:A", "s", Outcome.STAY_SAFE): pounds("100.00")}
    wanted: dict[BudgetKey, Money] = {("Expenses:A", "s", Outcome.BE_HEALTHY): pounds("100.00")}

    postings = change_of_budget(wanted, held)

    assert [(p.outcome, p.amount.plain) for p in postings] == [
        (Outcome.BE_HEALTHY, "100.00"),
        (Outcome.STAY_SAFE, "-100.00"),
    ]


def test_available_is_budget_less_committed_less_actual_and_a_variance_above_nil_is_overspent():
    position = Position(pounds("1000.00"), pounds("300.00"), pounds("1100.00"))

    assert position.available == pounds("-400.00")
    assert position.variance == pounds("100.00")


def test_a_virement_within_what_is_available_has_no_problem():
    journal = virement(
        ("Expenses:Employees:Salaries", "trust-office", "-400.00"),
        ("Expenses:ThirdParty:FosterCare", "fostering", "400.00"),
    )

    assert (
        codes(journal, {PAY: Position(pounds("1000.00"), pounds("100.00"), pounds("500.00"))}) == []
    )


def test_a_line_may_not_give_a_penny_more_than_it_has_available():
    journal = virement(
        ("Expenses:Employees:Salaries", "trust-office", "-400.01"),
        ("Expenses:ThirdParty:FosterCare", "fostering", "400.01"),
    )
    positions = {PAY: Position(pounds("1000.00"), pounds("100.00"), pounds("500.00"))}

    problems = problems_in_virement(journal, CHART, positions)

    assert [(p.code, p.message, p.where) for p in problems] == [
        (
            "budget_not_available",
            (
                "Expenses:Employees:Salaries, trust-office would give £400.01 and has £400.00 "
                "available."
            ),
            "postings[0].amount",
        )
    ]


def test_what_a_line_gives_is_summed_over_its_outcomes():
    journal = virement(
        ("Expenses:Employees:Salaries", "trust-office", "-300.00"),
        ("Expenses:Employees:Salaries", "trust-office", "-200.00"),
        ("Expenses:ThirdParty:FosterCare", "fostering", "500.00"),
    )

    assert codes(journal, {PAY: Position(pounds("400.00"))}) == ["budget_not_available"]


def test_a_line_with_no_budget_has_nothing_to_give():
    journal = virement(
        ("Expenses:Employees:Salaries", "", "-1.00"),
        ("Expenses:ThirdParty:FosterCare", "fostering", "1.00"),
    )

    assert codes(journal, {PAY: Position(pounds("400.00"))}) == ["budget_not_available"]


def test_a_virement_touches_expense_accounts_only_and_keeps_to_the_budget_book():
    journal = virement(
        ("Equity:BudgetAuthority", "", "-100.00"),
        ("Expenses:ThirdParty:FosterCare", "fostering", "100.00"),
        book=Book.ACTUAL,
    )
    positions = {BudgetLine("Equity:BudgetAuthority"): Position(pounds("100.00"))}

    assert codes(journal, positions) == [
        "virement_not_in_budget_book",
        "virement_touches_other_than_expense",
    ]


def test_a_virement_that_moves_nothing_is_refused():
    journal = virement(
        ("Expenses:Employees:Salaries", "trust-office", "-5.00"),
        ("Expenses:Employees:Salaries", "trust-office", "5.00"),
    )

    assert codes(journal, {}) == ["virement_moves_nothing"]
