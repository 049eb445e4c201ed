"""The files loaded so far, told apart by how they carry one another on."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from sqlalchemy import and_, func, select
from sqlmodel import Session

from ledger.chart import HOST_CASH
from ledger.money import Money
from trust_commissioning.progress import pieces
from trust_commissioning.store.imports import BATCH
from trust_commissioning.store.journals import JOURNAL, POSTING
from trust_commissioning.store.tables import ImportRowRow, table_of

SPEND = "spend"
"""The kind of a batch of spend, and the source of its journals."""

ROW = table_of(ImportRowRow)
_CHUNK = 500

Place = tuple[str, int]
"""A kept row: its batch with its number in the file."""


@dataclass(frozen=True, slots=True)
class KeptRow:
    """One row of a loaded file, as far as it tells payments apart."""

    batch: str
    row: int
    key: str
    occurrence: int
    likeness: str | None


@dataclass(frozen=True, slots=True)
class Posted:
    """What was posted for a kept row; `day` is the row's own, also where it was posted late."""

    amount: Money
    day: date
    payee: str


def latest(batches: Iterable[str]) -> str | None:
    """The last loaded of some batches; after B-99999 comes B-100000."""
    return max(batches, key=lambda id: (len(id), id), default=None)


@dataclass(frozen=True)
class Batches:
    """Every batch of spend. Those that carry one file on, month by month, are its lineage.

    A lineage is named by its first batch. It is separate where a person said that its payments
    are others than those of earlier files, however alike they look.
    """

    session: Session

    @cached_property
    def _kept(self) -> dict[str, tuple[str, str | None]]:
        query = select(BATCH.c.id, BATCH.c.file_sha256, BATCH.c.continues)
        rows = self.session.execute(query.where(BATCH.c.kind == SPEND))
        return {row[0]: (row[1], row[2]) for row in rows}

    @cached_property
    def _said(self) -> dict[str, dict[str, object]]:
        return {}

    @property
    def ids(self) -> list[str]:
        return sorted(self._kept)

    def first_of(self, batch: str) -> str:
        """The batch a lineage began with."""
        before = self._kept[batch][1]
        while before is not None:
            batch, before = before, self._kept[before][1]
        return batch

    def lineage(self, batch: str) -> frozenset[str]:
        """All batches of the lineage this one is of."""
        first = self.first_of(batch)
        return frozenset(id for id in self._kept if self.first_of(id) == first)

    def is_separate(self, batch: str) -> bool:
        """Whether its lineage holds other payments than earlier files, as a person said."""
        return bool(self._answer(self.first_of(batch)).get("separate"))

    def of_same_file(self, sha256: str, sheet: str) -> list[str]:
        """The batches that came from these very bytes, of this sheet of a workbook."""
        same = [id for id, (held, _) in self._kept.items() if held == sha256]
        return [id for id in same if self._answer(id).get("sheet", "") == sheet]

    def total(self, batches: Iterable[str]) -> Money:
        """What some batches posted together."""
        return Money.total(Money.parse(str(self._answer(id)["total"])) for id in batches)

    def _answer(self, batch: str) -> dict[str, object]:
        if batch not in self._said:
            query = select(BATCH.c.answer).where(BATCH.c.id == batch)
            self._said[batch] = json.loads(self.session.execute(query).scalar_one())
        return self._said[batch]

    # --- rows -----------------------------------------------------------------------------

    def rows(self, batches: Collection[str]) -> list[KeptRow]:
        """Every row of some batches."""
        query = select(*_COLUMNS).where(ROW.c.batch.in_(batches)).order_by(ROW.c.batch, ROW.c.row)
        return [KeptRow(*row) for row in self.session.execute(query)]

    def rows_keyed(self, keys: Iterable[str]) -> list[KeptRow]:
        """The rows of every batch with these keys."""
        return self._rows_where(ROW.c.key, keys)

    def rows_like(self, likenesses: Iterable[str]) -> list[KeptRow]:
        """The rows of every batch that have these likenesses."""
        return self._rows_where(ROW.c.likeness, likenesses)

    def sizes(self, batches: Collection[str]) -> dict[str, int]:
        """How many rows each of some batches has."""
        query = select(ROW.c.batch, func.count()).where(ROW.c.batch.in_(batches))
        return {row[0]: int(row[1]) for row in self.session.execute(query.group_by(ROW.c.batch))}

    def posted(self, rows: Sequence[KeptRow]) -> dict[Place, Posted]:
        """What was posted for kept rows."""
        wanted: dict[str, list[int]] = {}
        for row in rows:
            wanted.setdefault(row.batch, []).append(row.row)
        found: dict[Place, Posted] = {}
        for batch, numbers in wanted.items():
            for start in range(0, len(numbers), _CHUNK):
                found |= self._posted_in(batch, numbers[start : start + _CHUNK])
        return found

    def _posted_in(self, batch: str, rows: Sequence[int]) -> dict[Place, Posted]:
        own_day = func.coalesce(JOURNAL.c.document_day, JOURNAL.c.day, type_=JOURNAL.c.day.type)
        paid = and_(POSTING.c.journal_id == JOURNAL.c.id, POSTING.c.account == HOST_CASH)
        query = (
            select(JOURNAL.c.batch_row, POSTING.c.pence, own_day, JOURNAL.c.payee)
            .join(POSTING, paid)
            .where(JOURNAL.c.batch == batch, JOURNAL.c.batch_row.in_(rows))
            .order_by(JOURNAL.c.id, POSTING.c.line)
        )
        # The host's payment is a journal's last line, whatever a rule coded the others to.
        return {
            (batch, row): Posted(Money(-pence), day, payee)
            for row, pence, day, payee in self.session.execute(query)
        }

    def _rows_where(self, column: object, wanted: Iterable[str]) -> list[KeptRow]:
        if not self._kept:
            return []
        texts = sorted(set(wanted))
        found: list[KeptRow] = []
        for piece in pieces(texts, _CHUNK, "Looking for rows loaded before"):
            some = column.in_(piece)  # type: ignore[attr-defined]
            found += [KeptRow(*row) for row in self.session.execute(select(*_COLUMNS).where(some))]
        return [row for row in found if row.batch in self._kept]


_COLUMNS = (ROW.c.batch, ROW.c.row, ROW.c.key, ROW.c.occurrence, ROW.c.likeness)
