"""The set-up every folder of tests may ask for."""

import pytest

import tests.support.drawing  # noqa: F401 - registers how hard the property tests try
from tests.support.browser import browser, page
from tests.support.postgres import postgres_server, postgres_url
from tests.support.shared import shared_dir
from tests.support.trusts import database_url, engine

__all__ = [
    "browser",
    "database_url",
    "engine",
    "page",
    "postgres_server",
    "postgres_url",
    "shared_dir",
]

NEEDS = {"browser": "browser", "postgres": "postgres_server"}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks a test by the set-up it asks for, so that no author has to remember to."""
    for item in items:
        for mark, fixture in NEEDS.items():
            if fixture in getattr(item, "fixturenames", ()):
                item.add_marker(mark)
