"""Spend with no outcome yet: where it is, so that somebody can code it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import Session

from ledger.money import Money
from ledger.outcomes import NOT_ATTRIBUTED
from trust_commissioning.reports.balances import under, within
from trust_commissioning.reports.leads import Lead
from trust_commissioning.reports.shape import BALANCE, Cell, Column, Report, Scope, make
from trust_commissioning.store.standing import titles


def not_attributed(session: Session, scope: Scope, at: datetime) -> Report:
    """Actual spend without an outcome, by fund, account and service, the largest first."""
    columns = (BALANCE.c.fund, BALANCE.c.account, BALANCE.c.service)
    query = (
        select(*columns, func.sum(BALANCE.c.pence).label("pence"))
        .where(
            *within(scope), BALANCE.c.book == "actual", BALANCE.c.outcome == "", under("Expenses")
        )
        .group_by(*columns)
        .order_by(func.abs(func.sum(BALANCE.c.pence)).desc(), *columns)
    )
    names = titles(session)
    rows: list[dict[str, Cell]] = [
        {
            "fund": row.fund,
            "account": row.account,
            "title": names["account"].get(row.account, ""),
            "service": row.service,
            "service_title": names["service"].get(row.service, "No service"),
            "actual": Money(int(row.pence)),
        }
        for row in session.execute(query)
        if row.pence
    ]
    return make(
        session,
        scope,
        at,
        name="not-attributed",
        title="Spend not attributed to an outcome",
        basis="Actual spend of the year up to and with the period shown that has no outcome yet.",
        sign="Spend is above nil, credits below.",
        columns=(
            Column(key="fund", title="Fund"),
            Column(key="account", title="Account"),
            Column(key="title", title="What it is"),
            Column(key="service", title="Service", kind="code"),
            Column(key="service_title", title="Service's name"),
            Column(
                key="actual",
                title="Spent",
                kind="money",
                leads_to=Lead(account="{account}", service="{service}", outcome=NOT_ATTRIBUTED),
            ),
        ),
        rows=rows,
        totals={"actual": Money.total(c for r in rows if isinstance(c := r["actual"], Money))},
    )
