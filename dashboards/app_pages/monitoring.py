"""Monitoring: which contracts are to be checked by when, what concerns come to, what is left to do?

Reader: commissioners and contract officers, who record checks, concerns and actions here. Figures:
the monitoring-due report. This page only asks and shows.
"""

from collections.abc import Mapping

import streamlit as st

from contracts.monitoring import Answer, CheckKind, ConcernSource, ConcernStep, Risk, Weight
from contracts.review import ActionOutcome
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
from dashboards.register_forms import day_box, keep, pick, request
from trust_commissioning.reports import Report
from trust_commissioning.reports.monitoring_due import LATE, NO_CYCLE
from trust_commissioning.reports.shape import Cell, Part
from trust_commissioning.roles import Action, may
from trust_commissioning.shipped_monitoring import checklist
from trust_commissioning.sign_ins import SignedIn

SAID = "monitoring-said"
LENGTH = ask.PAGE_LENGTH
CALENDAR = ("contract", "title", "provider", "risk", "every", "last", "due", "standing")
CONCERNED = ("contract", "provider", "concerns", "trend", "comes_to")


def to_contract(row: Mapping[str, Cell], key: str) -> str:
    """A contract's number leads to its own page."""
    if key == "contract" and row.get("contract"):
        return address.link("contract", {"number": row["contract"]})
    return ""


def cards(report: Report) -> None:
    """How many are late, how many have no cycle, where concerns are a pattern, what is late."""
    late = len([row for row in report.rows if row["standing"] == LATE])
    unset = len([row for row in report.rows if row["standing"] == NO_CYCLE])
    pattern = len([row for row in report.rows if str(row["comes_to"]).startswith("A pattern")])
    actions = next(part for part in report.parts if part.key == "actions")
    overdue = len([row for row in actions.rows if row["state"] == "Late"])
    show.cards(
        [
            show.Card(
                "Checks late",
                f"{late:,}",
                f"Of {len(report.rows):,} contracts in force; {unset:,} without a cycle",
                state="bad" if late else "good",
                state_words="Act now" if late else "None",
            ),
            show.Card(
                "Concerns that are a pattern",
                f"{pattern:,}",
                "Contracts. One low measure alone is no pattern",
                state="bad" if pattern else "good",
                state_words="Look into it" if pattern else "None",
            ),
            show.Card(
                "Actions late",
                f"{overdue:,}",
                f"Of {len(actions.rows):,} not done",
                state="bad" if overdue else "good",
                state_words="Act now" if overdue else "None",
            ),
        ]
    )


