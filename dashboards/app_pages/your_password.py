"""Your password: how do I change the one I sign in with?

Reader: everybody who signs in. This page only asks and shows.
"""

import streamlit as st

from dashboards import ask, show, who
from ledger.problems import Problem, Refused
from trust_commissioning.passwords import SHORTEST
from trust_commissioning.roles import Action


def problems_typed(current: str, new: str, again: str) -> list[Problem]:
    """What can be told before anybody's password is looked at."""
    found = []
    if not current:
        found.append(Problem("password_missing", "Enter the password you have now."))
    if new != again:
        found.append(Problem("", "The new password was not typed the same both times."))
    return found


viewer = who.must(Action.READ_REPORTS)
show.heading(
    "Your password",
    "Changing it signs you out everywhere; sign in again with the new one.",
)
show.note(f"At least {SHORTEST} characters. Three or four words that only you would put together.")
boxes, _ = st.columns([3, 2])
with boxes, st.form("password", border=False, clear_on_submit=True):
    current = st.text_input(
        "The password you have now",
        type="password",
        autocomplete="current-password",
        max_chars=200,
        key="password-current",
    )
    new = st.text_input(
        "The new password",
        type="password",
        autocomplete="new-password",
        max_chars=200,
        key="password-new",
    )
    again = st.text_input(
        "The new password once more",
        type="password",
        autocomplete="new-password",
        max_chars=200,
        key="password-again",
    )
    wanted = st.form_submit_button("Change the password", type="primary")
if wanted:
    if mistakes := problems_typed(current, new, again):
        show.problems(mistakes, title="It was not changed")
        st.stop()
    try:
        ask.change_own_password(viewer, current, new)
    except Refused as refused:
        show.problems(refused.problems, title="It was not changed")
    else:
        show.done("Your password is changed.", [("Sign in with it", "/sign-in")])
