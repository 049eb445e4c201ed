"""How large a file from outside may be."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Refused before reading, with the limit said."""

    bytes: int = 64 * 2**20
    csv_rows: int = 250_000
    xlsx_rows: int = 100_000
    columns: int = 500
    unpacked_bytes: int = 400 * 2**20
    """What the parts of a workbook may come to when unpacked."""
    unpacked_ratio: int = 200
    """How many times larger than packed they may be; a sheet of figures is 5 to 40 times."""
    parts: int = 2_000
