"""The trial balance: every account's balance, debits beside credits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import Session

from ledger.chart import FUND_BALANCE, AccountKind
from ledger.journal import Book
from ledger.money import NIL, Money
from trust_commissioning.reports.balances import sums
from trust_commissioning.reports.leads import Lead
from trust_commissioning.reports.shape import BALANCE, Cell, Column, Report, Scope, make
from trust_commissioning.store.standing import chart

_OWN = (AccountKind.ASSETS.value, AccountKind.LIABILITIES.value, AccountKind.EQUITY.value)


def trial_balance(session: Session, scope: Scope, at: datetime) -> Report:
    """The actual book: brought forward from earlier years, moved this year, and the balance.

    No journal clears income or expense at a year's end, so what earlier years made or lost is
    derived here, by fund, into `Equity:FundBalance`.
    """
    opening = brought_forward(session, scope)
    moved = {
        (fund, account): amount
        for (fund, account), amount in sums(session, scope, "fund", "account", book=Book.ACTUAL)
    }
    names = {account.name: account.title for account in chart(session)}
    rows: list[dict[str, Cell]] = []
    for fund, account in sorted(set(opening) | set(moved)):
        before = opening.get((fund, account), NIL)
        now = before + moved.get((fund, account), NIL)
        if before or now or (fund, account) in moved:
            rows.append(
                {
                    "fund": fund,
                    "account": account,
                    "title": names.get(account, ""),
                    "opening": before,
                    "moved": moved.get((fund, account), NIL),
                    "debit": now if now.pence > 0 else NIL,
                    "credit": -now if now.pence < 0 else NIL,
                    "balance": now,
                }
            )
    return make(
        session,
        scope,
        at,
        name="trial-balance",
        title="Trial balance",
        basis=(
            "The actual book up to and with the period shown, by fund; balances of earlier years "
            "are brought forward, their income and expense within Equity:FundBalance."
        ),
        sign="Debits are above nil, credits below; the balances sum to nil.",
        columns=_COLUMNS,
        rows=rows,
        totals={
            key: Money.total(cell for row in rows if isinstance(cell := row[key], Money))
            for key in ("opening", "moved", "debit", "credit", "balance")
        },
    )


def brought_forward(session: Session, scope: Scope) -> dict[tuple[str, str], Money]:
    """The opening balances of a scope's year, by fund and account, derived from earlier years."""
    wanted = [BALANCE.c.year < str(scope.year), BALANCE.c.book == Book.ACTUAL.value]
    if scope.fund is not None:
        wanted.append(BALANCE.c.fund == scope.fund)
    columns = (BALANCE.c.fund, BALANCE.c.account)
    query = select(*columns, func.sum(BALANCE.c.pence)).where(*wanted).group_by(*columns)
    found: dict[tuple[str, str], Money] = {}
    for fund, account, amount in _carried(session.execute(query).all()):
        found[fund, account] = found.get((fund, account), NIL) + amount
    return {key: amount for key, amount in found.items() if amount}


def _carried(rows: object) -> Iterator[tuple[str, str, Money]]:
    for fund, account, pence in rows:  # type: ignore[attr-defined]
        kept = account if account.split(":", 1)[0] in _OWN else FUND_BALANCE
        yield fund, kept, Money(int(pence))


_COLUMNS = (
    Column(key="fund", title="Fund"),
    Column(key="account", title="Account"),
    Column(key="title", title="What it is"),
    Column(key="opening", title="Brought forward", kind="money"),
    Column(key="moved", title="In the year", kind="money", leads_to=Lead(account="{account}")),
    Column(key="debit", title="Debit", kind="money"),
    Column(key="credit", title="Credit", kind="money"),
    Column(key="balance", title="Balance", kind="money"),
)
