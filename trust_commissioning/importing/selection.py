"""Which lines of a file are wanted, by the text of named columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ledger.problems import Problem
from trust_commissioning.files.columns import Columns

_VALUES_LISTED = 15


@dataclass(frozen=True)
class Selection:
    """Each named column with the values wanted in it, in plain lower case."""

    wanted: tuple[tuple[int, str, frozenset[str]], ...] = ()
    problems: tuple[Problem, ...] = ()

    @classmethod
    def of(
        cls, where: Mapping[str, str] | Iterable[tuple[str, str]], columns: Columns
    ) -> Selection:
        """From pairs of column and value; a column given twice takes either value."""
        pairs = where.items() if isinstance(where, Mapping) else where
        values: dict[int, set[str]] = {}
        problems = []
        for name, value in pairs:
            place = columns.find(name)
            if place is None:
                problems.append(_no_such_column(name, columns))
            else:
                values.setdefault(place, set()).add(_plain(value))
        return cls(
            tuple((at, columns.labels[at], frozenset(held)) for at, held in values.items()),
            tuple(problems),
        )

    @property
    def is_everything(self) -> bool:
        return not self.wanted

    def takes(self, cells: Sequence[str]) -> bool:
        """Whether a row has a wanted value in each named column."""
        return all(_plain(cells[place]) in values for place, _, values in self.wanted)

    def nothing_selected(self, rows: Iterable[Sequence[str]]) -> Problem:
        """The problem of a selection that no row meets, with the values there are."""
        place, label, _ = self.wanted[0]
        counted = Counter(cells[place] for cells in rows if place < len(cells) and cells[place])
        values = ", ".join(f"“{value}”" for value, _ in counted.most_common(_VALUES_LISTED))
        more = " and others" if len(counted) > _VALUES_LISTED else ""
        return Problem(
            "nothing_selected",
            f"No line of the file is selected. The column “{label}” holds {values}{more}.",
            "where",
            column=label,
        )


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def _no_such_column(name: str, columns: Columns) -> Problem:
    there = ", ".join(f"“{label}”" for label in columns.labels if label)
    return Problem(
        "column_not_found",
        f"The file has no column “{name.strip()}”. Its columns are {there}.",
        f"where.{name.strip()}",
    )
