"""A trust founded for 2003-04, and nothing else in it, on each database."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine

from ledger.periods import FinancialYear
from trust_commissioning import founding
from trust_commissioning.applying import Change, apply, read
from trust_commissioning.store import engine_for, migrate, transaction

AT = datetime(2003, 7, 15, 9, 0, tzinfo=UTC)
ADMIN = "x.admin"

Apply = Callable[..., list[Change]]


@pytest.fixture
def founded(database_url: str) -> Iterator[Engine]:
    migrate(database_url)
    made = engine_for(database_url)
    with transaction(made) as session:
        founding.found(
            session,
            name="Testing Trust",
            year=FinancialYear(2003),
            administrator=founding.Administrator(username=ADMIN, name="Xenia Admin"),
            at=AT,
        )
    yield made
    made.dispose()


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
