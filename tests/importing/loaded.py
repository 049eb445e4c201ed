"""What loading an extract left in the record, for tests that load one."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine

from ledger.journal import Journal
from ledger.problems import Problem, Refused
from tests.support.extracts import row
from trust_commissioning.checking import check
from trust_commissioning.store import journals, reading
from trust_commissioning.store.tables import (
    METADATA,
)

TWO = [row(1, "100.00"), row(2, "250.50")]
THREE = [*TWO, row(3, "49.50")]


def refusal(act: Callable[[], Any]) -> list[Problem]:
    with pytest.raises(Refused) as refused:
        act()
    return list(refused.value.problems)


def posted(engine: Engine) -> list[Journal]:
    with reading(engine) as session:
        assert check(session) == []
        return [one.journal for one in journals.posted(session)]


def contents(engine: Engine) -> list[Any]:
    """All that the record holds: what a refusal must leave as it was."""
    with reading(engine) as session:
        return [
            sorted(map(repr, session.execute(table.select()))) for table in METADATA.sorted_tables
        ]
