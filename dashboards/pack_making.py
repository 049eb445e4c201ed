"""Making the board pack: one action, with progress, that gives the paper and the workbook."""

from __future__ import annotations

import streamlit as st

from dashboards import address, ask_papers, long_work, show
from trust_commissioning.reports import Scope
from trust_commissioning.reports.papers import KINDS
from trust_commissioning.roles import Action, may
from trust_commissioning.sign_ins import SignedIn

_WORDS = {"pdf": "Download the pack (PDF)", "xlsx": "Download the workbook (XLSX)"}


def offer(viewer: SignedIn, scope: Scope) -> None:
    """The button; once pressed how far it is, then the files of what the page shows."""
    with st.container(horizontal=True):
        wanted = st.button("Make the board pack", type="primary", key="make-pack")
        if may(viewer, Action.ISSUE_REPORT):
            to = address.link("reports", {"report": "board-pack", **address.of_scope(scope)})
            st.html(f"<p>{show.anchor('Issue it, and keep it as issued', to)}</p>")
    latest = long_work.latest(viewer, ask_papers.PACK)
    work = ask_papers.pack(viewer, scope) if wanted else latest
    if work is None:
        return
    if not long_work.is_over(work):
        show.subsection(work.asked.title)
        long_work.shown(work)
    elif work.asked.about == scope and long_work.ended_well(work, "The board pack was not made"):
        _files(work.answer, scope)


def _files(made: object, scope: Scope) -> None:
    assert isinstance(made, dict), "files by their endings"
    show.done("The board pack is made. It says when, and from which books.")
    name = f"board-pack-{scope.year}-P{scope.to:02d}" + (f"-{scope.fund}" if scope.fund else "")
    with st.container(horizontal=True):
        for ending in ask_papers.PACK_ENDINGS:
            st.download_button(
                _WORDS[ending],
                made[ending],
                file_name=f"{name}.{ending}",
                mime=KINDS[ending].media_type,
                on_click="ignore",
                key=f"pack-{ending}",
            )
