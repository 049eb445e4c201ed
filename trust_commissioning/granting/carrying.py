"""Money of a grant that was not spent: carried into the next year as far as it was left."""

from __future__ import annotations

from datetime import date, datetime

from sqlmodel import Session

from ledger.grant.life import GrantEvent, Step
from ledger.money import NIL, Money
from ledger.periods import FinancialYear, Period
from ledger.problems import Refused
from trust_commissioning import roles
from trust_commissioning.granting.claiming import claimable
from trust_commissioning.granting.living import Recorded, life_of, record
from trust_commissioning.posting import lock_head
from trust_commissioning.store import grants


def carry_forward(
    session: Session,
    allocation: str,
    year: FinancialYear,
    *,
    day: date,
    reference: str,
    by: str,
    at: datetime,
    amount: Money | None = None,
    period: Period | None = None,
    document: str = "",
) -> Recorded:
    """Carry what is left of a year into the next; all of it unless an amount is given.

    What was earned in the year and is carried out of it is held in advance, and earned again in
    the next year. The same again changes nothing.

    Raises:
        Refused: with every problem; nothing was changed.
    """
    roles.check(session, by, roles.Action.KEEP_GRANTS)
    lock_head(session)
    there = {one.event.reference: one.event for one in grants.events(session, allocation)}
    known = there.get(reference)
    wanted = amount
    if wanted is None and known is not None:
        wanted = known.amount
    if known is None:
        left = _unspent(session, allocation, year)
        wanted = left if wanted is None else wanted
        if wanted > left:
            raise Refused.because(
                "grant_amount_too_large",
                f"{wanted} is more than the {left} of {allocation} that is not spent in {year}.",
                "amount",
            )
    assert wanted is not None
    event = GrantEvent(
        step=Step.CARRIED_FORWARD, day=day, reference=reference, amount=wanted, year=year
    )
    return record(
        session, allocation, event, said={"document": document}, period=period, by=by, at=at
    )


def _unspent(session: Session, allocation: str, year: FinancialYear) -> Money:
    """What of an allocation's year is available and not spent on what it may pay for."""
    life = life_of(session, allocation)
    if year not in life.years:
        return NIL
    spent, _ = claimable(session, allocation, Period(year, 13))
    return max(NIL, life.years[year].available - spent)
