"""A trust with one pooled fund of two partners, on each database."""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from ledger.money import Money
from ledger.periods import FinancialYear
from tests.support.trusts import copy_of
from trust_commissioning import founding, reports
from trust_commissioning.applying import apply, read
from trust_commissioning.recording import EVENTS
from trust_commissioning.reports import REPORTS, Scope
from trust_commissioning.store import reading, transaction

AT = datetime(2003, 7, 15, 9, 0, tzinfo=UTC)
ADMIN, OFFICER, MANAGER = "x.admin", "f.officer", "m.keeper"
YEAR = FinancialYear(2003)

TRUST = """
partners:
  - {code: council, name: The Council, kind: council}
  - {code: pct, name: The Primary Care Trust, kind: health}
services:
  - {code: therapy, title: Therapy, outcomes: [{starts: 2003-04-01, weights: {be_healthy: 1}}]}
funds:
  - {code: pool, title: The pool, kind: pooled, legal_basis: health_act_1999_s31, host: council}
people:
  - {username: f.officer, name: Fay Officer, role: finance_officer, partner: council}
  - {username: m.keeper, name: Mo Keeper, role: pool_manager, partner: council}
  - {username: a.auditor, name: Ada Auditor, role: auditor}
"""
AGREEMENT = """
agreements:
  - reference: pool-2003
    fund: pool
    title: The pool's agreement
    host: council
    pool_manager: Mo Keeper
    starts: 2003-04-01
    ends: 2006-03-31
    review_day: 2004-01-15
    notice_months: 6
    parties:
      - {partner: council, body: local_authority}
      - {partner: pct, body: primary_care_trust}
    terms: {termination: "Six months' notice; each partner takes what it put in."}
    deliveries:
      - {service: therapy, partner: pct, regime: nhs}
"""
CONTRIBUTIONS = """
contributions:
  - fund: pool
    partner: pct
    year: 2003-04
    instalments:
      - {day: 2003-04-30, amount: "250.00"}
      - {day: 2003-07-31, amount: "250.00"}
"""
CASH = "pool/2003-04/pct/cash"

Record = Callable[..., Mapping[str, Any]]
Show = Callable[..., reports.Report]


def _found(session: Session) -> None:
    founding.found(
        session,
        name="Testing Trust",
        year=YEAR,
        administrator=founding.Administrator(username=ADMIN, name="Xenia Admin"),
        at=AT,
    )
    apply(session, read(TRUST + AGREEMENT + CONTRIBUTIONS), by=ADMIN, at=AT)


@pytest.fixture(params=["sqlite", "postgres"])
def trust(request: pytest.FixtureRequest, free_folder: Path) -> Iterator[Engine]:
    with copy_of(_found, request, request.param, free_folder) as made:
        yield made


@pytest.fixture
def record(trust: Engine) -> Record:
    """Record one business event by its public name, as a person."""

    def do(event: str, *, by: str = OFFICER, **asked: Any) -> Mapping[str, Any]:
        what = EVENTS[event]
        with transaction(trust) as session:
            return what.act(session, _asked(what.asks, asked), by, AT)

    return do


def _asked(model: Any, asked: Mapping[str, Any]) -> Any:
    return model.model_validate_json(json.dumps(asked, default=_plain))


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


@pytest.fixture
def show(trust: Engine) -> Show:
    """A report of the pool at the end of a period."""

    def look(name: str, to: int = 4, year: FinancialYear = YEAR, **more: Any) -> reports.Report:
        with reading(trust) as session:
            return REPORTS[name](session, Scope("pool", year, to, **more), AT)

    return look


def money(row: Mapping[str, Any]) -> dict[str, str]:
    """A row's figures that are not nil, as text."""
    return {key: cell.plain for key, cell in row.items() if isinstance(cell, Money) and cell}


def part(report: reports.Report, key: str) -> list[Mapping[str, Any]]:
    """The rows of one part of a report; none where it has no such part."""
    return [row for one in report.parts if one.key == key for row in one.rows]
