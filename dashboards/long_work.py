"""Long work asked for on a page: its progress shown, left, come back to, stopped.

The work runs in a thread of the server's (`trust_commissioning.under_way`), for whoever asked as they
are signed in when it runs. A page shows short work's answer in the same run.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from functools import partial
from html import escape
from typing import NoReturn

import streamlit as st
from sqlalchemy import Engine
from streamlit.delta_generator import DeltaGenerator

from dashboards import show, who
from dashboards.address import link
from trust_commissioning import settings
from trust_commissioning.roles import Action, may
from trust_commissioning.sign_ins import SignedIn
from trust_commissioning.under_way import WORKS, Asked, End, Work

AT_ONCE = 0.3
"""Seconds a page waits for an answer before it shows a bar."""
_LOOKS_EVERY = 0.5
_SHOWN = 50
_TAB = "long-work-tab"
_MAY_LEAVE = "You may leave this page: it goes on, and {where}."
_LISTED = "What needs doing today tells you when it is done"
_HERE = "what came of it is here when you come back"
_STOPPED = "It was stopped. Nothing was changed by it."


def begin(
    viewer: SignedIn,
    asked: Callable[..., Asked],
    action: Action,
    do: Callable[[Engine], object],
    *,
    anew: bool = False,
) -> Work:
    """Begin a work for the person at this page, or find the one they asked for before.

    `asked` says what it is but whose. `do` is given the record as the person sees it when it runs; who
    is signed out by then, or may no more, is refused.
    """
    of = asked(whose=_whose(viewer), tab=_tab())
    return WORKS.ask(of, partial(_as_now, settings.load().url, viewer.sid, action, do), anew=anew)


def latest(viewer: SignedIn, kind: str) -> Work | None:
    """What the person asked for last of a kind, on whatever page."""
    return next((one for one in reversed(of(viewer)) if one.asked.kind == kind), None)


def of(viewer: SignedIn) -> list[Work]:
    """What the person has under way or ended, the oldest first."""
    return WORKS.of(_whose(viewer))


def is_over(work: Work) -> bool:
    """Whether it has ended, which is waited for as long as nobody notices."""
    return work.ends_within(AT_ONCE)


def wait(work: Work, *words: str) -> None:
    """Show how far it is, then end the page; it is drawn again when the work has ended."""
    show.section(work.asked.title)
    shown(work, *words)
    st.stop()


def shown(work: Work, *words: str) -> None:
    """How far it is. `words` are more that a person should know meanwhile."""
    _bar(work)
    where = _LISTED if may(who.person(), Action.ENTER_JOURNAL) else _HERE
    for said in (_MAY_LEAVE.format(where=where), *words):
        show.note(said)


def begun_before(viewer: SignedIn, kind: str, *words: str) -> Work | None:
    """The person's last work of a kind, ended; while it goes on, only that is shown. `words` are as
    those of `wait`.
    """
    work = latest(viewer, kind)
    if work is not None and work.end is None:
        wait(work, *words)
    return work


def tell_here(work: Work, above: DeltaGenerator, tell: Callable[[Work], None]) -> NoReturn:
    """End the page with what came of a work just begun, if it was quick, in place of what stands
    `above` of the one before; what is not quick is told as soon as the page is drawn again.
    """
    if not is_over(work):
        st.rerun()
    above.empty()
    tell(work)
    st.stop()


def ended_well(work: Work, title: str) -> bool:
    """Whether it was done; else its refusal is shown under `title`, or that it was stopped."""
    work.is_seen = True
    if work.end is End.REFUSED:
        show.problems(work.problems[:_SHOWN], title=title)
    elif work.end is End.FAILED:
        st.error(
            "Something went wrong, and nothing you entered has been changed by it. If it happens "
            f"again, tell the trust's administrator this reference: **{work.reference}**."
        )
    elif work.end is End.STOPPED:
        show.done(_STOPPED)
    return work.end is End.DONE


def put_away(work: Work, label: str = "Put this away") -> None:
    """The means to forget it."""
    if st.button(label, key=f"put-away-{work.asked.kind}"):
        WORKS.put_away(work)
        st.rerun()


def listed(viewer: SignedIn) -> None:
    """What the person has going on, and what has ended that they have not seen yet."""
    found = [work for work in of(viewer) if not work.is_seen]
    if found:
        show.section("Your work under way")
        if any(work.end is None for work in found):
            _lines_as_they_change(viewer)
        else:
            _lines(found)


@st.fragment(run_every=2)
def _lines_as_they_change(viewer: SignedIn) -> None:
    who.person()
    found = [work for work in of(viewer) if not work.is_seen]
    if all(work.end is not None for work in found):
        st.rerun()
    _lines(found)


def _lines(found: Sequence[Work]) -> None:
    items = "".join(
        f"<li>{show.anchor(one.asked.title, link(one.asked.page, {}))}: "
        f'<span role="status">{escape(says(one))}</span> {escape(counted(one))}</li>'
        for one in found
    )
    st.html(f"<ul>{items}</ul>")


def says(work: Work) -> str:
    """Where it stands, in a few words."""
    if work.end is not None:
        return "It has ended"
    if work.is_stopping:
        return "Stopping"
    if not work.runs:
        ahead = WORKS.ahead_of(work)
        return f"It waits for “{ahead.asked.title}”" if ahead else "It waits for its turn"
    return work.step.words if work.step else "Beginning"


def counted(work: Work) -> str:
    """How much of its step is done; empty where that cannot be said."""
    step = work.step
    if step is None or work.end is not None or not step.done:
        return ""
    return f"{step.done:,} of {step.of:,}" if step.of else f"{step.done:,}"


@st.fragment(run_every=_LOOKS_EVERY)
def _bar(work: Work) -> None:
    """The bar alone is drawn again, until the work ends. A change of step is told to a screen reader,
    a change of the count is not.
    """
    who.person()
    if work.end is not None:
        st.rerun()
    st.html(f'<p class="trust-note" role="status">{escape(says(work))}</p>')
    share = work.step.share if work.step is not None and work.runs else None
    if share is not None:
        st.progress(share, text=counted(work))
    elif words := counted(work):
        show.note(words, kind="small")
    st.button(
        "Stop",
        key=f"stop-{work.asked.kind}",
        disabled=work.is_stopping,
        on_click=WORKS.stop,
        args=(work,),
    )


def _as_now(url: str, sid: str, action: Action, do: Callable[[Engine], object]) -> object:
    return do(who.engine_by_then(url, sid, action))


def _whose(viewer: SignedIn) -> tuple[object, ...]:
    """What one person was answered is not shown to them as another: role and partner are of it."""
    held = (viewer.username, viewer.role, viewer.partner, viewer.keeps_the_books)
    return (settings.load().url, *held)


def _tab() -> str:
    """A name for this tab of the browser, for as long as it stays open."""
    made: str = st.session_state.setdefault(_TAB, secrets.token_hex(8))
    return made
