"""What is promised: each call-off with what it asked for, spent and still promises in the year."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, cast, func, or_, select
from sqlmodel import Session

from contracts.lifecycle import CallOffState
from contracts.pricing import Unit
from ledger.journal import Book
from ledger.money import NIL, Money
from ledger.wording import day_in_full
from trust_commissioning.reports.leads import Lead
from trust_commissioning.reports.shape import Cell, Column, Report, Scope, make
from trust_commissioning.store.calling_off import BALANCE, CALL_OFF
from trust_commissioning.store.standing import titles
from trust_commissioning.store.tables import ContractRow, ProviderRow, table_of

_CONTRACT, _PROVIDER = table_of(ContractRow), table_of(ProviderRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class Promised:
    """A call-off's row with what the books of a year hold under it."""

    row: Any
    contract_title: str
    provider_name: str
    spent: Money = NIL
    committed: Money = NIL

    @property
    def state(self) -> CallOffState:
        return CallOffState(self.row.state)

    @property
    def last_day(self) -> date | None:
        found: date | None = self.row.ends or self.row.expected_end
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the call-offs are narrowed to; what is empty asks nothing."""

    words: str = ""
    state: str = ""
    kind: str = ""
    contract: str = ""
    provider: str = ""
    service: str = ""

    @property
    def columns(self) -> dict[str, object]:
        """What is chosen, by the columns of a call-off's row."""
        names = ("state", "kind", "contract", "provider", "service")
        return {name: value for name in names if (value := getattr(self, name))}

    def takes(self, row: Mapping[str, Cell]) -> bool:
        """Whether every word that is asked for stands somewhere in a row."""
        if not self.words:
            return True
        named = ("call_off", "title", "case_reference", "contract_title", "provider_name")
        text = " ".join(str(row[name]) for name in named).casefold()
        return all(word in text for word in self.words.casefold().split())


def promised(session: Session, scope: Scope, **columns: object) -> Iterator[Promised]:
    """The call-offs whose columns are what is said, that the year's books hold anything of or that
    run in it, in order of number; a fund takes those it pays for."""
    chosen = [CALL_OFF.c[name] == value for name, value in columns.items()]
    held = _held(session, scope, chosen)
    year = scope.year
    last = func.coalesce(CALL_OFF.c.ends, CALL_OFF.c.expected_end)
    query = (
        select(CALL_OFF, _CONTRACT.c.title.label("contract_title"), _PROVIDER.c.name)
        .join(_CONTRACT, _CONTRACT.c.number == CALL_OFF.c.contract)
        .join(_PROVIDER, _PROVIDER.c.code == CALL_OFF.c.provider)
        .where(CALL_OFF.c.starts <= year.ends, *chosen)
        .order_by(CALL_OFF.c.contract, CALL_OFF.c.place)
    )
    if scope.fund is not None:
        named = (" " + CALL_OFF.c.funds + " ").contains(f" {scope.fund} ", autoescape=True)
        query = query.where(or_(named, CALL_OFF.c.number.in_(_with_books(scope))))
    in_year = (last.is_(None), last >= year.starts)
    query = query.add_columns((in_year[0] | in_year[1]).label("runs"))
    for row in session.execute(query):
        amounts = held.get(row.number, {})
        pays = scope.fund is None or scope.fund in row.funds.split()
        if amounts or (row.runs and pays and row.state != CallOffState.CANCELLED):
            yield Promised(
                row=row,
                contract_title=row.contract_title,
                provider_name=row.name,
                spent=amounts.get(Book.ACTUAL.value, NIL),
                committed=amounts.get(Book.COMMITMENT.value, NIL),
            )


def _held(
    session: Session, scope: Scope, chosen: Sequence[ColumnElement[bool]]
) -> dict[str, dict[str, Money]]:
    query = (
        select(BALANCE.c.call_off, BALANCE.c.book, cast(func.sum(BALANCE.c.pence), BigInteger))
        .where(*_within(scope))
        .group_by(BALANCE.c.call_off, BALANCE.c.book)
    )
    if chosen:
        query = query.where(BALANCE.c.call_off.in_(select(CALL_OFF.c.number).where(*chosen)))
    found: dict[str, dict[str, Money]] = {}
    for number, book, pence in session.execute(query):
        if pence:
            found.setdefault(number, {})[book] = Money(int(pence))
    return found


