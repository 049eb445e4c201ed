"""The demo trust's risk shares: agreed for its two pooled funds, settled when a year is over."""

from __future__ import annotations

from datetime import date, datetime

from sqlmodel import Session

from ledger.periods import FinancialYear
from trust_commissioning import applying, settling
from trust_commissioning.demo import definition

KEEPER = "m.tarrow"


def agree(session: Session, *, by: str, at: datetime, today: date) -> None:
    """Record the rules the partners agreed with the agreements themselves."""
    applying.apply(session, definition.part("risk"), by=by, at=at, today=today)


def settle(session: Session, year: FinancialYear, *, at: datetime) -> None:
    """Both funds' years are settled between their partners, March being closed."""
    for fund in (one.fund for one in definition.part("risk").risk_shares):
        settling.settle(session, fund, year, reference=f"{fund}/{year}", by=KEEPER, at=at)
