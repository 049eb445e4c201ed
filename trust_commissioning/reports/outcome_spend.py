"""Spend by outcome: what each of the five was allowed, promised, has cost, has left."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from ledger.budget import Position
from ledger.outcomes import NOT_ATTRIBUTED, Outcome
from trust_commissioning.reports.balances import (
    OUTCOME_KEYS,
    cells,
    position_columns,
    positions,
    together,
)
from trust_commissioning.reports.shape import Cell, Column, Report, Scope, make

BASIS = (
    "Expense accounts of the year up to and with the period shown; spend that serves several "
    "outcomes is parted by its service's weights, to the penny."
)
SIGN = "Available is budget less committed less spent; below nil is over budget."


def outcome_spend(session: Session, scope: Scope, at: datetime) -> Report:
    """The five outcomes in their order, then what has no outcome yet; every line even at nil."""
    found = positions(session, scope, "outcome")
    found[NOT_ATTRIBUTED] = found.pop("", Position())
    rows: list[dict[str, Cell]] = [
        {"outcome": key, "title": title(key), **cells(found.get(key, Position()))}
        for key in OUTCOME_KEYS
    ]
    return make(
        session,
        scope,
        at,
        name="outcome-spend",
        title="Spend by outcome",
        basis=BASIS,
        sign=SIGN,
        columns=(
            Column(key="outcome", title="Key", kind="code"),
            Column(key="title", title="Outcome"),
            *position_columns(outcome="{outcome}"),
        ),
        rows=rows,
        totals=cells(together(list(found.values()))),
    )


def title(key: str) -> str:
    """What a person calls an outcome's key."""
    return "Not attributed" if key in ("", NOT_ATTRIBUTED) else Outcome(key).title
