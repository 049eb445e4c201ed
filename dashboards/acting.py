"""An act asked for on a page: what was done is said once the page is drawn again."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from dashboards import box_words, show
from ledger.problems import Refused


def do(
    work: Callable[[], str], said: str, *, title: str = "It was not recorded", event: str = ""
) -> None:
    """Do it; say what was done (kept under `said`), or under `title` everything that stops it.

    What stops an `event` is said by the boxes of its form.
    """
    try:
        words = work()
    except Refused as refused:
        found = box_words.by_boxes(refused.problems, event) if event else refused.problems
        show.problems(found, title=title)
    else:
        st.session_state[said] = words
        st.rerun()
