"""People: who has an account, who may do what, who has not come in for long?

Reader: administrators. Questions: `ask_people`. This page only asks and shows.
"""

from collections.abc import Mapping

import streamlit as st

from dashboards import address, ask, ask_people, saved_views, show, who
from ledger.problems import Refused
from ledger.wording import counted
from trust_commissioning.people_listed import Listed, Wanted
from trust_commissioning.reports import Column
from trust_commissioning.reports.shape import Cell
from trust_commissioning.roles import Action, Role

SAID = "people-said"
COLUMNS = (
    Column(key="name", title="Name"),
    Column(key="username", title="User name"),
    Column(key="role", title="Role"),
    Column(key="partner", title="Works for"),
    Column(key="state", title="Account"),
    Column(key="last", title="Last signed in"),
)
BOXES = address.Address("people")
ROLES = {role.value: role.title for role in Role}
STATES = {"active": "May sign in", "disabled": "Disabled"}


def chosen(known: ask.Known) -> Wanted:
    """Which people, from the boxes and the address."""
    first, second, third, fourth = st.columns([2, 1.3, 1.5, 1.2])
    with first:
        words = BOXES.words("Search", "words", placeholder="A name or a user name")
    with second:
        role = BOXES.select(
            "Role", "role", ["", *ROLES], says=lambda code: ROLES.get(code, "All roles")
        )
    with third:
        partner = BOXES.select(
            "Works for",
            "partner",
            ["", *ask.codes_with_titles(known.partners)],
            says=lambda code: known.partners.get(code, "Anybody"),
        )
    with fourth:
        state = BOXES.select(
            "Account", "state", ["", *STATES], says=lambda code: STATES.get(code, "All")
        )
    return Wanted(
        words=words,
        role=Role(role) if role else None,
        partner=partner or None,
        active={"active": True, "disabled": False}.get(state),
    )


def rows(found: list[Listed], known: ask.Known) -> list[dict[str, Cell]]:
    """A row for each person, in words."""
    return [
        {
            "name": one.person.name,
            "username": one.person.username,
            "role": one.person.role.title,
            "partner": known.partners.get(one.person.partner or "", "No one partner"),
            "state": STATES["active" if one.person.active else "disabled"],
            "last": show.moment(one.last) if one.last else "Never",
        }
        for one in found
    ]


def to_person(row: Mapping[str, Cell], key: str) -> str:
    return address.link("person", {"of": row["username"]}) if key == "name" else ""


def adding(known: ask.Known) -> None:
    """A form for somebody new; the word for their first sign-in is told once."""
    show.section("Add a person")
    with st.form("add", border=False, enter_to_submit=False):
        left, right = st.columns(2)
        name = left.text_input("Name", max_chars=100, autocomplete="off")
        username = right.text_input(
            "User name", max_chars=40, autocomplete="off", help="Small letters, such as j.okafor"
        )
        role = left.selectbox("Role", list(ROLES), format_func=ROLES.__getitem__)
        partner = right.selectbox(
            "Works for",
            ["", *ask.codes_with_titles(known.partners)],
            format_func=lambda code: known.partners.get(code, "No one partner"),
        )
        email = left.text_input("Email", max_chars=200, autocomplete="off")
        wanted = st.form_submit_button("Add this person", type="primary")
    if not wanted:
        return
    try:
        word = ask_people.add(
            viewer,
            username.strip().lower(),
            name=name,
            role=Role(role),
            email=email,
            partner=partner,
        )
    except Refused as refused:
        show.problems(refused.problems, title="Nobody was added")
    else:
        st.session_state[SAID] = (
            f"{name.strip()} may sign in as {username.strip().lower()} with this word, which is "
            f"good once and for three days, and is not shown again: {word}"
        )
        st.rerun()


viewer = who.must(Action.MANAGE_PEOPLE)
known = ask.known()
show.heading("People", "Who has an account, what they may do, when they last came in.")
if said := st.session_state.pop(SAID, ""):
    show.done(said)
wanted = chosen(known)
saved_views.offer(viewer, BOXES)
found = ask_people.listed(viewer, wanted)
show.note(f"{counted(len(found), 'person', 'people')}.")
show.table(
    "People",
    COLUMNS,
    rows(found, known),
    links=to_person,
    nothing="Nobody is like that. Ask for less.",
    whole=["username"],
)
show.download_list("people", COLUMNS, lambda: rows(found, known))
adding(known)
