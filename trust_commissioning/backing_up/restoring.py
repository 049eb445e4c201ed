"""Putting a backup in place of the record: whole, noted, with what was there kept."""

from __future__ import annotations

import hashlib
import shutil
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, make_url, select, text
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlmodel import Session

from ledger.problems import Problem, Refused
from trust_commissioning import people, roles
from trust_commissioning.backing_up.archive import (
    beside,
    head_of,
    load,
    opened,
    put,
    sync,
    tables,
    try_out,
    write,
)
from trust_commissioning.checking import check
from trust_commissioning.store import audit, engine_for, guards, migrate, reading, transaction
from trust_commissioning.store.migrating import newest_revision, revision_of
from trust_commissioning.store.tables import METADATA, AuditEventRow, ChainHeadRow, table_of

_TRIES = 100


@dataclass(frozen=True, slots=True)
class Restored:
    """What restoring did. `problems` are those of the record that was there and is now `kept`."""

    kept: Path | None
    problems: tuple[Problem, ...]
    by: str
    manifest: dict[str, Any]


def restore(
    url: str, file: Path, *, keep: Path, by: str, at: datetime, everyday_url: str = ""
) -> Restored:
    """Put a backup's record in place of the one at `url`, which is the owner's address.

    The backup is verified first. Where there is a record already, it is written under `keep`
    before anything is touched, in the transaction that replaces it: nothing is posted in between.
    One that does not pass its checks is kept all the same, under a name that says so, with what
    is wrong in the answer; a SQLite file that cannot be read at all is moved there. `by` empty is
    the first administrator.

    Raises:
        Refused: if the backup does not pass, or `by` may not do this; nothing was changed.
    """
    with opened(file) as (held, manifest):
        try_out(held, manifest, file.name)
        restoring = _Restoring(held, manifest, file, keep, by, at)
        try:
            if not _is_fit(engine_for(url)):
                migrate(url, everyday_url=everyday_url)
            return restoring.replace(engine_for(url))
        except DatabaseError as fault:
            if not _is_unreadable(url, fault):
                raise
            said = str(fault.orig)
        with _set_aside(url, keep, at) as aside:
            migrate(url, everyday_url=everyday_url)
            restored = restoring.replace(engine_for(url))
        damaged = Problem("database_damaged", f"The database file is damaged: {said}.", "record")
        return Restored(aside, (damaged,), restored.by, manifest)


def _is_fit(engine: Engine) -> bool:
    """Whether a record can be filled as it is: migrating one in use would stop its writers."""
    if revision_of(engine) != newest_revision():
        return False
    with reading(engine) as session:
        return not guards.missing(session.connection())


@dataclass(frozen=True, slots=True)
class _Restoring:
    held: zipfile.ZipFile
    manifest: dict[str, Any]
    file: Path
    keep: Path
    by: str
    at: datetime

    def replace(self, engine: Engine) -> Restored:
        """In one transaction: keep what is there, put the backup's rows in, note who did it."""
        try:
            with transaction(engine) as session:
                _hold_still(session)
                by = _asker(session, self.by)
                before: dict[str, Any] | None = None
                kept: Path | None = None
                problems: tuple[Problem, ...] = ()
                if _is_there(session):
                    before = head_of(session)
                    kept, problems = _keep(session, self.keep, at=self.at)
                load(session.connection(), self.held, self.manifest)
                session.expire_all()
                by = by or _asker(session, self.by)
                if not by:
                    raise Refused.because("person_unknown", "Say who restores with --by.", "by")
                self._note(session, by, before, kept)
                return Restored(kept, problems, by, self.manifest)
        except BaseException:
            # The connection's guard of the guards was taken down with them.
            engine.dispose()
            raise

    def _note(
        self, session: Session, by: str, before: dict[str, Any] | None, kept: Path | None
    ) -> None:
        # A file's name only: its folder may be somebody's.
        audit.record(
            session,
            by=by,
            at=self.at,
            action="restore",
            object_kind="record",
            object_key=self.file.name,
            before={**before, "kept": kept.name if kept else ""} if before else None,
            after={
                "head_sequence": self.manifest["head_sequence"],
                "head_hash": self.manifest["head_hash"],
                "written_at": self.manifest["written_at"],
                "sha256": _sha256(self.file),
            },
        )


def _asker(session: Session, by: str) -> str:
    """Who restores, held to their role; empty where the record has no administrator to ask."""
    first = people.first_administrator(session)
    if first is None:
        return ""
    roles.check(session, by or first, roles.Action.RESTORE_RECORD)
    return by or first


