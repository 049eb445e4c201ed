"""The whole record in one file: written, verified, put back.

The file is read in one unchanging view of the record. It holds a SQLite record and a PostgreSQL
one alike, so it is also the way from the one to the other.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session

from trust_commissioning.backing_up.archive import beside, opened, put, try_out, write
from trust_commissioning.backing_up.restoring import Restored, restore
from trust_commissioning.store import audit, reading

__all__ = ["Restored", "back_up", "note", "restore", "verify"]


def back_up(engine: Engine, file: Path, *, at: datetime) -> dict[str, Any]:
    """Write the record to a file, then verify it by loading and checking it; returns the manifest.

    The file appears under its name only once it is right and on the disk.

    Raises:
        Refused: if the record or the written file does not pass its checks.
    """
    with beside(file) as part:
        with reading(engine) as session:
            manifest = write(session, part, at=at)
        verify(part)
        put(part, file)
    return manifest


def note(session: Session, file: Path, *, by: str, at: datetime) -> None:
    """Keep in the record that a backup was taken, and by whom; the backup itself does not say."""
    audit.record(
        session,
        by=by,
        at=at,
        action="back_up",
        object_kind="record",
        object_key=file.name,
    )


def verify(file: Path) -> dict[str, Any]:
    """Load a backup into an empty record beside and check every invariant; returns the manifest.

    Raises:
        Refused: if the file is not a backup, was changed, or holds a record that is not right.
    """
    with opened(file) as (held, manifest):
        try_out(held, manifest, file.name)
        return manifest
