"""Tables of procurements, with everything that happened to each."""

from datetime import date

from sqlalchemy import BigInteger, CheckConstraint, Column, Integer, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from contracts.lifecycle import ProcurementState
from contracts.procurement import Route
from trust_commissioning.store.tables.shared import NO_ROWID


class ProcurementRow(SQLModel, table=True):
    """A procurement as its events leave it (`procurement_event`), for lists."""

    __tablename__ = "procurement"
    __table_args__ = (
        CheckConstraint(
            f"route IN ({', '.join(repr(one.value) for one in Route)})", name="route_known"
        ),
        CheckConstraint(
            f"state IN ({', '.join(repr(one.value) for one in ProcurementState)})",
            name="state_known",
        ),
        CheckConstraint("estimated_pence > 0", name="estimate_above_nil"),
        NO_ROWID,
    )
    reference: str = Field(primary_key=True)
    title: str
    route: str
    service: str = Field(foreign_key="service.code", index=True)
    need: str | None = Field(default=None, foreign_key="need.code")
    estimated_pence: int = Field(sa_column=Column(BigInteger, nullable=False))
    state: str
    planned: date


class ProcurementEventRow(SQLModel, table=True):
    """What happened to a procurement, in the order it was recorded; `contents` is its JSON."""

    __tablename__ = "procurement_event"
    __table_args__ = (UniqueConstraint("reference"), NO_ROWID)
    procurement: str = Field(primary_key=True, foreign_key="procurement.reference")
    turn: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    reference: str
    kind: str
    day: date
    contents: str = Field(sa_column=Column(Text, nullable=False))
    recorded_by: str = Field(foreign_key="person.username")
    recorded_at: str
