"""Enter a journal: what is wrong with it still, and does it balance?

Reader: the finance officer who keys it. Somebody else posts it. This page only asks and shows; what
was typed is read by `drafting`.

Amounts are text boxes on purpose: the grid editor loses digits when somebody types fast.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from html import escape

import streamlit as st

from dashboards import ask, ask_bank, ask_entry, drafting, paper_forms, show, who
from dashboards.drafting import Line
from ledger.journal import Book, Journal, problems_in
from ledger.outcomes import Outcome
from ledger.periods import Period
from ledger.problems import Problem, Refused
from ledger.wording import counted
from trust_commissioning import clock
from trust_commissioning.entering import Typed
from trust_commissioning.files.identifiability import questions_in_journal
from trust_commissioning.reports import Column
from trust_commissioning.reports.shape import Cell
from trust_commissioning.roles import Action
from trust_commissioning.sign_ins import SignedIn
from trust_commissioning.store.journals import StoredJournal

STATE = "entry"
HEAD = ("book", "fund", "period", "narration", "payee")
MOST_LINES = 200
OUTCOMES = {outcome.value: outcome.title for outcome in Outcome}
CHECKED = (
    Column(key="account", title="Account"),
    Column(key="service", title="Service"),
    Column(key="outcome", title="Outcome"),
    Column(key="debit", title="Debit", kind="money"),
    Column(key="credit", title="Credit", kind="money"),
)


PROBLEMS = (
    Column(key="line", title="Line"),
    Column(key="column", title="Column"),
    Column(key="message", title="What is wrong"),
)


def begin(stored: StoredJournal | None = None) -> None:
    """An empty form, or a draft taken up again. The token names the request from now on."""
    journal = stored.journal if stored else None
    token = journal.source_ref if journal else secrets.token_hex(8)
    lines = [Line.of(one) for one in journal.postings] if journal else []
    lines += [Line()] * max(0, 2 - len(lines))
    st.session_state[STATE] = {
        "token": token,
        "form": secrets.token_hex(4),
        "id": stored.id if stored else None,
        "version": stored.version if stored else None,
        "rows": [],
        "tried": False,
        "kept": None,
    }
    if journal:
        for name, value in (
            ("book", journal.book.value),
            ("fund", journal.fund),
            ("period", str(journal.period)),
            ("day", journal.day),
            ("narration", journal.narration),
            ("payee", journal.payee),
        ):
            st.session_state[box(name)] = value
    put_lines(lines)


def go_on(found: Typed, drafts: Mapping[int, StoredJournal]) -> None:
    """Take up what was typed and not saved. A draft that has moved on since is entered anew."""
    said = found.contents
    stored = drafts.get(said["id"]) if said["id"] is not None else None
    begin(stored)
    state = st.session_state
    if stored is None and said["id"] is None:
        state[STATE]["token"] = found.token
    for name in HEAD:
        state[box(name)] = said[name]
    state[box("day")] = date.fromisoformat(said["day"])
    put_lines([Line(**line) for line in said["lines"]])


def as_typed() -> dict[str, object]:
    """The boxes as they stand, right or wrong."""
    state = st.session_state
    return {
        "id": state[STATE]["id"],
        **{name: state.get(box(name)) or "" for name in HEAD},
        "day": state[box("day")].isoformat(),
        "lines": [asdict(line) for line in typed() if line != Line()],
    }


def keep_typed(viewer: SignedIn) -> None:
    """Keep what is typed as soon as it differs from what is kept, and say so."""
    entry, now = st.session_state[STATE], as_typed()
    if entry["kept"] is None:
        # What a form begins with is nobody's typing.
        entry["kept"] = now
    if now != entry["kept"]:
        try:
            ask_entry.keep_typed(viewer, entry["token"], now)
        except Refused as refused:
            show.problems(refused.problems, title="What you typed is not kept by itself")
            return
        entry["kept"] = now
        entry["kept_at"] = clock.now()
    if "kept_at" in entry:
        show.note(
            f"What you typed is kept by itself: {show.moment(entry['kept_at'])}.", kind="small"
        )


def from_bank(known: ask.Known) -> None:
    """A line of the bank that is not in the books, as the journal it leads to: all but its other
    side, which a person knows."""
    key = st.query_params.get("bank", "")
    if not key or st.session_state.get("entry-bank") == key:
        return
    st.session_state["entry-bank"] = key
    found = ask_bank.line(key)
    if found is None:
        return
    of, line = found
    begin()
    state = st.session_state
    state[box("narration")] = " ".join(filter(None, (line.words, line.reference)))[:500]
    if of.fund:
        state[box("fund")] = of.fund
    period = Period.containing(line.day)
    if period in known.open_periods:
        state[box("period")], state[box("day")] = str(period), line.day
    amount = abs(line.amount).plain
    paid_in = line.amount.pence > 0
    put_lines(
        [
            Line(
                account=of.account,
                debit=amount if paid_in else "",
                credit="" if paid_in else amount,
            ),
            Line(debit="" if paid_in else amount, credit=amount if paid_in else ""),
        ]
    )


def box(name: str) -> str:
    """A box's key in this form: another form's boxes have other keys."""
    return f"entry-{st.session_state[STATE]['form']}-{name}"


def put_lines(lines: list[Line]) -> None:
    """Show these lines in place of those there are."""
    rows = [secrets.token_hex(3) for _ in lines]
    st.session_state[STATE]["rows"] = rows
    for row, line in zip(rows, lines, strict=True):
        for name in drafting.PASTED:
            st.session_state[box(f"{row}-{name}")] = getattr(line, name)


def typed() -> list[Line]:
    """The lines as the boxes hold them."""
    state = st.session_state
    return [
        Line(**{name: state.get(box(f"{row}-{name}")) or "" for name in drafting.PASTED})
        for row in state[STATE]["rows"]
    ]


def add_line() -> None:
    st.session_state[STATE]["rows"].append(secrets.token_hex(3))


def remove_line(row: str) -> None:
    st.session_state[STATE]["rows"].remove(row)


def one_to_type_in() -> None:
    """A blank line at the end, so that a person at the keyboard never has to ask for one."""
    rows, lines = st.session_state[STATE]["rows"], typed()
    if len(rows) < MOST_LINES and (not lines or not lines[-1].is_blank):
        add_line()


def choose(label: str, name: str, titles: Mapping[str, str], nothing: str) -> None:
    """A box to choose one code, or none, by its title."""
    st.selectbox(
        label,
        ["", *ask.codes_with_titles(dict(titles))],
        format_func=lambda code: titles.get(code, nothing) if code else nothing,
        key=box(name),
    )


def period_choices(known: ask.Known) -> list[str]:
    """The open periods; a draft's own as well, so that a closed one can be seen and changed."""
    periods = [str(period) for period in known.open_periods]
    now = st.session_state.get(box("period"))
    if now is None:
        today = str(Period.containing(clock.day_of(clock.now())))
        st.session_state[box("period")] = today if today in periods else periods[0]
        move_day()
    elif now not in periods:
        periods.append(now)
    return periods


