"""People of the trust: their accounts.

Roles are in `roles`, what is asked of a password in `passwords`, signing in in `sign_ins`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from ledger.problems import Problem, Refused
from trust_commissioning import passwords, roles, sign_ins
from trust_commissioning.clock import as_text
from trust_commissioning.roles import Action, Role
from trust_commissioning.store import audit, sight
from trust_commissioning.store.tables import PartnerRow, PersonRow

_USERNAME = re.compile(r"[a-z][a-z0-9._-]{1,39}", re.ASCII)
NAME_LIMIT = 100
WORD_LASTS = timedelta(days=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who may sign in. `partner` is the code of the body they work for, if any."""

    username: str
    name: str
    role: Role
    email: str = ""
    partner: str | None = None
    active: bool = True
    has_password: bool = False


def add(
    session: Session,
    username: str,
    *,
    name: str,
    role: Role | str,
    by: str,
    at: datetime,
    email: str = "",
    partner: str | None = None,
    password: str | None = None,
) -> Person:
    """Give a person an account; without a password they cannot sign in yet.

    Raises:
        Refused: ``not_permitted``, or with everything wrong with it; nothing was changed.
    """
    roles.check(session, by, Action.MANAGE_PEOPLE)
    return _add(
        session,
        username,
        name=name,
        role=role,
        email=email,
        partner=partner,
        password=password,
        by=by,
        at=at,
    )


def add_first_administrator(
    session: Session,
    username: str,
    *,
    name: str,
    at: datetime,
    email: str = "",
    password: str | None = None,
) -> Person:
    """Give a trust that has nobody yet its first person, who makes all the others.

    Raises:
        Refused: ``people_already_there``, or with everything wrong with it; nothing was changed.
    """
    if session.exec(select(func.count()).select_from(PersonRow)).one():
        raise Refused.because(
            "people_already_there",
            "This trust has people already; one of its administrators adds others.",
            "username",
        )
    return _add(
        session,
        username,
        name=name,
        role=Role.ADMINISTRATOR,
        email=email,
        partner=None,
        password=password,
        by=username,
        at=at,
    )


def change(
    session: Session,
    username: str,
    *,
    by: str,
    at: datetime,
    name: str | None = None,
    role: Role | str | None = None,
    email: str | None = None,
    partner: str | None = None,
) -> Person:
    """Change what is given, leave the rest; `partner` empty text takes the partner away.

    Raises:
        Refused: ``not_permitted``, ``person_unknown``, ``last_administrator`` and what `add`
            checks.
    """
    roles.check(session, by, Action.MANAGE_PEOPLE)
    row = _row(session, username)
    before = _shown(row)
    wanted_partner = row.partner if partner is None else partner or None
    wanted_role = row.role if role is None else role
    problems = list(_check_details(session, name or row.name, wanted_role, wanted_partner))
    if not problems and not _administers(session, wanted_role, wanted_partner):
        problems += _check_not_last_administrator(session, row)
    if problems:
        raise Refused(problems)
    row.name = (name or row.name).strip()
    row.email = row.email if email is None else email.strip()
    row.role = Role(wanted_role).value
    row.partner = wanted_partner
    return _changed(session, row, "person_changed", before, by=by, at=at)


def set_role(session: Session, username: str, role: Role | str, *, by: str, at: datetime) -> Person:
    """Give a person another role; it counts from their next request."""
    return change(session, username, role=role, by=by, at=at)


def set_password(
    session: Session, username: str, password: str, *, by: str, at: datetime
) -> Person:
    """Set a person's password and end every sign-in they have.

    Raises:
        Refused: ``not_permitted``, ``person_unknown`` or what is wrong with the password.
    """
    roles.check(session, by, Action.MANAGE_PEOPLE)
    return _set_password(session, _row(session, username), password, by=by, at=at)


def give_word(session: Session, username: str, *, by: str, at: datetime) -> str:
    """Give a person a word for one sign-in, at which they choose their own password.

    It is told here once and never again, is good for three days, and ends every sign-in they have.

    Raises:
        Refused: ``not_permitted`` or ``person_unknown``.
    """
    roles.check(session, by, Action.MANAGE_PEOPLE)
    row = _row(session, username)
    before = _shown(row)
    word = passwords.generated()
    row.password_hash = passwords.kept(word)
    row.word_ends_at = as_text(at + WORD_LASTS)
    sign_ins.end_all(session, username, at=at)
    _changed(session, row, "person_word_given", before, by=by, at=at)
    return word


