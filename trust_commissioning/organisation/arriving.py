"""Arriving: from what an organisation says of a person to a sign-in of ours.

What it says was believed before it comes here (its signature, for whom, until when). The person is
known by the organisation's own subject, which is never given to another; a user name only finds
the account the first time. Role and partner follow the groups at each arrival, and the audit trail
says so.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, select

from ledger.problems import Refused
from trust_commissioning import people, sign_ins
from trust_commissioning.clock import as_text
from trust_commissioning.organisation.agreed import Group, Organisation
from trust_commissioning.store.tables import OrganisationPersonRow, OrganisationSignInRow

Claims = Mapping[str, object]
_ADDRESS = "?organisation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the organisation said of the person, in our words."""

    subject: str
    username: str
    name: str
    email: str
    groups: object

    @classmethod
    def of(cls, organisation: Organisation, claims: Claims) -> Told:
        """Taken from the claims by the names agreed."""
        return cls(
            subject=_text(claims.get("sub")),
            username=_our_name_for(_text(claims.get(organisation.username_claim)), organisation),
            name=_text(claims.get(organisation.name_claim)).strip(),
            email=_text(claims.get(organisation.email_claim)).strip(),
            groups=claims.get(organisation.groups_claim),
        )


def try_again(session: Session, state: str, *, address: str, at: datetime) -> sign_ins.Attempt:
    """Count a return from the organisation, and use its state up.

    Raises:
        Refused: ``too_many_sign_ins`` after 20 failures of an address in 15 minutes, or
            ``organisation_state_used`` where the state came back before.
    """
    tried = sign_ins.attempt_elsewhere(session, _ADDRESS, address=address, at=at)
    hashed = _sha256(state)
    if session.get(OrganisationSignInRow, hashed) is not None:
        raise Refused.because(
            "organisation_state_used",
            "This way in was used already; begin to sign in again.",
        )
    session.add(OrganisationSignInRow(state_hash=hashed, at=as_text(at)))
    session.flush()
    return tried


def arrive(
    session: Session,
    organisation: Organisation,
    told: Told,
    *,
    state: str,
    tried: sign_ins.Attempt,
    at: datetime,
) -> str:
    """Bring the person to what the organisation says, and sign them in; returns the token.

    Raises:
        Refused: ``organisation_groups_unknown``, ``organisation_person_unknown``,
            ``organisation_person_differs``, ``person_not_active``, or what stops the account
            being made or changed.
    """
    group = organisation.group_of(told.groups)
    if group is None:
        raise Refused.because(
            "organisation_groups_unknown",
            f"{organisation.name} knows you, but names you in no group that has a part in this "
            "trust; ask its administrator which group you need.",
        )
    person = _person(session, organisation, told, group, at=at)
    token = sign_ins.begin(session, person.username, address=tried.address, at=at)
    sign_ins.note_right(session, tried)
    session.get_one(OrganisationSignInRow, _sha256(state)).sid = sign_ins.sid_of(token)
    return token


def begun_there(session: Session, sid: str) -> bool:
    """Whether a sign-in came of the organisation's own, and so should end there too."""
    came = select(OrganisationSignInRow).where(OrganisationSignInRow.sid == sid)
    return session.exec(came).first() is not None


def _person(
    session: Session, organisation: Organisation, told: Told, group: Group, *, at: datetime
) -> people.Person:
    kept = session.get(OrganisationPersonRow, (organisation.issuer, told.subject))
    username = kept.username if kept else told.username
    known = people.find(session, username)
    if known is None and organisation.unknown_people == "refuse":
        raise Refused.because(
            "organisation_person_unknown",
            f"{organisation.name} knows you as “{username}”, and this trust does not; ask its "
            "administrator to add you under that user name.",
            "username",
        )
    if kept is None:
        _check_free(session, organisation, username)
    if known is not None and not known.active:
        raise Refused.because("person_not_active", f"{known.name}'s account is disabled.")
    person = people.take_in(
        session,
        username,
        name=told.name or (known.name if known else username),
        role=group.role,
        email=told.email,
        partner=group.partner,
        says=f"{organisation.name} (its sign-in)",
        at=at,
    )
    if kept is None:
        row = OrganisationPersonRow(
            issuer=organisation.issuer, subject=told.subject, username=username
        )
        session.add(row)
        session.flush()
    return person


def _our_name_for(claimed: str, organisation: Organisation) -> str:
    """The user name here of whoever is named so there; of another domain, or of none where ours is
    agreed, it is one that no account here can have."""
    # Small letters of ASCII alone: the sign for kelvin would else become a k.
    name = claimed.strip().lower() if claimed.isascii() else claimed.strip()
    if not organisation.username_domain:
        return name
    theirs, at, domain = name.rpartition("@")
    if not at:
        return f"{name} (of no domain)"
    return theirs if domain == organisation.username_domain.lower() else name


def _check_free(session: Session, organisation: Organisation, username: str) -> None:
    """An account that is somebody else's there, or kept for emergencies, is not theirs to take."""
    other = session.exec(
        select(OrganisationPersonRow).where(
            OrganisationPersonRow.issuer == organisation.issuer,
            OrganisationPersonRow.username == username,
        )
    ).first()
    if other is not None or username in organisation.break_glass:
        raise Refused.because(
            "organisation_person_differs",
            f"The user name “{username}” belongs to somebody else here; ask the trust's "
            "administrator.",
            "username",
        )


def _text(claim: object) -> str:
    return claim if isinstance(claim, str) else ""


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
