"""Invoices: which wait, for what, since when; what was overpaid, which payments are held?

Reader: finance officers, approvers, commissioners, auditors; those who may act do it here or on the
invoice's own page. Figures: the invoices report. This page only asks and shows.
"""

from collections.abc import Mapping

import streamlit as st

from contracts.lifecycle import INVOICE, InvoiceState
from dashboards import (
    address,
    ask,
    ask_calling_off,
    invoice_forms,
    register_forms,
    saved_views,
    show,
    trying,
    who,
)
from dashboards.address import EVERYTHING
from ledger.periods import FinancialYear
from ledger.wording import counted, day_in_full
from trust_commissioning.reports import Report, Scope
from trust_commissioning.reports.invoices import OPEN, Wanted
from trust_commissioning.reports.shape import Cell
from trust_commissioning.roles import Action, may

SAID = "invoices-said"
BOXES = address.Address("invoices")
LENGTH = 50
LISTED = ("invoice", "provider_name", "number", "age", "state", "asked", "approved", "held", "owed")
WHY = ("invoice", "provider_name", "held", "why")


def chosen(providers: dict[str, str]) -> Wanted:
    """What the person asks, from the boxes and the address."""
    first, second, third = st.columns(3)
    with first:
        words = BOXES.words("Search", "q", placeholder="A number, a call-off, a provider, a word")
    with second:
        state = BOXES.select(
            "State",
            "state",
            [EVERYTHING, *(one.value for one in INVOICE.states)],
            says=lambda one: InvoiceState(one).title if one else "All that are not settled",
        )
    with third:
        provider = BOXES.select(
            "Provider",
            "provider",
            [EVERYTHING, *ask.codes_with_titles(providers)],
            says=lambda one: providers.get(one, "All providers"),
        )
    return Wanted(words=words, provider=provider, states=(InvoiceState(state),) if state else OPEN)


def cards(report: Report) -> None:
    """What waits, what is disputed, what is owed, what is to come back."""
    over, held = report.parts
    waiting = [row for row in report.rows if row["state"] in _WAITING]
    show.cards(
        [
            show.Card("Wait for a person", f"{len(waiting):,}", "Received, held or matched"),
            show.Card("Disputed", str(report.totals["held"]), "Of the invoices shown, before VAT"),
            show.Card("Owed", str(report.totals["owed"]), "Approved and not paid"),
            show.Card(
                "To come back",
                str(over.totals["overpaid"]),
                f"Overpaid on {counted(len(over.rows), 'line')}",
                state="bad" if over.rows else "good",
                state_words="Ask it back" if over.rows else "None",
            ),
        ]
    )
    if held.rows:
        show.warnings(
            [f"{counted(len(held.rows), 'payment')} held until somebody says what they paid for."]
        )


_WAITING = {one.title for one in (InvoiceState.RECEIVED, InvoiceState.HELD, InvoiceState.MATCHED)}


def to_invoice(row: Mapping[str, Cell], key: str) -> str:
    if key == "invoice":
        return address.link("invoice", {"key": row["invoice"]})
    if key == "call_off":
        return address.link("call-off", {"number": row["call_off"]})
    return address.link("journal", {"number": row["journal"]}) if key == "journal" else ""


def listed(report: Report, wanted: Wanted) -> None:
    """The invoices found, some to a page; then in words why any is held."""
    if not report.rows:
        show.note(
            "No invoice is like that."
            if wanted != Wanted()
            else "No invoice waits to be matched, approved or paid."
        )
        return
    show.note(f"{counted(len(report.rows), 'invoice')} found.")
    pages = max(1, -(-len(report.rows) // LENGTH))
    number = BOXES.page_number(pages, wanted)
    rows = report.rows[(number - 1) * LENGTH : number * LENGTH]
    show.table(
        "Invoices",
        [column for column in report.columns if column.key in LISTED],
        rows,
        totals=report.totals if pages == 1 else None,
        links=to_invoice,
        whole=("invoice", "number"),
    )
    if disputed := [row for row in rows if row["why"]]:
        show.section("Why they are held")
        show.table(
            "Why they are held",
            [column for column in report.columns if column.key in WHY],
            disputed,
            links=to_invoice,
            whole=("invoice",),
        )


viewer = who.must(Action.READ_REPORTS)
known = ask.known()
show.heading("Invoices", "What waits, for what and since when; what was overpaid; what is owed.")
register_forms.tell(SAID)
if not known.years:
    show.note("No financial year is open yet, so no invoice can be entered.")
    st.stop()
day = ask_calling_off.day_of_register(known)
year = FinancialYear.containing(day)
fund = BOXES.select(
    "Fund",
    "fund",
    [EVERYTHING, *ask.codes_with_titles(known.funds)],
    says=lambda code: known.funds[code] if code else "All funds",
    everywhere=True,
)
providers = ask_calling_off.providers()
wanted = chosen(providers)
saved_views.offer(viewer, BOXES)
scope = Scope(fund or None, year if year in known.years else known.years[-1])
report = ask_calling_off.invoices(scope, wanted, day)
show.note(f"Days are counted to {day_in_full(day)}.", kind="small")
cards(report)
if may(viewer, Action.CALL_OFF):
    with st.expander(
        "Enter an invoice or a credit note", expanded=trying.is_open(invoice_forms.RECEIVE)
    ):
        invoice_forms.receiving(viewer, providers, day, SAID)
listed(report, wanted)
for part in report.parts:
    if part.rows:
        show.section(part.title)
        for words in part.words:
            show.note(words)
        show.table(
            part.title,
            part.columns,
            part.rows,
            totals=part.totals,
            links=to_invoice,
            whole=("invoice", "call_off", "journal"),
        )
        if part.key == "payments_held" and may(viewer, Action.ENTER_JOURNAL):
            invoice_forms.deciding(viewer, part, day, SAID)
show.downloads(report)
show.basis(report, viewer)
