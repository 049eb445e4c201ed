"""What is called off under a contract at its lots' own prices: what an uplift of them touches."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

from sqlalchemy import select
from sqlmodel import Session

from contracts.call_off import CallOff
from contracts.uplift_cost import InForce
from trust_commissioning.store.calling_off import CALL_OFF, call_offs

_A_DAY = timedelta(days=1)
_WHOLE = 10_000
_AT_A_PRICE = ("ordered", "suspended", "ended")
"""States of a call-off whose days are paid for; a requisition promises none yet."""


def in_force(session: Session, contract: str) -> list[InForce]:
    """Each call-off for the days it is paid at its lot's price, with irrecoverable VAT in `units`.

    Days it is suspended are left out, and those from its own price on.
    """
    query = select(CALL_OFF.c.number).where(
        CALL_OFF.c.contract == contract, CALL_OFF.c.state.in_(_AT_A_PRICE)
    )
    numbers = list(session.execute(query.order_by(CALL_OFF.c.number)).scalars())
    found = call_offs(session, numbers) if numbers else {}
    return [part for number in numbers for part in _at_lot_price(found[number])]


def _at_lot_price(one: CallOff) -> Iterator[InForce]:
    whole = InForce(
        lot=one.lot,
        starts=one.starts,
        ends=one.last_day,
        units=one.quantity * Fraction(_WHOLE + one.vat, _WHOLE),
    )
    if one.prices:
        before = one.prices[0].starts - _A_DAY
        if before < whole.starts:
            return
        whole = replace(whole, ends=before if whole.ends is None else min(before, whole.ends))
    if not one.unit.is_time:
        yield whole
        return
    starts = whole.starts
    for held in sorted(one.suspensions, key=lambda each: each.starts):
        if held.starts > starts and (whole.ends is None or starts <= whole.ends):
            last = held.starts - _A_DAY
            yield replace(
                whole, starts=starts, ends=last if whole.ends is None else min(last, whole.ends)
            )
        if held.ends is None:
            return
        starts = max(starts, held.ends + _A_DAY)
    if whole.ends is None or starts <= whole.ends:
        yield replace(whole, starts=starts)
