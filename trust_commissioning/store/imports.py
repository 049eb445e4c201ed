"""The files loaded so far: how the next one is named."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlmodel import Session

from trust_commissioning.store.tables import ImportBatchRow, table_of

BATCH = table_of(ImportBatchRow)


def next_batch(session: Session) -> str:
    """The id of the batch that is loaded next."""
    count = session.execute(select(func.count()).select_from(BATCH)).scalar_one()
    return f"B-{count + 1:05d}"
