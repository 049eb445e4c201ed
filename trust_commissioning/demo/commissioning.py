"""Contracts of the demo trust beyond their outline, told through the events anybody may record."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any

import yaml
from sqlmodel import Session

from trust_commissioning import commissioning
from trust_commissioning.applying import Document
from trust_commissioning.recording import EVENTS

KEEPER, LOADER = "j.hollin", "r.fenwater"


def tell(session: Session, document: Document, *, at: datetime) -> None:
    """Terms of the contracts outlined in a document, what happened to them, a register taken in."""
    outlines = {one.number: one for one in document.contracts}
    for terms in _held()["contracts"]:
        outline = outlines[terms["number"]]
        said = {name: getattr(outline, name) for name in outline.model_fields_set}
        _record(session, "contract", said | terms, KEEPER, at)
    for told in _held()["events"]:
        asked = {name: value for name, value in told.items() if name not in ("event", "by")}
        _record(session, told["event"], asked, told.get("by", KEEPER), at)
    register = _held()["register"]
    commissioning.load_register(
        session, register["text"].encode(), name=register["name"], by=LOADER, at=at
    )


def _record(session: Session, name: str, asked: Mapping[str, Any], by: str, at: datetime) -> None:
    event = EVENTS[name]
    event.act(session, event.asks.model_validate(asked), by, at)


@cache
def _held() -> dict[str, Any]:
    text = files("trust_commissioning").joinpath("demo/commissioning.yaml").read_text("utf-8")
    held: dict[str, Any] = yaml.safe_load(text)
    return held
