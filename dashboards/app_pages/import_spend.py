"""Import spending: what would this file post, and what is wrong with it?

Reader: the finance officer at month end. Figures: `ask.preview`, then `ask.load`. This page only asks
and shows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from dashboards import acting, address, ask, ask_coding, column_forms, show, who
from ledger.money import Money
from ledger.periods import Period
from ledger.problems import Problem, Refused
from ledger.wording import counted
from trust_commissioning.files.amounts import read_amount
from trust_commissioning.importing.loading import SpendLoaded, SpendPlan
from trust_commissioning.importing.planning import PlannedLine, SpendOptions
from trust_commissioning.importing.rejects import rejected_rows_csv
from trust_commissioning.importing.remembering import rule_for
from trust_commissioning.reports import Column
from trust_commissioning.reports.shape import Cell
from trust_commissioning.roles import Action

SHOWN = 50
SAID, ALSO, OF = "import-said", "import-also", "import-of"
SKIPPED = {
    "blank_row": "Blank row",
    "heading_row": "The headings again",
    "total_row": "A printed total",
    "not_selected": "Not selected",
    "nil_amount": "Nil amount",
}
OVERLAP = {
    "ask": "Say so, and load nothing",
    "continues": "It continues an earlier batch: post the rows that are new",
    "separate": "It is another file whose rows only look the same: post all",
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


def options(known: ask.Known) -> tuple[SpendOptions | None, list[Problem]]:
    """What the person says of the file; None where they have not said it, or said it wrongly."""
    left, right = st.columns(2)
    with left:
        fund = st.selectbox(
            "Fund, where no rule says another",
            ask.codes_with_titles(known.funds),
            index=None,
            placeholder="Choose a fund",
            format_func=lambda code: known.funds[code],
            key="import-fund",
        )
        control = st.text_input(
            "Control total (£), if you have one",
            key="import-control",
            help="What the lines you select should come to. A file that does not agree is refused.",
        )
    with right:
        titles = ask.profile_titles()
        profile = st.selectbox(
            "How the file is laid out",
            ["", *titles],
            format_func=lambda name: titles.get(name, name) if name else "Find out by the headings",
            key=column_forms.PROFILE,
        )
        where = st.text_input(
            "Only lines where (column = value)",
            key="import-where",
            placeholder="Service Label = Children's Services",
            help="Several are parted by semicolons; a column given twice takes either value.",
        )
    more = more_choices(known)
    total = control_total(control)
    pairs = selection(where)
    problems = [found for found in (total, pairs) if isinstance(found, Problem)]
    if isinstance(total, Problem) or isinstance(pairs, Problem) or fund is None:
        return None, problems
    said = SpendOptions(fund=fund, profile=profile or None, where=pairs, control_total=total)
    return replace(said, **more), []


def more_choices(known: ask.Known) -> dict[str, Any]:
    """What is seldom needed, by the names `SpendOptions` has for it."""
    with st.expander("More choices"):
        rounds = st.checkbox(
            "Round fractions of a penny, halves away from zero; each is recorded",
            key="import-rounds",
        )
        refuse = st.checkbox(
            "Refuse the file if any line has no coding rule", key="import-unmatched"
        )
        late = st.selectbox(
            "Lines of periods that are closed",
            ["", *(str(period) for period in known.open_periods)],
            format_func=lambda text: (
                f"Put into {Period.parse(text).title}, keeping their own date"
                if text
                else "Refuse the file"
            ),
            key="import-late",
        )
        how = st.radio(
            "If some of its rows were loaded before",
            list(OVERLAP),
            key="import-overlap",
            format_func=OVERLAP.__getitem__,
        )
        batch = ""
        if how == "continues":
            batch = st.text_input(
                "Which batch does it continue?", key="import-batch", placeholder="B-00001"
            )
    return {
        "round_pence": rounds,
        "refuse_unmatched": refuse,
        "late_into": Period.parse(late) if late else None,
        "continues": batch.strip() or None,
        "separate": how == "separate",
    }


def control_total(text: str) -> Money | Problem | None:
    """The total as typed; None where none was."""
    if not text.strip():
        return None
    read = read_amount(text)
    return Problem(read.code, read.message) if isinstance(read, Problem) else read.money


def selection(text: str) -> tuple[tuple[str, str], ...] | Problem:
    """Pairs of column and value."""
    pairs = []
    for part in text.split(";"):
        if not part.strip():
            continue
        column, sign, value = part.partition("=")
        if not sign or not column.strip():
            return Problem(
                "selection_unreadable",
                f"“{part.strip()}” is not a selection; write a column, an equals sign and a value.",
            )
        pairs.append((column.strip(), value.strip()))
    return tuple(pairs)


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


def answered(loaded: SpendLoaded) -> None:
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


def code_in_bulk(plan: SpendPlan, known: ask.Known) -> None:
    """The means to code the lines no rule knows, by supplier: for this file, or from now on."""
    found = ask_coding.printed_names(plan.unmatched)
    if not found:
        return
    show.section("Code the lines no rule codes")
    show.note(
        "Choose suppliers, then what their lines are for. Outcomes follow the service. What is "
        "remembered codes the next file as well."
    )
    expenses = {name: t for name, t in known.accounts.items() if name.startswith("Expenses:")}
    with st.form("code", border=False, enter_to_submit=False):
        chosen = st.multiselect(
            "Suppliers as printed",
            list(found),
            format_func=lambda name: f"{name} ({counted(found[name], 'line')})",
        )
        left, middle, right = st.columns(3)
        account = left.selectbox(
            "Account", ask.codes_with_titles(expenses), format_func=expenses.__getitem__
        )
        service = middle.selectbox(
            "Service",
            ["", *ask.codes_with_titles(known.services)],
            format_func=lambda code: known.services.get(code, "No service"),
        )
        contract = right.selectbox(
            "Contract",
            ["", *ask.codes_with_titles(known.contracts)],
            format_func=lambda code: f"{code} {known.contracts[code]}" if code else "No contract",
        )
        keep = st.checkbox("Remember this for the next file", value=True)
        wanted = st.form_submit_button("Code these lines", type="primary")
    if not wanted:
        return
    if not chosen:
        show.problems([Problem("", "Choose at least one supplier.")], title="Nothing was coded")
        return
    rule = rule_for(chosen, account=account, service=service, contract=contract)

    def work() -> str:
        if keep:
            ask_coding.remember(viewer, rule)
            return f"Remembered for {counted(len(chosen), 'supplier')}, and used below."
        ours = st.session_state.setdefault(ALSO, [])
        ours.append(rule.model_copy(update={"code": f"this-file-{len(ours) + 1}"}))
        return f"Coded for {counted(len(chosen), 'supplier')}, in this file alone."

    acting.do(work, SAID, title="Nothing was coded")


def remembered(known: ask.Known) -> None:
    """What is remembered, each with the means to take it back."""
    found = ask_coding.remembered()
    if not found:
        return
    with st.expander(f"Remembered codings: {len(found):,}"):
        for one in found:
            left, right = st.columns([4, 1], vertical_alignment="center")
            (condition,) = one.rule.when
            with left:
                service = known.services.get(one.rule.service or "", "no service")
                account = known.accounts.get(one.rule.account, one.rule.account)
                show.note(
                    f"{', '.join(condition.equals or ())}: {account}, {service}. "
                    f"{known.person(one.by)}, {show.moment(one.at)}."
                )
            if right.button("Take back", key=f"take-back-{one.rule.code}"):

                def work(code: str = one.rule.code) -> str:
                    ask_coding.take_back(viewer, code)
                    return "It is taken back. What it coded stays as it was posted."

                acting.do(work, SAID)


viewer = who.must(Action.IMPORT_FILE)
known = ask.known()
show.heading(
    "Import spending",
    "A council’s extract becomes journals, one for each line: whole or not at all.",
)
if not known.funds:
    show.note("There is no fund yet. Bring one in with trust apply, then come back.")
    st.stop()
if said := st.session_state.pop(SAID, ""):
    show.done(said)
remembered(known)
column_forms.kept(known, viewer, SAID)
given = st.file_uploader(
    "Spending extract (CSV or Excel)", type=["csv", "txt", "tsv", "xlsx"], key="import-file"
)
asked, mistakes = options(known)
if mistakes:
    show.problems(mistakes)
if given is None:
    show.note("Choose a file to see what it would post. Nothing is posted until you say so.")
    st.stop()
if asked is None:
    if not mistakes:
        show.note("Choose the fund to see what the file would post.")
    st.stop()

data = given.getvalue()
if st.session_state.get(OF) != given.file_id:
    # What was coded for one file alone is not for the next.
    st.session_state[OF], st.session_state[ALSO] = given.file_id, []
file = column_forms.File(data, given.name, given.file_id)
said_of = column_forms.said_of(file, asked.profile, viewer, SAID)
asked = replace(
    asked,
    also=tuple(st.session_state[ALSO]),
    layout=said_of.layout if said_of is not None else None,
)
with st.spinner("Reading the file"):
    plan = ask.preview(data, given.name, asked)
show.section("What it would post")
if plan.problems:
    if said_of is not None and all(one.code in column_forms.UNCLEAR for one in plan.problems):
        show.problems(plan.problems, title="Say above which column is which")
    else:
        wrong(plan)
    st.stop()
if plan.to_post:
    counts(plan)
    label = f"Post {counted(len(plan.to_post), 'journal')}"
else:
    show.note("Every line of this file was loaded before: loading it posts nothing.")
    label = "Load it again"
if st.button(label, type="primary", key="import-load"):
    remember_as = said_of.remember_as if said_of is not None else None
    try:
        with st.spinner("Posting"):
            loaded = ask.load(viewer, data, given.name, replace(asked, remember_as=remember_as))
    except Refused as refused:
        show.problems(refused.problems[:SHOWN], title="It was not loaded")
    else:
        answered(loaded)
    st.stop()
if plan.to_post and plan.warnings:
    show.table(
        f"Worth a look: {counted(len(plan.warnings), 'remark')}",
        PROBLEMS,
        by_place(plan.warnings),
        see_caption=True,
    )
listed("Lines no rule codes", plan.unmatched, known)
code_in_bulk(plan, known)
listed("Lines with their coding", [x for x in plan.to_post if x.coding], known, coded=True)
