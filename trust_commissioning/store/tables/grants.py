"""Tables of grants: programmes, allocations with their years, events, plans with their progress."""

from datetime import date

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKeyConstraint, Integer, Text
from sqlmodel import Field, SQLModel

from ledger.grant.life import Step
from ledger.grant.plan import ActionState
from ledger.grant.programme import Unspent
from trust_commissioning.store.tables.shared import NO_ROWID


def _one_of(column: str, values: type[Step] | type[Unspent] | type[ActionState]) -> str:
    return f"{column} IN ({', '.join(repr(v.value) for v in values)})"


class GrantProgrammeRow(SQLModel, table=True):
    """A grant as its payer gives it; `contents` is the JSON of its purposes and conditions."""

    __tablename__ = "grant_programme"
    __table_args__ = (CheckConstraint(_one_of("unspent", Unspent), name="unspent_known"), NO_ROWID)
    code: str = Field(primary_key=True)
    title: str
    payer: str
    legal_power: str = ""
    income: str = Field(foreign_key="account.name")
    needs_plan: bool = False
    needs_parliament: bool = False
    unspent: str
    capital: bool = False
    successors: str = Field(default="", description="codes and spaces")
    contents: str = Field(default="{}", sa_column=Column(Text, nullable=False))


class GrantAllocationRow(SQLModel, table=True):
    """What a grant gives one authority (`ledger.grant.allocation.Allocation`)."""

    __tablename__ = "grant_allocation"
    __table_args__ = (
        CheckConstraint("core_pence > 0", name="core_above_nil"),
        CheckConstraint("ends >= starts", name="ends_after_start"),
        NO_ROWID,
    )
    reference: str = Field(primary_key=True)
    grant_code: str = Field(foreign_key="grant_programme.code", index=True)
    authority: str = Field(foreign_key="partner.code")
    fund: str = Field(foreign_key="fund.code", index=True)
    starts: date
    ends: date
    core_pence: int = Field(sa_column=Column(BigInteger, nullable=False))
    with_transfers_pence: int | None = Field(
        default=None, sa_column=Column(BigInteger, nullable=True)
    )
    document: str = ""
    recorded_by: str = Field(foreign_key="person.username")
    recorded_at: str


class GrantYearRow(SQLModel, table=True):
    """One year of an allocation, with what is a fact of grant, authority and year."""

    __tablename__ = "grant_year"
    __table_args__ = (
        CheckConstraint("pence >= 0", name="not_below_nil"),
        CheckConstraint(_one_of("unspent", Unspent), name="unspent_known"),
        NO_ROWID,
    )
    allocation: str = Field(primary_key=True, foreign_key="grant_allocation.reference")
    year: str = Field(primary_key=True, max_length=7)
    pence: int = Field(sa_column=Column(BigInteger, nullable=False))
    ring_fenced: bool
    unspent: str


class GrantEventRow(SQLModel, table=True):
    """One dated event of an allocation, in order of `turn`; `contents` is what else was said.

    `journal` is what it did to the books, if it did anything.
    """

    __tablename__ = "grant_event"
    __table_args__ = (CheckConstraint(_one_of("step", Step), name="step_known"), NO_ROWID)
    allocation: str = Field(primary_key=True, foreign_key="grant_allocation.reference")
    reference: str = Field(primary_key=True)
    turn: int
    step: str
    day: date
    pence: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    year: str | None = Field(default=None, max_length=7)
    confirmed: bool = True
    mark: str = ""
    contents: str = Field(default="{}", sa_column=Column(Text, nullable=False))
    journal: str | None = Field(default=None, foreign_key="journal.number")
    recorded_by: str = Field(foreign_key="person.username")
    recorded_at: str


class MapPlanRow(SQLModel, table=True):
    """A Management Action Plan as submitted; a later `version` takes the place of an earlier."""

    __tablename__ = "map_plan"
    __table_args__ = (
        ForeignKeyConstraint(["allocation", "year"], ["grant_year.allocation", "grant_year.year"]),
        NO_ROWID,
    )
    allocation: str = Field(primary_key=True)
    year: str = Field(primary_key=True, max_length=7)
    version: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    reference: str
    submitted: date
    contents: str = Field(sa_column=Column(Text, nullable=False))
    recorded_by: str = Field(foreign_key="person.username")
    recorded_at: str


class MapProgressRow(SQLModel, table=True):
    """What was said of one action of a plan on a day, with the evidence."""

    __tablename__ = "map_progress"
    __table_args__ = (
        CheckConstraint(_one_of("state", ActionState), name="state_known"),
        ForeignKeyConstraint(["allocation", "year"], ["grant_year.allocation", "grant_year.year"]),
        NO_ROWID,
    )
    allocation: str = Field(primary_key=True)
    year: str = Field(primary_key=True, max_length=7)
    reference: str = Field(primary_key=True)
    turn: int
    action: str
    day: date
    state: str
    evidence: str = Field(default="", sa_column=Column(Text, nullable=False))
    recorded_by: str = Field(foreign_key="person.username")
    recorded_at: str
