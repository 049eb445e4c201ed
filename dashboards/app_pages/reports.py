"""Reports: the trial balance, the funds, the outcomes, what is not attributed.

Reader: finance officers, the pool manager, auditors. Figures: `ask.report`. This page only asks and
shows.
"""

from collections.abc import Mapping

import streamlit as st

from dashboards import address, ask, show, who
from trust_commissioning.reports import REPORTS, Report, Scope
from trust_commissioning.reports.shape import Cell
from trust_commissioning.roles import Action

TITLES = {
    "trial-balance": "Trial balance",
    "fund-position": "Fund position",
    "outcome-spend": "Spend by outcome",
    "not-attributed": "Spend not attributed to an outcome",
}
# Codes stand in the files; on a screen the title says it.
LEFT_OUT = {
    "trial-balance": {"fund", "balance"},
    "fund-position": {"fund"},
    "outcome-spend": {"outcome"},
    "not-attributed": {"service"},
}
# The rows of these stand under their fund.
BY_FUND = {"trial-balance"}
# What is too wide for a screen is shown as several tables of the same rows.
PARTS = {
    "fund-position": (
        ("Against the budget", {"title", "kind", "budget", "committed", "actual", "available"}),
        ("Balances", {"title", "legal_basis", "opening", "income", "surplus", "closing"}),
    )
}


def links_of(report: Report, scope: Scope) -> show.Links:
    """Where the figures of a report lead: to the journals of its rows."""
    asked = {**address.of_scope(scope), "book": "actual"}

    def link(row: Mapping[str, Cell], key: str) -> str:
        of: dict[str, object]
        if not row[key]:
            return ""
        if report.report == "trial-balance" and key == "account":
            of = {"fund": row["code"], "account": row["account"]}
        elif report.report == "fund-position" and key == "actual":
            of = {"fund": row["code"], "account": "Expenses"}
        elif report.report == "outcome-spend" and key == "actual":
            of = {"outcome": row["outcome"], "account": "Expenses"}
        elif report.report == "not-attributed" and key == "actual":
            of = {
                "fund": row["code"],
                "account": row["account"],
                "service": row["service"] or ask.NONE,
                "outcome": "not_attributed",
            }
        else:
            return ""
        return address.link("journals", {**asked, **of})

    return link


def on_screen(report: Report, known: ask.Known) -> list[dict[str, Cell]]:
    """A report's rows with funds by their titles. Nil on a side of the trial balance is left out."""
    rows = []
    for row in report.rows:
        code = str(row.get("fund", ""))
        shown = {**row, "code": code, "fund": known.funds.get(code, code)}
        for side in ("opening", "debit", "credit"):
            if report.report == "trial-balance" and not shown[side]:
                shown[side] = ""
        rows.append(shown)
    return rows


viewer = who.must(Action.READ_REPORTS)
known = ask.known()
show.heading("Reports", "The same figures as in the papers, the command line and the books.")
if known.default is None:
    show.nothing_posted(viewer)
    st.stop()

boxes = address.Address("reports")
name = boxes.select(
    "Report",
    "report",
    list(REPORTS),
    says=lambda code: TITLES.get(code, code),
    default="trial-balance",
)
scope = boxes.scope(known, known.default)
report = ask.report(viewer, name, scope)
show.section(report.title)
everything = {column.key for column in report.columns} - LEFT_OUT.get(name, set())
for caption, keys in PARTS.get(name, ((report.title, everything),)):
    show.table(
        caption,
        [column for column in report.columns if column.key in keys],
        on_screen(report, known),
        totals=report.totals,
        links=links_of(report, scope),
        good_above_nil=["available", "surplus", "closing"],
        nothing="There is nothing of this kind in these periods.",
        see_caption=name in PARTS,
        group="fund" if name in BY_FUND else "",
    )
show.downloads(report, json_too=True)
show.basis(report, viewer)
