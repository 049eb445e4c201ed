"""The pool that the tests here settle."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from tests.settling.a_pool import ADMIN, AT, OTHER, TRUST, YEAR, close_to
from tests.support.trusts import Then, copy_of
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


def found_in_september(session: Session) -> None:
    """The same with the months closed before the one in which most tests spend."""
    found_pool(session)
    close_to(session, 5)


@pytest.fixture(params=["sqlite", "postgres"])
def in_april(request: pytest.FixtureRequest, free_folder: Path) -> Iterator[Engine]:
    with copy_of(found_pool, request, request.param, free_folder) as made:
        yield made


@pytest.fixture(params=["sqlite", "postgres"])
def in_september(request: pytest.FixtureRequest, free_folder: Path) -> Iterator[Engine]:
    with copy_of(found_in_september, request, request.param, free_folder) as made:
        yield made


def copied(then: Then) -> Any:
    """A fixture: the pool as it is after that, which is done only once in a run."""

    @pytest.fixture(params=["sqlite", "postgres"])
    def after(request: pytest.FixtureRequest, free_folder: Path) -> Iterator[Engine]:
        with copy_of(found_pool, request, request.param, free_folder, then=then) as made:
            yield made

    return after


@pytest.fixture
def founded(in_april: Engine) -> Engine:
    return in_april
