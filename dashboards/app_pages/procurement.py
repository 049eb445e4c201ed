"""Procurement: what is being bought by which route, how do the bids compare, who decided what?

Reader: commissioners, finance officers, the board; those who run a procurement act on it here, by
the moves its state allows them. Figures: the procurements report. This page only asks and shows.
"""

from collections.abc import Callable, Mapping

import streamlit as st

from contracts.lifecycle import PROCUREMENT, ProcurementEvent, allowed
from contracts.procurement import CriterionKind, Procurement, Route, results
from dashboards import (
    address,
    ask,
    ask_choosing,
    register_forms,
    report_view,
    saved_views,
    show,
    who,
)
from dashboards.ask_choosing import Names
from dashboards.register_forms import day_box, keep, parts, pick, request, whole
from ledger.problems import Problem
from trust_commissioning.files.amounts import read_amount
from trust_commissioning.reports import Report, Scope
from trust_commissioning.reports.shape import Cell
from trust_commissioning.roles import Action, may
from trust_commissioning.sign_ins import SignedIn

SAID = "procurement-said"
SHOWN = ("reference", "title", "route", "estimated", "state", "bids", "awarded", "contracts")
Form = Callable[[SignedIn, Procurement, Names], None]


def links(scope: Scope) -> show.Links:
    """A procurement leads to what is said of it on this page, its contract to its own."""

    def link(row: Mapping[str, Cell], key: str) -> str:
        if key == "reference":
            asked = {"of": row["reference"], "year": str(scope.year), "to": scope.to}
            return address.link("procurement", asked)
        return ""

    return link


def every(report: Report, scope: Scope) -> None:
    """All of the year's procurements."""
    show.table(
        "Procurements",
        [column for column in report.columns if column.key in SHOWN],
        report.rows,
        totals=report.totals,
        links=links(scope),
        nothing="No procurement is open in this year.",
    )


def one(report: Report, found: Procurement, names: Names) -> None:
    """One procurement: what it is for, its bids, its decisions."""
    plan = found.plan
    show.facts(
        [
            ("State", found.state.title),
            ("Route", plan.route.title),
            ("Why this route", plan.reasons),
            ("Framework", plan.framework),
            ("Service", names.services.get(plan.service, plan.service)),
            ("Need", names.needs.get(plan.need, plan.need)),
            ("Thought to be worth", str(plan.estimated)),
            (
                "Judged by",
                "; ".join(f"{one.title} (weight {one.weight})" for one in plan.criteria),
            ),
            ("Contracts", ", ".join(link.contract for link in found.links)),
        ]
    )
    for part in report.parts:
        if part.key.startswith((f"results-{found.reference}-", f"decisions-{found.reference}")):
            report_view.table(report, part, known)


def act(viewer: SignedIn, found: Procurement, names: Names) -> None:
    """What this person may do to it now."""
    events = [event for event in allowed(PROCUREMENT, found.state, viewer.role) if event in _FORMS]
    if may(viewer, Action.DECLARE_INTEREST):
        show.section("Record")
        with st.expander("Declare an interest, or that there is none"):
            interest(viewer, found)
    for event in events:
        title, form = _FORMS[event]
        with st.expander(title):
            form(viewer, found, names)


def tell(viewer: SignedIn, found: Procurement, event: str, done: str, **asked: object) -> None:
    """Record an event of this procurement."""
    name = f"procurement-{event}"
    said = {"reference": f"page/{request(name)}", "procurement": found.reference, **asked}
    keep(viewer, event, said, done, said=SAID, name=name)


def pounds(typed: str) -> str:
    """An amount as typed in plain pounds; the text itself where it is none, for the door to refuse."""
    read = read_amount(typed)
    return typed if isinstance(read, Problem) else read.money.plain


def interest(viewer: SignedIn, found: Procurement) -> None:
    """Before scoring or deciding."""
    with st.form("interest", border=False, enter_to_submit=False):
        has = st.checkbox("I have an interest in this procurement")
        words = st.text_input("What it is", max_chars=1000)
        wanted = st.form_submit_button("Declare", type="primary")
    if wanted:
        asked = {"day": register_forms.today(), "has_interest": has, "words": words}
        tell(viewer, found, "interest", "Your declaration is recorded.", **asked)


def tender(viewer: SignedIn, found: Procurement, _: Names) -> None:
    with st.form("tender", border=False, enter_to_submit=False):
        left, right = st.columns(2)
        day = day_box(left, "Bids asked for on")
        closes = day_box(right, "The last day for bids", ahead=True)
        words = st.text_input("Where it was advertised", max_chars=1000)
        wanted = st.form_submit_button("Ask for bids", type="primary")
    if wanted:
        tell(viewer, found, "tender", "Bids are asked for.", day=day, closes=closes, words=words)


