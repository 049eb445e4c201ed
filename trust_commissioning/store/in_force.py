"""What is called off under a contract and may still cost something: what an uplift touches."""

from __future__ import annotations

from sqlalchemy import select
from sqlmodel import Session

from contracts.uplift_cost import Ordered
from trust_commissioning.store.calling_off import CALL_OFF, billed, call_offs, drawn_otherwise

_SETTLED = ("cancelled", "closed")


def in_force(session: Session, contract: str) -> list[Ordered]:
    """Each call-off of a contract that promises or may still promise something, requisitions too."""
    query = select(CALL_OFF.c.number).where(
        CALL_OFF.c.contract == contract, CALL_OFF.c.state.not_in(_SETTLED)
    )
    numbers = list(session.execute(query.order_by(CALL_OFF.c.number)).scalars())
    found, bills, drawn = (
        call_offs(session, numbers),
        billed(session, numbers),
        drawn_otherwise(session, numbers),
    )
    return [
        Ordered(call_off=found[one], billed=bills.get(one, ()), drawn=drawn.get(one, {}))
        for one in numbers
    ]
