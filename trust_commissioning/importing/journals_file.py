"""A file of journals, a row for each posting, posted whole or not at all."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import cast

from sqlalchemy import insert, select
from sqlmodel import Session

from ledger.chain import contents_hash
from ledger.journal import AuthoredBy, Book, Journal, Posting, problems_in
from ledger.money import Money
from ledger.outcomes import Outcome
from ledger.periods import Period
from ledger.problems import Problem, Refused
from trust_commissioning import roles
from trust_commissioning.clock import as_text
from trust_commissioning.files.amounts import read_amount
from trust_commissioning.files.columns import Columns, Meaning, normal
from trust_commissioning.files.dates import DateOrder, DateRules, read_date
from trust_commissioning.files.identifiability import Texts, questions_in_file
from trust_commissioning.files.preamble import check_above
from trust_commissioning.files.reading import Table, read_table
from trust_commissioning.files.signs import not_sterling_as_shown
from trust_commissioning.importing.batches import ROW, latest
from trust_commissioning.posting import Batch, lock_head, post_many
from trust_commissioning.progress import steps
from trust_commissioning.store import audit
from trust_commissioning.store.imports import BATCH, next_batch
from trust_commissioning.store.journals import JOURNAL
from trust_commissioning.store.standing import standing as standing_of

SOURCE = "journals"
"""The source of a journal that came in a file of journals."""

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
    "call_off": ("call-off", "call off", "call_off"),
}
_NEEDED = ("reference", "fund", "date", "narration", "account")
_DATES = DateRules(order=DateOrder.DAY_FIRST)
_AMOUNTS = ("amount", "debit", "credit")
_TEXTS = ("reference", "narration", "payee")
_HEADING_NEEDS = (
    frozenset({"reference"}),
    frozenset({"account"}),
    frozenset({"amount", "debit", "credit"}),
)


@dataclass(frozen=True, slots=True)
class JournalsLoaded:
    """What loading came to. `already` journals were posted before with the same contents.

    `rows_read` is the rows posted, skipped and loaded before together. `batch` names the latest
    that holds these journals where none is new.
    """

    batch: str | None
    file_sha256: str
    rows_read: int
    rows_posted: int
    rows_skipped: dict[str, int]
    rows_loaded_before: int
    journals: int
    already: int
    total: Money
    not_attributed: Money
    numbers: tuple[str, ...]
    warnings: tuple[Problem, ...]
    dry_run: bool

    def as_json(self) -> dict[str, object]:
        return {
            "batch": self.batch,
            "file_sha256": self.file_sha256,
            "rows_read": self.rows_read,
            "rows_posted": self.rows_posted,
            "rows_skipped": self.rows_skipped,
            "rows_loaded_before": self.rows_loaded_before,
            "journals": self.journals,
            "already": self.already,
            "total": self.total.plain,
            "control_total": None,
            "not_attributed": self.not_attributed.plain,
            "numbers": list(self.numbers),
            "dry_run": self.dry_run,
            "warnings": [warning.as_json() for warning in self.warnings],
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
    table, groups, problems = _read(data, name)
    journals = {ref: _journal(ref, group) for ref, group in groups.items() if group.day}
    there = _already(session, list(journals))
    new = {ref: journal for ref, journal in journals.items() if ref not in there}
    called_off = frozenset[str]().union(*(one.call_offs for one in journals.values()))
    standing = standing_of(session, called_off)
    for ref, journal in steps(journals.items(), "Checking journals"):
        # What is posted stays as it was, whatever has been closed since; only its contents count.
        found = problems_in(journal, standing) if ref in new else there[ref].differs_from(journal)
        problems += [
            Problem(one.code, one.message, f"{ref}: {one.where}", row=groups[ref].row)
            for one in found
        ]
    if problems:
        raise Refused(sorted(problems, key=lambda problem: problem.row or 0))
    blank = sum(1 for _, cells in table.rows if not any(cells))
    skipped = {"above_headings": len(table.above), "blank_row": blank}
    batch = latest(one.batch for one in there.values() if one.batch) if not new else None
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
        rows_read=len(table.above) + len(table.rows),
        rows_posted=sum(len(journal.postings) for journal in new.values()),
        rows_skipped={why: count for why, count in skipped.items() if count},
        rows_loaded_before=sum(len(journals[ref].postings) for ref in there),
        journals=len(new),
        already=len(journals) - len(new),
        total=Money.total(journal.debits for journal in new.values()),
        not_attributed=_not_attributed(new.values()),
        numbers=tuple(numbers),
        warnings=tuple(questions_in_file(map(_texts, groups.values()))),
        dry_run=dry_run,
    )


def _not_attributed(journals: Iterable[Journal]) -> Money:
    return Money.total(
        posting.amount
        for journal in journals
        for posting in journal.postings
        if posting.outcome is None and posting.account.startswith("Expenses:")
    )


def _read(data: bytes, name: str) -> tuple[Table, dict[str, _Group], list[Problem]]:
    headings = {normal(one): key for key, names in _HEADINGS.items() for one in names}
    table = read_table(
        data, name=name, headings=cast("Mapping[str, Meaning]", headings), needed=_HEADING_NEEDS
    )
    if table.problems:
        raise Refused([_as_journals(problem) for problem in table.problems])
    problems = check_above(table.above, Columns(), _DATES)
    return table, _groups(table, headings, problems), problems


def _texts(group: _Group) -> Texts:
    return Texts(group.row, group.day, {name: group.cells.get(name, "") for name in _TEXTS})


def _as_journals(problem: Problem) -> Problem:
    if problem.code != "headings_not_found":
        return problem
    return Problem(
        "headings_not_found",
        "No row is known as the headings of a file of journals; they are reference, fund, date, "
        "narration, account, then debit with credit or amount; and if wanted book, period, "
        "payee, service, outcome, partner, contract, call-off.",
        "header",
    )


def _groups(
    table: Table, headings: Mapping[str, str], problems: list[Problem]
) -> dict[str, _Group]:
    places: dict[str, int] = {}
    for place, heading in enumerate(table.header):
        if (key := headings.get(normal(heading))) is None:
            continue
        if places.setdefault(key, place) != place:
            problems.append(
                Problem(
                    "heading_repeated",
                    f"“{table.header[places[key]]}” and “{heading}” both say the {key}. Take one"
                    " of the columns out.",
                    "header",
                    column=heading,
                )
            )
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
    problems += _check_cells(table, places)
    for row, cells in steps(table.rows, "Reading rows"):
        if any(cells):
            cell = {key: cells[at] if at < len(cells) else "" for key, at in places.items()}
            _take(groups, row, cell, problems)
    if not groups and not problems:
        problems.append(Problem("file_is_empty", "The file has no journals.", "rows"))
    return groups


def _check_cells(table: Table, places: Mapping[str, int]) -> Iterator[Problem]:
    """Cells that hold what cannot be read, or that stand under no heading."""
    for (row, place), flaw in table.flawed_cells.items():
        label = table.header[place] if place < len(table.header) else None
        yield Problem(flaw.code, flaw.message, row=row, column=label)
    for (row, place), shown_as in table.currencies.items():
        if place in [places.get(key) for key in _AMOUNTS]:
            other = not_sterling_as_shown(shown_as)
            yield Problem(other.code, other.message, row=row, column=table.header[place])
    for row, cells in table.rows:
        if any(cells[len(table.header) :]):
            yield Problem(
                "row_too_long",
                f"This row has {len(cells)} cells and there are {len(table.header)} headings, so a"
                " separator or a quotation mark is probably out of place.",
                row=row,
            )


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
            cell.get("call_off") or None,
        )
    )


def _read_head(group: _Group) -> Iterator[Problem]:
    read = read_date(group.cells["date"], _DATES)
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
    """Debits above nil; a nil in the other column of debit and credit says nothing."""
    read: dict[str, Money] = {}
    for key in _AMOUNTS:
        if text := cell.get(key):
            one = read_amount(text)
            if isinstance(one, Problem):
                return Problem(one.code, one.message, row=row, column=key)
            read[key] = -one.money if key == "credit" else one.money
    told = {key: money for key, money in read.items() if money} or dict(list(read.items())[:1])
    if len(told) != 1:
        return Problem(
            "amount_missing" if not told else "amount_given_twice",
            "The row has no amount."
            if not told
            else f"The row has a {' as well as a '.join(told)}; one of them is its amount.",
            row=row,
            column="amount",
        )
    return next(iter(told.values()))


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


@dataclass(frozen=True, slots=True)
class _There:
    """A journal that is in the books, or on its way there, under a reference of the file."""

    batch: str | None
    status: str
    contents_hash: str

    def differs_from(self, journal: Journal) -> list[Problem]:
        if self.status == "posted" and self.contents_hash == contents_hash(journal):
            return []
        return [
            Problem(
                "source_already_used",
                f"A journal {journal.source_ref} was entered before with other contents.",
                "reference",
            )
        ]


def _already(session: Session, refs: list[str]) -> dict[str, _There]:
    found: dict[str, _There] = {}
    columns = [JOURNAL.c[name] for name in ("source_ref", "batch", "status", "contents_hash")]
    for start in range(0, len(refs), 500):
        some = JOURNAL.c.source_ref.in_(refs[start : start + 500])
        rows = session.execute(select(*columns).where(JOURNAL.c.source == SOURCE, some))
        found |= {row[0]: _There(row[1], row[2], row[3]) for row in rows}
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
    batch = next_batch(session)
    session.execute(
        insert(BATCH),
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
        insert(ROW),
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