def calendar(report: Report, boxes: address.Address) -> None:
    """What is due, the latest first, some to a page."""
    show.section("Checks due")
    pages = max(1, -(-len(report.rows) // LENGTH))
    number = boxes.page_number(pages, (report.fund, report.year, report.to))
    show.table(
        "Checks due",
        [column for column in report.columns if column.key in CALENDAR],
        report.rows[(number - 1) * LENGTH : number * LENGTH],
        links=to_contract,
        whole=("contract", "due"),
        nothing="No contract is in force.",
    )


def concerns(report: Report, known: ask.Known) -> None:
    """What the log comes to for each contract, then the log."""
    show.section("Concerns and their trend")
    log = next(part for part in report.parts if part.key == "concerns")
    for words in log.words:
        show.note(words)
    show.table(
        "What concerns come to",
        [column for column in report.columns if column.key in CONCERNED],
        [row for row in report.rows if row["concerns"] or row["trend"]],
        links=to_contract,
        nothing="No concern has been noted of any contract in force.",
    )
    if log.rows:
        with st.expander(f"The log of concerns ({len(log.rows):,})"):
            show.table(log.title, log.columns, log.rows[-LENGTH:], links=to_contract)
    for part in report.parts:
        if part.key == "actions":
            report_view.table(report, part.model_copy(update={"rows": arising(part)}), known)
        if part.key == "cycle":
            report_view.table(report, part, known)


def arising(part: Part) -> list[Mapping[str, Cell]]:
    """The actions, each with what it arises from in words where that is still known."""
    words = ask_choosing.followed(register_forms.today()).arising()
    return [
        {**row, "about": "; ".join(words.get(one, one) for one in str(row["about"]).split(", "))}
        for row in part.rows
    ]


def act(viewer: SignedIn, names: Names, held: Followed) -> None:
    """What those who monitor can record."""
    show.section("Record")
    with st.expander("A contract was checked"):
        check(viewer, names)
    with st.expander("A concern"):
        concern(viewer, names)
    if held.concerns:
        with st.expander("What became of a concern"):
            followed(viewer, held)
    with st.expander("An action is agreed"):
        action(viewer, names, held)
    if held.actions:
        with st.expander("An action is done"):
            done(viewer, held)
    with st.expander("How a contract is monitored"):
        cycle(viewer, names)


def numbered(names: Names) -> dict[str, str]:
    return {code: f"{code} {title}" for code, title in names.contracts.items()}


def tell(viewer: SignedIn, event: str, said: str, **asked: object) -> None:
    name = f"monitoring-{event}"
    keep(viewer, event, {"reference": f"page/{request(name)}", **asked}, said, said=SAID, name=name)


def check(viewer: SignedIn, names: Names) -> None:
    """Every item of the checklist with its evidence."""
    chosen = st.radio("How", list(CheckKind), format_func=lambda one: one.title, horizontal=True)
    kind = chosen or CheckKind.DESK
    with st.form("check", border=False, enter_to_submit=False):
        left, right = st.columns(2)
        contract = pick(left, "Contract checked", numbered(names))
        day = day_box(right, "Checked on")
        answers = []
        for item in checklist():
            if item.visit and kind is not CheckKind.VISIT:
                continue
            left, right = st.columns([1, 2])
            answer = left.selectbox(item.title, list(Answer), format_func=lambda one: one.title)
            evidence = right.text_input(f"What was seen: {item.title}", max_chars=1000)
            answers.append(
                {
                    "item": item.code,
                    "answer": (answer or Answer.NOT_MET).value,
                    "evidence": evidence,
                }
            )
        words = st.text_area("In all", max_chars=2000)
        wanted = st.form_submit_button("Record the check", type="primary")
    if wanted:
        asked = {"contract": contract, "kind": kind.value, "answers": answers, "words": words}
        tell(viewer, "check", f"The check of {contract} is recorded.", day=day, **asked)


def concern(viewer: SignedIn, names: Names) -> None:
    with st.form("concern", border=False, enter_to_submit=False):
        left, right = st.columns(2)
        contract = pick(left, "About contract", numbered(names), none="The provider as a whole")
        provider = pick(right, "About provider", names.providers, none="As of the contract")
        source = left.selectbox("From", list(ConcernSource), format_func=lambda one: one.title)
        weight = right.selectbox("Weight", list(Weight), format_func=lambda one: one.title)
        day = day_box(st.container(), "Noted on")
        words = st.text_area("What it is", max_chars=2000)
        wanted = st.form_submit_button("Note the concern", type="primary")
    if wanted and source and weight:
        asked = {
            "contract": contract,
            "provider": provider,
            "source": source.value,
            "weight": weight.value,
            "words": words,
        }
        tell(viewer, "concern", "The concern is noted.", day=day, **asked)


def followed(viewer: SignedIn, held: Followed) -> None:
    with st.form("followed", border=False, enter_to_submit=False):
        of = pick(
            st.container(),
            "Concern",
            {
                one.reference: f"{one.contract or one.provider}: {one.words}"
                for one in held.concerns
            },
        )
        left, right = st.columns(2)
        step = left.radio(
            "It is",
            list(ConcernStep),
            format_func=lambda one: {"note": "followed up", "closed": "put right"}[one.value],
        )
        day = day_box(right, "On")
        words = st.text_area("What was done", max_chars=2000)
        wanted = st.form_submit_button("Record it", type="primary")
    if wanted and step:
        asked = {"concern": of, "step": step.value, "words": words}
        tell(viewer, "concern-step", "The concern is followed.", day=day, **asked)


def action(viewer: SignedIn, names: Names, held: Followed) -> None:
    with st.form("action", border=False, enter_to_submit=False):
        title = st.text_input("What is to be done", max_chars=200)
        left, right = st.columns(2)
        owner = left.text_input("Owner: a post or team", max_chars=200)
        due = day_box(right, "By", ahead=True)
        arising = held.arising()
        about = st.multiselect("Arises from", list(arising), format_func=lambda one: arising[one])
        contract = pick(left, "Of contract", numbered(names), none="None")
        day = day_box(right, "Agreed on")
        wanted = st.form_submit_button("Agree the action", type="primary")
    if wanted:
        asked = {"title": title, "owner": owner, "due": due, "about": about, "contract": contract}
        tell(viewer, "action", "The action is agreed.", day=day, **asked)


def done(viewer: SignedIn, held: Followed) -> None:
    with st.form("done", border=False, enter_to_submit=False):
        of = pick(
            st.container(),
            "Action",
            {one.reference: f"{one.title} ({one.owner})" for one in held.actions},
        )
        left, right = st.columns(2)
        outcome = left.radio(
            "It is", list(ActionOutcome), format_func=lambda one: one.value, horizontal=True
        )
        day = day_box(right, "Ended on")
        evidence = st.text_area("What shows it, or why it is dropped", max_chars=2000)
        wanted = st.form_submit_button("End the action", type="primary")
    if wanted and outcome:
        asked = {"action": of, "outcome": outcome.value, "evidence": evidence}
        tell(viewer, "action-done", "The action is ended.", day=day, **asked)


def cycle(viewer: SignedIn, names: Names) -> None:
    with st.form("cycle", border=False, enter_to_submit=False):
        left, right = st.columns(2)
        contract = pick(left, "Contract monitored", numbered(names))
        risk = right.selectbox("Risk", list(Risk), format_func=lambda one: one.title)
        officer = left.text_input("Officer: a post or team", max_chars=200)
        day = day_box(right, "From")
        reason = st.text_area("Why this risk", max_chars=2000)
        wanted = st.form_submit_button("Set the cycle", type="primary")
    if wanted and risk:
        asked = {"contract": contract, "risk": risk.value, "officer": officer, "reason": reason}
        tell(viewer, "monitoring-cycle", f"{contract} has its cycle.", day=day, **asked)


viewer = who.must(Action.READ_REPORTS)
known = ask.known()
show.heading("Monitoring", "What is to be checked by when, what concerns come to, what is left.")
if not known.years:
    show.nothing_posted(viewer)
    st.stop()
boxes = address.Address("monitoring")
scope = boxes.as_at(known, register_forms.today())
saved_views.offer(viewer, boxes)
register_forms.tell(SAID)
report = ask_choosing.report("monitoring-due", scope)
cards(report)
calendar(report, boxes)
concerns(report, known)
if may(viewer, Action.MONITOR):
    act(viewer, ask_choosing.names(), ask_choosing.followed(register_forms.today()))
show.downloads(report)
show.basis(report, viewer)
