"""Examples of what stops a call-off, an invoice or a payment, told as events one after another."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

from sqlmodel import Session

from contracts.call_off import CallOff, DatedFunding, Enhancement, Funder, Kind
from contracts.call_off import problems_in as problems_in_call_off
from contracts.invoice import Invoice, Line
from contracts.invoice import problems_in as problems_in_invoice
from contracts.lifecycle import CallOffState
from contracts.pricing import DatedPrice, Unit
from ledger.journal import Book, Journal, Posting
from ledger.money import Money
from ledger.periods import Period
from ledger.problems import Problem
from tests.docs.examples.kept import Run, example, in_small_trust
from tests.docs.examples.record import spoilt
from tests.support.register import (
    APPROVER,
    AT,
    CLERK,
    COMMISSIONER,
    CONTRACT,
    FOSTER,
    found_register,
)
from trust_commissioning import applying, closing, posting
from trust_commissioning.importing.loading import load_spend, preview_spend
from trust_commissioning.importing.planning import SpendOptions
from trust_commissioning.recording import EVENTS

_PLACED, _KEY, _PAID = f"{CONTRACT}/01", "I-000001", "2003-04/000006"
_DAY = date(2003, 4, 1)
_FUNDERS = (Funder(fund="pool", weight=1),)
_FOSTERING = CallOff(
    number=_PLACED,
    contract=CONTRACT,
    lot="main",
    kind=Kind.ORDER,
    title="Foster placement",
    provider="oakfield",
    service="fostering",
    account=FOSTER,
    unit=Unit.WEEK,
    starts=_DAY,
    funding=(DatedFunding(_DAY, _FUNDERS),),
    state=CallOffState.ORDERED,
    prices=(DatedPrice(_DAY, Money.parse("700")),),
)
_ORDER: dict[str, Any] = {
    "reference": "P-1",
    "contract": CONTRACT,
    "title": "Foster placement",
    "account": FOSTER,
    "day": "2003-04-01",
    "starts": "2003-04-01",
    "expected_end": "2003-06-30",
    "unit": "week",
    "price": "700.00",
}
_FOUR_WEEKS = {"starts": "2003-04-01", "ends": "2003-04-28"}
_LINE = {"call_off": _PLACED, **_FOUR_WEEKS, "net": "2800.00"}
_INVOICE: dict[str, Any] = {
    "reference": "inv-1001",
    "provider": "oakfield",
    "number": "1001",
    "day": "2003-05-01",
    "received": "2003-05-03",
    "lines": [_LINE],
}
_STEP = {"invoice": _KEY, "day": "2003-05-10"}
_LATER = datetime(2003, 5, 10, 9, 0, tzinfo=UTC)
_ON_LINE_1 = {**_STEP, "line": 1, "reason": "Not as agreed"}

_HALF = b"Date,Supplier,Reference,Amount\n20/05/2003,Oakfield Fostering,1001,1400.00\n"

Told = tuple[str, dict[str, Any], str]


def _said(event: str, asked: dict[str, Any], by: str = COMMISSIONER) -> Told:
    return event, asked, by


_PLACEMENT = _said("call-off", _ORDER)
_RECEIVED = _said("invoice", _INVOICE)
_DEAR = _said("invoice", {**_INVOICE, "lines": [{**_LINE, "net": "3000.00"}]})
_APPROVED = _said("invoice-approval", {**_STEP, "reference": "ok"}, APPROVER)
_OWING = (_PLACEMENT, _RECEIVED, _APPROVED)
_ENDED_SINCE = (
    *_OWING,
    _said(
        "call-off-end",
        {"reference": "e", "call_off": _PLACED, "day": "2003-04-14", "reason": "Returned home"},
    ),
)
_CREDITED = _said(
    "invoice",
    {
        **_INVOICE,
        "reference": "cn",
        "number": "CN1",
        "credits": _KEY,
        "lines": [{**_LINE, "net": "-100.00"}],
    },
)


def _record(session: Session, *told: Told) -> None:
    for event, asked, by in told:
        what = EVENTS[event]
        what.act(session, what.asks.model_validate_json(json.dumps(asked)), by, _LATER)


def _tell(*told: Told) -> Run:
    """Events one after another, of which the last is refused."""
    return in_small_trust(lambda session: _record(session, *told), found_register)


def _order(**said: Any) -> Run:
    return _tell(_said("call-off", {**_ORDER, **said}))


def _change(event: str, **said: Any) -> Run:
    asked = {"reference": "x", "call_off": _PLACED, "day": "2003-05-01", "reason": "Agreed"}
    return _tell(_PLACEMENT, _said(event, {**asked, **said}))


def _call_off(**said: Any) -> Run:
    return lambda: problems_in_call_off(replace(_FOSTERING, **said))


def _line(**said: Any) -> Run:
    asked = Line(
        number=1,
        call_off=_PLACED,
        starts=date(2003, 4, 1),
        ends=date(2003, 4, 28),
        net=Money.parse("2800"),
    )
    came = Invoice(
        key=_KEY,
        provider="oakfield",
        number="1001",
        day=date(2003, 5, 1),
        received=date(2003, 5, 3),
        lines=(replace(asked, **said),),
    )
    return lambda: problems_in_invoice(came)


def _keyed(
    session: Session, *, call_off: str, contract: str = CONTRACT, book: Book = Book.ACTUAL
) -> int:
    """A person's journal of £70.00, coded to a call-off."""
    other = "Equity:Committed" if book is Book.COMMITMENT else "Assets:HostCash"
    spend = Posting(
        FOSTER, Money.parse("70"), service="fostering", contract=contract, call_off=call_off
    )
    wanted = Journal(
        book=book,
        fund="pool",
        period=Period.containing(_DAY),
        day=_DAY,
        narration="Foster care",
        postings=(spend, Posting(other, Money.parse("-70"))),
        source="keyed",
        source_ref="1",
    )
    return posting.submit(session, wanted, by=CLERK, at=_LATER)


