"""The table of monitoring: dated facts of contracts, providers, standards and inspections."""

from datetime import date

from sqlalchemy import Column, Index, Text
from sqlmodel import Field, SQLModel

from trust_commissioning.store.tables.shared import NO_ROWID


class MonitoringFactRow(SQLModel, table=True):
    """One thing said, seen or decided on a day; `contents` is its JSON.

    `about` names the fact it follows on: the concern a word is about, the review a decision is of.
    Facts of one day stand in order of `turn`.
    """

    __tablename__ = "monitoring_fact"
    __table_args__ = (
        Index("ix_monitoring_fact_about", "kind", "about"),
        Index("ix_monitoring_fact_contract", "contract", "kind"),
        Index("ix_monitoring_fact_turn", "turn"),
        NO_ROWID,
    )
    kind: str = Field(primary_key=True)
    reference: str = Field(primary_key=True)
    about: str
    contract: str | None = Field(default=None, foreign_key="contract.number")
    provider: str | None = Field(default=None, foreign_key="provider.code", index=True)
    day: date
    turn: int
    contents: str = Field(sa_column=Column(Text, nullable=False))
    recorded_by: str = Field(foreign_key="person.username")
    recorded_at: str
