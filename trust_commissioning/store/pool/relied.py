"""What of the pool's record stands on a journal, so that reversing it would leave it in the air.

Money that paid an instalment stands on the journal that raised it; what was held of a receipt and
matched later stands on the journal of the receipt. What stands on a journal is reversed first.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sqlalchemy import and_, select
from sqlmodel import Session

from ledger.problems import Problem
from ledger.wording import day_in_full
from trust_commissioning.store.pool.schedule import CONTRIBUTION, RECEIPT, SETTLEMENT, undone
from trust_commissioning.store.tables import (
    DisputeRow,
    DisputeStepRow,
    ReceiptMatchRow,
    ReceiptRow,
    SettlementLineRow,
    table_of,
)

_RECEIPT, _MATCH = table_of(ReceiptRow), table_of(ReceiptMatchRow)
_DISPUTE, _STEP = table_of(DisputeRow), table_of(DisputeStepRow)
_LINE = table_of(SettlementLineRow)


def problems_of_reversing(
    session: Session, number: str, source: str, source_ref: str
) -> Iterator[Problem]:
    """What stands on a posted journal that somebody would reverse."""
    if source == RECEIPT:
        yield from _check_matched(session, number)
    elif source in (CONTRIBUTION, SETTLEMENT):
        key, _, day = source_ref.rpartition("/")
        yield from _check_paid(session, number, key, date.fromisoformat(day))
    if source == SETTLEMENT:
        yield from _check_settled_again(session, number)


def _check_matched(session: Session, number: str) -> Iterator[Problem]:
    matches = (
        select(_MATCH.c.journal)
        .join(_RECEIPT, _RECEIPT.c.reference == _MATCH.c.receipt)
        .where(_RECEIPT.c.journal == number, _MATCH.c.journal != number)
    )
    found = set(session.execute(matches).scalars())
    if since := found - undone(session, found):
        yield Problem(
            "receipt_matched_since",
            f"What was held of the receipt in {number} was matched by {', '.join(sorted(since))}; "
            "reverse that first.",
            "number",
        )


def _check_paid(session: Session, number: str, key: str, day: date) -> Iterator[Problem]:
    paid = select(_MATCH.c.journal).where(_MATCH.c.contribution == key, _MATCH.c.day == day)
    reduced = (
        select(_STEP.c.journal)
        .join(_DISPUTE, _DISPUTE.c.reference == _STEP.c.dispute)
        .where(
            _DISPUTE.c.contribution == key,
            _DISPUTE.c.instalment == day,
            _STEP.c.journal.is_not(None),
        )
    )
    found = {*session.execute(paid).scalars(), *session.execute(reduced).scalars()}
    if live := found - undone(session, found):
        yield Problem(
            "instalment_paid_or_reduced",
            f"The instalment of {day_in_full(day)} in {number} was paid or reduced by "
            f"{', '.join(sorted(live))}; reverse that first, and enter what was received again "
            "under another reference.",
            "number",
        )


def _check_settled_again(session: Session, number: str) -> Iterator[Problem]:
    """A later settlement enters what changed since, so it is only right on top of this one."""
    later = _LINE.alias("later")
    same = and_(*(later.c[name] == _LINE.c[name] for name in ("fund", "year", "partner")))
    query = (
        select(later.c.journal)
        .join(_LINE, and_(same, later.c.turn > _LINE.c.turn))
        .where(_LINE.c.journal == number, later.c.journal.is_not(None))
    )
    found = set(session.execute(query).scalars())
    if live := found - undone(session, found):
        yield Problem(
            "settlement_settled_again",
            f"The share in {number} was settled again by {', '.join(sorted(live))}; reverse that "
            "first.",
            "number",
        )
