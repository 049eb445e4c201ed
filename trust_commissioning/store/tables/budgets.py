"""Tables of budgets: who may move them, how they are spread, what they are expected to come to."""

from datetime import date

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Integer,
    String,
    Text,
    text,
)
from sqlmodel import Field, SQLModel

from trust_commissioning.store.tables.shared import NO_ROWID


class VirementRuleRow(SQLModel, table=True):
    """A route or a delegated limit (`ledger.virement`); what is not said is any."""

    __tablename__ = "virement_rule"
    __table_args__ = (
        CheckConstraint("kind IN ('route', 'limit')", name="kind_known"),
        CheckConstraint(
            "starts IS NULL OR ends IS NULL OR ends >= starts", name="ends_after_start"
        ),
        CheckConstraint("pence IS NULL OR pence >= 0", name="limit_not_below_nil"),
        CheckConstraint("per IN ('year', 'virement')", name="per_known"),
        NO_ROWID,
    )
    code: str = Field(primary_key=True)
    kind: str
    starts: date | None = None
    ends: date | None = None
    allowed: bool = True
    because: str = Field(default="", sa_column=Column(Text, nullable=False))
    from_fund: str | None = Field(default=None, foreign_key="fund.code")
    from_account: str = ""
    from_service: str | None = Field(default=None, foreign_key="service.code")
    to_fund: str | None = Field(default=None, foreign_key="fund.code")
    to_account: str = ""
    to_service: str | None = Field(default=None, foreign_key="service.code")
    fund: str | None = Field(default=None, foreign_key="fund.code")
    role: str = ""
    person: str | None = Field(default=None, foreign_key="person.username")
    pence: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    per: str = Field(
        default="year", sa_column=Column(String, nullable=False, server_default=text("'year'"))
    )


class BudgetProfileRow(SQLModel, table=True):
    """How a line's budget is spread over a year. The last turn counts from month `since` on, the
    one before it until then; all are kept."""

    __tablename__ = "budget_profile"
    __table_args__ = (
        CheckConstraint("shape IN ('even', 'seasonal', 'contract')", name="shape_known"),
        CheckConstraint("(shape = 'contract') = (contract IS NOT NULL)", name="contract_named"),
        CheckConstraint("since BETWEEN 1 AND 12", name="since_a_month"),
        NO_ROWID,
    )
    fund: str = Field(primary_key=True, foreign_key="fund.code")
    year: str = Field(primary_key=True, foreign_key="financial_year.year")
    account: str = Field(primary_key=True, foreign_key="account.name")
    service: str = Field(primary_key=True)
    turn: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    shape: str
    weights: str = Field(default="", description="of a season: twelve whole numbers and spaces")
    contract: str | None = Field(default=None, foreign_key="contract.number")
    reason: str = Field(default="", sa_column=Column(Text, nullable=False))
    since: int = Field(
        default=1, sa_column=Column(Integer, nullable=False, server_default=text("1"))
    )
    set_by: str = Field(foreign_key="person.username")
    set_at: str


class ForecastRow(SQLModel, table=True):
    """What a person said a line will come to, or how it is to be worked out; all are kept.

    `period` is the period whose figures they knew.
    """

    __tablename__ = "forecast"
    __table_args__ = (
        ForeignKeyConstraint(["year", "period"], ["period.year", "period.number"]),
        CheckConstraint(
            "method IN ('higher', 'profile', 'committed', 'placements', 'person')",
            name="method_known",
        ),
        CheckConstraint("(method = 'person') = (pence IS NOT NULL)", name="amount_of_a_person"),
        NO_ROWID,
    )
    fund: str = Field(primary_key=True, foreign_key="fund.code")
    year: str = Field(primary_key=True)
    account: str = Field(primary_key=True, foreign_key="account.name")
    service: str = Field(primary_key=True)
    turn: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    period: int
    method: str
    pence: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    low_pence: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    high_pence: int | None = Field(default=None, sa_column=Column(BigInteger, nullable=True))
    reason: str = Field(sa_column=Column(Text, nullable=False))
    said_by: str = Field(foreign_key="person.username")
    said_at: str
