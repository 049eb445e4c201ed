"""The forms by which deliveries and invoices are entered; by which invoices go on."""

from __future__ import annotations

from datetime import date
from typing import Any

import streamlit as st

from contracts.lifecycle import INVOICE, InvoiceEvent, InvoiceState, allowed
from dashboards import ask_calling_off, trying
from dashboards.ask_calling_off import CalledOff
from dashboards.call_off_forms import pounds
from dashboards.register_forms import day_box, maybe_day
from ledger.wording import counted
from trust_commissioning.reports.invoice_story import InvoiceStory
from trust_commissioning.reports.shape import Part
from trust_commissioning.roles import Action, may
from trust_commissioning.sign_ins import SignedIn

LOOK = "See what it does"
RECEIVE, RETURN = "invoice", "return"
_MAY_BE_PAID = (InvoiceState.APPROVED, InvoiceState.PART_APPROVED)
Asked = dict[str, Any]


def returning(viewer: SignedIn, usual: date, said: str) -> None:
    """What a provider says was delivered under a call-off."""
    call_offs = _found("return-search")
    trying.summary(RETURN)
    with st.form(trying.key(RETURN), border=False, enter_to_submit=False):
        number = st.selectbox(
            "Call-off",
            list(call_offs),
            index=None,
            placeholder="Choose a call-off",
            format_func=lambda one: call_offs[one].words,
        )
        trying.beside(RETURN, "call_off")
        first, second, third, fourth = st.columns(4)
        with first:
            starts = day_box(st.container(), "From", usual)
            trying.beside(RETURN, "starts")
        with second:
            ends = day_box(st.container(), "To", usual)
            trying.beside(RETURN, "ends")
        with third:
            units = st.text_input("Units delivered", max_chars=14)
            trying.beside(RETURN, "units")
        with fourth:
            day = day_box(st.container(), "Came on", usual)
        kpis = st.text_area(
            "Measures, a line for each, as: code | number", height=80, max_chars=2000
        )
        trying.beside(RETURN, "kpis")
        words = st.text_input("In words", max_chars=200)
        trying.beside(RETURN, "words")
        wanted = st.form_submit_button(LOOK, type="primary")
    if wanted:
        asked = {
            "call_off": number,
            "starts": starts,
            "ends": ends,
            "units": units.strip(),
            "kpis": _measures(kpis),
            "words": words.strip(),
            "day": day,
        }
        trying.look(viewer, RETURN, RETURN, asked, f"The return of {number} is recorded.")
    trying.agree(viewer, RETURN, "Record the return", said=said)


def _found(key: str, *, live: bool = True, provider: str = "") -> dict[str, CalledOff]:
    """The call-offs to choose from; where there are more than are offered at once, a search."""
    first = ask_calling_off.call_offs(live=live, provider=provider)
    if len(first) < ask_calling_off.MOST:
        return first
    words = st.text_input(
        "Search the call-offs", max_chars=100, key=key, placeholder="A number, a case, a word"
    )
    found = ask_calling_off.call_offs(live=live, provider=provider, words=words)
    st.caption(
        f"The first {ask_calling_off.MOST} are offered; search for the others."
        if len(found) == ask_calling_off.MOST
        else f"{counted(len(found), 'call-off')} found."
    )
    return found


def _measures(text: str) -> dict[str, str]:
    pairs = (line.partition("|") for line in text.splitlines() if line.strip())
    return {code.strip(): value.strip() for code, _, value in pairs}


def receiving(
    viewer: SignedIn,
    providers: dict[str, str],
    usual: date,
    said: str,
) -> None:
    """An invoice or a credit note as it came; its lines are matched at once."""
    left, middle, right = st.columns([2, 1, 1])
    having = ask_calling_off.called_off_from()
    provider = left.selectbox(
        "Provider",
        sorted(having, key=lambda code: providers.get(code, code)),
        index=None,
        placeholder="Choose a provider",
        format_func=lambda code: providers.get(code, code),
        key="receive-provider",
    )
    kind = middle.selectbox("What it is", ["An invoice", "A credit note"])
    count = int(right.selectbox("How many lines", list(range(1, 31))))
    if provider is None:
        return
    own = _found("receive-search", live=False, provider=provider)
    if not own:
        return
    trying.summary(RECEIVE)
    with st.form(trying.key(RECEIVE), border=False, enter_to_submit=False):
        credit = kind == "A credit note"
        asked: Asked = {"provider": provider, **_head(usual, credit=credit)}
        asked["lines"] = [_line(place, own, usual, credit=credit) for place in range(count)]
        trying.beside(RECEIVE, "lines")
        wanted = st.form_submit_button(LOOK, type="primary")
    if wanted:
        trying.look(viewer, RECEIVE, RECEIVE, asked, f"{kind} {asked['number']} is entered.")
    trying.agree(viewer, RECEIVE, "Enter it", said=said)


