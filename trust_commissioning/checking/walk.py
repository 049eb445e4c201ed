"""The walk along the chain: each journal against its own hash, place, lines."""

from __future__ import annotations

from collections import defaultdict, namedtuple
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from itertools import chain
from typing import Any

from sqlalchemy import Date, String, Table, func, select, type_coerce
from sqlmodel import Session

from ledger.chain import GENESIS, contents_hash, journal_hash, text_seal
from ledger.journal import AuthoredBy
from ledger.money import Money
from ledger.problems import Problem
from ledger.wording import counted, day_in_full
from trust_commissioning.clock import as_text, from_text
from trust_commissioning.progress import steps
from trust_commissioning.store.journals import (
    JOURNAL,
    POSTING,
    StoredJournal,
    journal_of,
    posting_of,
)

CHUNK = 2000
"""How many rows are held at a time."""

Key = tuple[str | int, ...]
"""Book, year, fund, period, then a coding."""


@dataclass
class Moved:
    """What the postings of one coding come to, with the last journal that moved it."""

    pence: int = 0
    last: int = 0

    def by(self, pence: int, sequence: int) -> None:
        self.pence += pence
        self.last = sequence


@dataclass
class Walked:
    """What the walk along the chain came to."""

    sequence: int = 0
    hash: str = GENESIS
    numbers: dict[str, int] = field(default_factory=dict)
    balances: defaultdict[Key, Moved] = field(default_factory=lambda: defaultdict(Moved))
    contracts: defaultdict[Key, Moved] = field(default_factory=lambda: defaultdict(Moved))
    call_offs: defaultdict[Key, Moved] = field(default_factory=lambda: defaultdict(Moved))


def _row_of(table: Table) -> Any:
    """A named tuple: read many times over, several times quicker than the driver's rows."""
    return namedtuple(table.name, [column.name for column in table.columns])


_Row, _Line = _row_of(JOURNAL), _row_of(POSTING)


def columns_as_kept(table: Table) -> list[Any]:
    """A table's columns with days left as they are kept: an unreadable one is a finding."""
    return [
        type_coerce(column, String).label(column.name) if isinstance(column.type, Date) else column
        for column in table.columns
    ]


def _streamed(session: Session, *, posted: bool) -> Iterator[tuple[Any, list[Any]]]:
    """Journals with their lines, a chunk at a time: posted ones in the order of the chain."""
    wanted = (JOURNAL.c.status == "posted") if posted else (JOURNAL.c.status != "posted")
    order = (JOURNAL.c.sequence if posted else JOURNAL.c.id, JOURNAL.c.id)
    options = {"yield_per": CHUNK}
    rows = session.execute(
        select(*columns_as_kept(JOURNAL)).where(wanted).order_by(*order), execution_options=options
    )
    lines = session.execute(
        select(POSTING)
        .join(JOURNAL, JOURNAL.c.id == POSTING.c.journal_id)
        .where(wanted)
        .order_by(*order, POSTING.c.line),
        execution_options=options,
    )
    in_order = map(_Line._make, chain.from_iterable(lines.partitions()))
    line = next(in_order, None)
    for row in map(_Row._make, chain.from_iterable(rows.partitions())):
        own: list[Any] = []
        while line is not None and line.journal_id == row.id:
            own.append(line)
            line = next(in_order, None)
        yield row, own


def _read(row: Any, lines: Iterable[Any]) -> StoredJournal:
    """
    Raises:
        ValueError: or TypeError, if the rows hold what no journal can.
    """
    days = {
        name: date.fromisoformat(str(kept))
        for name in ("day", "document_day")
        if (kept := getattr(row, name)) is not None
    }
    return journal_of(row._replace(**days), tuple(map(posting_of, lines)))


def _unreadable(row: Any, wrong: Exception) -> Problem:
    name = row.number or f"with id {row.id}"
    return Problem("journal_unreadable", f"Journal {name} cannot be read: {wrong}.", name)


def check_posted(session: Session, found: Walked) -> Iterator[Problem]:
    """Each posted journal, while what all of them come to is gathered in `found`."""
    journals = session.execute(
        select(func.count()).where(JOURNAL.c.status == "posted")
    ).scalar_one()
    walk = _streamed(session, posted=True)
    for row, lines in steps(walk, "Walking along the chain of journals", journals):
        try:
            yield from list(_check_journal(row, lines, found))
        except (ValueError, TypeError, AttributeError) as wrong:
            yield _unreadable(row, wrong)


def _check_journal(row: Any, lines: list[Any], found: Walked) -> Iterator[Problem]:
    yield from _check_place(row, found)
    for line in lines:
        _add_up(row, line, found)
    stored = _read(row, lines)
    yield from _check_chained(row, stored)
    yield from _check_lines(row, lines)
    yield from _check_standing(row, stored)


def _check_place(row: Any, found: Walked) -> Iterator[Problem]:
    """The next in the chain, the next number of its year."""
    if row.sequence != found.sequence + 1 or row.previous_hash != found.hash:
        yield Problem(
            "chain_is_broken",
            f"Journal {row.number} is {row.sequence} of the chain after {row.previous_hash[:12]}…; "
            f"due is {found.sequence + 1} after {found.hash[:12]}….",
            row.number,
        )
    found.sequence, found.hash = row.sequence, row.hash
    due = found.numbers.get(row.year, 0) + 1
    if row.number_in_year != due or row.number != f"{row.year}/{row.number_in_year:06d}":
        yield Problem(
            "number_not_the_next",
            f"Journal {row.number} is kept as number {row.number_in_year} of {row.year}, where "
            f"{due} is due.",
            row.number,
        )
    found.numbers[row.year] = row.number_in_year


