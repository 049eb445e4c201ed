"""Invoice: what is asked for beside what was ordered and delivered, what of it is owed?

Reader: finance officers, approvers, commissioners, auditors; those who may approve, dispute or pay
it do it here. Figures and words: the invoice's story. This page only asks and shows.
"""

from collections.abc import Mapping

import streamlit as st

from dashboards import (
    address,
    ask,
    ask_calling_off,
    invoice_forms,
    register_forms,
    report_view,
    show,
    who,
)
from trust_commissioning.reports.shape import Cell, Part
from trust_commissioning.roles import Action
from trust_commissioning.store.journals import Search

SAID = "invoice-said"
AMOUNTS = ("line", "call_off", "ordered", "delivered", "asked", "approved", "due", "held")
WORDS = ("line", "what", "days", "differences")


def links(row: Mapping[str, Cell], name: str) -> str:
    return address.link("call-off", {"number": row["call_off"]}) if name == "call_off" else ""


def lines(part: Part) -> None:
    """Amounts in one table, words in another: together they are too wide for a screen."""
    show.section(part.title)
    show.note("Amounts are before VAT.", kind="small")
    for caption, keys in (("What each line comes to", AMOUNTS), ("What each line is", WORDS)):
        show.table(
            caption,
            [column for column in part.columns if column.key in keys],
            part.rows,
            totals=part.totals if keys is AMOUNTS and len(part.rows) > 1 else None,
            links=links,
            whole=("call_off",),
            see_caption=True,
        )


def missing() -> None:
    show.heading("Invoice")
    show.note(f"There is no invoice “{key}”." if key else "No invoice was asked for.")
    show.links_line([("All invoices", address.link("invoices", {}))])
    st.stop()


viewer = who.must(Action.READ_REPORTS)
key = st.query_params.get("key", "")
known = ask.known()
day = ask_calling_off.day_of_register(known)
found = ask_calling_off.invoice(key, day) if key else None
if found is None:
    missing()
    raise AssertionError("the page has stopped")
one = found.kept.invoice
st.set_page_config(page_title=f"Invoice {key} – {known.trust}")
show.heading(f"Invoice {key}")
show.links_line(
    [
        ("All invoices", address.link("invoices", {})),
        ("Its journals", report_view.to_journals(Search(words=f"{key}/"))),
    ]
)
register_forms.tell(SAID)
show.facts(
    found.facts,
    links={
        "Provider": address.link("provider", {"code": one.provider}),
        "Takes back from": address.link("invoice", {"key": one.credits}),
    },
)
lines(found.part("lines"))
invoice_forms.act(viewer, found, day, SAID)
for name in ("owed", "overpaid", "timeline"):
    part = found.part(name)
    if part.rows:
        show.section(part.title)
        show.table(
            part.title,
            [column for column in part.columns if any(row[column.key] != "" for row in part.rows)],
            part.rows,
            links=links,
            whole=("day", "call_off"),
        )