def sign_out_everywhere(session: Session, username: str, *, by: str, at: datetime) -> int:
    """End every sign-in a person has: one's own, or as an administrator anybody's.

    Raises:
        Refused: ``not_permitted`` or ``person_unknown``.
    """
    roles.check(session, by, Action.READ_REPORTS if by == username else Action.MANAGE_PEOPLE)
    row = _row(session, username)
    ended = sign_ins.end_all(session, username, at=at)
    audit.record(
        session,
        by=by,
        at=at,
        action="person_signed_out_everywhere",
        object_kind="person",
        object_key=row.username,
        after={"sign_ins_ended": ended},
    )
    return ended


def change_own_password(
    session: Session, username: str, current: str, new: str, *, at: datetime
) -> Person:
    """Change one's own password, and end every sign-in one has; any role may.

    A refusal is not counted here: a door that strangers reach counts the try first
    (`sign_ins.attempt`).

    Raises:
        Refused: ``password_wrong`` unless `current` is the password there is,
            ``password_unchanged`` where the new one is the same (a word for one sign-in is known to
            whoever gave it), or what is wrong with the new one; nothing was changed.
    """
    roles.check(session, username, Action.READ_REPORTS)  # what everybody who may come in may do
    row = _row(session, username)
    if not passwords.matches(row.password_hash, current):
        raise Refused.because(
            "password_wrong", "The current password is not the one given.", "current_password"
        )
    if passwords.matches(row.password_hash, new):
        raise Refused.because(
            "password_unchanged",
            "The new password is the password there is; choose another, which nobody else knows.",
            "password",
        )
    return _set_password(session, row, new, by=username, at=at)


def take_in(
    session: Session,
    username: str,
    *,
    name: str,
    role: Role,
    email: str,
    partner: str | None,
    says: str,
    at: datetime,
) -> Person:
    """Bring a person to what their organisation `says` of them; make the account if there is none.

    The organisation is who did it in the audit trail: neither the person nor an administrator
    chose the role.

    Raises:
        Refused: ``last_administrator``, or what is wrong with what was said.
    """
    row = session.get(PersonRow, username)
    if row is None:
        return _add(
            session,
            username,
            name=name,
            role=role,
            email=email,
            partner=partner,
            password=None,
            by=says,
            at=at,
        )
    wanted = (name, role.value, email or row.email, partner)
    if (row.name, row.role, row.email, row.partner) == wanted:
        return _person(row)
    problems = list(_check_details(session, name, role, partner))
    if not problems and not _administers(session, role, partner):
        problems += _check_not_last_administrator(session, row)
    if problems:
        raise Refused(problems)
    before = _shown(row)
    row.name, row.role, row.email, row.partner = wanted
    return _changed(session, row, "person_changed", before, by=says, at=at)


def disable(session: Session, username: str, *, by: str, at: datetime) -> Person:
    """Keep a person out from this moment. Their name stays on what they did.

    Raises:
        Refused: ``not_permitted``, ``person_unknown`` or ``last_administrator``.
    """
    roles.check(session, by, Action.MANAGE_PEOPLE)
    row = _row(session, username)
    if problems := list(_check_not_last_administrator(session, row)):
        raise Refused(problems)
    before = _shown(row)
    row.active = False
    sign_ins.end_all(session, username, at=at)
    return _changed(session, row, "person_disabled", before, by=by, at=at)


def enable(session: Session, username: str, *, by: str, at: datetime) -> Person:
    """Let a disabled person in again.

    Raises:
        Refused: ``not_permitted`` or ``person_unknown``.
    """
    roles.check(session, by, Action.MANAGE_PEOPLE)
    row = _row(session, username)
    before = _shown(row)
    row.active = True
    return _changed(session, row, "person_enabled", before, by=by, at=at)


def find(session: Session, username: str) -> Person | None:
    """The person of that name, disabled or not."""
    row = session.get(PersonRow, username)
    return None if row is None else _person(row)


def everybody(session: Session) -> list[Person]:
    """All accounts, by user name."""
    return [_person(row) for row in session.exec(select(PersonRow).order_by(PersonRow.username))]


def first_administrator(session: Session) -> str | None:
    """Who acts when a command names nobody: the longest-standing administrator of the trust."""
    query = _administrators(session).order_by(PersonRow.created_at, PersonRow.username)
    return session.exec(query).first()


def is_administered(session: Session) -> bool:
    """Whether somebody may manage people, and all else that is the whole trust's."""
    return session.exec(_administrators(session)).first() is not None


