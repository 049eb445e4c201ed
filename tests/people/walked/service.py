"""What it takes to ask a service, and the action that lets one."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session

from tests.support.trusts import AT
from trust_commissioning.recording import EVENTS
from trust_commissioning.roles import Action, Role

DUE = date(2003, 4, 30)


@dataclass(frozen=True)
class Service:
    """One service that acts: what it takes to ask it, and the action that lets one."""

    action: Action
    ask: Callable[[Session, str], object]
    before: Callable[[Session, str], object] = lambda _session, _by: None


@dataclass(frozen=True)
class Told:
    """A business event with what it says, as `trust record` and the interface tell it."""

    event: str
    said: dict[str, Any]

    def __call__(self, session: Session, by: str) -> object:
        what = EVENTS[self.event]
        return what.act(session, what.asks.model_validate_json(json.dumps(self.said)), by, AT)


def told(event: str, **said: Any) -> Told:
    return Told(event, said)


def after(*before: Callable[[Session, str], object]) -> Callable[[Session, str], object]:
    """What an administrator did, one thing after another, before somebody asks."""

    def happened(session: Session, _by: str) -> None:
        for one in before:
            one(session, "x.admin")

    return happened


def asker(role: Role) -> str:
    """The name of the person who holds a role in the walk."""
    return f"one.{role.value}".replace("_", "-")
