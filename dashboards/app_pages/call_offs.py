"""Call-offs: which orders and placements run, what do they cost, what do they still promise?

Reader: commissioners, finance officers, auditors; those who may call off raise a new one here.
Figures: the commitments report. This page only asks and shows.
"""

from collections.abc import Mapping
from datetime import date

import streamlit as st

from contracts.call_off import Kind
from contracts.lifecycle import CALL_OFF, CallOffState
from dashboards import (
    address,
    ask,
    ask_calling_off,
    call_off_forms,
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
from trust_commissioning.reports.commitments import Wanted
from trust_commissioning.reports.placements import InForce
from trust_commissioning.reports.shape import Cell
from trust_commissioning.roles import Action, may

SAID = "call-offs-said"
LENGTH = 50
LISTED = ("call_off", "title", "provider_name", "state", "starts", "ends")
COSTS = ("price", "committed", "actual")
KINDS = {Kind.ORDER.value: "Orders", Kind.PLACEMENT.value: "Placements"}
BOXES = address.Address("call-offs")


def chosen(known: ask.Known) -> Wanted:
    """What the person asks, from the boxes and the address."""
    providers = ask_calling_off.providers()
    words = BOXES.words("Search", "q", placeholder="A number, a reference, a provider, a word")
    first, second, third = st.columns(3)
    with first:
        state = BOXES.select(
            "State",
            "state",
            [EVERYTHING, *(one.value for one in CALL_OFF.states)],
            says=lambda one: CallOffState(one).title if one else "All states",
        )
        contract = BOXES.select(
            "Contract",
            "contract",
            [EVERYTHING, *sorted(known.contracts)],
            says=lambda one: f"{one} {known.contracts[one]}" if one else "All contracts",
        )
    with second:
        kind = BOXES.select(
            "Kind", "kind", [EVERYTHING, *KINDS], says=lambda one: KINDS.get(one, "All kinds")
        )
        provider = BOXES.select(
            "Provider",
            "provider",
            [EVERYTHING, *ask.codes_with_titles(providers)],
            says=lambda one: providers.get(one, "All providers"),
        )
    with third:
        service = BOXES.select(
            "Service",
            "service",
            [EVERYTHING, *ask.codes_with_titles(known.services)],
            says=lambda one: known.services.get(one, "All services"),
        )
    return Wanted(
        words=words, state=state, kind=kind, contract=contract, provider=provider, service=service
    )


def of_year(known: ask.Known) -> tuple[Scope, date]:
    """The fund and the year asked for, with the day of it on which something is in force."""
    left, right = st.columns([2, 1])
    with left:
        fund = BOXES.select(
            "Fund",
            "fund",
            [EVERYTHING, *ask.codes_with_titles(known.funds)],
            says=lambda code: known.funds[code] if code else "All funds",
            everywhere=True,
        )
    day = ask_calling_off.day_of_register(known)
    now = FinancialYear.containing(day)
    with right:
        said = BOXES.select(
            "Financial year",
            "year",
            [str(year) for year in reversed(known.years)],
            default=str(now),
            everywhere=True,
        )
    year = FinancialYear.parse(said)
    return Scope(fund or None, year), day if year == now else year.ends


def cards(report: Report, running: InForce, scope: Scope, on: date) -> None:
    """How many run, what a week of the placements costs, what is promised, what was spent."""
    day = day_in_full(on)
    show.cards(
        [
            show.Card("In force", f"{running.call_offs:,}", f"On {day}"),
            show.Card(
                "A week of placements",
                str(running.weekly),
                f"{counted(running.placements, 'placement')} on {day}",
            ),
            show.Card(
                "Committed",
                str(report.totals["committed"]),
                f"Ordered in {scope.year}, not billed or spent",
            ),
            show.Card("Spent", str(report.totals["actual"]), f"Under call-offs in {scope.year}"),
        ]
    )


def to_call_off(row: Mapping[str, Cell], key: str) -> str:
    return address.link("call-off", {"number": row["call_off"]}) if key == "call_off" else ""


def listed(report: Report, wanted: Wanted, scope: Scope) -> None:
    """The call-offs found, some to a page."""
    if not report.rows:
        show.note(
            "No call-off is like that. Ask for less, or check the year."
            if wanted != Wanted()
            else "Nothing has been called off in this year yet."
        )
        return
    show.note(f"{counted(len(report.rows), 'call-off')} found.")
    pages = max(1, -(-len(report.rows) // LENGTH))
    number = BOXES.page_number(pages, (wanted, scope))
    show.table(
        "Call-offs",
        [
            *(column for column in report.columns if column.key in LISTED),
            *(column for column in report.columns if column.key in COSTS),
        ],
        [
            {**row, "price": f"{row['price']} {row['unit']}"}
            for row in report.rows[(number - 1) * LENGTH : number * LENGTH]
        ],
        totals=report.totals if pages == 1 else None,
        links=to_call_off,
        whole=("call_off",),
    )
    show.downloads(report)


viewer = who.must(Action.READ_REPORTS)
known = ask.known()
show.heading(
    "Call-offs", "Orders and placements: what runs, what it costs, what it still promises."
)
register_forms.tell(SAID)
if not known.years:
    show.note("No financial year is open yet, so nothing can be called off.")
    st.stop()
scope, on = of_year(known)
wanted = chosen(known)
saved_views.offer(viewer, BOXES)
report, running = ask_calling_off.report(scope, wanted, on)
cards(report, running, scope, on)
if may(viewer, Action.CALL_OFF) and known.contracts:
    with st.expander(
        "Raise an order, a placement or a requisition", expanded=trying.is_open("raise")
    ):
        call_off_forms.raising(viewer, known, SAID)
listed(report, wanted, scope)
show.basis(report, viewer)
