"""Tables of files that were loaded: their batches and rows, how columns are read, how lines are coded."""

from sqlalchemy import Column, Index, Integer, Text
from sqlmodel import Field, SQLModel

from trust_commissioning.store.tables.shared import NO_ROWID


class ImportBatchRow(SQLModel, table=True):
    """One file that was loaded, with what was counted in it; `answer` is the JSON that was
    printed."""

    __tablename__ = "import_batch"
    __table_args__ = NO_ROWID
    id: str = Field(primary_key=True)
    kind: str
    file_name: str
    file_sha256: str = Field(index=True)
    request_hash: str = Field(default="", description="file, fund, filter and options together")
    fund: str | None = Field(default=None, foreign_key="fund.code")
    profile: str = ""
    selection: str = Field(default="", sa_column=Column(Text, nullable=False))
    continues: str | None = Field(default=None, foreign_key="import_batch.id")
    header: str = Field(default="[]", sa_column=Column(Text, nullable=False))
    answer: str = Field(default="{}", sa_column=Column(Text, nullable=False))
    loaded_by: str = Field(foreign_key="person.username")
    loaded_at: str


class ImportRowRow(SQLModel, table=True):
    """One row of a loaded file as it was printed: the paper behind a journal."""

    __tablename__ = "import_row"
    __table_args__ = (
        Index("ix_import_row_key", "key", "occurrence"),
        Index("ix_import_row_likeness", "likeness"),
        NO_ROWID,
    )
    batch: str = Field(primary_key=True, foreign_key="import_batch.id")
    row: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    key: str
    occurrence: int
    cells: str = Field(sa_column=Column(Text, nullable=False))
    rounded_from: str | None = None
    likeness: str | None = Field(
        default=None,
        description="hash of day, pence, supplier, reference: the same payment printed otherwise",
    )


class ImportProfileRow(SQLModel, table=True):
    """A way of reading a council's columns that a person saved."""

    __tablename__ = "import_profile"
    __table_args__ = NO_ROWID
    name: str = Field(primary_key=True)
    contents: str = Field(sa_column=Column(Text, nullable=False))
    saved_by: str = Field(foreign_key="person.username")
    saved_at: str


class CodingRuleRow(SQLModel, table=True):
    """One rule of the ordered rules that code an imported line; `contents` is its JSON."""

    __tablename__ = "coding_rule"
    __table_args__ = NO_ROWID
    code: str = Field(primary_key=True)
    priority: int = Field(index=True)
    contents: str = Field(sa_column=Column(Text, nullable=False))
