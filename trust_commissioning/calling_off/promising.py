"""What a call-off promises, entered and held against what is available."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from sqlmodel import Session

from ledger.periods import Period
from trust_commissioning import roles
from trust_commissioning.fields import Override
from trust_commissioning.posting import (
    changes_of_promises,
    hold_to_available,
    post_many,
    promised_more,
)


def promise(
    session: Session,
    numbers: Collection[str],
    *,
    day: date,
    period: Period | None,
    because: str,
    override: Override | None = None,
    by: str,
    at: datetime,
) -> list[str]:
    """Bring the commitment book to what call-offs promise; returns the journals' numbers.

    Raises:
        Refused: ``more_than_is_available``, unless a person who may override it gives a reason.
    """
    changes = changes_of_promises(session, numbers, day=day, period=period, because=because)
    hold_to_available(session, promised_more(changes), overridden=override is not None, by=by)
    if not changes:
        return []
    return post_many(session, changes, by=by, at=at, action=roles.Action.CALL_OFF)
