"""Business events by name: what the commands, the interface and the pages ask for alike."""

from __future__ import annotations

from trust_commissioning.recording import (
    budgets,
    calling_off,
    closing,
    contracts,
    grants,
    invoicing,
    monitoring,
    papers,
    pool,
    procuring,
    providing,
    risk,
    targeting,
)
from trust_commissioning.recording.event import BusinessEvent

EVENTS: dict[str, BusinessEvent] = {
    event.name: event
    for subject in (
        pool,
        risk,
        grants,
        budgets,
        closing,
        papers,
        providing,
        contracts,
        calling_off,
        invoicing,
        targeting,
        procuring,
        monitoring,
    )
    for event in subject.EVENTS
}
"""Every business event by its public name."""

__all__ = ["EVENTS", "BusinessEvent"]
