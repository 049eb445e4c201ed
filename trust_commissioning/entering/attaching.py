"""Files kept with a journal: which are taken, from whom, and until when one may be taken away.

A file is known by what it begins with, not by what its name says, and nothing in it is opened or run.
Whoever may read a journal may read its papers. Its hash stands in the audit trail.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from sqlmodel import Session

from ledger.problems import Problem, Refused
from trust_commissioning import roles
from trust_commissioning.files.amounts import shown
from trust_commissioning.store import attachments, audit
from trust_commissioning.store.attachments import Attachment
from trust_commissioning.store.journals import StoredJournal, by_id

LARGEST = 10 * 2**20
_MOST = 20
_NAME = re.compile(r"[^\x00-\x1f\x7f/\\:*?\"<>|]{1,120}")


def _is_text(data: bytes) -> bool:
    if b"\0" in data:
        return False
    try:
        data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return True


_ZIP = b"PK\x03\x04"
TYPES: Mapping[str, tuple[str, Callable[[bytes], bool]]] = {
    "pdf": ("application/pdf", lambda data: data.startswith(b"%PDF-")),
    "png": ("image/png", lambda data: data.startswith(b"\x89PNG\r\n\x1a\n")),
    "jpg": ("image/jpeg", lambda data: data.startswith(b"\xff\xd8\xff")),
    "jpeg": ("image/jpeg", lambda data: data.startswith(b"\xff\xd8\xff")),
    "xlsx": (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        lambda data: data.startswith(_ZIP) and b"xl/" in data,
    ),
    "docx": (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        lambda data: data.startswith(_ZIP) and b"word/" in data,
    ),
    "csv": ("text/csv", _is_text),
    "txt": ("text/plain", _is_text),
}
"""The endings that are taken, each with its media type and what such a file begins with."""


def attach(
    session: Session, journal_id: int, *, name: str, data: bytes, by: str, at: datetime
) -> Attachment:
    """Keep a file with a journal: with one that waits its author may, with a posted one whoever
    enters journals. The same file again is the one that is there.

    Raises:
        Refused: with everything that is wrong; nothing was changed.
    """
    journal = _theirs(session, journal_id, by)
    there = attachments.of_journal(session, journal_id)
    sha256 = hashlib.sha256(data).hexdigest()
    same = next((one for one in there if one.sha256 == sha256), None)
    if same is not None:
        return same
    problems = list(_problems_in(name, data))
    if len(there) >= _MOST:
        problems.append(
            Problem("too_many_attachments", f"A journal has no more than {_MOST} files.", "file")
        )
    if problems:
        raise Refused(problems)
    media_type = TYPES[_ending(name)][0]
    kept = attachments.keep(
        session,
        journal_id,
        name=name,
        media_type=media_type,
        data=data,
        sha256=sha256,
        by=by,
        at=at,
    )
    _note(session, "attach", journal, by, at, after=kept.as_json())
    return kept


def detach(session: Session, journal_id: int, turn: int, *, by: str, at: datetime) -> None:
    """Take a file away from a journal that is not posted; the audit trail keeps that it was there.

    Raises:
        Refused: if there is none, it is another's draft, or the journal is posted.
    """
    journal = _theirs(session, journal_id, by)
    kept = attachments.one(session, journal_id, turn)
    if kept is None:
        raise Refused.because("attachment_unknown", "There is no such file.", "file")
    if journal.posted is not None:
        raise Refused.because(
            "attachment_is_kept",
            f"{journal.posted.number} is posted, and its files stay with it.",
            "file",
        )
    attachments.drop(session, journal_id, turn)
    _note(session, "detach", journal, by, at, before=kept.as_json())


def _theirs(session: Session, journal_id: int, by: str) -> StoredJournal:
    roles.check(session, by, roles.Action.ENTER_JOURNAL)
    journal = by_id(session, journal_id)
    if journal is None:
        raise Refused.because("journal_unknown", f"There is no journal with id {journal_id}.", "id")
    if journal.posted is None and journal.author != by:
        raise Refused.because("draft_of_another", f"This draft is {journal.author}'s.", "id")
    return journal


def _problems_in(name: str, data: bytes) -> Iterator[Problem]:
    if not _NAME.fullmatch(name) or name != name.strip():
        yield Problem(
            "attachment_name_unfit",
            f"{shown(name)} cannot be the name of a file kept here: it is of at most 120 "
            "characters, without slashes, colons, quotation marks or wildcards.",
            "name",
        )
    if not data:
        yield Problem("attachment_empty", f"{shown(name)} is empty.", "file")
    elif len(data) > LARGEST:
        yield Problem(
            "attachment_too_large",
            f"{shown(name)} has {len(data) / 2**20:.1f} MiB; the most is {LARGEST // 2**20}.",
            "file",
        )
    elif _ending(name) not in TYPES or not TYPES[_ending(name)][1](data):
        kinds = ", ".join(sorted(TYPES))
        yield Problem(
            "attachment_type_unknown",
            f"{shown(name)} is not a file of one of these kinds, by its name and what it begins "
            f"with: {kinds}.",
            "file",
        )


def _ending(name: str) -> str:
    return name.rpartition(".")[2].lower()


def _note(
    session: Session,
    action: str,
    journal: StoredJournal,
    by: str,
    at: datetime,
    **said: Mapping[str, object],
) -> None:
    audit.record(
        session,
        by=by,
        at=at,
        action=action,
        object_kind="journal",
        object_key=str(journal.id),
        **said,
    )
