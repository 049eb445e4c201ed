"""Your books: the accounts of the funds a partner is party to, to be taken away and checked.

Reader: partners' officers and their auditors, who keep a copy of their own. Figures: none here; the
files are `publishing.books_to_take`. This page only says what is in them.
"""

import streamlit as st

from dashboards import address, ask, show, who
from trust_commissioning.reports import Column
from trust_commissioning.roles import Action

ADDRESS = "/api/v1/books.zip"

viewer = who.must(Action.READ_JOURNALS if who.person().of_a_partner else Action.READ_BOOKS)
known = ask.known()
show.heading("Your books", "The accounts of your funds as plain text, to keep and to check.")
if viewer.of_a_partner:
    partner = known.partners.get(viewer.partner or "", "")
    show.note(f"Only the funds {partner} is party to, by an agreement, a contribution or a grant.")
show.table(
    "Funds in these books",
    (Column(key="title", title="Fund"), Column(key="code", title="Its code in the files")),
    [{"title": known.funds[code], "code": code} for code in ask.codes_with_titles(known.funds)],
    links=lambda row, key: (
        address.link("journals", {"fund": row["code"]}) if key == "title" else ""
    ),
    nothing="Your partner is party to no fund yet.",
    whole=["code"],
)
show.note(
    "The file is a zip of Beancount files: accounts, opening balances, every journal by month, the "
    "balances they must come to. HOW-TO-CHECK.txt in it says how to check them without us. They are "
    "held against the record, to the penny, before you are given them; that can take a minute."
)
if known.funds:
    st.html(f"<p>{show.anchor('Download the books of your funds (zip)', ADDRESS)}</p>")
