"""The bad rows of a file as CSV, with the reasons beside each, to be mended."""

from __future__ import annotations

import csv
import io
from collections import defaultdict

from trust_commissioning.files.cells import inert_cell
from trust_commissioning.importing.spend_file import SpendFile


def rejected_rows_csv(spend_file: SpendFile) -> str:
    """Each rejected row with its number and all its reasons first; problems of no row come first."""
    reasons: dict[int | None, list[str]] = defaultdict(list)
    for problem in spend_file.problems:
        column = f"{problem.column}: " if problem.column else ""
        reasons[problem.row].append(f"{column}{problem.message}")

    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(["Row", "Reason", *map(inert_cell, spend_file.columns.labels)])
    for row in sorted(reasons, key=lambda number: number or 0):
        cells = spend_file.rejected.get(row, ()) if row is not None else ()
        shown_row = "" if row is None else str(row)
        reason = inert_cell(" ".join(reasons[row]))
        writer.writerow([shown_row, reason, *map(inert_cell, cells)])
    return out.getvalue()
