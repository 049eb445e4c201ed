"""Invoices matched three ways: what is undisputed is owed and promised no more, the rest is held."""

from typing import Any

from ledger.journal import Book
from tests.support.addresses import one_address
from tests.support.register import APPROVER, CLERK, COMMISSIONER, Register

FOUR_WEEKS = {"starts": "2003-04-01", "ends": "2003-04-28"}


def invoice(number: str, *lines: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "reference": f"inv-{number}",
        "provider": "oakfield",
        "number": number,
        "day": "2003-05-01",
        "received": "2003-05-03",
        "lines": list(lines),
        **more,
    }


def step(key: str, reference: str, **more: Any) -> dict[str, Any]:
    return {"reference": reference, "invoice": key, "day": "2003-05-10", **more}


def creditors(register: Register) -> str:
    held = register.by("account", book=Book.ACTUAL, account="Liabilities:Creditors")
    return held.get("Liabilities:Creditors", "0.00")


def test_an_invoice_as_ordered_is_owed_and_its_days_are_promised_no_more(
    register: Register,
) -> None:
    number = register.calls_off("P-1", expected_end="2003-06-30")
    assert register.committed() == "9100.00"

    received = register.record(
        "invoice", invoice("1001", {"call_off": number, **FOUR_WEEKS, "net": "2800.00"})
    )
    assert received == {"invoice": "I-000001", "state": "matched"}
    assert register.actual() == "0.00"

    register.record("invoice-approval", step("I-000001", "ok"), by=APPROVER)

    assert (register.committed(), register.actual()) == ("6300.00", "2800.00")
    assert register.available("pool") == "190900.00"
    assert creditors(register) == "-2800.00"

    register.record("invoice-payment", step("I-000001", "paid", amount="2800.00"), by=CLERK)

    assert creditors(register) == "0.00"
    assert (register.committed(), register.actual()) == ("6300.00", "2800.00")
    assert register.is_clean()


def test_who_entered_an_invoice_does_not_approve_it(register: Register) -> None:
    number = register.calls_off("P-1")
    register.record(
        "invoice", invoice("1001", {"call_off": number, **FOUR_WEEKS, "net": "2800.00"})
    )

    assert register.refused("invoice-approval", step("I-000001", "ok"), by=COMMISSIONER) == [
        "approver_received_it"
    ]
    one_address(register.engine, COMMISSIONER, APPROVER)
    assert register.refused("invoice-approval", step("I-000001", "ok"), by=APPROVER) == [
        "approver_received_it"
    ]


def test_an_invoice_is_not_approved_into_a_year_that_was_never_opened(register: Register) -> None:
    number = register.calls_off("P-1")
    register.record(
        "invoice", invoice("1001", {"call_off": number, **FOUR_WEEKS, "net": "2800.00"})
    )

    for wrong in ({"day": "2031-05-01"}, {"period": "2031-32 P01"}):
        asked = step("I-000001", "ok", **wrong)
        assert register.refused("invoice-approval", asked, by=APPROVER) == ["year_not_opened"]


def test_what_is_above_the_price_is_held_and_the_rest_is_paid(register: Register) -> None:
    number = register.calls_off("P-1", expected_end="2003-06-30")
    received = register.record(
        "invoice", invoice("1001", {"call_off": number, **FOUR_WEEKS, "net": "3000.00"})
    )
    assert received["state"] == "held"

    approved = register.record("invoice-approval", step("I-000001", "ok"), by=APPROVER)

    assert approved["state"] == "part_approved"
    assert (register.committed(), register.actual()) == ("6500.00", "2800.00")

    register.record(
        "invoice-resolution",
        step("I-000001", "no", line=1, owed="2800.00", reason="The price was agreed at 700"),
        by=APPROVER,
    )
    done = register.record("invoice-approval", step("I-000001", "rest"), by=APPROVER)

    assert done["state"] == "approved"
    assert (register.committed(), register.actual()) == ("6300.00", "2800.00")
    assert register.is_clean()


