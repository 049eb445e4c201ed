"""Tables of measures for children: a trust's own indicators, their mapping, targets, observations."""

from datetime import date

from sqlalchemy import CheckConstraint, Column, Index, Integer, Text
from sqlmodel import Field, SQLModel

from contracts.indicators import Direction, MeasureKind
from contracts.targets import Path
from trust_commissioning.store.tables.shared import NO_ROWID


def _one_of(column: str, values: type[Direction] | type[MeasureKind] | type[Path]) -> str:
    return f"{column} IN ({', '.join(repr(v.value) for v in values)})"


class IndicatorRow(SQLModel, table=True):
    """An indicator of the trust's own; those that are shipped are in `data/indicators.yaml`."""

    __tablename__ = "indicator"
    __table_args__ = (
        CheckConstraint(_one_of("kind", MeasureKind), name="kind_known"),
        CheckConstraint(_one_of("direction", Direction), name="direction_known"),
        NO_ROWID,
    )
    code: str = Field(primary_key=True)
    name: str
    outcome: str | None = None
    aim: str = ""
    kind: str
    unit: str
    qualifier: str = ""
    direction: str
    geography: str = ""
    counts: bool = False
    document: str = ""
    reference: str = ""
    note: str = Field(default="", sa_column=Column(Text, nullable=False))


class IndicatorMappingRow(SQLModel, table=True):
    """Under which outcomes an indicator stands from a day on; `outcomes` is keys and spaces.

    An indicator that is shipped has no row of its own, so its code is held by the service.
    """

    __tablename__ = "indicator_mapping"
    __table_args__ = (NO_ROWID,)
    indicator: str = Field(primary_key=True)
    turn: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    reference: str = Field(unique=True)
    starts: date
    outcomes: str = ""
    reason: str = Field(sa_column=Column(Text, nullable=False))
    recorded_by: str = Field(foreign_key="person.username")
    recorded_at: str


class OutcomeTargetRow(SQLModel, table=True):
    """An outcome target as it was agreed; a later `version` takes the place of an earlier.

    `points` is the JSON of the trajectory, day by day; figures are as printed.
    """

    __tablename__ = "outcome_target"
    __table_args__ = (CheckConstraint(_one_of("path", Path), name="path_known"), NO_ROWID)
    code: str = Field(primary_key=True)
    version: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    indicator: str = Field(index=True)
    area: str = ""
    group_name: str = ""
    baseline_day: date
    baseline: str
    points: str = Field(sa_column=Column(Text, nullable=False))
    path: str
    owner: str
    services: str = Field(default="", description="codes and spaces")
    reason: str = Field(default="", sa_column=Column(Text, nullable=False))
    recorded_by: str = Field(foreign_key="person.username")
    recorded_at: str


class ObservationRow(SQLModel, table=True):
    """What an indicator came to on a day, as printed; `revises` is what it takes the place of.

    Numbered in the order they were recorded, so that a backup puts back the revised one first.
    """

    __tablename__ = "observation"
    __table_args__ = (
        CheckConstraint("counted >= 0", name="counted_not_below_nil"),
        CheckConstraint("out_of >= counted", name="counted_within_all"),
        Index("ix_observation_of", "indicator", "day"),
        NO_ROWID,
    )
    turn: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    reference: str = Field(unique=True)
    indicator: str
    area: str = ""
    group_name: str = ""
    day: date
    period: str = ""
    figure: str
    qualifier: str = ""
    counted: int | None = None
    out_of: int | None = None
    source: str
    revises: str | None = Field(default=None, foreign_key="observation.reference", unique=True)
    reason: str = Field(default="", sa_column=Column(Text, nullable=False))
    recorded_by: str = Field(foreign_key="person.username")
    recorded_at: str
