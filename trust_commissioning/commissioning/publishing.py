"""Published contracts registers taken in whole, every odd value as it was printed."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import func, insert, select
from sqlmodel import Session

from ledger.money import Money
from ledger.problems import Problem, Refused
from trust_commissioning import roles
from trust_commissioning.clock import as_text
from trust_commissioning.files.contracts_register import Published, RegisterFile, read_register
from trust_commissioning.files.identifiability import Texts, questions_in_file
from trust_commissioning.posting import lock_head
from trust_commissioning.progress import pieces
from trust_commissioning.store import audit
from trust_commissioning.store.tables import ImportBatchRow, PublishedContractRow, table_of

KIND = "contracts"
"""The kind of a batch that is a contracts register."""
_AT_ONCE = 2000
_BATCH, _PUBLISHED = table_of(ImportBatchRow), table_of(PublishedContractRow)


@dataclass(frozen=True, slots=True)
class RegisterLoaded:
    """What taking a register in came to; `already` where these very bytes were taken before."""

    batch: str | None
    file: RegisterFile
    already: bool
    dry_run: bool
    warnings: tuple[Problem, ...]

    @property
    def flagged(self) -> int:
        """How many values were kept as printed because they could not be read."""
        return sum(len(one.flags) for one in self.file.contracts)

    @property
    def total(self) -> Money:
        """What the values that could be read come to."""
        return Money.total(one.value for one in self.file.contracts if one.value is not None)

    def as_json(self) -> dict[str, object]:
        table, contracts = self.file.table, self.file.contracts
        skipped = {
            "above_headings": len(table.above),
            "blank_row": self.file.blank,
            "note": len(self.file.notes),
        }
        return {
            "batch": self.batch,
            "file_sha256": table.sha256,
            "rows_read": len(table.above) + len(table.rows),
            "rows_posted": 0 if self.already else len(contracts),
            "rows_skipped": {why: count for why, count in skipped.items() if count},
            "rows_loaded_before": len(contracts) if self.already else 0,
            "total": self.total.plain,
            "control_total": None,
            "journals": 0,
            "not_attributed": "0.00",
            "contracts": len(contracts),
            "flags": [
                {"row": one.row, "reference": one.number, **flag.as_json()}
                for one in contracts
                for flag in one.flags
            ],
            "dry_run": self.dry_run,
            "warnings": [one.as_json() for one in self.warnings],
            "problems": [],
        }


def load_register(
    session: Session,
    data: bytes,
    *,
    name: str,
    publisher: str = "",
    sheet: str | None = None,
    by: str,
    at: datetime,
    dry_run: bool = False,
) -> RegisterLoaded:
    """Take in a contracts register as a council published it; it makes no contract by itself.

    Every cell is kept as printed. The latest register of a publisher stands for it; `publisher` is
    whose it is where the file does not say. The same file again is the same register. A dry run
    only says what would be kept, and is asked of a view that cannot write as well.

    Raises:
        Refused: with every problem by row and column; nothing was changed.
    """
    roles.check(session, by, roles.Action.KEEP_REGISTER)
    if not dry_run:
        lock_head(session)
    file = read_register(data, name=name, sheet=sheet)
    if file.problems:
        raise Refused(file.problems)
    file = replace(
        file,
        contracts=tuple(
            replace(one, publisher=one.publisher or publisher) for one in file.contracts
        ),
    )
    warnings = tuple(questions_in_file(map(_texts, file.contracts)))
    before = _loaded_before(session, file, publisher)
    if before is not None or dry_run:
        return RegisterLoaded(before, file, before is not None, dry_run, warnings)
    batch = _keep(session, file, publisher, by=by, at=at)
    loaded = RegisterLoaded(batch, file, already=False, dry_run=False, warnings=warnings)
    audit.record(
        session,
        by=by,
        at=at,
        action="contracts_register_loaded",
        object_kind="import",
        object_key=batch,
        after={"file": name, "contracts": len(file.contracts), "kept_as_printed": loaded.flagged},
    )
    return loaded


def _texts(one: Published) -> Texts:
    return Texts(one.row, one.starts, {"title": one.title} | dict(one.cells))


def _request(file: RegisterFile, publisher: str) -> str:
    return json.dumps([file.table.sha256, file.table.sheet, publisher])


def _loaded_before(session: Session, file: RegisterFile, publisher: str) -> str | None:
    query = select(_BATCH.c.id).where(
        _BATCH.c.kind == KIND, _BATCH.c.request_hash == _request(file, publisher)
    )
    return session.execute(query).scalar()


def _keep(session: Session, file: RegisterFile, publisher: str, *, by: str, at: datetime) -> str:
    count = session.execute(select(func.count()).select_from(_BATCH)).scalar_one()
    batch = f"B-{count + 1:05d}"
    session.execute(
        insert(_BATCH).values(
            id=batch,
            kind=KIND,
            file_name=file.table.name,
            file_sha256=file.table.sha256,
            request_hash=_request(file, publisher),
            fund=None,
            profile="",
            selection="[]",
            continues=None,
            header=json.dumps(file.table.header, ensure_ascii=False),
            answer=json.dumps({"contracts": len(file.contracts)}),
            loaded_by=by,
            loaded_at=as_text(at),
        )
    )
    for some in pieces(file.contracts, _AT_ONCE, "Keeping contracts as published"):
        session.execute(insert(_PUBLISHED), [_row(batch, one) for one in some])
    return batch


def _row(batch: str, one: Published) -> dict[str, object]:
    return {
        "batch": batch,
        "row": one.row,
        "publisher": one.publisher,
        "number": one.number,
        "title": one.title,
        "provider_name": one.provider_name,
        "starts": one.starts,
        "ends": one.ends,
        "review_day": one.review_day,
        "extension_ends": one.extension_ends,
        "value_pence": None if one.value is None else one.value.pence,
        "irrecoverable_vat_pence": (
            None if one.irrecoverable_vat is None else one.irrecoverable_vat.pence
        ),
        "cells": json.dumps(one.cells, ensure_ascii=False),
        "flags": json.dumps([flag.as_json() for flag in one.flags], ensure_ascii=False),
    }
