"""What stands at the address of a page for somebody whose role may not open it."""

from __future__ import annotations

from html import escape

import streamlit as st

from dashboards import show, who
from dashboards.pages_table import Entry, first_for
from trust_commissioning.roles import MAY, Role
from trust_commissioning.sign_ins import SignedIn


def refused(entry: Entry, person: SignedIn) -> None:
    """Whose page it is, who is asking, and the way on."""
    show.heading(entry.title)
    st.error(who.refusal(person, entry.action))
    roles = ", ".join(role.title.lower() for role in Role if role in MAY[entry.action])
    first = first_for(person)
    st.html(
        f"<p>This page is for: {roles}. If it should be for you, ask the trust’s administrator.</p>"
        f'<p><a href="/{first.url_path}" target="_self">{escape(first.title)}</a></p>'
    )
