"""Uplifts: what do providers ask, what does it cost this year and in a full year, who decides?

Reader: commissioners and approvers. Figures: the uplifts report. Who put an uplift in can neither
check nor apply it. This page only asks and shows.
"""

from collections.abc import Mapping

import streamlit as st

from contracts.uplift import Step, Uplift
from dashboards import address, ask, ask_contracts, register_forms, saved_views, show, who
from dashboards.register_forms import day_box, keep
from ledger.wording import day_in_full
from trust_commissioning import clock
from trust_commissioning.reports import Report
from trust_commissioning.reports.shape import Cell
from trust_commissioning.roles import Action, may
from trust_commissioning.sign_ins import SignedIn

SAID = "uplift-said"
# What is too wide for a screen is shown as two tables of the same rows.
ASKED = ("reference", "contract", "provider", "asked", "starts", "prices", "how", "state")
COSTS = ("reference", "contract", "starts", "this_year", "full_year", "earlier_years", "basis")
DECIDED = ("reference", "contract", "starts", "prices", "state", "day", "reason")
BY_WHOM = (
    "reference",
    "contract",
    "starts",
    "asked_by",
    "checked_by",
    "decided_by",
    "this_year",
    "full_year",
    "override",
)


def to_contract(row: Mapping[str, Cell], key: str) -> str:
    return address.link("contract", {"number": row["contract"]}) if key == "contract" else ""


def waits(report: Report) -> None:
    """What is asked, then what it would cost."""
    show.section("Waiting for a decision")
    for caption, keys in (("What is asked for", ASKED), ("What it would cost", COSTS)):
        show.table(
            caption,
            [column for column in report.columns if column.key in keys],
            report.rows,
            totals=report.totals if keys is COSTS and len(report.rows) > 1 else None,
            links=to_contract,
            whole=("reference", "contract", "starts"),
            see_caption=bool(report.rows),
            nothing="No uplift waits for a decision." if keys is ASKED else "",
        )
    for row in report.rows:
        show.note(f"{row['contract']} from {row['starts']}: {row['reason']}", kind="small")


def decided(report: Report) -> None:
    part = report.parts[0]
    show.section(part.title)
    for caption, keys in (("What was decided", DECIDED), ("By whom, at what cost", BY_WHOM)):
        show.table(
            caption,
            [column for column in part.columns if column.key in keys],
            part.rows,
            links=to_contract,
            whole=("reference", "contract", "starts", "day"),
            see_caption=bool(part.rows),
            nothing="None has been decided yet." if keys is DECIDED else "",
        )


def decide(viewer: SignedIn, one: Uplift) -> None:
    """The steps open to this person: to check, then to apply; to refuse with the reason."""
    if viewer.username == one.by:
        show.note("You put this uplift in, so somebody else checks and applies it.")
    steps = [
        *([Step.CHECKED] if one.state != Step.CHECKED and viewer.username != one.by else []),
        *([Step.APPLIED] if one.state == Step.CHECKED and viewer.username != one.by else []),
        Step.REFUSED,
    ]
    words = {
        Step.CHECKED: "I have checked it",
        Step.APPLIED: "Apply the new prices",
        Step.REFUSED: "Refuse it",
    }
    with st.form(f"decide-{one.reference}", border=False, enter_to_submit=False):
        left, right = st.columns(2)
        step = left.radio("Decision", steps, format_func=lambda chosen: words[chosen])
        day = day_box(right, "On")
        reason = st.text_area("Reason; a refusal needs one", max_chars=2000)
        above = register_forms.override(viewer)
        wanted = st.form_submit_button("Record the decision", type="primary")
    if wanted and step is not None:
        asked = {
            "uplift": one.reference,
            "step": step.value,
            "day": day,
            "reason": reason.strip(),
            **(above if step is Step.APPLIED else {}),
        }
        said = f"{step.title}: uplift {one.reference}."
        if step is Step.APPLIED:
            said += f" The new prices hold from {day_in_full(one.starts)}."
        keep(viewer, "uplift-decision", asked, said, said=SAID)


viewer = who.must(Action.READ_REPORTS)
known = ask.known()
show.heading("Uplifts", "What providers ask, what it costs, and who has checked it.")
if not known.years:
    show.nothing_posted(viewer)
    st.stop()
register_forms.tell(SAID)
boxes = address.Address("uplifts")
scope = boxes.as_at(known, clock.day_of(clock.now()))
saved_views.offer(viewer, boxes)
report = ask_contracts.uplifts(scope)
waits(report)
if may(viewer, Action.CHECK_UPLIFT):
    for one in ask_contracts.waiting():
        with st.expander(
            f"Decide on contract {one.contract}, new prices from {day_in_full(one.starts)}"
        ):
            decide(viewer, one)
decided(report)
show.downloads(report)
show.basis(report, viewer)
