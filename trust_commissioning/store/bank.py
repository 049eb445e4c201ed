"""Bank statements and what their lines are matched with, read from the record and written to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, exists, func, insert, select
from sqlmodel import Session

from ledger.journal import Book
from ledger.money import Money
from trust_commissioning.clock import as_text
from trust_commissioning.store.journals import JOURNAL, POSTING
from trust_commissioning.store.rows import add_rows
from trust_commissioning.store.tables import (
    BankLineRow,
    BankMatchLineRow,
    BankMatchPostingRow,
    BankMatchRow,
    BankStatementRow,
    table_of,
)

STATEMENT, LINE = table_of(BankStatementRow), table_of(BankLineRow)
MATCH = table_of(BankMatchRow)
MATCHED_LINE, MATCHED_POSTING = table_of(BankMatchLineRow), table_of(BankMatchPostingRow)
LineKey = tuple[str, int]
"""A line of a statement: its batch with its row."""
PostingKey = tuple[int, int]
"""A posting: its journal's id with its line."""


@dataclass(frozen=True, slots=True, order=True)
class BankAccount:
    """An account of the chart that a bank keeps: of one fund, or (``""``) of all together."""

    account: str
    fund: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One loaded statement."""

    batch: str
    of: BankAccount
    starts: date
    ends: date
    opening: Money
    closing: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class BankLine:
    """A line of a statement; money in is above nil. Row 0 is a balance brought forward."""

    batch: str
    row: int
    day: date
    amount: Money
    words: str
    reference: str

    @property
    def key(self) -> LineKey:
        return (self.batch, self.row)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A posting to the account, with what its journal says."""

    journal_id: int
    line: int
    number: str
    day: date
    amount: Money
    narration: str
    payee: str
    reference: str

    @property
    def key(self) -> PostingKey:
        return (self.journal_id, self.line)


def accounts(session: Session) -> tuple[BankAccount, ...]:
    """The accounts there are statements of."""
    query = select(STATEMENT.c.account, STATEMENT.c.fund).distinct()
    return tuple(sorted(BankAccount(*row) for row in session.execute(query)))


def statements(session: Session, of: BankAccount) -> tuple[Statement, ...]:
    """The statements of an account, the oldest first."""
    query = select(STATEMENT).where(*_of(STATEMENT, of))
    rows = session.execute(query.order_by(STATEMENT.c.ends, STATEMENT.c.batch))
    return tuple(
        Statement(
            batch=row.batch,
            of=of,
            starts=row.starts,
            ends=row.ends,
            opening=Money(row.opening_pence),
            closing=Money(row.closing_pence),
        )
        for row in rows
    )


def lines(
    session: Session, of: BankAccount, to: date | None = None, *, loose: bool = False
) -> list[BankLine]:
    """The lines of an account's statements up to a day; with `loose`, those in no match."""
    wanted = [*_of(LINE, of)]
    if to is not None:
        wanted.append(LINE.c.day <= to)
    if loose:
        same = and_(MATCHED_LINE.c.batch == LINE.c.batch, MATCHED_LINE.c.row == LINE.c.row)
        wanted.append(~exists().where(same))
    query = select(LINE).where(*wanted).order_by(LINE.c.day, LINE.c.batch, LINE.c.row)
    return [
        BankLine(
            batch=row.batch,
            row=row.row,
            day=row.day,
            amount=Money(row.pence),
            words=row.words,
            reference=row.reference,
        )
        for row in session.execute(query)
    ]


def occurrences(session: Session, of: BankAccount) -> dict[str, int]:
    """How often each line is there, by its key."""
    query = select(LINE.c.key, func.count()).where(*_of(LINE, of)).group_by(LINE.c.key)
    return {key: int(count) for key, count in session.execute(query)}


