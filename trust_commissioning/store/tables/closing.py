"""Tables of closing: each closing with its seal, what it left open, reopenings, year ends."""

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKeyConstraint, Integer, Text
from sqlmodel import Field, SQLModel

from trust_commissioning.store.tables.shared import NO_ROWID


def _of_period() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["year", "period"], ["period.year", "period.number"])


class PeriodClosingRow(SQLModel, table=True):
    """One closing of a period, put here by the database itself as the period closes.

    `turn` is 1 for the first closing and rises with each reopening. `head_sequence` is where the
    chain stood, so that the seal of an earlier closing can be computed again.
    """

    __tablename__ = "period_closing"
    __table_args__ = (_of_period(), NO_ROWID)
    year: str = Field(primary_key=True)
    period: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    turn: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    closed_by: str = Field(foreign_key="person.username")
    closed_at: str
    seal: str
    head_sequence: int = Field(sa_column=Column(BigInteger, nullable=False))


class PeriodFiguresRow(SQLModel, table=True):
    """The board's figures as they were when a period was closed; `contents` is the report's JSON.

    `turn` is the closing's. What is asked of the period later is held against them.
    """

    __tablename__ = "period_figures"
    __table_args__ = (
        ForeignKeyConstraint(
            ["year", "period", "turn"],
            ["period_closing.year", "period_closing.period", "period_closing.turn"],
        ),
        NO_ROWID,
    )
    year: str = Field(primary_key=True)
    period: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    turn: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    contents: str = Field(sa_column=Column(Text, nullable=False))
    contents_sha256: str


class LeftOpenRow(SQLModel, table=True):
    """What a closing left undone: how it stood, and why it might stay."""

    __tablename__ = "left_open"
    __table_args__ = (_of_period(), CheckConstraint("reason <> ''", name="reason_given"), NO_ROWID)
    year: str = Field(primary_key=True)
    period: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    turn: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    item: str = Field(primary_key=True)
    stood: str = Field(sa_column=Column(Text, nullable=False))
    reason: str = Field(sa_column=Column(Text, nullable=False))


class ReopeningAskedRow(SQLModel, table=True):
    """Somebody asks that a closed period be opened again; `turn` is the closing's."""

    __tablename__ = "reopening_asked"
    __table_args__ = (
        ForeignKeyConstraint(
            ["year", "period", "turn"],
            ["period_closing.year", "period_closing.period", "period_closing.turn"],
        ),
        CheckConstraint("reason <> ''", name="reason_given"),
        NO_ROWID,
    )
    year: str = Field(primary_key=True)
    period: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    turn: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    asked_by: str = Field(foreign_key="person.username")
    asked_at: str
    reason: str = Field(sa_column=Column(Text, nullable=False))


class ReopeningAgreedRow(SQLModel, table=True):
    """Somebody else agrees, and the period is open again."""

    __tablename__ = "reopening_agreed"
    __table_args__ = (
        ForeignKeyConstraint(
            ["year", "period", "turn"],
            ["reopening_asked.year", "reopening_asked.period", "reopening_asked.turn"],
        ),
        NO_ROWID,
    )
    year: str = Field(primary_key=True)
    period: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    turn: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    agreed_by: str = Field(foreign_key="person.username")
    agreed_at: str


class HostBalanceRow(SQLModel, table=True):
    """What the host's own ledger or bank says of a fund's cash at the end of a period.

    Told again, it has the next `turn`; the latest is held against the books.
    """

    __tablename__ = "host_balance"
    __table_args__ = (_of_period(), NO_ROWID)
    year: str = Field(primary_key=True)
    period: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    fund: str = Field(primary_key=True, foreign_key="fund.code")
    turn: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    pence: int = Field(sa_column=Column(BigInteger, nullable=False))
    document: str
    told_by: str = Field(foreign_key="person.username")
    told_at: str


class YearEndRuleRow(SQLModel, table=True):
    """What becomes of a fund's balance at the end of a year, from that year on.

    Told again for the same year, it has the next `turn`. `shares` is a JSON object of partners'
    whole-number weights; empty is "as they contributed".
    """

    __tablename__ = "year_end_rule"
    __table_args__ = (
        CheckConstraint(
            "rule IN ('carry_forward', 'refund_partners', 'return_to_payer')", name="rule_known"
        ),
        NO_ROWID,
    )
    fund: str = Field(primary_key=True, foreign_key="fund.code")
    year: str = Field(primary_key=True)
    turn: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    rule: str
    clause: str = Field(sa_column=Column(Text, nullable=False))
    shares: str = Field(default="{}", sa_column=Column(Text, nullable=False))
    told_by: str = Field(foreign_key="person.username")
    told_at: str


class YearClosingRow(SQLModel, table=True):
    """A year finally closed: none of its periods is opened again."""

    __tablename__ = "year_closing"
    __table_args__ = NO_ROWID
    year: str = Field(primary_key=True, foreign_key="financial_year.year")
    closed_by: str = Field(foreign_key="person.username")
    closed_at: str
