"""What is wrong with naming a line of a budget."""

from __future__ import annotations

from collections.abc import Iterator

from sqlmodel import Session

from ledger.budget import BudgetLine
from ledger.periods import FinancialYear
from ledger.problems import Problem
from trust_commissioning.store.standing import standing as standing_of
from trust_commissioning.store.standing import years


def problems_in_line(
    session: Session, fund: str, year: FinancialYear, line: BudgetLine
) -> Iterator[Problem]:
    """Whether the fund, the year, the account and the service are there, and it is an expense."""
    standing = standing_of(session)
    if fund not in standing.funds:
        yield Problem("fund_unknown", f"There is no fund “{fund}”.", "fund")
    if year not in years(session):
        yield Problem("year_not_opened", f"The year {year} has not been opened.", "year")
    if standing.chart.get(line.account) is None:
        yield Problem("account_unknown", f"There is no account “{line.account}”.", "account")
    elif not line.account.startswith("Expenses:"):
        yield Problem(
            "budget_not_for_expense",
            f"{line.account} is not an expense account; a budget is authority to spend.",
            "account",
        )
    if line.service and line.service not in standing.services:
        yield Problem("service_unknown", f"There is no service “{line.service}”.", "service")
