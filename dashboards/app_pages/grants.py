"""Grants: what does each give, which could be lost, by when, why?

Reader: the board and the pool manager. Figures: the grant-exposure and grant-series reports. This
page only asks and shows.
"""

from collections.abc import Mapping

import streamlit as st

from dashboards import address, ask, ask_grants, report_view, saved_views, show, who
from ledger.wording import counted
from trust_commissioning.reports import Report, Scope
from trust_commissioning.reports.shape import Cell, Part
from trust_commissioning.roles import Action

SHOWN = ("grant", "available", "spent", "forecast", "lost", "carried", "standing")


def linked(report: Report, part: Part, scope: Scope) -> show.Links:
    """A grant's name leads to its own page, a figure to its journals."""
    to_journals = report_view.links_of(report, part)

    def link(row: Mapping[str, Cell], key: str) -> str:
        if key == "grant" and row.get("code"):
            asked = {"code": row["code"], "year": str(scope.year), "to": scope.to}
            return address.link("grant", asked)
        return to_journals({**row, "fund_code": row.get("fund", "")}, key)

    return link


def exposure(scope: Scope) -> None:
    """What would be lost, the soonest first; then every grant of the year."""
    report = ask_grants.report("grant-exposure", scope)
    own, outlook = report.tables[0], report.parts[0]
    show.cards(
        [
            show.Card(
                "Would be lost",
                str(report.totals["amount"]),
                f"{counted(len(report.rows), 'reason')}, if nothing is done"
                if report.rows
                else "Nothing is expected to be lost",
                state="bad" if report.rows else "good",
                state_words="Act now" if report.rows else "On track",
            ),
            show.Card("Available", str(outlook.totals.get("available", "")), "In the year"),
            show.Card(
                "Spent to date", str(outlook.totals.get("spent", "")), "On the grants' own money"
            ),
            show.Card(
                "Forecast", str(outlook.totals.get("forecast", "")), "By the end of the year"
            ),
        ]
    )
    show.section("What could be lost")
    show.table(
        "What could be lost, the soonest first",
        own.columns,
        own.rows,
        links=linked(report, own, scope),
        nothing="No grant of the year is expected to lose anything.",
    )
    show.section("Every grant of the year")
    show.table(
        "Every grant of the year",
        [column for column in outlook.columns if column.key in SHOWN],
        outlook.rows,
        totals=outlook.totals,
        links=linked(report, outlook, scope),
        nothing="No grant has money in this year.",
    )
    show.downloads(report)
    show.basis(report, viewer)


def national(scope: Scope, known: ask.Known) -> None:
    """The national figures, with ours beside; each says how far it can be relied on."""
    report = ask_grants.report("grant-series", scope)
    with st.expander("National figures, and ours beside them"):
        report_view.table(
            report, report.tables[0], known, caption="England, and what we were given"
        )
        for part in report.parts:
            report_view.table(report, part, known)
        for note in (report.basis, *report.notes):
            show.note(note, kind="small")


viewer = who.must(Action.READ_REPORTS)
known = ask.known()
show.heading("Grants", "What each gives, what is spent, and what could be lost: when, and why.")
titles = ask_grants.titles()
if not titles:
    show.nothing_yet(*ask_grants.NONE_YET)
if known.default is None:
    if titles:
        show.nothing_posted(viewer)
    st.stop()
boxes = address.Address("grants")
scope = boxes.scope(known, known.default)
saved_views.offer(viewer, boxes)
if titles:
    exposure(scope)
national(scope, known)
