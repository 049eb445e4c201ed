"""Examples of what stops a budget being set or moved, and of accounts, funds, services."""

from __future__ import annotations

from datetime import date

from sqlmodel import Session

from contracts import services
from contracts.services import DatedWeights, Service
from ledger import budget, chart, funds
from ledger.budget import BudgetLine
from ledger.chart import Account
from ledger.funds import Fund, FundKind, LegalBasis
from ledger.journal import Book
from ledger.money import Money
from ledger.outcomes import Outcome
from tests.docs.examples.journals import CHART, YEAR
from tests.docs.examples.kept import Run, example, in_small_trust
from tests.support.trusts import AT, CLERK, journal
from trust_commissioning import budgeting, founding
from trust_commissioning.files.budgets import BudgetRow

_CARE = "Expenses:ThirdParty:FosterCare"


def _set(*rows: BudgetRow) -> Run:
    return in_small_trust(
        lambda session: budgeting.set_budget(session, "general", YEAR, rows, by=CLERK, at=AT)
    )


def _load(text: str) -> Run:
    return in_small_trust(
        lambda session: budgeting.load_budget(session, text.encode(), "budget.csv", by=CLERK, at=AT)
    )


def _of_either_year(session: Session) -> object:
    founding.open_year(session, YEAR.next)
    data = f"fund,account,amount\ngeneral,{_CARE},10000.00\n".encode()
    return budgeting.load_budget(session, data, "budget.csv", by=CLERK, at=AT)


def _vire(session: Session, amount: str) -> object:
    row = BudgetRow(account=_CARE, service="fostering", amount=Money.parse("10000"))
    budgeting.set_budget(session, "general", YEAR, [row], by=CLERK, at=AT)
    moves = [
        (BudgetLine(_CARE, "fostering"), -Money.parse(amount)),
        (BudgetLine("Expenses:ThirdParty:Health", "therapy"), Money.parse(amount)),
    ]
    return budgeting.vire(
        session,
        "general",
        moves,
        day=date(2003, 5, 1),
        reference="V-1",
        reason="Therapy for children in foster care",
        by=CLERK,
        at=AT,
    )


example(
    "budget_line_repeated",
    "One line is given two budgets.",
    _set(
        BudgetRow(account=_CARE, service="fostering", amount=Money.parse("10000")),
        BudgetRow(account=_CARE, service="fostering", amount=Money.parse("5000")),
    ),
)
example(
    "budget_not_for_expense",
    "Cash is given a budget.",
    _set(BudgetRow(account="Assets:HostCash", amount=Money.parse("10000"))),
)
example(
    "budget_column_missing",
    "The file has a total for each fund and no accounts.",
    _load("fund,amount\ngeneral,10000.00\n"),
)
example(
    "budget_year_missing",
    "Two years are open and the file names neither.",
    in_small_trust(_of_either_year),
)
example(
    "year_unreadable",
    "A year is written by its first part alone.",
    _load(f"fund,account,amount,year\ngeneral,{_CARE},10000.00,2003\n"),
)
example(
    "budget_not_available",
    "A virement takes £12,000.00 from a line with £10,000.00.",
    in_small_trust(lambda session: _vire(session, "12000")),
)


def _virement(text: str, book: Book = Book.BUDGET) -> object:
    return budget.problems_in_virement(journal(text, book=book, source="virement"), CHART, {})


_TO_AND_FRO = "Expenses:Unallocated 10.00 / Expenses:Unallocated -10.00"
example(
    "virement_moves_nothing",
    "A line gives to itself.",
    lambda: _virement(_TO_AND_FRO),
)
example(
    "virement_not_in_budget_book",
    "A virement is entered among the payments.",
    lambda: _virement(_TO_AND_FRO, Book.ACTUAL),
)
example(
    "virement_touches_other_than_expense",
    "A virement takes budget from income.",
    lambda: _virement("Expenses:Unallocated 10.00 / Income:Contributions:Cash -10.00"),
)
example(
    "account_name_unreadable",
    "An account is named as the council names it.",
    lambda: chart.problems_in(Account("4012/fostering", "Fostering")),
)
example(
    "account_title_missing",
    "An account has a name and no title.",
    lambda: chart.problems_in(Account("Expenses:Premises:Rents", " ")),
)
example(
    "fund_code_unreadable",
    "A fund is given its title for a code.",
    lambda: funds.problems_in(
        Fund(code="CAMHS pool", title="CAMHS pooled fund", kind=FundKind.ALIGNED)
    ),
)
example(
    "fund_ends_before_it_starts",
    "The years of a fund are the wrong way round.",
    lambda: funds.problems_in(
        Fund(
            code="choice-protects",
            title="Choice Protects",
            kind=FundKind.SPECIAL_GRANT,
            starts=date(2004, 4, 1),
            ends=date(2003, 3, 31),
        )
    ),
)
_POOL = Fund(code="camhs", title="CAMHS pooled fund", kind=FundKind.POOLED)
example(
    "pooled_fund_without_power",
    "A pooled fund is added with its title only.",
    lambda: funds.problems_in(_POOL),
)
example(
    "pooled_fund_without_host",
    "A pooled fund is added with its power and no host.",
    lambda: funds.problems_in(
        Fund(
            code="camhs",
            title="CAMHS pooled fund",
            kind=FundKind.POOLED,
            legal_basis=LegalBasis.HEALTH_ACT_1999_S31,
        )
    ),
)


def _service(*dated: DatedWeights) -> Service:
    return Service(code="fostering", title="Fostering", outcomes=dated)


example(
    "outcome_weight_not_above_nil",
    "An outcome is given no share instead of being left out.",
    lambda: services.problems_in(
        _service(DatedWeights(date(2003, 4, 1), ((Outcome.STAY_SAFE, 1), (Outcome.BE_HEALTHY, 0))))
    ),
)
example(
    "outcome_weights_out_of_order",
    "Later weights stand above earlier ones.",
    lambda: services.problems_in(
        _service(
            DatedWeights(date(2004, 4, 1), ((Outcome.STAY_SAFE, 1),)),
            DatedWeights(date(2003, 4, 1), ((Outcome.STAY_SAFE, 2),)),
        )
    ),
)
