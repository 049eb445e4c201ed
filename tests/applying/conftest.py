"""A trust founded for 2003-04, and nothing else in it, on each database."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from ledger.periods import FinancialYear
from tests.support.trusts import copy_of
from trust_commissioning import founding
from trust_commissioning.applying import Change, apply, read
from trust_commissioning.store import transaction

AT = datetime(2003, 7, 15, 9, 0, tzinfo=UTC)
ADMIN = "x.admin"

Apply = Callable[..., list[Change]]


def _found(session: Session) -> None:
    founding.found(
        session,
        name="Testing Trust",
        year=FinancialYear(2003),
        administrator=founding.Administrator(username=ADMIN, name="Xenia Admin"),
        at=AT,
    )


@pytest.fixture(params=["sqlite", "postgres"])
def founded(request: pytest.FixtureRequest, free_folder: Path) -> Iterator[Engine]:
    with copy_of(_found, request, request.param, free_folder) as made:
        yield made


@pytest.fixture
def applied(founded: Engine) -> Apply:
    """Applies a document in a transaction of its own."""

    def apply_text(
        text: str, *, at: datetime = AT, by: str = ADMIN, dry_run: bool = False
    ) -> list[Change]:
        document = read(text)
        with transaction(founded) as session:
            return apply(session, document, by=by, at=at, dry_run=dry_run)

    return apply_text
