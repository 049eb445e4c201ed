"""The forms by which a call-off is raised, changed, ended."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import streamlit as st

from contracts.call_off import CallOff, Kind
from contracts.contract import Contract, Lot
from contracts.lifecycle import CALL_OFF, CallOffEvent, CallOffState, allowed
from contracts.pricing import Unit
from dashboards import ask, ask_calling_off, trying
from dashboards.register_forms import day_box, maybe_day, whole
from trust_commissioning.reports.call_off_story import units_in_words
from trust_commissioning.roles import Action, may
from trust_commissioning.sign_ins import SignedIn

RAISE = "raise"
LOOK = "See what it does"
STAGES = {"order": "Order it", "requisition": "Ask for it first (a requisition)"}
KINDS = {
    Kind.PLACEMENT: "A placement, for one child",
    Kind.ORDER: "An order",
}
Asked = dict[str, Any]


def pounds(typed: str) -> str:
    """An amount as it was typed, without its pound sign and commas; the door reads it exactly."""
    return typed.strip().removeprefix("£").replace(",", "")


def raising(viewer: SignedIn, known: ask.Known, said: str) -> None:
    """A new order, placement or requisition under a contract's lot."""
    left, right = st.columns(2)
    number = left.selectbox(
        "Contract to call off from",
        sorted(known.contracts),
        index=None,
        placeholder="Choose a contract",
        format_func=lambda one: f"{one} {known.contracts[one]}",
        key="raise-contract",
    )
    found = ask_calling_off.under(number) if number else None
    if found is None:
        return
    lot = _lot(right, found.contract, ask_calling_off.day_of_register(known))
    if lot is None:
        return
    left, middle, right = st.columns(3)
    kind = left.selectbox("What it is", list(KINDS), format_func=lambda one: KINDS[one])
    stage = middle.selectbox("How far it is", list(STAGES), format_func=lambda one: STAGES[one])
    payers = int(right.selectbox("How many pay for it", list(range(1, 7))))
    trying.summary(RAISE)
    with st.form(trying.key(RAISE), border=False, enter_to_submit=False):
        asked = {
            "contract": found.contract.number,
            "lot": lot.code,
            "kind": kind.value,
            "stage": stage,
            **_what(found, lot, kind, known),
            **_how_much(lot),
            **_when(ask_calling_off.day_of_register(known)),
            "funding": _funding(known, payers, found.contract.fund),
            **_override(viewer, RAISE),
        }
        wanted = st.form_submit_button(LOOK, type="primary")
    if wanted:
        what = "requisition" if stage == "requisition" else kind.value
        trying.look(viewer, RAISE, "call-off", asked, f"The {what} is recorded.")
    trying.agree(viewer, RAISE, "Record it", said=said)


def _lot(place: Any, under: Contract, day: date) -> Lot | None:
    lots = {one.code: one for one in under.as_at(day).lots or under.as_signed.lots}
    code = place.selectbox(
        "Lot",
        list(lots),
        format_func=lambda one: f"{lots[one].title}, by the {lots[one].unit.title}",
        key=f"raise-lot-{under.number}",
    )
    return lots.get(code)


def _what(found: ask_calling_off.Under, lot: Lot, kind: Kind, known: ask.Known) -> Asked:
    left, right = st.columns(2)
    with left:
        title = st.text_input("What it is for", max_chars=200, value=lot.title)
        trying.beside(RAISE, "title")
    with right:
        case = ""
        if kind is Kind.PLACEMENT:
            case = st.text_input(
                "Reference of the case system",
                max_chars=40,
                help="The opaque reference only: never a name, an initial or a day of birth.",
            )
        trying.beside(RAISE, "case_reference")
    expenses = {name: t for name, t in known.accounts.items() if name.startswith("Expenses:")}
    options = ask.codes_with_titles(expenses)
    account = st.selectbox(
        "Spent under",
        options,
        index=options.index(found.account) if found.account in options else 0,
        format_func=lambda name: expenses[name],
        key=f"raise-account-{found.contract.number}",
    )
    trying.beside(RAISE, "account", "contract", "lot")
    return {"title": title.strip(), "case_reference": case.strip(), "account": account}


def _how_much(lot: Lot) -> Asked:
    """The price is the lot's unless another is typed: left as it is, later uplifts reach it."""
    units = list(Unit)
    price, unit, quantity, vat = st.columns(4)
    agreed = lot.price.plain if lot.price is not None else ""
    with price:
        typed = st.text_input(
            "Price (£)", value=agreed, max_chars=40, key=f"raise-price-{lot.code}"
        )
        trying.beside(RAISE, "price")
    with unit:
        of = st.selectbox(
            "For a",
            units,
            index=units.index(lot.unit),
            format_func=lambda one: one.title,
            key=f"raise-unit-{lot.code}",
        )
        trying.beside(RAISE, "unit")
    with quantity:
        many = st.text_input("Units, or places at once", value="1", max_chars=14)
        trying.beside(RAISE, "quantity")
    with vat:
        percent = st.text_input("VAT not recovered (%)", value="0", max_chars=6)
        trying.beside(RAISE, "irrecoverable_vat", "vat")
    own = pounds(typed)
    return {
        "price": "" if own == agreed and of is lot.unit else own,
        "unit": of.value,
        "quantity": many.strip(),
        "irrecoverable_vat": percent.strip().removesuffix("%"),
    }