def bid(viewer: SignedIn, found: Procurement, names: Names) -> None:
    with st.form("bid", border=False, enter_to_submit=False):
        left, right = st.columns(2)
        lot = left.selectbox("Lot", [one.code for one in found.plan.lots])
        provider = pick(right, "Provider", names.providers)
        typed = left.text_input("Price for the whole term (£)", max_chars=40)
        day = day_box(right, "Came on")
        words = st.text_input("What it offers", max_chars=1000)
        wanted = st.form_submit_button("Record the bid", type="primary")
    if wanted and lot and provider:
        name = provider if len(found.plan.lots) == 1 else f"{lot}-{provider}"[:60]
        asked = {"bid": name, "lot": lot, "provider": provider, "price": pounds(typed)}
        tell(viewer, found, "bid", "The bid is recorded.", day=day, words=words, **asked)


def score(viewer: SignedIn, found: Procurement, _: Names) -> None:
    quality = [one for one in found.plan.criteria if one.kind is CriterionKind.QUALITY]
    bids = [one.bid for one in found.bids()]
    if not bids:
        show.note("Nobody has made a bid yet.")
        return
    with st.form("score", border=False, enter_to_submit=False):
        chosen = st.selectbox("Bid", bids)
        typed = {}
        for one in quality:
            left, right = st.columns(2)
            number = left.number_input(
                f"{one.title}: 0 to {found.plan.highest_score}",
                min_value=0,
                max_value=found.plan.highest_score,
                step=1,
            )
            typed[one.code] = (int(number), right.text_input(f"Why ({one.title})", max_chars=500))
        day = day_box(st.container(), "Scored on")
        wanted = st.form_submit_button("Record my scores", type="primary")
    if wanted:
        scores = [
            {"criterion": code, "score": number, "words": words}
            for code, (number, words) in typed.items()
        ]
        tell(
            viewer, found, "bid-score", "Your scores are recorded.",
            day=day, bid=chosen, scores=scores,
        )  # fmt: skip


def evaluate(viewer: SignedIn, found: Procurement, _: Names) -> None:
    differ = [
        (pair, given)
        for pair, given in sorted(found.scores().items())
        if len({one.score for one in given.values()}) > 1
    ]
    with st.form("evaluate", border=False, enter_to_submit=False):
        agreed = []
        for (name, criterion), given in differ:
            told = ", ".join(f"{known.person(by)} {one.score}" for by, one in given.items())
            show.note(f"{name}, {criterion}: {told}.")
            left, right = st.columns(2)
            number = left.number_input(
                f"Agreed for {name}, {criterion}",
                min_value=0,
                max_value=found.plan.highest_score,
                step=1,
            )
            words = right.text_input(f"Why, for {name}, {criterion}", max_chars=500)
            agreed.append(
                {"bid": name, "criterion": criterion, "score": int(number), "words": words}
            )
        day = day_box(st.container(), "Evaluated on")
        words = st.text_input("How", max_chars=1000)
        wanted = st.form_submit_button("Record the evaluation", type="primary")
    if wanted:
        tell(
            viewer, found, "evaluation", "The evaluation is recorded.",
            day=day, words=words, moderated=agreed,
        )  # fmt: skip


def waive(viewer: SignedIn, found: Procurement, names: Names) -> None:
    if found.plan.route.is_competition:
        show.note("This route is a competition: bids are asked for.")
        return
    with st.form("waive", border=False, enter_to_submit=False):
        provider = pick(st.container(), "Provider", names.providers)
        day = day_box(st.container(), "On")
        reason = st.text_area("Why without competition", max_chars=2000)
        wanted = st.form_submit_button("Let it go without competition", type="primary")
    if wanted:
        asked = {"day": day, "provider": provider, "reason": reason}
        tell(viewer, found, "waiver", "It goes on without competition.", **asked)


def award(viewer: SignedIn, found: Procurement, _: Names) -> None:
    left_to_award = [
        lot.code
        for lot in found.plan.lots
        if found.award_of(lot.code) is None and found.bids(lot.code)
    ]
    if not left_to_award:
        show.note("No lot with a bid is left to award.")
        return
    for lot in left_to_award:
        ranked = results(found, lot)
        order = [one.bid.bid for one in ranked] or [one.bid for one in found.bids(lot)]
        with st.form(f"award-{lot}", border=False, enter_to_submit=False):
            chosen = st.selectbox(f"Bid taken for lot {lot}, the best first", order)
            day = day_box(st.container(), "Decided on")
            reason = st.text_area("Why", max_chars=2000)
            over = st.text_area("Better bids passed over, one a line: bid | why", max_chars=2000)
            wanted = st.form_submit_button("Award the lot", type="primary")
        if wanted:
            asked = {
                "day": day,
                "lot": lot,
                "bid": chosen,
                "reason": reason,
                "passed_over": parts(over, ("bid", "reason")),
            }
            tell(viewer, found, "award", f"Lot {lot} is awarded.", **asked)


