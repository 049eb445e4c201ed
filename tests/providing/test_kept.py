"""What was said on a day never changes, and all of it comes back from a backup as it was."""

from pathlib import Path

import pytest
from sqlalchemy import Engine, Executable, delete, update
from sqlalchemy.exc import DBAPIError

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
from trust_commissioning import backing_up
from trust_commissioning.store import engine_for, providing, reading, transaction


def everything(engine: Engine) -> list[object]:
    with reading(engine) as session:
        return [
            providing.needs(session),
            providing.views(session),
            providing.led(session),
            providing.providers(session),
            providing.entries(session),
            providing.document_rules(session),
        ]


def tell(record: Record) -> None:
    record("need", **NEED)
    record("need-observation", **COUNTED)
    record("view", **VIEW)
    record("provider", **OAKFIELD)
    record("provider-identifier", **COMPANY)
    record("provider-registration", **REGISTERED)
    record("provider-document", **INSURED)
    record("inspection", **INSPECTED)
    record("directory-entry", **ENTRY)


def test_all_of_it_comes_back_from_a_backup_as_it_was(
    trust: Engine, record: Record, tmp_path: Path
) -> None:
    tell(record)
    before = everything(trust)

    backing_up.back_up(trust, tmp_path / "trust.zip", at=AT)
    url = f"sqlite:///{tmp_path / 'again' / 'trust.sqlite3'}"
    backing_up.restore(url, tmp_path / "trust.zip", keep=tmp_path / "kept", by="", at=AT)

    again = engine_for(url)
    assert everything(again) == before
    again.dispose()


@pytest.mark.parametrize(
    "change", [update(providing.FACT).values(about="x"), delete(providing.FACT)]
)
def test_the_database_itself_refuses_to_change_what_was_said(
    trust: Engine, record: Record, change: Executable
) -> None:
    tell(record)

    with pytest.raises(DBAPIError, match="kept_for_ever"), transaction(trust) as session:
        session.execute(change)
