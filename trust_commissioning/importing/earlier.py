"""What earlier files have already loaded, so that no payment is posted twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlmodel import Session

from ledger.problems import Problem
from trust_commissioning.importing.spend_file import SpendLine
from trust_commissioning.store.tables import ImportBatchRow, ImportRowRow, table_of

_ROW, _BATCH = table_of(ImportRowRow), table_of(ImportBatchRow)

Key = tuple[str, int]
"""A row's hash with which of the equal rows in its file it is."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """How a file's lines stand to what was loaded before.

    `loaded` holds the keys of its lines that an earlier batch posted. `continues` is the latest
    batch all of whose rows are in this file, where there are new rows as well.
    """

    loaded: frozenset[Key] = frozenset()
    continues: str | None = None
    problems: tuple[Problem, ...] = field(default=())


def compare(
    session: Session, lines: Sequence[SpendLine], *, continues: str | None, separate: bool
) -> Earlier:
    """Hold a file's lines against every earlier batch of spend.

    A file that holds no earlier row is new; one whose rows were all loaded has nothing to post;
    one that holds every row of each batch it overlaps continues the latest of them. Any other
    overlap is a problem until a person says which it is.
    """
    if continues is not None and session.get(ImportBatchRow, continues) is None:
        there = ", ".join(session.execute(select(_BATCH.c.id).order_by(_BATCH.c.id)).scalars())
        problem = Problem(
            "batch_unknown",
            f"There is no batch “{continues}”; there are {there or 'none yet'}.",
            "continues",
        )
        return Earlier(problems=(problem,))
    if separate:
        return Earlier()
    by_batch = _overlaps(session, lines)
    loaded = frozenset(key for keys in by_batch.values() for key in keys)
    if len(loaded) == len(lines) or not by_batch:
        return Earlier(loaded)
    sizes = _sizes(session, list(by_batch))
    partly = [batch for batch, keys in by_batch.items() if len(keys) < sizes[batch]]
    if continues is not None:
        partly = [batch for batch in partly if batch not in _lineage(session, continues)]
    problems = tuple(_check_overlap(by_batch, sizes, partly, len(lines)))
    return Earlier(loaded, continues or max(by_batch), problems)


def _overlaps(session: Session, lines: Sequence[SpendLine]) -> dict[str, set[Key]]:
    wanted = {(line.key, line.occurrence) for line in lines}
    found: dict[str, set[Key]] = {}
    if session.execute(select(_ROW.c.row).limit(1)).first() is None:
        return found
    keys = sorted({key for key, _ in wanted})
    for start in range(0, len(keys), 500):
        some = _ROW.c.key.in_(keys[start : start + 500])
        for row in session.execute(select(_ROW.c.batch, _ROW.c.key, _ROW.c.occurrence).where(some)):
            if (row.key, row.occurrence) in wanted:
                found.setdefault(row.batch, set()).add((row.key, row.occurrence))
    return found


def _sizes(session: Session, batches: Sequence[str]) -> dict[str, int]:
    rows = session.execute(
        select(_ROW.c.batch, func.count()).where(_ROW.c.batch.in_(batches)).group_by(_ROW.c.batch)
    )
    return {row[0]: int(row[1]) for row in rows}


def _lineage(session: Session, batch: str) -> set[str]:
    """A batch with those it continues, one after another."""
    found: set[str] = set()
    at: str | None = batch
    while at is not None and at not in found:
        found.add(at)
        at = session.get_one(ImportBatchRow, at).continues
    return found


def _check_overlap(
    by_batch: dict[str, set[Key]], sizes: dict[str, int], partly: Sequence[str], lines: int
) -> Iterator[Problem]:
    for batch in sorted(partly):
        yield Problem(
            "file_overlaps_batch",
            f"{len(by_batch[batch]):,} of the {lines:,} lines of this file are also among the "
            f"{sizes[batch]:,} rows of {batch}, which this file does not hold whole. If it "
            f"carries that file on, say --continues {batch}; if these are other payments that "
            "look the same, say --separate.",
            "file",
        )
