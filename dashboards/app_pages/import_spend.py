"""Import spending: what would this file post, and what is wrong with it?

Reader: the finance officer at month end. Figures: `ask_importing.read`, then `ask_importing.post`. This
page only asks and shows.
"""

from dataclasses import replace
from typing import Any

import streamlit as st

from dashboards import (
    acting,
    ask,
    ask_coding,
    ask_columns,
    ask_importing,
    column_forms,
    long_work,
    show,
    spend_shown,
    who,
)
from dashboards.ask_importing import POST, READ, Given
from ledger.money import Money
from ledger.periods import Period
from ledger.problems import Problem
from ledger.wording import counted
from trust_commissioning.files.amounts import read_amount
from trust_commissioning.importing.loading import SpendLoaded, SpendPlan
from trust_commissioning.importing.planning import SpendOptions
from trust_commissioning.importing.remembering import rule_for
from trust_commissioning.roles import Action
from trust_commissioning.under_way import End, Work

SAID, ALSO, OF, POSTED = "import-said", "import-also", "import-of", "import-posted"
LOST = (
    "Should the server stop meanwhile, it was posted whole or not at all: load the file again, and "
    "nothing is posted twice."
)
OVERLAP = {
    "ask": "Say so, and load nothing",
    "continues": "It continues an earlier batch: post the rows that are new",
    "separate": "It is another file whose rows only look the same: post all",
}


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


def posted_before() -> None:
    """What came of the file posted last, until it is put away; while that goes on, only that, and
    after it too where the file is still in its box: beneath, it would be offered once more.
    """
    work = long_work.begun_before(viewer, POST, LOST)
    if work is None:
        return
    told(work)
    in_its_box = st.session_state.get("import-file")
    is_posted = in_its_box is not None and in_its_box.file_id == st.session_state.get(POSTED)
    if work.end is End.DONE and is_posted:
        long_work.put_away(work, "Load another file")
        st.stop()
    long_work.put_away(work)


def told(work: Work) -> None:
    """What came of posting a file."""
    done, file = long_work.ended_well(work, "It was not loaded"), work.asked.about
    if done and isinstance(work.answer, SpendLoaded) and isinstance(file, Given):
        ask_importing.forget_readings(viewer, work)
        spend_shown.answered(work.answer, file.name)


def post(file: Given) -> None:
    """Post it."""
    st.session_state[POSTED] = st.session_state.get(OF)
    long_work.tell_here(ask_importing.post(viewer, file), above, told)


def plan_of(work: Work, otherwise: str) -> SpendPlan:
    """What was read; until it was, how far it is. `otherwise` leads on where it was not."""
    if not long_work.is_over(work):
        long_work.wait(work)
    plan = work.answer if long_work.ended_well(work, "It was not read") else None
    if not isinstance(plan, SpendPlan):
        long_work.put_away(work, otherwise)
        st.stop()
    return plan


def read_before() -> None:
    """The file that was read last, for a person who comes back to it."""
    ask_columns.forget_looks(viewer)
    work = long_work.latest(viewer, READ)
    file = work.asked.about if work is not None else None
    if work is None or not isinstance(file, Given):
        show.note("Choose a file to see what it would post. Nothing is posted until you say so.")
        return
    plan = plan_of(work, "Put this away")
    show.section(f"What {file.name} would post")
    if plan.problems:
        spend_shown.wrong(plan)
    elif offered(plan):
        post(file)
    show.note("Choose the file again to say anything else of it.")
    long_work.put_away(work)


def offered(plan: SpendPlan) -> bool:
    """What would be posted, with the button that posts it; whether it was pressed."""
    if plan.to_post:
        spend_shown.counts(plan)
        label = f"Post {counted(len(plan.to_post), 'journal')}"
    else:
        show.note("Every line of this file was loaded before: loading it posts nothing.")
        label = "Load it again"
    return st.button(label, type="primary", key="import-load")


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
above = st.empty()
with above.container():
    posted_before()
remembered(known)
column_forms.kept(known, viewer, SAID)
given = st.file_uploader(
    "Spending extract (CSV or Excel)", type=["csv", "txt", "tsv", "xlsx"], key="import-file"
)
asked, mistakes = options(known)
if mistakes:
    show.problems(mistakes)
if given is None:
    read_before()
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
plan = plan_of(ask_importing.read(viewer, Given(data, given.name, asked)), "Read it again")
show.section("What it would post")
if plan.problems:
    if said_of is not None and all(one.code in column_forms.UNCLEAR for one in plan.problems):
        show.problems(plan.problems, title="Say above which column is which")
    else:
        spend_shown.wrong(plan)
    st.stop()
if offered(plan):
    remember_as = said_of.remember_as if said_of is not None else None
    post(Given(data, given.name, replace(asked, remember_as=remember_as)))
if plan.to_post and plan.warnings:
    show.table(
        f"Worth a look: {counted(len(plan.warnings), 'remark')}",
        spend_shown.PROBLEMS,
        spend_shown.by_place(plan.warnings),
        see_caption=True,
    )
spend_shown.listed("Lines no rule codes", plan.unmatched, known)
code_in_bulk(plan, known)
spend_shown.listed(
    "Lines with their coding", [x for x in plan.to_post if x.coding], known, coded=True
)
