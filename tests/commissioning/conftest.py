"""A founded trust with two providers and a contract for foster placements, on each database."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from contracts.contract import Contract
from ledger.periods import FinancialYear
from tests.support.trusts import copy_of
from trust_commissioning import founding
from trust_commissioning.applying import apply, read
from trust_commissioning.recording import EVENTS
from trust_commissioning.store import contracts, reading, transaction

AT = datetime(2003, 7, 15, 9, 0, tzinfo=UTC)
ADMIN, COMMISSIONER, CHECKER, AUDITOR = "x.admin", "c.commissioner", "p.approver", "a.auditor"
NUMBER = "C-0007"

TRUST = """
partners:
  - {code: council, name: The Council, kind: council}
services:
  - {code: fostering, title: Fostering, outcomes: [{starts: 2003-04-01, weights: {stay_safe: 1}}]}
  - {code: respite, title: Short breaks}
providers:
  - {code: bright, name: Bright Futures Fostering Ltd, sector: private}
  - {code: haven, name: The Haven Trust, sector: voluntary}
contracts:
  - {number: C-0001, title: Advice line, provider: haven, service: respite, fund: general,
     value: "24000.00", starts: 2003-04-01, ends: 2004-03-31}
people:
  - {username: c.commissioner, name: Cay Commissioner, role: commissioner}
  - {username: p.approver, name: Pat Approver, role: approver}
  - {username: a.auditor, name: Ada Auditor, role: auditor}
"""
CONTRACT: dict[str, Any] = {
    "number": NUMBER,
    "title": "Foster care agency placements",
    "provider": "bright",
    "service": "fostering",
    "fund": "general",
    "form": "framework",
    "signed": "2003-03-14",
    "value": "300000.00",
    "irrecoverable_vat": "0.00",
    "starts": "2003-04-01",
    "ends": "2006-03-31",
    "notice_months": 3,
    "extensions": [
        {"code": "first", "until": "2007-03-31", "notify_by": "2005-12-31"},
        {"code": "second", "until": "2008-03-31"},
    ],
    "lots": [
        {"code": "standard", "title": "Standard placement", "unit": "week", "price": "700.00"},
        {"code": "breaks", "title": "Short breaks", "service": "respite", "unit": "night",
         "price": "95.50"},
    ],
    "obligations": [
        {"code": "insurance", "title": "Proof of insurance", "day": "2003-04-30", "every": "yearly"}
    ],
    "kpis": [{"code": "seen", "title": "Children visited in time", "target": "95", "tolerance": "5"}],
    "indexation": {"index": "RPI", "base": "2003-01-01", "words": "Each April", "cap": "2.5"},
}  # fmt: skip

Record = Callable[..., Mapping[str, Any]]


def _found(session: Session) -> None:
    founding.found(
        session,
        name="Testing Trust",
        year=FinancialYear(2003),
        administrator=founding.Administrator(username=ADMIN, name="Xenia Admin"),
        at=AT,
    )
    apply(session, read(TRUST), by=ADMIN, at=AT)


@pytest.fixture(params=["sqlite", "postgres"])
def trust(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    with copy_of(_found, request, request.param, tmp_path) as made:
        yield made


@pytest.fixture
def record(trust: Engine) -> Record:
    """Record one business event by its public name, as a person."""

    def do(event: str, *, by: str = COMMISSIONER, **asked: Any) -> Mapping[str, Any]:
        what = EVENTS[event]
        with transaction(trust) as session:
            return what.act(session, what.asks.model_validate_json(json.dumps(asked)), by, AT)

    return do


@pytest.fixture
def signed(record: Record) -> None:
    """The framework contract, signed."""
    record("contract", **CONTRACT)


@pytest.fixture
def kept(trust: Engine) -> Callable[[], Contract]:
    """The contract as the record has it."""

    def look(number: str = NUMBER) -> Contract:
        with reading(trust) as session:
            found = contracts.contract(session, number)
        assert found is not None
        return found

    return look


def day(text: str) -> date:
    return date.fromisoformat(text)
