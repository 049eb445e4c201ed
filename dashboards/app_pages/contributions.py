"""Contributions: who put in what, who owes what, how old is it, what is disputed?

Reader: the pool manager and every partner, who see the same figures; those who keep the pool act on
them here. Figures: the contributions and partner-position reports. This page only asks and shows.
"""

import secrets
from collections.abc import Callable
from datetime import date

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboards import acting, address, ask, ask_pool, report_view, saved_views, show, who
from dashboards.ask_pool import Owed, ToDo
from ledger.money import NIL, Money
from ledger.periods import Period
from ledger.pool.disputes import Step, StepKind
from ledger.problems import Problem
from ledger.wording import counted, day_in_full
from trust_commissioning import clock
from trust_commissioning.files.amounts import read_amount
from trust_commissioning.reports import Report, Scope
from trust_commissioning.roles import Action, may
from trust_commissioning.sign_ins import SignedIn

SAID = "contributions-said"
LETTER = "contributions-letter"
# What is too wide for a screen is shown as two tables of the same rows.
GIVEN = ("fund_title", "partner_title", "agreed", "client_charges", "due", "in_cash", "in_kind")
PAID = ("fund_title", "partner_title", "raised", "received", "outstanding", "disputed")
OWED = ("fund_title", "partner_title", "opening", "raised", "received", "other", "outstanding")
NOW = ("fund_title", "partner_title", "outstanding", "disputed", "undisputed", "in_advance")


def summary(given: Report, owed: Report, scope: Scope, known: ask.Known) -> None:
    """Both reports by partner, each in tables a screen has room for."""
    for caption, report, keys in (
        ("What each partner puts in", given, GIVEN),
        ("What became of the year’s instalments", given, PAID),
        ("What moved in the year", owed, OWED),
        ("What stands now", owed, NOW),
    ):
        columns = [c for c in report.columns if c.key in keys]
        own = report.tables[0]
        report_view.table(report, own, known, columns=columns, caption=caption, group=over(scope))


def over(scope: Scope) -> str:
    """What rows stand under: over all funds their fund, whose name is not said in every row."""
    return "" if scope.fund else "fund_title"


def details(given: Report, owed: Report, scope: Scope, known: ask.Known) -> None:
    """The further tables: ages and disputes, then each instalment under its partner."""
    for report in (owed, given):
        for part in report.parts:
            if report is given and part.key == "disputes":
                continue
            of_funds = any(column.key == "fund_title" for column in part.columns)
            group = over(scope) if of_funds else ""
            if scope.fund and part.key == "instalments":
                group = "partner_title"
            columns = [c for c in part.columns if c.key != "fund_title"]
            rows = (
                sorted(part.rows, key=lambda row: str(row.get(group, ""))) if group else part.rows
            )
            by_fund = part.model_copy(update={"rows": tuple(rows)})
            report_view.table(report, by_fund, known, columns=columns, group=group)
    for note in given.notes:
        show.note(note)
    show.downloads(owed)
    show.downloads(given)
    show.basis(owed, viewer)


def act(viewer: SignedIn, fund: str, known: ask.Known) -> None:
    """What those who keep the pool can do about one fund."""
    found = ask_pool.to_do(fund)
    show.section("Record")
    period = period_box(known)
    if found.due:
        show.note(f"Fallen due and not in the books yet: {counted(found.due, 'instalment')}.")
        if st.button("Raise what is due", type="primary"):
            done(lambda: _raised(viewer, fund, period))
    with st.expander("Money received"):
        receipt(viewer, fund, known, period)
    if found.owed:
        with st.expander("A partner disputes an instalment"):
            dispute(viewer, found, known)
        with st.expander("Write to a partner for what is overdue"):
            chase(viewer, fund, found, known)
    if found.disputes:
        with st.expander("Go on with a dispute, or end it"):
            step(viewer, found, period)


def _raised(viewer: SignedIn, fund: str, period: Period | None) -> str:
    raised = ask_pool.raise_due(viewer, fund, period)
    total = Money.total(one.amount for one in raised)
    return f"Raised {counted(len(raised), 'instalment')}: {total}."


def done(work: Callable[[], str]) -> None:
    acting.do(work, SAID)


def amount_of(text: str) -> Money | None:
    """What was typed, or the problem shown."""
    read = read_amount(text)
    if isinstance(read, Problem):
        show.problems([read], title="It was not recorded")
        return None
    return read.money


def token(name: str) -> str:
    """What names a form's request; a new one once it was recorded."""
    key = f"contributions-{name}"
    return str(st.session_state.setdefault(key, secrets.token_hex(6)))


def day_box(place: DeltaGenerator, label: str) -> date:
    """A day, as far back as any books go."""
    day = place.date_input(
        label,
        value=clock.day_of(clock.now()),
        min_value=date(1990, 1, 1),
        format="DD/MM/YYYY",
    )
    assert isinstance(day, date), "one day is asked for, not a range"
    return day


def period_box(known: ask.Known) -> Period | None:
    """Where to enter what came late: the day's own period unless that is closed."""
    open_now = {str(one): one for one in known.open_periods}
    chosen = st.selectbox(
        "Enter into",
        ["", *open_now],
        format_func=lambda name: open_now[name].title if name else "The day’s own period",
    )
    return open_now.get(chosen)


