"""Figures that were worked out once are shown again, and never after anything was recorded."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, event

from tests.dashboards.conftest import Open, seen
from tests.providing.told import NEED
from tests.support.trusts import AUDITOR, CLERK
from trust_commissioning import clock
from trust_commissioning.recording import EVENTS
from trust_commissioning.store import transaction


@contextmanager
def asked_of(engine: Engine) -> Iterator[list[str]]:
    """The questions the record is asked meanwhile."""
    found: list[str] = []

    def note(_connection, _cursor, statement, *_: object) -> None:
        found.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield found
    event.remove(engine, "before_cursor_execute", note)


def of_needs(asked: list[str]) -> list[str]:
    return [one for one in asked if "FROM need" in one]


def test_a_report_of_the_register_is_kept_until_something_is_recorded(
    engine: Engine, look: Open
) -> None:
    look(AUDITOR, "needs")
    with asked_of(engine) as again:
        look(AUDITOR, "needs")
    what = EVENTS["need"]
    with transaction(engine) as session:
        said = what.read(json.dumps(NEED).encode(), name="test")
        what.act(session, said, CLERK, clock.now())
    with asked_of(engine) as after:
        page = look(AUDITOR, "needs")

    assert of_needs(again) == []
    assert of_needs(after)
    assert NEED["title"] in seen(page)
