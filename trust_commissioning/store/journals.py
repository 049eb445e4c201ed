"""Journals read from the record as kernel values, drafts and posted ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Row, and_, cast, exists, func, or_, select
from sqlmodel import Session

from ledger.journal import AuthoredBy, Book, Journal, PostedJournal, Posting
from ledger.money import Money
from ledger.outcomes import NOT_ATTRIBUTED, Outcome
from ledger.periods import FinancialYear, Period
from trust_commissioning.clock import from_text
from trust_commissioning.store import finding
from trust_commissioning.store.tables import JournalRow, PostingRow, table_of

JOURNAL = table_of(JournalRow)
POSTING = table_of(PostingRow)
_CHUNK = 2000
_LISTED = ("id", "number", "day", "year", "period", "book", "fund", "payee", "narration")
# A posted journal is numbered in the chain, and no other is: the database holds it to that.
_POSTED = JOURNAL.c.sequence.is_not(None)
_OF_JOURNAL = POSTING.c.journal_id == JOURNAL.c.id
_SUM = cast(func.coalesce(func.sum(POSTING.c.pence), 0), BigInteger)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredJournal:
    """A journal with where it stands: `status` is draft, submitted or posted."""

    id: int
    journal: Journal
    status: str
    version: int
    author: str
    authored_by: AuthoredBy
    entered_at: datetime
    batch: str | None
    batch_row: int | None
    posted: PostedJournal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalLine:
    """One posted journal as a list shows it; `amount` is its debits, or what was asked of one
    coding where a search names one."""

    number: str
    day: str
    period: str
    book: str
    fund: str
    payee: str
    narration: str
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What to look for among posted journals; empty fields ask nothing.

    Each of the `words` is looked for in number, narration, payee and source reference, as the
    beginning of a word, and as an amount where it reads as one (`store.finding`). `account` takes everything under it too; a `service` of ``none`` asks for
    what has no service, and so for the other codes. `outcome` may be
    ``not_attributed``. `batch` names the file they came in; `after` leaves out the chain up to that
    journal; `through` takes all years up to and with a period. Periods count from the first to `to_period`, from `from_period`.
    """

    words: str = ""
    book: Book | None = None
    fund: str = ""
    year: FinancialYear | None = None
    from_period: int = 1
    to_period: int = 13
    account: str = ""
    service: str = ""
    outcome: str = ""
    partner: str = ""
    contract: str = ""
    call_off: str = ""
    batch: str = ""
    after: int = 0
    through: Period | None = None

    @property
    def _codings(self) -> list[ColumnElement[bool]]:
        wanted: list[ColumnElement[bool]] = []
        if self.account:
            wanted.append(
                or_(
                    POSTING.c.account == self.account,
                    POSTING.c.account.startswith(self.account + ":", autoescape=True),
                )
            )
        if self.outcome == NOT_ATTRIBUTED:
            wanted.append(POSTING.c.outcome.is_(None))
        elif self.outcome:
            wanted.append(POSTING.c.outcome == self.outcome)
        wanted.extend(
            POSTING.c[name].is_(None) if code == "none" else POSTING.c[name] == code
            for name in ("service", "partner", "contract", "call_off")
            if (code := getattr(self, name))
        )
        return wanted

    def _journals(self, dialect: str) -> list[ColumnElement[bool]]:
        wanted: list[ColumnElement[bool]] = [_POSTED]
        if self.book:
            wanted.append(JOURNAL.c.book == self.book.value)
        if self.fund:
            wanted.append(JOURNAL.c.fund == self.fund)
        if self.year:
            wanted.append(JOURNAL.c.year == str(self.year))
        if self.batch:
            wanted.append(JOURNAL.c.batch == self.batch)
        if self.through:
            year, number = str(self.through.year), self.through.number
            same = and_(JOURNAL.c.year == year, JOURNAL.c.period <= number)
            wanted.append(or_(JOURNAL.c.year < year, same))
        if self.after:
            wanted.append(JOURNAL.c.sequence > self.after)
        if (self.from_period, self.to_period) != (1, 13):
            wanted.append(JOURNAL.c.period.between(self.from_period, self.to_period))
        return [*wanted, *finding.holding(self.words, dialect)]


def search(
    session: Session, wanted: Search, *, limit: int = 50, offset: int = 0
) -> list[JournalLine]:
    """Posted journals, newest first. With a coding asked for, each amount is the part so coded.

    A page is found by walking back from the newest, and only then are its amounts added up.
    """
    matching = wanted._journals(session.get_bind().dialect.name)
    if wanted._codings:
        matching.append(exists().where(_OF_JOURNAL, *wanted._codings))
    query = select(*(JOURNAL.c[name] for name in _LISTED)).where(*matching)
    rows = session.execute(
        query.order_by(JOURNAL.c.sequence.desc()).limit(limit).offset(offset)
    ).all()
    amounts = _amounts(session, [row.id for row in rows], wanted)
    return [
        JournalLine(
            number=row.number,
            day=row.day.isoformat(),
            period=f"{row.year} P{row.period:02d}",
            book=row.book,
            fund=row.fund,
            payee=row.payee,
            narration=row.narration,
            amount=amounts[row.id],
        )
        for row in rows
    ]


