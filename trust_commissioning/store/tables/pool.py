"""Tables of the pooled fund: agreements as dated facts, contributions, receipts, disputes."""

from datetime import date

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    Text,
)
from sqlmodel import Field, SQLModel

from trust_commissioning.store.tables.shared import NO_ROWID


class PoolFactRow(SQLModel, table=True):
    """One dated fact of an agreement, an office, a schedule or a chase; `contents` is its JSON.

    `about` names what it is a fact of. Facts of one day stand in order of `turn`.
    """

    __tablename__ = "pool_fact"
    __table_args__ = (Index("ix_pool_fact_about", "kind", "about"), NO_ROWID)
    kind: str = Field(primary_key=True)
    reference: str = Field(primary_key=True)
    about: str
    fund: str | None = Field(default=None, foreign_key="fund.code", index=True)
    day: date
    turn: int
    contents: str = Field(sa_column=Column(Text, nullable=False))
    recorded_by: str = Field(foreign_key="person.username")
    recorded_at: str


class ContributionRow(SQLModel, table=True):
    """What a partner puts into a fund in a year (`ledger.pool.contributions.Contribution`)."""

    __tablename__ = "contribution"
    __table_args__ = (
        CheckConstraint("kind IN ('cash', 'in_kind', 'settlement')", name="kind_known"),
        Index("ix_contribution_fund", "fund", "year", "partner"),
        NO_ROWID,
    )
    key: str = Field(primary_key=True)
    fund: str = Field(foreign_key="fund.code")
    year: str = Field(max_length=7)
    partner: str = Field(foreign_key="partner.code")
    kind: str = "cash"
    form: str = ""
    valuation: str = Field(default="", sa_column=Column(Text, nullable=False))
    recurrent: bool = True
    gross_pence: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    client_charges_pence: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    account: str | None = Field(default=None, foreign_key="account.name")
    service: str | None = Field(default=None, foreign_key="service.code")


class InstalmentRow(SQLModel, table=True):
    """One dated part of a contribution; nil where it was taken off before it was raised."""

    __tablename__ = "instalment"
    __table_args__ = (CheckConstraint("pence >= 0", name="not_below_nil"), NO_ROWID)
    contribution: str = Field(primary_key=True, foreign_key="contribution.key")
    day: date = Field(primary_key=True)
    pence: int = Field(sa_column=Column(BigInteger, nullable=False))


class ReceiptRow(SQLModel, table=True):
    """Money a partner paid, or somebody did who is not known yet; `journal` entered it."""

    __tablename__ = "receipt"
    __table_args__ = (
        CheckConstraint("pence > 0", name="above_nil"),
        Index("ix_receipt_fund", "fund", "partner"),
        NO_ROWID,
    )
    reference: str = Field(primary_key=True)
    fund: str = Field(foreign_key="fund.code")
    partner: str | None = Field(default=None, foreign_key="partner.code")
    day: date
    pence: int = Field(sa_column=Column(BigInteger, nullable=False))
    words: str = Field(default="", sa_column=Column(Text, nullable=False))
    asked: str = Field(default="", sa_column=Column(Text, nullable=False))
    journal: str = Field(foreign_key="journal.number")
    recorded_by: str = Field(foreign_key="person.username")
    recorded_at: str


class ReceiptMatchRow(SQLModel, table=True):
    """What of a receipt pays which instalment; `journal` moved it off what is owed.

    `named` is whether it was asked to pay that, or the undisputed debts in order; None of old.
    """

    __tablename__ = "receipt_match"
    __table_args__ = (
        CheckConstraint("pence > 0", name="above_nil"),
        ForeignKeyConstraint(
            ["contribution", "day"], ["instalment.contribution", "instalment.day"]
        ),
        Index("ix_receipt_match_instalment", "contribution", "day"),
        NO_ROWID,
    )
    receipt: str = Field(primary_key=True, foreign_key="receipt.reference")
    turn: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    contribution: str
    day: date
    pence: int = Field(sa_column=Column(BigInteger, nullable=False))
    journal: str = Field(foreign_key="journal.number")
    named: bool | None = None
    recorded_by: str = Field(foreign_key="person.username")
    recorded_at: str


class DisputeRow(SQLModel, table=True):
    """What a partner denies to owe of an instalment, and why."""

    __tablename__ = "dispute"
    __table_args__ = (
        CheckConstraint("pence > 0", name="above_nil"),
        ForeignKeyConstraint(
            ["contribution", "instalment"], ["instalment.contribution", "instalment.day"]
        ),
        Index("ix_dispute_instalment", "contribution", "instalment"),
        NO_ROWID,
    )
    reference: str = Field(primary_key=True)
    contribution: str
    instalment: date
    day: date
    pence: int = Field(sa_column=Column(BigInteger, nullable=False))
    reason: str = Field(sa_column=Column(Text, nullable=False))
    recorded_by: str = Field(foreign_key="person.username")
    recorded_at: str


class DisputeStepRow(SQLModel, table=True):
    """What happened in a dispute; resolving or withdrawing it ends it."""

    __tablename__ = "dispute_step"
    __table_args__ = (
        CheckConstraint("kind IN ('note', 'resolved', 'withdrawn')", name="kind_known"),
        CheckConstraint("reduced_pence >= 0", name="not_below_nil"),
        NO_ROWID,
    )
    dispute: str = Field(primary_key=True, foreign_key="dispute.reference")
    reference: str = Field(primary_key=True)
    turn: int
    day: date
    kind: str
    reduced_pence: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    words: str = Field(sa_column=Column(Text, nullable=False))
    journal: str | None = Field(default=None, foreign_key="journal.number")
    recorded_by: str = Field(foreign_key="person.username")
    recorded_at: str
