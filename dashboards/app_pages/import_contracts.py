"""Import a contracts register: what does this file say, what of it is odd, what was that read as?

Reader: commissioners and finance officers. Figures: `ask_contracts.read_published`, then `take_in`.
This page only asks and shows.
"""

from collections.abc import Sequence

import streamlit as st

from dashboards import address, ask_contracts, long_work, show, who
from dashboards.ask_contracts import KEEP, READ, Register
from ledger.problems import Problem
from ledger.wording import counted, day_in_full
from trust_commissioning.commissioning import RegisterLoaded
from trust_commissioning.files.contracts_register import Published, read_as
from trust_commissioning.reports import Column
from trust_commissioning.reports.shape import Cell
from trust_commissioning.roles import Action
from trust_commissioning.under_way import End, Work

SHOWN = 50
LOST = (
    "Should the server stop meanwhile, it was taken in whole or not at all: take the file in again, and "
    "nothing is kept twice."
)
ODD = (
    Column(key="row", title="Row"),
    Column(key="number", title="Reference"),
    Column(key="column", title="Column"),
    Column(key="printed", title="As printed"),
    Column(key="words", title="What is odd"),
    Column(key="read", title="Read as"),
)
LINE = (
    Column(key="row", title="Row"),
    Column(key="number", title="Reference"),
    Column(key="title", title="Title"),
    Column(key="provider", title="Provider as printed"),
    Column(key="starts", title="Starts"),
    Column(key="ends", title="Ends"),
    Column(key="value", title="Value"),
)
PROBLEMS = (
    Column(key="row", title="Row"),
    Column(key="column", title="Column"),
    Column(key="message", title="What is wrong"),
)


def odd(found: RegisterLoaded) -> None:
    """Every odd value with what it was read as; nothing was guessed."""
    rows: list[dict[str, Cell]] = [
        {
            "row": f"{one.row:,}",
            "number": one.number,
            "column": flag.column.capitalize(),
            "printed": flag.printed,
            "words": flag.words.capitalize(),
            "read": read_as(one, flag),
        }
        for one in found.file.contracts
        for flag in one.flags
    ]
    show.section("Odd values")
    show.table(
        f"Odd values: {shown_of(len(rows))}",
        ODD,
        rows[:SHOWN],
        whole=("row",),
        see_caption=bool(rows),
        nothing="Every day and every amount could be read.",
    )


def lines(contracts: Sequence[Published]) -> None:
    show.section("Contracts it lists")
    show.table(
        f"Contracts: {shown_of(len(contracts))}",
        LINE,
        [
            {
                "row": f"{one.row:,}",
                "number": one.number,
                "title": one.title,
                "provider": one.provider_name,
                "starts": "" if one.starts is None else day_in_full(one.starts),
                "ends": "" if one.ends is None else day_in_full(one.ends),
                "value": "" if one.value is None else str(one.value),
            }
            for one in contracts[:SHOWN]
        ],
        whole=("row",),
        see_caption=True,
    )


def shown_of(count: int) -> str:
    return f"{count:,}, the first {SHOWN} shown" if count > SHOWN else f"{count:,}"


def counts(found: RegisterLoaded) -> None:
    whose = sorted({one.publisher for one in found.file.contracts if one.publisher})
    show.cards(
        [
            show.Card(
                "Contracts listed", f"{len(found.file.contracts):,}", "No contract is made of them."
            ),
            show.Card("Worth", str(found.total), "In values that could be read."),
            show.Card(
                "Odd values",
                f"{found.flagged:,}",
                "Kept as printed; what could not be read is read as nothing.",
            ),
            show.Card("Published by", ", ".join(whose) or "Not said", "It replaces what they had."),
        ]
    )
    notes = len(found.file.notes) + len(found.file.table.above)
    if notes:
        show.note(f"{counted(notes, 'row')} of headings and notes were left out.", kind="small")


