"""Budgets from a file, and what may be vired."""

from datetime import date

import pytest
from sqlalchemy import Engine

from ledger.budget import BudgetLine
from ledger.journal import Book
from ledger.money import Money
from ledger.periods import FinancialYear
from ledger.problems import Refused
from tests.applying.conftest import ADMIN, AT, Apply
from tests.applying.documents import WHOLE
from trust_commissioning.budgeting import BudgetLoaded, load_budget, vire
from trust_commissioning.posting import post_submitted, reverse
from trust_commissioning.reports.budget_lines import positions
from trust_commissioning.store import reading, transaction
from trust_commissioning.store.journals import posted

YEAR = FinancialYear(2003)
CARE = BudgetLine("Expenses:ThirdParty:FosterCare", "fostering")
PAY = BudgetLine("Expenses:Employees:Salaries", "office")

FILE = """Fund,Account,Service,Amount,Outcome
pool,Expenses:ThirdParty:FosterCare,fostering,"£1,200.00",
pool,Expenses:Support:Legal,,50,not_attributed
pool,Expenses:Transport:StaffTravel,fostering,30.00,be_healthy
"""
BAD = """fund,account,service,amount,outcome,year
poole,Expenses:Support:Legal,,30.00,,2003-04
pool,Expenses:Support:Legl,nothing,5x,safe,2003-04
pool,Income:Other,,5.00,,2003
,,,,,
pool,Expenses:Support:Legal,,5.00,,2004-05
"""


def load(engine: Engine, text: str, *, dry_run: bool = False) -> BudgetLoaded:
    with transaction(engine) as session:
        return load_budget(session, text.encode(), "budget.csv", by=ADMIN, at=AT, dry_run=dry_run)


def budget_of(engine: Engine, line: BudgetLine) -> str:
    with reading(engine) as session:
        return positions(session, "pool", YEAR)[line].budget.plain


def ask(engine: Engine, *moves: tuple[BudgetLine, str], reference: str = "V-1") -> int:
    with transaction(engine) as session:
        return vire(
            session,
            "pool",
            [(line, Money.parse(amount)) for line, amount in moves],
            day=date(2003, 7, 1),
            reference=reference,
            reason="Moved by the board",
            by="f.officer",
            at=AT,
        )


def test_a_file_sets_the_lines_it_names_and_leaves_the_others(founded: Engine, applied: Apply):
    applied(WHOLE)

    loaded = load(founded, FILE)

    assert (loaded.rows_read, loaded.file_total.plain, loaded.total.plain) == (
        3,
        "1280.00",
        "280.00",
    )
    assert len(loaded.journals) == 1
    assert budget_of(founded, CARE) == "1200.00"
    assert budget_of(founded, PAY) == "10.01"
    assert budget_of(founded, BudgetLine("Expenses:Transport:StaffTravel", "fostering")) == "30.00"


def test_loading_the_same_budget_again_posts_nothing(founded: Engine, applied: Apply):
    applied(WHOLE)
    load(founded, FILE)

    assert load(founded, FILE).journals == ()


def test_a_dry_run_posts_nothing(founded: Engine, applied: Apply):
    applied(WHOLE)

    assert load(founded, FILE, dry_run=True).journals == ()
    assert budget_of(founded, CARE) == "1000.00"


def test_every_problem_of_a_file_is_named_by_row_and_column(founded: Engine, applied: Apply):
    applied(WHOLE)

    with pytest.raises(Refused) as refused:
        load(founded, BAD)

    assert [(p.row, p.column, p.code) for p in refused.value.problems] == [
        (2, "fund", "fund_unknown"),
        (3, "amount", "amount_not_readable"),
        (3, "account", "account_unknown"),
        (3, "service", "service_unknown"),
        (3, "outcome", "outcome_unknown"),
        (4, "year", "year_unreadable"),
        (4, "account", "budget_not_for_expense"),
        (6, "year", "period_not_open"),
    ]


def test_a_line_given_twice_is_refused(founded: Engine, applied: Apply):
    applied(WHOLE)

    with pytest.raises(Refused) as refused:
        load(founded, FILE + "pool,Expenses:Support:Legal,,60,not_attributed\n")

    assert [(p.row, p.code) for p in refused.value.problems] == [(5, "budget_line_repeated")]


def test_a_file_that_is_no_budget_says_which_columns_one_has(founded: Engine):
    with pytest.raises(Refused) as refused:
        load(founded, "supplier,total\nOak,5\n")

    (problem,) = refused.value.problems
    assert problem.code == "headings_not_found"
    assert "fund, account, service, amount" in problem.message


def test_with_two_years_open_a_file_says_its_year(founded: Engine, applied: Apply):
    applied(WHOLE)
    applied("years: [2004-05]")

    with pytest.raises(Refused) as refused:
        load(founded, FILE)

    assert refused.value.codes == ("budget_year_missing",)


def test_a_reversed_budget_is_no_longer_held_and_can_be_set_again(founded: Engine, applied: Apply):
    applied(WHOLE)
    with transaction(founded) as session:
        waiting = reverse(session, "2003-04/000001", reason="wrong", by="f.officer", at=AT)
        post_submitted(session, waiting, by=ADMIN, at=AT)

    (change,) = applied(WHOLE)

    assert change.kind == "budget"
    assert budget_of(founded, CARE) == "1000.00"


def test_a_virement_waits_for_another_person_and_leaves_the_total(founded: Engine, applied: Apply):
    applied(WHOLE)

    waiting = ask(founded, (CARE, "-250.00"), (PAY, "250.00"))

    assert budget_of(founded, CARE) == "1000.00"
    with transaction(founded) as session:
        post_submitted(session, waiting, by=ADMIN, at=AT)
    assert budget_of(founded, CARE) == "750.00"
    assert budget_of(founded, PAY) == "260.01"
    with reading(founded) as session:
        *_, last = posted(session, book=Book.BUDGET)
    assert [
        (p.amount.plain, p.outcome.value if p.outcome else "") for p in last.journal.postings
    ] == [("-166.67", "stay_safe"), ("-83.33", "enjoy_and_achieve"), ("250.00", "")]


def test_a_virement_of_more_than_is_available_or_that_does_not_balance_is_refused(
    founded: Engine, applied: Apply
):
    applied(WHOLE)

    with pytest.raises(Refused) as refused:
        ask(founded, (PAY, "-10.02"), (CARE, "10.00"))

    assert set(refused.value.codes) == {"journal_does_not_balance", "budget_not_available"}


def test_who_asks_for_a_virement_may_not_post_it(founded: Engine, applied: Apply):
    applied(WHOLE)
    waiting = ask(founded, (CARE, "-5.00"), (PAY, "5.00"))

    with transaction(founded) as session, pytest.raises(Refused):
        post_submitted(session, waiting, by="f.officer", at=AT)
