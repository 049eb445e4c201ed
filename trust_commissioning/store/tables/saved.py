"""The table of what people saved for themselves."""

from sqlalchemy import Column, Text
from sqlmodel import Field, SQLModel

from trust_commissioning.store.tables.shared import NO_ROWID


class SavedViewRow(SQLModel, table=True):
    """What a person asked of a page, under a name of their own.

    `asked` is the page's address after its question mark, always written in the same way.
    """

    __tablename__ = "saved_view"
    __table_args__ = NO_ROWID
    username: str = Field(primary_key=True, foreign_key="person.username")
    page: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    asked: str = Field(sa_column=Column(Text, nullable=False))
    created_at: str
