"""Sign-ins: from a password to a token that can be taken back at once.

A try is counted before the password is looked at, in a transaction of its own, so that many tries
at once are slowed like many in a row; the hashing happens between transactions, because it is
slow on purpose.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, update
from sqlmodel import Session, col, select

from ledger.problems import Refused
from trust_commissioning import passwords
from trust_commissioning.clock import as_text, from_text
from trust_commissioning.roles import Role
from trust_commissioning.store import audit, sight
from trust_commissioning.store.tables import PersonRow, SignInAttemptRow, SignInRow

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=10)
WINDOW = timedelta(minutes=15)
FAILURES_OF_A_NAME = 5
FAILURES_OF_AN_ADDRESS = 20
# How stale the "last seen" of a sign-in may be: a write for every click would cost a disk sync.
_SEEN_WITHIN = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Attempt:
    """A try that has been counted as a failure until it succeeds."""

    id: int
    username: str
    password_hash: str
    address: str
    word_ends_at: datetime | None = None
    """Set where the password is a word for one sign-in: good until then, to choose one's own by."""

    def is_right(self, password: str) -> bool:
        """Whether the password is the person's. Slow on purpose: call it in a thread, with no
        transaction open."""
        return passwords.matches(self.password_hash, password)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """Who a token is for, as the database has them now. `sid` names the sign-in, not the token."""

    sid: str
    username: str
    name: str
    role: Role
    partner: str | None
    csrf: str
    created_at: datetime
    seen_at: datetime
    keeps_the_books: bool = False
    """Whether their partner keeps the books, so that they see and do what is the whole trust's."""

    @property
    def of_a_partner(self) -> bool:
        """Whether they see and do what concerns the funds of their partner alone."""
        return self.partner is not None and not self.keeps_the_books

    @property
    def ends_at(self) -> datetime:
        """When it ends unless the person does something."""
        return min(self.created_at + ABSOLUTE, self.seen_at + IDLE)

    @property
    def ends_at_latest(self) -> datetime:
        return self.created_at + ABSOLUTE

    def is_stale(self, at: datetime) -> bool:
        """Whether `seen` has something to write."""
        return at - self.seen_at >= _SEEN_WITHIN


def attempt(session: Session, username: str, *, address: str, at: datetime) -> Attempt:
    """Count a try to sign in.

    Raises:
        Refused: ``too_many_sign_ins`` after 5 failures of a name since it last succeeded, or 20
            of an address, within 15 minutes. Such a try is not counted.
    """
    # What cannot be printed is nobody's name, and PostgreSQL would fail over some of it.
    person = session.get(PersonRow, username) if username.isprintable() else None
    counted_as = username if person is not None else _unknown(username)
    if _failures_of_name(session, counted_as, at) >= FAILURES_OF_A_NAME or (
        _failures(session, at, col(SignInAttemptRow.address) == address) >= FAILURES_OF_AN_ADDRESS
    ):
        raise _too_many()
    kept = person.password_hash if person is not None and person.active else ""
    tried = _counted(session, counted_as, kept, address=address, at=at)
    ends = person.word_ends_at if person is not None else None
    return replace(tried, username=username, word_ends_at=from_text(ends) if ends else None)


def attempt_elsewhere(session: Session, counted_as: str, *, address: str, at: datetime) -> Attempt:
    """Count a try to come in that no name is known of yet; only its address is held to a limit.

    Raises:
        Refused: ``too_many_sign_ins`` after 20 failures of the address within 15 minutes.
    """
    if _failures(session, at, col(SignInAttemptRow.address) == address) >= FAILURES_OF_AN_ADDRESS:
        raise _too_many()
    return _counted(session, counted_as, "", address=address, at=at)


def attempt_again(session: Session, signed_in: SignedIn, *, at: datetime) -> Attempt:
    """Count a try of somebody signed in to say their password again, as they do to change it.

    It counts with the tries to sign in: a page left open is no better place to guess from.

    Raises:
        Refused: ``too_many_sign_ins``, as `attempt`.
    """
    address = session.get_one(SignInRow, signed_in.sid).address
    return attempt(session, signed_in.username, address=address, at=at)


def note_right(session: Session, tried: Attempt) -> None:
    """Take back that a try counts as a failure: its password was right."""
    session.get_one(SignInAttemptRow, tried.id).succeeded = True


def succeed(session: Session, tried: Attempt, *, at: datetime) -> str | None:
    """Turn a try whose password was right into a sign-in, and give its token.

    None if the account was disabled, or its password changed, in between. The token goes to the
    person and is kept nowhere here: the database has its sha256.
    """
    person = session.get(PersonRow, tried.username)
    if person is None or not person.active or person.password_hash != tried.password_hash:
        return None
    if person.word_ends_at is not None:  # good to choose a password by, and for nothing else
        return None
    note_right(session, tried)
    return begin(session, person.username, address=tried.address, at=at)


def begin(session: Session, username: str, *, address: str, at: datetime) -> str:
    """Sign a person in who was found to be who they say, and give the token."""
    token = secrets.token_urlsafe(32)
    session.add(
        SignInRow(
            token_hash=sid_of(token),
            username=username,
            csrf=secrets.token_urlsafe(24),
            address=address,
            created_at=as_text(at),
            seen_at=as_text(at),
        )
    )
    audit.record(
        session,
        by=username,
        at=at,
        action="signed_in",
        object_kind="person",
        object_key=username,
    )
    return token


