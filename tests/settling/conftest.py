"""The pool that the tests here settle."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from tests.settling.a_pool import ADMIN, AT, OTHER, TRUST, YEAR
from tests.support.trusts import copy_of
from trust_commissioning import applying, founding, people
from trust_commissioning.roles import Role


def found_pool(session: Session) -> None:
    """The trust of `a_pool`, in an empty, migrated database."""
    founding.found(
        session,
        name="Testing Trust",
        year=YEAR,
        administrator=founding.Administrator(username=ADMIN, name="Xenia Admin"),
        at=AT,
    )
    people.add(session, OTHER, name="Pat Manager", role=Role.POOL_MANAGER, by=ADMIN, at=AT)
    applying.apply(session, applying.read(TRUST), by=ADMIN, at=AT)


@pytest.fixture(params=["sqlite", "postgres"])
def founded(request: pytest.FixtureRequest, free_folder: Path) -> Iterator[Engine]:
    with copy_of(found_pool, request, request.param, free_folder) as made:
        yield made
