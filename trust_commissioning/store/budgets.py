"""Virement rules, profiles and forecasts read as kernel values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlmodel import Session, col, select

from ledger.budget import BudgetLine
from ledger.forecast import Choice, Method
from ledger.money import Money
from ledger.periods import FinancialYear, Period
from ledger.profile import EVEN, BudgetProfile, Shape, by_contract
from ledger.virement import Days, Limit, Place, Route, VirementRules
from trust_commissioning.store.tables import (
    BudgetProfileRow,
    ContractRow,
    ForecastRow,
    PersonRow,
    VirementRuleRow,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidForecast:
    """One forecast of a line as it was said."""

    line: BudgetLine
    turn: int
    choice: Choice
    period: Period
    said_at: str


def virement_rules(session: Session) -> VirementRules:
    """The routes and limits there are, in order of code."""
    rows = session.exec(select(VirementRuleRow).order_by(VirementRuleRow.code)).all()
    return VirementRules(
        routes=tuple(_route(row) for row in rows if row.kind == "route"),
        limits=tuple(_limit(row) for row in rows if row.kind == "limit"),
    )


def profiles(session: Session, fund: str, year: FinancialYear) -> dict[BudgetLine, BudgetProfile]:
    """How each line of a fund that was given a profile is spread; the last one given counts."""
    rows = session.exec(
        select(BudgetProfileRow)
        .where(col(BudgetProfileRow.fund) == fund, col(BudgetProfileRow.year) == str(year))
        .order_by(col(BudgetProfileRow.turn))
    ).all()
    return {BudgetLine(row.account, row.service): _profile(session, row, year) for row in rows}


def forecasts(session: Session, fund: str, year: FinancialYear) -> list[SaidForecast]:
    """What people said lines of a fund will come to, oldest first, with what was superseded."""
    names = dict(session.exec(select(PersonRow.username, PersonRow.name)).all())
    rows = session.exec(
        select(ForecastRow)
        .where(col(ForecastRow.fund) == fund, col(ForecastRow.year) == str(year))
        .order_by(ForecastRow.account, ForecastRow.service, col(ForecastRow.turn))
    )
    return [_said(row, names.get(row.said_by, row.said_by)) for row in rows]


def choices(session: Session, fund: str, year: FinancialYear, to: int) -> dict[BudgetLine, Choice]:
    """What held for each line once the figures of a period were known."""
    said = forecasts(session, fund, year)
    return {one.line: one.choice for one in said if one.period.number <= to}


def _said(row: ForecastRow, by: str) -> SaidForecast:
    period = Period(FinancialYear.parse(row.year), row.period)
    low, high = (None if p is None else Money(p) for p in (row.low_pence, row.high_pence))
    return SaidForecast(
        line=BudgetLine(row.account, row.service),
        turn=row.turn,
        period=period,
        said_at=row.said_at,
        choice=Choice(
            method=Method(row.method),
            reason=row.reason,
            by=by,
            said_in=period.title,
            amount=Money(row.pence or 0),
            low=low,
            high=high,
        ),
    )


def _profile(session: Session, row: BudgetProfileRow, year: FinancialYear) -> BudgetProfile:
    if row.contract is not None:
        contract = session.get_one(ContractRow, row.contract)
        # A contract moved out of the year since leaves nothing to go by.
        return by_contract(year, row.contract, contract.starts, contract.ends) or EVEN
    if row.shape == Shape.EVEN:
        return EVEN
    return BudgetProfile(Shape(row.shape), tuple(int(weight) for weight in row.weights.split()))


def _route(row: VirementRuleRow) -> Route:
    giving, getting = _places(row)
    return Route(
        code=row.code,
        giving=giving,
        getting=getting,
        allowed=row.allowed,
        because=row.because,
        days=Days(row.starts, row.ends),
    )


def _places(row: VirementRuleRow) -> Iterator[Place]:
    yield Place(row.from_fund or "", row.from_account, row.from_service or "")
    yield Place(row.to_fund or "", row.to_account, row.to_service or "")


def _limit(row: VirementRuleRow) -> Limit:
    return Limit(
        code=row.code,
        amount=None if row.pence is None else Money(row.pence),
        fund=row.fund or "",
        role=row.role,
        person=row.person or "",
        days=Days(row.starts, row.ends),
    )
