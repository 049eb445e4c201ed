"""What the pages ask about people and the trust's set-up, or have done about them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from sqlmodel import Session

from dashboards import ask
from trust_commissioning import clock, keeper, people, people_listed, settings
from trust_commissioning.people_listed import Listed, Seen, Wanted
from trust_commissioning.publishing import Manifest
from trust_commissioning.reports.set_up import Step, set_up
from trust_commissioning.roles import Role
from trust_commissioning.sign_ins import SignedIn
from trust_commissioning.store import reading, transaction

_T = TypeVar("_T")


def listed(viewer: SignedIn, wanted: Wanted) -> list[Listed]:
    """The people wanted, by name."""
    with reading(ask.engine()) as session:
        return people_listed.listed(session, wanted, by=viewer.username)


def seen(viewer: SignedIn, username: str) -> Seen | None:
    """One person with the sign-ins that stand."""
    with reading(ask.engine()) as session:
        return people_listed.seen(session, username, by=viewer.username, at=clock.now())


def add(viewer: SignedIn, username: str, *, name: str, role: Role, email: str, partner: str) -> str:
    """Give a person an account; returns the word for their first sign-in."""

    def work(session: Session, at: datetime) -> str:
        people.add(
            session,
            username,
            name=name,
            role=role,
            email=email,
            partner=partner or None,
            by=viewer.username,
            at=at,
        )
        return people.give_word(session, username, by=viewer.username, at=at)

    return _act(work)


def change(
    viewer: SignedIn, username: str, *, name: str, role: Role, email: str, partner: str
) -> None:
    """Bring a person to what the form says."""
    _act(
        lambda session, at: people.change(
            session,
            username,
            name=name,
            role=role,
            email=email,
            partner=partner,
            by=viewer.username,
            at=at,
        )
    )


def give_word(viewer: SignedIn, username: str) -> str:
    """A word for one sign-in, told once."""
    return _act(lambda session, at: people.give_word(session, username, by=viewer.username, at=at))


def sign_out(viewer: SignedIn, username: str) -> int:
    """Sign a person out everywhere; how many sign-ins that ended."""
    return _act(
        lambda session, at: people.sign_out_everywhere(session, username, by=viewer.username, at=at)
    )


def let_in(viewer: SignedIn, username: str, *, allowed: bool) -> None:
    """Disable a person, or let them in again."""
    act = people.enable if allowed else people.disable
    _act(lambda session, at: act(session, username, by=viewer.username, at=at))


def steps() -> list[Step]:
    """What of the trust's set-up is done, and what is left."""
    published = Manifest.read(settings.load().books_dir) is not None
    with reading(ask.engine()) as session:
        return set_up(session, published=published)


def keeper_named() -> str:
    """The code of the partner the trust has named to keep its books, or nothing."""
    with reading(ask.engine()) as session:
        return keeper.named(session) or ""


def name_keeper(viewer: SignedIn, partner: str) -> None:
    """Name the partner that keeps the books; an empty code is none."""
    _act(
        lambda session, at: keeper.name_keeper(session, partner or None, by=viewer.username, at=at)
    )


def _act(what: Callable[[Session, datetime], _T]) -> _T:
    with transaction(ask.engine()) as session:
        return what(session, clock.now())