def sid_of(token: str) -> str:
    """What the database knows a token by."""
    return _sha256(token)


def find(session: Session, token: str, *, at: datetime) -> SignedIn | None:
    """The sign-in of a token; None if there is none, or it has ended, timed out or lost its
    person."""
    return find_by_sid(session, _sha256(token), at=at)


def find_by_sid(session: Session, sid: str, *, at: datetime) -> SignedIn | None:
    """The same by the sign-in's own name, for a page that knows only that."""
    found = session.exec(
        select(SignInRow, PersonRow)
        .join(PersonRow, col(PersonRow.username) == SignInRow.username)
        .where(
            SignInRow.token_hash == sid,
            col(SignInRow.ended_at).is_(None),
            col(PersonRow.active),
        )
    ).first()
    if found is None:
        return None
    row, person = found
    signed_in = SignedIn(
        sid=row.token_hash,
        username=person.username,
        name=person.name,
        role=Role(person.role),
        partner=person.partner,
        csrf=row.csrf,
        created_at=from_text(row.created_at),
        seen_at=from_text(row.seen_at),
        keeps_the_books=(
            person.partner is not None and sight.keeps_the_books(session, person.partner)
        ),
    )
    return signed_in if at < signed_in.ends_at else None


def seen(session: Session, sid: str, *, at: datetime) -> None:
    """Note that the person did something, which puts the idle end off."""
    session.execute(
        update(SignInRow)
        .where(
            col(SignInRow.token_hash) == sid,
            col(SignInRow.ended_at).is_(None),
            col(SignInRow.seen_at) < as_text(at),
        )
        .values(seen_at=as_text(at))
    )


def end(session: Session, sid: str, *, at: datetime) -> None:
    """Sign out: the token is worth nothing from now on."""
    row = session.get(SignInRow, sid)
    if row is not None and row.ended_at is None:
        row.ended_at = as_text(at)
        session.add(row)
        audit.record(
            session,
            by=row.username,
            at=at,
            action="signed_out",
            object_kind="person",
            object_key=row.username,
        )


def end_all(session: Session, username: str, *, at: datetime) -> int:
    """Sign a person out everywhere; how many sign-ins that ended."""
    open_ones = session.exec(
        select(SignInRow).where(SignInRow.username == username, col(SignInRow.ended_at).is_(None))
    ).all()
    for row in open_ones:
        row.ended_at = as_text(at)
        session.add(row)
    return len(open_ones)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """One sign-in that stands, as a list of them shows it."""

    address: str
    created_at: datetime
    seen_at: datetime


def standing(session: Session, username: str, *, at: datetime) -> list[Sitting]:
    """A person's sign-ins that have neither ended nor timed out, the latest first."""
    found = session.exec(
        select(SignInRow)
        .where(
            SignInRow.username == username,
            col(SignInRow.ended_at).is_(None),
            col(SignInRow.created_at) > as_text(at - ABSOLUTE),
            col(SignInRow.seen_at) > as_text(at - IDLE),
        )
        .order_by(col(SignInRow.created_at).desc())
    )
    return [
        Sitting(
            address=row.address,
            created_at=from_text(row.created_at),
            seen_at=from_text(row.seen_at),
        )
        for row in found
    ]


def last_signed_in(session: Session, usernames: Collection[str]) -> dict[str, datetime]:
    """When each of these last signed in; who never did is not there."""
    found = session.exec(
        select(SignInRow.username, func.max(SignInRow.created_at))
        .where(col(SignInRow.username).in_(usernames))
        .group_by(SignInRow.username)
    )
    return {username: from_text(last) for username, last in found}


def _failures_of_name(session: Session, username: str, at: datetime) -> int:
    last_success = session.exec(
        select(func.max(SignInAttemptRow.id)).where(
            SignInAttemptRow.username == username, col(SignInAttemptRow.succeeded)
        )
    ).one()
    return _failures(
        session,
        at,
        col(SignInAttemptRow.username) == username,
        col(SignInAttemptRow.id) > (last_success or 0),
    )


def _failures(session: Session, at: datetime, *which: ColumnElement[bool]) -> int:
    return session.exec(
        select(func.count())
        .select_from(SignInAttemptRow)
        .where(
            col(SignInAttemptRow.at) > as_text(at - WINDOW),
            col(SignInAttemptRow.succeeded).is_(False),
            *which,
        )
    ).one()


def _counted(
    session: Session, counted_as: str, password_hash: str, *, address: str, at: datetime
) -> Attempt:
    row = SignInAttemptRow(username=counted_as, address=address, at=as_text(at), succeeded=False)
    session.add(row)
    session.flush()
    assert row.id is not None
    return Attempt(row.id, counted_as, password_hash, address)


def _too_many() -> Refused:
    return Refused.because(
        "too_many_sign_ins",
        "There have been too many tries to sign in; wait 15 minutes, or ask an administrator for "
        "a new password.",
        "username",
    )


def _unknown(typed: str) -> str:
    """A name that is nobody's is kept as its hash: people type passwords into the wrong box."""
    return f"?{_sha256(typed)[:24]}"


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
