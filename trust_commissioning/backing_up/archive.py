"""The file of a backup: a ZIP of one JSON-lines file for each table, with a manifest."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Date, Table, insert, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from ledger.problems import Problem, Refused
from trust_commissioning.checking import check
from trust_commissioning.checking.walk import columns_as_kept
from trust_commissioning.clock import as_text
from trust_commissioning.progress import steps
from trust_commissioning.store import engine_for, guards, reading
from trust_commissioning.store.migrating import empty_record, newest_revision, revision_in
from trust_commissioning.store.tables import METADATA, ChainHeadRow, TrustRow, table_of

_CHUNK = 2000
_FORMAT = "trust-backup-1"
_LEFT_OUT = frozenset({"sign_in", "sign_in_attempt", "organisation_sign_in"})
"""What only matters to the web process of the moment."""
_NUMBERED = ("journal", "audit_event", "publication")
"""The tables whose rows the database numbers, and whose numbers are never used again."""
_NOT_WHOLE = (
    zipfile.BadZipFile,
    zlib.error,
    NotImplementedError,
    EOFError,
    KeyError,
    TypeError,
    ValueError,
    OSError,
    RuntimeError,
)


def tables() -> list[Table]:
    return [table for table in METADATA.sorted_tables if table.name not in _LEFT_OUT]


# --- files ------------------------------------------------------------------------------------


@contextmanager
def beside(file: Path) -> Iterator[Path]:
    """A file beside another, its owner's only, gone at the end unless `put` gave it its name."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f"{file.name}.", suffix=".part", dir=file.parent)
    os.close(handle)
    try:
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


def put(part: Path, file: Path) -> None:
    """Give a file its name, so that a power cut leaves all of it under that name or nothing."""
    sync(part)
    part.replace(file)
    sync(file.parent)


def sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _words_of(table: str) -> str:
    return f"the {table.replace('_', ' ')} rows"


# --- writing ----------------------------------------------------------------------------------


def head_of(session: Session) -> dict[str, Any]:
    """The end of the chain as it is kept; of a damaged record there may be none."""
    head = session.execute(select(table_of(ChainHeadRow))).first()
    return {
        "head_sequence": head.sequence if head else None,
        "head_hash": head.hash if head else "",
    }


def write(session: Session, file: Path, *, at: datetime) -> dict[str, Any]:
    contents: dict[str, Any] = {}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as out:
        for table in tables():
            digest, rows = hashlib.sha256(), 0
            with out.open(f"{table.name}.jsonl", "w", force_zip64=True) as into:
                for line in steps(_lines_of(session, table), f"Writing {_words_of(table.name)}"):
                    into.write(line)
                    digest.update(line)
                    rows += 1
            contents[table.name] = {"rows": rows, "sha256": digest.hexdigest()}
        revision = revision_in(session.connection())
        manifest = {
            "format": _FORMAT,
            "revision": revision,
            "trust": session.execute(select(table_of(TrustRow).c.name)).scalar() or "",
            "written_at": as_text(at),
            **head_of(session),
            "last_ids": _last_ids(session.connection()),
            "tables": contents,
        }
        out.writestr("manifest.json", json.dumps(manifest, indent=2))
    return manifest


def _lines_of(session: Session, table: Table) -> Iterator[bytes]:
    # Days as they are kept: one that cannot be read must not stop a damaged record being kept.
    query = select(*columns_as_kept(table)).order_by(*table.primary_key.columns)
    for row in session.execute(query, execution_options={"yield_per": _CHUNK}):
        line = json.dumps(list(row), ensure_ascii=False, separators=(",", ":"), default=_as_json)
        yield line.encode("utf-8", "surrogateescape") + b"\n"


