"""What posting a journal will change: each coding's balance before it, and after."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict
from sqlalchemy import func, select
from sqlmodel import Session

from ledger.journal import Book, Journal
from ledger.money import NIL, Money
from trust_commissioning.reports.available import available
from trust_commissioning.reports.shape import BALANCE


class EffectLine(BaseModel):
    """One account, service and outcome of the journal's fund, in its year so far."""

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)
    account: str
    service: str
    outcome: str
    before: Money
    change: Money
    after: Money


class LeftLine(BaseModel):
    """What may still be promised of a service's budget, or ("") of the fund's, before and after."""

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)
    service: str
    before: Money
    change: Money
    after: Money


def left_after(session: Session, journal: Journal) -> list[LeftLine]:
    """What posting a journal leaves to spend: budget less commitment less actual of its year.

    What its call-offs no longer promise because of it is not taken in: that is worked out as it is
    posted.
    """
    changes: dict[str, Money] = {}
    before: dict[str, Money] = {}
    for posting in journal.postings:
        if not posting.account.startswith("Expenses:"):
            continue
        left, own = available(session, journal.fund, journal.period.year, posting.service or "")
        of = (posting.service or "") if own else ""
        before[of] = left
        more = posting.amount if journal.book is Book.BUDGET else -posting.amount
        changes[of] = changes.get(of, NIL) + more
    return [
        LeftLine(service=of, before=before[of], change=change, after=before[of] + change)
        for of, change in changes.items()
    ]


def effect_of(session: Session, journal: Journal) -> list[EffectLine]:
    """A line for each coding the journal touches, in the order it touches them."""
    changes: dict[tuple[str, str, str], Money] = {}
    for posting in journal.postings:
        key = (posting.account, posting.service or "", posting.outcome or "")
        changes[key] = changes.get(key, NIL) + posting.amount
    lines = []
    for (account, service, outcome), change in changes.items():
        pence = session.execute(
            select(func.coalesce(func.sum(BALANCE.c.pence), 0)).where(
                BALANCE.c.book == journal.book.value,
                BALANCE.c.year == str(journal.period.year),
                BALANCE.c.fund == journal.fund,
                BALANCE.c.account == account,
                BALANCE.c.service == service,
                BALANCE.c.outcome == outcome,
            )
        ).scalar_one()
        before = Money(int(pence))
        lines.append(
            EffectLine(
                account=account,
                service=service,
                outcome=outcome,
                before=before,
                change=change,
                after=before + change,
            )
        )
    return lines
