"""Budget: each line's original, what was moved and changed, revised; to date beside what was
spent."""

from __future__ import annotations

from datetime import date, datetime

from sqlmodel import Session

from ledger.forecast import Outturn
from ledger.journal import Book
from ledger.money import NIL
from ledger.wording import day_in_full
from trust_commissioning.reports.budget_movements import (
    BudgetSteps,
    Movement,
    MovementKind,
    movements,
    steps,
)
from trust_commissioning.reports.forecast import outturns
from trust_commissioning.reports.lines import LINE_COLUMNS, leading, line_cells, totals_of
from trust_commissioning.reports.shape import Cell, Column, Part, Report, Scope, make
from trust_commissioning.store.standing import funds, titles

_MONEY = ("original", "moved_in", "moved_out", "changed", "revised", "to_date", "actual", "ahead")


def budget(session: Session, scope: Scope, at: datetime) -> Report:
    """A row for each line that has a budget or spend, by fund; then every movement with its
    reason."""
    named = titles(session)
    rows: list[dict[str, Cell]] = []
    moved: list[dict[str, Cell]] = []
    for fund in funds(session):
        if scope.fund not in (None, fund):
            continue
        found = movements(session, fund, scope.year, scope.to)
        by_line = steps(found)
        expected = outturns(session, fund, scope.year, scope.to)
        for line in sorted({*by_line, *expected}):
            outturn = expected.get(line)
            rows.append(
                {
                    **line_cells(fund, line, named),
                    **_steps(by_line.get(line, BudgetSteps())),
                    **_to_date(outturn),
                }
            )
        moved += [
            _movement(fund, one, named) for one in found if one.kind is not MovementKind.ORIGINAL
        ]
    return make(
        session,
        scope,
        at,
        name="budget",
        title="Budget",
        basis=(
            "Each journal of the budget book up to and with the period shown. The original budget "
            "is the first journal that gives a fund authority to spend in the year; original, "
            "virements and changes come to the revised budget. Budget to date is the revised "
            "budget spread by the line's profile."
        ),
        sign=(
            "What a line got is above nil, what it gave is below. Spent less budget to date above "
            "nil is ahead of the profile."
        ),
        columns=(*LINE_COLUMNS, *_COLUMNS),
        rows=rows,
        totals=totals_of(rows, _MONEY),
        parts=(_movements_part(moved),),
    )


def _steps(found: BudgetSteps) -> dict[str, Cell]:
    return {
        "original": found.original,
        "moved_in": found.moved_in,
        "moved_out": found.moved_out,
        "changed": found.changed,
        "revised": found.revised,
    }


def _to_date(outturn: Outturn | None) -> dict[str, Cell]:
    if outturn is None:
        return {"to_date": NIL, "actual": NIL, "ahead": NIL}
    ahead = outturn.actual - outturn.to_date
    return {"to_date": outturn.to_date, "actual": outturn.actual, "ahead": ahead}


def _movement(fund: str, one: Movement, named: dict[str, dict[str, str]]) -> dict[str, Cell]:
    return {
        **line_cells(fund, one.line, named),
        "number": one.number,
        "day": day_in_full(date.fromisoformat(one.day)),
        "kind": one.kind.title,
        "amount": one.amount,
        "reason": one.reason,
        "entered_by": one.entered_by,
        "posted_by": one.posted_by,
    }


def _movements_part(rows: list[dict[str, Cell]]) -> Part:
    return Part(
        key="movements",
        title="Virements and changes",
        words=(
            ("Each movement since the original budget, with its reason and who posted it.",)
            if rows
            else ("The budget has not been moved or changed.",)
        ),
        columns=(
            Column(key="number", title="Journal"),
            Column(key="day", title="Day"),
            Column(key="kind", title="Kind"),
            *LINE_COLUMNS,
            Column(key="amount", title="Amount", kind="money"),
            Column(key="reason", title="Reason"),
            Column(key="entered_by", title="Entered by"),
            Column(key="posted_by", title="Posted by"),
        )
        if rows
        else (),
        rows=tuple(rows),
        totals=totals_of(rows, ("amount",)) if rows else {},
    )


_COLUMNS = (
    Column(key="original", title="Original", kind="money"),
    Column(key="moved_in", title="Virements in", kind="money"),
    Column(key="moved_out", title="Virements out", kind="money"),
    Column(key="changed", title="Other changes", kind="money"),
    leading("revised", "Revised", Book.BUDGET),
    Column(key="to_date", title="Budget to date", kind="money"),
    leading("actual", "Spent to date", Book.ACTUAL),
    Column(key="ahead", title="Spent less budget to date", kind="money"),
)
