"""Budgets from a file, with the profiles of its lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session

from ledger.budget import BudgetLine
from ledger.journal import Journal, Standing
from ledger.money import Money
from ledger.outcomes import NOT_ATTRIBUTED
from ledger.periods import FinancialYear
from ledger.problems import Problem, Refused
from ledger.profile import ProfileSaid
from trust_commissioning import roles
from trust_commissioning.budgeting.setting import at_row, budget_journal, problems_in_rows
from trust_commissioning.budgeting.spreading import keep_profile, problems_in_profile
from trust_commissioning.files.budgets import BudgetFile, BudgetRow, read_budget
from trust_commissioning.posting import lock_head, post
from trust_commissioning.store import register
from trust_commissioning.store.standing import standing as standing_of


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
    profiles: int = 0
    """How many lines are spread otherwise than before."""
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
            "profiles": self.profiles,
            "budgets": {name: amount.plain for name, amount in self.budgets.items()},
            "dry_run": self.dry_run,
            "problems": [],
        }


def load_budget(
    session: Session,
    data: bytes,
    name: str,
    *,
    by: str,
    at: datetime,
    year: FinancialYear | None = None,
    sheet: str | None = None,
    reason: str = "",
    dry_run: bool = False,
) -> BudgetLoaded:
    """Set budgets from a CSV or XLSX file: fund, account, service, amount, with outcome, year or
    profile.

    Lines the file does not name stay as they are. `year` is for files with no year column, `sheet`
    for workbooks with several; `reason` says why budgets change.

    Raises:
        Refused: with every problem by row and column; nothing was changed.
    """
    roles.check(session, by, roles.Action.IMPORT_FILE)
    lock_head(session)
    standing = standing_of(session)
    open_years = {period.year for period in standing.open_periods}
    if year is None and len(open_years) == 1:
        year = next(iter(open_years))
    file = read_budget(data, name=name, year=year, sheet=sheet)
    if problems := _problems_in_file(session, file, standing, at):
        raise Refused(sorted(problems, key=lambda problem: problem.row or 0))
    numbers = []
    needed: list[Journal] = []
    changed = 0
    spread = 0
    for (fund, of_year), rows in file.budgets.items():
        assert of_year is not None, "a line without a year is a problem"
        if not dry_run:
            spread += _spread(session, fund, of_year, rows, by=by, at=at, reason=reason)
        journal = budget_journal(session, fund, of_year, rows, at=at, whole=False, reason=reason)
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
        profiles=spread,
        dry_run=dry_run,
        budgets={
            f"{fund} {of_year}": Money.total(row.amount for row in rows)
            for (fund, of_year), rows in file.budgets.items()
        },
    )


def _problems_in_file(
    session: Session, file: BudgetFile, standing: Standing, at: datetime
) -> list[Problem]:
    problems = list(file.problems)
    services = register.services(session)
    for (fund, of_year), rows in file.budgets.items():
        problems += _check_fund_and_year(fund, of_year, rows, standing)
        problems += problems_in_rows(fund, rows, standing, services)
        problems += _problems_in_profiles(session, fund, of_year, rows, at)
    return problems


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


def _problems_in_profiles(
    session: Session,
    fund: str,
    year: FinancialYear | None,
    rows: Sequence[BudgetRow],
    at: datetime,
) -> Iterator[Problem]:
    given: dict[BudgetLine, ProfileSaid] = {}
    for row in rows:
        if row.profile is None or year is None:
            continue
        line = BudgetLine(row.account, row.service)
        for problem in problems_in_profile(session, fund, year, line, row.profile, at=at):
            yield at_row(row, problem, "profile")
        if given.setdefault(line, row.profile) != row.profile:
            yield at_row(
                row, Problem("budget_profiles_differ", f"{line} is given two profiles."), "profile"
            )


def _spread(
    session: Session,
    fund: str,
    year: FinancialYear,
    rows: Sequence[BudgetRow],
    *,
    by: str,
    at: datetime,
    reason: str,
) -> int:
    """Keep the profiles of a file's lines; returns how many are new."""
    given = {BudgetLine(row.account, row.service): row.profile for row in rows if row.profile}
    kept = [
        keep_profile(session, fund, year, line, said, by=by, at=at, reason=reason)
        for line, said in given.items()
    ]
    return sum(turn is not None for turn in kept)


def _check_fund_and_year(
    fund: str, year: FinancialYear | None, rows: Sequence[BudgetRow], standing: Standing
) -> Iterator[Problem]:
    first = rows[0]
    if fund not in standing.funds:
        yield at_row(first, Problem("fund_unknown", f"There is no fund “{fund}”."), "fund")
    if year is not None and not any(p.year == year for p in standing.open_periods):
        yield at_row(
            first,
            Problem("period_not_open", f"No period of {year} is open to set its budget in."),
            "year",
        )
