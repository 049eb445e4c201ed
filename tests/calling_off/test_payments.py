"""A payment in a spending extract settles its invoice; what could be either is held for a person."""

from datetime import date
from typing import Any

import pytest

from ledger.journal import Book
from ledger.money import Money
from ledger.periods import Period
from tests.calling_off.test_invoices import FOUR_WEEKS, creditors, invoice, step
from tests.support.register import APPROVER, AT, CLERK, FOSTER, YEAR, Register
from trust_commissioning import applying, posting
from trust_commissioning.importing.loading import load_spend
from trust_commissioning.importing.planning import SpendOptions
from trust_commissioning.store import transaction
from trust_commissioning.store.invoicing import invoice as kept

HEAD = "Date,Supplier,Reference,Amount\n"
RULES = f"""
coding_rules:
  - {{code: foster, when: [{{column: Supplier, equals: Oakfield Fostering}}], account: "{FOSTER}",
     service: fostering, fund: pool, call_off: C-0001/01}}
"""


@pytest.fixture
def owing(register: Register) -> Register:
    """£2,800.00 of invoice 1001 is approved and not paid."""
    number = register.calls_off("P-1", expected_end="2003-06-30")
    register.record(
        "invoice", invoice("1001", {"call_off": number, **FOUR_WEEKS, "net": "2800.00"})
    )
    register.record("invoice-approval", step("I-000001", "ok"), by=APPROVER)
    with transaction(register.engine) as session:
        applying.apply(session, applying.read(RULES), by="admin", at=AT)
    return register


def loads(register: Register, *lines: str, name: str = "may.csv") -> Any:
    text = HEAD + "".join(f"{line}\n" for line in lines)
    with transaction(register.engine) as session:
        return load_spend(
            session,
            text.encode(),
            name=name,
            options=SpendOptions(fund="pool"),
            by=CLERK,
            at=AT,
        )


def state(register: Register) -> str:
    return str(register.ask(kept, "I-000001").state.value)


def test_the_payment_of_an_approved_invoice_is_not_expensed_again(owing: Register) -> None:
    loaded = loads(owing, "20/05/2003,Oakfield Fostering,1001,2800.00")

    assert (loaded.invoices_settled, loaded.payments_held) == (1, 0)
    assert creditors(owing) == "0.00"
    assert (owing.committed(), owing.actual()) == ("6300.00", "2800.00")
    assert state(owing) == "settled"
    assert owing.is_clean()


def test_a_line_of_another_amount_that_prints_the_number_is_held(owing: Register) -> None:
    loaded = loads(owing, "20/05/2003,Oakfield Fostering,1001,1400.00")

    assert (loaded.invoices_settled, loaded.payments_held) == (0, 1)
    assert "could be the payment of I-000001" in str(loaded.warnings)
    assert owing.by("account", book=Book.ACTUAL, account="Assets:PaymentsHeld") == {
        "Assets:PaymentsHeld": "1400.00"
    }
    assert owing.actual() == "2800.00"


def test_a_person_says_what_a_held_payment_paid(owing: Register) -> None:
    loaded = loads(owing, "20/05/2003,Oakfield Fostering,1001,1400.00")
    said = {
        "reference": "d1",
        "journal": loaded.first_journal,
        "day": "2003-05-21",
        "invoice": "I-000001",
        "reason": "Half of it now",
    }

    owing.record("held-payment", said, by=CLERK)

    assert creditors(owing) == "-1400.00"
    assert (owing.actual(), state(owing)) == ("2800.00", "approved")
    assert owing.is_clean()


def test_a_held_payment_can_be_spend_of_its_own_and_then_releases_the_promise(
    owing: Register,
) -> None:
    loaded = loads(owing, "20/05/2003,Oakfield Fostering,,350.00")
    assert loaded.payments_held == 1
    assert owing.committed() == "6300.00"

    said = {"reference": "d1", "journal": loaded.first_journal, "day": "2003-05-21"}
    owing.record("held-payment", said | {"reason": "A bill of its own"}, by=CLERK)

    assert owing.actual() == "3150.00"
    assert owing.committed() == "5950.00"
    assert owing.by("outcome", book=Book.ACTUAL) == {
        "stay_safe": "2362.50",
        "be_healthy": "787.50",
    }


def test_two_invoices_of_one_amount_are_not_guessed_between(owing: Register) -> None:
    second = {"starts": "2003-04-29", "ends": "2003-05-26", "net": "2800.00"}
    owing.record("invoice", invoice("1002", {"call_off": "C-0001/01", **second}))
    owing.record("invoice-approval", step("I-000002", "ok2"), by=APPROVER)

    unsaid = loads(owing, "20/05/2003,Oakfield Fostering,,2800.00")
    assert (unsaid.invoices_settled, unsaid.payments_held) == (0, 1)
    named = loads(owing, "27/05/2003,Oakfield Fostering,1002,2800.00", name="second.csv")
    assert (named.invoices_settled, named.payments_held) == (1, 0)
    assert creditors(owing) == "-2800.00"


def test_a_line_coded_to_a_call_off_without_an_invoice_releases_its_promise(
    register: Register,
) -> None:
    register.calls_off("P-1", expected_end="2003-06-30")
    with transaction(register.engine) as session:
        applying.apply(session, applying.read(RULES), by="admin", at=AT)

    loads(
        register,
        "05/05/2003,Oakfield Fostering,77,700.00",
        "12/05/2003,Oakfield Fostering,78,700.00",
    )

    assert (register.committed(), register.actual()) == ("7700.00", "1400.00")
    assert register.is_clean()


def test_the_same_file_again_pays_nothing(owing: Register) -> None:
    line = "20/05/2003,Oakfield Fostering,1001,2800.00"
    loads(owing, line)

    assert loads(owing, line).total == Money(0)
    assert creditors(owing) == "0.00"


def test_a_payment_that_was_reversed_leaves_its_invoice_to_be_paid_again(
    owing: Register,
) -> None:
    loaded = loads(owing, "20/05/2003,Oakfield Fostering,1001,2800.00")
    with transaction(owing.engine) as session:
        id = posting.reverse(
            session,
            loaded.first_journal,
            period=Period(YEAR, 2),
            day=date(2003, 5, 22),
            reason="The bank sent it back",
            by=CLERK,
            at=AT,
        )
        posting.post_submitted(session, id, by=APPROVER, at=AT)
    assert creditors(owing) == "-2800.00"

    again = loads(owing, "30/05/2003,Oakfield Fostering,1001,2800.00", name="june.csv")

    assert again.invoices_settled == 1
    assert (creditors(owing), owing.actual()) == ("0.00", "2800.00")
    assert owing.is_clean()
