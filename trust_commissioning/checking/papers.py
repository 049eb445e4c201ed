"""What stands behind journals: audit trail, reversed originals, imported rows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import String, and_, func, select
from sqlalchemy import cast as as_type
from sqlmodel import Session

from ledger.journal import AuthoredBy
from ledger.problems import Problem
from trust_commissioning.checking.walk import CHUNK
from trust_commissioning.store.journals import JOURNAL, POSTING
from trust_commissioning.store.tables import (
    AuditEventRow,
    ImportBatchRow,
    ImportRowRow,
    table_of,
)

_AUDIT = table_of(AuditEventRow)
_BATCH, _ROW = table_of(ImportBatchRow), table_of(ImportRowRow)


def check_audited(session: Session) -> Iterator[Problem]:
    """What two people did stands in the audit trail as it does in the journal."""
    rows = session.execute(
        select(JOURNAL, _AUDIT.c.person, _AUDIT.c.at, _AUDIT.c.after)
        .outerjoin(
            _AUDIT,
            and_(
                _AUDIT.c.object_kind == "journal",
                _AUDIT.c.object_key == as_type(JOURNAL.c.id, String),
                _AUDIT.c.action == "post",
            ),
        )
        .where(JOURNAL.c.status == "posted", JOURNAL.c.authored_by == AuthoredBy.PERSON.value)
        .with_only_columns(
            *(JOURNAL.c[name] for name in ("number", "version", "entered_at")),
            *(JOURNAL.c[name] for name in ("posted_by", "posted_at")),
            *(_AUDIT.c[name] for name in ("person", "at", "after")),
        ),
        execution_options={"yield_per": CHUNK},
    )
    for row in rows:
        noted = _parsed(row.after)
        said = [noted.get(name) for name in ("number", "version", "entered_at")]
        kept = [row.number, row.version, row.entered_at]
        if [*said, row.person, row.at] != [*kept, row.posted_by, row.posted_at]:
            yield Problem(
                "journal_differs_from_audit_trail",
                f"Journal {row.number} is kept as version {row.version} entered at "
                f"{row.entered_at}, posted by {row.posted_by} at {row.posted_at}; the audit trail "
                f"has {' '.join(str(part) for part in (*said, row.person, row.at))}.",
                row.number,
            )


def check_reversals(session: Session) -> Iterator[Problem]:
    """A reversal is of an earlier journal, its opposite line for line, and the only one."""
    original, other = JOURNAL.alias("original"), POSTING.alias("other")
    codings = ("account", "outcome", "service", "partner", "contract")
    opposite = and_(
        other.c.journal_id == original.c.id,
        other.c.line == POSTING.c.line,
        other.c.pence == -POSTING.c.pence,
        *(func.coalesce(other.c[n], "") == func.coalesce(POSTING.c[n], "") for n in codings),
    )
    lines_of_original = (
        select(func.count())
        .where(other.c.journal_id == original.c.id)
        .correlate(original)
        .scalar_subquery()
    )
    rows = session.execute(
        select(
            JOURNAL.c.number,
            JOURNAL.c.reverses,
            func.count(POSTING.c.line).label("lines"),
            func.count(other.c.line).label("opposite"),
            lines_of_original.label("due"),
        )
        .join(original, original.c.number == JOURNAL.c.reverses)
        .join(POSTING, POSTING.c.journal_id == JOURNAL.c.id)
        .outerjoin(other, opposite)
        .where(JOURNAL.c.status == "posted")
        .group_by(JOURNAL.c.number, JOURNAL.c.reverses, original.c.id)
    )
    seen: set[str] = set()
    for row in rows:
        if not row.lines == row.opposite == row.due or row.reverses in seen:
            yield Problem(
                "reversal_not_opposite",
                f"Journal {row.number} reverses {row.reverses}: {row.opposite} of its {row.lines} "
                f"lines are the opposite of the {row.due} there, or it is not the only one.",
                row.number,
            )
        seen.add(row.reverses)


def check_imports(session: Session) -> Iterator[Problem]:
    """Each row of a spending extract has one posted journal, which names it."""
    rows = session.execute(
        select(_ROW.c.batch, _ROW.c.row, _ROW.c.key, _ROW.c.occurrence, JOURNAL.c.source_ref)
        .join(_BATCH, _BATCH.c.id == _ROW.c.batch)
        .outerjoin(
            JOURNAL,
            and_(
                JOURNAL.c.batch == _ROW.c.batch,
                JOURNAL.c.batch_row == _ROW.c.row,
                JOURNAL.c.status == "posted",
            ),
        )
        .where(_BATCH.c.kind == "spend")
        .order_by(_ROW.c.batch, _ROW.c.row),
        execution_options={"yield_per": CHUNK},
    )
    before = None
    counted: dict[str, int] = {}
    for row in rows:
        counted[row.batch] = counted.get(row.batch, 0) + 1
        named = f"{row.key}/{row.occurrence}/"
        if not f"{row.source_ref}/".startswith(named) or before == (row.batch, row.row):
            yield Problem(
                "import_row_differs_from_journal",
                f"Row {row.row} of {row.batch} has "
                f"{'no journal' if row.source_ref is None else 'a journal that names another row'}.",
                f"{row.batch}[{row.row}]",
            )
        before = (row.batch, row.row)
    query = select(_BATCH.c.id, _BATCH.c.answer).where(_BATCH.c.kind == "spend")
    for id, answer in session.execute(query):
        said = _parsed(answer).get("rows_posted")
        if said != counted.get(id, 0):
            yield Problem(
                "import_batch_differs",
                f"{id} posted {said} rows by its answer, and {counted.get(id, 0)} are kept.",
                id,
            )


def _parsed(text: str | None) -> dict[str, Any]:
    try:
        read = json.loads(text or "{}")
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}
