"""Call-off: what was ordered, what changed, what does it cost, what was delivered and billed?

Reader: commissioners, finance officers, auditors; those who may call off act on it here. Figures
and words: the call-off's story as at the day chosen. This page only asks and shows.
"""

import re
from collections.abc import Mapping
from datetime import date

import streamlit as st

from contracts.lifecycle import CallOffState
from dashboards import (
    address,
    ask,
    ask_calling_off,
    call_off_forms,
    register_forms,
    report_view,
    show,
    who,
)
from dashboards.register_forms import day_box
from ledger.journal import Book
from ledger.periods import FinancialYear
from trust_commissioning.reports.call_off_story import CallOffStory
from trust_commissioning.reports.shape import Cell
from trust_commissioning.roles import Action
from trust_commissioning.store.journals import Search

SAID = "call-off-said"
BOOKS = {"promised": Book.COMMITMENT, "spent": Book.ACTUAL}
NOTHING = {
    "returns": "Nothing was returned yet of what was delivered.",
    "invoices": "No invoice has come for it.",
    "prices": "It has no price.",
}
ALWAYS = frozenset(NOTHING)


def as_at(usual: date) -> date:
    """The day its price is read on, kept in the address; the register's own where none is said."""
    said = st.query_params.get("as_at", "")
    start = usual
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", said):
        try:
            start = date.fromisoformat(said)
        except ValueError:
            said = ""
    day = day_box(st.columns(3)[0], "Price as at", start, ahead=True)
    if day != usual:
        st.query_params["as_at"] = day.isoformat()
    elif said:
        del st.query_params["as_at"]
    return day


def links(row: Mapping[str, Cell], key: str) -> str:
    """A year's figures lead to their journals, an invoice to its page."""
    if key in BOOKS and row.get("year") and row[key]:
        asked = Search(
            book=BOOKS[key],
            year=FinancialYear.parse(str(row["year"])),
            account="Expenses",
            call_off=number,
        )
        return report_view.to_journals(asked)
    return address.link("invoice", {"key": row["invoice"]}) if key == "invoice" else ""


def part(found: CallOffStory, key: str) -> None:
    shown = found.part(key)
    if not shown.rows and key not in ALWAYS:
        return
    show.section(shown.title)
    show.table(
        shown.title,
        [column for column in shown.columns if any(row[column.key] != "" for row in shown.rows)],
        shown.rows,
        totals=shown.totals or None,
        links=links,
        whole=("day", "year", "invoice"),
        nothing=NOTHING.get(key, ""),
    )


def about(found: CallOffStory) -> None:
    one = found.call_off
    show.facts(
        found.facts,
        links={
            "Contract": address.link("contract", {"number": one.contract}),
            "Provider": address.link("provider", {"code": one.provider}),
            "Out of requisition": address.link("call-off", {"number": one.of_requisition}),
        },
    )
    if one.state is CallOffState.SUSPENDED:
        show.warnings(["It is suspended: only what is still paid is promised for those days."])
    if rows := found.part("overpaid").rows:
        show.warnings(
            [f"{row['overpaid']} was overpaid on {row['invoice']}; ask it back." for row in rows]
        )


def missing() -> None:
    show.heading("Call-off")
    show.note(f"There is no call-off “{number}”." if number else "No call-off was asked for.")
    show.links_line([("All call-offs", address.link("call-offs", {}))])
    st.stop()


viewer = who.must(Action.READ_REPORTS)
number = st.query_params.get("number", "")
known = ask.known()
usual = ask_calling_off.day_of_register(known)
first = ask_calling_off.story(number, usual) if number else None
if first is None:
    missing()
    raise AssertionError("the page has stopped")
st.set_page_config(page_title=f"Call-off {number} – {known.trust}")
show.heading(f"Call-off {number}", first.call_off.title)
show.links_line(
    [
        ("All call-offs", address.link("call-offs", {})),
        (
            "Of this contract",
            address.link("call-offs", {"contract": first.call_off.contract}),
        ),
        ("Its journals", report_view.to_journals(Search(call_off=number))),
    ]
)
register_forms.tell(SAID)
day = as_at(usual)
found = ask_calling_off.story(number, day)
assert found is not None, "a call-off is never taken away"
about(found)
part(found, "years")
call_off_forms.act(viewer, found.call_off, known, SAID)
for name in (
    "funding",
    "prices",
    "suspensions",
    "enhancements",
    "returns",
    "invoices",
    "overpaid",
    "timeline",
):
    part(found, name)