def _another_contract(session: Session) -> object:
    """A contract with another provider beside that of the register's trust."""
    text = """
providers:
  - {code: beech, name: Beech Care, sector: private}
contracts:
  - {number: C-0009, title: Respite, provider: beech, service: fostering, fund: pool,
     value: "9000.00", starts: 2003-04-01, ends: 2004-03-31}
"""
    return applying.apply(session, applying.read(text), by="admin", at=AT)


def _of_another_contract(session: Session) -> object:
    _another_contract(session)
    _record(session, _PLACEMENT)
    return _keyed(session, call_off=_PLACED, contract="C-0009")


def _from_another_provider(session: Session) -> None:
    _another_contract(session)
    _record(session, _PLACEMENT, _said("invoice", {**_INVOICE, "provider": "beech"}))


def _of_another_fund(session: Session) -> object:
    payers = [{"fund": "special", "weight": 1}]
    _record(session, _said("call-off", {**_ORDER, "funding": payers}))
    return _keyed(session, call_off=_PLACED)


def _promise_keyed(session: Session) -> object:
    _record(session, _PLACEMENT)
    return _keyed(session, call_off=_PLACED, book=Book.COMMITMENT)


def _invoice_reversed(session: Session) -> object:
    _record(session, _PLACEMENT, _RECEIVED)
    event, asked, by = _APPROVED
    what = EVENTS[event]
    made = what.act(session, what.asks.model_validate_json(json.dumps(asked)), by, _LATER)
    journals: Any = made["journals"]
    return posting.reverse(session, journals[0], reason="Wrong", by=CLERK, at=_LATER)


def _half_paid(session: Session) -> list[Problem]:
    """What is said of a line that prints the invoice's number and half its amount, then loaded."""
    _record(session, *_OWING)
    plan = preview_spend(session, _HALF, name="may.csv", options=SpendOptions(fund="pool"))
    load_spend(
        session, _HALF, name="may.csv", options=SpendOptions(fund="pool"), by=CLERK, at=_LATER
    )
    return [*plan.warnings]


def _decided(journal: str, reference: str, invoice: str = _KEY) -> Told:
    asked = {
        "reference": reference,
        "journal": journal,
        "day": "2003-05-21",
        "invoice": invoice,
        "reason": "The first half",
    }
    return _said("held-payment", asked, CLERK)


def _decided_twice(session: Session) -> None:
    _half_paid(session)
    _record(session, _decided(_PAID, "one"), _decided(_PAID, "two"))


def _reversed_under_a_decision(session: Session) -> object:
    _half_paid(session)
    _record(session, _decided(_PAID, "one"))
    return posting.reverse(session, _PAID, reason="Wrong", by=CLERK, at=_LATER)


def _dearer_after_its_fund_ended(session: Session) -> None:
    _record(session, _said("call-off", {**_ORDER, "expected_end": "2003-12-31"}))
    ended = """
funds:
  - {code: pool, title: Placements pool, kind: pooled, legal_basis: health_act_1999_s31,
     host: social, ends: 2003-09-30}
"""
    applying.apply(session, applying.read(ended), by="admin", at=AT)
    for month in range(1, 7):
        closing.close(
            session, Period.parse(f"2003-04 P{month:02d}"), by=CLERK, at=_LATER, reason="Known"
        )
    dearer = {"reference": "v", "call_off": _PLACED, "day": "2003-11-01", "reason": "Agreed"}
    _record(session, _said("call-off-variation", {**dearer, "price": "710.00"}))