def _head(usual: date, *, credit: bool) -> Asked:
    first, second, third, fourth = st.columns(4)
    with first:
        number = st.text_input("Their number, as printed", max_chars=200)
        trying.beside(RECEIVE, "number")
    with second:
        day = day_box(st.container(), "Its date", usual)
        trying.beside(RECEIVE, "day")
    with third:
        received = day_box(st.container(), "Came on", usual)
        trying.beside(RECEIVE, "received")
    with fourth:
        due = maybe_day(st.container(), "To be paid by")
        trying.beside(RECEIVE, "due")
    head: Asked = {"number": number.strip(), "day": day, "received": received}
    if due is not None:
        head["due"] = due
    if credit:
        head["credits"] = st.text_input(
            "The invoice it takes back from, such as I-000001", max_chars=20
        ).strip()
        trying.beside(RECEIVE, "credits")
    return head


def _line(place: int, own: dict[str, CalledOff], usual: date, *, credit: bool) -> Asked:
    """A line; of a credit note its amounts are below nil."""
    with st.container(border=True, key=f"invoice-line-{place}"):
        left, second, third = st.columns([2, 1, 1])
        number = left.selectbox(
            f"Line {place + 1}: call-off", list(own), format_func=lambda one: own[one].words
        )
        starts = day_box(second, f"Line {place + 1}: from", usual)
        ends = day_box(third, f"Line {place + 1}: to", usual)
        first, second, third, fourth = st.columns(4)
        units = first.text_input(f"Line {place + 1}: units, if said", max_chars=14)
        net = second.text_input(f"Line {place + 1}: before VAT (£)", max_chars=40)
        vat = third.text_input(f"Line {place + 1}: VAT (£)", value="0.00", max_chars=40)
        words = fourth.text_input(f"Line {place + 1}: words", max_chars=200)
        taken = credit and st.checkbox(
            f"Line {place + 1}: its days or units were not delivered, and may be asked for again"
        )
        trying.beside(RECEIVE, f"lines[{place}]")
    line = {
        "call_off": number,
        "starts": starts,
        "ends": ends,
        "units": units.strip(),
        "net": pounds(net),
        "vat": pounds(vat),
        "words": words.strip(),
        "takes_back": taken or None,
    }
    return {name: value for name, value in line.items() if value not in (None, "")}


def act(viewer: SignedIn, found: InvoiceStory, usual: date, said: str) -> None:
    """What its state and the person's role permit, and no more."""
    moves = allowed(INVOICE, found.kept.state, viewer.role)
    if may(viewer, Action.APPROVE_INVOICE):
        if {InvoiceEvent.APPROVE, InvoiceEvent.APPROVE_IN_PART} & {*moves}:
            _approve(viewer, found, usual, said)
        if InvoiceEvent.DISPUTE in moves:
            _of_line(viewer, found, usual, said, *_DISPUTE)
        if InvoiceEvent.RESOLVE in moves and found.kept.recorded_by != viewer.username:
            _of_line(viewer, found, usual, said, *_RESOLVE)
        if InvoiceEvent.REJECT in moves:
            _reject(viewer, found, usual, said)
        if found.overpaid and InvoiceEvent.CREDIT in moves:
            _of_line(viewer, found, usual, said, *_RECOVER)
    if found.owed and found.kept.state in _MAY_BE_PAID and may(viewer, Action.ENTER_JOURNAL):
        _pay(viewer, found, usual, said)


def _approve(viewer: SignedIn, found: InvoiceStory, usual: date, said: str) -> None:
    """What is undisputed of it; not by whoever entered it."""
    name = "invoice-approval"
    due, held = found.due, found.held
    if found.kept.recorded_by == viewer.username:
        st.caption("You entered it, so somebody else must approve it.")
        return
    title = "Approve it" if not held else f"Approve {due}, and hold {held}"
    if not due and held:
        return
    with st.expander(title, expanded=trying.is_open(name)):
        trying.summary(name)
        with st.form(trying.key(name), border=False, enter_to_submit=False):
            day = day_box(st.columns(3)[0], "Approved on", usual)
            trying.beside(name, "day", "period")
            wanted = st.form_submit_button(LOOK, type="primary")
        if wanted:
            asked = {"invoice": found.kept.invoice.key, "day": day}
            trying.look(viewer, name, name, asked, f"{due} is approved.")
        trying.agree(viewer, name, "Approve it", said=said)


_DISPUTE = ("invoice-dispute", "Dispute a line", "amount", "Amount disputed (£)", "Dispute it")
_RESOLVE = (
    "invoice-resolution",
    "Resolve a disputed line",
    "owed",
    "Owed after all, before VAT (£)",
    "Resolve it",
)
_RECOVER = ("overpayment", "Ask back what was overpaid", "amount", "Before VAT (£)", "Ask it back")


