"""Tables of those who come in through their organisation's own sign-in (OpenID Connect)."""

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from trust_commissioning.store.tables.shared import NO_ROWID


class OrganisationPersonRow(SQLModel, table=True):
    """Which person an organisation means by a subject. A subject is never given to another."""

    __tablename__ = "organisation_person"
    __table_args__ = (UniqueConstraint("issuer", "username"), NO_ROWID)
    issuer: str = Field(primary_key=True)
    subject: str = Field(primary_key=True)
    username: str = Field(foreign_key="person.username")


class OrganisationSignInRow(SQLModel, table=True):
    """A state that came back from the organisation, so that it is good for one sign-in only.

    `sid` names the sign-in that came of it, empty where none did. The state is kept as its sha256,
    and nothing of what the organisation said is kept.
    """

    __tablename__ = "organisation_sign_in"
    __table_args__ = NO_ROWID
    state_hash: str = Field(primary_key=True)
    at: str
    sid: str = Field(default="", index=True)
