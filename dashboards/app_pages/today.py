"""What needs doing today: what waits for me, since when, and where do I do it?

Reader: whoever keeps the books: finance officers, approvers, the pool manager. Figures:
`ask_today.waits`. This page only asks and shows.
"""

from collections.abc import Mapping

import streamlit as st

from dashboards import ask, ask_calling_off, ask_today, long_work, saved_views, show, who
from ledger.wording import day_in_full
from trust_commissioning.reports import Column
from trust_commissioning.reports.for_today import Waits
from trust_commissioning.reports.shape import Cell
from trust_commissioning.roles import Action

COLUMNS = (
    Column(key="title", title="What waits"),
    Column(key="count", title="How many", kind="count"),
    Column(key="oldest", title="Oldest"),
    Column(key="amount", title="Amount", kind="money"),
)


def row(one: Waits) -> dict[str, Cell]:
    return {
        "title": one.title,
        "count": one.count,
        "oldest": show.short_day(one.oldest) if one.oldest else "",
        "amount": "" if one.amount is None else one.amount,
        "where": f"/{one.where}",
    }


def to_page(row: Mapping[str, Cell], key: str) -> str:
    return str(row["where"]) if key == "title" else ""


viewer = who.must(Action.ENTER_JOURNAL)
known = ask.known()
show.heading("What needs doing today", "What waits for you. Each line leads to where it is done.")
if known.default is None:
    show.nothing_posted(viewer)
day = ask_calling_off.day_of_register(known)
show.note(f"As at {day_in_full(day)}, for {viewer.name}.", kind="small")
waits = ask_today.waits(viewer, day)
if waits:
    show.table(
        "What waits for you", COLUMNS, [row(one) for one in waits], links=to_page, whole=["oldest"]
    )
    show.note(
        "Spend with no outcome is counted once for each fund, account and service of the years "
        "that are open. Amounts of invoices are with VAT.",
        kind="small",
    )
else:
    show.note("Nothing waits for you today.")
long_work.listed(viewer)
if known.default is not None:
    show.section("Find a journal")
    words = st.text_input(
        "A number, an amount, a provider, a reference, words",
        type="search",
        max_chars=200,
        key="today-words",
    )
    if words.strip():
        st.switch_page("app_pages/journals.py", query_params={"words": words.strip()})
if views := saved_views.of_all_pages(viewer):
    show.section("Your views")
    show.links_line(views)
