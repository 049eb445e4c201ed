"""Grant: what does one grant allow, what happened to it, what was it spent on, what is next?

Reader: finance officers, the pool manager, auditors; those who keep the grants act on it here.
Figures: the grant-statement, grant-claim, grant-exposure, map-actions and grant-series reports. This
page only asks and shows.
"""

import secrets
from collections.abc import Callable
from datetime import date

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboards import acting, address, ask, ask_grants, report_view, show, who
from dashboards.ask_grants import OneGrant
from ledger.grant.life import GrantEvent, Life, Step
from ledger.grant.plan import ActionState, Plan, Progress
from ledger.problems import Problem
from ledger.wording import day_in_full
from trust_commissioning import clock
from trust_commissioning.files.amounts import read_amount
from trust_commissioning.reports import Report, Scope
from trust_commissioning.roles import Action, may
from trust_commissioning.sign_ins import SignedIn

SAID = "grant-said"
EARLIEST = date(1990, 4, 1)
NO_DOCUMENT = "No document named"
# What is too wide for a screen is shown as several tables of the same rows.
GIVES = ("allocation", "core", "with_transfers", "announced", "revised", "available")
MOVED = ("allocation", "carried_in", "carried_out", "clawed_back", "spent", "unspent")
CAME = ("allocation", "paid", "recognised", "in_advance", "debtors", "creditors")
PLAN = ("number", "action", "owner", "milestone", "state", "planned", "spent")
EVIDENCE = ("number", "action", "evidence")


def about(found: OneGrant) -> None:
    """What the grant is, in its payer's words where we have them."""
    one = found.programme
    waits = [
        *(["a Management Action Plan is assessed"] if one.needs_plan else []),
        *(["Parliament approves the grant report"] if one.needs_parliament else []),
    ]
    show.facts(
        [
            ("Payer", one.payer),
            ("Paid under", one.legal_power),
            ("Recognised once", " and ".join(waits)),
            ("What is not spent", f"{one.unspent.title}."),
            ("Purposes", "; ".join(purpose.title for purpose in one.purposes)),
            ("Goes into", ", ".join(one.successors)),
        ]
    )
    for condition in one.conditions:
        until = f" (until {day_in_full(condition.ends)})" if condition.ends else ""
        show.note(f"Condition: “{condition.wording}”{until}")


def standing(scope: Scope, known: ask.Known) -> None:
    """The statement in tables a screen has room for, then what could be lost."""
    statement = ask_grants.report("grant-statement", scope)
    own, *others = statement.tables
    for caption, keys in (
        ("What it gives in the year", GIVES),
        ("What became of it", MOVED),
        ("What came from the payer", CAME),
    ):
        columns = [column for column in own.columns if column.key in keys]
        report_view.table(statement, own, known, columns=columns, caption=caption)
    for row in own.rows:
        show.note(f"{row['allocation']}: {row['standing']}. {row['ring_fence']}.", kind="small")
    exposure = ask_grants.report("grant-exposure", scope)
    columns = [column for column in exposure.columns if column.key != "grant"]
    if exposure.rows:
        show.warnings([f"{row['cause']}: {row['amount']}. {row['why']}" for row in exposure.rows])
    report_view.table(
        exposure,
        exposure.tables[0],
        known,
        columns=columns,
        caption="What could be lost",
        nothing="Nothing of this grant is expected to be lost.",
    )
    for part in others:
        report_view.table(statement, part, known)
    show.downloads(statement)


def plan(scope: Scope, known: ask.Known) -> None:
    """The year's plan, action by action."""
    report = ask_grants.report("map-actions", scope)
    if not report.rows:
        return
    show.section("The plan")
    own = report.tables[0]
    columns = [column for column in own.columns if column.key in PLAN]
    report_view.table(report, own, known, columns=columns, group="objective", caption="Actions")
    said = [row for row in own.rows if row["evidence"]]
    if said:
        show.table(
            "Evidence of improvement",
            [column for column in own.columns if column.key in EVIDENCE],
            said,
            see_caption=True,
        )
    for part in report.parts:
        report_view.table(report, part, known)