def test_what_was_not_delivered_is_held_until_a_return_says_it_was(register: Register) -> None:
    """100 hours ordered at £41.50; 40 asked for, 32 returned: 8 hours of £332.00 are held."""
    number = register.calls_off("H-1", unit="hour", price="41.50", quantity="100")
    assert register.committed() == "4150.00"
    delivered = {"reference": "r1", "call_off": number, "units": "32", "day": "2003-05-02"}
    register.record("return", delivered | FOUR_WEEKS)

    received = register.record(
        "invoice",
        invoice("1001", {"call_off": number, **FOUR_WEEKS, "units": "40", "net": "1660.00"}),
    )
    assert received["state"] == "held"
    register.record("invoice-approval", step("I-000001", "ok"), by=APPROVER)
    assert (register.committed(), register.actual()) == ("2822.00", "1328.00")

    register.record("return", delivered | FOUR_WEEKS | {"reference": "r2", "units": "40"})
    register.record(
        "invoice-resolution",
        step("I-000001", "yes", line=1, owed="1660.00", reason="The return was corrected"),
        by=APPROVER,
    )
    register.record("invoice-approval", step("I-000001", "rest"), by=APPROVER)
    assert (register.committed(), register.actual()) == ("2490.00", "1660.00")


def test_a_tolerance_lets_pennies_pass_and_no_more(register: Register) -> None:
    number = register.calls_off("P-1")
    rule = {
        "reference": "t",
        "day": "2003-04-01",
        "percent": "1",
        "amount": "5.00",
        "reason": "Rounding of rates",
    }
    register.record("matching-rule", rule, by="p.manager")
    line = {"call_off": number, **FOUR_WEEKS}

    within = register.record("invoice", invoice("1", line | {"net": "2805.00"}))
    above = register.record("invoice", invoice("2", line | {"net": "2805.01"}))

    assert (within["state"], above["state"]) == ("matched", "held")


def test_an_invoice_that_came_before_is_refused(register: Register) -> None:
    """Under the same number; or for the same amount and days under another."""
    number = register.calls_off("P-1")
    line = {"call_off": number, **FOUR_WEEKS, "net": "2800.00"}
    register.record("invoice", invoice("1001", line))

    same_number = invoice("1001", line | {"net": "1.00"}) | {"reference": "again"}
    same_days = invoice("1001-A", line)
    assert register.refused("invoice", same_number) == ["invoice_received_before"]
    assert register.refused("invoice", same_days) == ["invoice_received_before"]


def test_days_billed_twice_are_held(register: Register) -> None:
    number = register.calls_off("P-1")
    register.record("invoice", invoice("1", {"call_off": number, **FOUR_WEEKS, "net": "2800.00"}))
    register.record("invoice-approval", step("I-000001", "ok"), by=APPROVER)

    later = {"starts": "2003-04-22", "ends": "2003-05-05", "net": "1400.00"}
    received = register.record("invoice", invoice("2", {"call_off": number, **later}))

    assert received["state"] == "held"
    register.record("invoice-approval", step("I-000002", "ok2"), by=APPROVER)
    assert register.actual() == "3500.00"  # a week of the two was billed before


def test_a_cost_is_split_among_those_who_pay_with_its_vat(register: Register) -> None:
    """£1,000.01 and £175.00 of VAT, of which 5 percent of the price is irrecoverable."""
    number = register.calls_off(
        "P-1",
        price="1000.01",
        expected_end="2003-04-07",
        irrecoverable_vat="5",
        funding=[
            {"fund": "special", "weight": 40, "partner": "education"},
            {"fund": "pool", "weight": 60, "partner": "social"},
        ],
    )
    assert register.committed() == "1050.01"
    week = {"starts": "2003-04-01", "ends": "2003-04-07", "net": "1000.01", "vat": "175.00"}
    register.record("invoice", invoice("1", {"call_off": number, **week}))
    register.record("invoice-approval", step("I-000001", "ok"), by=APPROVER)

    assert register.by("fund", "partner", book=Book.ACTUAL) == {
        "special/education": "420.00",
        "pool/social": "630.01",
    }
    assert register.by("fund", book=Book.ACTUAL, account="Assets:VatRecoverable") == {
        "special": "50.00",
        "pool": "75.00",
    }
    assert register.committed() == "0.00"
    register.record("invoice-payment", step("I-000001", "paid", amount="1175.01"), by=CLERK)
    assert creditors(register) == "0.00"
    assert register.is_clean()


