"""Tables of the record: standing facts, journals, balances, people."""

from datetime import date

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlmodel import Field, SQLModel

from ledger.journal import AuthoredBy, Book
from ledger.outcomes import Outcome
from trust_commissioning.store.tables.shared import NO_ROWID, ROW_ID


def _one_of(column: str, values: type[Book] | type[AuthoredBy] | type[Outcome]) -> str:
    return f"{column} IN ({', '.join(repr(v.value) for v in values)})"


_POSTED_ONLY = (
    "number",
    "number_in_year",
    "sequence",
    "hash",
    "previous_hash",
    "posted_by",
    "posted_at",
    "salt",
    "text_seal",
)
_ALL_OR_NONE = (
    f"(status = 'posted' AND {' AND '.join(f'{name} IS NOT NULL' for name in _POSTED_ONLY)}) OR "
    f"(status <> 'posted' AND {' AND '.join(f'{name} IS NULL' for name in _POSTED_ONLY)})"
)


class TrustRow(SQLModel, table=True):
    """The one trust this database is of."""

    __tablename__ = "trust"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)
    id: int = Field(default=1, sa_column=Column(Integer, primary_key=True, autoincrement=False))
    name: str
    created_at: str
    kept_by: str | None = Field(default=None, foreign_key="partner.code")


class PartnerRow(SQLModel, table=True):
    """A body in the agreement."""

    __tablename__ = "partner"
    __table_args__ = NO_ROWID
    code: str = Field(primary_key=True)
    name: str
    kind: str = Field(default="", description="council, education, health, youth, justice …")


class FundRow(SQLModel, table=True):
    """Money kept apart (`ledger.funds.Fund`); `may_be_spent_on` is service codes and spaces."""

    __tablename__ = "fund"
    __table_args__ = NO_ROWID
    code: str = Field(primary_key=True)
    title: str
    kind: str
    legal_basis: str
    host: str | None = Field(default=None, foreign_key="partner.code")
    pool_manager: str = ""
    conditions: str = Field(default="", sa_column=Column(Text, nullable=False))
    may_be_spent_on: str = ""
    starts: date | None = None
    ends: date | None = None


class AccountRow(SQLModel, table=True):
    """One account of the chart (`ledger.chart.Account`)."""

    __tablename__ = "account"
    __table_args__ = NO_ROWID
    name: str = Field(primary_key=True)
    title: str
    subjective: str = ""
    s251_line: str = ""
    council_code: str = ""
    needs_partner: bool = False
    closed: bool = False


class ServiceRow(SQLModel, table=True):
    """What is bought or provided for children."""

    __tablename__ = "service"
    __table_args__ = NO_ROWID
    code: str = Field(primary_key=True)
    title: str
    description: str = Field(default="", sa_column=Column(Text, nullable=False))
    review_day: date | None = None


class ServiceOutcomeRow(SQLModel, table=True):
    """The whole-number weight of one outcome in a service's spend, from a day on."""

    __tablename__ = "service_outcome"
    __table_args__ = (
        CheckConstraint(_one_of("outcome", Outcome), name="outcome_known"),
        CheckConstraint("weight > 0", name="weight_above_nil"),
        NO_ROWID,
    )
    service: str = Field(primary_key=True, foreign_key="service.code")
    starts: date = Field(primary_key=True)
    outcome: str = Field(primary_key=True)
    weight: int


class ProviderRow(SQLModel, table=True):
    """Who delivers; `also_known_as` holds names as extracts print them, one a line."""

    __tablename__ = "provider"
    __table_args__ = NO_ROWID
    code: str = Field(primary_key=True)
    name: str
    sector: str = ""
    also_known_as: str = Field(default="", sa_column=Column(Text, nullable=False))


class ContractRow(SQLModel, table=True):
    """A contract as this release knows it: reference, provider, service, fund, value, dates."""

    __tablename__ = "contract"
    __table_args__ = (
        CheckConstraint("ends IS NULL OR ends >= starts", name="ends_after_start"),
        NO_ROWID,
    )
    number: str = Field(primary_key=True)
    title: str
    provider: str = Field(foreign_key="provider.code")
    service: str = Field(foreign_key="service.code")
    fund: str = Field(foreign_key="fund.code")
    value_pence: int = Field(sa_column=Column(BigInteger, nullable=False))
    starts: date
    ends: date | None = None


class FinancialYearRow(SQLModel, table=True):
    """A year that has been opened; `last_number` is its last journal number."""

    __tablename__ = "financial_year"
    __table_args__ = NO_ROWID
    year: str = Field(primary_key=True, max_length=7)
    last_number: int = 0


class PeriodRow(SQLModel, table=True):
    """A period of an opened year. Once closed it stays closed."""

    __tablename__ = "period"
    __table_args__ = (
        CheckConstraint("number BETWEEN 1 AND 13", name="number_1_to_13"),
        CheckConstraint("status IN ('open', 'closed')", name="status_known"),
        CheckConstraint("starts <= ends", name="starts_before_it_ends"),
        NO_ROWID,
    )
    year: str = Field(primary_key=True, foreign_key="financial_year.year")
    number: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    starts: date
    ends: date
    status: str = "open"
    closed_by: str | None = Field(default=None, foreign_key="person.username")
    closed_at: str | None = None
    seal: str | None = None


