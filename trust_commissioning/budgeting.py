"""Budgets: set from a file or a document, moved by virement; always by journals, never edited."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
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
from trust_commissioning.files.budgets import BudgetRow, read_budget
from trust_commissioning.posting import post, submit
from trust_commissioning.posting_rules import Event, Spend
from trust_commissioning.store import register
from trust_commissioning.store.standing import standing as standing_of
from trust_commissioning.store.tables import JournalRow, PostingRow


@dataclass(frozen=True, slots=True)
class BudgetLoaded:
    """What a budget file did: the journals it posted, nothing where it says what is held.

    `rows_read` counts blank rows too. `total` is by how much the budgets changed, `file_total`
    what the file's lines come to. `journals_needed` are more than `journals` in a dry run only.
    """

    file_sha256: str
    rows_read: int
    rows_posted: int
    rows_unchanged: int
    rows_skipped: Mapping[str, int]
    total: Money
    file_total: Money
    not_attributed: Money
    journals: tuple[str, ...]
    journals_needed: int
    dry_run: bool = False
    budgets: Mapping[str, Money] = field(default_factory=dict)
    """What each fund and year of the file now comes to, by ``fund 2003-04``."""

    def as_json(self) -> dict[str, object]:
        """The promised keys of `trust import`; a budget has no batch and no control total."""
        return {
            "batch": None,
            "file_sha256": self.file_sha256,
            "rows_read": self.rows_read,
            "rows_posted": self.rows_posted,
            "rows_unchanged": self.rows_unchanged,
            "rows_skipped": dict(self.rows_skipped),
            "total": self.total.plain,
            "file_total": self.file_total.plain,
            "control_total": None,
            "journals": self.journals_needed,
            "numbers": list(self.journals),
            "not_attributed": self.not_attributed.plain,
            "budgets": {name: amount.plain for name, amount in self.budgets.items()},
            "dry_run": self.dry_run,
            "problems": [],
        }


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
                _at(
                    row,
                    "budget_line_repeated",
                    f"The budget of {BudgetLine(row.account, row.service)} is given twice.",
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
) -> str | None:
    """Bring a fund's budget for a year to these lines; returns the journal's number, if one was
    needed.

    `whole`: lines that are not given go to nil; otherwise they stay as they are. The first budget
    goes into the first period that is open, a later change into the period of the day of `at` if
    that is open, else also into the first.

    Raises:
        Refused: with every problem; nothing was changed.
    """
    roles.check(session, by, roles.Action.CHANGE_REGISTER)
    journal = budget_journal(session, fund, year, rows, at=at, whole=whole)
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
        narration=words,
    )
    return posting_rules.budget_changed(event, postings)


def load_budget(
    session: Session,
    data: bytes,
    name: str,
    *,
    by: str,
    at: datetime,
    year: FinancialYear | None = None,
    dry_run: bool = False,
) -> BudgetLoaded:
    """Set budgets from a CSV or XLSX file: fund, account, service, amount, with outcome or year.

    Lines the file does not name stay as they are. `year` is for files with no year column.

    Raises:
        Refused: with every problem by row and column; nothing was changed.
    """
    roles.check(session, by, roles.Action.IMPORT_FILE)
    standing = standing_of(session)
    open_years = {period.year for period in standing.open_periods}
    if year is None and len(open_years) == 1:
        year = next(iter(open_years))
    file = read_budget(data, name=name, year=year)
    problems = list(file.problems)
    services = register.services(session)
    for (fund, of_year), rows in file.budgets.items():
        problems += _check_fund_and_year(fund, of_year, rows, standing)
        problems += problems_in_rows(fund, rows, standing, services)
    if problems:
        raise Refused(sorted(problems, key=lambda problem: problem.row or 0))
    numbers = []
    needed: list[Journal] = []
    changed = 0
    for (fund, of_year), rows in file.budgets.items():
        assert of_year is not None, "a line without a year is a problem"
        journal = budget_journal(session, fund, of_year, rows, at=at, whole=False)
        if journal is None:
            continue
        needed.append(journal)
        changed += sum(_moves(journal, row) for row in rows)
        if not dry_run:
            numbers.append(post(session, journal, by=by, at=at))
    every = [row for rows in file.budgets.values() for row in rows]
    expenses = [
        posting
        for journal in needed
        for posting in journal.postings
        if posting.account.startswith("Expenses:")
    ]
    return BudgetLoaded(
        file_sha256=file.sha256,
        rows_read=len(every) + file.blank_rows,
        rows_posted=changed,
        rows_unchanged=len(every) - changed,
        rows_skipped={"blank_row": file.blank_rows} if file.blank_rows else {},
        total=Money.total(posting.amount for posting in expenses),
        file_total=Money.total(row.amount for row in every),
        not_attributed=Money.total(p.amount for p in expenses if p.outcome is None),
        journals=tuple(numbers),
        journals_needed=len(needed),
        dry_run=dry_run,
        budgets={
            f"{fund} {of_year}": Money.total(row.amount for row in rows)
            for (fund, of_year), rows in file.budgets.items()
        },
    )


def _moves(journal: Journal, row: BudgetRow) -> bool:
    """Whether a change of budget changes this line of the file."""
    return any(
        (posting.account, posting.service or "") == (row.account, row.service)
        and (
            row.outcome in (None, "")
            or row.outcome == (posting.outcome.value if posting.outcome else NOT_ATTRIBUTED)
        )
        for posting in journal.postings
    )


def vire(
    session: Session,
    fund: str,
    moves: Sequence[tuple[BudgetLine, Money]],
    *,
    day: date,
    reference: str,
    reason: str,
    by: str,
    at: datetime,
    period: Period | None = None,
) -> int:
    """Ask for budget to move between lines of one fund; another person posts it. Returns its id.

    Each line gets an amount above nil or gives one below. Outcomes follow the services' weights.

    Raises:
        Refused: with every problem; nothing was changed.
    """
    roles.check(session, by, roles.Action.ENTER_JOURNAL)
    services = register.services(session)
    period = period or Period.containing(day)

    def spend(line: BudgetLine) -> Spend:
        service = services.get(line.service)
        weights = service.weights_on(period.year.starts) if service is not None else ()
        return Spend(account=line.account, service=line.service or None, weights=weights)

    event = Event(
        fund=fund,
        day=day,
        period=period,
        source=budget.VIREMENT,
        source_ref=reference,
        narration=reason,
    )
    journal = posting_rules.virement(event, [(spend(line), amount) for line, amount in moves])
    return submit(session, journal, by=by, at=at, for_service=budget.VIREMENT)


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


def _check_fund_and_year(
    fund: str, year: FinancialYear | None, rows: Sequence[BudgetRow], standing: Standing
) -> Iterator[Problem]:
    first = rows[0]
    if fund not in standing.funds:
        yield _at(first, "fund_unknown", f"There is no fund “{fund}”.", "fund")
    if year is not None and not any(p.year == year for p in standing.open_periods):
        yield _at(
            first, "period_not_open", f"No period of {year} is open to set its budget in.", "year"
        )


def _check_row(
    fund: str, row: BudgetRow, standing: Standing, services: frozenset[str]
) -> Iterator[Problem]:
    account = standing.chart.get(row.account)
    if account is None:
        yield _at(row, "account_unknown", f"There is no account “{row.account}”.", "account")
    elif not row.account.startswith("Expenses:"):
        yield _at(
            row,
            "budget_not_for_expense",
            f"{row.account} is not an expense account; a budget is authority to spend.",
            "account",
        )
    if row.service and row.service not in services:
        yield _at(row, "service_unknown", f"There is no service “{row.service}”.", "service")
    known_outcomes = {outcome.value for outcome in Outcome} | {NOT_ATTRIBUTED, ""}
    if row.outcome is not None and row.outcome not in known_outcomes:
        yield _at(row, "outcome_unknown", f"There is no outcome “{row.outcome}”.", "outcome")
    known_fund = standing.funds.get(fund)
    if known_fund and known_fund.may_be_spent_on and row.service not in known_fund.may_be_spent_on:
        yield _at(
            row,
            "outside_ring_fence",
            f"Fund {fund} may not be spent on {row.service or 'spend with no service'}.",
            "service",
        )


def _at(row: BudgetRow, code: str, message: str, column: str) -> Problem:
    where = f"{row.where}.{column}" if row.where else column
    return Problem(code, message, where, row.row, column if row.row is not None else None)
