"""An act tried before it is done: what it would change is shown, and it is done once agreed to.

What stops it is said above the form, all of it, and again beside the field it is about.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from dashboards import ask_calling_off, box_words, register_forms, show
from dashboards.show import escape
from ledger.problems import Problem, Refused
from trust_commissioning.reports.shape import Part
from trust_commissioning.sign_ins import SignedIn


@dataclass(frozen=True, slots=True)
class Tried:
    """What was asked, and what it would change or what stops it."""

    event: str
    asked: Mapping[str, Any]
    words: str
    effect: tuple[Part, ...] = ()
    problems: tuple[Problem, ...] = ()


def key(name: str) -> str:
    """The key of a form: a new form once what it asked was recorded."""
    return f"{name}-{register_forms.request(name)}"


def is_open(name: str) -> bool:
    """Whether a form was tried, and so stays open."""
    return _state(name) in st.session_state


def _state(name: str) -> str:
    return f"tried-{name}"


def look(viewer: SignedIn, name: str, event: str, asked: Mapping[str, Any], words: str) -> None:
    """Try it; the page is drawn again with what came of it. `words` say that it was done."""
    told = {**asked, "reference": f"page/{register_forms.request(name)}"}
    tried = Tried(event, told, words)
    try:
        tried = Tried(event, told, words, effect=ask_calling_off.attempt(viewer, event, told))
    except Refused as refused:
        tried = Tried(event, told, words, problems=refused.problems)
    st.session_state[_state(name)] = tried
    st.rerun()


def summary(name: str) -> None:
    """Everything that stops it, above the form."""
    tried = _tried(name)
    if tried is not None and tried.problems:
        found = box_words.by_boxes(tried.problems, tried.event)
        show.problems(found, title="It cannot be recorded like this")


def beside(name: str, *fields: str) -> None:
    """What is wrong with a field, beneath its box."""
    tried = _tried(name)
    if tried is None:
        return
    wrong = [
        problem
        for problem in tried.problems
        if any(problem.where == field or _is_under(problem.where, field) for field in fields)
    ]
    for problem in box_words.by_boxes(wrong, tried.event):
        st.html(f'<p class="trust-wrong">{escape(problem.message)}</p>')


def _is_under(where: str, field: str) -> bool:
    return where.startswith((f"{field}.", f"{field}["))


def agree(viewer: SignedIn, name: str, label: str, *, said: str) -> None:
    """What it would change, with the means to do it or to leave it."""
    tried = _tried(name)
    if tried is None or tried.problems:
        return
    for part in tried.effect:
        show.subsection(part.title)
        for words in part.words:
            show.note(words)
        show.table(
            part.title,
            part.columns,
            part.rows,
            totals=part.totals or None,
            nothing="The books do not move.",
            good_above_nil=("available",),
        )
    with st.container(horizontal=True):
        do = st.button(label, type="primary", key=f"do-{name}")
        leave = st.button("Change it first", key=f"leave-{name}")
    if leave:
        del st.session_state[_state(name)]
        st.rerun()
    if do:
        del st.session_state[_state(name)]
        register_forms.keep(viewer, tried.event, tried.asked, tried.words, said=said, name=name)


def _tried(name: str) -> Tried | None:
    found: Tried | None = st.session_state.get(_state(name))
    return found
