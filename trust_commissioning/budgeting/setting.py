"""Budgets set and changed: always by a journal of the difference, never edited."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from contracts.services import Service, split_by_outcome
from ledger import budget
from ledger.budget import BudgetKey, BudgetLine
from ledger.journal import Book, Journal, Standing
from ledger.money import NIL, Money
from ledger.outcomes import NOT_ATTRIBUTED, Outcome
from ledger.periods import FinancialYear, Period
from ledger.problems import Problem, Refused
from trust_commissioning import posting_rules, roles
from trust_commissioning.clock import day_of
from trust_commissioning.files.budgets import BudgetRow
from trust_commissioning.posting import lock_head, post
from trust_commissioning.posting_rules import Event
from trust_commissioning.store import register
from trust_commissioning.store.standing import standing as standing_of
from trust_commissioning.store.tables import JournalRow, PostingRow


def held(session: Session, fund: str, year: FinancialYear) -> dict[BudgetKey, Money]:
    """The budget as it was set and changed, without the virements since.

    So that a file applied again after a virement does not undo it.
    """
    original = aliased(JournalRow)
    rows = session.execute(
        select(
            col(PostingRow.account),
            col(PostingRow.service),
            col(PostingRow.outcome),
            func.sum(PostingRow.pence),
        )
        .join(JournalRow, col(JournalRow.id) == col(PostingRow.journal_id))
        .outerjoin(original, col(original.number) == col(JournalRow.reverses))
        .where(
            col(JournalRow.status) == "posted",
            col(JournalRow.book) == Book.BUDGET.value,
            col(JournalRow.fund) == fund,
            col(JournalRow.year) == str(year),
            (col(JournalRow.source) == budget.BUDGET) | (col(original.source) == budget.BUDGET),
            col(PostingRow.account).startswith("Expenses:"),
        )
        .group_by(col(PostingRow.account), col(PostingRow.service), col(PostingRow.outcome))
    )
    return {
        (account, service or "", Outcome(outcome) if outcome else None): Money(int(pence))
        for account, service, outcome, pence in rows
        if pence
    }


def by_outcome(
    rows: Iterable[BudgetRow], services: Mapping[str, Service], year: FinancialYear
) -> dict[BudgetKey, Money]:
    """A budget's lines by account, service and outcome, to the penny."""
    wanted: dict[BudgetKey, Money] = {}
    for row in rows:
        service = services.get(row.service)
        if row.outcome is None and service is not None:
            parts = split_by_outcome(row.amount, service.weights_on(year.starts))
        elif row.outcome in (None, "", NOT_ATTRIBUTED):
            parts = ((None, row.amount),)
        else:
            parts = ((Outcome(row.outcome), row.amount),)
        for outcome, share in parts:
            key = (row.account, row.service, outcome)
            wanted[key] = wanted.get(key, NIL) + share
    return wanted


def problems_in_rows(
    fund: str, rows: Sequence[BudgetRow], standing: Standing, services: Iterable[str]
) -> list[Problem]:
    """Everything wrong with a budget's lines, each with where it was read."""
    known_services = frozenset(services)
    problems: list[Problem] = []
    seen: dict[tuple[str, str, str | None], BudgetRow] = {}
    for row in rows:
        problems += _check_row(fund, row, standing, known_services)
        key = (row.account, row.service, row.outcome)
        if key in seen:
            problems.append(
                at_row(
                    row,
                    Problem(
                        "budget_line_repeated",
                        f"The budget of {BudgetLine(row.account, row.service)} is given twice.",
                    ),
                    "account",
                )
            )
        seen[key] = row
    return problems


def set_budget(
    session: Session,
    fund: str,
    year: FinancialYear,
    rows: Sequence[BudgetRow],
    *,
    by: str,
    at: datetime,
    whole: bool = True,
    reason: str = "",
) -> str | None:
    """Bring a fund's budget for a year to these lines; returns the journal's number, if one was
    needed.

    `whole`: lines that are not given go to nil; otherwise they stay as they are. The first budget
    goes into the first period that is open, a later change into the period of the day of `at` if
    that is open, else also into the first. `reason` says why it changes.

    Raises:
        Refused: with every problem; nothing was changed.
    """
    roles.check(session, by, roles.Action.CHANGE_REGISTER)
    lock_head(session)
    journal = budget_journal(session, fund, year, rows, at=at, whole=whole, reason=reason)
    if journal is None:
        return None
    return post(session, journal, by=by, at=at)