def _add_up(row: Any, line: Any, found: Walked) -> None:
    coding = (line.account, line.service or "", line.outcome or "", line.partner or "")
    of = (row.book, row.year, row.fund, row.period, *coding)
    found.balances[of].by(line.pence, row.sequence)
    if line.contract is not None and line.account.startswith("Expenses:"):
        found.contracts[*of[:4], line.contract].by(line.pence, row.sequence)
    if line.call_off is not None and line.account.startswith("Expenses:"):
        found.call_offs[*of[:4], line.call_off].by(line.pence, row.sequence)


def _check_chained(row: Any, stored: StoredJournal) -> Iterator[Problem]:
    assert stored.posted is not None
    for code, what, kept, computed in (
        ("journal_hash_differs", "hash", row.hash, journal_hash(stored.posted)),
        (
            "text_seal_differs",
            "seal of its text",
            row.text_seal,
            text_seal(row.salt, row.payee, row.narration),
        ),
        (
            "contents_hash_differs",
            "hash of its contents",
            row.contents_hash,
            contents_hash(stored.journal),
        ),
    ):
        if kept != computed:
            yield Problem(
                code,
                f"Journal {row.number} keeps {kept[:12]}… as the {what}, and it comes to "
                f"{computed[:12]}….",
                row.number,
            )


def _check_lines(row: Any, lines: list[Any]) -> Iterator[Problem]:
    """At least two, for something, numbered from 1, in the journal's fund, nil together."""
    pence = sum(line.pence for line in lines)
    if pence:
        debits = sum(line.pence for line in lines if line.pence > 0)
        yield Problem(
            "posted_journal_does_not_balance",
            f"Journal {row.number} has debits of {Money(debits)} and credits of "
            f"{Money(debits - pence)} in fund {row.fund}.",
            row.number,
        )
    if len(lines) < 2 or not all(line.pence for line in lines):
        yield Problem(
            "posted_journal_has_too_few_lines",
            f"Journal {row.number} has {counted(len(lines), 'line')}, of "
            f"{' and '.join(str(Money(line.pence)) for line in lines) or 'nothing'}; a journal has "
            "at least two, each for something.",
            row.number,
        )
    yield from _check_numbered(row, lines)


def _check_numbered(row: Any, lines: list[Any]) -> Iterator[Problem]:
    funds = sorted({line.fund for line in lines} - {row.fund})
    if funds or [line.line for line in lines] != list(range(1, len(lines) + 1)):
        name = row.number or f"with id {row.id}"
        yield Problem(
            "lines_of_journal_differ",
            f"Journal {name} has the lines {', '.join(str(line.line) for line in lines)}"
            f"{' with some of fund ' + ', '.join(funds) if funds else ''}; its lines are numbered "
            f"from 1 and all of fund {row.fund}.",
            name,
        )


def _check_standing(row: Any, stored: StoredJournal) -> Iterator[Problem]:
    """Its period holds its day; whoever posted it might; it entered as its author's kind does."""
    journal = stored.journal
    if not journal.period.holds(journal.day):
        yield Problem(
            "day_outside_posted_period",
            f"Journal {row.number} of {day_in_full(journal.day)} is in {journal.period}, which runs "
            f"from {day_in_full(journal.period.starts)} to {day_in_full(journal.period.ends)}.",
            row.number,
        )
    if stored.authored_by is AuthoredBy.PERSON and row.author == row.posted_by:
        yield Problem(
            "author_posted_own_journal",
            f"Journal {row.number} was keyed and posted by {row.author}.",
            row.number,
        )
    by_batch = stored.authored_by is AuthoredBy.BATCH
    kept: list[object] = [row.batch is None, row.batch_row is None]
    due: list[object] = [not by_batch, not by_batch]
    if stored.authored_by is not AuthoredBy.PERSON:
        kept += [row.author, row.version, row.entered_at]
        due += [row.batch if by_batch else row.posted_by, 2, row.posted_at]
    if kept != due or row.posted_at != _canonical(row.posted_at):
        yield Problem(
            "journal_entered_otherwise",
            f"Journal {row.number} ({row.authored_by}) is kept as version {row.version} of "
            f"{row.author} at {row.entered_at}, from row {row.batch_row} of {row.batch}, posted by "
            f"{row.posted_by} at {row.posted_at}; that is not how it can have been entered.",
            row.number,
        )


@lru_cache(maxsize=1000)
def _canonical(at: str) -> str:
    return as_text(from_text(at))


def check_waiting(session: Session) -> Iterator[Problem]:
    """Drafts and submitted journals, which must at least be what was asked for."""
    for row, lines in _streamed(session, posted=False):
        try:
            due = contents_hash(_read(row, lines).journal)
        except (ValueError, TypeError, AttributeError) as wrong:
            yield _unreadable(row, wrong)
            continue
        yield from _check_numbered(row, lines)
        if row.contents_hash != due:
            yield Problem(
                "contents_hash_differs",
                f"The {row.status} journal with id {row.id} keeps {row.contents_hash[:12]}… as the "
                f"hash of its contents, and it comes to {due[:12]}….",
                str(row.id),
            )
