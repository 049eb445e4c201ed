"""The standing facts of a trust read as kernel values: chart, funds, periods, known codes."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Column, or_, select
from sqlmodel import Session

from ledger.chart import Account, Chart
from ledger.funds import Fund, FundKind, LegalBasis
from ledger.journal import Standing
from ledger.periods import FinancialYear, Period
from trust_commissioning.store.engine import once
from trust_commissioning.store.grants import ring_fences
from trust_commissioning.store.tables import (
    AccountRow,
    CallOffEventRow,
    CallOffRow,
    ContractRow,
    FinancialYearRow,
    FundRow,
    PartnerRow,
    PeriodRow,
    PersonRow,
    ProviderRow,
    ServiceRow,
    TrustRow,
    table_of,
)

# Read as plain columns: a journal waits for all of this, and rows as objects cost ten times more.
_ACCOUNT, _CONTRACT, _FUND = table_of(AccountRow), table_of(ContractRow), table_of(FundRow)
_PARTNER, _SERVICE, _TRUST = table_of(PartnerRow), table_of(ServiceRow), table_of(TrustRow)
_CALL_OFF, _PROVIDER = table_of(CallOffRow), table_of(ProviderRow)
_TOLD = table_of(CallOffEventRow)
_PERIOD, _PERSON, _YEAR = table_of(PeriodRow), table_of(PersonRow), table_of(FinancialYearRow)
_TITLED = {
    "partner": (_PARTNER.c.code, _PARTNER.c.name),
    "fund": (_FUND.c.code, _FUND.c.title),
    "service": (_SERVICE.c.code, _SERVICE.c.title),
    "account": (_ACCOUNT.c.name, _ACCOUNT.c.title),
    "contract": (_CONTRACT.c.number, _CONTRACT.c.title),
    "provider": (_PROVIDER.c.code, _PROVIDER.c.name),
}


def standing(
    session: Session, call_offs: Collection[str] = (), contracts: Collection[str] | None = None
) -> Standing:
    """Everything journals are held against, read afresh; of call-offs only those they name, and of
    contracts where they are said."""
    named = sorted(call_offs)
    return Standing(
        chart=chart(session),
        funds=funds(session),
        open_periods=frozenset(_open_periods(session)),
        partners=frozenset(session.execute(select(_PARTNER.c.code)).scalars()),
        services=frozenset(session.execute(select(_SERVICE.c.code)).scalars()),
        contracts=_contracts(session, contracts),
        call_offs=_contracts_of(session, named),
        payers=_payers(session, named),
        ring_fences=ring_fences(session),
    )


def _contracts(session: Session, named: Collection[str] | None) -> frozenset[str]:
    query = select(_CONTRACT.c.number)
    if named is None:
        return frozenset(session.execute(query).scalars())
    wanted, found = sorted(named), set[str]()
    for start in range(0, len(wanted), 500):
        some = _CONTRACT.c.number.in_(wanted[start : start + 500])
        found.update(session.execute(query.where(some)).scalars())
    return frozenset(found)


def _contracts_of(session: Session, call_offs: Sequence[str]) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for start in range(0, len(call_offs), 500):
        query = select(_CALL_OFF.c.number, _CALL_OFF.c.contract).where(
            _CALL_OFF.c.number.in_(call_offs[start : start + 500])
        )
        found.update(dict(session.execute(query).all()))
    return found


def _payers(session: Session, call_offs: Sequence[str]) -> Mapping[str, frozenset[str]]:
    """By call-off, the funds that pay for it: as it was raised, and as that was varied since."""
    by_day: dict[str, dict[str, list[Any]]] = {}
    for start in range(0, len(call_offs), 500):
        query = select(_TOLD.c.call_off, _TOLD.c.day, _TOLD.c.contents).where(
            _TOLD.c.call_off.in_(call_offs[start : start + 500]),
            or_(_TOLD.c.turn == 1, _TOLD.c.event == "vary"),
        )
        for number, day, contents in session.execute(
            query.order_by(_TOLD.c.call_off, _TOLD.c.turn)
        ):
            told = json.loads(contents)
            dated = by_day.setdefault(number, {})
            dated |= {one["starts"]: one["funders"] for one in told.get("funding", ())}
            if told.get("funders"):
                dated[day.isoformat()] = told["funders"]
    return {
        number: frozenset(one["fund"] for funders in dated.values() for one in funders)
        for number, dated in by_day.items()
    }


def trust_name(session: Session) -> str:
    """The trust's name; empty where the database holds no trust yet."""
    return session.execute(select(_TRUST.c.name)).scalar() or ""


def chart(session: Session) -> Chart:
    columns = [_ACCOUNT.c[field] for field in Account.__dataclass_fields__]
    rows = session.execute(select(*columns).order_by(_ACCOUNT.c.name))
    return Chart.of(Account(*row) for row in rows)


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
        for row in session.execute(select(_FUND).order_by(_FUND.c.code))
    }


def years(session: Session) -> list[FinancialYear]:
    """The years that have been opened, oldest first."""
    found = session.execute(select(_YEAR.c.year)).scalars()
    return sorted(FinancialYear.parse(year) for year in found)


def open_periods(session: Session) -> list[Period]:
    """The open periods, in order."""
    return sorted(_open_periods(session))


def _open_periods(session: Session) -> Iterator[Period]:
    query = select(_PERIOD.c.year, _PERIOD.c.number).where(_PERIOD.c.status == "open")
    found: dict[str, FinancialYear] = {}
    for year, number in session.execute(query):
        if year not in found:
            found[year] = FinancialYear.parse(year)
        yield Period(found[year], number)


def people(session: Session) -> dict[str, str]:
    """Everybody's name by username, as papers and screens call them."""
    return _pairs(session, "people", _PERSON.c.username, _PERSON.c.name)


def titles(session: Session, *wanted: str) -> dict[str, dict[str, str]]:
    """What screens call things: code to title, for each of `wanted` or for all of `_TITLED`."""
    return {name: _pairs(session, name, *_TITLED[name]) for name in wanted or _TITLED}


def _pairs(session: Session, of: str, key: Column[str], title: Column[str]) -> dict[str, str]:
    """Two columns of a table, the first its key, as a dictionary of the caller's own."""
    query = select(key, title)
    return dict(once(session, ("titles", of), lambda view: view.execute(query).all()))
