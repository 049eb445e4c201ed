"""Enter an accrual: what was delivered and is not invoiced, or paid and not yet delivered?

Reader: the pool accountant, from the list of the month's end. Figures: `ask_closing.suggested`.
This page only asks and shows.
"""

from datetime import date

import streamlit as st

from dashboards import address, ask, ask_calling_off, ask_closing, show, who
from ledger.accrual import Delivery, Per, Timing
from ledger.money import Money
from ledger.periods import Period
from ledger.problems import Problem, Refused
from trust_commissioning.closing import Accrual
from trust_commissioning.files.amounts import Amount, read_amount
from trust_commissioning.roles import Action

TIMINGS = {
    Timing.ACCRUAL: "Delivered, not yet invoiced",
    Timing.PREPAYMENT: "Paid, not yet delivered",
}
NONE = address.EVERYTHING
BOXES = address.Address("accrual")


def of(label: str, titles: dict[str, str], first: str, *, empty: str = "") -> str:
    """A choice of one code, the first one suggested."""
    options = [*([NONE] if empty else []), *ask.codes_with_titles(titles)]
    return str(
        st.selectbox(
            label,
            options,
            index=options.index(first) if first in options else 0,
            format_func=lambda code: titles.get(code, empty),
        )
    )


def money(text: str, where: str) -> Money:
    """An amount as typed.

    Raises:
        Refused: if it is none.
    """
    read = read_amount(text)
    if isinstance(read, Problem):
        raise Refused([Problem(read.code, read.message, where)])
    assert isinstance(read, Amount)
    return read.money


def wanted(period: Period, contract: str, call_off: str) -> Accrual | None:
    """What was typed, once it is sent.

    Raises:
        Refused: if an amount cannot be read.
    """
    hint = ask_closing.suggested(contract, period)
    chosen = CALL_OFFS.get(call_off)
    first_account = chosen.account if chosen is not None else hint.account
    first_fund = chosen.funds[0] if chosen is not None else hint.fund
    first_service = chosen.service if chosen is not None else hint.service
    with st.form("accrual", border=False, enter_to_submit=False):
        timing = Timing(
            st.selectbox(
                "What it is",
                [one.value for one in Timing],
                format_func=lambda value: TIMINGS[Timing(value)],
            )
        )
        fund = of("Fund", known.funds, first_fund)
        expenses = {name: t for name, t in known.accounts.items() if name.startswith("Expenses:")}
        account = of("Account", expenses, first_account)
        service = of("Service", known.services, first_service, empty="No service")
        reason = st.text_input("What it is for", max_chars=200)
        reference = st.text_input("Reference", max_chars=60, help="Sent again, it is the same.")
        if hint.share is not None:
            show.note(f"An even share of the contract's value would be {hint.share}.", kind="small")
        amount = st.text_input("Amount, in pounds", max_chars=20)
        show.note("Or work it out from what was delivered:", kind="small")
        rate, per, units, starts, ends = _delivery(period)
        sent = st.form_submit_button("Hand it over to be posted", type="primary")
    if not sent:
        return None
    delivered = None
    if rate.strip():
        made = money(rate, "rate")
        delivered = Delivery(rate=made, per=per, units=units, starts=starts, ends=ends)
    return Accrual(
        timing=timing,
        fund=fund,
        period=period,
        reference=reference.strip(),
        account=account,
        reason=reason,
        amount=money(amount, "amount") if amount.strip() else None,
        delivered=delivered,
        service=service or None,
        contract=contract or None,
        call_off=call_off or None,
    )


def _delivery(period: Period) -> tuple[str, Per, int, date, date]:
    first, second, third, fourth, fifth = st.columns(5)
    with first:
        rate = st.text_input("Rate, in pounds", max_chars=20)
    with second:
        per = Per(st.selectbox("A", [one.value for one in Per], index=1))
    with third:
        units = st.number_input("How many at that rate", min_value=1, value=1, step=1)
    with fourth:
        starts = st.date_input("From", value=period.starts, format="DD/MM/YYYY")
    with fifth:
        ends = st.date_input("To", value=period.ends, format="DD/MM/YYYY")
    assert isinstance(starts, date)
    assert isinstance(ends, date)
    return rate, per, int(units), starts, ends


viewer = who.must(Action.ENTER_JOURNAL)
known = ask.known()
show.heading(
    "Enter an accrual", "It stands in its period only and is reversed by itself in the next."
)
open_ones = {str(period): period for period in known.open_periods}
if not open_ones:
    show.note("No period is open.")
    st.stop()
chosen = BOXES.select("Period", "period", list(open_ones), says=lambda name: open_ones[name].title)
contract = BOXES.select(
    "Contract",
    "contract",
    [NONE, *sorted(known.contracts)],
    says=lambda number: f"{number} {known.contracts[number]}" if number else "No contract",
)
CALL_OFFS = ask_calling_off.call_offs(contract=contract) if contract else {}
under = list(CALL_OFFS)
call_off = (
    BOXES.select(
        "Call-off",
        "call_off",
        [NONE, *under],
        says=lambda number: CALL_OFFS[number].words if number else "No call-off",
    )
    if under
    else NONE
)
try:
    typed = wanted(open_ones[chosen], contract, call_off)
    if typed is not None:
        ask_closing.accrue(viewer, typed)
except Refused as refused:
    show.problems(refused.problems, title="It was not entered")
else:
    if typed is not None:
        show.done(
            "It waits for somebody else to post it.",
            [("Back to the month's end", address.link("closing", {"year": chosen.split()[0]}))],
        )
