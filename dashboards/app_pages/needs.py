"""Needs: what do children here need, which way does it go, what is missing, what do they say?

Reader: commissioners and the board; those who keep the register record here. Figures: the needs
report. This page only asks and shows.
"""

from collections.abc import Mapping

import streamlit as st

from contracts.needs import Changed, Need, View, Whose
from dashboards import (
    address,
    ask,
    ask_providing,
    register_forms,
    report_view,
    saved_views,
    show,
    who,
)
from dashboards.register_forms import day_box, keep, request, whole
from ledger.outcomes import Outcome
from ledger.wording import counted, day_in_full
from trust_commissioning.reports import Column, Report
from trust_commissioning.reports.shape import Cell
from trust_commissioning.roles import Action, may
from trust_commissioning.sign_ins import SignedIn

SAID = "needs-said"
# What is too wide for a screen is shown as two tables of the same rows.
PICTURE = ("need", "group", "locality", "number", "counts", "counted", "trend")
GAPS = ("need", "number", "provided", "gap", "said", "priority")


def found(report: Report, words: str) -> list[Mapping[str, Cell]]:
    """The rows in which every word somebody looks for is met."""
    wanted = words.casefold().split()
    return [
        row
        for row in report.rows
        if all(
            word in f"{row['need']} {row['group']} {row['locality']} {row['owner']}".casefold()
            for word in wanted
        )
    ]


def tables(report: Report, rows: list[Mapping[str, Cell]]) -> None:
    """The picture of needs, then what is provided against it."""
    for caption, keys in (
        ("The picture of needs", PICTURE),
        ("What is provided, and what is missing", GAPS),
    ):
        show.table(
            caption,
            [column for column in report.columns if column.key in keys],
            rows,
            nothing="No need was found.",
            see_caption=True,
        )


def act(viewer: SignedIn, kept: dict[str, Need]) -> None:
    """What those who keep the register can record."""
    show.section("Record")
    with st.expander("A need"):
        need(viewer, kept)
    if kept:
        with st.expander("How many there are"):
            number(viewer, kept)
        with st.expander("How many are provided for"):
            provision(viewer, kept)
        with st.expander("A need’s place among others"):
            place(viewer, kept)
        with st.expander("What children or families said"):
            view(viewer, kept)
    if any(one.observations for one in kept.values()):
        with st.expander("What was counted, as it was recorded"):
            as_recorded(kept)
    if views := {one.reference: view_in_words(one) for one in ask_providing.views()}:
        with st.expander("What a view changed"):
            change(viewer, views)


def as_recorded(kept: dict[str, Need]) -> None:
    """Every number as it was recorded, small ones too: for those who keep them, and nobody else."""
    show.table(
        "What was counted, as it was recorded",
        [
            Column(key="need", title="Need"),
            Column(key="day", title="Day"),
            Column(key="number", title="Number", kind="count"),
            Column(key="source", title="Source"),
        ],
        [
            {
                "need": one.title,
                "day": day_in_full(held.day),
                "number": held.number,
                "source": held.source,
            }
            for one in kept.values()
            for held in one.observations
        ],
    )


def which(kept: dict[str, Need], name: str) -> str:
    return str(
        st.selectbox(
            "Need", list(kept), format_func=lambda one: kept[one].title, key=f"need-{name}"
        )
    )


def need(viewer: SignedIn, kept: dict[str, Need]) -> None:
    """A new need, or one that is there as it is to read."""
    code = st.selectbox(
        "Which need",
        ["", *kept],
        format_func=lambda one: kept[one].title if one else "A new one",
        key="need-which",
    )
    now = kept.get(code)
    with st.form(f"need-{code}", border=False, enter_to_submit=False):
        named = st.text_input("Code", value=code, disabled=bool(now), max_chars=60)
        title = st.text_input("Need", value=now.title if now else "", max_chars=200)
        group = st.text_input("Which children", value=now.group if now else "", max_chars=200)
        left, right = st.columns(2)
        locality = left.text_input("Locality", value=now.locality if now else "", max_chars=200)
        counts = right.text_input("What is counted", value=now.counts if now else "children")
        owner = st.text_input("Owner", value=now.owner if now else "", max_chars=200)
        words = st.text_area("Note", value=now.words if now else "", max_chars=4000)
        left, right = st.columns(2)
        closed = register_forms.maybe_day(left, "Closed on", now.closed if now else None)
        why = right.text_input("Closed because", value=now.closed_because if now else "")
        wanted = st.form_submit_button("Keep the need", type="primary")
    if wanted:
        asked = {
            "code": code or named.strip(),
            "title": title,
            "group": group,
            "locality": locality,
            "counts": counts,
            "owner": owner,
            "words": words,
            "closed": closed,
            "closed_because": why,
            "version": now.version if now else 0,
        }
        keep(viewer, "need", asked, f"Kept: {title}.", said=SAID)


def number(viewer: SignedIn, kept: dict[str, Need]) -> None:
    """An observation: never changed, corrected by a later one for the same day."""
    with st.form("number", border=False, enter_to_submit=False):
        code = which(kept, "number")
        left, right = st.columns(2)
        typed = left.text_input("Number", max_chars=12)
        day = day_box(right, "Counted on")
        source = st.text_input("Source", max_chars=200)
        estimated = st.checkbox("It is an estimate")
        wanted = st.form_submit_button("Record the number", type="primary")
    if wanted:
        asked = {
            "need": code,
            "reference": request("number"),
            "day": day,
            "number": whole(typed),
            "source": source,
            "estimated": estimated,
        }
        words = f"{kept[code].title}: {typed} recorded."
        keep(viewer, "need-observation", asked, words, said=SAID, name="number")


