"""What the first page of the finance office asks: what waits for this person."""

from __future__ import annotations

from datetime import date

from dashboards import ask
from trust_commissioning.reports.for_today import Waits, for_today
from trust_commissioning.sign_ins import SignedIn
from trust_commissioning.store import reading


def waits(viewer: SignedIn, day: date) -> tuple[Waits, ...]:
    """What waits for a person on a day, read afresh."""
    with reading(ask.engine()) as session:
        return for_today(session, viewer.username, viewer, day)
