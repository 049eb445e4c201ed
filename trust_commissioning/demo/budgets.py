"""The demo trust's profiles, rules of virement and forecasts by people."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from ledger.budget import BudgetLine
from ledger.forecast import Method
from ledger.money import Money
from ledger.periods import FinancialYear, Period
from trust_commissioning import applying
from trust_commissioning.applying import Document
from trust_commissioning.budgeting import ForecastSaid, set_forecast
from trust_commissioning.demo import definition

COMMISSIONER = "j.hollin"
_HOMES = BudgetLine("Expenses:ThirdParty:ResidentialCare", "residential-care")
_BEDS = BudgetLine("Expenses:ThirdParty:Health", "camhs-placements")
_FORECASTS = (
    (
        Period(definition.SECOND_YEAR, 6),
        "general",
        _HOMES,
        ForecastSaid(
            method=Method.PERSON,
            amount=Money.parse("2110000"),
            low=Money.parse("2060000"),
            high=Money.parse("2180000"),
            reason="two young people move to foster carers in October",
        ),
    ),
    (
        Period(definition.SECOND_YEAR, 8),
        "general",
        _HOMES,
        ForecastSaid(
            method=Method.PERSON,
            amount=Money.parse("2145000"),
            low=Money.parse("2100000"),
            high=Money.parse("2190000"),
            reason="one of the two moves in October was put off to January",
        ),
    ),
    (
        Period(definition.SECOND_YEAR, 8),
        "camhs-pool",
        _BEDS,
        ForecastSaid(method=Method.COMMITTED, reason="every placement is under contract to March"),
    ),
)


def spread(session: Session, year: FinancialYear, *, by: str, at: datetime) -> None:
    """Give the year's lines their profiles, which are the same in both years."""
    profiles = [
        profile.model_copy(update={"year": year}) for profile in definition.part("budgets").profiles
    ]
    applying.apply(session, Document(profiles=profiles), by=by, at=at)


def forecast(session: Session, period: Period, *, at: datetime) -> None:
    """What the commissioner says once a month's figures are in."""
    for month, fund, line, said in _FORECASTS:
        if month == period:
            set_forecast(session, fund, line, said, period=period, by=COMMISSIONER, at=at)


def keep_rules(session: Session, *, by: str, at: datetime) -> None:
    """Say from now on who may move how much, and what may lend to what."""
    rules = definition.part("budgets").virement_rules
    applying.apply(session, Document(virement_rules=rules), by=by, at=at)
