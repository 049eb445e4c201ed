"""The shell of the dashboards: the menu a person's role allows, around the page they chose.

Reader: everybody who may sign in.
"""

from collections import defaultdict
from functools import partial
from html import escape

import streamlit as st

from dashboards import helping, who
from dashboards.pages_table import TABLE, entry_of, first_for
from dashboards.refusing import refused
from trust_commissioning.roles import Action, may

person = who.person()
trust = who.trust()

pages = defaultdict(list)
for entry in TABLE:
    theirs = may(person, entry.action)
    pages[entry.section].append(
        st.Page(
            entry.path if theirs else partial(refused, entry, person),
            title=entry.title,
            url_path=entry.url_path,
            visibility="visible" if theirs and not entry.hidden else "hidden",
        )
    )
# A page that is Streamlit's default has no address but "/": so that every page keeps its own, the
# default is one that leads on to where this person arrives.
first = first_for(person)
pages[first.section].append(
    st.Page(
        partial(st.switch_page, first.path, query_params=st.query_params.to_dict()),
        title=trust,
        url_path="arriving",
        default=True,
        visibility="hidden",
    )
)

chosen = st.navigation(pages, expanded=True)
# After the navigation, which would otherwise give every page one title.
st.set_page_config(
    page_title=f"{chosen.title} – {trust}", layout="wide", initial_sidebar_state="auto"
)
with st.sidebar:
    books = ""
    if may(person, Action.READ_BOOKS):
        books = '<p><a href="/books/" target="_self">The published books</a></p>'
    elif person.of_a_partner:
        books = (
            "<p>You see the funds your partner is party to.</p>"
            '<p><a href="/your-books" target="_self">The books of your funds</a></p>'
        )
    st.html(
        f'<div class="person"><p><strong>{escape(trust)}</strong></p>{books}'
        f"<p>{escape(person.name)}<br>{escape(person.role.title)}</p>"
        '<p><a href="/guides" target="_self">Guides</a></p>'
        '<p><a href="/your-password" target="_self">Your password</a></p>'
        '<p><a href="/sign-out" target="_self">Sign out</a></p></div>'
    )
if (here := entry_of(chosen.url_path)) and may(person, here.action):
    helping.offer(here, person.role)
chosen.run()