def wrong(problems: Sequence[Problem]) -> None:
    """Why the file cannot be taken in, by row and column."""
    show.problems(
        [
            Problem(
                "",
                f"{counted(len(problems), 'problem')} must be mended first. A register is taken in "
                "whole or not at all, so nothing was kept.",
            )
        ],
        title="This file cannot be taken in",
    )
    by_place(f"What is wrong: {shown_of(len(problems))}", problems)


def by_place(caption: str, problems: Sequence[Problem]) -> None:
    rows: list[dict[str, Cell]] = [
        {
            "row": f"{one.row:,}" if one.row is not None else "The file",
            "column": one.column or "",
            "message": one.message,
        }
        for one in problems[:SHOWN]
    ]
    show.table(caption, PROBLEMS, rows, see_caption=True)


def loaded(work: Work) -> RegisterLoaded | None:
    """What came of it; what stops it is shown by row and column."""
    if work.end is End.REFUSED:
        work.is_seen = True
        wrong(work.problems)
        return None
    well = long_work.ended_well(work, "It was not taken in")
    return work.answer if well and isinstance(work.answer, RegisterLoaded) else None


def told(work: Work) -> None:
    """What came of taking a register in."""
    kept = loaded(work)
    if kept is not None:
        ask_contracts.forget_readings(viewer)
        show.done(
            f"Kept in {kept.batch}: {counted(len(kept.file.contracts), 'contract')} as published, "
            f"{counted(kept.flagged, 'odd value')} as printed.",
            [("See the contracts", address.link("contracts", {}))],
        )


def kept_before() -> None:
    """What came of the register taken in last, until it is put away; while that goes on, only that."""
    work = long_work.begun_before(viewer, KEEP, LOST)
    if work is not None:
        told(work)
        long_work.put_away(work)


def keep(file: Register) -> None:
    """Take it in."""
    long_work.tell_here(ask_contracts.take_in(viewer, file), above, told)


def read(work: Work, otherwise: str) -> RegisterLoaded:
    """What was read; until it was, how far it is. `otherwise` leads on where it was stopped."""
    if not long_work.is_over(work):
        long_work.wait(work)
    found = loaded(work)
    if found is None:
        if work.end is not End.REFUSED or given is None:
            long_work.put_away(work, otherwise)
        st.stop()
    return found


def offered(found: RegisterLoaded, file: Register) -> None:
    """What it says, with the button that takes it in."""
    counts(found)
    if found.already:
        show.note(
            f"This register was taken in before, in {found.batch}; taking it in keeps nothing."
        )
    elif st.button("Take it in", type="primary", key="import-contracts-keep"):
        keep(file)


def read_before() -> None:
    """The register that was read last, for a person who comes back to it."""
    work = long_work.latest(viewer, READ)
    file = work.asked.about if work is not None else None
    if work is None or not isinstance(file, Register):
        show.note("Choose a file to see what it says. Nothing is kept until you say so.")
        return
    found = read(work, "Put this away")
    show.section(f"What {file.name} says")
    offered(found, file)
    long_work.put_away(work)


viewer = who.must(Action.KEEP_REGISTER)
show.heading(
    "Import a contracts register",
    "A register as a council publishes it: every odd value kept as printed, and none guessed.",
)
above = st.empty()
with above.container():
    kept_before()
given = st.file_uploader(
    "Contracts register (CSV or Excel)",
    type=["csv", "txt", "tsv", "xlsx"],
    key="import-contracts-file",
)
left, right = st.columns(2)
publisher = left.text_input(
    "Whose register it is, where the file does not say", max_chars=200, key="import-contracts-whose"
).strip()
sheet = right.text_input(
    "Sheet of the workbook, where several hold something",
    max_chars=100,
    key="import-contracts-sheet",
).strip()
if given is None:
    read_before()
    st.stop()
asked = Register(given.getvalue(), given.name, publisher, sheet or None)
found = read(ask_contracts.read_published(viewer, asked), "Read it again")
show.section("What it says")
offered(found, asked)
if found.warnings:
    by_place(f"Worth a look: {shown_of(len(found.warnings))}", found.warnings)
odd(found)
lines(found.file.contracts)