def _as_json(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else {"not_text": repr(value)}


def _last_ids(connection: Connection) -> dict[str, int]:
    """The last number each table's rows were given, which may since have been withdrawn."""
    if connection.dialect.name == "sqlite":
        rows = connection.execute(text("SELECT name, seq FROM sqlite_sequence"))
        return {name: int(last) for name, last in rows if name in _NUMBERED and last}
    found = {}
    for name in _NUMBERED:
        row = connection.execute(text(f"SELECT last_value, is_called FROM {name}_id_seq")).one()
        if row.is_called:
            found[name] = int(row.last_value)
    return found


# --- reading ----------------------------------------------------------------------------------


@contextmanager
def opened(file: Path) -> Iterator[tuple[zipfile.ZipFile, dict[str, Any]]]:
    """A backup that holds what it was written with, and its manifest."""
    with _whole(file.name):
        held = zipfile.ZipFile(file)
    with held:
        with _whole(file.name):
            manifest = _manifest(held)
            for table in tables():
                _check_part(held, table.name, manifest["tables"][table.name])
        yield held, manifest


@contextmanager
def _whole(name: str) -> Iterator[None]:
    try:
        yield
    except _NOT_WHOLE as broken:
        if isinstance(broken, OSError) and broken.errno is not None:
            raise
        raise Refused([_unreadable(name, str(broken))]) from broken


def _unreadable(name: str, why: str) -> Problem:
    return Problem("backup_unreadable", f"{name} is not a whole backup: {why}.", "file")


def _manifest(held: zipfile.ZipFile) -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads(held.read("manifest.json"))
    if not isinstance(manifest, dict) or manifest.get("format") != _FORMAT:
        raise ValueError("its manifest has another format")
    if manifest["revision"] != newest_revision():
        raise Refused.because(
            "backup_of_another_release",
            f"This backup is of revision {manifest['revision']}, this release reads "
            f"{newest_revision()}; restore it with the release that wrote it, then migrate.",
            "file",
        )
    return manifest


def _check_part(held: zipfile.ZipFile, name: str, wanted: dict[str, Any]) -> None:
    digest, rows = hashlib.sha256(), 0
    with held.open(f"{name}.jsonl") as stored:
        for line in steps(stored, f"Reading back {_words_of(name)}", wanted["rows"]):
            digest.update(line)
            rows += 1
    if rows != wanted["rows"] or digest.hexdigest() != wanted["sha256"]:
        raise Refused.because(
            "backup_was_changed",
            f"{_words_of(name).capitalize()} of this backup are not those it was written with.",
            "file",
        )


def try_out(held: zipfile.ZipFile, manifest: dict[str, Any], name: str) -> None:
    """Load a backup into an empty record in a folder of its own and check every invariant.

    Raises:
        Refused: with what is wrong.
    """
    with tempfile.TemporaryDirectory() as folder:
        scratch = engine_for(empty_record(Path(folder) / "trust.sqlite3"))
        try:
            with _whole(name), scratch.begin() as connection:
                load(connection, held, manifest)
            with reading(scratch) as session:
                problems = check(session)
        except SQLAlchemyError as fault:
            said = str(getattr(fault, "orig", fault))
            raise Refused([_unreadable(name, f"its rows cannot be loaded ({said})")]) from fault
        finally:
            scratch.dispose()
    if problems:
        raise Refused(problems)


def load(connection: Connection, held: zipfile.ZipFile, manifest: dict[str, Any]) -> None:
    """Fill a migrated database with a backup's rows in place of its own."""
    before = _last_ids(connection)
    with _guards_down(connection):
        for table in reversed(METADATA.sorted_tables):
            connection.execute(table.delete())
        for table in tables():
            _check_part(held, table.name, manifest["tables"][table.name])
            _fill(connection, table, held, manifest["tables"][table.name]["rows"])
        _count_on(connection, manifest["last_ids"], before)
    assert not guards.missing(connection), "the guards stand again"


@contextmanager
def _guards_down(connection: Connection) -> Iterator[None]:
    """Let rows be put in as they were, in this transaction only.

    PostgreSQL's guards are switched off rather than dropped: that waits for nobody who only reads.
    """
    if connection.dialect.name == "sqlite":
        guards.drop(connection)
        yield
        guards.install(connection)
        return
    for table in METADATA.sorted_tables:
        connection.execute(text(f"ALTER TABLE {table.name} DISABLE TRIGGER USER"))
    yield
    for table in METADATA.sorted_tables:
        connection.execute(text(f"ALTER TABLE {table.name} ENABLE TRIGGER USER"))


def _fill(connection: Connection, table: Table, held: zipfile.ZipFile, rows: int) -> None:
    names = [column.name for column in table.columns]
    days = {column.name for column in table.columns if isinstance(column.type, Date)}
    chunk: list[dict[str, Any]] = []
    with held.open(f"{table.name}.jsonl") as stored:
        for line in steps(stored, f"Loading {_words_of(table.name)}", rows):
            row = dict(zip(names, json.loads(line), strict=True))
            for name in days:
                row[name] = date.fromisoformat(row[name]) if row[name] else None
            chunk.append(row)
            if len(chunk) == _CHUNK:
                connection.execute(insert(table), chunk)
                chunk = []
    if chunk:
        connection.execute(insert(table), chunk)


def _count_on(connection: Connection, held: dict[str, int], before: dict[str, int]) -> None:
    """Let the database number new rows after every number it or the backup's ever gave."""
    for name in _NUMBERED:
        largest = connection.execute(text(f"SELECT MAX(id) FROM {name}")).scalar() or 0
        last = max(int(held.get(name, 0)), before.get(name, 0), int(largest))
        if not last:
            continue
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"SELECT setval('{name}_id_seq', :last)"), {"last": last})
        elif METADATA.tables[name].dialect_options["sqlite"]["autoincrement"]:
            values = {"name": name, "last": last}
            connection.execute(text("DELETE FROM sqlite_sequence WHERE name = :name"), values)
            connection.execute(
                text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :last)"), values
            )
