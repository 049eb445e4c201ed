"""Who is looking: the person behind this run, as the database has them now."""

from __future__ import annotations

import streamlit as st
from sqlalchemy import Engine

from ledger.problems import Refused
from trust_commissioning import clock, settings, sign_ins
from trust_commissioning.roles import Action, may
from trust_commissioning.sign_ins import SignedIn
from trust_commissioning.store import engine_for, from_partner, reading
from trust_commissioning.store.standing import trust_name


def person() -> SignedIn:
    """The person signed in; without one, says so and stops the page.

    The gate has named the sign-in, and would have closed the socket; a page asks again because a
    fragment reruns without passing `app.py`.
    """
    found = signed_in()
    if found is None:
        st.error("You are not signed in, or your sign-in has ended.")
        st.html('<a href="/sign-in" target="_self">Sign in</a>')
        st.stop()
    return found


def signed_in() -> SignedIn | None:
    """The sign-in this page was opened under, if it still stands."""
    sid = st.user.get("sid")
    if not isinstance(sid, str):
        return None
    with reading(engine_for(settings.load().url)) as session:
        return sign_ins.find_by_sid(session, sid, at=clock.now())


def engine() -> Engine:
    """The record as the person signed in sees it: of a partner, the funds it is party to.

    There is no other way from a page to the record.
    """
    return from_partner(engine_for(settings.load().url), person().partner)


def engine_by_then(url: str, sid: str, action: Action) -> Engine:
    """The record as a person sees it by the time that work they asked for begins, on no page.

    Raises:
        Refused: ``not_permitted``, if they are signed out by then or may no more.
    """
    with reading(engine_for(url)) as session:
        found = sign_ins.find_by_sid(session, sid, at=clock.now())
    if found is None:
        raise Refused.because("not_permitted", "You are not signed in any more.", "by")
    if not may(found, action):
        raise Refused.because("not_permitted", refusal(found, action), "by")
    return from_partner(engine_for(url), found.partner)


def trust() -> str:
    """The trust's name."""
    with reading(engine_for(settings.load().url)) as session:
        return trust_name(session)


def must(action: Action) -> SignedIn:
    """The person, if their role holds `action`; else says so and stops the page."""
    found = person()
    if not may(found, action):
        st.error(refusal(found, action))
        st.stop()
    return found


def refusal(found: SignedIn, action: Action) -> str:
    """Why this person may not."""
    return f"You are signed in as {_standing(found, action)} and may not {action.title}."


def _standing(found: SignedIn, action: Action) -> str:
    """What a person is to the trust, as far as it says why they may not."""
    role = found.role.title.lower()
    return (
        f"{role} of a partner that does not keep these books" if may(found.role, action) else role
    )
