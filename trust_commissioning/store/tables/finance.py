"""Tables of the finance office: finding journals, their papers, entries being typed, bank statements."""

from datetime import date

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    Text,
    UniqueConstraint,
)
from sqlmodel import Field, SQLModel

from trust_commissioning.store.tables.shared import NO_ROWID, ROW_ID


def _count(*, key: bool = True) -> Column[int]:
    return Column(Integer, primary_key=key, autoincrement=False, nullable=False)


def _pence(*, nullable: bool = False) -> Column[int]:
    return Column(BigInteger, nullable=nullable)


class JournalSearchRow(SQLModel, table=True):
    """What a posted journal is found by: its words and amounts (`store.finding`), with its debits.

    Kept in the posting transaction. It says nothing that the journal does not, and can be made anew.
    """

    __tablename__ = "journal_search"
    __table_args__ = (Index("ix_journal_search_pence", "pence"),)
    journal_id: int = Field(
        sa_column=Column(ROW_ID, ForeignKey("journal.id"), primary_key=True, autoincrement=False)
    )
    pence: int = Field(sa_column=_pence())
    words: str = Field(sa_column=Column(Text, nullable=False))


class AttachmentRow(SQLModel, table=True):
    """A file kept with a journal; `data` is base64. Kept for good once the journal is posted."""

    __tablename__ = "attachment"
    __table_args__ = (CheckConstraint("size > 0", name="not_empty"), NO_ROWID)
    journal_id: int = Field(
        sa_column=Column(ROW_ID, ForeignKey("journal.id"), primary_key=True, autoincrement=False)
    )
    turn: int = Field(sa_column=_count())
    name: str
    media_type: str
    size: int
    sha256: str
    data: str = Field(sa_column=Column(Text, nullable=False))
    added_by: str = Field(foreign_key="person.username")
    added_at: str


class EntryDraftRow(SQLModel, table=True):
    """A journal as far as a person has typed it, right or wrong, kept so that nothing typed is lost.

    `contents` is the JSON of the boxes; `token` names the request it becomes.
    """

    __tablename__ = "entry_draft"
    __table_args__ = NO_ROWID
    username: str = Field(primary_key=True, foreign_key="person.username")
    token: str = Field(primary_key=True)
    contents: str = Field(sa_column=Column(Text, nullable=False))
    saved_at: str


class BankStatementRow(SQLModel, table=True):
    """One loaded statement of a bank account: an account of the chart, of one fund or ('') of all.

    `opening_pence` and `closing_pence` are the bank's: money in its account is above nil.
    """

    __tablename__ = "bank_statement"
    __table_args__ = (Index("ix_bank_statement_account", "account", "fund", "ends"), NO_ROWID)
    batch: str = Field(primary_key=True, foreign_key="import_batch.id")
    account: str = Field(foreign_key="account.name")
    fund: str = ""
    starts: date
    ends: date
    opening_pence: int = Field(sa_column=_pence())
    closing_pence: int = Field(sa_column=_pence())


class BankLineRow(SQLModel, table=True):
    """One line of a bank statement; money in is above nil. Row 0 is a balance brought forward.

    `key` with `occurrence` tells it from every other line of its account, however often its file,
    or one that overlaps it, is loaded.
    """

    __tablename__ = "bank_line"
    __table_args__ = (
        UniqueConstraint("account", "fund", "key", "occurrence"),
        Index("ix_bank_line_day", "account", "fund", "day"),
        NO_ROWID,
    )
    batch: str = Field(primary_key=True, foreign_key="bank_statement.batch")
    row: int = Field(sa_column=_count())
    account: str
    fund: str = ""
    day: date
    pence: int = Field(sa_column=_pence())
    words: str = ""
    reference: str = ""
    balance_pence: int | None = Field(default=None, sa_column=_pence(nullable=True))
    key: str
    occurrence: int


class BankMatchRow(SQLModel, table=True):
    """Lines of a bank statement that are postings of the books: how it was found, and by whom."""

    __tablename__ = "bank_match"
    __table_args__ = (CheckConstraint("how IN ('certain', 'hand')", name="how_known"), NO_ROWID)
    turn: int = Field(sa_column=_count())
    account: str
    fund: str = ""
    how: str
    matched_by: str = Field(foreign_key="person.username")
    matched_at: str


class BankMatchLineRow(SQLModel, table=True):
    """A line of a statement in a match: in one at most, by its key."""

    __tablename__ = "bank_match_line"
    __table_args__ = (
        ForeignKeyConstraint(["batch", "row"], ["bank_line.batch", "bank_line.row"]),
        Index("ix_bank_match_line_turn", "turn"),
        NO_ROWID,
    )
    batch: str = Field(primary_key=True)
    row: int = Field(sa_column=_count())
    turn: int = Field(foreign_key="bank_match.turn")


class BankMatchPostingRow(SQLModel, table=True):
    """A posting in a match: in one at most, by its key."""

    __tablename__ = "bank_match_posting"
    __table_args__ = (
        ForeignKeyConstraint(["journal_id", "line"], ["posting.journal_id", "posting.line"]),
        Index("ix_bank_match_posting_turn", "turn"),
        NO_ROWID,
    )
    journal_id: int = Field(sa_column=Column(ROW_ID, primary_key=True, autoincrement=False))
    line: int = Field(sa_column=_count())
    turn: int = Field(foreign_key="bank_match.turn")