def _asked_back(reference: str, amount: str, **days: str) -> Told:
    asked = {**_ON_LINE_1, "reference": reference, "amount": amount, **days}
    return _said("overpayment", asked, APPROVER)


def _with_placement(session: Session) -> None:
    found_register(session)
    session.flush()
    _record(session, _PLACEMENT)


example(
    "call_off_unknown",
    "A placement is ended that nobody made.",
    _tell(
        _said(
            "call-off-end",
            {"reference": "x", "call_off": "C-0001/09", "day": "2003-05-01", "reason": "Home"},
        )
    ),
)
example(
    "call_off_of_another_contract",
    "Spend under a placement is put down to another contract.",
    in_small_trust(_of_another_contract, found_register),
)
example(
    "call_off_of_another_provider",
    "Beech Care asks for days that Oakfield was to deliver.",
    in_small_trust(_from_another_provider, found_register),
)
example(
    "call_off_of_another_fund",
    "The pool spends under a placement that education pays for.",
    in_small_trust(_of_another_fund, found_register),
)
example(
    "promise_of_ended_fund",
    "A placement costs more from November; its fund ended in September, which is closed.",
    in_small_trust(_dearer_after_its_fund_ended, found_register),
)
example(
    "contract_not_in_force",
    "A placement is to start after its contract has ended.",
    _order(starts="2006-04-01", expected_end="2006-06-30"),
)
example(
    "requisition_not_open",
    "An order is made from a requisition that is not there.",
    _order(of_requisition="C-0001/08"),
)
example(
    "call_off_ends_before_it_starts",
    "A placement is expected to end two days before its first.",
    _call_off(expected_end=date(2003, 3, 30)),
)
example(
    "change_ends_before_it_starts",
    "A suspension from May is to be over in April.",
    _change("call-off-suspension", ends="2003-04-20"),
)
example(
    "enhancement_ends_before_it_starts",
    "More is to be paid from May until April.",
    _call_off(
        enhancements=(
            Enhancement(date(2003, 5, 1), date(2003, 4, 20), Money.parse("50"), "Two carers"),
        )
    ),
)
example(
    "case_reference_missing",
    "A placement names no case.",
    _call_off(kind=Kind.PLACEMENT),
)
example("quantity_not_above_nil", "No hours are ordered.", _call_off(quantity=Fraction(0)))
example("vat_out_of_range", "More VAT is paid than the price.", _call_off(vat=12_000))
example("price_missing", "Nobody said what a week costs.", _order(price=None))
example(
    "funding_weight_not_above_nil",
    "A partner's part weighs nothing.",
    _call_off(funding=(DatedFunding(_DAY, (Funder(fund="pool", weight=0),)),)),
)
example(
    "funding_named_twice",
    "The pool stands twice among those who pay.",
    _call_off(funding=(DatedFunding(_DAY, _FUNDERS * 2),)),
)
example(
    "more_than_is_available",
    "A placement would cost £236,600.00 of a budget of £200,000.00.",
    _order(price="18200.00"),
)
example(
    "commitment_is_kept_by_the_ledger",
    "A person keys a journal to raise what a placement promises.",
    in_small_trust(_promise_keyed, found_register),
)
example(
    "invoice_received_before",
    "An invoice comes again under the number of the first.",
    _tell(_PLACEMENT, _RECEIVED, _said("invoice", {**_INVOICE, "reference": "again"})),
)
example(
    "call_off_takes_no_invoice",
    "An invoice comes for what was only requisitioned.",
    _tell(_said("call-off", {**_ORDER, "stage": "requisition"}), _RECEIVED),
)
example(
    "invoice_line_ends_before_it_starts",
    "A line's last day is before its first.",
    _line(ends=date(2003, 3, 28)),
)
example(
    "invoice_line_amount_wrong_way",
    "An invoice asks for less than nothing.",
    _line(net=Money.parse("-2800")),
)
example(
    "invoice_vat_wrong_way",
    "A line asks for money and takes VAT back.",
    _line(vat=Money.parse("-490")),
)
example("units_not_above_nil", "A line asks for no hours.", _line(units=Fraction(0)))
example("invoice_unknown", "An invoice nobody entered is approved.", _tell(_APPROVED))
example(
    "invoice_line_unknown",
    "The second line of an invoice of one is disputed.",
    _tell(
        _PLACEMENT,
        _RECEIVED,
        _said(
            "invoice-dispute",
            {**_ON_LINE_1, "reference": "d", "line": 2, "amount": "10.00"},
            APPROVER,
        ),
    ),
)
example(
    "approver_received_it",
    "Who entered an invoice approves it.",
    _tell(_PLACEMENT, _RECEIVED, _said("invoice-approval", {**_STEP, "reference": "ok"})),
)
example(
    "nothing_to_approve",
    "All that was left of an invoice is above the price.",
    _tell(
        _PLACEMENT,
        _DEAR,
        _APPROVED,
        _said("invoice-approval", {**_STEP, "reference": "rest"}, APPROVER),
    ),
)
example(
    "dispute_of_more_than_is_left",
    "£3,000.00 of a line of £2,800.00 is disputed.",
    _tell(
        _PLACEMENT,
        _RECEIVED,
        _said("invoice-dispute", {**_ON_LINE_1, "reference": "d", "amount": "3000.00"}, APPROVER),
    ),
)
example(
    "owed_out_of_range",
    "More is said to be owed than was asked.",
    _tell(
        _PLACEMENT,
        _RECEIVED,
        _said("invoice-resolution", {**_ON_LINE_1, "reference": "r", "owed": "3000.00"}, APPROVER),
    ),
)
example(
    "recovery_of_more_than_was_overpaid",
    "Money is asked back for days that were ordered.",
    _tell(
        *_OWING,
        _said("overpayment", {**_ON_LINE_1, "reference": "b", "amount": "1400.00"}, APPROVER),
    ),
)
example(
    "recovery_of_ordered_days",
    "Money is asked back for days before the placement ended.",
    _tell(*_ENDED_SINCE, _asked_back("b", "1400.00", starts="2003-04-08", ends="2003-04-21")),
)
example(
    "taken_back_below_its_cost",
    "£700.00 is asked back for two weeks of £1,400.00.",
    _tell(*_ENDED_SINCE, _asked_back("b", "700.00", starts="2003-04-15", ends="2003-04-28")),
)
example(
    "taken_back_before",
    "A week is asked back twice.",
    _tell(
        *_ENDED_SINCE,
        _asked_back("b", "700.00", starts="2003-04-22", ends="2003-04-28"),
        _asked_back("c", "700.00", starts="2003-04-22", ends="2003-04-28"),
    ),
)
example(
    "invoice_line_takes_nothing_back",
    "An invoice says that its own days were not delivered.",
    _line(takes_back=True),
)
example(
    "credit_without_invoice",
    "An invoice is sent back that a credit note takes from.",
    _tell(
        _PLACEMENT,
        _RECEIVED,
        _CREDITED,
        _said(
            "invoice-rejection",
            {**_STEP, "reference": "x", "reason": "No order"},
            APPROVER,
        ),
    ),
)
example(
    "nothing_to_resume",
    "A placement that has ended is resumed and was not suspended.",
    _tell(
        *_ENDED_SINCE,
        _said(
            "call-off-resumption",
            {"reference": "r", "call_off": _PLACED, "day": "2003-04-10", "reason": "Back"},
        ),
    ),
)
example(
    "credit_of_more_than_is_left",
    "A credit note takes £2,900.00 from an invoice of £2,800.00.",
    _tell(
        *_OWING,
        _said(
            "invoice",
            {
                **_INVOICE,
                "reference": "cn",
                "number": "CN1",
                "credits": _KEY,
                "lines": [{**_LINE, "net": "-2900.00"}],
            },
            COMMISSIONER,
        ),
    ),
)
example(
    "payment_of_more_than_is_owed",
    "£2,900.00 is paid of an invoice of £2,800.00.",
    _tell(
        *_OWING,
        _said("invoice-payment", {**_STEP, "reference": "p", "amount": "2900.00"}, CLERK),
    ),
)
example(
    "payment_held",
    "A line of an extract prints an invoice's number and half its amount.",
    in_small_trust(_half_paid, found_register),
)
example(
    "payment_not_held",
    "It is said what a journal paid for that never waited.",
    _tell(*_OWING, _decided("2003-04/000001", "one")),
)
example(
    "payment_decided_before",
    "It is said twice what a payment paid for.",
    in_small_trust(_decided_twice, found_register),
)
example(
    "held_payment_decided_since",
    "A held payment is to be reversed under what was decided of it.",
    in_small_trust(_reversed_under_a_decision, found_register),
)
example(
    "invoice_journal_not_reversed",
    "The journal of an approved invoice is to be reversed.",
    in_small_trust(_invoice_reversed, found_register),
)
example(
    "call_off_differs_from_events",
    "A placement is ended by hand.",
    spoilt(_with_placement, "UPDATE call_off SET ends = '2003-05-01'"),
)
example(
    "commitment_differs_from_promise",
    "The balance of what is promised is raised by hand.",
    spoilt(_with_placement, "UPDATE call_off_balance SET pence = pence + 100"),
)
