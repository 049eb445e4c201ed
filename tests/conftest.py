"""The set-up every folder of tests may ask for."""

import gc
from collections import Counter
from collections.abc import Iterator

import pytest

import tests.support.compiled  # what SQLAlchemy compiled is kept for all
import tests.support.drawing  # registers how hard the property tests try
import tests.support.scanned  # noqa: F401 - what Streamlit looked up is kept for all
from tests.support.browser import browser, page
from tests.support.demo import kept_demo
from tests.support.postgres import postgres_server, postgres_url
from tests.support.shared import shared_dir
from tests.support.trusts import database_url, engine, free_folder

__all__ = [
    "browser",
    "database_url",
    "engine",
    "free_folder",
    "kept_demo",
    "page",
    "postgres_server",
    "postgres_url",
    "shared_dir",
]

NEEDS = {"browser": "browser", "postgres": "postgres_server"}


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> Iterator[None]:
    """Marks a test by the set-up it asks for, so that no author has to remember to."""
    for item in items:
        for mark, fixture in NEEDS.items():
            if fixture in getattr(item, "fixturenames", ()):
                item.add_marker(mark)
    yield
    if hasattr(config, "workerinput"):
        longest_first(items)


def pytest_collection_finish() -> None:
    """What is there by now stays to the end: the search for garbage need not look at it again."""
    gc.collect()
    gc.freeze()


def longest_first(items: list[pytest.Item]) -> None:
    """Files with slow tests first, then those with many, so that no worker is left with a long one.

    Whatever order the tests had among themselves, drawn or written, they keep.
    """
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    many = Counter(item.path for item in items)
    items.sort(key=lambda item: (item.path not in slow, -many[item.path]))
