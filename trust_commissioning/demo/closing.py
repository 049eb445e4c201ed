"""The demo trust's month ends and its year's end: accruals, closings, one period opened again."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from ledger.accrual import Delivery, Timing
from ledger.money import NIL, Money
from ledger.periods import FinancialYear, Period
from ledger.year_end import YearEnd
from trust_commissioning import closing, posting
from trust_commissioning.closing import Accrual
from trust_commissioning.demo import definition, risk
from trust_commissioning.reports import Scope, trial_balance
from trust_commissioning.store.standing import funds

OFFICER, APPROVER, KEEPER = "r.fenwater", "d.ashcombe", "m.tarrow"
_REASONS = {
    "unallocated": "Small payments no rule knows; the host looks for their cost centres",
    "not_attributed": "Running the trust serves no one outcome",
    "receipts": "Paid before it was due; matched when the instalment is raised",
    "deliveries": "Nothing was ordered in the month",
}
_OPENED_AGAIN = Period(definition.FIRST_YEAR, 9)
_BESIDE = Money(125000)
"""By how much the host's last statement differs from the books: a transfer on its way."""


def month(session: Session, period: Period, *, at: datetime) -> None:
    """Accrue what the month had delivered and not invoiced; the approver posts it."""
    for one in definition.events().accruals:
        if one.period == period:
            wanted = Accrual(
                timing=Timing(one.timing),
                fund=one.fund,
                period=period,
                reference=one.reference,
                account=one.account,
                reason=one.narration,
                amount=one.amount,
                delivered=_delivery(one),
                service=one.service,
                contract=one.contract,
            )
            id = closing.accrue(session, wanted, by=OFFICER, at=at)
            posting.post_submitted(session, id, by=APPROVER, at=at)


def _delivery(one: definition.Accrual) -> Delivery | None:
    if one.rate is None or one.per is None or one.starts is None:
        return None
    return Delivery(
        rate=one.rate, per=one.per, starts=one.starts, ends=one.period.ends, units=one.units
    )


def close_months(session: Session, year: FinancialYear, *, at: datetime) -> None:
    """Close the year's months in order; one is opened again for a late invoice, and closed."""
    for period in year.periods[:12]:
        _close(session, period, at=at)
    closing.ask_reopening(
        session,
        _OPENED_AGAIN,
        reason="An invoice for a specialist placement in December was found in January",
        by=OFFICER,
        at=at,
    )
    closing.agree_reopening(session, _OPENED_AGAIN, by=KEEPER, at=at)
    _close(session, _OPENED_AGAIN, at=at)


def close_year(session: Session, year: FinancialYear, *, at: datetime) -> None:
    """Say what becomes of each fund's balance, then close the year for good."""
    month(session, Period(year, 13), at=at)
    risk.settle(session, year, at=at)
    for fund in funds(session):
        closing.tell_year_end_rule(
            session,
            fund,
            year,
            rule=YearEnd.CARRY_FORWARD,
            clause="Minute 14 of the board, 10 March 2004: balances stay with their funds",
            by=KEEPER,
            at=at,
        )
    closing.close_year(session, year, by=KEEPER, at=at, reasons=_REASONS)


def tell_host_balances(session: Session, period: Period, *, at: datetime) -> None:
    """What the two hosts say they hold; one of them differs from the books."""
    for fund, apart, document in (
        ("general", _BESIDE, "Council ledger, cash by cost centre"),
        ("camhs-pool", NIL, "Primary care trust ledger, pooled account"),
    ):
        closing.tell_host_balance(
            session,
            period,
            fund=fund,
            amount=_cash(session, fund, period, at) - apart,
            document=f"{document}, {period.title}",
            by=OFFICER,
            at=at,
        )


def _cash(session: Session, fund: str, period: Period, at: datetime) -> Money:
    rows = trial_balance(session, Scope(fund, period.year, period.number), at).rows
    held = [row["balance"] for row in rows if row["account"] == "Assets:HostCash"]
    return Money.total(amount for amount in held if isinstance(amount, Money))


def _close(session: Session, period: Period, *, at: datetime) -> None:
    closing.close(session, period, by=KEEPER, at=at, reasons=_REASONS)
