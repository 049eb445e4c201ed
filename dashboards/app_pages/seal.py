"""The seal and how to check it: can anybody tell that this is the record the papers were made of?

Reader: auditors, and whoever holds a printed report. Questions: `ask_audit.all_seals`. This page
only asks and shows.
"""

import streamlit as st

from dashboards import ask_audit, show, who
from trust_commissioning.publishing import Manifest
from trust_commissioning.reports import Column
from trust_commissioning.reports.seals import Seals, recipe_for
from trust_commissioning.roles import Action, may

SEALED = (
    Column(key="period", title="Period"),
    Column(key="turn", title="Closing"),
    Column(key="closed", title="Closed"),
    Column(key="seal", title="Seal"),
)
COMMANDS = (
    Column(key="command", title="What is run"),
    Column(key="says", title="What it must answer"),
)


def now(found: Seals, published: Manifest | None) -> None:
    """Where the chain stands, and how far the published books go."""
    show.facts(
        [
            ("Journals in the chain", f"{found.sequence:,}"),
            ("Head of the chain", found.head),
            (
                "The published books go to",
                f"journal {published.head.sequence:,} of the chain" if published else "not yet",
            ),
            ("Their head", published.head.hash if published else ""),
            ("Published", show.moment(published.published_at) if published else ""),
        ]
    )
    if published and published.head.hash != found.head:
        show.note("Journals were posted since; the books follow within a minute.")


def commands(found: Seals) -> None:
    """What an auditor runs, first without anything of ours, then with it."""
    show.section("How to check it")
    show.note("In the folder of the published books, with what any Unix machine has:")
    last = found.periods[0].period if found.periods else None
    book = f"{last.year}/actual.beancount" if last else "2003-04/actual.beancount"
    show.table(
        "Without anything of this product",
        COMMANDS,
        [
            {
                "command": "sha256sum --check --quiet SHA256SUMS",
                "says": "Nothing: every file stands",
            },
            {"command": "cat seal.txt", "says": f"head-hash: {found.head}"},
            {"command": f"bean-check {book}", "says": "Nothing: Beancount accepts the book"},
        ],
    )
    show.note("On the machine that keeps the trust:")
    show.table(
        "With the product’s own commands",
        COMMANDS,
        [
            {"command": "trust check", "says": "The record is as it should be."},
            {
                "command": "trust books verify",
                "says": "The published books agree with the record to the penny.",
            },
            {"command": "trust books seal", "says": found.head},
            {
                "command": "trust books seal --find HASH",
                "says": "It is the hash of journal … or the seal of …, where the paper is of this "
                "record",
            },
        ],
    )
    if last is not None:
        show.note(
            f"The seal of {last.title} is worked out from the published books with Python alone, "
            "run in their folder; the answer must be the seal above:"
        )
        st.code(recipe_for(last), language=None, wrap_lines=True)


viewer = who.must(Action.READ_JOURNALS)
show.heading(
    "The seal and how to check it",
    "Each journal’s hash takes in the one before it. A report on paper prints the head of its day.",
)
found, published = ask_audit.all_seals()
if not found.sequence:
    show.nothing_posted(viewer)
    st.stop()
now(found, published)
show.section("The seals of closed periods")
show.table(
    "Seals",
    SEALED,
    [
        {
            "period": one.period.title,
            "turn": "First" if one.turn == 1 else f"Closed again ({one.turn})",
            "closed": show.moment(one.closed_at),
            "seal": one.seal,
        }
        for one in found.periods
    ],
    nothing="No period has been closed yet.",
)
commands(found)
if may(viewer, Action.READ_BOOKS):
    show.links_line([("The published books in Fava", "/books/")])
