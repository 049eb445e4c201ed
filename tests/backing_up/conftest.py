"""A record that is backed up and put back."""

from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.support.trusts import AT, CLERK, journal
from trust_commissioning import posting
from trust_commissioning.backing_up import Restored, restore
from trust_commissioning.store import transaction

PAID = "Expenses:Unallocated 100.00 / Assets:HostCash -100.00"


@pytest.fixture
def record(engine: Engine) -> Engine:
    """The small trust with one journal posted."""
    pay(engine, "one")
    return engine


def pay(engine: Engine, ref: str) -> str:
    with transaction(engine) as session:
        return posting.post(session, journal(PAID, ref=ref), by=CLERK, at=AT)


def url_of(engine: Engine) -> str:
    return engine.url.render_as_string(hide_password=False)


def put_back(engine: Engine, file: Path, *, by: str = "") -> Restored:
    return restore(url_of(engine), file, keep=file.parent / "kept", by=by, at=AT)


def draft(engine: Engine, ref: str) -> int:
    with transaction(engine) as session:
        return posting.save_draft(session, journal(PAID, ref=ref), by=CLERK, at=AT)


def draft_and_withdraw(engine: Engine, ref: str) -> int:
    id = draft(engine, ref)
    with transaction(engine) as session:
        posting.withdraw(session, id, by=CLERK, at=AT)
    return id
