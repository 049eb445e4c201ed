"""The commands for business events: record one, print what files are to hold."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from trust_commissioning import clock, names
from trust_commissioning.cli.door import AsJson, By, Data, Door, contents_of

EventName = StrEnum("EventName", {name.upper().replace("-", "_"): name for name in names.EVENTS})  # type: ignore[misc]


def add_to(app: typer.Typer) -> None:
    app.command("record")(record)
    app.command("schema")(print_schema)


def record(
    event: Annotated[EventName, typer.Argument(help="What happened.")],
    file: Annotated[Path, typer.Argument(help="The event, as JSON.", exists=True, dir_okay=False)],
    by: By = "",
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Record one business event through its service; `trust schema EVENT` says what it asks."""
    from trust_commissioning.recording import EVENTS

    door = Door(data, as_json)
    what = EVENTS[event.value]
    asked = what.read(contents_of(file), name=file.name)
    with door.working(f"{what.title} …"), door.writes() as session:
        done = what.act(session, asked, door.person(session, by), clock.now())
    said = [f"{key.replace('_', ' ')}: {value}" for key, value in done.items()]
    door.answer({"event": what.name, **done}, "\n".join([f"{what.title}: recorded.", *said]))


def print_schema(
    event: Annotated[
        EventName | None,
        typer.Argument(help="A business event. [default: the file that apply reads]"),
    ] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Print the JSON Schema of the file that apply reads, or of a business event."""
    if event is None:
        from trust_commissioning import applying

        made = applying.schema()
    else:
        from trust_commissioning.recording import EVENTS

        made = EVENTS[event.value].schema()
    Door(data, as_json).answer(made, lambda: json.dumps(made, indent=2, ensure_ascii=False))
