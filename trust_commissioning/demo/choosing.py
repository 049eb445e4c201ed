"""Procurements, monitoring and reviews of the demo trust, told as the events anybody may record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any

import yaml
from sqlmodel import Session

from contracts.monitoring import Answer, CheckKind
from trust_commissioning.recording import EVENTS
from trust_commissioning.shipped_monitoring import checklist
from trust_commissioning.store.contracts import contracts

COMMISSIONER = "j.hollin"


def tell(session: Session, *, at: datetime) -> None:
    """Everything of the subject, in the order in which one thing names another."""
    for told in (*_cycles(session), *_held()["events"]):
        event = EVENTS[told["event"]]
        asked = {name: value for name, value in told.items() if name not in ("event", "by", "but")}
        if event.name == "check":
            asked["answers"] = list(_answers(told["kind"], told.get("but", {})))
        read = event.asks.model_validate(asked)
        event.act(session, read, told.get("by", COMMISSIONER), at)


def _cycles(session: Session) -> Iterator[dict[str, Any]]:
    """How each contract is monitored from its first day, with its last desktop review."""
    starts = {one.number: one.starts for one in contracts(session)}
    for one in _held()["cycles"]:
        common = {name: one[name] for name in ("risk", "reason", "officer")}
        for number, day in one["contracts"].items():
            yield {
                "event": "monitoring-cycle",
                "reference": f"cycle/{number}",
                "day": starts[number],
                "contract": number,
                **common,
            }
            yield {
                "event": "check",
                "reference": f"check/{number}",
                "day": day,
                "contract": number,
                "kind": CheckKind.DESK.value,
            }


def _answers(kind: str, but: Mapping[str, Mapping[str, str]]) -> Iterator[dict[str, str]]:
    """Every item asked of a check, met unless it is told otherwise."""
    for item in checklist():
        if kind == CheckKind.VISIT or not item.visit:
            met = {"answer": Answer.MET.value, "evidence": "Seen, and in order"}
            yield {"item": item.code, **met, **but.get(item.code, {})}


@cache
def _held() -> dict[str, Any]:
    text = files("trust_commissioning").joinpath("demo/choosing.yaml").read_text("utf-8")
    held: dict[str, Any] = yaml.safe_load(text)
    return held
