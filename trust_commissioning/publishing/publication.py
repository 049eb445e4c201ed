"""Publishing: rendering what changed, holding it against the record, putting it in place."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import insert
from sqlmodel import Session

from ledger.problems import Problem
from trust_commissioning.clock import as_text
from trust_commissioning.progress import steps
from trust_commissioning.publishing.checking import Places, problems_in_staged
from trust_commissioning.publishing.figures import FIGURES, figures_as_text
from trust_commissioning.publishing.manifest import (
    MANIFEST,
    Entry,
    Manifest,
    one_at_a_time,
    sha256_of,
)
from trust_commissioning.publishing.parts import Part, parts_of
from trust_commissioning.publishing.record import Head, Record, read_record
from trust_commissioning.store.tables import PublicationRow

SEAL = "seal.txt"
SUMS = "SHA256SUMS"
_STAGING = ".staging"


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """What came of publishing: the files written, or why the copy was withheld.

    `journals` counts the journals rendered. With `problems` nothing was written and the books
    published before still stand.
    """

    at: datetime
    head: Head
    written: tuple[str, ...] = ()
    journals: int = 0
    problems: tuple[Problem, ...] = ()

    @property
    def withheld(self) -> bool:
        return bool(self.problems)


def publish(session: Session, folder: Path, at: datetime) -> Publication:
    """Bring the books in `folder` to what the record says, writing only what changed.

    The changed months are loaded by Beancount with the sums of the others, and must come to the
    record's balances to the penny by every coding and hold its journals with their hashes;
    otherwise nothing is replaced. Each file is replaced whole, what is included before what
    includes it, the manifest last: after a crash the next publication finds and mends what is
    missing. Who reads between two files may find a month newer than the balances asserted of
    it; the next read is right.

    `session` is to be one unchanging view (`store.reading`) nothing was read in yet: it begins
    once nobody else publishes, so that older books never come after newer ones.
    """
    with one_at_a_time(folder):
        record = read_record(session)
        before = Manifest.read(folder)
        parts = parts_of(session, record)
        stale = [part for part in parts if not _stands(part, before, folder)]
        if not stale and before is not None and _is_sealed(before, folder, record.head):
            return Publication(at=at, head=record.head)
        with _staging(folder) as staging:
            entries = {
                part.name: _stage(staging, part) for part in steps(stale, "Writing the books")
            }
            changed = frozenset(entries)
            places = Places(folder=folder, staging=staging, changed=changed)
            if problems := problems_in_staged(session, record, parts, places):
                return Publication(at=at, head=record.head, problems=tuple(problems))
            if before is not None:
                kept = {p.name: before.files[p.name] for p in parts if p.name not in changed}
                entries = kept | entries
            entries[FIGURES] = _write(
                staging / FIGURES, figures_as_text(session, record, at), "figures"
            )
            entries |= _stage_seals(staging, record, entries)
            manifest = Manifest(head=record.head, published_at=as_text(at), files=entries)
            (staging / MANIFEST).write_text(manifest.as_text(), encoding="utf-8")
            written = [part.name for part in stale]
            for name in [*written, FIGURES, SUMS, SEAL, MANIFEST]:
                (folder / name).parent.mkdir(exist_ok=True)
                (staging / name).replace(folder / name)
        rendered = sum(entries[name].journals for name in written)
        return Publication(at=at, head=record.head, written=tuple(written), journals=rendered)


def note(session: Session, publication: Publication) -> None:
    """Keep in the record that the books were published, or why they were withheld."""
    session.execute(
        insert(PublicationRow).values(
            at=as_text(publication.at),
            head_sequence=publication.head.sequence,
            head_hash=publication.head.hash,
            problems=json.dumps([problem.as_json() for problem in publication.problems]),
        )
    )


def _stands(part: Part, before: Manifest | None, folder: Path) -> bool:
    return (
        before is not None
        and part.name in before.files
        and before.files[part.name].made_of == part.made_of
        and before.stands(folder, part.name)
    )


def _is_sealed(before: Manifest, folder: Path, head: Head) -> bool:
    return before.head == head and all(
        before.stands(folder, name) for name in (FIGURES, SUMS, SEAL)
    )


@contextmanager
def _staging(folder: Path) -> Iterator[Path]:
    """A folder beside the books, on the same disk so that a rename is whole."""
    staging = folder / _STAGING
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir()
    try:
        yield staging
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _stage(staging: Path, part: Part) -> Entry:
    text = part.render()
    if part.period is None:
        return _write(staging / part.name, text, part.made_of)
    # No text of a user's begins a line, so these are ours.
    sequences = re.findall(r"^  sequence: (\d+)$", text, re.MULTILINE)
    return replace(
        _write(staging / part.name, text, part.made_of),
        journals=len(sequences),
        last_sequence=int(sequences[-1]) if sequences else 0,
    )


def _write(path: Path, text: str, made_of: str) -> Entry:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
    found = path.stat()
    return Entry(
        made_of=made_of,
        sha256=sha256_of(path),
        size=found.st_size,
        mtime_ns=found.st_mtime_ns,
    )


def _stage_seals(staging: Path, record: Record, entries: dict[str, Entry]) -> dict[str, Entry]:
    """``SHA256SUMS`` is for ``sha256sum -c``; the seal is what a printed report quotes."""
    sums = "".join(f"{entries[name].sha256}  {name}\n" for name in sorted(entries))
    seal = (
        f"trust: {record.trust}\n"
        f"head-sequence: {record.head.sequence}\n"
        f"head-hash: {record.head.hash}\n"
        f"files-sha256: {hashlib.sha256(sums.encode()).hexdigest()}\n"
    )
    return {
        SUMS: _write(staging / SUMS, sums, "sums"),
        SEAL: _write(staging / SEAL, seal, "seal"),
    }
