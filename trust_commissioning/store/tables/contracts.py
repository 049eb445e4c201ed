"""Tables of contracts beside their rows: terms, variations, uplifts, papers, published registers."""

from datetime import date

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Index,
    Integer,
    Text,
)
from sqlmodel import Field, SQLModel

from trust_commissioning.store.tables.shared import NO_ROWID


class ContractTermsRow(SQLModel, table=True):
    """What a contract said when it was signed, beside its row in `contract`.

    `contents` is the JSON of its lots, options, duties, KPIs and indexation. A contract without
    this row has one lot, for the whole of its value.
    """

    __tablename__ = "contract_terms"
    __table_args__ = (
        CheckConstraint(
            "form IN ('block', 'cost_and_volume', 'spot', 'framework')", name="form_known"
        ),
        CheckConstraint("irrecoverable_vat_pence >= 0", name="vat_not_below_nil"),
        CheckConstraint("notice_months >= 0", name="notice_not_below_nil"),
        NO_ROWID,
    )
    contract: str = Field(primary_key=True, foreign_key="contract.number")
    form: str
    signed: date | None = None
    procurement: str = ""
    irrecoverable_vat_pence: int | None = Field(
        default=None, sa_column=Column(BigInteger, nullable=True)
    )
    notice_months: int = 0
    contents: str = Field(sa_column=Column(Text, nullable=False))
    recorded_by: str = Field(foreign_key="person.username")
    recorded_at: str


class ContractMoveRow(SQLModel, table=True):
    """One move in a contract's life by `contracts.lifecycle`; the last says its state."""

    __tablename__ = "contract_move"
    __table_args__ = (
        CheckConstraint("state IN ('draft', 'signed', 'ended', 'terminated')", name="state_known"),
        NO_ROWID,
    )
    contract: str = Field(primary_key=True, foreign_key="contract.number")
    turn: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    event: str
    state: str
    day: date
    recorded_by: str = Field(foreign_key="person.username")
    recorded_at: str


class ContractVariationRow(SQLModel, table=True):
    """A dated change of a contract's terms; `contents` is its JSON (`contracts.contract`)."""

    __tablename__ = "contract_variation"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('variation', 'extension', 'uplift', 'ended', 'terminated', 'reopened')",
            name="kind_known",
        ),
        NO_ROWID,
    )
    contract: str = Field(primary_key=True, foreign_key="contract.number")
    reference: str = Field(primary_key=True)
    turn: int
    day: date
    kind: str
    contents: str = Field(sa_column=Column(Text, nullable=False))
    recorded_by: str = Field(foreign_key="person.username")
    recorded_at: str


class UpliftRow(SQLModel, table=True):
    """New prices a provider asks for from a day on."""

    __tablename__ = "uplift"
    __table_args__ = (
        CheckConstraint("value_pence >= 0", name="value_not_below_nil"),
        Index("ix_uplift_contract", "contract"),
        NO_ROWID,
    )
    reference: str = Field(primary_key=True)
    contract: str = Field(foreign_key="contract.number")
    day: date
    starts: date
    reason: str = Field(sa_column=Column(Text, nullable=False))
    percent: str | None = None
    index_words: str = Field(default="", sa_column=Column(Text, nullable=False))
    value_pence: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    asked: str = Field(sa_column=Column(Text, nullable=False))
    recorded_by: str = Field(foreign_key="person.username")
    recorded_at: str


class UpliftRateRow(SQLModel, table=True):
    """A lot's price as it was and as it is asked for."""

    __tablename__ = "uplift_rate"
    __table_args__ = (CheckConstraint("asked_pence >= 0", name="not_below_nil"), NO_ROWID)
    uplift: str = Field(primary_key=True, foreign_key="uplift.reference")
    lot: str = Field(primary_key=True)
    was_pence: int = Field(sa_column=Column(BigInteger, nullable=False))
    asked_pence: int = Field(sa_column=Column(BigInteger, nullable=False))


class UpliftDecisionRow(SQLModel, table=True):
    """An uplift checked, applied or refused, with what it cost as the person saw it."""

    __tablename__ = "uplift_decision"
    __table_args__ = (
        CheckConstraint("step IN ('checked', 'applied', 'refused')", name="step_known"),
        NO_ROWID,
    )
    uplift: str = Field(primary_key=True, foreign_key="uplift.reference")
    turn: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    step: str
    day: date
    reason: str = Field(default="", sa_column=Column(Text, nullable=False))
    this_year_pence: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    full_year_pence: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    recorded_by: str = Field(foreign_key="person.username")
    recorded_at: str


class IndexFigureRow(SQLModel, table=True):
    """A published index in a month, and where it was read; a revised figure is a later turn."""

    __tablename__ = "index_figure"
    __table_args__ = NO_ROWID
    name: str = Field(primary_key=True)
    month: date = Field(primary_key=True)
    turn: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    figure: str
    source: str
    recorded_by: str = Field(foreign_key="person.username")
    recorded_at: str


class ObligationMetRow(SQLModel, table=True):
    """That what a contract asks for by a day was done; `due` is that day."""

    __tablename__ = "obligation_met"
    __table_args__ = NO_ROWID
    contract: str = Field(primary_key=True, foreign_key="contract.number")
    reference: str = Field(primary_key=True)
    turn: int
    obligation: str
    due: date
    day: date
    words: str = Field(sa_column=Column(Text, nullable=False))
    recorded_by: str = Field(foreign_key="person.username")
    recorded_at: str


class ContractDocumentRow(SQLModel, table=True):
    """A paper of a contract by its name and fingerprint; `kept_at` says where it is filed."""

    __tablename__ = "contract_document"
    __table_args__ = NO_ROWID
    contract: str = Field(primary_key=True, foreign_key="contract.number")
    reference: str = Field(primary_key=True)
    name: str
    kind: str
    day: date
    sha256: str = Field(max_length=64)
    kept_at: str = ""
    recorded_by: str = Field(foreign_key="person.username")
    recorded_at: str


class PublishedContractRow(SQLModel, table=True):
    """One line of a contracts register as a council published it.

    What could be read stands in columns, with None where it could not; `cells` is every cell as it
    was printed and `flags` what was odd about it, both as JSON.
    """

    __tablename__ = "published_contract"
    __table_args__ = (Index("ix_published_contract_number", "publisher", "number"), NO_ROWID)
    batch: str = Field(primary_key=True, foreign_key="import_batch.id")
    row: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    publisher: str
    number: str
    title: str
    provider_name: str
    starts: date | None = None
    ends: date | None = None
    review_day: date | None = None
    extension_ends: date | None = None
    value_pence: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    irrecoverable_vat_pence: int | None = Field(
        default=None, sa_column=Column(BigInteger, nullable=True)
    )
    cells: str = Field(sa_column=Column(Text, nullable=False))
    flags: str = Field(default="[]", sa_column=Column(Text, nullable=False))
