"""Contracts: with whom, for what, until when, what lapses in six months?

Reader: commissioners and finance officers. Figures: the contract-register report. This page only
asks and shows.
"""

from collections.abc import Mapping

import streamlit as st

from contracts.coming import Next, Phase
from contracts.contract import Form
from dashboards import address, ask, ask_contracts, show, who
from ledger.wording import counted
from trust_commissioning import clock
from trust_commissioning.reports import Report
from trust_commissioning.reports.contract_register import Wanted
from trust_commissioning.reports.shape import Cell
from trust_commissioning.roles import Action

SHOWN = ("number", "title", "provider", "form", "phase", "ends", "value", "next")
LENGTH = ask.PAGE_LENGTH
EVERYTHING = address.EVERYTHING


def narrowed(boxes: address.Address, known: ask.Known) -> Wanted:
    """The search box with its choices, all kept in the address."""
    words = boxes.words("Search", "q", placeholder="Number, title, provider or service")
    providers = ask_contracts.providers()
    left, middle, right = st.columns(3)
    with left:
        provider = boxes.select(
            "Provider",
            "provider",
            [EVERYTHING, *ask.codes_with_titles(providers)],
            says=lambda code: providers[code] if code else "All providers",
        )
        form = boxes.select(
            "Kind",
            "form",
            [EVERYTHING, *(one.value for one in Form)],
            says=lambda code: Form(code).title if code else "All kinds",
        )
    with middle:
        service = boxes.select(
            "Service",
            "service",
            [EVERYTHING, *ask.codes_with_titles(known.services)],
            says=lambda code: known.services[code] if code else "All services",
        )
        phase = boxes.select(
            "Stands",
            "phase",
            [EVERYTHING, *(one.value for one in Phase)],
            says=lambda code: Phase(code).title if code else "However it stands",
        )
    with right:
        fund = boxes.select(
            "Fund",
            "fund",
            [EVERYTHING, *ask.codes_with_titles(known.funds)],
            says=lambda code: known.funds[code] if code else "All funds",
        )
        coming = boxes.select(
            "Within six months",
            "coming",
            [EVERYTHING, *(one.value for one in Next)],
            says=lambda code: Next(code).title if code else "Whatever comes",
        )
    return Wanted(
        words=words,
        provider=provider,
        service=service,
        fund=fund,
        form=form,
        phase=phase,
        coming=coming,
    )


def to_contract(row: Mapping[str, Cell], key: str) -> str:
    """A contract's number and title lead to its own page, as at the same day."""
    if key in ("number", "title") and row.get("number"):
        asked = {"number": row["number"], "as_at": scope.period.ends.isoformat()}
        return address.link("contract", asked)
    return ""


def headlines(report: Report) -> None:
    coming = next(part for part in report.parts if part.key == "coming")
    lapses = [row for row in coming.rows if row["what"] in (Next.LAPSES.title, Next.RAN_OUT.title)]
    may = [row for row in coming.rows if row["what"] == Next.MAY_BE_EXTENDED.title]
    show.cards(
        [
            show.Card("Contracts", f"{len(report.rows):,}", "As narrowed above"),
            show.Card(
                "Worth",
                str(report.totals["value"]),
                f"As varied; {report.totals['value_signed']} as signed",
            ),
            show.Card(
                "Lapse or ran out",
                str(len(lapses)),
                "Within six months, with no option left",
                state="bad" if lapses else "good",
                state_words="Act now" if lapses else "None",
            ),
            show.Card("May be extended", str(len(may)), "To be decided within six months"),
        ]
    )


def register(report: Report, boxes: address.Address, wanted: Wanted) -> None:
    """One page of the contracts, with the whole list as a file."""
    show.section("Contracts")
    pages = max(1, -(-len(report.rows) // LENGTH))
    page = boxes.page_number(pages, wanted)
    show.note(f"{counted(len(report.rows), 'contract')} found.")
    show.table(
        "Contracts",
        [column for column in report.columns if column.key in SHOWN],
        report.rows[(page - 1) * LENGTH : page * LENGTH],
        links=to_contract,
        whole=("number", "ends"),
        nothing="No contract is as you ask.",
    )
    show.downloads(report)


def coming(report: Report) -> None:
    part = next(part for part in report.parts if part.key == "coming")
    show.section(part.title)
    show.table(
        part.title,
        [column for column in part.columns if column.key != "words"],
        part.rows,
        links=to_contract,
        whole=("day", "number"),
        nothing="Nothing ends, lapses or waits for a decision.",
    )


def due(report: Report) -> None:
    """The calendar of duties over all contracts shown; none of them is said to be none."""
    part = next(part for part in report.parts if part.key == "due")
    show.section(part.title)
    show.table(
        part.title,
        part.columns,
        part.rows,
        links=to_contract,
        whole=("day", "number"),
        nothing="Nothing is due or late.",
    )


def published(report: Report) -> None:
    """What councils published and nobody recorded here; what was odd stands as it was printed."""
    part = next(part for part in report.parts if part.key == "published")
    for note in report.notes:
        show.note(note, kind="small")
    if part.rows:
        with st.expander(f"{part.title} ({len(part.rows):,})"):
            show.table(part.title, part.columns, part.rows[:LENGTH])
            if len(part.rows) > LENGTH:
                show.note(f"The first {LENGTH} are shown; the files above hold them all.")


viewer = who.must(Action.READ_REPORTS)
known = ask.known()
show.heading("Contracts", "With whom, for what, until when; what lapses within six months.")
if not known.years:
    show.nothing_posted(viewer)
    st.stop()
boxes = address.Address("contracts")
scope = boxes.as_at(known, clock.day_of(clock.now()))
wanted = narrowed(boxes, known)
report = ask_contracts.register(scope, wanted)
headlines(report)
coming(report)
register(report, boxes, wanted)
due(report)
published(report)
show.basis(report, viewer)
