"""What was published: each file of the books with what it was made of."""

from __future__ import annotations

import fcntl
import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

from ledger.journal import Book
from ledger.periods import FinancialYear
from trust_commissioning.publishing.record import Head

MANIFEST = "manifest.json"
SUMMARY = "summary.beancount"
_FORMAT = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One published file.

    `made_of` tells whether what it would be made of now has changed. `size` and `mtime_ns` spare
    reading a file nobody touched.
    """

    made_of: str
    sha256: str
    size: int
    mtime_ns: int
    journals: int = 0
    last_sequence: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """The set of files that belong together, with the head of the chain they reach."""

    head: Head
    published_at: str
    files: Mapping[str, Entry]

    @classmethod
    def read(cls, folder: Path) -> Self | None:
        """The manifest of a folder; None where there is none that can be read."""
        try:
            found = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
            if found["format"] != _FORMAT:
                return None
            return cls(
                head=Head(int(found["head"]["sequence"]), str(found["head"]["hash"])),
                published_at=str(found["published_at"]),
                files={str(name): Entry(**entry) for name, entry in found["files"].items()},
            )
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None

    def as_text(self) -> str:
        contents = {
            "format": _FORMAT,
            "head": asdict(self.head),
            "published_at": self.published_at,
            "files": {name: asdict(self.files[name]) for name in sorted(self.files)},
        }
        return json.dumps(contents, indent=1) + "\n"

    def stands(self, folder: Path, name: str) -> bool:
        """Whether a file is as it was published, read only where its size or time differ."""
        entry = self.files.get(name)
        if entry is None:
            return False
        try:
            found = (folder / name).stat()
        except OSError:
            return False
        if (found.st_size, found.st_mtime_ns) == (entry.size, entry.mtime_ns):
            return True
        return sha256_of(folder / name) == entry.sha256


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def main_file(year: FinancialYear, book: Book) -> str:
    """Where a year's book is, within the folder of the books."""
    return f"{year}/{book.value}.beancount"


def mains_in(manifest: Manifest) -> dict[str, tuple[FinancialYear, Book]]:
    """The years' main files by name."""
    found = {}
    for folder in sorted({name.split("/")[0] for name in manifest.files if "/" in name}):
        year = FinancialYear.parse(folder)
        for book in Book:
            if main_file(year, book) in manifest.files:
                found[main_file(year, book)] = (year, book)
    return found


def books_for_fava(folder: Path, *, years: int | None = None) -> list[Path]:
    """The main files to serve: actual books, the latest year first, then the commitment books,
    the budget books, the summary of all years.

    `years` keeps to that many of the latest, since Fava holds every book it serves in memory.
    """
    manifest = Manifest.read(folder)
    if manifest is None:
        return []
    mains = mains_in(manifest)
    latest = sorted({year for year, _ in mains.values()}, reverse=True)[:years]
    wanted = [main_file(year, book) for book in Book for year in latest]
    return [folder / name for name in [*wanted, SUMMARY] if name in manifest.files]


@contextmanager
def one_at_a_time(folder: Path) -> Iterator[None]:
    """Wait until nobody else publishes into `folder`, in this process or another."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