class PersonRow(SQLModel, table=True):
    """A person who may sign in; `password_hash` is argon2id, empty where there is none.

    `word_ends_at` is set where the password is a word for one sign-in, good until then.
    """

    __tablename__ = "person"
    __table_args__ = NO_ROWID
    username: str = Field(primary_key=True)
    name: str
    email: str = ""
    role: str
    partner: str | None = Field(default=None, foreign_key="partner.code")
    password_hash: str = ""
    active: bool = True
    created_at: str
    version: int = 1
    word_ends_at: str | None = None


class SignInRow(SQLModel, table=True):
    """One sign-in; the token itself is only in the person's cookie, here is its sha256."""

    __tablename__ = "sign_in"
    __table_args__ = NO_ROWID
    token_hash: str = Field(primary_key=True)
    username: str = Field(foreign_key="person.username", index=True)
    csrf: str
    address: str = ""
    created_at: str
    seen_at: str
    ended_at: str | None = None


class SignInAttemptRow(SQLModel, table=True):
    """A try to sign in, kept to slow down guessing."""

    __tablename__ = "sign_in_attempt"
    id: int | None = Field(default=None, sa_column=Column(ROW_ID, primary_key=True))
    username: str = Field(index=True)
    address: str = Field(index=True)
    at: str
    succeeded: bool


class JournalRow(SQLModel, table=True):
    """A journal: draft, submitted, then posted for good.

    A draft's contents may change; a submitted one may only be posted or go back to draft; a
    posted one never changes.
    """

    __tablename__ = "journal"
    __table_args__ = (
        CheckConstraint(_one_of("book", Book), name="book_known"),
        CheckConstraint(_one_of("authored_by", AuthoredBy), name="authored_by_known"),
        CheckConstraint("status IN ('draft', 'submitted', 'posted')", name="status_known"),
        CheckConstraint(
            _ALL_OR_NONE,
            name="posted_is_complete",
        ),
        CheckConstraint(
            "(authored_by = 'batch') = (batch IS NOT NULL)", name="batch_names_its_file"
        ),
        CheckConstraint(
            "authored_by <> 'reversal' OR reverses IS NOT NULL", name="reversal_names_original"
        ),
        UniqueConstraint("source", "source_ref"),
        UniqueConstraint("id", "fund"),
        ForeignKeyConstraint(["year", "period"], ["period.year", "period.number"]),
        ForeignKeyConstraint(["batch", "batch_row"], ["import_row.batch", "import_row.row"]),
        Index("ix_journal_fund_year_period", "year", "period", "fund", "book"),
        Index(
            "ix_journal_waiting",
            "status",
            sqlite_where=text("status <> 'posted'"),
            postgresql_where=text("status <> 'posted'"),
        ),
        Index("ix_journal_batch", "batch", "batch_row"),
        Index(
            "ix_journal_late",
            "year",
            "period",
            sqlite_where=text("document_day IS NOT NULL"),
            postgresql_where=text("document_day IS NOT NULL"),
        ),
        {"sqlite_autoincrement": True},
    )
    id: int | None = Field(default=None, sa_column=Column(ROW_ID, primary_key=True))
    book: str
    fund: str = Field(foreign_key="fund.code")
    year: str
    period: int
    day: date
    document_day: date | None = None
    narration: str = Field(sa_column=Column(Text, nullable=False))
    payee: str = ""
    source: str
    source_ref: str
    contents_hash: str
    author: str
    authored_by: str
    batch: str | None = Field(default=None, foreign_key="import_batch.id")
    batch_row: int | None = None
    reverses: str | None = Field(
        default=None,
        sa_column=Column(String, ForeignKey("journal.number"), unique=True, nullable=True),
    )
    status: str = "draft"
    version: int = 1
    entered_at: str
    posted_by: str | None = Field(default=None, foreign_key="person.username")
    posted_at: str | None = None
    number: str | None = Field(default=None, unique=True)
    number_in_year: int | None = None
    sequence: int | None = Field(
        default=None, sa_column=Column(BigInteger, unique=True, nullable=True)
    )
    salt: str | None = None
    text_seal: str | None = None
    previous_hash: str | None = None
    hash: str | None = None


