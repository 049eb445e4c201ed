"""Making the board pack: one action, with progress, that gives the paper and the workbook."""

from __future__ import annotations

import streamlit as st

from dashboards import address, ask_papers, show
from trust_commissioning.reports import Scope
from trust_commissioning.reports.papers import KINDS
from trust_commissioning.reports.rounding import Unit
from trust_commissioning.roles import Action, may
from trust_commissioning.sign_ins import SignedIn

_MADE = "pack-made"
_ENDINGS = {"pdf": "Download the pack (PDF)", "xlsx": "Download the workbook (XLSX)"}


def offer(viewer: SignedIn, scope: Scope) -> None:
    """The button; once pressed, the files of what the page shows."""
    asked = (scope, viewer.username)
    with st.container(horizontal=True):
        wanted = st.button("Make the board pack", type="primary", key="make-pack")
        if may(viewer, Action.ISSUE_REPORT):
            to = address.link("reports", {"report": "board-pack", **address.of_scope(scope)})
            st.html(f"<p>{show.anchor('Issue it, and keep it as issued', to)}</p>")
    if wanted:
        st.session_state[_MADE] = (asked, _made(scope))
    kept = st.session_state.get(_MADE)
    if kept is None or kept[0] != asked:
        return
    show.done("The board pack is made. It says when, and from which books.")
    name = f"board-pack-{scope.year}-P{scope.to:02d}" + (f"-{scope.fund}" if scope.fund else "")
    with st.container(horizontal=True):
        for ending, words in _ENDINGS.items():
            st.download_button(
                words,
                kept[1][ending],
                file_name=f"{name}.{ending}",
                mime=KINDS[ending].media_type,
                on_click="ignore",
                key=f"pack-{ending}",
            )


def _made(scope: Scope) -> dict[str, bytes]:
    """Both files of one report, so that they cannot differ."""
    with st.status("Making the board pack", expanded=True) as told:
        told.write("Reading the figures")
        report = ask_papers.fresh("board-pack", scope)
        files = {}
        for ending in _ENDINGS:
            told.write(f"Setting the {ending.upper()}")
            files[ending] = KINDS[ending].make(report, Unit.PENCE)
        told.update(label="The board pack is made", state="complete", expanded=False)
    return files
