"""Reviews: what was decided on which contract and on what facts; what inspections ask of us all?

Reader: the board and commissioners, who review contracts here. Figures: the reviews and
combined-action-plan reports. This page only asks and shows.
"""

from collections.abc import Mapping

import streamlit as st

from contracts.review import Area, Met, Verdict
from dashboards import (
    address,
    ask,
    ask_choosing,
    register_forms,
    report_view,
    saved_views,
    show,
    who,
)
from dashboards.ask_choosing import Followed, Names
from dashboards.register_forms import day_box, keep, maybe_day, pick, request
from ledger.wording import day_in_full
from trust_commissioning.reports import Report, Scope
from trust_commissioning.reports.combined_action_plan import NOT_ANSWERED
from trust_commissioning.reports.shape import Cell
from trust_commissioning.roles import Action, may
from trust_commissioning.sign_ins import SignedIn

SAID = "reviews-said"
PLANNED = ("area", "words", "bodies", "action", "owner", "due", "state")


def made(scope: Scope, boxes: address.Address) -> None:
    """The year's reviews, then one of them as a paper."""
    report = ask_choosing.report("reviews", scope)

    def link(row: Mapping[str, Cell], key: str) -> str:
        if key == "contract":
            return address.link("contract", {"number": row["contract"]})
        return ""

    show.section("Reviews of the year")
    show.table(
        "Reviews of the year",
        [column for column in report.columns if column.kind != "code"],
        report.rows,
        links=link,
        nothing="No contract has been reviewed in this year.",
    )
    if not report.rows:
        return
    titles = {
        str(row["reference"]): f"{row['contract']} {row['title']}, {row['day']}"
        for row in report.rows
    }
    code = boxes.select("Paper of", "review", list(titles), says=lambda one: titles[one])
    paper = ask_choosing.paper(code, scope)
    for part in paper.parts:
        report_view.table(paper, part, known)
    show.downloads(paper)


def inspected(scope: Scope) -> Report:
    """The combined action plan with the practice standards."""
    report = ask_choosing.report("combined-action-plan", scope)
    show.section("Combined action plan")
    show.warnings(
        [
            f"No action answers this yet: {row['words']}"
            for row in report.rows
            if row["state"] == NOT_ANSWERED
        ]
    )
    show.table(
        "Combined action plan",
        [column for column in report.columns if column.key in PLANNED],
        report.rows,
        group="inspection",
        nothing="No inspection has found anything to be answered.",
    )
    for part in report.parts:
        report_view.table(report, part, known)
    show.downloads(report)
    return report


def act(viewer: SignedIn, names: Names, held: Followed) -> None:
    """What those who monitor can record."""
    show.section("Record")
    with st.expander("Review a contract"):
        review(viewer, names)
    undecided = {
        one.reference: f"{one.contract}, {day_in_full(one.day)}"
        for one in held.reviews
        if one.decision is None
    }
    if undecided:
        with st.expander("Decide on a review"):
            decide(viewer, names, undecided)
    with st.expander("What an inspection found"):
        finding(viewer, names)
    with st.expander("A practice standard is agreed"):
        standard(viewer, names)
    if held.standards:
        with st.expander("How far a practice standard is met"):
            met(viewer, names, held)


def tell(viewer: SignedIn, event: str, said: str, **asked: object) -> None:
    name = f"reviews-{event}"
    keep(viewer, event, {"reference": f"page/{request(name)}", **asked}, said, said=SAID, name=name)


def review(viewer: SignedIn, names: Names) -> None:
    numbered = {code: f"{code} {title}" for code, title in names.contracts.items()}
    show.note("The facts are gathered from the record and kept with the review.")
    with st.form("review", border=False, enter_to_submit=False):
        left, right = st.columns(2)
        contract = pick(left, "Contract", numbered)
        day = day_box(right, "Reviewed on")
        views = st.text_area("What children and families said", max_chars=2000)
        words = st.text_area("What you make of it", max_chars=4000)
        wanted = st.form_submit_button("Record the review", type="primary")
    if wanted:
        asked = {"contract": contract, "views": views, "words": words}
        tell(viewer, "review", f"{contract} is reviewed.", day=day, **asked)


