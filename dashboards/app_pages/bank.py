"""Bank reconciliation: does the bank say what the books say, and what has each that the other has not?

Reader: the finance officer at month end; an auditor. Figures: `ask_bank.account` and the
bank-reconciliation report. This page only asks and shows.
"""

from collections.abc import Mapping, Sequence

import streamlit as st

from dashboards import acting, address, ask, ask_bank, show, who
from ledger.money import Money
from ledger.problems import Problem
from ledger.wording import counted, day_in_full
from trust_commissioning import clock
from trust_commissioning.files.amounts import read_amount
from trust_commissioning.reports import Column
from trust_commissioning.reports.bank_reconciliation import LINE_COLUMNS, Reconciled, line_row
from trust_commissioning.reports.shape import Cell
from trust_commissioning.roles import Action, may
from trust_commissioning.store.bank import BankAccount, BankLine, Entry

SAID = "bank-said"
BOXES = address.Address("bank")
SHOWN = 100
ENTRIES = (
    Column(key="number", title="Journal"),
    Column(key="day", title="Day"),
    Column(key="age", title="Days", kind="count"),
    Column(key="payee", title="Provider as printed"),
    Column(key="narration", title="What it is for"),
    Column(key="amount", title="Amount", kind="money"),
)
STATEMENT = (
    Column(key="what", title="What"),
    Column(key="amount", title="Amount", kind="money"),
)


def named(of: BankAccount, known: ask.Known) -> str:
    fund = known.funds.get(of.fund, of.fund) if of.fund else "all funds"
    return f"{known.accounts.get(of.account, of.account)}, {fund}"


def chosen(known: ask.Known) -> BankAccount | None:
    """Which bank account, of those there are statements of."""
    there = {f"{of.account} {of.fund}".strip(): of for of in ask_bank.accounts()}
    if not there:
        show.note("No bank statement has been taken in yet.")
        return None
    key = BOXES.select(
        "Bank account", "account", list(there), says=lambda one: named(there[one], known)
    )
    return there[key]


def drawn_up(found: Reconciled) -> None:
    """The reconciliation: from the balance of the books to the balance of the statement."""
    day = day_in_full(found.statement.ends)
    rows: list[dict[str, Cell]] = [
        {"what": f"In the books on {day}", "amount": found.in_books},
        {
            "what": f"Less {counted(len(found.not_on_statement), 'posting')} not on the statement",
            "amount": -found.unpresented,
        },
        {
            "what": f"Plus {counted(len(found.not_in_books), 'line')} not in the books",
            "amount": found.to_enter,
        },
        {"what": "Comes to", "amount": found.comes_to},
        {"what": "On the statement", "amount": found.statement.closing},
    ]
    show.table(f"Reconciliation as at {day}", STATEMENT, rows, see_caption=True)
    show.cards(
        [
            show.Card(
                "Apart by",
                str(found.apart),
                "The books, with what either has alone, beside the statement.",
                state="bad" if found.apart else "good",
                state_words="Does not agree" if found.apart else "Agrees",
            )
        ]
    )


def to_line(row: Mapping[str, Cell], key: str) -> str:
    if key != "line" or str(row["line"]).endswith("/0"):
        return ""
    return address.link("journal-entry", {"bank": row["line"]})


def to_journal(row: Mapping[str, Cell], key: str) -> str:
    return address.link("journal", {"number": row["number"]}) if key == "number" else ""


def both_sides(found: ask_bank.Account, acts: bool) -> None:
    """What the bank has alone, beside what the books have alone."""
    today = clock.day_of(clock.now())
    day = found.statements[-1].ends if found.statements else today
    more = f", the first {SHOWN} shown" if len(found.lines) > SHOWN else ""
    show.table(
        f"On the statement and not in the books: {counted(len(found.lines), 'line')}{more}",
        LINE_COLUMNS,
        [line_row(one, day) for one in found.lines[:SHOWN]],
        links=to_line if acts else None,
        see_caption=True,
        whole=["line", "day"],
        nothing="Every line of the bank is matched with the books.",
    )
    if acts and found.lines:
        show.note("A line’s number leads to journal entry, filled in from it.", kind="small")
    more = f", the newest {SHOWN} shown" if len(found.entries) > SHOWN else ""
    show.table(
        f"In the books and not on the statement: {counted(len(found.entries), 'posting')}{more}",
        ENTRIES,
        [
            {
                "number": one.number,
                "day": day_in_full(one.day),
                "age": max((day - one.day).days, 0),
                "payee": one.payee,
                "narration": one.narration,
                "amount": one.amount,
            }
            for one in found.entries[-SHOWN:]
        ],
        links=to_journal,
        see_caption=True,
        whole=["number", "day"],
        nothing="Every posting is matched with the bank.",
    )


