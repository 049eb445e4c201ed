"""One person: what may they do, how do they come in, where are they signed in?

Reader: administrators. Questions: `ask_people`. This page only asks and shows.
"""

import streamlit as st

from dashboards import acting, address, ask, ask_people, show, who
from trust_commissioning.people_listed import Seen
from trust_commissioning.reports import Column
from trust_commissioning.roles import Action, Role

SAID = "person-said"
SITTINGS = (
    Column(key="address", title="From"),
    Column(key="since", title="Signed in"),
    Column(key="seen", title="Last did something"),
)
ROLES = {role.value: role.title for role in Role}


def about(found: Seen, known: ask.Known) -> None:
    """What there is to know of the person."""
    person = found.person
    show.facts(
        [
            ("User name", person.username),
            ("Role", person.role.title),
            ("Works for", known.partners.get(person.partner or "", "No one partner")),
            ("Email", person.email),
            ("Account", "May sign in" if person.active else "Disabled"),
            ("Comes in", ways_in(found)),
            ("Last signed in", show.moment(found.last) if found.last else "Never"),
        ]
    )


def ways_in(found: Seen) -> str:
    """How the person can sign in."""
    ways = ["through their organisation"] if found.by_organisation else []
    ways += ["by a password of this trust"] if found.person.has_password else []
    return " and ".join(ways) or "not yet: give them a word for their first sign-in"


def changing(found: Seen, known: ask.Known) -> None:
    """Name, role and partner; a role counts from the next request."""
    person = found.person
    show.section("Change")
    if found.by_organisation:
        show.note(
            "Their organisation sets name, role and partner anew at each sign-in, by its groups."
        )
    partners = ["", *ask.codes_with_titles(known.partners)]
    with st.form("change", border=False, enter_to_submit=False):
        left, right = st.columns(2)
        name = left.text_input("Name", value=person.name, max_chars=100, autocomplete="off")
        email = right.text_input("Email", value=person.email, max_chars=200, autocomplete="off")
        role = left.selectbox(
            "Role",
            list(ROLES),
            index=list(ROLES).index(person.role.value),
            format_func=ROLES.__getitem__,
        )
        partner = right.selectbox(
            "Works for",
            partners,
            index=partners.index(person.partner or ""),
            format_func=lambda code: known.partners.get(code, "No one partner"),
        )
        wanted = st.form_submit_button("Keep these")
    if wanted:

        def keep() -> str:
            ask_people.change(
                viewer, person.username, name=name, role=Role(role), email=email, partner=partner
            )
            return "It is changed, from their next request."

        acting.do(keep, SAID, title="It was not changed")


def coming_in(found: Seen) -> None:
    """A word for one sign-in; keeping the person out, or letting them in again."""
    person = found.person
    show.section("Coming in")
    show.note(
        "A word for one sign-in is told to you once. It is good for three days; whoever uses it "
        "chooses a password of their own, and until then is signed out everywhere."
    )
    with st.container(horizontal=True):
        word = st.button("Give a word for one sign-in", disabled=not person.active)
        turn = st.button("Disable the account" if person.active else "Let them in again")
    if word:
        acting.do(
            lambda: (
                f"{person.name} signs in once as {person.username} with this word, which is not "
                f"shown again: {ask_people.give_word(viewer, person.username)}"
            ),
            SAID,
        )
    if turn:

        def do() -> str:
            ask_people.let_in(viewer, person.username, allowed=not person.active)
            return (
                f"{person.name} can no longer sign in, and is signed out everywhere."
                if person.active
                else f"{person.name} may sign in again."
            )

        acting.do(do, SAID, title="It was not changed")


def sittings(found: Seen) -> None:
    """Where the person is signed in now, and the means to end it."""
    show.section("Signed in now")
    show.table(
        "Sign-ins that stand",
        SITTINGS,
        [
            {
                "address": one.address or "Unknown",
                "since": show.moment(one.created_at),
                "seen": show.moment(one.seen_at),
            }
            for one in found.sittings
        ],
        nothing="They are signed in nowhere.",
    )
    if found.sittings and st.button("Sign them out everywhere"):

        def do() -> str:
            ended = ask_people.sign_out(viewer, found.person.username)
            return f"{found.person.name} is signed out everywhere ({ended})."

        acting.do(do, SAID)


viewer = who.must(Action.MANAGE_PEOPLE)
known = ask.known()
username = st.query_params.get("of", "")
found = ask_people.seen(viewer, username) if username else None
if found is None:
    show.heading("Person")
    show.note(f"There is no person “{username}”." if username else "No person was asked for.")
    show.links_line([("All people", address.link("people", {}))])
    st.stop()

st.set_page_config(page_title=f"{found.person.name} – {known.trust}")
show.heading(found.person.name)
show.links_line(
    [
        ("All people", address.link("people", {})),
        ("What they did", address.link("audit-trail", {"person": username})),
        (
            "What was done to their account",
            address.link("audit-trail", {"kind": "person", "key": username}),
        ),
    ]
)
if said := st.session_state.pop(SAID, ""):
    show.done(said)
about(found, known)
sittings(found)
coming_in(found)
changing(found, known)
