"""A list as a CSV file, with nothing in it that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

from ledger.money import Money
from trust_commissioning.files.cells import inert_cell
from trust_commissioning.reports import Column
from trust_commissioning.reports.shape import Cell


def as_csv(columns: Sequence[Column], rows: Iterable[Mapping[str, Cell]]) -> bytes:
    """UTF-8 with a byte order mark, without which Excel reads pound signs wrongly."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([inert_cell(column.title) for column in columns])
    for row in rows:
        writer.writerow([_text(row.get(column.key, "")) for column in columns])
    return out.getvalue().encode("utf-8-sig")


def _text(value: Cell) -> str:
    return value.plain if isinstance(value, Money) else inert_cell(str(value))
