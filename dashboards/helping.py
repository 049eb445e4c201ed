"""Help where the doubt arises: the questions of the guides that a page answers, at its head."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

import streamlit as st

from dashboards.pages_table import Entry, titles_of
from trust_commissioning import guides
from trust_commissioning.roles import Role


def offer(entry: Entry, role: Role) -> None:
    """What the guide of a role says of the page; where it says nothing, what the others' say."""
    own = [(one.words, one.address) for one in _asked(role, entry)]
    listed = "".join(
        f'<li><a href="{to}" target="_self">{escape(words)}</a></li>'
        for words, to in [*(own or _of_others(role, entry)), _whole(role)]
    )
    st.html(
        f'<details class="help"><summary>Help with this page</summary><ul>{listed}</ul></details>'
    )


def _asked(role: Role, entry: Entry) -> list[guides.Question]:
    return [one for title in titles_of(entry) for one in guides.questions(role.value, title)]


def _of_others(role: Role, entry: Entry) -> Iterator[tuple[str, str]]:
    for other in Role:
        if other is not role:
            for one in _asked(other, entry):
                yield f"{other.title}: {one.words}", one.address


def _whole(role: Role) -> tuple[str, str]:
    return f"The guide for your role: {role.title.lower()}", guides.address(
        role.value.replace("_", "-")
    )
