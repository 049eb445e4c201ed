"""What posting an accrual does besides: the commitment it was promised under is released.

Nothing is promised and owed at once. The reversal of the accrual raises the commitment again, in the
reversal's own period: into a new year's book where the accrual was the old year's last.
"""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import BigInteger, cast, func, select
from sqlmodel import Session

from ledger.accrual import RELEASE, Timing
from ledger.chart import COMMITTED
from ledger.journal import Book, Journal, Posting, reversal
from ledger.money import NIL, Money
from trust_commissioning.posting.entering import JOURNAL
from trust_commissioning.store import journals
from trust_commissioning.store.tables import ContractBalanceRow, table_of

_CONTRACT = table_of(ContractBalanceRow)


def follows(session: Session, journal: Journal, number: str) -> Journal | None:
    """The journal that the posting of another brings with it; None for most."""
    if journal.reverses is not None:
        return _raised_again(session, journal)
    if journal.source == Timing.ACCRUAL.value:
        return _released(session, journal, number)
    return None


def _released(session: Session, accrual: Journal, number: str) -> Journal | None:
    """As much as the contract is still committed to, parted as the accrual is."""
    # A call-off's promise is worked out anew by itself (`posting.promised`).
    lines = [p for p in accrual.postings if p.contract is not None and p.call_off is None]
    if not lines:
        return None
    contract = lines[0].contract
    pence = session.execute(
        select(cast(func.coalesce(func.sum(_CONTRACT.c.pence), 0), BigInteger)).where(
            _CONTRACT.c.book == Book.COMMITMENT.value,
            _CONTRACT.c.year == str(accrual.period.year),
            _CONTRACT.c.fund == accrual.fund,
            _CONTRACT.c.contract == contract,
        )
    ).scalar_one()
    accrued = Money.total(posting.amount for posting in lines)
    amount = min(accrued, Money(int(pence)))
    if amount <= NIL:
        return None
    shares = amount.split([posting.amount.pence for posting in lines])
    postings = [
        replace(posting, amount=-share)
        for posting, share in zip(lines, shares, strict=True)
        if share
    ]
    return replace(
        accrual,
        book=Book.COMMITMENT,
        narration=f"Commitment released by accrual {number}",
        postings=(*postings, Posting(COMMITTED, amount)),
        source=RELEASE,
        source_ref=number,
    )


def _raised_again(session: Session, made: Journal) -> Journal | None:
    found = session.execute(
        select(JOURNAL.c.number).where(
            JOURNAL.c.source == RELEASE, JOURNAL.c.source_ref == made.reverses
        )
    ).scalar()
    released = journals.by_number(session, found) if found is not None else None
    if released is None or released.posted is None:
        return None
    again = reversal(
        released.posted, period=made.period, day=made.day, reason="what was accrued is reversed"
    )
    return replace(again, document_day=made.document_day)
