"""Tables of needs, providers, the services directory, with what was said of each on a day."""

from datetime import date

from sqlalchemy import CheckConstraint, Column, Index, Text
from sqlmodel import Field, SQLModel

from contracts.directory import Status
from trust_commissioning.store.tables.shared import NO_ROWID


class NeedRow(SQLModel, table=True):
    """What a group of children in a locality needs (`contracts.needs.Need`)."""

    __tablename__ = "need"
    __table_args__ = NO_ROWID
    code: str = Field(primary_key=True)
    title: str
    children: str = Field(description="which children: the group")
    locality: str
    counts: str = "children"
    owner: str = ""
    words: str = Field(default="", sa_column=Column(Text, nullable=False))
    closed: date | None = None
    closed_because: str = ""
    version: int = 1
    changed_by: str = Field(foreign_key="person.username")
    changed_at: str


class ProviderProfileRow(SQLModel, table=True):
    """What is kept of a provider beside its name: kinds and, as JSON, sites and contacts."""

    __tablename__ = "provider_profile"
    __table_args__ = NO_ROWID
    provider: str = Field(primary_key=True, foreign_key="provider.code")
    kinds: str = Field(default="", description="its kinds and spaces")
    ends: date | None = None
    contents: str = Field(default="{}", sa_column=Column(Text, nullable=False))
    version: int = 1
    changed_by: str = Field(foreign_key="person.username")
    changed_at: str


class DirectoryEntryRow(SQLModel, table=True):
    """One service as the public is told of it; `contents` is the JSON of what is told."""

    __tablename__ = "directory_entry"
    __table_args__ = (
        CheckConstraint(
            f"status IN ({', '.join(repr(one.value) for one in Status)})", name="status_known"
        ),
        NO_ROWID,
    )
    code: str = Field(primary_key=True)
    service: str = Field(foreign_key="service.code")
    provider: str = Field(foreign_key="provider.code")
    title: str
    status: str
    published: bool
    owner: str = ""
    review_day: date | None = None
    assured: date | None = None
    contents: str = Field(default="{}", sa_column=Column(Text, nullable=False))
    version: int = 1
    changed_by: str = Field(foreign_key="person.username")
    changed_at: str


class ProvidingFactRow(SQLModel, table=True):
    """One dated fact of a need, a provider or a directory entry; `contents` is its JSON.

    `about` names what it is a fact of. Facts of one day stand in order of `turn`.
    """

    __tablename__ = "providing_fact"
    __table_args__ = (Index("ix_providing_fact_about", "kind", "about"), NO_ROWID)
    kind: str = Field(primary_key=True)
    reference: str = Field(primary_key=True)
    about: str
    day: date
    turn: int
    contents: str = Field(sa_column=Column(Text, nullable=False))
    recorded_by: str = Field(foreign_key="person.username")
    recorded_at: str
