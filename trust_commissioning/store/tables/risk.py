"""Tables of risk sharing: rules as they were agreed, suspensions, settlements between partners."""

from datetime import date

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKeyConstraint, Integer, Text
from sqlmodel import Field, SQLModel

from trust_commissioning.store.tables.shared import NO_ROWID


class RiskShareRow(SQLModel, table=True):
    """A rule as it was agreed; `contents` is its JSON. Of two for one day the later turn holds."""

    __tablename__ = "risk_share"
    __table_args__ = (
        CheckConstraint("ends IS NULL OR ends >= starts", name="ends_after_start"),
        NO_ROWID,
    )
    fund: str = Field(primary_key=True, foreign_key="fund.code")
    turn: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    reference: str = Field(unique=True)
    starts: date
    ends: date | None = None
    contents: str = Field(sa_column=Column(Text, nullable=False))
    agreed_by: str = Field(foreign_key="person.username")
    agreed_at: str


class RiskShareSuspensionRow(SQLModel, table=True):
    """A time in which a fund's rule does not apply; `meanwhile` is the JSON of what does."""

    __tablename__ = "risk_share_suspension"
    __table_args__ = (
        CheckConstraint("ends IS NULL OR ends >= starts", name="ends_after_start"),
        NO_ROWID,
    )
    fund: str = Field(primary_key=True, foreign_key="fund.code")
    turn: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    reference: str = Field(unique=True)
    starts: date
    ends: date | None = None
    reason: str = Field(sa_column=Column(Text, nullable=False))
    meanwhile: str = Field(sa_column=Column(Text, nullable=False))
    suspended_by: str = Field(foreign_key="person.username")
    suspended_at: str


class SettlementRow(SQLModel, table=True):
    """A year settled between the partners of a fund; a later turn settles what changed since.

    `contents` holds the working as it was read then, `books_head` the books it was read from.
    """

    __tablename__ = "settlement"
    __table_args__ = NO_ROWID
    fund: str = Field(primary_key=True, foreign_key="fund.code")
    year: str = Field(primary_key=True, foreign_key="financial_year.year", max_length=7)
    turn: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    reference: str = Field(unique=True)
    day: date
    reason: str = Field(default="", sa_column=Column(Text, nullable=False))
    variance_pence: int = Field(sa_column=Column(BigInteger, nullable=False))
    agreed: str = Field(default="", description="decisions the partners took, one a line")
    asked: str = Field(sa_column=Column(Text, nullable=False))
    contents: str = Field(sa_column=Column(Text, nullable=False))
    books_head: str
    settled_by: str = Field(foreign_key="person.username")
    settled_at: str


class SettlementLineRow(SQLModel, table=True):
    """A partner's share as settled, with the journal that entered what was new of it."""

    __tablename__ = "settlement_line"
    __table_args__ = (
        ForeignKeyConstraint(
            ["fund", "year", "turn"], ["settlement.fund", "settlement.year", "settlement.turn"]
        ),
        NO_ROWID,
    )
    fund: str = Field(primary_key=True)
    year: str = Field(primary_key=True, max_length=7)
    turn: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    partner: str = Field(primary_key=True, foreign_key="partner.code")
    share_pence: int = Field(sa_column=Column(BigInteger, nullable=False))
    new_pence: int = Field(sa_column=Column(BigInteger, nullable=False))
    journal: str | None = Field(default=None, foreign_key="journal.number")


class SettlementReductionRow(SQLModel, table=True):
    """What a smaller share takes off an instalment that an earlier settlement made due.

    The journal of the settlement's line enters it; whatever of the change is more than was still
    owed is owed back to the partner.
    """

    __tablename__ = "settlement_reduction"
    __table_args__ = (
        CheckConstraint("pence > 0", name="above_nil"),
        ForeignKeyConstraint(
            ["fund", "year", "turn", "partner"],
            [
                "settlement_line.fund",
                "settlement_line.year",
                "settlement_line.turn",
                "settlement_line.partner",
            ],
        ),
        ForeignKeyConstraint(
            ["contribution", "day"], ["instalment.contribution", "instalment.day"]
        ),
        NO_ROWID,
    )
    fund: str = Field(primary_key=True)
    year: str = Field(primary_key=True, max_length=7)
    turn: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    partner: str = Field(primary_key=True)
    contribution: str = Field(primary_key=True)
    day: date = Field(primary_key=True)
    pence: int = Field(sa_column=Column(BigInteger, nullable=False))
