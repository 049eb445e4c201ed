"""Audit trail: who did what to what, and when?

Reader: auditors, the pool manager, administrators. Questions: `ask_audit`. This page only asks and
shows.
"""

import re
from collections.abc import Mapping
from datetime import date

import streamlit as st

from dashboards import address, ask, ask_audit, saved_views, show, who
from ledger.problems import Problem
from trust_commissioning.reports.audit_trail import COLUMNS, row_of, words_of
from trust_commissioning.reports.shape import Cell
from trust_commissioning.roles import Action, may
from trust_commissioning.store.audit import Event, Wanted

BOXES = address.Address("audit-trail")
# Where the page of an object is, by its kind: the page, and what it is asked by.
PAGES = {
    "contract": ("contract", "number"),
    "call_off": ("call-off", "number"),
    "invoice": ("invoice", "key"),
    "person": ("person", "of"),
}


def day(said: str, label: str, found: list[Problem]) -> date | None:
    """A day as it stands in the address."""
    try:
        return date.fromisoformat(said) if said else None
    except ValueError:
        found.append(Problem("", f"“{said}” is not a day; write {label} as 2003-04-30.", label))
        return None


def chosen(known: ask.Known) -> Wanted:
    """Which acts, from the boxes and the address."""
    kinds, actions = ask_audit.words_known(viewer)
    names = dict(known.people)
    first, second, third = st.columns(3)
    with first:
        person = BOXES.select(
            "Who",
            "person",
            ["", *ask.codes_with_titles(names)],
            says=lambda code: names.get(code, "Anybody"),
        )
        starts = BOXES.words("From (day)", "from", placeholder="2003-04-01")
    with second:
        action = BOXES.select(
            "What was done",
            "action",
            ["", *actions],
            says=lambda name: words_of(name) or "Anything",
        )
        ends = BOXES.words("To (day)", "to", placeholder="2003-04-30")
    with third:
        kind = BOXES.select(
            "To what", "kind", ["", *kinds], says=lambda name: words_of(name) or "Anything"
        )
        key = BOXES.words("Its number, code or name", "key", placeholder="C-0001")
    wrong: list[Problem] = []
    wanted = Wanted(
        person=person,
        action=action,
        kind=kind,
        key=key,
        starts=day(starts, "From", wrong),
        ends=day(ends, "To", wrong),
    )
    if key and not kind:
        wrong.append(Problem("", "Choose to what, so that its number can be found.", "To what"))
    if wrong:
        show.problems(wrong)
        st.stop()
    return wanted


def rows(found: list[Event], known: ask.Known, *, between: str = "; ") -> list[dict[str, Cell]]:
    """Each act in words; the object's own name stays for its link."""
    names = known.people
    return [
        {
            **row_of(one, names, between=between),
            "kind": one.kind,
            "key": one.key,
            "person": one.person,
        }
        for one in found
    ]


def leads(row: Mapping[str, Cell], key: str) -> str:
    if key == "by" and row["person"] in known.people:
        return address.link("audit-trail", {"person": row["person"]})
    if key != "object":
        return ""
    kind, of = str(row["kind"]), str(row["key"])
    if kind == "person" and not may_see_people:
        return ""
    if kind in PAGES:
        page, name = PAGES[kind]
        return address.link(page, {name: of})
    return address.link("audit-trail", {"kind": kind, "key": of})


viewer = who.must(Action.READ_AUDIT_TRAIL)
may_see_people = may(viewer, Action.MANAGE_PEOPLE)
known = ask.known()
show.heading(
    "Audit trail", "Who did what to what, and when: the newest first, and none ever changed."
)
wanted = chosen(known)
saved_views.offer(viewer, BOXES)
said = st.query_params.get("below", "")
below = int(said) if re.fullmatch("[0-9]{1,15}", said) else None
found = ask_audit.events(viewer, wanted, below)
show.table(
    "Acts",
    COLUMNS,
    rows(found.events, known, between="\n"),
    links=leads,
    nothing="No such act is in the trail. Ask for less, or look at the days.",
)
asked = {name: st.query_params[name] for name in st.query_params if name != "below"}
ways = [("The newest", address.link("audit-trail", asked))] if below else []
if found.older:
    ways.append(("Older ones", address.link("audit-trail", {**asked, "below": found.older})))
show.links_line(ways)
show.download_list(
    "audit-trail", COLUMNS, lambda: rows(ask_audit.all_events(viewer, wanted), known)
)