def spent(scope: Scope, known: ask.Known) -> Report:
    """What it was spent on, by purpose, each line down to its journals: the report it stands in."""
    report = ask_grants.report("grant-claim", scope)
    show.section("What it was spent on")
    own = report.tables[0]
    columns = [column for column in own.columns if column.key not in ("grant", "purpose")]
    report_view.table(
        report, own, known, columns=columns, group="purpose", caption="Eligible spend"
    )
    for part in report.parts:
        report_view.table(report, part, known, columns=None if part.rows else ())
    show.downloads(report)
    return report


def national(scope: Scope, found: OneGrant, known: ask.Known) -> None:
    """Ours beside the national figures."""
    if found.national is None:
        return
    report = ask_grants.report("grant-series", scope)
    show.section("Beside the national figures")
    columns = [column for column in report.columns if column.key != "grant"]
    report_view.table(report, report.tables[0], known, columns=columns, caption="England and ours")


def act(viewer: SignedIn, found: OneGrant, scope: Scope) -> None:
    """What those who keep the grants can record."""
    show.section("Record")
    lives = [one for one in found.lives if scope.year in one.years]
    if not lives:
        show.note("This grant has no allocation for the year shown.")
        return
    with st.expander("An instalment was paid"):
        paid(viewer, lives)
    if any(life.waits_for for life in lives):
        with st.expander("The plan was assessed, or Parliament approved"):
            opened(viewer, [life for life in lives if life.waits_for])
    plans = [one for one in found.plans if one.year == scope.year]
    if plans:
        with st.expander("Progress on an action of the plan"):
            progress(viewer, plans)
    with st.expander("Claim what was spent"):
        claim(viewer, lives, scope)


def done(work: Callable[[], str]) -> None:
    acting.do(work, SAID)


def token(name: str) -> str:
    """What names a form's request; a new one once it was recorded."""
    return str(st.session_state.setdefault(f"grant-{name}", secrets.token_hex(6)))


def recorded(name: str, journal: str, words: str) -> str:
    """What was done, with its journal; the form's next request gets a new name."""
    st.session_state.pop(f"grant-{name}", None)
    return f"{words} Journal {journal}." if journal else f"{words} The books did not move."


def today() -> date:
    return clock.day_of(clock.now())


def day_of(place: DeltaGenerator, label: str) -> date:
    """A day, today unless another is chosen; the box by itself reaches back ten years only."""
    chosen: date = place.date_input(
        label, value=today(), min_value=EARLIEST, max_value=today(), format="DD/MM/YYYY"
    )
    return chosen


def which(lives: list[Life], key: str) -> str:
    references = [life.allocation.reference for life in lives]
    return str(st.selectbox("Allocation", references, key=f"allocation-{key}"))


def paid(viewer: SignedIn, lives: list[Life]) -> None:
    """Cash from the payer; held in advance while the grant waits for something."""
    with st.form("paid", border=False, enter_to_submit=False):
        allocation = which(lives, "paid")
        left, right = st.columns(2)
        typed = left.text_input("Amount (£)", max_chars=40)
        day = day_of(right, "Paid on")
        document = st.text_input("Remittance or letter", max_chars=200)
        wanted = st.form_submit_button("Record the instalment", type="primary")
    if not wanted:
        return
    read = read_amount(typed)
    if isinstance(read, Problem):
        show.problems([read], title="It was not recorded")
        return
    amount = read.money

    def work() -> str:
        event = GrantEvent(step=Step.PAID, day=day, reference=token("paid"), amount=amount)
        made = ask_grants.record(
            viewer, allocation, event, document=document.strip() or NO_DOCUMENT
        )
        held = made.life.books.in_advance
        more = f" {held} is held in advance." if held else ""
        return recorded("paid", made.journal, f"Recorded {amount}.{more}")

    done(work)


