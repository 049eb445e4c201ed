"""Opening a year: its thirteen periods."""

from __future__ import annotations

from sqlmodel import Session

from ledger.periods import FinancialYear
from trust_commissioning.store.tables import FinancialYearRow, PeriodRow


def open_year(session: Session, year: FinancialYear) -> None:
    """Open a year with its thirteen periods."""
    session.add(FinancialYearRow(year=str(year)))
    session.flush()
    for period in year.periods:
        session.add(
            PeriodRow(year=str(year), number=period.number, starts=period.starts, ends=period.ends)
        )
    session.flush()
