"""Forecast outturn: what each line is expected to come to by the end of the year, and why."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session, col, select

from ledger.budget import BudgetLine, Position
from ledger.forecast import AS_A_RULE, NOTHING_FURTHER, Outturn, outturn
from ledger.grant.quarters import is_re_profiled, quarters_of
from ledger.journal import Book
from ledger.money import NIL
from ledger.periods import FinancialYear, Period
from ledger.profile import EVEN, BudgetProfile, Shape
from trust_commissioning.reports.balances import sums
from trust_commissioning.reports.lines import LINE_COLUMNS, leading, line_cells, totals_of
from trust_commissioning.reports.shape import Cell, Column, Report, Scope, make
from trust_commissioning.reports.turnover import turnovers
from trust_commissioning.store import budgets as store
from trust_commissioning.store.engine import once
from trust_commissioning.store.grants import keeps_a_grant, lives
from trust_commissioning.store.standing import funds, titles
from trust_commissioning.store.tables import PeriodRow


def outturns(
    session: Session, fund: str, year: FinancialYear, to: int
) -> Mapping[BudgetLine, Outturn]:
    """What each line of a fund is expected to come to, as known after a period of the year.

    Once March is closed it is what was spent, with the entries of period 13 that `to` takes in.
    The board's page asks it of one view for the forecast, the risk shares and the grants.
    """
    asked = ("outturns", fund, year, to)
    return once(session, asked, lambda view: _outturns(view, fund, year, to))


def _outturns(
    session: Session, fund: str, year: FinancialYear, to: int
) -> Mapping[BudgetLine, Outturn]:
    final = to >= 12 and _is_closed(session, year, 12)
    profiles = store.profiles(session, fund, year)
    unsaid = _of_grants(session, fund, year, to)
    further = turnovers(session, fund, year, to)
    choices = store.choices(session, fund, year, to)
    positions = _positions(session, fund, year, to)
    return {
        line: outturn(
            positions.get(line, Position()),
            to,
            profiles.get(line, unsaid),
            choices.get(line, AS_A_RULE),
            further=further.get(line, NOTHING_FURTHER),
            final=final,
        )
        for line in sorted({*positions, *choices})
    }


def _of_grants(session: Session, fund: str, year: FinancialYear, to: int) -> BudgetProfile:
    """How a line that nobody gave a profile is spread: as the quarters of the grants its fund
    keeps, where somebody has said those; else evenly."""
    if not keeps_a_grant(session, fund):
        return EVEN
    spread = [
        quarters_of(life, year)
        for life in lives(session, by_day=Period(year, to).ends).values()
        if life.allocation.fund == fund and year in life.years and is_re_profiled(life, year)
    ]
    weights = [sum(one.pence for one in each) for each in zip(*spread, strict=True)]
    by_month = tuple(weight for weight in weights for _ in range(3))
    return BudgetProfile(Shape.SEASONAL, by_month) if any(by_month) else EVEN


def forecast(session: Session, scope: Scope, at: datetime) -> Report:
    """A row for each line, with the period before beside it."""
    named = titles(session, "account", "service")
    rows: list[dict[str, Cell]] = []
    for fund in funds(session):
        if scope.fund not in (None, fund):
            continue
        before = outturns(session, fund, scope.year, scope.to - 1) if scope.to > 1 else {}
        for line, now in outturns(session, fund, scope.year, scope.to).items():
            was = before[line].forecast if line in before else NIL
            rows.append(
                {
                    **line_cells(fund, line, named),
                    **_cells(now),
                    "before": was,
                    "change": now.forecast - was,
                    "basis": now.basis,
                }
            )
    notes = []
    if scope.to == 1:
        notes.append("April has no period before it, so the whole forecast is its change.")
    return make(
        session,
        scope,
        at,
        name="forecast",
        title="Forecast outturn",
        basis=(
            "What each line is expected to come to by 31 March, as known at the end of the period "
            "shown: what is spent, with what is promised or what the profile has left, whichever "
            "is more, unless a person has said otherwise. The basis of each is in its row. A line "
            "with no profile of its own follows the quarters of its fund's grant, where those were "
            "spread anew. Once March is closed it is what was spent."
        ),
        sign=(
            "Variance is forecast less budget: above nil is overspent. Change is against the "
            "forecast at the end of the period before."
        ),
        columns=(*LINE_COLUMNS, *_COLUMNS),
        rows=rows,
        totals=totals_of(rows, _MONEY),
        notes=notes,
    )


def _cells(now: Outturn) -> dict[str, Cell]:
    return {
        "budget": now.budget,
        "to_date": now.to_date,
        "actual": now.actual,
        "committed": now.committed,
        "forecast": now.forecast,
        "variance": now.variance,
        "low": now.low,
        "high": now.high,
    }


_COLUMNS = (
    leading("budget", "Budget", Book.BUDGET),
    Column(key="to_date", title="Budget to date", kind="money"),
    leading("actual", "Spent to date", Book.ACTUAL),
    leading("committed", "Committed", Book.COMMITMENT),
    Column(key="forecast", title="Forecast", kind="money"),
    Column(key="variance", title="Variance", kind="money"),
    Column(key="low", title="Lowest", kind="money"),
    Column(key="high", title="Highest", kind="money"),
    Column(key="before", title="Forecast before", kind="money"),
    Column(key="change", title="Change", kind="money"),
    Column(key="basis", title="Basis"),
)
_MONEY = tuple(column.key for column in _COLUMNS if column.kind == "money")


def _positions(
    session: Session, fund: str, year: FinancialYear, to: int
) -> dict[BudgetLine, Position]:
    found: dict[BudgetLine, Position] = {}
    by = ("account", "service", "book")
    for (account, service, book), amount in sums(
        session, Scope(fund, year, to), *by, account="Expenses"
    ):
        line = BudgetLine(account, service)
        found[line] = found.get(line, Position()).plus(Book(book), amount)
    return found


def _is_closed(session: Session, year: FinancialYear, number: int) -> bool:
    status = session.exec(
        select(PeriodRow.status).where(
            col(PeriodRow.year) == str(year), col(PeriodRow.number) == number
        )
    ).first()
    return status == "closed"
