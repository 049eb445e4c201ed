"""Connections to the record, each set up so that what was acknowledged is there after a fault."""

from __future__ import annotations

import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import ExceptionContext
from sqlmodel import Session

from ledger.problems import Refused
from trust_commissioning.store import guards, sight

Read = TypeVar("Read")
_VIEW = "what an unchanging view has read"
WAL_FAULT_MENDED = (3, 51, 3)
"""SQLite before this can corrupt a file when two connections write and checkpoint together."""


def _sqlite_module() -> Any:
    try:
        from pysqlite3 import dbapi2
    except ImportError:
        return sqlite3
    return dbapi2


def sqlite_version() -> tuple[int, ...]:
    """The version of the SQLite library in use."""
    return tuple(int(part) for part in _sqlite_module().sqlite_version.split("."))


@cache
def engine_for(url: str) -> Engine:
    """The engine of a database; one for each address in a process.

    SQLite runs in WAL with ``synchronous=FULL``; on a library with the WAL-reset fault it falls
    back to a rollback journal with ``synchronous=EXTRA``, which is slower and as safe.
    """
    address = make_url(url)
    if address.get_backend_name() != "sqlite":
        made = create_engine(address.set(drivername="postgresql+psycopg"), pool_pre_ping=True)
        event.listen(made, "handle_error", _no_text)
        sight.watch(made)
        return made
    if address.database:
        Path(address.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, module=_sqlite_module(), connect_args={"timeout": 60})
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    event.listen(engine, "handle_error", _no_text)
    sight.watch(engine)
    return engine


def _set_up_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    wal_is_safe = sqlite_version() >= WAL_FAULT_MENDED
    for pragma in (
        f"journal_mode={'WAL' if wal_is_safe else 'DELETE'}",
        f"synchronous={'FULL' if wal_is_safe else 'EXTRA'}",
        "foreign_keys=ON",
        "recursive_triggers=ON",
        "busy_timeout=60000",
        "cache_size=-65536",
    ):
        connection.execute(f"PRAGMA {pragma}")
    guards.watch(connection)


def _begin_sqlite(connection: Connection) -> None:
    reads = connection.get_execution_options().get("trust_reads")
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def _no_text(fault: ExceptionContext) -> None:
    """What is asked with a text no database holds, whoever let it through, is refused.

    Raises:
        Refused: ``text_has_control_characters``.
    """
    said = fault.original_exception
    if isinstance(said, UnicodeEncodeError) or "NUL (0x00)" in str(said):
        raise Refused.because(
            "text_has_control_characters",
            "A text holds characters that cannot be printed; no database can look for them.",
        ) from said


class _Turns:
    """A lock that serves threads in the order they came, so that nobody waits for ever."""

    def __init__(self) -> None:
        self._door = threading.Lock()
        self._queue: deque[threading.Event] = deque()
        self._busy = False

    @contextmanager
    def taken(self, *, waits: bool = True) -> Iterator[bool]:
        """Hold the lock; whether it is held, where one does not wait for others."""
        turn = threading.Event()
        with self._door:
            is_refused = self._busy and not waits
            if not self._busy:
                self._busy = True
                turn.set()
            elif waits:
                self._queue.append(turn)
        if is_refused:
            yield False
            return
        turn.wait()
        try:
            yield True
        finally:
            with self._door:
                if self._queue:
                    self._queue.popleft().set()
                else:
                    self._busy = False


@cache
def _turns_of(_engine_url: str) -> _Turns:
    return _Turns()


@contextmanager
def transaction(engine: Engine) -> Iterator[Session]:
    """A unit of work: committed whole at the end, or not at all. Nothing else commits.

    On SQLite writers of one process take turns here; writers of several processes wait for the
    database's own lock. Whoever works for a partner reads what `sight` lets them.
    """
    if engine.dialect.name == "sqlite":
        with _turns_of(str(engine.url)).taken(), _work(engine) as session:
            yield session
    else:
        with _work(engine) as session:
            yield session


@contextmanager
def at_leisure(engine: Engine) -> Iterator[Session | None]:
    """A unit of work for what may as well be noted later: None where others of this process write
    to SQLite, which no page is to wait for."""
    if engine.dialect.name != "sqlite":
        with _work(engine) as session:
            yield session
        return
    with _turns_of(str(engine.url)).taken(waits=False) as is_free:
        if not is_free:
            yield None
            return
        with _work(engine) as session:
            yield session


@contextmanager
def _work(engine: Engine) -> Iterator[Session]:
    with Session(engine) as session, sight.names_taken_unseen(session), session.begin():
        sight.narrow(session)
        yield session


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """One unchanging view of the record, as far as `sight` lets its engine's partner see it;
    whatever is tried in it, nothing is written."""
    if engine.dialect.name == "sqlite":
        connection = engine.connect().execution_options(trust_reads=True)
    else:
        connection = engine.connect().execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
    with connection, Session(connection, info={_VIEW: {}}) as session:
        sight.narrow(session)
        yield session
        session.rollback()


@contextmanager
def unchanging(session: Session) -> Iterator[None]:
    """While a unit of work only reads, as for the figures of a period it has just closed."""
    if _VIEW in session.info:
        yield
        return
    session.flush()
    session.info[_VIEW] = {}
    try:
        yield
    finally:
        del session.info[_VIEW]
    assert not any((session.dirty, session.new, session.deleted)), "it was to read only"


def once(session: Session, key: Hashable, read: Callable[[Session], Read]) -> Read:
    """What is read once of an unchanging view and asked for again; read afresh where one writes."""
    kept = session.info.get(_VIEW)
    if kept is None:
        return read(session)
    if key not in kept:
        kept[key] = read(session)
    found: Read = kept[key]
    return found
