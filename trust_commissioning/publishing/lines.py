"""Where a journal stands in the published books: the file, the line, the text that is there."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ledger.journal import PostedJournal


@dataclass(frozen=True, slots=True)
class Place:
    """A journal's entry in a published file; `line` is that of its date, counted from 1."""

    file: str
    line: int
    text: str

    @property
    def last_line(self) -> int:
        return self.line + self.text.count("\n")


def place_of(folder: Path, posted: PostedJournal) -> Place | None:
    """Where the books of a folder have a journal; None where they have none, or not yet.

    Its month's file alone is read, and it is found by its number and its place in the chain.
    """
    period = posted.journal.period
    name = f"{period.year}/{posted.journal.book.value}-P{period.number:02d}.beancount"
    try:
        text = (folder / name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None
    # No text of a user's begins a line, so this is the entry's own.
    found = text.find(f'\n  number: "{posted.number}"\n')
    if found < 0:
        return None
    begins = text.rfind("\n", 0, found) + 1
    ends = text.find("\n\n", found)
    entry = text[begins : ends if ends >= 0 else len(text)].rstrip("\n")
    return Place(name, text.count("\n", 0, begins) + 1, entry)