def _is_there(session: Session) -> bool:
    """Whether the record holds anything: a migrated one has an empty chain's head."""
    return any(
        session.execute(select(table.primary_key.columns[0]).limit(1)).first() is not None
        for table in tables()
        if table.name != table_of(ChainHeadRow).name
    )


def _hold_still(session: Session) -> None:
    """Let nobody write until the end; on SQLite the transaction sees to that.

    On PostgreSQL the end of the chain comes first, where whoever posts queues, and the audit trail
    last, where whoever changes anything else ends. Somebody may still hold one table and want
    another; so a try ends before PostgreSQL would look for a deadlock and stop one of the two.
    """
    if session.get_bind().dialect.name != "postgresql":
        return
    first, last = table_of(ChainHeadRow).name, table_of(AuditEventRow).name
    order = {first: 0, last: 2}
    names = sorted((table.name for table in METADATA.sorted_tables), key=lambda n: order.get(n, 1))
    for turn in range(_TRIES):
        try:
            with session.begin_nested():
                session.execute(text("SET LOCAL statement_timeout = '800ms'"))
                session.execute(text(f"LOCK TABLE {', '.join(names)} IN EXCLUSIVE MODE"))
                session.execute(text("SET LOCAL statement_timeout = DEFAULT"))
        except OperationalError:
            if turn == _TRIES - 1:
                raise
        else:
            return


def _keep(session: Session, keep: Path, *, at: datetime) -> tuple[Path, tuple[Problem, ...]]:
    """Write what is there under `keep`, right or not."""
    problems = _opinion(session)
    name = f"before-restore-{at:%Y%m%d-%H%M%S}"
    with beside(keep / f"{name}.zip") as part:
        with _any_text(session):
            write(session, part, at=at)
        with opened(part) as (held, manifest):
            if not problems:
                try:
                    try_out(held, manifest, part.name)
                except Refused as refused:
                    problems = refused.problems
        kept = _free(keep, f"{name}-not-right" if problems else name, ".zip")
        put(part, kept)
    return kept, tuple(problems)


def _opinion(session: Session) -> Iterable[Problem]:
    try:
        with session.begin_nested():
            return check(session)
    except Exception as fault:  # noqa: BLE001 - a damaged record may break a check anywhere
        return [
            Problem(
                "record_unreadable",
                f"The record could not be checked to its end ({type(fault).__name__}).",
                "record",
            )
        ]


@contextmanager
def _any_text(session: Session) -> Iterator[None]:
    """Read text that is not UTF-8 as it is, byte for byte."""
    driver: Any = session.connection().connection.dbapi_connection
    if session.get_bind().dialect.name != "sqlite":
        yield
        return
    before = driver.text_factory
    driver.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")
    try:
        yield
    finally:
        driver.text_factory = before


def _is_unreadable(url: str, fault: DatabaseError) -> bool:
    words = ("malformed", "not a database")
    return make_url(url).get_backend_name() == "sqlite" and any(
        word in str(fault.orig) for word in words
    )


@contextmanager
def _set_aside(url: str, keep: Path, at: datetime) -> Iterator[Path]:
    """Move a SQLite file that cannot be read to `keep`, and back again if what follows fails."""
    engine_for(url).dispose()
    file = Path(make_url(url).database or "")
    aside = _free(keep, f"before-restore-{at:%Y%m%d-%H%M%S}-not-readable", "")
    aside.mkdir(parents=True)
    parts = [
        part for end in ("", "-wal", "-shm", "-journal") if (part := _with(file, end)).exists()
    ]
    for part in parts:
        shutil.move(part, aside / part.name)
    try:
        yield aside
    except BaseException:
        engine_for(url).dispose()
        for end in ("", "-wal", "-shm", "-journal"):
            _with(file, end).unlink(missing_ok=True)
        for part in parts:
            shutil.move(aside / part.name, part)
        aside.rmdir()
        raise
    sync(aside)
    sync(keep)


def _with(file: Path, end: str) -> Path:
    return file.with_name(file.name + end)


def _free(folder: Path, name: str, end: str) -> Path:
    """A path nothing has yet: two restores may fall in one second."""
    turn, path = 1, folder / f"{name}{end}"
    while path.exists():
        turn += 1
        path = folder / f"{name}-{turn}{end}"
    return path


def _sha256(file: Path) -> str:
    with file.open("rb") as stored:
        return hashlib.file_digest(stored, "sha256").hexdigest()
