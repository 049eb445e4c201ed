"""Contracts: with whom, for what, until when, what lapses in six months?

Reader: commissioners and finance officers. Figures: the contract-register report. This page only
asks and shows.
"""

from collections.abc import Mapping

import streamlit as st

from contracts.coming import Next, Phase
from contracts.contract import Form
from dashboards import address, ask, ask_contracts, saved_views, show, who
from ledger.wording import counted
from trust_commissioning import clock
from trust_commissioning.reports import Report
from trust_commissioning.reports.contract_pages import RegisterPage
from trust_commissioning.reports.contract_register import COLUMNS, COMING, DUE, Wanted
from trust_commissioning.reports.shape import Cell
from trust_commissioning.roles import Action, may

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


def headlines(found: RegisterPage) -> None:
    show.cards(
        [
            show.Card("Contracts", f"{found.count:,}", "As narrowed above"),
            show.Card("Worth", str(found.value), f"As varied; {found.value_signed} as signed"),
            show.Card(
                "Lapse or ran out",
                f"{found.lapsing:,}",
                "Within six months, with no option left",
                state="bad" if found.lapsing else "good",
                state_words="Act now" if found.lapsing else "None",
            ),
            show.Card(
                "May be extended", f"{found.extendable:,}", "To be decided within six months"
            ),
        ]
    )


def register(found: RegisterPage) -> None:
    """One page of the contracts, with the whole list as a file."""
    show.section("Contracts")
    show.note(f"{counted(found.count, 'contract')} found.")
    show.table(
        "Contracts",
        [column for column in COLUMNS if column.key in SHOWN],
        found.rows,
        links=to_contract,
        whole=("number", "ends"),
        nothing="No contract is as you ask.",
    )
    show.downloads_of("contract-register", lambda: ask_contracts.register(scope, wanted))


def coming(found: RegisterPage) -> None:
    title = "What ends, may be extended or lapses within six months"
    show.section(title)
    show.table(
        title,
        [column for column in COMING if column.key != "words"],
        found.coming,
        links=to_contract,
        whole=("day", "number"),
        nothing="Nothing ends, lapses or waits for a decision.",
    )
    first_of(found.coming_count)


def due(found: RegisterPage) -> None:
    """The calendar of duties over all contracts shown; none of them is said to be none."""
    title = "What is due within six months, and what is late"
    show.section(title)
    show.table(
        title,
        DUE,
        found.due,
        links=to_contract,
        whole=("day", "number"),
        nothing="Nothing is due or late.",
    )
    first_of(found.due_count)


def first_of(count: int) -> None:
    if count > LENGTH:
        show.note(f"The first {LENGTH} of {count:,} are shown; the files above hold them all.")


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
if not known.contracts:
    show.nothing_yet(
        "No contract has been recorded yet",
        "Each contract stands here with its provider, its value and what lapses next.",
        [
            ("Import a register that was kept elsewhere", address.link("import-contracts", {})),
            ("Plan a procurement", address.link("procurement", {})),
        ]
        if may(viewer, Action.KEEP_REGISTER)
        else [],
    )
    st.stop()
boxes = address.Address("contracts")
scope = boxes.as_at(known, clock.day_of(clock.now()))
wanted = narrowed(boxes, known)
saved_views.offer(viewer, boxes)
found = ask_contracts.register_page(scope, wanted, 1, LENGTH)
headlines(found)
coming(found)
number = boxes.page_number(found.pages(LENGTH), wanted)
if number > 1:
    found = ask_contracts.register_page(scope, wanted, number, LENGTH)
register(found)
due(found)
told = ask_contracts.published(scope)
if wanted == Wanted(fund=wanted.fund):
    published(told)
show.basis(told, viewer)
