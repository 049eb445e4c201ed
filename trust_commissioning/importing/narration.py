"""The words of an imported line: a narration from its best cells, made fit to print."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.journal import NARRATION_LIMIT
from ledger.text import unfit_characters
from trust_commissioning.files.columns import Columns, Meaning
from trust_commissioning.importing.spend_file import SpendLine


@dataclass(frozen=True, slots=True)
class NarrationLabels:
    """The headings whose cells say in words what a line was for, the best first."""

    labels: tuple[str, ...]

    @classmethod
    def of(cls, columns: Columns) -> NarrationLabels:
        wanted = (Meaning.PURPOSE, Meaning.DETAIL, Meaning.CATEGORY, Meaning.SERVICE)
        return cls(tuple(label for one in wanted if (label := columns.label(one))))

    def narration(self, line: SpendLine) -> str:
        words = next((text for label in self.labels if (text := line.cells.get(label, ""))), "")
        said = printable(words) or "Spending line"
        return f"{said} ({printable(line.reference)})" if line.reference else said


def printable(text: str) -> str:
    """The text on one line; what was printed is kept as it was with the row itself."""
    if unfit_characters(text):
        text = "".join(" " if unfit_characters(character) else character for character in text)
    text = " ".join(text.split())
    room = NARRATION_LIMIT // 2 - 10
    return text if len(text) <= room else text[: room - 1] + "…"
