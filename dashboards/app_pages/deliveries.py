"""Deliveries: what did providers return of a month, and who is late?

Reader: commissioners, finance officers, auditors; those who may call off enter returns here.
Figures: the deliveries of a month. This page only asks and shows.
"""

from collections.abc import Mapping
from datetime import timedelta

import streamlit as st

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
from ledger.periods import FinancialYear, Period
from ledger.wording import counted
from trust_commissioning.reports import Report, Scope
from trust_commissioning.reports.shape import Cell
from trust_commissioning.roles import Action, may

SAID = "deliveries-said"
BOXES = address.Address("deliveries")


def last_month(known: ask.Known) -> Period:
    """The last month that has ended."""
    day = ask_calling_off.day_of_register(known)
    now = Period.containing(day)
    if day == now.ends:
        return now
    return Period.containing(now.starts - timedelta(days=1))


def chosen(known: ask.Known) -> Scope:
    """The fund, the year and the month asked for."""
    default = last_month(known)
    left, middle, right = st.columns([2, 1, 1])
    with left:
        fund = BOXES.select(
            "Fund",
            "fund",
            [EVERYTHING, *ask.codes_with_titles(known.funds)],
            says=lambda code: known.funds[code] if code else "All funds",
            everywhere=True,
        )
    with middle:
        said = BOXES.select(
            "Financial year",
            "year",
            [str(year) for year in reversed(known.years)],
            default=str(default.year),
            everywhere=True,
        )
    year = FinancialYear.parse(said)
    with right:
        month = BOXES.select(
            "Month",
            "month",
            [str(number) for number in range(1, 13)],
            says=lambda number: Period(year, int(number)).title,
            default=str(default.number),
        )
    return Scope(fund or None, year, int(month))


def cards(report: Report) -> None:
    """How many returns came, how many are late."""
    late = report.parts[0].rows
    show.cards(
        [
            show.Card("Returned", f"{len(report.rows):,}", "Call-offs with a return of the month"),
            show.Card(
                "Late",
                f"{len(late):,}",
                "Ran in the month, and nothing came",
                state="bad" if late else "good",
                state_words="Chase them" if late else "None",
            ),
        ]
    )


def to_call_off(row: Mapping[str, Cell], key: str) -> str:
    return address.link("call-off", {"number": row["call_off"]}) if key == "call_off" else ""


viewer = who.must(Action.READ_REPORTS)
known = ask.known()
show.heading("Deliveries", "What was delivered beside what was ordered, and whose return is late.")
register_forms.tell(SAID)
if not known.years:
    show.note("No financial year is open yet, so nothing can be delivered.")
    st.stop()
scope = chosen(known)
saved_views.offer(viewer, BOXES)
report = ask_calling_off.delivered(scope)
cards(report)
if may(viewer, Action.CALL_OFF):
    with st.expander("Enter what was delivered", expanded=trying.is_open(invoice_forms.RETURN)):
        usual = ask_calling_off.day_of_register(known)
        invoice_forms.returning(viewer, usual, SAID)
for part in reversed(report.tables):
    show.section(part.title or "Returned")
    show.table(
        part.title or "Returned",
        [
            column
            for column in part.columns
            if column.kind != "code" and any(row[column.key] != "" for row in part.rows)
        ],
        part.rows,
        links=to_call_off,
        whole=("call_off",),
        nothing="No return is late." if part.title else "No return of this month has come.",
    )
    if part.title and part.rows:
        show.note(f"{counted(len(part.rows), 'call-off')} without a return.", kind="small")
show.downloads(report)
show.basis(report, viewer)
