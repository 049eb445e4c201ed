"""Fund position: for each fund, what came in, what it cost, what is left."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from ledger.budget import Position
from ledger.journal import Book
from ledger.money import NIL, Money
from trust_commissioning.reports.balances import (
    POSITION_COLUMNS,
    cells,
    positions,
    sums,
    together,
)
from trust_commissioning.reports.leads import Lead
from trust_commissioning.reports.shape import Cell, Column, Report, Scope, make
from trust_commissioning.reports.trial_balance import brought_forward
from trust_commissioning.store.standing import funds

_BALANCES = ("opening", "income", "surplus", "moved", "closing")


def fund_position(session: Session, scope: Scope, at: datetime) -> Report:
    """A row for each fund, even at nil; the closing balance is what the fund owns."""
    expense = positions(session, scope, "fund")
    income, equity = (_of_funds(session, scope, account) for account in ("Income", "Equity"))
    opening: dict[str, Money] = {}
    for (fund, account), amount in brought_forward(session, scope).items():
        if account.startswith("Equity:"):
            opening[fund] = opening.get(fund, NIL) - amount
    rows: list[dict[str, Cell]] = []
    for code, fund_ in funds(session).items():
        if scope.fund not in (None, code):
            continue
        position = expense.get(code, Position())
        surplus = income.get(code, NIL) - position.actual
        start = opening.get(code, NIL)
        rows.append(
            {
                "fund": code,
                "title": fund_.title,
                "kind": fund_.kind.title,
                "legal_basis": fund_.legal_basis.title,
                **cells(position),
                "opening": start,
                "income": income.get(code, NIL),
                "surplus": surplus,
                "moved": equity.get(code, NIL),
                "closing": start + surplus + equity.get(code, NIL),
            }
        )
    totals: dict[str, Cell] = cells(
        together([expense.get(str(r["fund"]), Position()) for r in rows])
    )
    totals |= {
        key: Money.total(cell for row in rows if isinstance(cell := row[key], Money))
        for key in _BALANCES
    }
    return make(
        session,
        scope,
        at,
        name="fund-position",
        title="Fund position",
        basis=(
            "The year up to and with the period shown. Income is what is due, received or not; "
            "the closing balance is the balance brought forward with the year's surplus and what "
            "was moved to the fund or from it for good."
        ),
        sign=(
            "Available is budget less committed less spent; below nil is over budget. A surplus "
            "is above nil, a deficit below."
        ),
        columns=_COLUMNS,
        rows=rows,
        totals=totals,
    )


def _of_funds(session: Session, scope: Scope, account: str) -> dict[str, Money]:
    """What came under an account, by fund: a credit above nil."""
    found = sums(session, scope, "fund", account=account, book=Book.ACTUAL)
    return {fund: -amount for (fund,), amount in found}


_COLUMNS = (
    Column(key="fund", title="Code", kind="code"),
    Column(key="title", title="Fund"),
    Column(key="kind", title="Kind"),
    Column(key="legal_basis", title="Held under"),
    *POSITION_COLUMNS,
    Column(key="opening", title="Brought forward", kind="money"),
    Column(
        key="income",
        title="Income",
        kind="money",
        leads_to=Lead(account="Income", opposite=True),
    ),
    Column(key="surplus", title="Surplus or deficit", kind="money"),
    Column(
        key="moved",
        title="Moved to or from reserves",
        kind="money",
        leads_to=Lead(account="Equity", opposite=True),
    ),
    Column(key="closing", title="Closing balance", kind="money"),
)