def budget_journal(
    session: Session,
    fund: str,
    year: FinancialYear,
    rows: Sequence[BudgetRow],
    *,
    at: datetime,
    whole: bool = True,
    reason: str = "",
) -> Journal | None:
    """The journal `set_budget` would post, or None where the budget is already so."""
    standing = standing_of(session)
    services = register.services(session)
    if problems := problems_in_rows(fund, rows, standing, services):
        raise Refused(problems)
    wanted, now = by_outcome(rows, services, year), held(session, fund, year)
    if not whole:
        lines = {(row.account, row.service) for row in rows}
        now = {key: amount for key, amount in now.items() if key[:2] in lines}
    postings = budget.change_of_budget(wanted, now)
    if not postings:
        return None
    turn = 1 + _budgets_so_far(session, fund, year)
    period = _period_for(standing.open_periods, year, day_of(at), first=turn == 1)
    if period is None:
        raise Refused.because(
            "period_not_open", f"No period of {year} is open to set its budget in.", "year"
        )
    words = f"Budget for {year}" if turn == 1 else f"Change {turn - 1} of the budget for {year}"
    on = day_of(at) if turn > 1 and period.holds(day_of(at)) else period.starts
    event = Event(
        fund=fund,
        day=on,
        period=period,
        source=budget.BUDGET,
        source_ref=f"{fund}/{year}/{turn}",
        narration=f"{words}: {reason}" if reason else words,
    )
    return posting_rules.budget_changed(event, postings)


def _budgets_so_far(session: Session, fund: str, year: FinancialYear) -> int:
    counted = session.execute(
        select(func.count())
        .select_from(JournalRow)
        .where(
            col(JournalRow.source) == budget.BUDGET,
            col(JournalRow.source_ref).startswith(f"{fund}/{year}/", autoescape=True),
        )
    )
    return int(counted.scalar_one())


def _period_for(
    open_periods: Iterable[Period], year: FinancialYear, today: date, *, first: bool
) -> Period | None:
    of_year = sorted(period for period in open_periods if period.year == year)
    if not first and Period.containing(today) in of_year:
        return Period.containing(today)
    return of_year[0] if of_year else None


def _check_row(
    fund: str, row: BudgetRow, standing: Standing, services: frozenset[str]
) -> Iterator[Problem]:
    account = standing.chart.get(row.account)
    if account is None:
        yield at_row(
            row, Problem("account_unknown", f"There is no account “{row.account}”."), "account"
        )
    elif not row.account.startswith("Expenses:"):
        yield at_row(
            row,
            Problem(
                "budget_not_for_expense",
                f"{row.account} is not an expense account; a budget is authority to spend.",
            ),
            "account",
        )
    if row.service and row.service not in services:
        yield at_row(
            row, Problem("service_unknown", f"There is no service “{row.service}”."), "service"
        )
    known_outcomes = {outcome.value for outcome in Outcome} | {NOT_ATTRIBUTED, ""}
    if row.outcome is not None and row.outcome not in known_outcomes:
        yield at_row(
            row, Problem("outcome_unknown", f"There is no outcome “{row.outcome}”."), "outcome"
        )
    known_fund = standing.funds.get(fund)
    if known_fund and known_fund.may_be_spent_on and row.service not in known_fund.may_be_spent_on:
        yield at_row(
            row,
            Problem(
                "outside_ring_fence",
                f"Fund {fund} may not be spent on {row.service or 'spend with no service'}.",
            ),
            "service",
        )


def at_row(row: BudgetRow, problem: Problem, column: str) -> Problem:
    """A problem with where its line was read."""
    where = f"{row.where}.{column}" if row.where else column
    return Problem(problem.code, problem.message, where, row.row, column if row.row else None)
