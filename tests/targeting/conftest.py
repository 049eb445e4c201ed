"""The small trust, on each database, with a word to record an event of measures in it."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import Engine

from ledger.periods import FinancialYear
from trust_commissioning import reports
from trust_commissioning.recording import EVENTS
from trust_commissioning.reports import REPORTS, Scope
from trust_commissioning.store import reading, transaction

AT = datetime(2004, 7, 1, 9, 0, tzinfo=UTC)
OFFICER = "f.officer"
YEAR = FinancialYear(2003)

Record = Callable[..., Mapping[str, Any]]
Show = Callable[..., reports.Report]

STABLE = {
    "code": "stable-placements",
    "name": "Children in one placement for two years",
    "unit": "percent",
    "direction": "higher",
    "outcome": "stay_safe",
    "aim": "Have security, stability and are cared for",
    "document": "The trust's plan",
    "reference": "page 7",
}
TARGET = {
    "code": "stability",
    "indicator": "stable-placements",
    "baseline": {"day": "2003-04-01", "figure": "60"},
    "points": [{"day": "2004-04-01", "figure": "66"}, {"day": "2006-04-01", "figure": "80"}],
    "owner": "Head of fostering",
}


@pytest.fixture
def record(engine: Engine) -> Record:
    """Record one business event by its public name, as a person."""

    def do(event: str, *, by: str = OFFICER, **asked: Any) -> Mapping[str, Any]:
        what = EVENTS[event]
        with transaction(engine) as session:
            said = what.asks.model_validate_json(json.dumps(asked, default=_plain))
            return what.act(session, said, by, AT)

    return do


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


@pytest.fixture
def show(engine: Engine) -> Show:
    """A report of the whole trust at the end of a period."""

    def look(name: str, to: int = 12, year: FinancialYear = YEAR, **more: Any) -> reports.Report:
        with reading(engine) as session:
            return REPORTS[name](session, Scope(more.pop("fund", None), year, to, **more), AT)

    return look


def seen(record: Record, reference: str, figure: str, day: str = "2003-10-01", **said: Any) -> Any:
    """Record one observation of the stable placements."""
    asked = {"indicator": "stable-placements", "source": "The return", **said}
    return record("observation", reference=reference, figure=figure, day=day, **asked)