def entries(
    session: Session,
    of: BankAccount,
    to: date | None = None,
    *,
    loose: bool = False,
    which: Iterable[PostingKey] | None = None,
) -> list[Entry]:
    """The postings to an account in the actual book up to a day; with `loose`, those in no match."""
    wanted: list[ColumnElement[bool]] = [
        POSTING.c.account == of.account,
        JOURNAL.c.sequence.is_not(None),
        JOURNAL.c.book == Book.ACTUAL.value,
    ]
    if of.fund:
        wanted.append(POSTING.c.fund == of.fund)
    if to is not None:
        wanted.append(JOURNAL.c.day <= to)
    if which is not None:
        wanted.append(POSTING.c.journal_id.in_([id for id, _ in which]))
    if loose:
        same = and_(
            MATCHED_POSTING.c.journal_id == POSTING.c.journal_id,
            MATCHED_POSTING.c.line == POSTING.c.line,
        )
        wanted.append(~exists().where(same))
    query = (
        select(
            POSTING.c.journal_id,
            POSTING.c.line,
            POSTING.c.pence,
            *(JOURNAL.c[name] for name in ("number", "day", "narration", "payee", "source_ref")),
        )
        .join(JOURNAL, JOURNAL.c.id == POSTING.c.journal_id)
        .where(*wanted)
        .order_by(JOURNAL.c.day, JOURNAL.c.sequence, POSTING.c.line)
    )
    return [
        Entry(
            journal_id=row.journal_id,
            line=row.line,
            number=row.number,
            day=row.day,
            amount=Money(row.pence),
            narration=row.narration,
            payee=row.payee,
            reference=row.source_ref,
        )
        for row in session.execute(query)
    ]


@dataclass(frozen=True, slots=True)
class Match:
    """Lines of a statement that are postings of the books."""

    turn: int
    how: str
    matched_by: str
    matched_at: str
    lines: tuple[LineKey, ...]
    postings: tuple[PostingKey, ...]


def matches(session: Session, of: BankAccount) -> tuple[Match, ...]:
    """Every match of an account, the latest first."""
    rows = session.execute(select(MATCH).where(*_of(MATCH, of)).order_by(MATCH.c.turn.desc())).all()
    turns = select(MATCH.c.turn).where(*_of(MATCH, of))
    theirs: dict[int, list[LineKey]] = {}
    for one in session.execute(select(MATCHED_LINE).where(MATCHED_LINE.c.turn.in_(turns))):
        theirs.setdefault(one.turn, []).append((one.batch, one.row))
    ours: dict[int, list[PostingKey]] = {}
    for one in session.execute(select(MATCHED_POSTING).where(MATCHED_POSTING.c.turn.in_(turns))):
        ours.setdefault(one.turn, []).append((one.journal_id, one.line))
    return tuple(
        Match(
            row.turn,
            row.how,
            row.matched_by,
            row.matched_at,
            tuple(sorted(theirs.get(row.turn, ()))),
            tuple(sorted(ours.get(row.turn, ()))),
        )
        for row in rows
    )


def add(session: Session, statement: Statement, rows: Sequence[dict[str, Any]]) -> None:
    """Keep a statement with its lines."""
    session.execute(
        insert(STATEMENT).values(
            batch=statement.batch,
            account=statement.of.account,
            fund=statement.of.fund,
            starts=statement.starts,
            ends=statement.ends,
            opening_pence=statement.opening.pence,
            closing_pence=statement.closing.pence,
        )
    )
    session.execute(
        insert(LINE),
        [
            {"batch": statement.batch, "account": statement.of.account, "fund": statement.of.fund}
            | row
            for row in rows
        ],
    )


def match(
    session: Session,
    of: BankAccount,
    lines: Sequence[LineKey],
    postings: Sequence[PostingKey],
    *,
    how: str,
    by: str,
    at: datetime,
) -> int:
    """Keep a match; the database takes each line and each posting into one only."""
    turn = int(session.execute(select(func.coalesce(func.max(MATCH.c.turn), 0))).scalar_one()) + 1
    session.execute(
        insert(MATCH).values(
            turn=turn,
            account=of.account,
            fund=of.fund,
            how=how,
            matched_by=by,
            matched_at=as_text(at),
        )
    )
    add_rows(session, MATCHED_LINE, [{"batch": b, "row": row, "turn": turn} for b, row in lines])
    add_rows(
        session,
        MATCHED_POSTING,
        [{"journal_id": id, "line": line, "turn": turn} for id, line in postings],
    )
    return turn


def unmatch(session: Session, turn: int) -> None:
    """Take a match apart."""
    for table in (MATCHED_LINE, MATCHED_POSTING, MATCH):
        session.execute(delete(table).where(table.c.turn == turn))


def _of(table: Any, of: BankAccount) -> Iterator[ColumnElement[bool]]:
    yield table.c.account == of.account
    yield table.c.fund == of.fund
