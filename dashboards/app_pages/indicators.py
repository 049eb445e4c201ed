"""Indicators: what do the national sources measure, and under which outcome do we count each?

Reader: commissioners and the board; those who keep the measures map them here. Figures: the report
``national-indicators``. This page only asks and shows.
"""

import secrets

import streamlit as st

from dashboards import acting, address, ask, ask_targets, report_view, saved_views, show, who
from ledger.outcomes import Outcome
from ledger.wording import counted
from trust_commissioning import clock
from trust_commissioning.reports import Report, Scope
from trust_commissioning.reports.balances import OUTCOME_KEYS
from trust_commissioning.reports.outcome_spend import title as outcome_title
from trust_commissioning.roles import Action, may
from trust_commissioning.sign_ins import SignedIn

SAID = "indicators-said"
SHOWN = ("name", "figures", "kind", "direction", "geography", "aim", "reference", "note")


def listed(report: Report) -> None:
    """The indicators of one outcome or of all, with the figures as printed."""
    rows = [row for row in report.rows if not chosen or row["outcome"] == chosen]
    words = outcome_title(chosen) if chosen else "all outcomes"
    show.note(
        f"{counted(len(rows), 'indicator')}, {words}. None is judged here; Outcome targets does that."
    )
    columns = [column for column in report.columns if column.key in SHOWN]
    show.table(
        "National indicators",
        columns,
        rows,
        group="title",
        nothing="No national indicator stands here.",
    )


def mapping(viewer: SignedIn) -> None:
    """Move an indicator to other outcomes from a day on."""
    held = ask_targets.measures().indicators
    with st.form("mapping", border=False, enter_to_submit=False):
        code = st.selectbox("Indicator", list(held), format_func=lambda one: held[one].name)
        outcomes = st.multiselect(
            "Outcomes; it is counted under the first",
            list(Outcome),
            format_func=lambda one: one.title,
        )
        starts = st.date_input("From", value=clock.day_of(clock.now()), format="DD/MM/YYYY")
        reason = st.text_area("Why", max_chars=2000)
        wanted = st.form_submit_button("Record the mapping", type="primary")
    if not wanted or code is None:
        return
    name = str(st.session_state.setdefault("indicator-mapping", secrets.token_hex(6)))

    asked: dict[str, object] = {
        "reference": f"page/{name}",
        "indicator": code,
        "starts": starts,
        "outcomes": outcomes,
        "reason": reason,
    }

    def work() -> str:
        questions = ask_targets.record_event(viewer, "indicator-mapping", asked)
        st.session_state.pop("indicator-mapping", None)
        under = ", ".join(one.title for one in outcomes) or "no outcome"
        return " ".join([f"{held[code].name} stands under {under}.", *questions])

    acting.do(work, SAID, event="indicator-mapping")


viewer = who.must(Action.READ_REPORTS)
known = ask.known()
show.heading(
    "Indicators",
    "What the national sources measure, with every figure as printed, and where we count it.",
)
if said := st.session_state.pop(SAID, ""):
    show.done(said)
start = known.default or (Scope(None, known.years[-1], 12) if known.years else None)
if start is None:
    show.nothing_posted(viewer)
    st.stop()
boxes = address.Address("indicators")
chosen = boxes.select(
    "Outcome",
    "outcome",
    ["", *OUTCOME_KEYS],
    says=lambda key: outcome_title(key) if key else "All outcomes",
)
saved_views.offer(viewer, boxes)
report = ask.report(viewer, "national-indicators", start)
listed(report)
for part in report.parts:
    if part.key in ("national-targets", "own") and part.rows:
        report_view.table(report, part, known)
show.downloads(report)
if may(viewer, Action.KEEP_TARGETS):
    show.section("Record")
    with st.expander("An indicator is mapped to other outcomes"):
        mapping(viewer)
show.basis(report, viewer)