def _of_line(
    viewer: SignedIn,
    found: InvoiceStory,
    usual: date,
    said: str,
    name: str,
    title: str,
    field: str,
    label: str,
    button: str,
) -> None:
    """An act on one line: which, how much of it, why."""
    lines = found.overpaid if name == "overpayment" else found.lines
    numbers = {one.line.number: one for one in lines}
    with st.expander(title, expanded=trying.is_open(name)):
        trying.summary(name)
        with st.form(trying.key(name), border=False, enter_to_submit=False):
            first, second, third = st.columns(3)
            with first:
                line = st.selectbox(
                    "Line",
                    list(numbers),
                    format_func=lambda one: f"{one}: {numbers[one].line.net} asked",
                )
                trying.beside(name, "line")
            with second:
                typed = st.text_input(label, max_chars=40)
                trying.beside(name, field)
            with third:
                day = day_box(st.container(), "On", usual)
                trying.beside(name, "day", "period")
            days = _days_back(name) if name == "overpayment" else {}
            reason = st.text_input("Why", max_chars=200)
            trying.beside(name, "reason", "invoice", "by")
            wanted = st.form_submit_button(LOOK, type="primary")
        if wanted:
            asked = {
                **days,
                "invoice": found.kept.invoice.key,
                "day": day,
                "line": line,
                field: pounds(typed),
                "reason": reason.strip(),
            }
            trying.look(viewer, name, name, asked, f"Recorded: {title.lower()}.")
        trying.agree(viewer, name, button, said=said)


def _days_back(name: str) -> dict[str, date]:
    """The days that a recovery takes back; neither where it is the whole, or money alone."""
    first, second, _ = st.columns(3)
    with first:
        starts = maybe_day(st.container(), "For the days from, if not for all that did not run")
        trying.beside(name, "starts")
    with second:
        ends = maybe_day(st.container(), "To")
        trying.beside(name, "ends")
    named = {"starts": starts, "ends": ends}
    return {key: day for key, day in named.items() if day is not None}


def _reject(viewer: SignedIn, found: InvoiceStory, usual: date, said: str) -> None:
    name = "invoice-rejection"
    with st.expander("Send it back", expanded=trying.is_open(name)):
        trying.summary(name)
        with st.form(trying.key(name), border=False, enter_to_submit=False):
            left, right = st.columns([1, 2])
            day = day_box(left, "Sent back on", usual)
            with right:
                reason = st.text_input("Why", max_chars=200)
                trying.beside(name, "reason")
            wanted = st.form_submit_button(LOOK, type="primary")
        if wanted:
            asked = {"invoice": found.kept.invoice.key, "day": day, "reason": reason.strip()}
            trying.look(viewer, name, name, asked, "It is sent back.")
        trying.agree(viewer, name, "Send it back", said=said)


def _pay(viewer: SignedIn, found: InvoiceStory, usual: date, said: str) -> None:
    """Entered by hand; a line of an extract that pays it settles it by itself."""
    name = "invoice-payment"
    with st.expander(f"Pay it: {found.owed} is owed", expanded=trying.is_open(name)):
        trying.summary(name)
        with st.form(trying.key(name), border=False, enter_to_submit=False):
            left, right = st.columns(2)
            with left:
                typed = st.text_input("Amount paid (£)", value=found.owed.plain, max_chars=40)
                trying.beside(name, "amount")
            with right:
                day = day_box(st.container(), "Paid on", usual)
                trying.beside(name, "day", "period")
            wanted = st.form_submit_button(LOOK, type="primary")
        if wanted:
            asked = {"invoice": found.kept.invoice.key, "day": day, "amount": pounds(typed)}
            trying.look(viewer, name, name, asked, "The payment is entered.")
        trying.agree(viewer, name, "Enter the payment", said=said)


def deciding(viewer: SignedIn, held: Part, usual: date, said: str) -> None:
    """What a payment that was held paid for: an invoice, or spend as it was coded."""
    name = "held-payment"
    rows = {str(row["journal"]): row for row in held.rows}
    unpaid = ask_calling_off.unpaid()
    with st.expander("Decide a held payment", expanded=trying.is_open(name)):
        trying.summary(name)
        with st.form(trying.key(name), border=False, enter_to_submit=False):
            left, right = st.columns(2)
            with left:
                journal = st.selectbox(
                    "Payment",
                    list(rows),
                    format_func=lambda one: (
                        f"{one}: {rows[one]['amount']} to {rows[one]['provider_name']}"
                    ),
                )
                trying.beside(name, "journal")
            with right:
                invoice = st.selectbox(
                    "It paid",
                    ["", *unpaid],
                    format_func=lambda key: (
                        f"{key}, of which {unpaid[key]} is owed" if key else "What it was coded to"
                    ),
                )
                trying.beside(name, "invoice")
            left, right = st.columns([1, 2])
            day = day_box(left, "Decided on", usual)
            with right:
                reason = st.text_input("Why", max_chars=200)
                trying.beside(name, "reason", "period", "day")
            wanted = st.form_submit_button(LOOK, type="primary")
        if wanted:
            asked = {"journal": journal, "invoice": invoice, "day": day, "reason": reason.strip()}
            trying.look(viewer, name, name, asked, f"{journal} is decided.")
        trying.agree(viewer, name, "Decide it", said=said)