def move_day() -> None:
    """A day that the period does not hold becomes the period's first."""
    period = Period.parse(st.session_state[box("period")])
    day = st.session_state.get(box("day"))
    if not isinstance(day, date) or not period.holds(day):
        st.session_state[box("day")] = period.starts


def header(known: ask.Known) -> None:
    """What the journal as a whole says."""
    first, second, third, fourth = st.columns([1.2, 2, 1.5, 1.3])
    with first:
        st.selectbox("Book", [b.value for b in Book], format_func=str.capitalize, key=box("book"))
    with second:
        choose("Fund", "fund", known.funds, "Choose a fund")
    with third:
        st.selectbox(
            "Period",
            period_choices(known),
            format_func=lambda text: Period.parse(text).title,
            key=box("period"),
            on_change=move_day,
        )
    with fourth:
        st.date_input("Date", key=box("day"), format="DD/MM/YYYY", min_value=date(1990, 1, 1))
    left, right = st.columns([2, 1])
    left.text_input("What it is for", key=box("narration"), max_chars=500)
    right.text_input("Provider, if any", key=box("payee"), max_chars=200)


def line_boxes(number: int, row: str, known: ask.Known) -> None:
    """The boxes of one line."""
    accounts = {name: f"{title} ({name})" for name, title in known.accounts.items()}
    with st.container(border=True, key=f"line-{row}"):
        account, debit, credit = st.columns([3, 1, 1])
        with account:
            choose(f"Line {number}: account", f"{row}-account", accounts, "Choose an account")
        debit.text_input("Debit (£)", key=box(f"{row}-debit"), max_chars=40)
        credit.text_input("Credit (£)", key=box(f"{row}-credit"), max_chars=40)
        service, outcome, partner, contract, remove = st.columns(
            [1.5, 1.5, 1.3, 1.2, 0.9], vertical_alignment="bottom"
        )
        with service:
            choose("Service", f"{row}-service", known.services, "No service")
        with outcome:
            choose("Outcome", f"{row}-outcome", OUTCOMES, "Not attributed")
        with partner:
            choose("Partner", f"{row}-partner", known.partners, "No partner")
        with contract:
            choose("Contract", f"{row}-contract", known.contracts, "No contract")
        remove.button(
            f"Remove line {number}",
            key=box(f"{row}-remove"),
            on_click=remove_line,
            args=(row,),
            disabled=len(st.session_state[STATE]["rows"]) <= 1,
        )


