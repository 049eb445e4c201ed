"""The figures of the board's page: headlines, flows, services, the trend."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict
from sqlmodel import Session

from ledger.budget import Position
from ledger.journal import Book
from ledger.money import NIL, Money
from ledger.periods import Period
from trust_commissioning.reports.balances import (
    OUTCOME_KEYS,
    expense,
    income,
    positions,
    together,
)
from trust_commissioning.reports.outcome_spend import title as outcome_title
from trust_commissioning.reports.shape import Scope
from trust_commissioning.store.standing import titles


class _Figures(BaseModel):
    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)


class Headlines(_Figures):
    """A scope's figures in one line. `surplus` is income less spend; below nil is a deficit."""

    budget: Money
    committed: Money
    actual: Money
    available: Money
    income: Money
    surplus: Money
    not_attributed: Money


class Flow(_Figures):
    """Money from a source into a fund, or from a fund to an outcome. Never below nil."""

    source: str
    target: str
    source_title: str
    target_title: str
    amount: Money
    kind: Literal["into_fund", "to_outcome"]


class ServiceFigures(_Figures):
    """One service's position; `service` is empty for spend with no service."""

    service: str
    title: str
    budget: Money
    committed: Money
    actual: Money
    available: Money


class PeriodFigures(_Figures):
    """One period: spent in it, spent so far, committed at its end, the budget at its end."""

    period: Period
    title: str
    actual: Money
    actual_so_far: Money
    committed: Money
    budget: Money


def headlines(session: Session, scope: Scope) -> Headlines:
    """The whole scope in seven figures."""
    by_outcome = positions(session, scope, "outcome")
    every = together(list(by_outcome.values()))
    came_in = -Money.total(income(session, scope).values())
    return Headlines(
        budget=every.budget,
        committed=every.committed,
        actual=every.actual,
        available=every.available,
        income=came_in,
        surplus=came_in - every.actual,
        not_attributed=by_outcome.get("", Position()).actual,
    )


def flows(session: Session, scope: Scope) -> list[Flow]:
    """Where actual money came from and what it went to: source → fund → outcome.

    A source is a partner, or the title of an income account that has none. Only amounts above
    nil are shown: a picture of flows has no place for a net repayment, and the tables have it.
    """
    names = titles(session, "partner", "fund", "account")
    found: dict[tuple[str, str, str, str], Money] = {}
    for (fund, account, partner), amount in income(session, scope).items():
        source = f"partner:{partner}" if partner else f"income:{account}"
        said = names["partner"].get(partner) or names["account"].get(account, account)
        key = (source, f"fund:{fund}", said, names["fund"].get(fund, fund))
        found[key] = found.get(key, NIL) - amount
    into = [_flow(key, amount, "into_fund") for key, amount in found.items() if amount.pence > 0]
    spent = {
        (fund, outcome): amount
        for (book, fund, outcome), amount in expense(
            session, scope, "book", "fund", "outcome"
        ).items()
        if book == Book.ACTUAL.value
    }
    out = [
        _flow(
            (
                f"fund:{fund}",
                f"outcome:{outcome or 'not_attributed'}",
                names["fund"].get(fund, fund),
                outcome_title(outcome),
            ),
            amount,
            "to_outcome",
        )
        for (fund, outcome), amount in sorted(spent.items(), key=_in_order)
        if amount.pence > 0
    ]
    return into + out


def _in_order(item: tuple[tuple[str, str], Money]) -> tuple[str, int]:
    (fund, outcome), _ = item
    return fund, OUTCOME_KEYS.index(outcome or "not_attributed")


def _flow(
    key: tuple[str, str, str, str], amount: Money, kind: Literal["into_fund", "to_outcome"]
) -> Flow:
    source, target, source_title, target_title = key
    return Flow(
        source=source,
        target=target,
        source_title=source_title,
        target_title=target_title,
        amount=amount,
        kind=kind,
    )


def service_spend(session: Session, scope: Scope) -> list[ServiceFigures]:
    """Each service's position, the largest budget first; spend with no service last."""
    names = titles(session, "service")["service"]
    found = positions(session, scope, "service")
    order = sorted(found, key=lambda code: (code == "", -found[code].budget.pence, code))
    return [
        ServiceFigures(
            service=code,
            title=names.get(code, code) or "No service",
            budget=found[code].budget,
            committed=found[code].committed,
            actual=found[code].actual,
            available=found[code].available,
        )
        for code in order
    ]


def trend(session: Session, scope: Scope) -> list[PeriodFigures]:
    """Period by period up to the scope's; period 13 only where it has figures."""
    found = expense(session, scope, "book", "period")
    lines: list[PeriodFigures] = []
    so_far = Position()
    for period in scope.period.up_to():
        for book in Book:
            so_far = so_far.plus(book, found.get((book.value, period.number), NIL))
        actual = found.get((Book.ACTUAL.value, period.number), NIL)
        if period.number == 13 and not any((book.value, 13) in found for book in Book):
            continue
        lines.append(
            PeriodFigures(
                period=period,
                title=period.title,
                actual=actual,
                actual_so_far=so_far.actual,
                committed=so_far.committed,
                budget=so_far.budget,
            )
        )
    return lines
