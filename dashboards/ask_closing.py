"""What the pages of the month's end ask of the application: what is left, closings, accruals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dashboards import ask
from ledger.money import Money
from ledger.periods import FinancialYear, Period
from ledger.year_end import YearEnd
from trust_commissioning import clock, closing
from trust_commissioning.closing import Accrual, YearClosed
from trust_commissioning.reports import Report, Scope, month_end, year_end
from trust_commissioning.reports.left_to_do import Item, items, left_to_do, not_delivered
from trust_commissioning.reports.year_end import year_items
from trust_commissioning.sign_ins import SignedIn
from trust_commissioning.store import closing as record
from trust_commissioning.store import reading, transaction
from trust_commissioning.store.closing import Closing, Reopening
from trust_commissioning.store.standing import open_periods
from trust_commissioning.store.tables import ContractRow


@dataclass(frozen=True)
class MonthEnd:
    """A period's end as it stands; `left` is what is not done yet."""

    period: Period
    is_open: bool
    items: tuple[Item, ...]
    left: tuple[Item, ...]
    report: Report
    closings: tuple[Closing, ...]
    reopenings: tuple[Reopening, ...]
    asked: Reopening | None
    for_good: bool


@dataclass(frozen=True)
class YearsEnd:
    """A year's end as it stands."""

    year: FinancialYear
    items: tuple[Item, ...]
    report: Report
    for_good: bool


@dataclass(frozen=True, slots=True)
class Suggested:
    """What is known of a contract that an accrual may be for; `share` where it can be told."""

    fund: str = ""
    service: str = ""
    account: str = ""
    share: Money | None = None


def month(period: Period) -> MonthEnd:
    """What is left to do in a period, and how often it was closed."""
    with reading(ask.engine()) as session:
        scope = Scope(None, period.year, period.number)
        return MonthEnd(
            period=period,
            is_open=period in open_periods(session),
            items=items(session, period),
            left=left_to_do(session, period),
            report=month_end(session, scope, clock.now()),
            closings=record.closings(session, period),
            reopenings=record.reopenings(session, period.year, period.number),
            asked=record.asked(session, period),
            for_good=record.is_finally_closed(session, period.year),
        )


def year(wanted: FinancialYear) -> YearsEnd:
    """What is left to do in a year, and how each fund ends it."""
    with reading(ask.engine()) as session:
        return YearsEnd(
            year=wanted,
            items=year_items(session, wanted),
            report=year_end(session, Scope(None, wanted), clock.now()),
            for_good=record.is_finally_closed(session, wanted),
        )


def suggested(contract: str, period: Period) -> Suggested:
    """What a contract says of an accrual in a period."""
    with reading(ask.engine()) as session:
        row = session.get(ContractRow, contract)
        if row is None:
            return Suggested()
        shares = {one.number: one.share for one in not_delivered(session, period)}
        return Suggested(
            fund=row.fund,
            service=row.service,
            account=record.account_of(session, contract),
            share=shares.get(contract),
        )


def close(viewer: SignedIn, period: Period, reasons: Mapping[str, str]) -> str:
    """Close a period; returns its seal."""
    with transaction(ask.engine()) as session:
        return closing.close(session, period, by=viewer.username, at=clock.now(), reasons=reasons)


def close_year(viewer: SignedIn, wanted: FinancialYear, reasons: Mapping[str, str]) -> YearClosed:
    """Close a year for good."""
    with transaction(ask.engine()) as session:
        return closing.close_year(
            session, wanted, by=viewer.username, at=clock.now(), reasons=reasons
        )


def tell_rule(
    viewer: SignedIn, fund: str, wanted: FinancialYear, rule: YearEnd, clause: str
) -> None:
    """Say what becomes of a fund's surplus at the end of a year, and of later ones."""
    with transaction(ask.engine()) as session:
        closing.tell_year_end_rule(
            session, fund, wanted, rule=rule, clause=clause, by=viewer.username, at=clock.now()
        )


def ask_reopening(viewer: SignedIn, period: Period, reason: str) -> None:
    """Ask that a closed period be opened again."""
    with transaction(ask.engine()) as session:
        closing.ask_reopening(session, period, reason=reason, by=viewer.username, at=clock.now())


def agree(viewer: SignedIn, period: Period) -> None:
    """Agree to what somebody else asked."""
    with transaction(ask.engine()) as session:
        closing.agree_reopening(session, period, by=viewer.username, at=clock.now())


def accrue(viewer: SignedIn, wanted: Accrual) -> int:
    """Enter an accrual or a prepayment for somebody else to post."""
    with transaction(ask.engine()) as session:
        return closing.accrue(session, wanted, by=viewer.username, at=clock.now())
