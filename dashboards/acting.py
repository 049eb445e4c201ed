"""An act asked for on a page: what was done is said once the page is drawn again."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from dashboards import show
from ledger.problems import Refused


def do(work: Callable[[], str], said: str, *, title: str = "It was not recorded") -> None:
    """Do it; say what was done (kept under `said`), or under `title` everything that stops it."""
    try:
        words = work()
    except Refused as refused:
        show.problems(refused.problems, title=title)
    else:
        st.session_state[said] = words
        st.rerun()
