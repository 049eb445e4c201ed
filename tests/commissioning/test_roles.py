"""Each service of contracts, asked by a person of every role, acts for those who may only."""

import json
from typing import Any

import pytest
from sqlalchemy import Engine

from ledger.problems import Refused
from tests.commissioning.conftest import ADMIN, AT, CONTRACT, NUMBER, Record
from tests.files.test_contracts_register import CODE, row
from tests.importing.files import as_csv
from trust_commissioning import people
from trust_commissioning.commissioning import load_register
from trust_commissioning.recording import EVENTS
from trust_commissioning.roles import MAY, Action, Role
from trust_commissioning.store import transaction

KEPT = {"contract": NUMBER, "reference": "X-1", "day": "2003-06-01", "reason": "Agreed"}
UPLIFT = {**KEPT, "reference": "U-1", "starts": "2003-10-01", "percent": "3"}
ASKED: dict[str, tuple[Action, dict[str, Any]]] = {
    "contract": (Action.KEEP_REGISTER, CONTRACT | {"number": "C-0008"}),
    "variation": (Action.KEEP_REGISTER, KEPT | {"notice_months": 6}),
    "extension": (Action.KEEP_REGISTER, KEPT | {"option": "first"}),
    "contract-end": (
        Action.KEEP_REGISTER,
        KEPT | {"last_day": "2003-12-31", "how": "terminated"},
    ),
    "contract-reopening": (Action.KEEP_REGISTER, KEPT),
    "uplift": (Action.KEEP_REGISTER, UPLIFT | {"reference": "U-2"}),
    "uplift-decision": (
        Action.CHECK_UPLIFT,
        {"uplift": "U-1", "step": "refused", "day": "2003-06-10", "reason": "Too much"},
    ),
    "index-figure": (
        Action.KEEP_REGISTER,
        {"index": "RPI", "month": "2003-01-01", "figure": "178.4", "source": "A release"},
    ),
    "obligation-met": (
        Action.KEEP_REGISTER,
        {"contract": NUMBER, "reference": "M-1", "obligation": "insurance", "due": "2003-04-30",
         "day": "2003-04-25"},
    ),
    "contract-document": (
        Action.KEEP_REGISTER,
        {"contract": NUMBER, "reference": "D-1", "name": "Contract", "kind": "contract",
         "day": "2003-03-14", "sha256": "ab" * 32},
    ),
}  # fmt: skip


class _TakenBackError(Exception):
    """Ends a unit of work so that nothing of it is kept."""


@pytest.fixture
def everybody(trust: Engine, signed: None, record: Record) -> dict[Role, str]:
    """A person of every role, and an uplift that waits."""
    record("uplift", **UPLIFT)
    named = {role: f"one.{role.value.replace('_', '.')}" for role in Role}
    with transaction(trust) as session:
        for role, username in named.items():
            people.add(session, username, name="One", role=role, by=ADMIN, at=AT)
    return named


def refused(trust: Engine, name: str, asked: dict[str, Any], by: str) -> tuple[str, ...]:
    """What an event is refused for, if it is; nothing of it is kept."""
    what = EVENTS[name]
    try:
        with transaction(trust) as session:
            what.act(session, what.asks.model_validate_json(json.dumps(asked)), by, AT)
            raise _TakenBackError
    except Refused as refusal:
        return refusal.codes
    except _TakenBackError:
        return ()


@pytest.mark.parametrize("name", ASKED)
def test_only_who_may_records_what_happens_to_a_contract(
    trust: Engine, everybody: dict[Role, str], name: str
) -> None:
    action, asked = ASKED[name]

    denied = {
        role
        for role, by in everybody.items()
        if refused(trust, name, asked, by) == ("not_permitted",)
    }

    assert denied == set(Role) - MAY[action]


def test_only_who_keeps_the_register_takes_in_a_published_one(
    trust: Engine, everybody: dict[Role, str]
) -> None:
    data = as_csv([CODE, row()]).encode()
    denied = set()
    for role, by in everybody.items():
        try:
            with transaction(trust) as session:
                load_register(session, data, name="x.csv", by=by, at=AT, dry_run=True)
        except Refused:
            denied.add(role)

    assert denied == set(Role) - MAY[Action.KEEP_REGISTER]
