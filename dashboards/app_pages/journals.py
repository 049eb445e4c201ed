"""Journals: which of them make up a figure, or say a word?

Reader: finance officers and auditors; a board member who followed a figure. Figures: `ask.journals`.
This page only asks and shows.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

import streamlit as st

from dashboards import address, ask, saved_views, show, who
from ledger.chart import AccountKind
from ledger.journal import Book
from ledger.outcomes import NOT_ATTRIBUTED, Outcome
from ledger.periods import FinancialYear
from ledger.wording import counted
from trust_commissioning.reports import Column
from trust_commissioning.reports.shape import Cell
from trust_commissioning.roles import Action
from trust_commissioning.store.journals import JournalLine, Search

COLUMNS = (
    Column(key="number", title="Number"),
    Column(key="day", title="Date"),
    Column(key="period", title="Period"),
    Column(key="book", title="Book"),
    Column(key="fund", title="Fund"),
    Column(key="payee", title="Provider as printed"),
    Column(key="narration", title="What it is for"),
    Column(key="amount", title="Amount", kind="money"),
)
ALL = address.EVERYTHING
BOXES = address.Address("journals")


def chosen_coding(known: ask.Known) -> dict[str, Any]:
    """The choices that narrow by what postings say besides their account."""

    def of(label: str, name: str, titles: dict[str, str]) -> str:
        def says(code: str) -> str:
            return {ALL: "All", ask.NONE: f"No {name}"}.get(code) or titles.get(code, code)

        return BOXES.select(label, name, [ALL, *ask.codes_with_titles(titles), ask.NONE], says=says)

    accounts = [ALL, *(kind.value for kind in AccountKind), *sorted(known.accounts)]
    outcomes = {outcome.value: outcome.title for outcome in Outcome}
    outcomes[NOT_ATTRIBUTED] = "Not attributed"
    left, middle, right = st.columns(3)
    with left:
        account = BOXES.select(
            "Account", "account", accounts, says=lambda name: account_title(known, name)
        )
        service = of("Service", "service", known.services)
    with middle:
        outcome = BOXES.select(
            "Outcome", "outcome", [ALL, *outcomes], says=lambda code: outcomes.get(code, "All")
        )
        partner = of("Partner", "partner", known.partners)
    with right:
        contract = of("Contract", "contract", known.contracts)
        call_off = BOXES.words("Call-off", "call_off", placeholder="C-0001/01")
    return {
        "account": account,
        "service": service,
        "outcome": outcome,
        "partner": partner,
        "contract": contract,
        "call_off": call_off,
    }


def account_title(known: ask.Known, name: str) -> str:
    """An account's title with its name."""
    if not name:
        return "All"
    if ":" not in name:
        return f"All of {name}"
    return f"{known.accounts[name]} ({name})"


def chosen(known: ask.Known) -> Search:
    """What the person asks, from the boxes and the address."""
    first, second, third, fourth = st.columns([2.6, 1.4, 2, 1.6])
    with first:
        words = BOXES.words(
            "Search", "words", placeholder="A number, an amount, a provider, a reference, words"
        )
    with second:
        book = BOXES.select(
            "Book",
            "book",
            [ALL, *(book.value for book in Book)],
            says=lambda code: code.capitalize() or "All books",
        )
    with third:
        fund = BOXES.select(
            "Fund",
            "fund",
            [ALL, *ask.codes_with_titles(known.funds)],
            says=lambda code: known.funds[code] if code else "All funds",
        )
    with fourth:
        year = BOXES.select(
            "Financial year",
            "year",
            [ALL, *(str(year) for year in reversed(known.years))],
            says=lambda code: code or "All years",
        )
    found = FinancialYear.parse(year) if year else None
    codings = {"account", "service", "outcome", "partner", "contract", "call_off"}
    narrowed = {"from", "to", "batch", *codings}
    with st.expander("More choices", expanded=bool(narrowed & set(st.query_params))):
        left, middle, right = st.columns(3)
        with left:
            starts = BOXES.period("From period", "from", found, default=1)
        with middle:
            ends = BOXES.period("To period", "to", found, default=13)
        with right:
            batch = BOXES.words("Batch", "batch", placeholder="B-00001")
        coding = chosen_coding(known)
    return Search(
        words=words,
        book=Book(book) if book else None,
        fund=fund,
        year=found,
        from_period=starts,
        to_period=ends,
        batch=batch,
        **coding,
    )


viewer = who.must(Action.READ_JOURNALS)
known = ask.known()
show.heading("Journals", "Everything that has been posted. Each journal leads to its source.")
if known.default is None:
    show.nothing_posted(viewer)
    st.stop()

wanted = chosen(known)
saved_views.offer(viewer, BOXES)
found = ask.journals(wanted, 1)
coded = any(
    (
        wanted.account,
        wanted.service,
        wanted.outcome,
        wanted.partner,
        wanted.contract,
        wanted.call_off,
    )
)
if not found.count:
    show.note("No posted journal is like that. Ask for less, or check the years and periods.")
    st.stop()

above = st.container(key="journals-found")
page = BOXES.page_number(found.pages, wanted)
if page > 1:
    found = ask.journals(wanted, page)


def lines(found_lines: list[JournalLine], *, for_file: bool = False) -> list[dict[str, Cell]]:
    """The lines with funds by their titles; days as people write them, in a file as 2003-04-30."""
    return [
        {
            "number": line.number,
            "day": line.day if for_file else show.short_day(date.fromisoformat(line.day)),
            # A number begins with its year.
            "period": line.period if for_file else line.period.rpartition(" ")[2],
            "book": line.book.capitalize(),
            "fund": known.funds.get(line.fund, line.fund),
            "payee": line.payee,
            "narration": line.narration,
            "amount": line.amount,
        }
        for line in found_lines
    ]


def to_journal(row: Mapping[str, Cell], key: str) -> str:
    return address.link("journal", {"number": row["number"]}) if key == "number" else ""


with above:
    come_to = f", {found.total} of {'postings so coded' if coded else 'debits'}"
    show.note(
        counted(found.count, "journal")
        # Money owed, promised and allowed do not add up to anything.
        + (come_to if wanted.book else " in all books")
        + (f", page {page} of {found.pages}." if found.pages > 1 else ".")
    )
    show.table(
        "Journals found",
        COLUMNS,
        lines(found.lines),
        links=to_journal,
        whole=["number", "day", "period"],
    )
show.download_list("journals", COLUMNS, lambda: lines(ask.all_journals(wanted), for_file=True))
if found.count > ask.LONGEST_EXPORT:
    show.note(f"The file holds the newest {ask.LONGEST_EXPORT:,} of them.", kind="small")