def provision(viewer: SignedIn, kept: dict[str, Need]) -> None:
    """How many are provided for, said by somebody on a day."""
    services = ask.known().services
    with st.form("provision", border=False, enter_to_submit=False):
        code = which(kept, "provision")
        left, right = st.columns(2)
        typed = left.text_input("Provided for", max_chars=12)
        day = day_box(right, "Said on")
        service = st.selectbox(
            "Service",
            ["", *services],
            format_func=lambda one: services[one] if one else "All services together",
        )
        by = st.text_input("Said by", max_chars=200)
        wanted = st.form_submit_button("Record what is provided", type="primary")
    if wanted:
        asked = {
            "need": code,
            "reference": request("provision"),
            "day": day,
            "provided": whole(typed),
            "said_by": by,
            "service": service,
        }
        words = f"{kept[code].title}: {typed} provided for."
        keep(viewer, "need-provision", asked, words, said=SAID, name="provision")


def place(viewer: SignedIn, kept: dict[str, Need]) -> None:
    """Where a need stands among those of one outcome."""
    with st.form("place", border=False, enter_to_submit=False):
        code = which(kept, "place")
        left, middle, right = st.columns(3)
        outcome = left.selectbox("Outcome", list(Outcome), format_func=lambda one: one.title)
        rank = middle.text_input("Place (1 is first, 0 is none)", max_chars=3)
        day = day_box(right, "Decided on")
        reason = st.text_input("Why, and by whom", max_chars=200)
        wanted = st.form_submit_button("Record the place", type="primary")
    if wanted and outcome is not None:
        asked = {
            "need": code,
            "reference": request("place"),
            "day": day,
            "outcome": outcome.value,
            "rank": whole(rank),
            "reason": reason,
        }
        words = f"{kept[code].title}: place {rank} in {outcome.title}."
        keep(viewer, "need-priority", asked, words, said=SAID, name="place")


def view(viewer: SignedIn, kept: dict[str, Need]) -> None:
    """Their own words, with nobody named."""
    services = ask.known().services
    with st.form("view", border=False, enter_to_submit=False):
        show.note("Name nobody, and say nothing by which a child may be known.", kind="small")
        words = st.text_area("What was said", max_chars=4000)
        left, middle, right = st.columns(3)
        whose = left.selectbox("Whose view", list(Whose), format_func=lambda one: one.title)
        people = middle.text_input("By how many, if known", max_chars=6)
        day = day_box(right, "Said on")
        gathered = st.text_input("How it was gathered", max_chars=200)
        left, right = st.columns(2)
        of = left.selectbox(
            "About the need", ["", *kept], format_func=lambda one: kept[one].title if one else ""
        )
        service = right.selectbox(
            "About the service", ["", *services], format_func=lambda one: services.get(one, "")
        )
        wanted = st.form_submit_button("Record the view", type="primary")
    if wanted and whose is not None:
        asked = {
            "reference": request("view"),
            "day": day,
            "whose": whose.value,
            "words": words,
            "gathered": gathered,
            "need": of,
            "service": service,
            "people": whole(people),
        }
        keep(viewer, "view", asked, "The view is recorded.", said=SAID, name="view")


def view_in_words(one: View) -> str:
    return f"{one.whose.title}, {day_in_full(one.day)}: {one.words}"


def change(viewer: SignedIn, views: dict[str, str]) -> None:
    """What is different because of a view."""
    with st.form("change", border=False, enter_to_submit=False):
        of = st.selectbox("View", list(views), format_func=lambda one: views[one])
        left, middle, right = st.columns(3)
        day = day_box(middle, "Changed on")
        changed = left.selectbox("It changed", list(Changed), format_func=lambda one: one.title)
        what = right.text_input("Code of the need or service, or the review", max_chars=100)
        words = st.text_area("What is different", max_chars=4000)
        wanted = st.form_submit_button("Record the change", type="primary")
    if wanted and changed is not None:
        asked = {
            "reference": request("change"),
            "view": of,
            "day": day,
            "changed": changed.value,
            "what": what.strip(),
            "words": words,
        }
        keep(viewer, "view-change", asked, "The change is recorded.", said=SAID, name="change")


viewer = who.must(Action.READ_REPORTS)
known = ask.known()
show.heading("Needs", "What children here need, which way it goes, and what is not provided for.")
boxes = address.Address("needs")
scope = boxes.as_at(known, register_forms.today())
words = boxes.words("Search", "q", placeholder="A need, a group of children, a locality")
saved_views.offer(viewer, boxes)
register_forms.tell(SAID)
report = ask_providing.report("needs", scope)
rows = found(report, words)
if words:
    show.note(f"{counted(len(rows), 'need')} found.")
if report.rows:
    tables(report, rows)
else:
    show.note("No need is recorded yet. Whoever keeps the register records one below.")
for part in report.parts:
    if part.rows:
        group = {"priorities": "outcome", "numbers": "need", "provision": "need"}.get(part.key, "")
        report_view.table(report, part, known, group=group)
for note in report.notes:
    show.note(note)
show.downloads(report)
if may(viewer, Action.KEEP_REGISTER):
    act(viewer, ask_providing.needs())
show.basis(report, viewer)
