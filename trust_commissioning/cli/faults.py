"""What a person is told when something fails that is no refusal."""

from __future__ import annotations

import secrets
import traceback
from pathlib import Path

from sqlalchemy.exc import (
    ArgumentError,
    DBAPIError,
    InterfaceError,
    NoSuchModuleError,
    OperationalError,
)

from ledger.problems import Problem
from trust_commissioning import clock
from trust_commissioning.clock import as_text

LOG = "faults.log"
"""In the data folder: the trace of each fault by its reference, without what was worked on."""

# PostgreSQL's classes of SQLSTATE: no connection, no such database or role, it is shutting down.
_GONE = ("08", "28", "3D", "53", "57P")
_CROSSED = ("40001", "40P01", "55P03")
_SQLITE_GONE = ("unable to open", "readonly", "disk")


def problem_of(fault: BaseException, folder: Path) -> Problem:
    """The problem a fault is, in words a person can act on."""
    if isinstance(fault, NoSuchModuleError) or (
        isinstance(fault, ArgumentError) and "URL" in str(fault)
    ):
        return Problem(
            "database_address_unreadable",
            "TRUST_DATABASE_URL cannot be read; write postgresql://user:password@host/database.",
            "TRUST_DATABASE_URL",
        )
    if isinstance(fault, DBAPIError) and (known := _of_database(fault)) is not None:
        return known
    if isinstance(fault, UnicodeEncodeError):
        return Problem(
            "text_has_control_characters", "The command holds characters that are no text."
        )
    if isinstance(fault, OSError) and fault.strerror:
        name = Path(str(fault.filename)).name if fault.filename else ""
        words = f"{name}: {fault.strerror}." if name else f"{fault.strerror}."
        return Problem("file_unusable", words, "file")
    reference = secrets.token_hex(4).upper()
    log = _logged(fault, reference, folder)
    words = f"Something went wrong; tell the administrator this reference: {reference}."
    return Problem("internal_fault", f"{words} {log}".strip())


def _of_database(fault: DBAPIError) -> Problem | None:
    state = getattr(fault.orig, "sqlstate", None)
    said = (str(fault.orig).strip().splitlines() or [""])[0].rstrip(".")
    if "malformed" in said or "not a database" in said:
        return Problem("database_damaged", f"The database file is damaged: {said}.", "record")
    if state in _CROSSED or "database is locked" in said:
        return Problem("database_busy", "Others were at work in the record; ask again.", "database")
    if type(fault.orig).__module__.startswith("psycopg"):
        # A driver that never reached the server has no SQLSTATE.
        gone = not state or state.startswith(_GONE)
    else:
        gone = any(word in said for word in _SQLITE_GONE)
    if gone and isinstance(fault, OperationalError | InterfaceError):
        return Problem("database_unreachable", f"The database does not answer: {said}.", "database")
    return None


def _logged(fault: BaseException, reference: str, folder: Path) -> str:
    """Keep where it happened, and never the message: that may quote what was worked on."""
    frames = traceback.extract_tb(fault.__traceback__)
    lines = [
        f"{as_text(clock.now())} {reference} {type(fault).__name__}\n",
        *(f"  {frame.filename}:{frame.lineno} {frame.name}\n" for frame in frames),
    ]
    try:
        folder.mkdir(exist_ok=True)
        with (folder / LOG).open("a", encoding="utf-8") as log:
            log.writelines(lines)
    except OSError:
        return ""
    return f"Where it happened is in {LOG} in the data folder."