def _when(usual: date) -> Asked:
    left, middle, right = st.columns(3)
    with left:
        starts = day_box(st.container(), "From", usual, ahead=True)
        trying.beside(RAISE, "starts")
    with middle:
        ends = maybe_day(st.container(), "To, where it is known")
        trying.beside(RAISE, "expected_end")
    with right:
        day = day_box(st.container(), "Ordered on", usual)
        trying.beside(RAISE, "day", "period")
    return {"starts": starts, "expected_end": ends, "day": day}


def _funding(known: ask.Known, payers: int, fund: str) -> list[Asked]:
    """Rows of who pays in which parts: 40, 35 and 25, or 1 and 1."""
    funds, partners = ask.codes_with_titles(known.funds), ask.codes_with_titles(known.partners)
    rows: list[Asked] = []
    for place in range(payers):
        left, middle, right = st.columns([2, 2, 1])
        chosen = left.selectbox(
            f"Payer {place + 1}: fund",
            funds,
            index=funds.index(fund) if fund in funds else 0,
            format_func=lambda code: known.funds[code],
            key=f"raise-fund-{fund}-{place}",
        )
        partner = middle.selectbox(
            f"Payer {place + 1}: for the partner",
            ["", *partners],
            format_func=lambda code: known.partners.get(code, "The fund itself"),
            key=f"raise-partner-{place}",
        )
        weight = right.text_input(
            f"Payer {place + 1}: parts", value="1", max_chars=7, key=f"raise-weight-{place}"
        )
        row = {"fund": chosen, "weight": whole(weight), "partner": partner}
        rows.append({name: value for name, value in row.items() if value not in (None, "")})
        trying.beside(RAISE, f"funding[{place}]")
    trying.beside(RAISE, "funding")
    return rows


def _override(viewer: SignedIn, name: str) -> Asked:
    """Only who may let more be promised than is available is asked why."""
    if not may(viewer, Action.OVERRIDE_LIMIT):
        return {}
    reason = st.text_input(
        "Why more may be promised than is available, only where it is so",
        max_chars=200,
        key=f"override-{trying.key(name)}",
    )
    trying.beside(name, "override")
    return {"override": {"reason": reason.strip()}} if reason.strip() else {}


def act(viewer: SignedIn, one: CallOff, known: ask.Known, said: str) -> None:
    """The acts its state and the person's role permit, and no others."""
    moves = allowed(CALL_OFF, one.state, viewer.role)
    if not may(viewer, Action.CALL_OFF):
        return
    for move, title, name, label, fields in ACTS:
        if move is CallOffEvent.RESUME and not one.is_suspended:
            continue
        if move in moves:
            with st.expander(title, expanded=trying.is_open(name)):
                _act(viewer, one, known, name, label, fields, said)


def _act(
    viewer: SignedIn,
    one: CallOff,
    known: ask.Known,
    name: str,
    label: str,
    fields: Callable[[CallOff, ask.Known], Asked],
    said: str,
) -> None:
    trying.summary(name)
    with st.form(trying.key(name), border=False, enter_to_submit=False):
        asked = {"call_off": one.number, **fields(one, known)}
        reason = st.text_input("Why", max_chars=200, key=f"why-{trying.key(name)}")
        trying.beside(name, "reason")
        asked |= {"reason": reason.strip(), **_override(viewer, name)}
        wanted = st.form_submit_button(LOOK, type="primary")
    if wanted:
        trying.look(viewer, name, name, asked, f"Recorded: {label.lower()}.")
    trying.agree(viewer, name, label, said=said)


def _day(name: str, label: str, known: ask.Known) -> date:
    usual = ask_calling_off.day_of_register(known)
    chosen = day_box(st.container(), label, usual, ahead=True)
    trying.beside(name, "day", "period")
    return chosen