def receipt(viewer: SignedIn, fund: str, known: ask.Known, period: Period | None) -> None:
    """A receipt; it pays the oldest undisputed instalment, and the rest is held."""
    with st.form("receipt", border=False, enter_to_submit=False):
        left, right = st.columns(2)
        partner = left.selectbox(
            "From",
            ["", *ask.codes_with_titles(known.partners)],
            format_func=lambda code: known.partners.get(code, "Not known yet"),
        )
        typed = right.text_input("Amount (£)", max_chars=40)
        day = day_box(left, "Received on")
        reference = right.text_input("Bank or remittance reference", max_chars=60)
        words = st.text_input("What it said", max_chars=200)
        wanted = st.form_submit_button("Record the receipt", type="primary")
    if not wanted or (amount := amount_of(typed)) is None:
        return

    def work() -> str:
        name = reference.strip() or token("receipt")
        got = ask_pool.receive(viewer, fund, partner, amount, day, name, words.strip(), period)
        st.session_state.pop("contributions-receipt", None)
        paid = Money.total(one.amount for one in got.paid)
        held = f" {got.held} is held." if got.held else ""
        return f"Recorded as journal {got.journal}: {paid} pays what is owed.{held}"

    done(work)


def _says(one: Owed, known: ask.Known) -> str:
    whose = known.partners.get(one.partner, one.partner)
    return f"{whose}, {day_in_full(one.day)}: {one.outstanding} outstanding"


def dispute(viewer: SignedIn, found: ToDo, known: ask.Known) -> None:
    """Some of an instalment is denied; nothing is posted and the whole stays owed."""
    with st.form("dispute", border=False, enter_to_submit=False):
        which = st.selectbox(
            "Instalment", range(len(found.owed)), format_func=lambda n: _says(found.owed[n], known)
        )
        left, right = st.columns(2)
        typed = left.text_input("Amount disputed (£)", max_chars=40)
        day = day_box(right, "Disputed on")
        reason = st.text_area("Because", max_chars=2000)
        wanted = st.form_submit_button("Record the dispute", type="primary")
    if not wanted or (amount := amount_of(typed)) is None:
        return
    if not reason.strip():
        show.problems([Problem("reason_missing", "Say why it is disputed.", "reason")])
        return

    def work() -> str:
        ask_pool.dispute(viewer, found.owed[which], amount, day, token("dispute"), reason.strip())
        st.session_state.pop("contributions-dispute", None)
        return f"{amount} is disputed. It stays owed, and ages, until the dispute ends."

    done(work)


def step(viewer: SignedIn, found: ToDo, period: Period | None) -> None:
    """A note, a resolution or a withdrawal."""
    kinds = list(StepKind)
    with st.form("step", border=False, enter_to_submit=False):
        which = st.selectbox(
            "Dispute",
            range(len(found.disputes)),
            format_func=lambda n: f"{found.disputes[n].reference}: {found.disputes[n].amount}",
        )
        left, middle, right = st.columns(3)
        kind = left.selectbox("What happened", kinds, format_func=lambda one: one.title)
        typed = middle.text_input("Comes off the debt (£)", max_chars=40, value="0.00")
        day = day_box(right, "On")
        words = st.text_area("In words", max_chars=2000)
        wanted = st.form_submit_button("Record it", type="primary")
    if not wanted or (amount := amount_of(typed)) is None:
        return
    if not words.strip():
        show.problems([Problem("reason_missing", "Say in words what happened.", "words")])
        return

    def work() -> str:
        made = Step(
            reference=token("step"), day=day, kind=kind, words=words.strip(), reduced=amount
        )
        journal = ask_pool.take_step(viewer, found.disputes[which].reference, made, period)
        st.session_state.pop("contributions-step", None)
        less = f" {amount} came off the debt, journal {journal}." if amount != NIL else ""
        return f"{kind.title}.{less}"

    done(work)


def chase(viewer: SignedIn, fund: str, found: ToDo, known: ask.Known) -> None:
    """A letter for what is overdue and not disputed, kept as it was sent."""
    partners = ask_pool.partners(known, found)
    with st.form("chase", border=False, enter_to_submit=False):
        left, right = st.columns(2)
        partner = left.selectbox("Partner", list(partners), format_func=lambda code: partners[code])
        day = day_box(right, "On")
        to = st.text_input("To whom", max_chars=200)
        wanted = st.form_submit_button("Write the letter", type="primary")
    if not wanted:
        return
    if not to.strip():
        show.problems([Problem("reason_missing", "Say to whom the letter goes.", "to")])
        return

    def work() -> str:
        text = ask_pool.chase(viewer, fund, partner, day, token("chase"), to.strip())
        st.session_state.pop("contributions-chase", None)
        st.session_state[LETTER] = text
        return "The letter is written and kept."

    done(work)


viewer = who.must(Action.READ_REPORTS)
known = ask.known()
show.heading("Contributions", "Who puts in what, who owes what, how old it is. The same for all.")
if known.default is None:
    if ask_pool.has_agreements():
        show.nothing_posted(viewer)
    else:
        show.nothing_yet(*ask_pool.NONE_YET)
    st.stop()
boxes = address.Address("contributions")
scope = boxes.scope(known, known.default)
saved_views.offer(viewer, boxes)
if said := st.session_state.pop(SAID, ""):
    show.done(said)
if letter := st.session_state.pop(LETTER, ""):
    st.text(letter)
given = ask_pool.report("contributions", scope)
owed = ask_pool.report("partner-position", scope)
summary(given, owed, scope, known)
if may(viewer, Action.KEEP_POOL):
    if scope.fund:
        act(viewer, scope.fund, known)
    else:
        show.note("Choose a fund to raise what is due, or to record a receipt or a dispute.")
details(given, owed, scope, known)
