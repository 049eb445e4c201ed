"""Business events: what there are, what each asks for, record one."""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import APIRouter, Body, Response
from sqlmodel import Session

from trust_commissioning import clock
from trust_commissioning.api.asking import IdempotencyKey, Person, Record, check
from trust_commissioning.api.once import Answer, write
from trust_commissioning.api.problems import Absent
from trust_commissioning.recording import EVENTS, BusinessEvent
from trust_commissioning.roles import Action
from trust_commissioning.store import reading

routes = APIRouter(prefix="/events", tags=["events"])


@routes.get("")
def events(record: Record, person: Person) -> dict[str, object]:
    """The business events there are, by name."""
    with reading(record) as session:
        check(session, person, Action.READ_REPORTS)
    return {"events": [{"name": one.name, "title": one.title} for one in EVENTS.values()]}


@routes.get("/{event}/schema")
def schema(event: str, record: Record, person: Person) -> dict[str, Any]:
    """The JSON Schema of what one event asks for."""
    with reading(record) as session:
        check(session, person, Action.READ_REPORTS)
    return _found(event).schema()


@routes.post("/{event}", status_code=201)
def record_event(
    event: str,
    asked: Annotated[dict[str, Any], Body(description="What the event's schema asks for.")],
    record: Record,
    person: Person,
    idempotency_key: IdempotencyKey = "",
) -> Response:
    """Record one business event through its service."""
    what = _found(event)
    read = what.read(json.dumps(asked).encode(), name="The request")
    at = clock.now()

    def work(session: Session) -> Answer:
        done = what.act(session, read, person.username, at)
        return Answer(201, {"event": what.name, **done})

    return write(
        record,
        by=person.username,
        at=at,
        key=idempotency_key,
        request=["record", event, asked],
        work=work,
    )


def _found(event: str) -> BusinessEvent:
    if event not in EVENTS:
        raise Absent(f"There is no event “{event}”; there are {', '.join(EVENTS)}.")
    return EVENTS[event]
