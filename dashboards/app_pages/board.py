"""The board's page: its questions answered for someone with four minutes, then the figures.

Reader: the trust board. Figures: `ask.board`. This page only asks and shows.
"""

from collections.abc import Mapping

import streamlit as st

from dashboards import address, ask, board_view, pack_making, pictures, saved_views, show, who
from ledger.outcomes import NOT_ATTRIBUTED
from trust_commissioning.reports import Column, Headlines, Scope
from trust_commissioning.reports.shape import Cell
from trust_commissioning.roles import Action

POSITION = (
    Column(key="budget", title="Budget", kind="money"),
    Column(key="committed", title="Committed", kind="money"),
    Column(key="actual", title="Spent", kind="money"),
    Column(key="available", title="Available", kind="money"),
)
BOOK_OF = {"budget": "budget", "committed": "commitment", "actual": "actual"}


def cards(head: Headlines, scope: Scope) -> list[show.Card]:
    """The four headline figures, each with its reason."""
    over = head.available.pence < 0
    spent = show.share(head.actual, head.budget)
    committed = show.share(head.committed, head.budget)
    deficit = head.surplus.pence < 0
    return [
        show.Card("Budget", str(head.budget), f"What may be spent in {scope.year}."),
        show.Card(
            "Committed",
            str(head.committed),
            "Promised and not yet owed" + (f": {committed} of the budget." if committed else "."),
        ),
        show.Card(
            "Spent",
            str(head.actual),
            (f"{spent} of the budget, " if spent else "")
            + f"against income of {head.income}: a {'deficit' if deficit else 'surplus'} of "
            f"{abs(head.surplus)}.",
        ),
        show.Card(
            "Available",
            str(head.available),
            "More is spent and committed than was allowed."
            if over
            else "Left of the budget after what is spent and committed.",
            state="bad" if over else "good",
            state_words="Over budget" if over else "Within budget",
        ),
    ]


def warnings_of(board: ask.Board) -> list[str]:
    """What the board must not miss."""
    outcomes = [
        str(row["title"])
        for row in board.outcomes.rows
        if show.is_below(row["available"]) and row["outcome"] != NOT_ATTRIBUTED
    ]
    services = [one.title for one in board.services if show.is_below(one.available) and one.service]
    loose = board.headlines.not_attributed
    return [
        *([f"Outcomes over budget: {', '.join(outcomes)}."] if outcomes else []),
        *([f"Services over budget: {', '.join(services)}."] if services else []),
        *([f"{loose} of spend is not attributed to an outcome yet."] if loose else []),
    ]


viewer = who.must(Action.READ_REPORTS)
known = ask.known()
show.heading(
    "The board’s page",
    "In balance? Who carries any gap? What changed, what must we decide, is it working?",
)
if known.default is None:
    show.nothing_posted(viewer)
    st.stop()

boxes = address.Address("board")
scope = boxes.scope(known, known.default)
saved_views.offer(viewer, boxes)
asked = address.of_scope(scope)
board = ask.board(viewer, scope)
outcomes = board.outcomes

board_view.answers(board.answers, scope)
show.warnings(warnings_of(board))
pack_making.offer(viewer, scope)
show.cards(cards(board.headlines, scope))


def to_journals(row: Mapping[str, Cell], key: str) -> str:
    """The journals that make up a figure by outcome or by service."""
    if key not in BOOK_OF or not row[key]:
        return ""
    of = (
        {"outcome": row["outcome"]} if "outcome" in row else {"service": row["service"] or ask.NONE}
    )
    return address.link("journals", {"book": BOOK_OF[key], **asked, "account": "Expenses", **of})


def to_flow(row: Mapping[str, Cell], key: str) -> str:
    """The journals of one band of the picture."""
    if key != "amount":
        return ""
    of = {"account": "Income" if row["kind"] == "into_fund" else "Expenses"}
    for end in (row["source"], row["target"]):
        kind, _, code = str(end).partition(":")
        # Income that names no partner is told by its account.
        of |= {"account": code, "partner": ask.NONE} if kind == "income" else {kind: code}
    return address.link("journals", {"book": "actual", **asked, **of})


def to_period(row: Mapping[str, Cell], key: str) -> str:
    """The journals of one period."""
    if key != "actual" or not row[key]:
        return ""
    of = {"account": "Expenses", "from": row["number"], "to": row["number"]}
    return address.link("journals", {"book": "actual", **asked, **of})


for key in ("since", "balance", "gap", "moved", "decisions", "contracts", "grants"):
    board_view.section(board.answers, key, scope)

show.section("By outcome")
pictures.outcomes(outcomes.rows)
show.table(
    "Budget, commitments and spend by outcome",
    (Column(key="title", title="Outcome"), *POSITION),
    outcomes.rows,
    totals=outcomes.totals,
    links=to_journals,
    good_above_nil=["available"],
)
show.note("Each figure leads to the journals it is made of.", kind="small")
show.downloads(outcomes)
for key in ("measures", "partners", "funds"):
    board_view.section(board.answers, key, scope)

show.section("Where the money came from and went")
if board.flows:
    pictures.flows(board.flows)
else:
    show.note("No income or spend has been posted in these periods.")
with st.container(key="flow-tables"):
    sources, uses = st.columns(2, gap="large")
with sources:
    show.table(
        "Into the funds",
        (
            Column(key="source_title", title="From"),
            Column(key="target_title", title="Fund"),
            Column(key="amount", title="Income", kind="money"),
        ),
        [dict(flow) for flow in board.flows if flow.kind == "into_fund"],
        links=to_flow,
        nothing="No income has been posted in these periods.",
        see_caption=True,
    )
with uses:
    show.table(
        "From the funds to outcomes",
        (
            Column(key="source_title", title="Fund"),
            Column(key="target_title", title="Outcome"),
            Column(key="amount", title="Spent", kind="money"),
        ),
        [dict(flow) for flow in board.flows if flow.kind == "to_outcome"],
        links=to_flow,
        nothing="No spend has been posted in these periods.",
        see_caption=True,
    )

show.section("By service")
show.table(
    "Budget, commitments and spend by service",
    (Column(key="title", title="Service"), *POSITION),
    [dict(service) for service in board.services],
    totals=outcomes.totals,
    links=to_journals,
    good_above_nil=["available"],
    nothing="No budget or spend has been posted in these periods.",
)

show.section("Period by period")
pictures.trend(board.trend)
with st.expander("The figures behind this picture"):
    show.table(
        "Spend and budget by period",
        (
            Column(key="title", title="Period"),
            Column(key="actual", title="Spent in it", kind="money"),
            Column(key="actual_so_far", title="Spent so far", kind="money"),
            Column(key="committed", title="Committed at its end", kind="money"),
            Column(key="budget", title="Budget at its end", kind="money"),
        ),
        [{**dict(one), "number": one.period.number} for one in board.trend],
        links=to_period,
    )

show.basis(board.answers, viewer)
