"""A file of journals, a row for each posting, posted whole or not at all."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import cast

from sqlalchemy import func, insert, select
from sqlmodel import Session

from ledger.journal import AuthoredBy, Book, Journal, Posting, problems_in
from ledger.money import Money
from ledger.outcomes import Outcome
from ledger.periods import Period
from ledger.problems import Problem, Refused
from trust_commissioning import roles
from trust_commissioning.clock import as_text
from trust_commissioning.files.amounts import read_amount
from trust_commissioning.files.columns import Meaning, normal
from trust_commissioning.files.dates import DateOrder, DateRules, read_date
from trust_commissioning.files.reading import Table, read_table
from trust_commissioning.posting import Batch, lock_head, post_many
from trust_commissioning.store import audit
from trust_commissioning.store.journals import JOURNAL
from trust_commissioning.store.standing import standing as standing_of
from trust_commissioning.store.tables import ImportBatchRow, ImportRowRow, table_of

SOURCE = "journals"
"""The source of a journal that came in a file of journals."""

_BATCH, _ROW = table_of(ImportBatchRow), table_of(ImportRowRow)
_HEADINGS = {
    "reference": ("reference", "ref", "journal", "journal reference"),
    "book": ("book",),
    "fund": ("fund",),
    "date": ("date", "day"),
    "period": ("period",),
    "narration": ("narration", "description", "narrative"),
    "payee": ("payee", "provider", "supplier"),
    "account": ("account",),
    "debit": ("debit", "dr"),
    "credit": ("credit", "cr"),
    "amount": ("amount",),
    "service": ("service",),
    "outcome": ("outcome",),
    "partner": ("partner",),
    "contract": ("contract",),
}
_NEEDED = ("reference", "fund", "date", "narration", "account")


@dataclass(frozen=True, slots=True)
class JournalsLoaded:
    """What loading came to. `already` journals were posted before with the same contents."""

    batch: str | None
    file_sha256: str
    rows_read: int
    journals: int
    already: int
    total: Money
    numbers: tuple[str, ...]
    dry_run: bool

    def as_json(self) -> dict[str, object]:
        return {
            "batch": self.batch,
            "file_sha256": self.file_sha256,
            "rows_read": self.rows_read,
            "journals": self.journals,
            "already": self.already,
            "total": self.total.plain,
            "numbers": list(self.numbers),
            "dry_run": self.dry_run,
            "problems": [],
        }


@dataclass
class _Group:
    """The rows of one reference as they are read: the first says what the journal is."""

    row: int
    cells: dict[str, str]
    day: date | None = None
    period: Period | None = None
    book: Book = Book.ACTUAL
    postings: list[Posting] = field(default_factory=list)


def load_journals(
    session: Session, data: bytes, *, name: str, by: str, at: datetime, dry_run: bool = False
) -> JournalsLoaded:
    """Post a CSV or XLSX file of journals: reference, fund, date, narration, account, amount.

    Rows with one reference are one journal; amounts are debit and credit columns, or one amount
    with credits below nil. A reference names its journal for good: the same file again posts
    nothing. The file is the author, `by` loads it.

    Raises:
        Refused: with every problem by row and column; nothing was changed.
    """
    roles.check(session, by, roles.Action.IMPORT_FILE)
    lock_head(session)
    headings = {normal(one): key for key, names in _HEADINGS.items() for one in names}
    table = read_table(data, name=name, headings=cast("Mapping[str, Meaning]", headings))
    if table.problems:
        raise Refused([_as_journals(problem) for problem in table.problems])
    problems: list[Problem] = []
    groups = _groups(table, headings, problems)
    journals = {ref: _journal(ref, group) for ref, group in groups.items() if group.day}
    standing = standing_of(session)
    for ref, journal in journals.items():
        problems += [
            Problem(one.code, one.message, f"{ref}: {one.where}", row=groups[ref].row)
            for one in problems_in(journal, standing)
        ]
    if problems:
        raise Refused(sorted(problems, key=lambda problem: problem.row or 0))
    there = _already(session, list(journals))
    new = {ref: journal for ref, journal in journals.items() if ref not in there}
    rows_read = sum(1 for _, cells in table.rows if any(cells))
    batch = None
    numbers: list[str] = []
    if not dry_run:
        if new:
            batch = _note_batch(session, table, groups, list(new), by=by, at=at)
        numbers = post_many(
            session,
            list(journals.values()),
            by=by,
            at=at,
            authored_by=AuthoredBy.BATCH,
            batch=Batch(batch or "", [groups[ref].row for ref in journals]),
        )
    return JournalsLoaded(
        batch=batch,
        file_sha256=table.sha256,
        rows_read=rows_read,
        journals=len(new),
        already=len(journals) - len(new),
        total=Money.total(journal.debits for journal in new.values()),
        numbers=tuple(numbers),
        dry_run=dry_run,
    )


def _as_journals(problem: Problem) -> Problem:
    if problem.code != "headings_not_found":
        return problem
    return Problem(
        "headings_not_found",
        "No row is known as the headings of a file of journals; they are reference, fund, date, "
        "narration, account, then debit with credit or amount; and if wanted book, period, "
        "payee, service, outcome, partner, contract.",
        "header",
    )


def _groups(
    table: Table, headings: Mapping[str, str], problems: list[Problem]
) -> dict[str, _Group]:
    places: dict[str, int] = {}
    for place, heading in enumerate(table.header):
        if (key := headings.get(normal(heading))) is not None:
            places.setdefault(key, place)
    problems += [
        Problem("journal_column_missing", f"There is no column “{key}”.", "header", column=key)
        for key in _NEEDED
        if key not in places
    ]
    if "amount" not in places and not {"debit", "credit"} <= places.keys():
        problems.append(
            Problem(
                "journal_column_missing",
                "There is no column “amount”, and no pair “debit” and “credit”.",
                "header",
                column="amount",
            )
        )
    groups: dict[str, _Group] = {}
    if problems:
        return groups
    for row, cells in table.rows:
        if any(cells):
            cell = {key: cells[at] if at < len(cells) else "" for key, at in places.items()}
            _take(groups, row, cell, problems)
    if not groups and not problems:
        problems.append(Problem("file_is_empty", "The file has no journals.", "rows"))
    return groups


def _take(
    groups: dict[str, _Group], row: int, cell: dict[str, str], problems: list[Problem]
) -> None:
    ref = cell["reference"]
    if not ref:
        problems.append(
            Problem(
                "reference_missing",
                "The row has no reference, so it belongs to no journal.",
                row=row,
                column="reference",
            )
        )
        return
    if ref not in groups:
        groups[ref] = _Group(row, cell)
        problems += _read_head(groups[ref])
    else:
        problems += _check_same(groups[ref], row, cell)
    amount = _amount(row, cell)
    if isinstance(amount, Problem):
        problems.append(amount)
        return
    outcome = cell.get("outcome") or None
    if outcome is not None and outcome not in list(Outcome):
        problems.append(
            Problem(
                "outcome_unknown", f"There is no outcome “{outcome}”.", row=row, column="outcome"
            )
        )
        return
    groups[ref].postings.append(
        Posting(
            cell["account"],
            amount,
            Outcome(outcome) if outcome else None,
            cell.get("service") or None,
            cell.get("partner") or None,
            cell.get("contract") or None,
        )
    )


def _read_head(group: _Group) -> Iterator[Problem]:
    read = read_date(group.cells["date"], DateRules(order=DateOrder.DAY_FIRST))
    if isinstance(read, Problem):
        yield Problem(read.code, read.message, row=group.row, column="date")
        return
    group.day, group.period = read.day, Period.containing(read.day)
    if said := group.cells.get("period"):
        try:
            group.period = Period.parse(said)
        except ValueError as unreadable:
            yield Problem("period_unreadable", str(unreadable), row=group.row, column="period")
    book = (group.cells.get("book") or Book.ACTUAL.value).lower()
    if book in list(Book):
        group.book = Book(book)
    else:
        yield Problem(
            "book_unknown",
            f"There is no book “{book}”; they are actual, commitment, budget.",
            row=group.row,
            column="book",
        )


def _check_same(group: _Group, row: int, cell: dict[str, str]) -> Iterator[Problem]:
    for key in ("book", "fund", "date", "period", "narration", "payee"):
        if cell.get(key) and cell[key] != group.cells.get(key):
            yield Problem(
                "journal_rows_disagree",
                f"Row {group.row} of {cell['reference']} says “{group.cells.get(key, '')}” and "
                f"this row “{cell[key]}”; a journal has one {key}.",
                row=row,
                column=key,
            )


def _amount(row: int, cell: dict[str, str]) -> Money | Problem:
    texts = {key: cell[key] for key in ("amount", "debit", "credit") if cell.get(key)}
    if len(texts) != 1:
        return Problem(
            "amount_missing" if not texts else "amount_given_twice",
            "The row has no amount." if not texts else "The row has a debit and a credit.",
            row=row,
            column="amount",
        )
    ((key, text),) = texts.items()
    read = read_amount(text)
    if isinstance(read, Problem):
        return Problem(read.code, read.message, row=row, column=key)
    return -read.money if key == "credit" else read.money


def _journal(ref: str, group: _Group) -> Journal:
    assert group.day is not None
    assert group.period is not None
    return Journal(
        book=group.book,
        fund=group.cells["fund"],
        period=group.period,
        day=group.day,
        narration=group.cells["narration"],
        payee=group.cells.get("payee", ""),
        postings=tuple(group.postings),
        source=SOURCE,
        source_ref=ref,
    )


def _already(session: Session, refs: list[str]) -> set[str]:
    found: set[str] = set()
    for start in range(0, len(refs), 500):
        found.update(
            session.execute(
                select(JOURNAL.c.source_ref).where(
                    JOURNAL.c.source == SOURCE,
                    JOURNAL.c.source_ref.in_(refs[start : start + 500]),
                )
            ).scalars()
        )
    return found


def _note_batch(
    session: Session,
    table: Table,
    groups: Mapping[str, _Group],
    refs: list[str],
    *,
    by: str,
    at: datetime,
) -> str:
    """Keep the file's name and, for each journal, the first row it was read from."""
    count = session.execute(select(func.count()).select_from(_BATCH)).scalar_one()
    batch = f"B-{count + 1:05d}"
    session.execute(
        insert(_BATCH),
        [
            {
                "id": batch,
                "kind": SOURCE,
                "file_name": table.name,
                "file_sha256": table.sha256,
                "request_hash": table.sha256,
                "fund": None,
                "profile": "",
                "selection": "[]",
                "continues": None,
                "header": json.dumps(table.header, ensure_ascii=False),
                "answer": json.dumps({"journals": len(refs)}),
                "loaded_by": by,
                "loaded_at": as_text(at),
            }
        ],
    )
    session.execute(
        insert(_ROW),
        [
            {
                "batch": batch,
                "row": groups[ref].row,
                "key": hashlib.sha256(f"journals {ref}".encode()).hexdigest(),
                "occurrence": 1,
                "cells": json.dumps(groups[ref].cells, ensure_ascii=False),
                "rounded_from": None,
            }
            for ref in refs
        ],
    )
    audit.record(
        session,
        by=by,
        at=at,
        action="import",
        object_kind="import_batch",
        object_key=batch,
        after={"file": table.name, "sha256": table.sha256, "journals": len(refs)},
    )
    return batch
