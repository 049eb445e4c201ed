"""A fund's income and expenditure: this quarter, the year to date, budget and forecast.

Income by account, expenditure by scheme; the balance of the fund at the foot.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from ledger.funds import Fund
from ledger.journal import Book
from ledger.money import NIL, Money
from ledger.pool.agreement import Agreement
from ledger.problems import Refused
from trust_commissioning.reports.balances import sums
from trust_commissioning.reports.forecast import outturns
from trust_commissioning.reports.leads import ANY, Lead
from trust_commissioning.reports.shape import MADE_OF, SUBTOTAL, Cell, Column, Scope, check
from trust_commissioning.reports.trial_balance import brought_forward
from trust_commissioning.store.pool import agreement_of
from trust_commissioning.store.standing import funds, titles

Row = dict[str, Cell]


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a paper on a fund is about: its scope, and what its codes are called."""

    session: Session
    scope: Scope
    at: datetime
    fund: Fund
    agreement: Agreement | None
    named: Mapping[str, Mapping[str, str]]

    @property
    def last_day(self) -> date:
        return self.scope.period.ends

    def partner(self, code: str) -> str:
        return self.named["partner"].get(code, code)


def about(session: Session, scope: Scope, at: datetime) -> About:
    """One fund's paper.

    Raises:
        Refused: ``paper_needs_a_fund``, or what is not there.
    """
    check(session, scope)
    if scope.fund is None:
        raise Refused.because("paper_needs_a_fund", "This paper is on one fund; say which.", "fund")
    return About(
        session=session,
        scope=scope,
        at=at,
        fund=funds(session)[scope.fund],
        agreement=agreement_of(session, scope.fund, scope.period.ends),
        named=titles(session),
    )


def account(of: About, *, from_period: int) -> list[Row]:
    """Income and expenditure: what came in, what was spent, what is left, with the forecast."""
    income = _income(of, from_period)
    spent = _expenditure(of, from_period)
    all_income = _sum(income, "Total income", "Income", opposite=True)
    all_spent = _sum(spent, "Total expenditure", "Expenses")
    opening = -Money.total(
        amount
        for (_, name), amount in brought_forward(of.session, of.scope).items()
        if name.startswith("Equity:")
    )
    equity = sums(of.session, of.scope, "fund", account="Equity", book=Book.ACTUAL)
    moved = -Money.total(amount for _, amount in equity)
    surplus = money(all_income, "actual") - money(all_spent, "actual")
    quarter = money(all_income, "quarter") - money(all_spent, "quarter")
    word = "Deficit" if surplus < NIL else "Surplus"
    return [
        *income,
        all_income,
        *spent,
        all_spent,
        {
            "line": f"{word} to date",
            "quarter": quarter,
            "actual": surplus,
            SUBTOTAL: "result",
            MADE_OF: "Total income; -Total expenditure",
        },
        {"line": "Brought forward", "actual": opening},
        {"line": "Moved to or from reserves", "actual": moved},
        {
            "line": "Balance of the fund",
            "actual": opening + moved + surplus,
            SUBTOTAL: "result",
            MADE_OF: f"{word} to date; Brought forward; Moved to or from reserves",
        },
    ]


def account_columns(first: str, from_period: int) -> tuple[Column, ...]:
    """The columns of `account`; `first` names the periods of the first column of what is spent."""
    lead = Lead(account="{account}", service="{service}", opposite="{opposite}")
    return (
        Column(key="line", title="Income and expenditure"),
        Column(
            key="budget",
            title="Budget for the year",
            kind="money",
            leads_to=Lead(book=Book.BUDGET, account="{budgeted}", service="{service}"),
            whole_year=True,
        ),
        Column(
            key="quarter",
            title=first,
            kind="money",
            leads_to=lead.model_copy(update={"from_period": from_period}),
        ),
        Column(key="actual", title="Year to date", kind="money", leads_to=lead),
        Column(key="forecast", title="Forecast for the year", kind="money", whole_year=True),
        Column(key="variance", title="Variance", kind="money"),
    )


def _income(of: About, from_period: int) -> list[Row]:
    found: dict[str, Row] = {}
    for (name, period), amount in _moved(of, "Income", "account"):
        row = found.setdefault(
            name, _line(of.named["account"].get(name, name), name, opposite=True)
        )
        _add(row, -amount, in_quarter=period >= from_period)
    return [found[name] for name in sorted(found)]


def _expenditure(of: About, from_period: int) -> list[Row]:
    found: dict[str, Row] = {}
    assert of.scope.fund is not None
    expected = outturns(of.session, of.scope.fund, of.scope.year, of.scope.to)
    for line, outturn in expected.items():
        row = found.setdefault(line.service, _scheme(of, line.service))
        for key, amount in (("budget", outturn.budget), ("forecast", outturn.forecast)):
            row[key] = money(row, key) + amount
        row["variance"] = money(row, "forecast") - money(row, "budget")
    for (service, period), amount in _moved(of, "Expenses", "service"):
        row = found.setdefault(service, _scheme(of, service))
        _add(row, amount, in_quarter=period >= from_period)
    return sorted(found.values(), key=lambda row: (row["service"] == "", str(row["line"])))


def _scheme(of: About, service: str) -> Row:
    title = of.named["service"].get(service, service) if service else "No service"
    row = _line(title, "Expenses") | {"service": service, "budgeted": "Expenses"}
    return row | dict.fromkeys(("budget", "forecast", "variance"), NIL)


def _line(title: str, account: str, *, opposite: bool = False) -> Row:
    return {
        "line": title,
        "account": account,
        "service": ANY,
        "opposite": "yes" if opposite else "",
        "quarter": NIL,
        "actual": NIL,
    }


def _moved(of: About, under: str, by: str) -> Iterator[tuple[tuple[str, int], Money]]:
    """What moved under an account in each period, by one column."""
    found = sums(of.session, of.scope, by, "period", account=under, book=Book.ACTUAL)
    for (key, period), amount in found:
        yield (key, int(period)), amount


def _add(row: Row, amount: Money, *, in_quarter: bool) -> None:
    row["actual"] = money(row, "actual") + amount
    if in_quarter:
        row["quarter"] = money(row, "quarter") + amount


def _sum(rows: list[Row], title: str, account: str, *, opposite: bool = False) -> Row:
    keys = ("budget", "quarter", "actual", "forecast", "variance")
    held = [key for key in keys if any(key in row for row in rows)]
    row = _line(title, account, opposite=opposite) | {SUBTOTAL: "sum"}
    row |= {key: Money.total(money(one, key) for one in rows) for key in held}
    return row | ({"budgeted": account} if "budget" in held else {})


def money(row: Mapping[str, Cell], key: str) -> Money:
    """A cell of money; nil where the row has none."""
    cell = row.get(key)
    return cell if isinstance(cell, Money) else NIL
