"""Reports: every figure there is, how to read it, the papers made of it.

Reader: finance officers, the pool manager, auditors. Figures: `ask.report`. This page only asks and
shows.
"""

from dataclasses import replace

import streamlit as st

from dashboards import address, ask, ask_grants, ask_papers, report_view, saved_views, show, who
from ledger.problems import Refused
from ledger.wording import day_in_full
from trust_commissioning.clock import day_of, from_text
from trust_commissioning.issuing import TOLERANCE, Preview
from trust_commissioning.reports import REPORTS, Report, Scope, action_of
from trust_commissioning.reports.changes_since import COLUMNS, rows_of
from trust_commissioning.reports.narrowing import NARROWED_TO, Narrowing
from trust_commissioning.reports.rounding import Unit
from trust_commissioning.roles import Action, may

TITLES = {
    "outcome-spend": "Spend by outcome",
    "not-attributed": "Spend not attributed to an outcome",
    "forecast": "Forecast outturn",
    "map-actions": "Management Action Plan",
    "changes-since": "Changes since the last issued report",
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
# A balance says the same as a debit or a credit, which a screen has less room for.
LEFT_OUT = {"trial-balance": {"balance"}}
SAID = "reports-said"


def title_of(name: str) -> str:
    """What a person calls a report."""
    return TITLES.get(name, name.replace("-", " ").capitalize())


def on_screen(report: Report) -> None:
    """The report's own table, as the screen has room for it, then its parts and notes."""
    own, *others = report.tables
    left_out = LEFT_OUT.get(report.report, set())
    kept = {column.key for column in own.columns} - left_out
    for caption, keys in PARTS.get(report.report, (("", kept),)):
        columns = [column for column in own.columns if column.key in keys]
        group = "fund" if report.report in BY_FUND else ""
        report_view.table(report, own, known, columns=columns, group=group, caption=caption)
    report_view.whole(report.model_copy(update={"columns": (), "parts": tuple(others)}), known)


def issuing(name: str, scope: Scope, unit: Unit) -> None:
    """What differs from the last one, the reasons that are missing, and giving it out."""
    show.section("Issue this report")
    seen = ask_papers.preview(name, scope)
    if seen.last is None:
        show.note("It has not been issued before on this fund and year.")
    else:
        on = day_in_full(day_of(from_text(seen.last.issued_at)))
        show.note(f"The last one is {seen.last.number}, issued on {on} for {seen.last.period}.")
        show.table(
            "What differs since",
            [column for column in COLUMNS if column.kind != "code"],
            rows_of(seen.changes, {}),
            nothing="No figure differs.",
            see_caption=True,
        )
    with st.form("issue", border=False, enter_to_submit=False):
        reasons = asked_reasons(seen)
        wanted = st.form_submit_button("Issue it", type="primary")
    if not wanted:
        return
    try:
        made = ask_papers.issue(viewer, seen, scope, reasons, unit)
    except Refused as refused:
        show.problems(refused.problems, title="It was not issued")
    else:
        st.session_state[SAID] = made.number
        st.rerun()


def asked_reasons(seen: Preview) -> dict[str, str]:
    """A box for each change that needs a reason."""
    if seen.unexplained:
        show.note(f"A figure that moved by more than {TOLERANCE} needs a reason.")
    return {
        one.key: st.text_input(
            f"{one.line}: {one.figure}, {one.before} to {one.now}, because",
            key=f"reason-{one.key}",
            max_chars=300,
        )
        for one in seen.unexplained
    }


def narrowed(name: str, scope: Scope) -> Scope:
    """The scope with what else this report may be narrowed to, a box for each."""
    titles = {Narrowing.PARTNER: known.partners, Narrowing.GRANT: ask_grants.titles()}
    for one in NARROWED_TO.get(name, ()):
        scope = one.to(scope, one_of(one, titles[one]))
    return scope


def one_of(narrowing: Narrowing, titles: dict[str, str]) -> str | None:
    """One partner or grant by its title; None for all of them."""
    options = ["", *ask.codes_with_titles(titles)]
    named = {"": narrowing.of_all, **titles}
    return boxes.select(narrowing.title, narrowing.value, options, says=named.__getitem__) or None


def which_changed(scope: Scope) -> str | None:
    """Of which report the changes are shown: one that was issued on what is shown, or the last."""
    there = sorted({one.report for one in ask_papers.issued_on(scope)}, key=title_of)
    chosen = boxes.select(
        "Changes of",
        "of",
        ["", *there],
        says=lambda code: title_of(code) if code else "The last report issued",
    )
    return chosen or None


viewer = who.must(Action.READ_REPORTS)
known = ask.known()
show.heading("Reports", "The same figures as in the papers, the command line and the books.")
if known.default is None:
    show.nothing_posted(viewer)
    st.stop()

boxes = address.Address("reports")
theirs = [name for name in REPORTS if may(viewer, action_of(name))]
name = boxes.select("Report", "report", theirs, says=title_of, default="trial-balance")
scope = boxes.scope(known, known.default)
number = st.session_state.pop(SAID, "")
if number:
    show.done(f"Issued as {number}.", [("See it", address.link("issued", {"number": number}))])
scope = narrowed(name, scope)
if name == "changes-since":
    scope = replace(scope, of=which_changed(scope))
saved_views.offer(viewer, boxes)
try:
    report = ask.report(viewer, name, scope)
except Refused as refused:
    show.problems(refused.problems, title="This report cannot be shown so")
    st.stop()
show.section(report.title)
on_screen(report)
unit = Unit(
    boxes.select(
        "Figures of the papers in",
        "unit",
        [unit.value for unit in Unit],
        says=lambda value: "Pounds and pence" if value == Unit.PENCE else "Thousands (£000)",
        default=Unit.PENCE.value,
    )
)
show.downloads(report, json_too=True, unit=unit)
show.basis(report, viewer)
may_be_issued = name != "changes-since" and action_of(name) is Action.READ_REPORTS
if may(viewer, Action.ISSUE_REPORT) and may_be_issued:
    issuing(name, scope, unit)
