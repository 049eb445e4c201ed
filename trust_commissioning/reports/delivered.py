"""What was delivered of each service and its cost, by contract: what value for money is told from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from sqlalchemy import func, or_, select
from sqlmodel import Session

from contracts.call_off import CallOff
from contracts.lifecycle import CallOffState
from contracts.pricing import Stretch, Unit
from contracts.providers import Sector
from contracts.value_for_money import NOT_SAID, Delivered
from ledger.money import Money
from trust_commissioning.reports.shape import Scope
from trust_commissioning.store.calling_off import CALL_OFF, call_offs
from trust_commissioning.store.invoicing import delivered as returned
from trust_commissioning.store.tables import ProviderRow, table_of

_PROVIDER = table_of(ProviderRow)
_RAN = (CallOffState.ORDERED, CallOffState.SUSPENDED, CallOffState.ENDED, CallOffState.CLOSED)


def delivered(session: Session, scope: Scope) -> list[Delivered]:
    """By contract, lot's service and unit, what its call-offs delivered in the scope, and the cost.

    Whatever is paid for by time is told in weeks, so that a price by the night stands beside one by
    the month; its cost is what its days come to. Of other units what providers returned counts. A
    fund takes in the call-offs it pays for, whole: a unit costs the same whoever pays.
    """
    time = Stretch(scope.year.starts, scope.period.ends)
    sector = _sectors(session)
    found: dict[tuple[str, str, str, str], list[tuple[Fraction, Money, CallOff]]] = {}
    for one in _ran(session, scope, time):
        unit, units, cost = _of(session, one, time)
        if units > 0:
            key = (one.service, unit, sector.get(one.provider, NOT_SAID), one.contract)
            found.setdefault(key, []).append((units, cost, one))
    return [
        Delivered(
            service=service,
            unit=unit,
            sector=whose,
            source=contract,
            units=sum((units for units, _, _ in parts), Fraction(0)),
            cost=Money.total(cost for _, cost, _ in parts),
            children=_children([one for _, _, one in parts]),
        )
        for (service, unit, whose, contract), parts in sorted(found.items())
    ]


def _sectors(session: Session) -> dict[str, str]:
    """Each provider's sector, where it is one of those a return is made by."""
    rows = session.execute(select(_PROVIDER.c.code, _PROVIDER.c.sector))
    return {row.code: row.sector for row in rows if row.sector in list(Sector)}


def _ran(session: Session, scope: Scope, time: Stretch) -> Iterator[CallOff]:
    last = func.coalesce(CALL_OFF.c.ends, CALL_OFF.c.expected_end)
    query = select(CALL_OFF.c.number, CALL_OFF.c.funds).where(
        CALL_OFF.c.state.in_([state.value for state in _RAN]),
        CALL_OFF.c.starts <= time.ends,
        or_(last.is_(None), last >= time.starts),
    )
    numbers = [
        row.number
        for row in session.execute(query.order_by(CALL_OFF.c.number))
        if scope.fund is None or scope.fund in row.funds.split()
    ]
    yield from call_offs(session, numbers).values()


def _of(session: Session, one: CallOff, time: Stretch) -> tuple[str, Fraction, Money]:
    """The unit it is told in, how many there were, what they came to."""
    if one.unit.is_time:
        weeks = replace(one, unit=Unit.WEEK).units_between(time)
        return Unit.WEEK.value, weeks, one.cost_of([time])
    units = returned(session, one.number, time.starts, time.ends) or Fraction(0)
    return one.unit.value, units, one.cost_of_units(units, max(one.starts, time.starts))


def _children(parts: Sequence[CallOff]) -> int:
    """A placement is of one child, who may have several; nothing is known of an order."""
    return len({one.case_reference for one in parts if one.case_reference})
