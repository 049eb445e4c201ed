"""The profiles a trust can read extracts by: those shipped, those its people saved."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, select

from ledger.problems import Refused
from trust_commissioning import roles
from trust_commissioning.clock import as_text
from trust_commissioning.files.columns import Profile, shipped_profiles
from trust_commissioning.store import audit
from trust_commissioning.store.tables import ImportProfileRow


def profiles(session: Session) -> dict[str, Profile]:
    """Every profile by name; one that was saved under a shipped name comes before it."""
    saved = {
        row.name: Profile.model_validate_json(row.contents)
        for row in session.exec(select(ImportProfileRow))
    }
    return shipped_profiles() | saved


def profile_named(session: Session, name: str) -> Profile:
    """One profile.

    Raises:
        Refused: ``profile_unknown``, naming those there are.
    """
    there = profiles(session)
    if name not in there:
        raise Refused.because(
            "profile_unknown",
            f"There is no profile “{name}”; there are {', '.join(sorted(there))}.",
            "profile",
        )
    return there[name]


def save_profile(session: Session, profile: Profile, *, by: str, at: datetime) -> None:
    """Keep a profile under its name, in place of an earlier one.

    Raises:
        Refused: if `by` may not import.
    """
    roles.check(session, by, roles.Action.IMPORT_FILE)
    before = session.get(ImportProfileRow, profile.name)
    contents = profile.model_dump_json(exclude_defaults=True)
    audit.record(
        session,
        by=by,
        at=at,
        action="save",
        object_kind="import_profile",
        object_key=profile.name,
        before={"contents": before.contents} if before else None,
        after={"contents": contents},
    )
    session.merge(
        ImportProfileRow(name=profile.name, contents=contents, saved_by=by, saved_at=as_text(at))
    )