def opened(viewer: SignedIn, lives: list[Life]) -> None:
    """One of the things the grant waits for has come."""
    with st.form("opened", border=False, enter_to_submit=False):
        allocation = which(lives, "opened")
        gates = [Step.PLAN_ASSESSED, Step.PARLIAMENT_APPROVED]
        left, right = st.columns(2)
        step = left.selectbox("What happened", gates, format_func=lambda one: one.title)
        day = day_of(right, "On")
        mark = left.text_input("Mark, of an assessment", max_chars=200)
        document = right.text_input("Letter or report", max_chars=200)
        confirmed = st.checkbox("The grant is to be paid", value=True)
        show.note("The assessment decides whether the grant is paid; the mark changes no amount.")
        wanted = st.form_submit_button("Record it", type="primary")
    if not wanted:
        return

    def work() -> str:
        assessed = step is Step.PLAN_ASSESSED
        event = GrantEvent(
            step=step,
            day=day,
            reference=token("opened"),
            mark=mark.strip() if assessed else "",
            confirmed=confirmed if assessed else True,
        )
        made = ask_grants.record(
            viewer, allocation, event, document=document.strip() or NO_DOCUMENT
        )
        return recorded("opened", made.journal, f"{step.title}.")

    done(work)


def progress(viewer: SignedIn, plans: list[Plan]) -> None:
    """What is said of one action, with the evidence that something is better."""
    actions = [(plan, action) for plan in plans for action in plan.actions]
    with st.form("progress", border=False, enter_to_submit=False):
        place = st.selectbox(
            "Action",
            range(len(actions)),
            format_func=lambda n: f"{actions[n][1].number} {actions[n][1].title}",
        )
        left, right = st.columns(2)
        state = left.selectbox("State", list(ActionState), format_func=lambda one: one.title)
        day = day_of(right, "On")
        evidence = st.text_area("What is better, and how it is known", max_chars=2000)
        wanted = st.form_submit_button("Record progress", type="primary")
    if not wanted or state is None:
        return

    def work() -> str:
        plan, action = actions[place]
        said = Progress(action=action.number, day=day, state=state, evidence=evidence.strip())
        ask_grants.note_progress(viewer, plan.allocation, plan.year, said, token("progress"))
        st.session_state.pop("grant-progress", None)
        return f"Action {action.number}: {state.title.lower()}."

    done(work)


def claim(viewer: SignedIn, lives: list[Life], scope: Scope) -> None:
    """Claim what the books say, up to and with the period shown."""
    with st.form("claim", border=False, enter_to_submit=False):
        allocation = which(lives, "claim")
        day = day_of(st.container(), "Claimed on")
        show.note(
            f"What was spent up to and with {scope.period.title}, less what was claimed before."
        )
        wanted = st.form_submit_button("Record the claim", type="primary")
    if not wanted:
        return

    def work() -> str:
        event = GrantEvent(step=Step.CLAIMED, day=day, reference=token("claim"))
        made = ask_grants.claim(viewer, allocation, scope.period, event)
        st.session_state.pop("grant-claim", None)
        return f"Claimed {made.event.amount} of {allocation}."

    done(work)


viewer = who.must(Action.READ_REPORTS)
known = ask.known()
titles = ask_grants.titles()
if not titles:
    show.heading("Grant")
    show.nothing_yet(*ask_grants.NONE_YET)
    st.stop()
boxes = address.Address("grant")
top = st.container()
code = boxes.select("Grant", "code", ask.codes_with_titles(titles), says=lambda one: titles[one])
found = ask_grants.grant(code)
if found is None or known.default is None:
    show.heading("Grant")
    show.nothing_posted(viewer)
    st.stop()
with top:
    show.heading(
        found.programme.title, "What it allows, what happened to it, what it was spent on."
    )
whole = boxes.scope(known, known.default)
scope = Scope(whole.fund, whole.year, whole.to, grant=code)
if said := st.session_state.pop(SAID, ""):
    show.done(said)
about(found)
standing(scope, known)
plan(scope, known)
claimed = spent(scope, known)
national(scope, found, known)
if may(viewer, Action.KEEP_GRANTS):
    act(viewer, found, scope)
show.basis(claimed, viewer)
