"""Grants of the demo trust, told month by month through the events anybody may record."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Any

import yaml
from sqlmodel import Session

from ledger.journal import Journal
from ledger.money import Money
from ledger.periods import Period
from trust_commissioning import posting_rules
from trust_commissioning.posting_rules import Event, Spend
from trust_commissioning.recording import EVENTS
from trust_commissioning.store.register import services

_FUND = "childrens-fund"


def tell_before(session: Session, first: date, *, by: str, at: datetime) -> None:
    """What happened before the first year: grants taken on, allocations, plans."""
    for told in _told():
        if told["told"] < first:
            _record(session, told, by=by, at=at)


def tell(session: Session, period: Period, *, by: str, at: datetime) -> None:
    """What happened to the grants in one month, in the order of its days."""
    for told in _told():
        if Period.containing(told["told"]) == period:
            _record(session, told, by=by, at=at)


def paid(session: Session, period: Period) -> Iterator[Journal]:
    """What the Children's Fund paid its projects in one month."""
    known = services(session)
    for turn, one in enumerate(_held()["paid"], 1):
        if Period.containing(one["day"]) != period:
            continue
        service = known[one["service"]]
        event = Event(
            fund=_FUND,
            day=one["day"],
            source="project",
            source_ref=f"{_FUND}/{turn}",
            narration=one["narration"],
            payee=one["payee"],
        )
        spend = Spend(
            account=one["account"],
            service=service.code,
            weights=service.weights_on(one["day"]),
        )
        yield posting_rules.spending_line(event, Money.parse(one["amount"]), spend)


def _record(session: Session, told: dict[str, Any], *, by: str, at: datetime) -> None:
    event = EVENTS[told["event"]]
    asked = {name: value for name, value in told.items() if name not in ("event", "told")}
    event.act(session, event.asks.model_validate(asked), by, at)


def _told() -> list[dict[str, Any]]:
    return sorted(_held()["events"], key=lambda told: told["told"])


@cache
def _held() -> dict[str, Any]:
    text = files("trust_commissioning").joinpath("demo/grants.yaml").read_text("utf-8")
    held: dict[str, Any] = yaml.safe_load(text)
    return held