def _add(
    session: Session,
    username: str,
    *,
    name: str,
    role: Role | str,
    email: str,
    partner: str | None,
    password: str | None,
    by: str,
    at: datetime,
) -> Person:
    problems = [
        *_check_username(session, username),
        *_check_details(session, name, role, partner),
        *(passwords.problems_in(password, username=username, name=name) if password else ()),
    ]
    if problems:
        raise Refused(problems)
    row = PersonRow(
        username=username,
        name=name.strip(),
        email=email.strip(),
        role=Role(role).value,
        partner=partner,
        password_hash=passwords.kept(password) if password else "",
        created_at=as_text(at),
    )
    session.add(row)
    session.flush()
    _audit(session, row, "person_added", by=by, at=at, before=None)
    return _person(row)


def _set_password(
    session: Session, row: PersonRow, password: str, *, by: str, at: datetime
) -> Person:
    if problems := passwords.problems_in(password, username=row.username, name=row.name):
        raise Refused(problems)
    before = _shown(row)
    row.password_hash = passwords.kept(password)
    row.word_ends_at = None
    sign_ins.end_all(session, row.username, at=at)
    return _changed(session, row, "person_password_set", before, by=by, at=at)


def _row(session: Session, username: str) -> PersonRow:
    row = session.get(PersonRow, username)
    if row is None:
        raise Refused.because("person_unknown", f"There is no person “{username}”.", "username")
    return row


def _person(row: PersonRow) -> Person:
    return Person(
        username=row.username,
        name=row.name,
        role=Role(row.role),
        email=row.email,
        partner=row.partner,
        active=row.active,
        has_password=bool(row.password_hash),
    )


def _check_username(session: Session, username: str) -> Iterator[Problem]:
    if not _USERNAME.fullmatch(username):
        yield Problem(
            "username_unfit",
            f"“{username}” cannot be a user name; use 2 to 40 small letters, figures, full stops "
            "or hyphens, a letter first, such as j.okafor.",
            "username",
        )
    elif session.get(PersonRow, username) is not None:
        yield Problem("username_taken", f"There is already a person “{username}”.", "username")


def _check_details(
    session: Session, name: str, role: Role | str, partner: str | None
) -> Iterator[Problem]:
    if not name.strip() or len(name) > NAME_LIMIT or not name.isprintable():
        yield Problem(
            "person_name_unfit", f"Give the person's name in 1 to {NAME_LIMIT} letters.", "name"
        )
    if role not in {known.value for known in Role}:
        known = ", ".join(known.value for known in Role)
        yield Problem("role_unknown", f"There is no role “{role}”; choose {known}.", "role")
    if partner and session.get(PartnerRow, partner) is None:
        yield Problem("partner_unknown", f"There is no partner “{partner}”.", "partner")


def _administrators(session: Session) -> SelectOfScalar[str]:
    """The active administrators who work for nobody, or for the partner that keeps the books."""
    partner = col(PersonRow.partner)
    return select(PersonRow.username).where(
        PersonRow.role == Role.ADMINISTRATOR.value,
        col(PersonRow.active),
        or_(partner.is_(None), partner == sight.keeper(session)),
    )


def _administers(session: Session, role: Role | str, partner: str | None) -> bool:
    return role == Role.ADMINISTRATOR and (
        partner is None or sight.keeps_the_books(session, partner)
    )


def _check_not_last_administrator(session: Session, row: PersonRow) -> Iterator[Problem]:
    # Held in one order until the end, so that two who remove each other at once come one by one.
    administrators = session.exec(
        _administrators(session).order_by(PersonRow.username).with_for_update()
    ).all()
    if list(administrators) == [row.username]:
        yield Problem(
            "last_administrator",
            f"{row.name} is the only administrator of the whole trust; make somebody else one first.",
            "username",
        )


def _shown(row: PersonRow) -> dict[str, object]:
    """What the audit trail says of a person: never the password, not even its hash."""
    return {
        "name": row.name,
        "role": row.role,
        "partner": row.partner,
        "active": row.active,
        "has_password": bool(row.password_hash),
    }


def _changed(
    session: Session,
    row: PersonRow,
    action: str,
    before: dict[str, object],
    *,
    by: str,
    at: datetime,
) -> Person:
    row.version += 1
    session.add(row)
    session.flush()
    _audit(session, row, action, by=by, at=at, before=before)
    return _person(row)


def _audit(
    session: Session,
    row: PersonRow,
    action: str,
    *,
    by: str,
    at: datetime,
    before: dict[str, object] | None,
) -> None:
    audit.record(
        session,
        by=by,
        at=at,
        action=action,
        object_kind="person",
        object_key=row.username,
        before=before,
        after=_shown(row),
    )
