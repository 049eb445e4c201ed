"""What was delivered of each service and its cost, by contract: what value for money is told from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from hashlib import blake2b
from typing import Any

from sqlalchemy import func, or_, select
from sqlmodel import Session

from contracts.call_off import CallOff
from contracts.lifecycle import CallOffState
from contracts.pricing import Stretch, Unit
from contracts.providers import Sector
from contracts.value_for_money import NOT_SAID, Delivered
from ledger.money import Money
from trust_commissioning.reports.shape import Scope
from trust_commissioning.store.calling_off import CALL_OFF, EVENT, call_offs, lot_prices
from trust_commissioning.store.contracts import contracts
from trust_commissioning.store.invoicing import RETURN
from trust_commissioning.store.tables import ProviderRow, table_of

_PROVIDER = table_of(ProviderRow)
_RAN = (CallOffState.ORDERED, CallOffState.SUSPENDED, CallOffState.ENDED, CallOffState.CLOSED)
_AT_ONCE = 500
_MOST_KEPT = 60_000


@dataclass(frozen=True, slots=True)
class _Run:
    """What one call-off delivered in some time, and what that cost."""

    service: str
    unit: str
    provider: str
    child: str
    units: Fraction
    cost: Money


_KEPT: dict[bytes, _Run] = {}
"""Runs of time by what they were worked out from, all of it: the same is never worked out again."""


def delivered(session: Session, scope: Scope) -> list[Delivered]:
    """By contract, lot's service and unit, what its call-offs delivered in the scope, and the cost.

    Whatever is paid for by time is told in weeks, so that a price by the night stands beside one by
    the month; its cost is what its days come to, those of a retainer too. Of other units what
    providers returned counts, each return at the prices of its own days, in the period it begins in.
    A fund takes in the call-offs it pays for, whole: a unit costs the same whoever pays.
    """
    time = Stretch(scope.year.starts, scope.period.ends)
    sector = _sectors(session)
    found: dict[tuple[str, str, str, str], list[_Run]] = {}
    for contract, one in _runs(session, scope, time):
        if one.units or one.cost:
            key = (one.service, one.unit, sector.get(one.provider, NOT_SAID), contract)
            found.setdefault(key, []).append(one)
    return [
        Delivered(
            service=service,
            unit=unit,
            sector=whose,
            source=contract,
            units=sum((one.units for one in parts), Fraction(0)),
            cost=Money.total(one.cost for one in parts),
            children=_children(parts),
        )
        for (service, unit, whose, contract), parts in sorted(found.items())
    ]


def _sectors(session: Session) -> dict[str, str]:
    """Each provider's sector, where it is one of those a return is made by."""
    rows = session.execute(select(_PROVIDER.c.code, _PROVIDER.c.sector))
    return {row.code: row.sector for row in rows if row.sector in list(Sector)}


def _runs(session: Session, scope: Scope, time: Stretch) -> Iterator[tuple[str, _Run]]:
    """What each call-off that ran delivered, with its contract, in order of number."""
    rows = _ran(session, scope, time)
    keys = _keys(session, rows, time)
    missing = call_offs(session, [number for number, key in keys.items() if key not in _KEPT])
    returns = _returns(session, [one for one in missing.values() if not one.unit.is_time], time)
    fresh = {number: _run(one, time, returns.get(number, ())) for number, one in missing.items()}
    for row in rows:
        run = fresh.get(row.number) or _KEPT[keys[row.number]]
        yield row.contract, run
    _keep({keys[number]: run for number, run in fresh.items() if missing[number].unit.is_time})


def _keep(fresh: Mapping[bytes, _Run]) -> None:
    if len(_KEPT) + len(fresh) > _MOST_KEPT:
        _KEPT.clear()
    if len(fresh) <= _MOST_KEPT:
        _KEPT.update(fresh)


def _ran(session: Session, scope: Scope, time: Stretch) -> list[Any]:
    last = func.coalesce(CALL_OFF.c.ends, CALL_OFF.c.expected_end)
    columns = (CALL_OFF.c.number, CALL_OFF.c.contract, CALL_OFF.c.lot, CALL_OFF.c.funds)
    query = select(*columns).where(
        CALL_OFF.c.state.in_([state.value for state in _RAN]),
        CALL_OFF.c.starts <= time.ends,
        or_(last.is_(None), last >= time.starts),
    )
    return [
        row
        for row in session.execute(query.order_by(CALL_OFF.c.contract, CALL_OFF.c.place))
        if scope.fund is None or scope.fund in row.funds.split()
    ]


def _keys(session: Session, rows: Sequence[Any], time: Stretch) -> dict[str, bytes]:
    """A name for all that each call-off's run is worked out from: what was told of it, the prices of
    its lot, the days asked for."""
    under = {one.number: one for one in contracts(session, {row.contract for row in rows})}
    lots = {(row.contract, row.lot) for row in rows}
    prices = {of: repr((lot_prices(under.get(of[0]), of[1]), time)).encode() for of in lots}
    named = {row.number: blake2b(prices[row.contract, row.lot], digest_size=16) for row in rows}
    for some in _parts(list(named)):
        query = select(EVENT.c.call_off, EVENT.c.contents).where(EVENT.c.call_off.in_(some))
        for number, contents in session.execute(query.order_by(EVENT.c.call_off, EVENT.c.turn)):
            told = contents.encode()
            named[number].update(b"%d:" % len(told) + told)
    return {number: name.digest() for number, name in named.items()}


def _returns(
    session: Session, counted: Iterable[CallOff], time: Stretch
) -> dict[str, list[tuple[Stretch, Fraction]]]:
    """The days and units of the returns that begin in some time, by call-off, as last corrected."""
    latest: dict[str, dict[Any, tuple[Stretch, Fraction]]] = {}
    for some in _parts([one.number for one in counted]):
        query = select(RETURN).where(
            RETURN.c.call_off.in_(some),
            RETURN.c.starts >= time.starts,
            RETURN.c.starts <= time.ends,
        )
        for row in session.execute(
            query.order_by(RETURN.c.call_off, RETURN.c.starts, RETURN.c.turn)
        ):
            told = (Stretch(row.starts, row.ends), Fraction(row.units))
            latest.setdefault(row.call_off, {})[row.starts] = told
    return {number: list(told.values()) for number, told in latest.items()}


def _run(one: CallOff, time: Stretch, returns: Sequence[tuple[Stretch, Fraction]]) -> _Run:
    if one.unit.is_time:
        unit = Unit.WEEK
        told = one if one.unit is unit else replace(one, unit=unit)
        units, cost = told.units_between(time), one.cost_of([time])
    else:
        unit = one.unit
        units = sum((each for _, each in returns), Fraction(0))
        cost = Money.total(one.cost_of_units(each, [days]) for days, each in returns)
    return _Run(one.service, unit.value, one.provider, one.case_reference, units, cost)


def _children(parts: Sequence[_Run]) -> int:
    """A placement is of one child, who may have several; nothing is known of an order."""
    return len({one.child for one in parts if one.child})


def _parts(numbers: Sequence[str]) -> Iterator[Sequence[str]]:
    """So many at a time as a database takes in one question."""
    for start in range(0, len(numbers), _AT_ONCE):
        yield numbers[start : start + _AT_ONCE]
