"""Every event of this subject is recorded by those who hold its action, and refused to the rest."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from ledger.problems import Refused
from tests.providing.conftest import AT, Record
from tests.providing.told import (
    COMPANY,
    COUNTED,
    ENTRY,
    INSPECTED,
    INSURED,
    NEED,
    OAKFIELD,
    REGISTERED,
    VIEW,
)
from trust_commissioning.clock import as_text
from trust_commissioning.recording import EVENTS, providing
from trust_commissioning.roles import MAY, Action, Role
from trust_commissioning.store import transaction
from trust_commissioning.store.tables import PersonRow

ASKED: dict[str, dict[str, Any]] = {
    "need": NEED,
    "need-observation": COUNTED,
    "need-provision": {
        "need": "foster-teens",
        "reference": "p",
        "day": "2004-01-01",
        "provided": 1,
        "said_by": "Us",
    },
    "need-priority": {
        "need": "foster-teens",
        "reference": "o",
        "day": "2004-01-01",
        "outcome": "stay_safe",
        "rank": 1,
        "reason": "The board",
    },
    "view": VIEW,
    "view-change": {
        "reference": "l",
        "view": "view-1",
        "day": "2004-03-01",
        "changed": "need",
        "what": "foster-teens",
        "words": "Asked for",
    },
    "provider": OAKFIELD,
    "provider-identifier": COMPANY,
    "provider-registration": REGISTERED,
    "provider-document": INSURED,
    "provider-document-end": {
        "provider": "oakfield",
        "reference": "e",
        "document": "pl-2004",
        "day": "2004-05-20",
        "reason": "Cancelled by the insurer",
    },
    "inspection": INSPECTED,
    "document-rule": {
        "reference": "r",
        "document": "accounts",
        "starts": "2004-01-01",
    },
    "service": {"code": "mentoring", "title": "Mentoring"},
    "outcome-weights": {
        "service": "therapy",
        "starts": "2004-04-01",
        "weights": {"stay_safe": 1},
    },
    "directory-entry": ENTRY,
    "directory-check": {
        "entry": "talk-time",
        "reference": "k",
        "day": "2004-06-01",
        "review_day": "2005-06-01",
    },
    "directory-chase": {"entry": "talk-time", "reference": "c", "day": "2004-06-01"},
}
FIRST = {
    "need-observation": ["need"],
    "need-provision": ["need"],
    "need-priority": ["need"],
    "view": ["need"],
    "view-change": ["need", "view"],
    "provider-document-end": ["provider-document"],
    "directory-check": ["directory-entry"],
    "directory-chase": ["directory-entry"],
}


class _TakenBack(Exception):
    """Ends a unit of work so that nothing of it is kept."""


@contextmanager
def tried(engine: Engine, role: Role) -> Iterator[Session]:
    """The trust with one person more; whatever they do is taken back."""
    try:
        with transaction(engine) as session:
            person = PersonRow(username="one", name="One", role=role.value, created_at=as_text(AT))
            session.add(person)
            session.flush()
            yield session
            raise _TakenBack
    except _TakenBack:
        pass


def test_every_event_of_the_subject_is_walked() -> None:
    assert set(ASKED) == {event.name for event in providing.EVENTS}


@pytest.mark.parametrize("event", ASKED)
def test_an_event_is_recorded_by_the_roles_that_hold_its_action(
    trust: Engine, record: Record, event: str
) -> None:
    for before in FIRST.get(event, []):
        record(before, **ASKED[before])
    what = EVENTS[event]
    said = what.read(json.dumps(ASKED[event]).encode(), name="test")
    action = Action.CHANGE_REGISTER if event == "document-rule" else Action.KEEP_REGISTER
    refused = {}
    for role in Role:
        with tried(trust, role) as session:
            try:
                what.act(session, said, "one", AT)
            except Refused as refusal:
                refused[role] = refusal.codes

    assert refused == dict.fromkeys(set(Role) - MAY[action], ("not_permitted",))
