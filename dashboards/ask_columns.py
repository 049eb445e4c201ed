"""What the import page asks of the columns of a file: those it has, those that are kept."""

from __future__ import annotations

import hashlib
from functools import partial

import streamlit as st
from sqlalchemy import Engine

from dashboards import ask, ask_importing, long_work, who
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
from trust_commissioning.roles import Action
from trust_commissioning.sign_ins import SignedIn
from trust_commissioning.store import reading, transaction
from trust_commissioning.under_way import WORKS, Asked

LOOK = "look-at-columns"
_LOOKS, _MOST = "column-looks", 4


def look(
    data: bytes, name: str, profile: str | None, sheet: str | None, row: int | None
) -> Look | None:
    """The top of a file. The last few are kept for the person: pressing a button reads no file.

    A large workbook takes long to open: then the page ends here and shows how far it is.
    """
    viewer = who.person()
    own, _ = ask_importing.trail(viewer)
    key = (hashlib.sha256(data).digest(), name, profile, sheet, row, own)
    looks: dict[object, Look | None] = st.session_state.setdefault(_LOOKS, {})
    if key not in looks:
        asked = partial(
            Asked,
            kind=LOOK,
            key=key,
            page="import-spend",
            title=f"Looking at the columns of {name}",
            reads=True,
            size=len(data),
        )
        do = partial(_look, data, name, profile, sheet, row)
        work = long_work.begin(viewer, asked, Action.IMPORT_FILE, do)
        if not long_work.is_over(work):
            long_work.wait(work)
        if not long_work.ended_well(work, "It was not read"):
            long_work.put_away(work, "Read it again")
            st.stop()
        if len(looks) >= _MOST:
            looks.clear()
        assert work.answer is None or isinstance(work.answer, Look)
        looks[key] = work.answer
        WORKS.put_away(work)
    return looks[key]


def forget_looks(viewer: SignedIn) -> None:
    """Let go of the looks at a file that is not given any more."""
    for work in long_work.of(viewer):
        if work.asked.kind == LOOK:
            WORKS.put_away(work)


def _look(
    data: bytes, name: str, profile: str | None, sheet: str | None, row: int | None, engine: Engine
) -> Look | None:
    with reading(engine) as session:
        return look_at(
            data,
            name=name,
            profile=profile_named(session, profile) if profile else None,
            kept=[one.profile for one in kept_profiles(session)],
            sheet=sheet,
            row=row,
        )


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