class PostingRow(SQLModel, table=True):
    """One line of a journal. Its fund is its journal's: the database holds it to that."""

    __tablename__ = "posting"
    __table_args__ = (
        ForeignKeyConstraint(["journal_id", "fund"], ["journal.id", "journal.fund"]),
        CheckConstraint("pence <> 0", name="not_nil"),
        CheckConstraint(f"outcome IS NULL OR {_one_of('outcome', Outcome)}", name="outcome_known"),
        Index("ix_posting_account", "account", "service", "outcome", "journal_id"),
        Index(
            "ix_posting_contract",
            "contract",
            "journal_id",
            sqlite_where=text("contract IS NOT NULL"),
            postgresql_where=text("contract IS NOT NULL"),
        ),
        Index(
            "ix_posting_call_off",
            "call_off",
            "journal_id",
            sqlite_where=text("call_off IS NOT NULL"),
            postgresql_where=text("call_off IS NOT NULL"),
        ),
        NO_ROWID,
    )
    journal_id: int = Field(sa_column=Column(ROW_ID, primary_key=True, autoincrement=False))
    line: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    fund: str
    account: str = Field(foreign_key="account.name")
    pence: int = Field(sa_column=Column(BigInteger, nullable=False))
    outcome: str | None = None
    service: str | None = Field(default=None, foreign_key="service.code")
    partner: str | None = Field(default=None, foreign_key="partner.code")
    contract: str | None = Field(default=None, foreign_key="contract.number")
    call_off: str | None = Field(default=None, foreign_key="call_off.number")


class BalanceRow(SQLModel, table=True):
    """What a coding came to in a period, kept in the posting transaction; '' for no coding.

    The key stands in the order in which a page sums expense, so that nothing has to be sorted.
    """

    __tablename__ = "balance"
    __table_args__ = (
        PrimaryKeyConstraint(
            *("book", "year", "fund", "period", "service", "outcome", "account", "partner")
        ),
        NO_ROWID,
    )
    book: str = Field(primary_key=True)
    year: str = Field(primary_key=True)
    fund: str = Field(primary_key=True)
    period: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    account: str = Field(primary_key=True)
    service: str = Field(primary_key=True)
    outcome: str = Field(primary_key=True)
    partner: str = Field(primary_key=True)
    pence: int = Field(sa_column=Column(BigInteger, nullable=False))
    last_sequence: int = Field(sa_column=Column(BigInteger, nullable=False))


class ContractBalanceRow(SQLModel, table=True):
    """What a contract's expense came to in a period, kept in the posting transaction."""

    __tablename__ = "contract_balance"
    __table_args__ = NO_ROWID
    book: str = Field(primary_key=True)
    year: str = Field(primary_key=True)
    fund: str = Field(primary_key=True)
    period: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    contract: str = Field(primary_key=True, foreign_key="contract.number")
    pence: int = Field(sa_column=Column(BigInteger, nullable=False))
    last_sequence: int = Field(sa_column=Column(BigInteger, nullable=False))


class CallOffBalanceRow(SQLModel, table=True):
    """What a call-off's expense came to in a period, kept in the posting transaction."""

    __tablename__ = "call_off_balance"
    __table_args__ = (
        PrimaryKeyConstraint("call_off", "book", "year", "fund", "period"),
        Index("ix_call_off_balance_book", "book", "year", "fund"),
        NO_ROWID,
    )
    book: str = Field(primary_key=True)
    year: str = Field(primary_key=True)
    fund: str = Field(primary_key=True)
    period: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    call_off: str = Field(primary_key=True, foreign_key="call_off.number")
    pence: int = Field(sa_column=Column(BigInteger, nullable=False))
    last_sequence: int = Field(sa_column=Column(BigInteger, nullable=False))


class ChainHeadRow(SQLModel, table=True):
    """The last journal of the chain, with the one it moved on from. One row."""

    __tablename__ = "chain_head"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)
    id: int = Field(default=1, sa_column=Column(Integer, primary_key=True, autoincrement=False))
    sequence: int = Field(sa_column=Column(BigInteger, nullable=False))
    moved_from: int = Field(sa_column=Column(BigInteger, nullable=False))
    hash: str


class AuditEventRow(SQLModel, table=True):
    """Who did what and when, with what was there before and after (JSON)."""

    __tablename__ = "audit_event"
    __table_args__ = (
        Index("ix_audit_event_object", "object_kind", "object_key", "at", "id"),
        Index("ix_audit_event_person", "person", "at", "id"),
        Index("ix_audit_event_action", "action", "at", "id"),
        Index("ix_audit_event_at", "at", "id"),
    )
    id: int | None = Field(default=None, sa_column=Column(ROW_ID, primary_key=True))
    at: str
    person: str
    action: str
    object_kind: str
    object_key: str
    before: str = Field(default="", sa_column=Column(Text, nullable=False))
    after: str = Field(default="", sa_column=Column(Text, nullable=False))


class PublicationRow(SQLModel, table=True):
    """One publication of the books, or why it was withheld (JSON problems)."""

    __tablename__ = "publication"
    id: int | None = Field(default=None, sa_column=Column(ROW_ID, primary_key=True))
    at: str
    head_sequence: int = Field(sa_column=Column(BigInteger, nullable=False))
    head_hash: str
    problems: str = Field(default="[]", sa_column=Column(Text, nullable=False))


class AnsweredRequestRow(SQLModel, table=True):
    """An answer the API gave under an Idempotency-Key, given again for the same request."""

    __tablename__ = "answered_request"
    __table_args__ = NO_ROWID
    username: str = Field(primary_key=True, foreign_key="person.username")
    key: str = Field(primary_key=True)
    request_hash: str
    status: int
    answer: str = Field(sa_column=Column(Text, nullable=False))
    at: str
