"""A complete made-up trust with its figures, the same whenever it is loaded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from ledger.periods import Period
from trust_commissioning import founding, passwords, people
from trust_commissioning.demo import definition, extracts
from trust_commissioning.demo.story import Story
from trust_commissioning.store.standing import trust_name

ADMINISTRATOR = "s.marlowe"


@dataclass(frozen=True, slots=True)
class DemoTrust:
    """The demo trust as it was loaded.

    `passwords` by username are told once and kept nowhere. `to_try` are the extracts of the
    month after the last one loaded, by file name.
    """

    passwords: Mapping[str, str]
    to_try: Mapping[str, bytes]


def load_demo(session: Session, *, at: datetime) -> DemoTrust:
    """Found the demo trust and tell its months, all with `at` as the time of entry.

    Raises:
        Refused: if the database already holds a trust.
    """
    document = definition.document()
    assert document.trust is not None
    founding.found(
        session,
        name=document.trust,
        year=definition.FIRST_YEAR,
        administrator=founding.Administrator(
            username=ADMINISTRATOR,
            name="Stella Marlowe",
            email="s.marlowe@wealdshire.example",
        ),
        at=at,
    )
    Story(session, document, ADMINISTRATOR, at).tell()
    return _with_passwords(session, at)


def renew_passwords(session: Session, *, at: datetime) -> DemoTrust | None:
    """New passwords for the people of a demo trust that is there; None where it is not."""
    everybody = {person.username for person in people.everybody(session)}
    if trust_name(session) != definition.document().trust or not everybody >= set(_usernames()):
        return None
    return _with_passwords(session, at)


def _usernames() -> list[str]:
    return [ADMINISTRATOR, *(person.username for person in definition.document().people)]


def _with_passwords(session: Session, at: datetime) -> DemoTrust:
    told = {}
    by = people.first_administrator(session) or ADMINISTRATOR
    for username in _usernames():
        told[username] = passwords.generated()
        people.set_password(session, username, told[username], by=by, at=at)
    year, number = definition.LAST_PERIOD.year, definition.LAST_PERIOD.number + 1
    after = [extracts.extract(host, Period(year, number)) for host in extracts.HOSTS]
    return DemoTrust(told, {extract.name: extract.data for extract in after})