def says_line(one: BankLine) -> str:
    return f"{show.short_day(one.day)} {one.amount} {one.reference} {one.words}"


def says_entry(one: Entry) -> str:
    return f"{one.number} {show.short_day(one.day)} {one.amount} {one.payee or one.narration}"


def by_hand(of: BankAccount, found: ask_bank.Account) -> None:
    """The means to match some of one side with some of the other."""
    show.section("Match by hand")
    with st.form("match", border=False, enter_to_submit=False):
        lines = st.multiselect("Lines of the bank", found.lines, format_func=says_line)
        entries = st.multiselect("Postings of the books", found.entries, format_func=says_entry)
        wanted = st.form_submit_button("Match them", type="primary")
    if wanted:

        def work() -> str:
            ask_bank.match(viewer, of, lines, entries)
            return "They are matched."

        acting.do(work, SAID, title="They were not matched")


def apart(of: BankAccount, found: ask_bank.Account, known: ask.Known) -> None:
    """The last matches, each with the means to take it apart."""
    if not found.matches:
        return
    with st.expander(f"Matched so far: {counted(len(found.matches), 'match', 'matches')}"):
        for one in found.matches[:20]:
            how = "certain, by itself" if one.how == "certain" else "by hand"
            lines = ", ".join(f"{batch}/{row}" for batch, row in one.lines) or "no line"
            left, right = st.columns([4, 1], vertical_alignment="center")
            with left:
                show.note(
                    f"{lines} with {counted(len(one.postings), 'posting')}, {how}, "
                    f"{known.person(one.matched_by)}, {show.moment(one.matched_at)}"
                )
            if right.button("Take apart", key=f"apart-{one.turn}"):

                def work(turn: int = one.turn) -> str:
                    ask_bank.take_apart(viewer, of, turn)
                    return "The match is taken apart."

                acting.do(work, SAID)


def take_in(known: ask.Known) -> None:
    """The means to take in a statement."""
    with st.expander("Take in a bank statement"):
        given = st.file_uploader(
            "Statement (CSV or Excel)", type=["csv", "txt", "xlsx"], key="bank-file"
        )
        assets = {
            name: title for name, title in known.accounts.items() if name.startswith("Assets")
        }
        first = "Assets:Bank" if "Assets:Bank" in assets else next(iter(assets), "")
        options = ask.codes_with_titles(assets)
        left, middle, right = st.columns(3)
        account = left.selectbox(
            "Account", options, index=options.index(first), format_func=assets.__getitem__
        )
        fund = middle.selectbox(
            "Of the fund",
            ["", *ask.codes_with_titles(known.funds)],
            format_func=lambda code: known.funds.get(code, "All funds together"),
        )
        typed = right.text_input("Balance at its end (£), if it prints none", max_chars=40)
        if st.button("Take it in", type="primary", disabled=given is None) and given is not None:
            closing = amount(typed)
            if isinstance(closing, Problem):
                show.problems([closing], title="It was not taken in")
                return

            def work() -> str:
                of = BankAccount(account, fund)
                loaded = ask_bank.load(viewer, of, given.name, given.getvalue(), closing)
                return (
                    f"{counted(loaded.rows_taken, 'line')} taken in, "
                    f"{counted(loaded.rows_loaded_before, 'line')} there before, "
                    f"{loaded.matched:,} matched by itself. Nothing was posted."
                )

            acting.do(work, SAID, title="It was not taken in")


def amount(typed: str) -> Money | Problem | None:
    if not typed.strip():
        return None
    read = read_amount(typed)
    return read if isinstance(read, Problem) else read.money


def whole(of: BankAccount, known: ask.Known, acts: bool) -> None:
    """One account: its reconciliation, both sides, the means to match."""
    found = ask_bank.account(of)
    if found.drawn_up is not None:
        drawn_up(found.drawn_up)
    both_sides(found, acts)
    if acts:
        if (found.lines or found.entries) and len(found.lines) + len(found.entries) > 1:
            by_hand(of, found)
        if found.lines and st.button("Match what is certain now"):

            def work() -> str:
                return f"{counted(ask_bank.match_certain(viewer, of), 'line')} matched by itself."

            acting.do(work, SAID)
        apart(of, found, known)


def reports(known: ask.Known) -> Sequence[tuple[str, str]]:
    if known.default is None:
        return []
    asked = {"report": "bank-reconciliation", **address.of_scope(known.default)}
    return [("The reconciliation as a report", address.link("reports", asked))]


viewer = who.must(Action.READ_JOURNALS)
known = ask.known()
show.heading("Bank", "What the bank says beside what the books say. Nothing is posted by itself.")
if said := st.session_state.pop(SAID, ""):
    show.done(said)
acts = may(viewer, Action.IMPORT_FILE)
if acts:
    take_in(known)
if (of := chosen(known)) is not None:
    whole(of, known, acts)
    show.links_line(reports(known))
