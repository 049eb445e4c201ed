"""The standing facts of a trust read as kernel values: chart, funds, periods, known codes."""

from __future__ import annotations

from sqlmodel import Session, select

from ledger.chart import Account, Chart
from ledger.funds import Fund, FundKind, LegalBasis
from ledger.journal import Standing
from ledger.periods import FinancialYear, Period
from trust_commissioning.store.tables import (
    AccountRow,
    ContractRow,
    FinancialYearRow,
    FundRow,
    PartnerRow,
    PeriodRow,
    ServiceRow,
    TrustRow,
)


def standing(session: Session) -> Standing:
    """Everything a journal is held against, read afresh."""
    return Standing(
        chart=chart(session),
        funds=funds(session),
        open_periods=frozenset(open_periods(session)),
        partners=frozenset(session.exec(select(PartnerRow.code))),
        services=frozenset(session.exec(select(ServiceRow.code))),
        contracts=frozenset(session.exec(select(ContractRow.number))),
    )


def trust_name(session: Session) -> str:
    """The trust's name; empty where the database holds no trust yet."""
    return session.exec(select(TrustRow.name)).first() or ""


def chart(session: Session) -> Chart:
    return Chart.of(
        Account(
            name=row.name,
            title=row.title,
            subjective=row.subjective,
            s251_line=row.s251_line,
            council_code=row.council_code,
            needs_partner=row.needs_partner,
            closed=row.closed,
        )
        for row in session.exec(select(AccountRow).order_by(AccountRow.name))
    )


def funds(session: Session) -> dict[str, Fund]:
    """The funds by code, in order of code."""
    return {
        row.code: Fund(
            code=row.code,
            title=row.title,
            kind=FundKind(row.kind),
            legal_basis=LegalBasis(row.legal_basis),
            host=row.host or "",
            pool_manager=row.pool_manager,
            conditions=row.conditions,
            may_be_spent_on=tuple(row.may_be_spent_on.split()),
            starts=row.starts,
            ends=row.ends,
        )
        for row in session.exec(select(FundRow).order_by(FundRow.code))
    }


def years(session: Session) -> list[FinancialYear]:
    """The years that have been opened, oldest first."""
    return sorted(FinancialYear.parse(year) for year in session.exec(select(FinancialYearRow.year)))


def open_periods(session: Session) -> list[Period]:
    """The open periods, in order."""
    rows = session.exec(select(PeriodRow.year, PeriodRow.number).where(PeriodRow.status == "open"))
    return sorted(Period(FinancialYear.parse(year), number) for year, number in rows)


def titles(session: Session) -> dict[str, dict[str, str]]:
    """What screens call things: code to title, for partner, fund, service, account, contract."""
    return {
        "partner": dict(session.exec(select(PartnerRow.code, PartnerRow.name)).all()),
        "fund": dict(session.exec(select(FundRow.code, FundRow.title)).all()),
        "service": dict(session.exec(select(ServiceRow.code, ServiceRow.title)).all()),
        "account": dict(session.exec(select(AccountRow.name, AccountRow.title)).all()),
        "contract": dict(session.exec(select(ContractRow.number, ContractRow.title)).all()),
    }