def _vary(one: CallOff, known: ask.Known) -> Asked:
    name = "call-off-variation"
    left, middle, right = st.columns(3)
    with left:
        day = _day(name, "Holds from", known)
    with middle:
        price = st.text_input(f"New price a {one.unit.title} (£)", max_chars=40)
        trying.beside(name, "price")
    with right:
        many = st.text_input(
            "New number of units", max_chars=14, placeholder=units_in_words(one.quantity)
        )
        trying.beside(name, "quantity")
    ended = one.state is CallOffState.ENDED
    left, middle = st.columns([1, 2], vertical_alignment="bottom")
    with left:
        ends = maybe_day(st.container(), "The last day put right" if ended else "New expected end")
        trying.beside(name, "expected_end", "ends")
    with middle:
        open_ended = not ended and st.checkbox("No end is expected any more")
    return {
        "day": day,
        "price": pounds(price),
        "quantity": many.strip(),
        "expected_end": ends,
        "no_expected_end": bool(open_ended),
        "funding": _new_funding(known),
    }


def _new_funding(known: ask.Known) -> list[Asked]:
    """Who pays from then on, typed in full; left empty it stays as it was."""
    text = st.text_area(
        "New funding, if it changes: a line for each who pays, as: fund | parts | partner",
        help="Codes of funds: " + ", ".join(sorted(known.funds)),
        height=90,
    )
    trying.beside("call-off-variation", "funding")
    rows: list[Asked] = []
    for line in text.splitlines():
        fund, weight, partner = [*(cell.strip() for cell in line.split("|")), "", "", ""][:3]
        if fund:
            row = {"fund": fund, "weight": whole(weight), "partner": partner}
            rows.append({key: value for key, value in row.items() if value not in (None, "")})
    return rows


def _enhance(one: CallOff, known: ask.Known) -> Asked:
    name = "call-off-enhancement"
    left, middle, right = st.columns(3)
    with left:
        day = _day(name, "From", known)
    with middle:
        ends = maybe_day(st.container(), "To")
        trying.beside(name, "ends", "enhancements")
    with right:
        price = st.text_input(f"On top, a {one.unit.title} (£)", max_chars=40)
        trying.beside(name, "price")
    return {"day": day, "ends": ends, "price": pounds(price)}


def _suspend(one: CallOff, known: ask.Known) -> Asked:
    name = "call-off-suspension"
    left, middle, right = st.columns(3)
    with left:
        day = _day(name, "From", known)
    with middle:
        ends = maybe_day(st.container(), "To, where it is known")
        trying.beside(name, "ends")
    with right:
        price = st.text_input(f"Still paid, a {one.unit.title} (£)", value="0.00", max_chars=40)
        trying.beside(name, "retainer")
    return {"day": day, "ends": ends, "retainer": pounds(price)}


def _end(one: CallOff, known: ask.Known) -> Asked:
    name = "call-off-end"
    left, right = st.columns(2)
    with left:
        day = _day(name, "Last day that is paid", known)
        trying.beside(name, "ends")
    with right:
        many = ""
        if not one.unit.is_time:
            many = st.text_input(
                "Units there were in all", max_chars=14, placeholder=units_in_words(one.quantity)
            )
        trying.beside(name, "quantity")
    return {"day": day, "quantity": many.strip()}


def _only_day(name: str, label: str) -> Callable[[CallOff, ask.Known], Asked]:
    def fields(_: CallOff, known: ask.Known) -> Asked:
        with st.columns(2)[0]:
            return {"day": _day(name, label, known)}

    return fields


ACTS: tuple[tuple[CallOffEvent, str, str, str, Callable[[CallOff, ask.Known], Asked]], ...] = (
    (
        CallOffEvent.ORDER,
        "Order what was asked for",
        "call-off-order",
        "Order it",
        _only_day("call-off-order", "Ordered on"),
    ),
    (
        CallOffEvent.CANCEL,
        "It is not wanted any more",
        "call-off-cancellation",
        "Cancel it",
        _only_day("call-off-cancellation", "Cancelled on"),
    ),
    (
        CallOffEvent.VARY,
        "Vary price, number, end or funding",
        "call-off-variation",
        "Vary it",
        _vary,
    ),
    (
        CallOffEvent.VARY,
        "Pay more for a while",
        "call-off-enhancement",
        "Pay more for a while",
        _enhance,
    ),
    (CallOffEvent.SUSPEND, "Suspend it", "call-off-suspension", "Suspend it", _suspend),
    (
        CallOffEvent.RESUME,
        "Resume it",
        "call-off-resumption",
        "Resume it",
        _only_day("call-off-resumption", "First day that is paid again"),
    ),
    (CallOffEvent.END, "End it", "call-off-end", "End it", _end),
    (
        CallOffEvent.CLOSE,
        "Close it: all is billed and paid",
        "call-off-close",
        "Close it",
        _only_day("call-off-close", "Closed on"),
    ),
    (
        CallOffEvent.REOPEN,
        "Open it again for a late invoice",
        "call-off-reopening",
        "Open it again",
        _only_day("call-off-reopening", "Opened again on"),
    ),
)
"""Each act: its event in the table of states, what it is called, what is recorded, its button."""