def balance(read: drafting.Read, fund: str) -> None:
    """Whether debits and credits agree in the fund, said in words and kept in sight."""
    if read.gap:
        side = "debits" if read.gap.pence > 0 else "credits"
        words, state = f"The {side} are {abs(read.gap)} too many", "bad"
    elif read.postings:
        words, state = f"It balances in {fund}" if fund else "It balances", "good"
    else:
        words, state = "No amounts yet", ""
    st.html(
        f'<div class="trust-balance {state}" role="status"><span>Debits '
        f"<strong>{read.debits}</strong></span><span>Credits <strong>{read.credits}</strong>"
        f"</span><strong>{escape(words)}</strong></div>"
    )


def paste(known: ask.Known) -> None:
    """Many lines at once, copied out of a spreadsheet and shown before they are used."""
    with st.expander("Paste lines from a spreadsheet"):
        show.note(
            "Copy five columns: account, service, outcome, debit, credit. Partner and contract may "
            "follow. Codes and titles are both understood."
        )
        text = st.text_area("Lines", key=box("pasted"), height=160, max_chars=60_000)
        if not text.strip():
            return
        lines, problems = drafting.pasted(
            text,
            codes={
                "account": known.accounts,
                "service": known.services,
                "outcome": OUTCOMES,
                "partner": known.partners,
                "contract": known.contracts,
            },
        )
        if problems:
            show.problems(
                [Problem("", f"{counted(len(problems), 'problem')} must be mended first.")],
                title="These lines cannot be used yet",
            )
            show.table("What is wrong", PROBLEMS, map(by_place, problems), see_caption=True)
        show.table(
            "The lines as they were read",
            CHECKED,
            [{column.key: getattr(line, column.key) for column in CHECKED} for line in lines],
        )
        if lines and not problems:
            st.button("Use these lines", on_click=put_lines, args=(lines,), key=box("use"))


def by_place(problem: Problem) -> dict[str, Cell]:
    """A problem with the line and the column of what was pasted."""
    line = f"{problem.row:,}" if problem.row is not None else "All"
    return {"line": line, "column": problem.column or "", "message": problem.message}


def asked_for(read: drafting.Read) -> Journal:
    """The journal as the boxes stand."""
    state = st.session_state
    return drafting.journal(
        read,
        book=Book(state[box("book")]),
        fund=state[box("fund")],
        period=Period.parse(state[box("period")]),
        day=state[box("day")],
        narration=state[box("narration")] or "",
        payee=state[box("payee")] or "",
        token=state[STATE]["token"],
    )


@st.fragment
def form(known: ask.Known) -> None:
    """The form by itself: typing reruns this and nothing else of the page."""
    viewer = who.must(Action.ENTER_JOURNAL)
    entry = st.session_state[STATE]
    header(known)
    one_to_type_in()
    for number, row in enumerate(entry["rows"], 1):
        line_boxes(number, row, known)
    paste(known)
    read = drafting.read_lines(typed())
    balance(read, known.funds.get(st.session_state.get(box("fund")) or "", ""))
    draft = asked_for(read)
    if entry["tried"]:
        found = drafting.by_line(problems_in(draft, ask.standing()), read, fund=draft.fund)
        if found:
            show.problems(found, title="Before it can be submitted")
    elif read.problems:
        show.problems(read.problems, title="Still to be mended")
    show.warnings([str(question) for question in questions_in_journal(draft)])
    if entry["id"] is not None:
        paper_forms.listed(viewer, ask_entry.papers(entry["id"]), known.people, said="entry-said")
    files = paper_forms.taking(box("files"))
    keep_typed(viewer)
    with st.container(horizontal=True):
        submit = st.button("Submit for posting", type="primary", key=box("submit"))
        save = st.button("Save as a draft", key=box("save"))
    if submit or save:
        send(viewer, draft, read, files, submit=submit)