def contract(viewer: SignedIn, found: Procurement, names: Names) -> None:
    linked = {one.lot for one in found.links}
    lots = [one.lot for one in found.awards if one.lot not in linked]
    if not lots:
        show.note("Every awarded lot has its contract.")
        return
    with st.form("contract", border=False, enter_to_submit=False):
        lot = st.selectbox("Lot", lots)
        number = st.selectbox(
            "Contract",
            list(names.contracts),
            format_func=lambda code: f"{code} {names.contracts[code]}",
        )
        wanted = st.form_submit_button("Say which contract it led to", type="primary")
    if wanted:
        asked = {"day": register_forms.today(), "lot": lot, "contract": number}
        tell(viewer, found, "award-contract", "The contract is named.", **asked)


def abandon(viewer: SignedIn, found: Procurement, _: Names) -> None:
    with st.form("abandon", border=False, enter_to_submit=False):
        day = day_box(st.container(), "Abandoned on")
        reason = st.text_area("Why it is abandoned", max_chars=2000)
        wanted = st.form_submit_button("Abandon it", type="primary")
    if wanted:
        tell(viewer, found, "procurement-end", "It is abandoned.", day=day, reason=reason)


def new(viewer: SignedIn, names: Names) -> None:
    """A procurement planned; lots and criteria are lines of a box."""
    with st.form("new", border=False, enter_to_submit=False):
        left, right = st.columns(2)
        reference = left.text_input("Reference, such as PR-2005-01", max_chars=100)
        title = right.text_input("What is to be bought", max_chars=200)
        route = left.selectbox("Route", list(Route), format_func=lambda one: one.title)
        framework = right.text_input("Framework, of a call-off under one", max_chars=200)
        service = pick(left, "Service", names.services)
        need = right.selectbox(
            "The need it answers",
            ["", *names.needs],
            format_func=lambda code: names.needs.get(code, "None named"),
        )
        reasons = st.text_area("Why this route", max_chars=2000)
        lots = st.text_area("Lots, one a line: code | title | £ over the whole term")
        criteria = st.text_area("Criteria, one a line: code | title | weight | quality or price")
        day = day_box(st.container(), "Planned on")
        wanted = st.form_submit_button("Plan it", type="primary")
    if not wanted or route is None:
        return
    asked = {
        "reference": reference.strip(),
        "day": day,
        "title": title,
        "route": route.value,
        "framework": framework,
        "service": service,
        "need": need,
        "reasons": reasons,
        "lots": [
            one | {"estimated": pounds(one["estimated"])}
            for one in parts(lots, ("code", "title", "estimated"))
        ],
        "criteria": [
            {**one, "weight": whole(one["weight"]), "kind": one["kind"] or "quality"}
            for one in parts(criteria, ("code", "title", "weight", "kind"))
        ],
    }
    keep(viewer, "procurement", asked, f"Planned {title}.", said=SAID)


_FORMS: Mapping[ProcurementEvent, tuple[str, Form]] = {
    ProcurementEvent.TENDER: ("Ask for bids", tender),
    ProcurementEvent.BID: ("A bid came", bid),
    ProcurementEvent.SCORE: ("Score a bid", score),
    ProcurementEvent.EVALUATE: ("End the scoring", evaluate),
    ProcurementEvent.WAIVE: ("Let it go without competition", waive),
    ProcurementEvent.AWARD: ("Award a lot", award),
    ProcurementEvent.LINK: ("Name the contract it led to", contract),
    ProcurementEvent.ABANDON: ("Abandon it", abandon),
}

viewer = who.must(Action.READ_REPORTS)
known = ask.known()
show.heading("Procurement", "What is being bought, how the bids compare, and who decided what.")
if not known.years:
    show.nothing_posted(viewer)
    st.stop()
boxes = address.Address("procurement")
scope = boxes.as_at(known, register_forms.today())
register_forms.tell(SAID)
report = ask_choosing.report("procurements", scope)
every(report, scope)
names = ask_choosing.names()
titles = ask_choosing.procurement_titles()
if titles:
    code = boxes.select(
        "Look at", "of", sorted(titles, reverse=True), says=lambda one: f"{one} {titles[one]}"
    )
    saved_views.offer(viewer, boxes)
    found = ask_choosing.procurement(code)
    if found is not None:
        show.section(found.plan.title)
        one(report, found, names)
        act(viewer, found, names)
if may(viewer, Action.PROCURE):
    with st.expander("Plan a procurement"):
        new(viewer, names)
show.downloads(report)
show.basis(report, viewer)
