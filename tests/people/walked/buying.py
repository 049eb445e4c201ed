"""Services of call-offs, what providers deliver under them, their invoices and payments."""

from typing import Any

from sqlmodel import Session

from tests.people.walked.ledger import with_budget
from tests.people.walked.service import Service, after, told
from tests.support.trusts import AT
from trust_commissioning.importing.loading import load_spend
from trust_commissioning.importing.planning import SpendOptions
from trust_commissioning.roles import Action
from trust_commissioning.store.tables import AccountRow

PLACED, KEY = "C-0001/01", "I-000001"
FOUR_WEEKS = {"starts": "2003-04-01", "ends": "2003-04-28"}
PLACEMENT: dict[str, Any] = {
    "reference": "P",
    "contract": "C-0001",
    "title": "Foster placement",
    "account": "Expenses:ThirdParty:FosterCare",
    "day": "2003-04-01",
    "starts": "2003-04-01",
    "expected_end": "2003-04-28",
    "unit": "week",
    "price": "10.00",
}
CALLED_OFF = told("call-off", **PLACEMENT)
ABOVE = told("call-off", **(PLACEMENT | {"price": "100.00"}), override={"reason": "x"})
CHANGE = {"reference": "E", "call_off": PLACED, "day": "2003-04-20", "reason": "x"}
ENDED = told("call-off-end", **(CHANGE | {"day": "2003-04-14"}))
INVOICE: dict[str, Any] = {
    "reference": "inv",
    "provider": "oakfield",
    "number": "1001",
    "day": "2003-04-29",
    "received": "2003-04-30",
    "lines": [{"call_off": PLACED, **FOUR_WEEKS, "net": "40.00"}],
}
RECEIVED = told("invoice", **INVOICE)
STEP = {"invoice": KEY, "day": "2003-04-30"}
ON_LINE = STEP | {"reference": "E", "line": 1, "reason": "x"}
APPROVAL = told("invoice-approval", **STEP, reference="ok")
HALF = b"Date,Supplier,Reference,Amount\n30/04/2003,Oakfield Fostering,1001,20.00\n"


def with_accounts(session: Session, by: str) -> None:
    """A budget of £100.00, and accounts for what is asked back and for payments held."""
    with_budget(session, by)
    session.add(AccountRow(name="Assets:Debtors:Other", title="Overpaid"))
    session.add(AccountRow(name="Assets:PaymentsHeld", title="Payments held"))
    session.flush()


def approved(session: Session, _by: str) -> None:
    """By another than entered it."""
    APPROVAL(session, "p.approver")


def half_paid(session: Session, by: str) -> None:
    """A line of an extract that may be a part of the invoice's payment, and is held."""
    options = SpendOptions(fund="general")
    load_spend(session, HALF, name="april.csv", options=options, by=by, at=AT)


called_off = after(with_accounts, CALLED_OFF)
received = after(with_accounts, CALLED_OFF, RECEIVED)
owing = after(with_accounts, CALLED_OFF, RECEIVED, approved)

SERVICES: dict[str, Service] = {
    "calling_off.call_off": Service(Action.CALL_OFF, CALLED_OFF, after(with_accounts)),
    "calling_off.call_off above what is available": Service(
        Action.OVERRIDE_LIMIT, ABOVE, after(with_accounts)
    ),
    "calling_off.change": Service(
        Action.CALL_OFF, told("call-off-variation", **CHANGE, price="9.00"), called_off
    ),
    "calling_off.change of an end": Service(Action.CALL_OFF, ENDED, called_off),
    "calling_off.change of a suspension": Service(
        Action.CALL_OFF, told("call-off-suspension", **CHANGE), called_off
    ),
    "calling_off.change above what is available": Service(
        Action.OVERRIDE_LIMIT,
        told("call-off-variation", **CHANGE, price="100.00", override={"reason": "x"}),
        called_off,
    ),
    "invoicing.deliver": Service(
        Action.CALL_OFF,
        told("return", reference="R", call_off=PLACED, **FOUR_WEEKS, units="4", day="2003-04-29"),
        called_off,
    ),
    "invoicing.tolerate": Service(
        Action.OVERRIDE_LIMIT,
        told(
            "matching-rule",
            reference="T",
            day="2003-04-01",
            percent="1",
            amount="1.00",
            reason="x",
        ),
    ),
    "invoicing.receive": Service(Action.CALL_OFF, RECEIVED, called_off),
    "invoicing.approve": Service(Action.APPROVE_INVOICE, APPROVAL, received),
    "invoicing.dispute": Service(
        Action.APPROVE_INVOICE, told("invoice-dispute", **ON_LINE, amount="1.00"), received
    ),
    "invoicing.resolve": Service(
        Action.APPROVE_INVOICE,
        told("invoice-resolution", **ON_LINE, owed="39.00"),
        after(
            with_accounts,
            CALLED_OFF,
            RECEIVED,
            told("invoice-dispute", **(ON_LINE | {"reference": "D"}), amount="1.00"),
        ),
    ),
    "invoicing.reject": Service(
        Action.APPROVE_INVOICE,
        told("invoice-rejection", **STEP, reference="E", reason="x"),
        received,
    ),
    "invoicing.recover": Service(
        Action.APPROVE_INVOICE,
        told("overpayment", **ON_LINE, amount="20.00"),
        after(with_accounts, CALLED_OFF, RECEIVED, approved, ENDED),
    ),
    "invoicing.pay": Service(
        Action.ENTER_JOURNAL,
        told("invoice-payment", **STEP, reference="E", amount="40.00"),
        owing,
    ),
    "invoicing.decide": Service(
        Action.ENTER_JOURNAL,
        told(
            "held-payment",
            reference="E",
            journal="2003-04/000005",
            day="2003-04-30",
            invoice=KEY,
            reason="x",
        ),
        after(with_accounts, CALLED_OFF, RECEIVED, approved, half_paid),
    ),
}
