"""Where each contract stands: its value beside what was spent and promised, its term beside today."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime

from sqlalchemy import BigInteger, cast, func, select
from sqlmodel import Session

from contracts.contract import Contract, Terms
from contracts.lifecycle import ContractState
from ledger.journal import Book
from ledger.money import NIL, Money
from ledger.wording import day_in_full
from trust_commissioning.reports.leads import Lead
from trust_commissioning.reports.shape import Cell, Column, Report, Scope, make
from trust_commissioning.store.contracts import contracts
from trust_commissioning.store.standing import titles
from trust_commissioning.store.tables import ContractBalanceRow, ProviderRow, table_of

_BALANCE, _PROVIDER = table_of(ContractBalanceRow), table_of(ProviderRow)
_AHEAD = 10
"""Points of a hundred by which spend may run before time until a row says so."""

_Held = Mapping[tuple[str, str], Money]
"""By book and whether it is of the year: "year" or "before"."""


def contract_position(session: Session, scope: Scope, at: datetime) -> Report:
    """A row for each contract that runs in the year or that its books hold anything of."""
    return position_of(session, scope, at)


def position_of(
    session: Session, scope: Scope, at: datetime, numbers: Collection[str] | None = None
) -> Report:
    """The same of some contracts only, or of all."""
    held = _held(session, scope, numbers)
    names = dict(session.execute(select(_PROVIDER.c.code, _PROVIDER.c.name)).all())
    services = titles(session, "service")["service"]
    day = scope.period.ends
    rows: list[dict[str, Cell]] = []
    for one in contracts(session, numbers, fund=scope.fund or ""):
        terms = one.as_at(day)
        runs = terms.starts <= scope.year.ends and (
            terms.ends is None or terms.ends >= scope.year.starts
        )
        if one.number in held or (runs and one.state == ContractState.SIGNED):
            rows.append(_cells(one, terms, day, held.get(one.number, {}), names, services))
    return make(
        session,
        scope,
        at,
        name="contract-position",
        title="Contracts: value, spend and time",
        basis=(
            f"Each contract as it was agreed on {day_in_full(day)}. Spent is by invoices, accruals "
            "and lines of extracts coded to it: in the year, up to and with the period shown, and in "
            "all years up to then. Promised is what the year's commitment book holds. Left is the "
            "value less what was spent in all and what is promised. A row says that spend runs ahead "
            f"where its part of the value is more than {_AHEAD} points of a hundred beyond the part "
            "of the term that is over."
        ),
        sign="Left below nil is more spent and promised than the contract is worth.",
        columns=_COLUMNS,
        rows=rows,
        totals={
            key: Money.total(cell for row in rows if isinstance(cell := row[key], Money))
            for key in ("value", "year", "all", "committed", "left")
        },
    )


def _held(
    session: Session, scope: Scope, numbers: Collection[str] | None
) -> dict[str, dict[tuple[str, str], Money]]:
    in_year = (_BALANCE.c.year == str(scope.year)) & (_BALANCE.c.period <= scope.to)
    before = _BALANCE.c.year < str(scope.year)
    found: dict[str, dict[tuple[str, str], Money]] = {}
    for name, when in (("year", in_year), ("before", before)):
        query = (
            select(
                _BALANCE.c.contract, _BALANCE.c.book, cast(func.sum(_BALANCE.c.pence), BigInteger)
            )
            .where(when, _BALANCE.c.book.in_([Book.ACTUAL.value, Book.COMMITMENT.value]))
            .group_by(_BALANCE.c.contract, _BALANCE.c.book)
        )
        if scope.fund is not None:
            query = query.where(_BALANCE.c.fund == scope.fund)
        if numbers is not None:
            query = query.where(_BALANCE.c.contract.in_(sorted(numbers)))
        for number, book, pence in session.execute(query):
            if pence:
                found.setdefault(number, {})[book, name] = Money(int(pence))
    return found


def _cells(
    one: Contract,
    terms: Terms,
    day: date,
    held: _Held,
    names: Mapping[str, str],
    services: Mapping[str, str],
) -> dict[str, Cell]:
    year = held.get((Book.ACTUAL.value, "year"), NIL)
    spent = year + held.get((Book.ACTUAL.value, "before"), NIL)
    committed = held.get((Book.COMMITMENT.value, "year"), NIL)
    over, used = _term_over(terms, day), _used(terms.value, spent)
    return {
        "contract": one.number,
        "title": terms.title,
        "fund": one.fund,
        "provider": one.provider,
        "provider_name": names.get(one.provider, one.provider),
        "service": one.service,
        "service_title": services.get(one.service, one.service),
        "ends": day_in_full(terms.ends) if terms.ends is not None else "No fixed end",
        "value": terms.value,
        "year": year,
        "all": spent,
        "committed": committed,
        "left": terms.value - spent - committed,
        "term_over": f"{over} %" if over is not None else "",
        "used": f"{used} %" if used is not None else "",
        "says": _says(terms, day, spent + committed, over, used),
    }


def _term_over(terms: Terms, day: date) -> int | None:
    """How many of a hundred days of the term are over; None of a contract without an end."""
    if terms.ends is None:
        return None
    whole = (terms.ends - terms.starts).days + 1
    gone = (min(day, terms.ends) - terms.starts).days + 1
    return max(0, gone) * 100 // whole


def _used(value: Money, spent: Money) -> int | None:
    return spent.pence * 100 // value.pence if value > NIL else None


def _says(terms: Terms, day: date, taken: Money, over: int | None, used: int | None) -> str:
    if taken > terms.value > NIL:
        return "More is spent and promised than it is worth"
    if over is not None and used is not None and used > over + _AHEAD:
        return "Spend runs ahead of the term"
    if terms.ends is not None and terms.ends < day:
        return "Its term is over"
    return ""


_COLUMNS = (
    Column(key="contract", title="Contract"),
    Column(key="title", title="What it is for"),
    Column(key="fund", title="Fund", kind="code"),
    Column(key="provider", title="Provider", kind="code"),
    Column(key="provider_name", title="Provider's name"),
    Column(key="service", title="Service", kind="code"),
    Column(key="service_title", title="Service's name"),
    Column(key="ends", title="Ends"),
    Column(key="value", title="Value", kind="money"),
    Column(
        key="year",
        title="Spent in the year",
        kind="money",
        leads_to=Lead(account="Expenses", fund="", contract="{contract}"),
    ),
    Column(
        key="all",
        title="Spent in all",
        kind="money",
        leads_to=Lead(account="Expenses", fund="", contract="{contract}", all_years=True),
    ),
    Column(
        key="committed",
        title="Promised",
        kind="money",
        leads_to=Lead(book=Book.COMMITMENT, account="Expenses", fund="", contract="{contract}"),
    ),
    Column(key="left", title="Left", kind="money"),
    Column(key="term_over", title="Of the term over"),
    Column(key="used", title="Of the value spent"),
    Column(key="says", title="To look at"),
)
