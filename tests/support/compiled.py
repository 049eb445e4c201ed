"""SQL that was compiled for one test's database serves the next one's.

SQLAlchemy keeps what it compiled with each engine, and each test has a database and so an engine
of its own: a quarter of the tests' time went into compiling the same statements again.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.util import LRUCache

LARGEST = 4_000


class Compiled(LRUCache[Any, Any]):
    """By the kind of database instead of the engine's own dialect, which leads each key."""

    def __getitem__(self, key: Any) -> Any:
        return super().__getitem__(_of_the_kind(key))

    def __setitem__(self, key: Any, compiled: Any) -> None:
        super().__setitem__(_of_the_kind(key), compiled)

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get(_of_the_kind(key), default)


def _of_the_kind(key: tuple[Any, ...]) -> tuple[Any, ...]:
    dialect, *rest = key
    return (type(dialect), *rest)


KEPT = Compiled(LARGEST)


@event.listens_for(Engine, "engine_connect")
def _share(connection: Connection) -> None:
    connection.execution_options(compiled_cache=KEPT)