def decide(viewer: SignedIn, names: Names, undecided: Mapping[str, str]) -> None:
    with st.form("decide", border=False, enter_to_submit=False):
        of = pick(st.container(), "Review of", undecided)
        left, right = st.columns(2)
        verdict = left.selectbox("Decision", list(Verdict), format_func=lambda one: one.title)
        effective = maybe_day(right, "Until when, of an extension; else from when")
        day = day_box(left, "Decided on")
        need = pick(right, "The need it leads back to", names.needs, none="None")
        reason = st.text_area("Why", max_chars=4000)
        wanted = st.form_submit_button("Record the decision", type="primary")
    if wanted and verdict:
        asked = {
            "review": of,
            "verdict": verdict.value,
            "effective": effective,
            "need": need,
            "reason": reason,
        }
        tell(viewer, "review-decision", f"{verdict.title}.", day=day, **asked)


def finding(viewer: SignedIn, names: Names) -> None:
    with st.form("finding", border=False, enter_to_submit=False):
        left, right = st.columns(2)
        inspection = left.text_input("Inspection", max_chars=200)
        day = day_box(right, "Report published on")
        area = left.selectbox("Area", list(Area), format_func=lambda one: one.title)
        paragraph = right.text_input("Paragraph of the report", max_chars=100)
        partners = left.multiselect(
            "Partners that must act",
            list(names.partners),
            format_func=lambda one: names.partners[one],
        )
        services = right.multiselect(
            "Services", list(names.services), format_func=lambda one: names.services[one]
        )
        words = st.text_area("What was found", max_chars=4000)
        wanted = st.form_submit_button("Record the finding", type="primary")
    if wanted and area:
        asked = {
            "inspection": inspection,
            "area": area.value,
            "paragraph": paragraph,
            "partners": partners,
            "services": services,
            "words": words,
        }
        tell(viewer, "inspection-finding", "The finding is recorded.", day=day, **asked)


def standard(viewer: SignedIn, names: Names) -> None:
    with st.form("standard", border=False, enter_to_submit=False):
        left, right = st.columns(2)
        title = left.text_input("Standard", max_chars=200)
        code = right.text_input("Its code (small letters, figures, hyphens)", max_chars=60)
        partner = pick(left, "Agreed with partner", names.partners, none="No partner")
        provider = pick(right, "Or with provider", names.providers, none="No provider")
        source = left.text_input("Where it is set out", max_chars=200)
        day = day_box(right, "Agreed on")
        words = st.text_area("What is expected", max_chars=4000)
        wanted = st.form_submit_button("Record the standard", type="primary")
    if wanted:
        asked = {
            "title": title,
            "code": code.strip(),
            "partner": partner,
            "provider": provider,
            "source": source,
            "words": words,
        }
        tell(viewer, "practice-standard", "The standard is agreed.", day=day, **asked)


def met(viewer: SignedIn, names: Names, held: Followed) -> None:
    bodies = {**names.partners, **names.providers}
    with st.form("met", border=False, enter_to_submit=False):
        of = pick(
            st.container(),
            "Practice standard",
            {
                one.reference: f"{one.title} ({bodies.get(one.body, one.body)})"
                for one in held.standards
            },
        )
        left, right = st.columns(2)
        far = left.selectbox("Met", list(Met), format_func=lambda one: one.title)
        day = day_box(right, "Looked at on")
        evidence = st.text_area("Evidence", max_chars=4000)
        wanted = st.form_submit_button("Record how far it is met", type="primary")
    if wanted and far:
        asked = {"standard": of, "met": far.value, "evidence": evidence}
        tell(viewer, "standard-met", f"{far.title}.", day=day, **asked)


viewer = who.must(Action.READ_REPORTS)
known = ask.known()
show.heading("Reviews", "What was decided on which contract, on what facts; what inspections ask.")
if not known.years:
    show.nothing_posted(viewer)
    st.stop()
boxes = address.Address("reviews")
scope = boxes.as_at(known, register_forms.today())
saved_views.offer(viewer, boxes)
register_forms.tell(SAID)
made(scope, boxes)
followed = inspected(scope)
if may(viewer, Action.MONITOR):
    act(viewer, ask_choosing.names(), ask_choosing.followed(register_forms.today()))
show.basis(followed, viewer)
