"""A trust that buys and looks after: providers to choose from, people to score, decide and review."""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from tests.support.trusts import AT, CLERK, copy_of, found_small_trust
from trust_commissioning.clock import as_text
from trust_commissioning.recording import EVENTS
from trust_commissioning.store import transaction
from trust_commissioning.store.tables import ContractRow, NeedRow, PersonRow, ProviderRow

Record = Callable[..., Mapping[str, Any]]
LATER = datetime(2004, 3, 31, 9, 0, tzinfo=UTC)
"""When all of it is told."""
COMMISSIONER, ASSESSOR = "c.commissioner", "s.assessor"
"""Two who may run a procurement; the small trust's approver decides."""


def found_to_choose(session: Session) -> None:
    """The small trust with two more providers, a need, two commissioners, a second contract."""
    found_small_trust(session)
    for code, name in (("beech", "Beech House"), ("cedar", "Cedar Families")):
        session.add(ProviderRow(code=code, name=name))
    for username, name in ((COMMISSIONER, "Cleo Commissioner"), (ASSESSOR, "Sam Assessor")):
        session.add(
            PersonRow(username=username, name=name, role="commissioner", created_at=as_text(AT))
        )
    session.flush()
    session.add(
        NeedRow(
            code="placements",
            title="Local foster placements",
            children="Children in care aged 11 to 15",
            locality="Weald",
            changed_by=CLERK,
            changed_at=as_text(AT),
        )
    )
    session.add(
        ContractRow(
            number="C-0002",
            title="Short breaks",
            provider="beech",
            service="fostering",
            fund="general",
            value_pence=60_000_000,
            starts=date(2003, 4, 1),
            ends=date(2006, 3, 31),
        )
    )


@pytest.fixture(params=["sqlite", "postgres"])
def choosing(request: pytest.FixtureRequest, free_folder: Path) -> Iterator[Engine]:
    """That trust on each database."""
    with copy_of(found_to_choose, request, request.param, free_folder) as made:
        yield made


@pytest.fixture
def record(choosing: Engine) -> Record:
    """Record one business event by its public name, as a person."""

    def do(event: str, *, by: str = COMMISSIONER, **asked: Any) -> Mapping[str, Any]:
        what = EVENTS[event]
        read = what.asks.model_validate_json(json.dumps(asked, default=str))
        with transaction(choosing) as session:
            return what.act(session, read, by, LATER)

    return do


TO_BUY: dict[str, Any] = {
    "reference": "PR-1",
    "day": "2003-04-10",
    "title": "Foster placements",
    "route": "open",
    "service": "fostering",
    "lots": [{"code": "main", "title": "All", "estimated": "300000.00"}],
    "criteria": [
        {"code": "quality", "title": "Quality of care", "weight": 60},
        {"code": "price", "title": "Price", "weight": 40, "kind": "price"},
    ],
}
_OF = {"procurement": "PR-1"}


def tell(engine: Engine, event: str, *, by: str = CLERK, **asked: Any) -> None:
    """Record one business event in the small trust."""
    what = EVENTS[event]
    with transaction(engine) as session:
        what.act(session, what.asks.model_validate_json(json.dumps(asked)), by, LATER)


def buy(engine: Engine) -> None:
    """A procurement with one scored bid; a contract watched, with a concern and a late action."""
    tell(engine, "procurement", **TO_BUY)
    tell(engine, "tender", **_OF, reference="t", day="2003-04-20", closes="2003-05-31")
    bid = {"bid": "oakfield", "lot": "main", "provider": "oakfield", "price": "270000.00"}
    tell(engine, "bid", **_OF, reference="b", day="2003-05-20", **bid)
    tell(engine, "interest", **_OF, reference="i", day="2003-06-01", has_interest=False)
    scores = [{"criterion": "quality", "score": 4}]
    tell(engine, "bid-score", **_OF, reference="s", day="2003-06-02", bid="oakfield", scores=scores)
    cycle = {"risk": "high", "reason": "Far away", "officer": "Placements"}
    tell(engine, "monitoring-cycle", reference="m", day="2003-04-01", contract="C-0001", **cycle)
    concern = {"source": "low_measure", "weight": "minor", "words": "Fewer visits than agreed"}
    tell(engine, "concern", reference="k", day="2003-08-01", contract="C-0001", **concern)
    action = {"title": "Recruit carers", "owner": "Fostering team", "due": "2003-09-01"}
    tell(engine, "action", reference="a", day="2003-08-02", contract="C-0001", **action)
