"""The register's small trust, on each database."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.register import Register, found_register
from tests.support.trusts import copy_of


@pytest.fixture(params=["sqlite", "postgres"])
def register(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Register]:
    with copy_of(found_register, request, request.param, tmp_path) as made:
        yield Register(made)
