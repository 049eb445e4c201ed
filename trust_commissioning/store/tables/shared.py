"""What every table of the record shares: names of constraints, keys, the ways rows are kept."""

from typing import cast

from sqlalchemy import BigInteger, Integer, MetaData, Table
from sqlmodel import SQLModel

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
METADATA: MetaData = SQLModel.metadata

# SQLite numbers rows by itself only in a column typed exactly INTEGER.
ROW_ID = BigInteger().with_variant(Integer(), "sqlite")
NO_ROWID = {"sqlite_with_rowid": False}
"""No hidden key beside the table's own, by which SQLite could replace a row past its guards."""


def table_of(row: type[SQLModel]) -> Table:
    """The Core table behind a row class, for statements that make no row objects."""
    return cast("Table", row.__table__)  # type: ignore[attr-defined]
