"""The imported row behind a journal: the paper a figure leads down to."""

from __future__ import annotations

import json

from pydantic import BaseModel, ConfigDict
from sqlmodel import Session, select

from trust_commissioning.store.tables import ImportBatchRow, ImportRowRow, JournalRow


class SourceRow(BaseModel):
    """A row of a loaded file as it was printed; `row` is the spreadsheet's."""

    model_config = ConfigDict(frozen=True)
    batch: str
    file_name: str
    file_sha256: str
    loaded_by: str
    loaded_at: str
    row: int
    cells: dict[str, str]
    rounded_from: str | None


def source_row(session: Session, number: str) -> SourceRow | None:
    """The row a posted journal was made from; None for a journal that came by another way."""
    behind = session.exec(
        select(JournalRow.batch, JournalRow.batch_row).where(JournalRow.number == number)
    ).first()
    if behind is None or behind[0] is None:
        return None
    batch = session.get_one(ImportBatchRow, behind[0])
    row = session.get_one(ImportRowRow, behind)
    return SourceRow(
        batch=batch.id,
        file_name=batch.file_name,
        file_sha256=batch.file_sha256,
        loaded_by=batch.loaded_by,
        loaded_at=batch.loaded_at,
        row=row.row,
        cells=json.loads(row.cells),
        rounded_from=row.rounded_from,
    )