def search_totals(session: Session, wanted: Search) -> tuple[int, Money]:
    """How many journals a search finds in all, with the sum of their amounts."""
    journals = wanted._journals(session.get_bind().dialect.name)
    if wanted._codings:
        both = select(func.count(func.distinct(JOURNAL.c.id)), _SUM)
        row = session.execute(
            both.join(POSTING, _OF_JOURNAL).where(*journals, *wanted._codings)
        ).one()
        return int(row[0]), Money(int(row[1]))
    row = session.execute(finding.debits(journals)).one()
    return int(row[0]), Money(int(row[1]))


def _amounts(session: Session, ids: Sequence[int], wanted: Search) -> dict[int, Money]:
    found: dict[int, Money] = {}
    for start in range(0, len(ids), 500):
        rows = session.execute(
            select(POSTING.c.journal_id, _SUM)
            .where(
                POSTING.c.journal_id.in_(ids[start : start + 500]),
                *(wanted._codings or [POSTING.c.pence > 0]),
            )
            .group_by(POSTING.c.journal_id)
        )
        found.update({id: Money(int(pence)) for id, pence in rows})
    return found


def by_number(session: Session, number: str) -> StoredJournal | None:
    """A posted journal by its number."""
    return _one(session, JOURNAL.c.number == number)


def by_id(session: Session, id: int) -> StoredJournal | None:
    """A journal in any state by the id it was given when it was entered."""
    return _one(session, JOURNAL.c.id == id)


def waiting(session: Session, *, author: str = "", status: str = "") -> list[StoredJournal]:
    """Drafts and submitted journals, oldest first."""
    wanted: list[ColumnElement[bool]] = [~_POSTED]
    if author:
        wanted.append(JOURNAL.c.author == author)
    if status:
        wanted.append(JOURNAL.c.status == status)
    rows = session.execute(select(JOURNAL).where(*wanted).order_by(JOURNAL.c.id)).all()
    return list(_with_postings(session, rows))


def posted(
    session: Session,
    *,
    book: Book | None = None,
    year: FinancialYear | None = None,
    period: int | None = None,
) -> Iterator[PostedJournal]:
    """Posted journals in the order of the chain."""
    wanted: list[ColumnElement[bool]] = [JOURNAL.c.status == "posted"]
    if book:
        wanted.append(JOURNAL.c.book == book.value)
    if year:
        wanted.append(JOURNAL.c.year == str(year))
    if period is not None:
        wanted.append(JOURNAL.c.period == period)
    after = 0
    while True:
        rows = session.execute(
            select(JOURNAL)
            .where(*wanted, JOURNAL.c.sequence > after)
            .order_by(JOURNAL.c.sequence)
            .limit(_CHUNK)
        ).all()
        if not rows:
            return
        for stored in _with_postings(session, rows):
            assert stored.posted is not None
            yield stored.posted
        after = rows[-1].sequence


def _one(session: Session, wanted: ColumnElement[bool]) -> StoredJournal | None:
    rows = session.execute(select(JOURNAL).where(wanted)).all()
    return next(_with_postings(session, rows), None)


def _with_postings(session: Session, rows: Sequence[Row[Any]]) -> Iterator[StoredJournal]:
    lines: dict[int, list[Posting]] = {row.id: [] for row in rows}
    ids = sorted(lines)
    for start in range(0, len(ids), 500):
        some = ids[start : start + 500]
        for row in session.execute(
            select(POSTING)
            .where(and_(POSTING.c.journal_id.in_(some)))
            .order_by(POSTING.c.journal_id, POSTING.c.line)
        ):
            lines[row.journal_id].append(posting_of(row))
    for row in rows:
        yield journal_of(row, tuple(lines[row.id]))


def posting_of(row: Any) -> Posting:
    """A row of the posting table as a kernel value."""
    return Posting(
        account=row.account,
        amount=Money(row.pence),
        outcome=Outcome(row.outcome) if row.outcome else None,
        service=row.service,
        partner=row.partner,
        contract=row.contract,
        call_off=row.call_off,
    )


def journal_of(row: Any, postings: tuple[Posting, ...]) -> StoredJournal:
    """A row of the journal table with its postings as a kernel value."""
    journal = Journal(
        book=Book(row.book),
        fund=row.fund,
        period=Period(FinancialYear.parse(row.year), row.period),
        day=row.day,
        document_day=row.document_day,
        narration=row.narration,
        payee=row.payee,
        postings=postings,
        source=row.source,
        source_ref=row.source_ref,
        reverses=row.reverses,
    )
    return StoredJournal(
        id=row.id,
        journal=journal,
        status=row.status,
        version=row.version,
        author=row.author,
        authored_by=AuthoredBy(row.authored_by),
        entered_at=from_text(row.entered_at),
        batch=row.batch,
        batch_row=row.batch_row,
        posted=_posted(row, journal) if row.status == "posted" else None,
    )


def _posted(row: Any, journal: Journal) -> PostedJournal:
    return PostedJournal(
        journal=journal,
        number=row.number,
        sequence=row.sequence,
        author=row.author,
        authored_by=AuthoredBy(row.authored_by),
        posted_by=row.posted_by,
        posted_at=from_text(row.posted_at),
        salt=row.salt,
        text_seal=row.text_seal,
        previous_hash=row.previous_hash,
        hash=row.hash,
    )
