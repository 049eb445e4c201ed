"""People as an administrator looks at them: who there is, who signs in, from where."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, select

from trust_commissioning import people, roles, sign_ins
from trust_commissioning.people import Person
from trust_commissioning.roles import Action, Role
from trust_commissioning.sign_ins import Sitting
from trust_commissioning.store.tables import OrganisationPersonRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which people: whose name, user name or address for letters says the words, and so on."""

    words: str = ""
    role: Role | None = None
    partner: str | None = None
    active: bool | None = None

    def finds(self, one: Person) -> bool:
        """Whether a person is one of those; every word must be found."""
        said = f"{one.username} {one.name} {one.email}".casefold()
        return (
            all(word in said for word in self.words.casefold().split())
            and self.role in (None, one.role)
            and self.partner in (None, one.partner or "")
            and self.active in (None, one.active)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A person with when they last signed in, None where they never did."""

    person: Person
    last: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One person with the sign-ins that stand, the latest first."""

    person: Person
    last: datetime | None
    sittings: list[Sitting]
    by_organisation: bool


def listed(session: Session, wanted: Wanted, *, by: str) -> list[Listed]:
    """The people wanted, by name.

    Raises:
        Refused: ``not_permitted``.
    """
    roles.check(session, by, Action.MANAGE_PEOPLE)
    found = sorted(_found(session, wanted), key=lambda one: (one.name.casefold(), one.username))
    last = sign_ins.last_signed_in(session, [one.username for one in found])
    return [Listed(person=one, last=last.get(one.username)) for one in found]


def seen(session: Session, username: str, *, by: str, at: datetime) -> Seen | None:
    """One person; None where there is none of that name.

    Raises:
        Refused: ``not_permitted``.
    """
    roles.check(session, by, Action.MANAGE_PEOPLE)
    person = people.find(session, username)
    if person is None:
        return None
    of_organisation = select(OrganisationPersonRow).where(
        OrganisationPersonRow.username == username
    )
    return Seen(
        person=person,
        last=sign_ins.last_signed_in(session, [username]).get(username),
        sittings=sign_ins.standing(session, username, at=at),
        by_organisation=session.exec(of_organisation).first() is not None,
    )


def _found(session: Session, wanted: Wanted) -> Iterator[Person]:
    return (one for one in people.everybody(session) if wanted.finds(one))
