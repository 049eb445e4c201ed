"""A council's file read for a test, and what was told of it."""

from tests.importing.files import (
    plain_file,
)
from trust_commissioning.importing.spend_file import SpendFile, read_spend


def read(data: bytes | str, **options) -> SpendFile:
    encoded = data.encode() if isinstance(data, str) else data
    found = read_spend(encoded, name="payments.csv", **options)
    # What is promised of every file.
    rows = len(found.lines) + sum(found.skipped.values()) + len(found.rejected)
    assert found.rows_read == rows
    assert len(found.skipped_rows) == sum(found.skipped.values())
    return found


def plain(*rows: str, **options) -> SpendFile:
    return read(plain_file(*rows), **options)


def told(found: SpendFile) -> list[tuple[str, int | None, str | None]]:
    return [(problem.code, problem.row, problem.column) for problem in found.problems]


OAK = "01/04/2011,T1,Oak House,Children,10.00"
ELM = "02/04/2011,T2,Elm House,Adults,20.00"
