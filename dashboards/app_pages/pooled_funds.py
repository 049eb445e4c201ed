"""Pooled funds: what was agreed, what does the agreement lack, what happens next?

Reader: the pool manager, board members of every partner. Figures: the agreements report. This page
only asks and shows.
"""

from collections.abc import Mapping

import streamlit as st

from dashboards import address, ask, ask_pool, report_view, saved_views, show, who
from trust_commissioning.reports import Report, Scope
from trust_commissioning.reports.shape import Cell
from trust_commissioning.roles import Action

# Where one fund is chosen its own facts stand above its tables.
FACTS = (
    ("agreement", "Agreement"),
    ("kind", "Kind"),
    ("legal_basis", "Made under"),
    ("host", "Host"),
    ("pool_manager", "Pool manager"),
    ("runs", "Runs"),
    ("stated", "Contents stated"),
    ("next", "What happens next"),
)
LISTED = ("fund_title", "kind", "host", "runs", "stated", "next")


def every_fund(report: Report, scope: Scope) -> None:
    """The list, each fund leading to its own agreement."""

    def to_fund(row: Mapping[str, Cell], key: str) -> str:
        if key != "fund_title":
            return ""
        return address.link("pooled-funds", {**address.of_scope(scope), "fund": row["fund"]})

    show.table(
        "Funds held with partners",
        [column for column in report.columns if column.key in LISTED],
        report.rows,
        links=to_fund,
        nothing="No agreement is recorded that had started by then. An administrator records "
        "agreements in the file of the trust.",
    )


def one_fund(report: Report, known: ask.Known, scope: Scope) -> None:
    """The agreement of one fund as at the day, then its tables."""
    if not report.rows:
        show.note("No agreement of this fund is recorded that had started by then.")
        return
    row = report.rows[0]
    show.facts([(title, str(row[key])) for key, title in FACTS])
    show.links_line(
        [
            (
                "Contributions and what is owed",
                address.link("contributions", address.of_scope(scope)),
            ),
            ("Every fund", address.link("pooled-funds", {**address.of_scope(scope), "fund": ""})),
        ]
    )
    for part in report.parts:
        report_view.table(report, part, known)


def in_the_last_year(known: ask.Known) -> Scope | None:
    """What to show of a trust with nothing posted: an agreement needs no figures."""
    return Scope(None, known.years[-1], 12) if known.years else None


viewer = who.must(Action.READ_REPORTS)
known = ask.known()
show.heading("Pooled funds", "What was agreed, what is missing from it, and what happens next.")
default = known.default or in_the_last_year(known)
if default is None or (known.default is None and not ask_pool.report("agreements", default).rows):
    show.nothing_yet(*ask_pool.NONE_YET)
    st.stop()
boxes = address.Address("pooled-funds")
scope = boxes.scope(known, default)
saved_views.offer(viewer, boxes)
report = ask_pool.report("agreements", scope)
if scope.fund is None:
    every_fund(report, scope)
    for part in report.parts:
        if part.key in ("offices", "connexions"):
            report_view.table(report, part, known)
else:
    one_fund(report, known, scope)
show.downloads(report)
show.basis(report, viewer)
