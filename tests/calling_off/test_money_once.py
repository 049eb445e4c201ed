"""Nothing is paid, credited or asked back twice, and each fund pays for its own days."""

from typing import Any

from ledger.journal import Book
from tests.calling_off.test_invoices import FOUR_WEEKS, creditors, invoice, step
from tests.calling_off.test_payments import RULES, loads
from tests.support.register import APPROVER, AT, CLERK, CONTRACT, FOSTER, YEAR, Register
from trust_commissioning import applying, posting
from trust_commissioning.store import transaction


def bills(register: Register, number: str, *lines: dict[str, Any], **more: Any) -> str:
    return str(register.record("invoice", invoice(number, *lines, **more))["invoice"])


def approves(register: Register, key: str, reference: str, **more: Any) -> str:
    told = register.record("invoice-approval", step(key, reference, **more), by=APPROVER)
    return str(told["state"])


def resolves(register: Register, key: str, line: int, owed: str) -> None:
    said = step(key, f"{key}-{line}-{owed}", line=line, owed=owed, reason="Settled between us")
    register.record("invoice-resolution", said, by=APPROVER)


def ends(register: Register, number: str, day: str = "2003-04-14") -> None:
    end = {"reference": f"e-{number}", "call_off": number, "day": day, "reason": "Returned home"}
    register.record("call-off-end", end)


def test_two_lines_for_the_same_days_are_paid_once(register: Register) -> None:
    number = register.calls_off("P-1", expected_end="2003-06-30")
    line = {"call_off": number, **FOUR_WEEKS, "net": "2800.00"}
    key = bills(register, "1", line, line)

    assert approves(register, key, "ok") == "part_approved"

    assert register.actual() == "2800.00"
    assert register.is_clean()


def test_a_fee_and_its_enhancement_may_be_two_lines(register: Register) -> None:
    number = register.calls_off("P-1", expected_end="2003-06-30")
    more = {"reference": "e", "call_off": number, "day": "2003-04-01", "ends": "2003-04-28"}
    register.record("call-off-enhancement", more | {"price": "150.00", "reason": "One to one"})
    line = {"call_off": number, **FOUR_WEEKS}
    key = bills(register, "1", line | {"net": "2800.00"}, line | {"net": "600.00"})

    assert approves(register, key, "ok") == "approved"

    assert (register.committed(), register.actual()) == ("6300.00", "3400.00")


def test_two_lines_of_hours_take_no_more_than_were_ordered(register: Register) -> None:
    number = register.calls_off("H-1", unit="hour", price="40.00", quantity="100")
    line = {"call_off": number, **FOUR_WEEKS, "units": "60", "net": "2400.00"}
    key = bills(register, "1", line, line)

    assert approves(register, key, "ok") == "part_approved"

    assert (register.committed(), register.actual()) == ("800.00", "4000.00")


def test_hours_delivered_once_are_paid_once(register: Register) -> None:
    number = register.calls_off("H-1", unit="hour", price="40.00", quantity="100")
    delivered = {"reference": "r1", "call_off": number, "units": "40", "day": "2003-05-02"}
    register.record("return", delivered | FOUR_WEEKS)
    line = {"call_off": number, **FOUR_WEEKS}
    key = bills(register, "1", line | {"units": "40", "net": "1600.00"})
    assert approves(register, key, "ok") == "approved"

    again = invoice("2", line | {"units": "39", "net": "1560.00"})

    assert register.record("invoice", again)["state"] == "held"


def test_a_credit_note_takes_no_hours_or_days_of_its_own(register: Register) -> None:
    """60 of 100 hours at £40.00 are still promised, whatever is credited of the 40 billed."""
    number = register.calls_off("H-1", unit="hour", price="40.00", quantity="100")
    line = {"call_off": number, **FOUR_WEEKS}
    key = bills(register, "1", line | {"units": "40", "net": "1600.00"})
    approves(register, key, "ok")

    credit = bills(register, "CN", line | {"units": "10", "net": "-400.00"}, credits=key)
    approves(register, credit, "cn")

    assert (register.committed(), register.actual()) == ("2400.00", "1200.00")
    assert register.is_clean()


def test_more_than_was_asked_is_not_credited(register: Register) -> None:
    number = register.calls_off("P-1", expected_end="2003-06-30")
    line = {"call_off": number, **FOUR_WEEKS}
    key = bills(register, "1", line | {"net": "2800.00"})
    approves(register, key, "ok")
    bills(register, "CN1", line | {"net": "-800.00"}, credits=key)

    above = invoice("CN2", line | {"net": "-2000.01"}, credits=key)
    assert register.refused("invoice", above) == ["credit_of_more_than_is_left"]
    assert bills(register, "CN3", line | {"net": "-2000.00"}, credits=key) == "I-000003"


