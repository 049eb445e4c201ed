"""What of the pool's record stands on a journal, so that reversing it would leave it in the air.

Money that paid an instalment stands on the journal that raised it; what was held of a receipt and
matched later stands on the journal of the receipt. What stands on a journal is reversed first.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sqlalchemy import select
from sqlmodel import Session

from ledger.problems import Problem
from ledger.wording import day_in_full
from trust_commissioning.store.pool.schedule import CONTRIBUTION, RECEIPT, SETTLEMENT, reversed_by
from trust_commissioning.store.tables import (
    DisputeRow,
    DisputeStepRow,
    ReceiptMatchRow,
    ReceiptRow,
    table_of,
)

_RECEIPT, _MATCH = table_of(ReceiptRow), table_of(ReceiptMatchRow)
_DISPUTE, _STEP = table_of(DisputeRow), table_of(DisputeStepRow)


def problems_of_reversing(
    session: Session, number: str, source: str, source_ref: str
) -> Iterator[Problem]:
    """What stands on a posted journal that somebody would reverse."""
    if source == RECEIPT:
        yield from _check_matched(session, number)
    elif source in (CONTRIBUTION, SETTLEMENT):
        key, _, day = source_ref.rpartition("/")
        yield from _check_paid(session, number, key, date.fromisoformat(day))


def _check_matched(session: Session, number: str) -> Iterator[Problem]:
    matches = (
        select(_MATCH.c.journal)
        .join(_RECEIPT, _RECEIPT.c.reference == _MATCH.c.receipt)
        .where(_RECEIPT.c.journal == number, _MATCH.c.journal != number)
    )
    since = set(session.execute(matches).scalars()) - reversed_by(session, None)
    if since:
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
    live = found - reversed_by(session, None)
    if live:
        yield Problem(
            "instalment_paid_or_reduced",
            f"The instalment of {day_in_full(day)} in {number} was paid or reduced by "
            f"{', '.join(sorted(live))}; reverse that first, and enter what was received again "
            "under another reference.",
            "number",
        )
