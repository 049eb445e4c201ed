"""A person's saved views of a page, below its boxes: back to one with a click, save, remove.

Each page with boxes in its address says `saved_views.offer(viewer, boxes)` once they are drawn.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

import streamlit as st

from dashboards import acting, ask_views, show
from dashboards.address import Address
from dashboards.pages_table import for_person
from ledger.problems import Problem, Refused
from trust_commissioning.saved_views import LONGEST_NAME, in_one_way
from trust_commissioning.sign_ins import SignedIn
from trust_commissioning.store.saved_views import SavedView


def offer(viewer: SignedIn, boxes: Address) -> None:
    """The views saved of this page, with the means to save or remove one.

    Nothing is shown where the page is asked nothing and no view of it was saved.
    """
    asked = in_one_way(boxes.asked())
    views = ask_views.saved_of(viewer, boxes.page)
    said = _said(boxes.page)
    if said in st.session_state:
        show.done(st.session_state.pop(said))
    if views:
        _row(views, asked)
    if not (asked or views):
        return
    with st.expander(_title(bool(asked), bool(views))):
        if asked:
            _save(viewer, boxes.page, asked, len(views))
        if views:
            _remove(viewer, views)


def of_all_pages(viewer: SignedIn) -> list[tuple[str, str]]:
    """The views of the pages a person may open, each as words with its address."""
    titles = {entry.url_path: entry.title for entry in for_person(viewer)}
    return [
        (f"{view.name} ({titles[view.page]})", _address(view))
        for view in ask_views.saved_by(viewer)
        if view.page in titles
    ]


def _said(page: str) -> str:
    return f"{page}-view-said"


def _title(asked: bool, saved: bool) -> str:
    if asked:
        return "Save or remove a view" if saved else "Save this view"
    return "Remove a view"


def _address(view: SavedView) -> str:
    return f"/{view.page}?{view.asked}"


def _row(views: Iterable[SavedView], asked: str) -> None:
    """Each view as a link; the one that is looked at is marked, and said to be."""
    items = "".join(
        f"<li>{_marked(view) if view.asked == asked else show.anchor(view.name, _address(view))}</li>"
        for view in views
    )
    st.html(
        f'<nav class="trust-views" aria-label="Your views"><span>Your views:</span>'
        f'<ul class="trust-links">{items}</ul></nav>'
    )


def _marked(view: SavedView) -> str:
    return (
        f'<a href="{escape(_address(view))}" target="_self" aria-current="page">'
        f"{escape(view.name)}</a>"
    )


def _save(viewer: SignedIn, page: str, asked: str, turn: int) -> None:
    """A name for what the page is asked; where it is taken, the other goes only if that is said."""
    # A new form once one was saved or something else is asked.
    key = f"{page}-view-{turn}-{asked}"
    with st.form(f"form-{key}", border=False, enter_to_submit=False):
        show.note(
            "What the boxes above say is saved. A year or a period you chose stays as it is; where "
            "you chose none, the newest is shown each time."
        )
        name = st.text_input("Name of this view", max_chars=LONGEST_NAME, key=f"name-{key}")
        wanted = st.form_submit_button("Save it", type="primary")
    refused = f"refused-{key}"
    if wanted:
        _try(viewer, page, name or "", asked, refused)
    if refused in st.session_state:
        again, problems = st.session_state[refused]
        show.problems(problems, title="It was not saved")
        taken = [problem.code for problem in problems] == ["saved_view_name_taken"]
        if taken and st.button("Put it in place of that one", key=f"instead-{key}"):
            _try(viewer, page, again, asked, refused, instead=True)


def _try(
    viewer: SignedIn, page: str, name: str, asked: str, refused: str, *, instead: bool = False
) -> None:
    """Save it, or keep what stops it to be shown beneath the form."""
    try:
        view = ask_views.save(viewer, page, name, asked, instead=instead)
    except Refused as refusal:
        problems: tuple[Problem, ...] = refusal.problems
        st.session_state[refused] = (name, problems)
    else:
        st.session_state.pop(refused, None)
        st.session_state[_said(page)] = f"Saved as “{view.name}”."
        st.rerun()


def _remove(viewer: SignedIn, views: Iterable[SavedView]) -> None:
    with st.container(horizontal=True, key="views-to-remove"):
        for view in views:
            label = f"Remove “{_as_it_is(view.name)}”"
            if st.button(label, key=f"remove-{view.page}-{view.name}"):
                _let_go(viewer, view)


def _let_go(viewer: SignedIn, view: SavedView) -> None:
    def work() -> str:
        ask_views.remove(viewer, view)
        return f"Removed “{view.name}”."

    acting.do(work, _said(view.page), title="It was not removed")


def _as_it_is(name: str) -> str:
    """A name as a button shows it, which reads its label as Markdown."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", name)