def test_what_was_paid_after_a_placement_ended_is_asked_back(register: Register) -> None:
    number = register.calls_off("P-1")
    register.record("invoice", invoice("1", {"call_off": number, **FOUR_WEEKS, "net": "2800.00"}))
    register.record("invoice-approval", step("I-000001", "ok"), by=APPROVER)
    end = {"reference": "e", "call_off": number, "day": "2003-04-14", "reason": "Returned home"}
    register.record("call-off-end", end)
    assert register.committed() == "0.00"

    back = step("I-000001", "back", line=1, amount="1400.00", reason="Ended on 14 April")
    too_much = back | {"amount": "1400.01"}
    assert register.refused("overpayment", too_much, by=APPROVER) == [
        "recovery_of_more_than_was_overpaid"
    ]
    register.record("overpayment", back, by=APPROVER)

    assert (register.committed(), register.actual()) == ("0.00", "1400.00")
    assert register.by("account", book=Book.ACTUAL, account="Assets:Debtors:Other") == {
        "Assets:Debtors:Other": "1400.00"
    }
    assert register.refused("overpayment", back | {"reference": "more"}, by=APPROVER) == [
        "recovery_of_more_than_was_overpaid"
    ]
    assert register.is_clean()


def test_a_credit_note_takes_back_what_was_owed(register: Register) -> None:
    number = register.calls_off("P-1", expected_end="2003-06-30")
    line = {"call_off": number, **FOUR_WEEKS}
    register.record("invoice", invoice("1", line | {"net": "2800.00"}))
    register.record("invoice-approval", step("I-000001", "ok"), by=APPROVER)

    register.record("invoice", invoice("CN1", line | {"net": "-100.00"}, credits="I-000001"))
    register.record("invoice-approval", step("I-000002", "cn"), by=APPROVER)

    assert (register.committed(), register.actual()) == ("6300.00", "2700.00")
    assert creditors(register) == "-2700.00"
    assert register.is_clean()


def test_a_rejected_invoice_leaves_nothing_and_its_number_may_come_again(
    register: Register,
) -> None:
    number = register.calls_off("P-1", expected_end="2003-06-30")
    line = {"call_off": number, **FOUR_WEEKS, "net": "2800.00"}
    register.record("invoice", invoice("1", line))
    register.record("invoice-rejection", step("I-000001", "x", reason="No order"), by=APPROVER)

    again = register.record("invoice", invoice("1", line) | {"reference": "second"})

    assert again["state"] == "matched"
    assert (register.committed(), register.actual()) == ("9100.00", "0.00")


def test_an_invoice_held_for_a_return_is_approved_once_the_return_came(register: Register) -> None:
    number = register.calls_off("H-1", unit="hour", price="40.00", quantity="100")
    delivered = {"reference": "r1", "call_off": number, "units": "30", "day": "2003-05-02"}
    register.record("return", delivered | FOUR_WEEKS)
    line = {"call_off": number, **FOUR_WEEKS, "units": "40", "net": "1600.00"}
    assert register.record("invoice", invoice("1", line))["state"] == "held"

    register.record("return", delivered | FOUR_WEEKS | {"reference": "r2", "units": "40"})
    done = register.record("invoice-approval", step("I-000001", "ok"), by=APPROVER)

    assert done["state"] == "approved"
    assert (register.committed(), register.actual()) == ("2400.00", "1600.00")


def test_an_invoice_matched_before_its_placement_ended_is_held_for_the_days_after(
    register: Register,
) -> None:
    number = register.calls_off("P-1")
    register.record("invoice", invoice("1", {"call_off": number, **FOUR_WEEKS, "net": "2800.00"}))
    end = {"reference": "e", "call_off": number, "day": "2003-04-14", "reason": "Returned home"}
    register.record("call-off-end", end)

    done = register.record("invoice-approval", step("I-000001", "ok"), by=APPROVER)

    assert done["state"] == "part_approved"
    assert register.actual() == "1400.00"


def test_a_requisition_takes_no_invoice(register: Register) -> None:
    number = register.calls_off("R-1", stage="requisition")
    wanted = invoice("1", {"call_off": number, **FOUR_WEEKS, "net": "2800.00"})

    assert register.refused("invoice", wanted) == ["call_off_takes_no_invoice"]
