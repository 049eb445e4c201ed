"""A small trust on each database, and events recorded in it by a commissioner."""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from tests.support.trusts import copy_of, found_small_trust
from trust_commissioning.clock import as_text
from trust_commissioning.recording import EVENTS
from trust_commissioning.store import transaction
from trust_commissioning.store.tables import PersonRow

AT = datetime(2004, 6, 1, 9, 0, tzinfo=UTC)
BUYER = "c.buyer"
Record = Callable[..., Mapping[str, Any]]


def _found(session: Session) -> None:
    found_small_trust(session)
    session.add(
        PersonRow(username=BUYER, name="Cora Buyer", role="commissioner", created_at=as_text(AT))
    )


@pytest.fixture(params=["sqlite", "postgres"])
def trust(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    with copy_of(_found, request, request.param, tmp_path) as made:
        yield made


@pytest.fixture
def record(trust: Engine) -> Record:
    """Record one business event by its public name, as a commissioner unless told."""

    def do(event: str, *, by: str = BUYER, at: datetime = AT, **asked: Any) -> Mapping[str, Any]:
        what = EVENTS[event]
        said = what.read(json.dumps(asked, default=_plain).encode(), name="test")
        with transaction(trust) as session:
            return what.act(session, said, by, at)

    return do


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