def test_what_was_credited_is_not_asked_back_as_well(register: Register) -> None:
    number = register.calls_off("P-1")
    key = bills(register, "1", {"call_off": number, **FOUR_WEEKS, "net": "2800.00"})
    approves(register, key, "ok")
    ends(register, number)
    after = {"call_off": number, "starts": "2003-04-15", "ends": "2003-04-28"}
    approves(register, bills(register, "CN", after | {"net": "-1400.00"}, credits=key), "cn")
    assert register.actual() == "1400.00"

    back = step(key, "back", line=1, amount="0.01", reason="Ended on 14 April")
    assert register.refused("overpayment", back, by=APPROVER) == [
        "recovery_of_more_than_was_overpaid"
    ]


def test_what_was_asked_back_is_not_credited_as_well(register: Register) -> None:
    number = register.calls_off("P-1")
    key = bills(register, "1", {"call_off": number, **FOUR_WEEKS, "net": "2800.00"})
    approves(register, key, "ok")
    ends(register, number)
    back = step(key, "back", line=1, amount="1400.00", reason="Ended on 14 April")
    register.record("overpayment", back, by=APPROVER)

    after = {"call_off": number, "starts": "2003-04-15", "ends": "2003-04-28", "net": "-1400.00"}
    assert register.refused("invoice", invoice("CN", after, credits=key)) == [
        "taken_back_before",
        "credit_of_more_than_is_left",
    ]
    assert register.actual() == "1400.00"


def test_what_is_asked_back_is_asked_back_with_its_vat(register: Register) -> None:
    """£2,800.00 and £490.00 of VAT paid; half of both comes back."""
    number = register.calls_off("P-1")
    line = {"call_off": number, **FOUR_WEEKS, "net": "2800.00", "vat": "490.00"}
    key = bills(register, "1", line)
    approves(register, key, "ok")
    register.record("invoice-payment", step(key, "paid", amount="3290.00"), by=CLERK)
    ends(register, number)

    back = step(key, "back", line=1, amount="1400.00", reason="Ended on 14 April")
    register.record("overpayment", back, by=APPROVER)

    assert register.by("account", book=Book.ACTUAL, account="Assets") == {
        "Assets:Debtors:Other": "1645.00",
        "Assets:HostCash": "-3290.00",
        "Assets:VatRecoverable": "245.00",
    }
    assert register.is_clean()


def test_what_is_disputed_stays_promised_when_the_rest_is_asked_back(register: Register) -> None:
    number = register.calls_off("P-1")
    key = bills(register, "1", {"call_off": number, **FOUR_WEEKS, "net": "3000.00"})
    approves(register, key, "ok")
    ends(register, number)
    back = step(key, "back", line=1, amount="1400.00", reason="Ended on 14 April")
    register.record("overpayment", back, by=APPROVER)

    assert (register.committed(), register.actual()) == ("200.00", "1400.00")
    assert register.is_clean()


def test_what_was_asked_back_is_not_approved_again_with_the_rest(register: Register) -> None:
    first, second = register.calls_off("P-1"), register.calls_off("P-2")
    key = bills(
        register,
        "1",
        {"call_off": first, **FOUR_WEEKS, "net": "2800.00"},
        {"call_off": second, **FOUR_WEEKS, "net": "3000.00"},
    )
    resolves(register, key, 1, "2800.00")
    approves(register, key, "ok")
    ends(register, first)
    back = step(key, "back", line=1, amount="1400.00", reason="Ended on 14 April")
    register.record("overpayment", back, by=APPROVER)

    resolves(register, key, 2, "2800.00")
    assert approves(register, key, "rest") == "approved"

    assert register.actual() == "4200.00"
    assert register.is_clean()


def test_what_is_disputed_after_a_resolution_is_held(register: Register) -> None:
    number = register.calls_off("P-1", expected_end="2003-06-30")
    key = bills(register, "1", {"call_off": number, **FOUR_WEEKS, "net": "3000.00"})
    resolves(register, key, 1, "3000.00")
    denied = step(key, "no", line=1, amount="500.00", reason="A week was missed")
    register.record("invoice-dispute", denied, by=APPROVER)

    assert approves(register, key, "ok") == "part_approved"

    assert (register.committed(), register.actual()) == ("6800.00", "2500.00")


def test_a_line_approved_in_parts_has_the_vat_of_the_whole(register: Register) -> None:
    """5 pence of VAT on £3.00: 2 with the first pound, 3 with two of them (3.33), not 4."""
    number = register.calls_off("P-1", price="1.00", expected_end="2003-04-07")
    week = {"starts": "2003-04-01", "ends": "2003-04-07", "net": "3.00", "vat": "0.05"}
    key = bills(register, "1", {"call_off": number, **week})
    approves(register, key, "first")
    assert creditors(register) == "-1.02"

    resolves(register, key, 1, "2.00")
    approves(register, key, "second")

    assert creditors(register) == "-2.03"


