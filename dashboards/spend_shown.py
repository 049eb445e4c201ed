"""What a spending extract comes to, as the import page shows it: its plan, its problems, its answer."""

from collections.abc import Mapping, Sequence

import streamlit as st

from dashboards import address, ask, show
from ledger.problems import Problem
from ledger.wording import counted
from trust_commissioning.importing.loading import SpendLoaded, SpendPlan
from trust_commissioning.importing.planning import PlannedLine
from trust_commissioning.importing.rejects import rejected_rows_csv
from trust_commissioning.reports import Column
from trust_commissioning.reports.shape import Cell

SHOWN = 50
SKIPPED = {
    "blank_row": "Blank row",
    "heading_row": "The headings again",
    "total_row": "A printed total",
    "not_selected": "Not selected",
    "nil_amount": "Nil amount",
}
LINE = (
    Column(key="row", title="Row"),
    Column(key="day", title="Date"),
    Column(key="supplier", title="Provider as printed"),
    Column(key="narration", title="What it is for"),
    Column(key="fund", title="Fund"),
)
CODED = (
    Column(key="account", title="Account"),
    Column(key="service", title="Service"),
    Column(key="rule", title="Rule"),
)
AMOUNT = Column(key="amount", title="Amount", kind="money")
PROBLEMS = (
    Column(key="row", title="Row"),
    Column(key="column", title="Column"),
    Column(key="message", title="What is wrong"),
)


def counts(plan: SpendPlan) -> None:
    """What was read, what would be posted, what was skipped, what the totals say."""
    file = plan.file
    show.cards(
        [
            show.Card(
                "To be posted",
                str(plan.total),
                counted(len(plan.to_post), "line") + f", of {counted(file.rows_read, 'row')} read.",
            ),
            show.Card(
                "Without a rule",
                counted(len(plan.unmatched), "line"),
                "They go to Expenses:Unallocated, not attributed.",
            ),
            show.Card("Not attributed", str(plan.not_attributed), "Spend with no outcome yet."),
            totals_card(plan),
        ]
    )
    earlier = len(plan.lines) - len(plan.to_post)
    if earlier:
        show.note(
            f"{counted(earlier, 'line')} came with an earlier file and will not be posted again"
            + (f"; this file continues batch {plan.continues}." if plan.continues else ".")
        )
    if plan.lineage_total is not None:
        show.note(
            f"With the batches it continues it will come to {plan.lineage_total}; the file itself "
            f"comes to {file.selected_total}."
        )
    if file.skipped:
        show.table(
            "Rows that were skipped",
            (Column(key="why", title="Why"), Column(key="rows", title="Rows", kind="count")),
            [{"why": SKIPPED.get(why, why), "rows": n} for why, n in file.skipped.items()],
            see_caption=True,
        )


def totals_card(plan: SpendPlan) -> show.Card:
    """The totals it was held against, said in words."""
    file, control = plan.file, plan.options.control_total
    if control is not None:
        agrees = control == file.selected_total
        return show.Card(
            "Control total",
            str(control),
            f"The selected lines come to {file.selected_total}.",
            state="good" if agrees else "bad",
            state_words="Agrees" if agrees else "Does not agree",
        )
    if file.printed_total is not None:
        agrees = file.printed_total == file.file_total
        return show.Card(
            "Total the file prints",
            str(file.printed_total),
            f"All its lines come to {file.file_total}.",
            state="good" if agrees else "bad",
            state_words="Agrees" if agrees else "Does not agree",
        )
    return show.Card(
        "Control total", "None", "Nothing says what the lines should come to; they were not held."
    )


def listed(
    title: str, planned: Sequence[PlannedLine], known: ask.Known, *, coded: bool = False
) -> None:
    """Some of the lines, and how many there are."""
    if not planned:
        return
    more = f", the first {SHOWN} shown" if len(planned) > SHOWN else ""
    show.table(
        f"{title}: {counted(len(planned), 'line')}{more}",
        (*LINE, *(CODED if coded else ()), AMOUNT),
        [line(one, known) for one in planned[:SHOWN]],
        see_caption=True,
        whole=["row", "day"],
    )


def line(one: PlannedLine, known: ask.Known) -> dict[str, Cell]:
    """A line with what it is coded to."""
    coding = one.coding
    return {
        "row": f"{one.line.row:,}",
        "day": show.short_day(one.line.day),
        "supplier": one.line.supplier,
        "narration": one.journal.narration,
        "fund": known.funds.get(one.journal.fund, one.journal.fund),
        "account": known.accounts.get(coding.account, coding.account) if coding else "",
        "service": known.services.get(coding.service or "", "") if coding else "",
        "rule": coding.rule if coding else "",
        "amount": one.line.amount,
    }


def by_place(found: Sequence[Problem]) -> list[Mapping[str, Cell]]:
    """Problems with the row and column a spreadsheet shows."""
    return [
        {
            "row": f"{one.row:,}" if one.row is not None else "The file",
            "column": one.column or "",
            "message": one.message,
        }
        for one in found[:SHOWN]
    ]


def wrong(plan: SpendPlan) -> None:
    """Why the file cannot be loaded, with its bad rows to take away and mend."""
    show.problems(
        [
            Problem(
                "",
                f"{counted(len(plan.problems), 'problem')} must be mended first. A file is "
                "loaded whole or not at all, so nothing was posted.",
            )
        ],
        title="This file cannot be loaded",
    )
    more = f" (the first {SHOWN} of {len(plan.problems):,})" if len(plan.problems) > SHOWN else ""
    show.table(f"What is wrong{more}", PROBLEMS, by_place(plan.problems), see_caption=True)
    st.download_button(
        "Download the bad rows as CSV",
        lambda: rejected_rows_csv(plan.file).encode("utf-8-sig"),
        file_name=f"problems-{plan.file.name}.csv",
        mime="text/csv",
        on_click="ignore",
    )


def answered(loaded: SpendLoaded, name: str) -> None:
    """What loading it did."""
    if not loaded.rows_posted:
        show.done(
            f"Nothing was posted: every line of this file was loaded before, in batch "
            f"{loaded.batch}.",
            [("See its journals", address.link("journals", {"batch": loaded.batch}))],
        )
        return
    show.done(
        f"Loaded as batch {loaded.batch}: {counted(loaded.journals, 'journal')}, "
        f"{loaded.total}, numbered {loaded.first_journal} to {loaded.last_journal}.",
        [("See its journals", address.link("journals", {"batch": loaded.batch}))],
    )
    together = loaded.lineage_total
    show.facts(
        [
            ("File", name),
            ("Posted", str(loaded.total)),
            ("With the batches it continues", "" if together is None else str(together)),
            ("Rows read", f"{loaded.rows_read:,}"),
            ("Rows posted", f"{loaded.rows_posted:,}"),
            ("Rows loaded before", f"{loaded.rows_loaded_before:,}"),
            ("Not attributed", str(loaded.not_attributed)),
            ("Lines with no rule", f"{loaded.rows_unmatched:,}"),
            ("SHA-256 of the file", loaded.file_sha256),
        ]
    )