def send(
    viewer: SignedIn,
    draft: Journal,
    read: drafting.Read,
    files: Sequence[ask_entry.File],
    *,
    submit: bool,
) -> None:
    """Submit or keep it; what stops that is shown, all of it."""
    entry = st.session_state[STATE]
    if submit and (read.problems or problems_in(draft, ask.standing())):
        entry["tried"] = True
        st.rerun()
    if read.problems:
        show.problems(read.problems, title="It was not saved")
        return
    try:
        ask_entry.send(viewer, draft, entry["id"], entry["version"], submit=submit, files=files)
    except Refused as refused:
        show.problems(
            drafting.by_line(refused.problems, read, fund=draft.fund), title="It was not saved"
        )
        return
    st.session_state["entry-said"] = (
        "Submitted. Somebody else posts it." if submit else "Saved as a draft."
    )
    del st.session_state[STATE]
    st.rerun()


def not_saved(viewer: SignedIn) -> None:
    """What a person typed and never saved, to go on with or to throw away."""
    now = st.session_state[STATE]["token"]
    found = [one for one in ask_entry.typed(viewer) if one.token != now]
    if not found:
        return
    drafts = {
        stored.id: stored for stored, _ in ask.own_unposted(viewer) if stored.status == "draft"
    }
    show.section("Typed and not saved")
    for one in found:
        words = one.contents["narration"] or "Nothing said yet"
        lines = counted(len(one.contents["lines"]), "line")
        show.note(f"{words}: {lines}, kept on {show.moment(one.saved_at)}.")
        with st.container(horizontal=True):
            st.button("Go on", key=f"on-{one.token}", on_click=go_on, args=(one, drafts))
            if st.button("Throw it away", key=f"forget-{one.token}"):
                ask_entry.forget(viewer, one.token)
                st.session_state["entry-said"] = "What was typed was thrown away."
                st.rerun()


def own(viewer: SignedIn, known: ask.Known) -> None:
    """A person's drafts, and what they submitted that waits."""
    unposted = ask.own_unposted(viewer)
    if not unposted:
        return
    show.section("Yours, not posted yet")
    for stored, why in unposted:
        journal = stored.journal
        with st.container(border=True):
            waits = stored.status == "submitted"
            show.facts(
                [
                    ("Where it stands", "Waits to be posted" if waits else "Draft"),
                    ("Sent back because", why),
                    ("What it is for", journal.narration or "Nothing said yet"),
                    ("Fund", known.funds.get(journal.fund, journal.fund)),
                    ("Period", journal.period.title),
                    ("Debits", str(journal.debits)),
                ]
            )
            with st.container(horizontal=True):
                if waits:
                    if st.button("Take it back", key=f"back-{stored.id}"):
                        take_back(viewer, stored)
                else:
                    st.button("Open", key=f"open-{stored.id}", on_click=begin, args=(stored,))
                    if st.button("Throw away", key=f"away-{stored.id}"):
                        throw_away(viewer, stored)


def take_back(viewer: SignedIn, stored: StoredJournal) -> None:
    try:
        ask.send_back(viewer, stored.id, "Taken back by its author.")
    except Refused as refused:
        show.problems(refused.problems)
    else:
        st.session_state["entry-said"] = "It is a draft again."
        st.rerun()


def throw_away(viewer: SignedIn, stored: StoredJournal) -> None:
    try:
        ask.withdraw(viewer, stored.id)
    except Refused as refused:
        show.problems(refused.problems)
    else:
        if st.session_state.get(STATE, {}).get("id") == stored.id:
            del st.session_state[STATE]
        st.session_state["entry-said"] = "The draft was thrown away."
        st.rerun()


viewer = who.must(Action.ENTER_JOURNAL)
known = ask.known()
show.heading("Enter a journal", "You key it, somebody else posts it.")
if said := st.session_state.pop("entry-said", ""):
    show.done(said)
if not known.funds or not known.open_periods:
    show.note("There is no fund or no open period yet, so nothing can be entered.")
    st.stop()
from_bank(known)
if STATE not in st.session_state:
    begin()
form(known)
not_saved(viewer)
own(viewer, known)