def test_each_who_pays_is_charged_for_its_own_days_of_a_line(register: Register) -> None:
    """Two weeks of September are education's own, two of October the pool's."""
    number = register.calls_off("P-1", funding=[{"fund": "special", "weight": 1}])
    change = {"reference": "v", "call_off": number, "day": "2003-10-01", "reason": "The panel"}
    register.record("call-off-variation", change | {"funding": [{"fund": "pool", "weight": 1}]})
    line = {"call_off": number, "starts": "2003-09-17", "ends": "2003-10-14"}
    key = bills(register, "1", line | {"net": "2800.00", "vat": "490.00"}, received="2003-10-20")
    approves(register, key, "ok", day="2003-10-21")

    assert register.by("fund", book=Book.ACTUAL) == {"special": "1400.00", "pool": "1400.00"}
    assert register.by("fund", book=Book.ACTUAL, account="Assets:VatRecoverable") == {
        "special": "245.00",
        "pool": "245.00",
    }
    assert register.is_clean()


def test_a_day_suspended_twice_has_one_retainer(register: Register) -> None:
    """Nine weeks at £700.00 and four at a retainer of £100.00."""
    number = register.calls_off("P-1", expected_end="2003-06-30")
    same = {"call_off": number, "reason": "In hospital"}
    held = same | {"ends": "2003-04-28", "retainer": "100.00"}
    register.record("call-off-suspension", held | {"reference": "s1", "day": "2003-04-15"})
    register.record("call-off-resumption", same | {"reference": "r", "day": "2003-05-10"})
    register.record("call-off-suspension", held | {"reference": "s2", "day": "2003-04-01"})

    assert register.committed() == "6700.00"


def test_a_reference_of_a_change_raises_no_call_off(register: Register) -> None:
    number = register.calls_off("P-1")
    change = {"reference": "v", "call_off": number, "day": "2003-05-01", "reason": "Agreed"}
    register.record("call-off-variation", change | {"price": "710.00"})
    asked = {
        "reference": "v",
        "contract": CONTRACT,
        "title": "Foster placement",
        "account": FOSTER,
        "day": "2003-04-01",
        "starts": "2003-04-01",
        "unit": "week",
        "price": "700.00",
    }

    assert register.refused("call-off", asked) == ["event_recorded_otherwise"]


def _owing(register: Register, **more: Any) -> str:
    number = register.calls_off("P-1", expected_end="2003-06-30", **more)
    key = bills(register, "1001", {"call_off": number, **FOUR_WEEKS, "net": "2800.00"})
    approves(register, key, "ok")
    with transaction(register.engine) as session:
        applying.apply(session, applying.read(RULES), by="admin", at=AT)
    return key


def _held(register: Register, amount: str, reference: str, name: str = "may.csv") -> dict[str, Any]:
    loaded = loads(register, f"20/05/2003,Oakfield Fostering,1001,{amount}", name=name)
    assert loaded.payments_held == 1
    said = {"reference": reference, "journal": loaded.first_journal, "day": "2003-05-21"}
    return said | {"invoice": "I-000001", "reason": "Their invoice"}


def test_one_payment_of_an_invoice_that_two_funds_owe_settles_it(register: Register) -> None:
    """Each fund pays half out of its own cash; one line of £2,800.00 left the bank."""
    _owing(register, funding=[{"fund": "special", "weight": 1}, {"fund": "pool", "weight": 1}])
    held = _held(register, "2800.00", "d1")

    told = register.record("held-payment", held, by=CLERK)

    assert (told["state"], creditors(register), register.actual()) == ("settled", "0.00", "2800.00")
    assert register.by("fund", book=Book.ACTUAL, account="Assets:HostCash") == {
        "special": "-1400.00",
        "pool": "-1400.00",
    }
    assert register.by("fund", book=Book.ACTUAL, account="Assets:PaymentsHeld") == {}
    assert register.record("held-payment", held, by=CLERK)["journals"] == []
    assert register.is_clean()


def test_a_reference_decides_one_payment(register: Register) -> None:
    _owing(register)
    first = _held(register, "1400.00", "d1")
    second = _held(register, "700.00", "d1", "june.csv")
    register.record("held-payment", first, by=CLERK)

    assert register.refused("held-payment", second, by=CLERK) == ["event_recorded_otherwise"]
    taken = second | {"reference": "ok"}
    assert register.refused("held-payment", taken, by=CLERK) == ["event_recorded_otherwise"]
    assert creditors(register) == "-1400.00"


def test_a_refund_is_no_payment_of_what_is_owed(register: Register) -> None:
    _owing(register)
    held = _held(register, "-500.00", "d1")

    assert register.refused("held-payment", held, by=CLERK) == ["payment_of_more_than_is_owed"]
    assert creditors(register) == "-2800.00"


def test_a_held_payment_that_was_reversed_pays_nothing(register: Register) -> None:
    _owing(register)
    held = _held(register, "1400.00", "d1")
    with transaction(register.engine) as session:
        id = posting.reverse(session, held["journal"], reason="Sent back", by=CLERK, at=AT)
        posting.post_submitted(session, id, by=APPROVER, at=AT)

    assert register.refused("held-payment", held, by=CLERK) == ["payment_not_held"]
    assert (register.actual(year=YEAR), creditors(register)) == ("2800.00", "-2800.00")
