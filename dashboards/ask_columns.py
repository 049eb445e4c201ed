"""What the import page asks of the columns of a file: those it has, those that are kept."""

from __future__ import annotations

import hashlib

import streamlit as st
from sqlmodel import func, select

from dashboards import ask
from trust_commissioning import clock
from trust_commissioning.files.columns import Profile
from trust_commissioning.files.layouts import Look, look_at
from trust_commissioning.importing.profiles import (
    Kept,
    keep_layout,
    kept_profiles,
    name_of,
    profile_named,
    remove_profile,
)
from trust_commissioning.sign_ins import SignedIn
from trust_commissioning.store import reading, transaction
from trust_commissioning.store.tables import AuditEventRow

_LOOKS, _MOST = "column-looks", 4


def look(
    data: bytes, name: str, profile: str | None, sheet: str | None, row: int | None
) -> Look | None:
    """The top of a file. The last few are kept for the person: pressing a button reads no file."""
    with reading(ask.engine()) as session:
        trail = session.exec(select(func.max(AuditEventRow.id))).one()
        key = (hashlib.sha256(data).digest(), name, profile, sheet, row, trail)
        looks: dict[object, Look | None] = st.session_state.setdefault(_LOOKS, {})
        if key not in looks:
            if len(looks) >= _MOST:
                looks.clear()
            looks[key] = look_at(
                data,
                name=name,
                profile=profile_named(session, profile) if profile else None,
                kept=[one.profile for one in kept_profiles(session)],
                sheet=sheet,
                row=row,
            )
        return looks[key]


def kept() -> tuple[Kept, ...]:
    """The layouts people kept, by name."""
    with reading(ask.engine()) as session:
        return kept_profiles(session)


def kept_as(title: str) -> Kept | None:
    """The layout that is kept under this name, if any."""
    return next((one for one in kept() if one.profile.name == name_of(title)), None)


def keep(viewer: SignedIn, layout: Profile, seen: Look, title: str) -> Profile:
    """Keep a layout for every file with the same headings.

    Raises:
        Refused: with everything that is wrong.
    """
    with transaction(ask.engine()) as session:
        return keep_layout(session, layout, seen.columns, title, by=viewer.username, at=clock.now())


def remove(viewer: SignedIn, name: str) -> None:
    """Forget a layout."""
    with transaction(ask.engine()) as session:
        remove_profile(session, name, by=viewer.username, at=clock.now())
