"""Set-up: what of this trust is ready, and what is left to do?

Reader: administrators. Questions: `ask_people`. This page only asks, shows and names who keeps the
books.
"""

from collections.abc import Mapping

import streamlit as st

from dashboards import acting, address, ask, ask_people, show, who
from dashboards.pages_table import TABLE
from ledger.wording import counted
from trust_commissioning.reports import Column
from trust_commissioning.reports.set_up import Step
from trust_commissioning.reports.shape import Cell
from trust_commissioning.roles import Action

COLUMNS = (
    Column(key="title", title="Step"),
    Column(key="state", title="Where it stands"),
    Column(key="says", title="What there is"),
    Column(key="way", title="Where it is done"),
)
HERE = "set-up"
TITLES = {entry.url_path: entry.title for entry in TABLE}

SAID = "set-up-said"


def who_keeps_the_books() -> None:
    """Whose people see the whole trust, and what holds while none is named."""
    named, partners = ask_people.keeper_named(), ask.known().partners
    if not partners:
        return
    show.section("Who keeps the books")
    show.note(
        "People of the partner that keeps these books, and of no partner, see the whole trust. "
        "Everybody else sees the funds their partner hosts or is party to. While none is named it "
        "is the partner that hosts every fund; where several host, it is none of them."
    )
    codes = ["", *ask.codes_with_titles(partners)]
    with st.form("keeper", border=False, enter_to_submit=False):
        partner = st.selectbox(
            "The partner that keeps these books",
            codes,
            index=codes.index(named),
            format_func=lambda code: partners.get(code, "None is named"),
        )
        wanted = st.form_submit_button("Keep this")
    if wanted:

        def keep() -> str:
            ask_people.name_keeper(viewer, partner)
            return (
                f"{partners.get(partner, 'No partner')} is named. It counts from the next request."
            )

        acting.do(keep, SAID, title="Nothing was changed")


viewer = who.must(Action.MANAGE_PEOPLE)
show.heading("Set-up", "What of this trust is ready, and what is left to do.")
if said := st.session_state.pop(SAID, ""):
    show.done(said)
steps = ask_people.steps()
pages = {step.title: step.page for step in steps}
left = [step for step in steps if not step.done]
show.note(
    f"{counted(len(left), 'step is', 'steps are')} left." if left else "Everything is set up."
)


def where(step: Step) -> str:
    """The page or the command that does it; what is done on this page is below."""
    if step.page == HERE:
        return "Below"
    return TITLES.get(step.page) or f"The command {step.command}"


def leads(row: Mapping[str, Cell], key: str) -> str:
    page = pages[str(row["title"])]
    return address.link(page, {}) if key == "way" and page not in ("", HERE) else ""


show.table(
    "Setting up the trust",
    COLUMNS,
    [
        {
            "title": step.title,
            "state": "Done" if step.done else "To do",
            "says": step.says,
            "way": where(step),
        }
        for step in steps
    ],
    links=leads,
)
show.note("A command is run on the machine that keeps the trust.", kind="small")
who_keeps_the_books()