def _with_books(scope: Scope) -> Select[Any]:
    """The call-offs the books of a scope hold anything of, also of a fund that pays no more."""
    return select(BALANCE.c.call_off).where(*_within(scope))


def _within(scope: Scope) -> list[ColumnElement[bool]]:
    wanted = [
        BALANCE.c.book.in_([Book.ACTUAL.value, Book.COMMITMENT.value]),
        BALANCE.c.year == str(scope.year),
        BALANCE.c.period <= scope.to,
    ]
    return wanted if scope.fund is None else [*wanted, BALANCE.c.fund == scope.fund]


def cells_of(one: Promised, services: Mapping[str, str]) -> dict[str, Cell]:
    """A call-off as a row of a report."""
    row = one.row
    requisition = one.state is CallOffState.REQUISITIONED
    return {
        "call_off": row.number,
        "title": row.title,
        "kind": row.kind,
        "case_reference": row.case_reference,
        "contract": row.contract,
        "contract_title": one.contract_title,
        "provider": row.provider,
        "provider_name": one.provider_name,
        "service": row.service,
        "service_title": services.get(row.service, row.service),
        "funds": row.funds,
        "state": one.state.title,
        "state_code": one.state.value,
        "starts": day_in_full(row.starts),
        "ends": day_in_full(one.last_day) if one.last_day is not None else "No day said",
        "price": Money(row.price_pence),
        "unit": f"a {Unit(row.unit).title}",
        "requisitioned": one.committed if requisition else NIL,
        "committed": NIL if requisition else one.committed,
        "actual": one.spent,
        "total": one.committed + one.spent,
    }


COLUMNS = (
    Column(key="call_off", title="Call-off"),
    Column(key="title", title="What it is for"),
    Column(key="contract", title="Contract", kind="code"),
    Column(key="contract_title", title="Contract's title"),
    Column(key="provider", title="Provider", kind="code"),
    Column(key="provider_name", title="Provider's name"),
    Column(key="service", title="Service", kind="code"),
    Column(key="service_title", title="Service's name"),
    Column(key="funds", title="Funds", kind="code"),
    Column(key="state", title="State"),
    Column(key="starts", title="From"),
    Column(key="ends", title="To"),
    Column(key="price", title="Price", kind="money"),
    Column(key="unit", title="For"),
    Column(key="requisitioned", title="Requisitioned", kind="money"),
    Column(
        key="committed",
        title="Committed",
        kind="money",
        leads_to=Lead(book=Book.COMMITMENT, account="Expenses", call_off="{call_off}"),
    ),
    Column(
        key="actual",
        title="Spent",
        kind="money",
        leads_to=Lead(account="Expenses", call_off="{call_off}"),
    ),
    Column(key="total", title="Promised and spent", kind="money"),
)
_SUMMED = ("requisitioned", "committed", "actual", "total")


def commitments(session: Session, scope: Scope, at: datetime) -> Report:
    """A row for each call-off of the year."""
    return commitments_of(session, scope, at, Wanted())


def commitments_of(session: Session, scope: Scope, at: datetime, wanted: Wanted) -> Report:
    """The call-offs of the year narrowed to what is wanted."""
    services = titles(session, "service")["service"]
    found = (cells_of(one, services) for one in promised(session, scope, **wanted.columns))
    rows = [row for row in found if wanted.takes(row)]
    return make(
        session,
        scope,
        at,
        name="commitments",
        title="Commitments",
        basis=(
            "Each order, placement and requisition that runs in the year. Requisitioned is asked for "
            "and not yet ordered; committed is ordered and neither billed nor spent; spent is what "
            "invoices, accruals and lines of extracts have charged to it in the year, up to and with "
            "the period shown. Commitments to a contract without a call-off are in the contract's "
            "position."
        ),
        sign="Every amount is above nil where it is owed or promised; a credit is below.",
        columns=COLUMNS,
        rows=rows,
        totals={
            key: Money.total(cell for row in rows if isinstance(cell := row[key], Money))
            for key in _SUMMED
        },
    )
