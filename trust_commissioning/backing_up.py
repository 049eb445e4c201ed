"""The whole record in one file: written, verified, put back.

The file is a ZIP of one JSON-lines file for each table, read in one unchanging view of the
record, with a manifest of counts and hashes. It holds a SQLite record and a PostgreSQL one alike,
so it is also the way from the one to the other.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Date, Engine, Table, insert, select, text
from sqlmodel import Session

from ledger.problems import Problem, Refused
from trust_commissioning.checking import check
from trust_commissioning.clock import as_text
from trust_commissioning.store import engine_for, guards, migrate, reading
from trust_commissioning.store.migrating import newest_revision, revision_of
from trust_commissioning.store.tables import METADATA, ChainHeadRow, TrustRow, table_of

_CHUNK = 2000
_FORMAT = "trust-backup-1"
_LEFT_OUT = frozenset({"sign_in", "sign_in_attempt", "answered_request"})
"""What only matters to the web process of the moment."""


def _tables() -> list[Table]:
    return [table for table in METADATA.sorted_tables if table.name not in _LEFT_OUT]


def back_up(engine: Engine, file: Path, *, at: datetime) -> dict[str, Any]:
    """Write the record to a file, then verify it by loading and checking it; returns the manifest.

    The file appears under its name only once it is right.

    Raises:
        Refused: if the record or the written file does not pass its checks.
    """
    beside = file.with_name(file.name + ".part")
    beside.parent.mkdir(parents=True, exist_ok=True)
    with reading(engine) as session, zipfile.ZipFile(beside, "w", zipfile.ZIP_DEFLATED) as out:
        manifest = _write(session, out, revision=revision_of(engine) or "", at=at)
    try:
        verify(beside)
    except Refused:
        beside.unlink()
        raise
    beside.replace(file)
    return manifest


def verify(file: Path) -> dict[str, Any]:
    """Load a backup into an empty record beside and check every invariant; returns the manifest.

    Raises:
        Refused: if the file is not a backup, was changed, or holds a record that is not right.
    """
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'trust.sqlite3'}"
        migrate(url)
        scratch = engine_for(url)
        try:
            manifest = _load(scratch, file)
            with reading(scratch) as session:
                problems = check(session)
        finally:
            scratch.dispose()
    if problems:
        raise Refused(problems)
    return manifest


def restore(engine: Engine, owner: Engine, file: Path, *, keep: Path, at: datetime) -> Path | None:
    """Put a backup's record in place of the one there; returns the copy made of that one.

    The backup is verified first. Where a trust is there already, a verified copy of it is written
    under `keep` before anything is touched. `owner` connects as the role that owns the tables.

    Raises:
        Refused: if the backup, or the copy of what was there, does not pass; nothing was changed.
    """
    verify(file)
    kept = None
    with reading(engine) as session:
        there = session.get(TrustRow, 1) is not None
    if there:
        kept = keep / f"before-restore-{at:%Y%m%d-%H%M%S}.zip"
        back_up(engine, kept, at=at)
    _load(owner, file)
    return kept


def _write(
    session: Session, out: zipfile.ZipFile, *, revision: str, at: datetime
) -> dict[str, Any]:
    head = session.execute(select(table_of(ChainHeadRow))).one()
    contents: dict[str, Any] = {}
    for table in _tables():
        digest, rows = hashlib.sha256(), 0
        with out.open(f"{table.name}.jsonl", "w", force_zip64=True) as into:
            for line in _lines_of(session, table):
                into.write(line)
                digest.update(line)
                rows += 1
        contents[table.name] = {"rows": rows, "sha256": digest.hexdigest()}
    manifest = {
        "format": _FORMAT,
        "revision": revision,
        "trust": session.execute(select(table_of(TrustRow).c.name)).scalar() or "",
        "written_at": as_text(at),
        "head_sequence": int(head.sequence),
        "head_hash": str(head.hash),
        "tables": contents,
    }
    out.writestr("manifest.json", json.dumps(manifest, indent=2))
    return manifest


def _lines_of(session: Session, table: Table) -> Iterator[bytes]:
    query = select(table).order_by(*table.primary_key.columns).execution_options(yield_per=_CHUNK)
    for row in session.execute(query):
        values = [value.isoformat() if isinstance(value, date) else value for value in row]
        yield json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _load(engine: Engine, file: Path) -> dict[str, Any]:
    """Fill a migrated database with a backup's rows, in one transaction."""
    try:
        with zipfile.ZipFile(file) as held, engine.begin() as connection:
            manifest = _manifest(held)
            guards.drop(connection)
            for table in reversed(METADATA.sorted_tables):
                connection.execute(table.delete())
            for table in _tables():
                _fill(connection, table, held, manifest["tables"].get(table.name))
            _count_on(connection)
            guards.install(connection)
            return manifest
    except (zipfile.BadZipFile, KeyError, ValueError, OSError) as broken:
        raise Refused.because(
            "backup_unreadable", f"{file.name} is not a whole backup: {broken}.", "file"
        ) from broken


def _manifest(held: zipfile.ZipFile) -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads(held.read("manifest.json"))
    if manifest.get("format") != _FORMAT:
        raise ValueError("its manifest has another format")
    if manifest["revision"] != newest_revision():
        raise Refused.because(
            "backup_of_another_release",
            f"This backup is of revision {manifest['revision']}, this release reads "
            f"{newest_revision()}; restore it with the release that wrote it, then migrate.",
            "file",
        )
    return manifest


def _fill(
    connection: Connection, table: Table, held: zipfile.ZipFile, wanted: dict[str, Any]
) -> None:
    names = [column.name for column in table.columns]
    days = {column.name for column in table.columns if isinstance(column.type, Date)}
    digest, rows, chunk = hashlib.sha256(), 0, list[dict[str, Any]]()
    with held.open(f"{table.name}.jsonl") as stored:
        for line in stored:
            digest.update(line)
            rows += 1
            row = dict(zip(names, json.loads(line), strict=True))
            for name in days:
                row[name] = date.fromisoformat(row[name]) if row[name] else None
            chunk.append(row)
            if len(chunk) == _CHUNK:
                connection.execute(insert(table), chunk)
                chunk = []
    if chunk:
        connection.execute(insert(table), chunk)
    if rows != wanted["rows"] or digest.hexdigest() != wanted["sha256"]:
        raise Refused([_changed(table.name)])


def _changed(name: str) -> Problem:
    return Problem(
        "backup_was_changed",
        f"The {name.replace('_', ' ')} rows of this backup are not those it was written with.",
        "file",
    )


def _count_on(connection: Connection) -> None:
    """Let the database number new rows after the ones put in."""
    if connection.dialect.name != "postgresql":
        return
    for table in _tables():
        for column in table.primary_key.columns:
            if (
                column.name == "id"
                and column.autoincrement is not False
                and column.type.python_type is int
            ):
                connection.execute(
                    text(
                        f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), "
                        f"COALESCE((SELECT MAX(id) FROM {table.name}), 1)) "
                        f"WHERE pg_get_serial_sequence('{table.name}', 'id') IS NOT NULL"
                    )
                )
