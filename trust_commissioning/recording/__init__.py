"""Business events by name: what the commands, the interface and the pages ask for alike."""

from __future__ import annotations

from trust_commissioning.recording import budgets, closing, grants, papers, pool, risk
from trust_commissioning.recording.event import BusinessEvent

EVENTS: dict[str, BusinessEvent] = {
    event.name: event
    for subject in (pool, risk, grants, budgets, closing, papers)
    for event in subject.EVENTS
}
"""Every business event by its public name."""

__all__ = ["EVENTS", "BusinessEvent"]
