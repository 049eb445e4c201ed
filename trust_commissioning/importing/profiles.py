"""The profiles a trust can read extracts by: those shipped, those its people kept.

A profile is a setting of the whole trust: whoever may import files may keep one, correct it by
keeping it again under its name, and remove it. What was loaded by it stays as it was posted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete
from sqlmodel import Session, select

from ledger.problems import Problem, Refused
from trust_commissioning import roles
from trust_commissioning.clock import as_text, from_text
from trust_commissioning.files.columns import (
    Columns,
    Profile,
    resolve,
    shipped_profiles,
)
from trust_commissioning.files.layouts import wrongly_said
from trust_commissioning.store import audit
from trust_commissioning.store.tables import ImportProfileRow, table_of

_PROFILE = table_of(ImportProfileRow)
_KIND = "import_profile"
_LONGEST_NAME = 40


@dataclass(frozen=True, slots=True)
class Kept:
    """A profile that a person kept, with who and when."""

    profile: Profile
    by: str
    at: datetime

    @property
    def title(self) -> str:
        return self.profile.title or self.profile.name


def kept_profiles(session: Session) -> tuple[Kept, ...]:
    """The profiles people kept, by name."""
    rows = session.exec(select(ImportProfileRow).order_by(ImportProfileRow.name))
    return tuple(
        Kept(Profile.model_validate_json(row.contents), row.saved_by, from_text(row.saved_at))
        for row in rows
    )


def profiles(session: Session) -> dict[str, Profile]:
    """Every profile by name."""
    return shipped_profiles() | {one.profile.name: one.profile for one in kept_profiles(session)}


def profile_named(session: Session, name: str) -> Profile:
    """One profile.

    Raises:
        Refused: ``profile_unknown``, naming those there are.
    """
    there = profiles(session)
    if name not in there:
        raise _unknown(name, there)
    return there[name]


def name_of(title: str) -> str:
    """What a layout is known by that a person gives this title: ``Borough list`` is borough-list."""
    return re.sub(r"[^a-z0-9]+", "-", title.casefold()).strip("-")


def keep_layout(
    session: Session, layout: Profile, columns: Columns, title: str, *, by: str, at: datetime
) -> Profile:
    """Keep what was said of a file's columns for every file with the same headings, in place of
    what was kept under that name; returns the profile.

    Raises:
        Refused: for a name that cannot be kept, for columns no file can be read by, or if `by` may
            not import.
    """
    shown = " ".join(title.split())
    name = name_of(title)
    problems = []
    if not name or len(name) > _LONGEST_NAME or not shown.isprintable():
        words = f"A name has letters or figures of English, {_LONGEST_NAME} at most."
        problems.append(Problem("profile_name_unusable", words, "name"))
        name = layout.name
    named = layout.model_copy(update={"name": name, "title": shown})
    profile = named.kept_for(columns.headings)
    read = resolve(columns.labels, profile)
    if problems := [*problems, *read.problems, *wrongly_said(read, profile)]:
        raise Refused(problems)
    save_profile(session, profile, by=by, at=at)
    return profile


def save_profile(session: Session, profile: Profile, *, by: str, at: datetime) -> None:
    """Keep a profile under its name, in place of an earlier one; one kept already stays as it is.

    Raises:
        Refused: for the name of a shipped one, or if `by` may not import.
    """
    roles.check(session, by, roles.Action.IMPORT_FILE)
    if profile.name in shipped_profiles():
        raise Refused.because(
            "profile_name_taken",
            f"“{profile.name}” is the name of a layout that comes with the product. Choose another.",
            "name",
        )
    before = session.get(ImportProfileRow, profile.name)
    contents = profile.model_dump_json(exclude_defaults=True)
    if before is not None and before.contents == contents:
        return
    audit.record(
        session,
        by=by,
        at=at,
        action="save",
        object_kind=_KIND,
        object_key=profile.name,
        before={"contents": before.contents} if before else None,
        after={"contents": contents},
    )
    session.merge(
        ImportProfileRow(name=profile.name, contents=contents, saved_by=by, saved_at=as_text(at))
    )


def remove_profile(session: Session, name: str, *, by: str, at: datetime) -> None:
    """Forget a profile that was kept; what was loaded by it stays as it was posted.

    Raises:
        Refused: ``profile_unknown``, or if `by` may not import.
    """
    roles.check(session, by, roles.Action.IMPORT_FILE)
    row = session.get(ImportProfileRow, name)
    if row is None:
        raise _unknown(name, {one.profile.name: one.profile for one in kept_profiles(session)})
    audit.record(
        session,
        by=by,
        at=at,
        action="remove",
        object_kind=_KIND,
        object_key=name,
        before={"contents": row.contents},
    )
    session.execute(delete(_PROFILE).where(_PROFILE.c.name == name))


def _unknown(name: str, there: dict[str, Profile]) -> Refused:
    listed = ", ".join(sorted(there)) or "none yet"
    words = f"There is no profile “{name}”; there are {listed}."
    return Refused.because("profile_unknown", words, "profile")
