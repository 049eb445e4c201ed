"""Measures for children in the demo trust, told through the events anybody may record."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any

import yaml
from sqlmodel import Session

from trust_commissioning.recording import EVENTS


def tell(session: Session, *, by: str, at: datetime) -> None:
    """The indicators, mappings, targets and figures, in the order they were recorded."""
    for told in _held()["events"]:
        event = EVENTS[told["event"]]
        asked = {name: value for name, value in told.items() if name != "event"}
        event.act(session, event.asks.model_validate(asked), by, at)


@cache
def _held() -> dict[str, Any]:
    text = files("trust_commissioning").joinpath("demo/targets.yaml").read_text("utf-8")
    held: dict[str, Any] = yaml.safe_load(text)
    return held
