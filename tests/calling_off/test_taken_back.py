"""Days and units are taken back once; what turns out to be ordered after all is promised again."""

from typing import Any

from tests.calling_off.test_invoices import FOUR_WEEKS, creditors, invoice, step
from tests.calling_off.test_money_once import approves, bills, ends, resolves
from tests.support.register import APPROVER, Register

AFTER = {"starts": "2003-04-15", "ends": "2003-04-28"}


def moves_on(register: Register, number: str, day: str, reference: str = "on") -> None:
    change = {"reference": reference, "call_off": number, "day": day, "reason": "Put right"}
    register.record("call-off-variation", change | {"expected_end": day})


def asks_back(key: str, reference: str, amount: str, **days: str) -> dict[str, Any]:
    return step(key, reference, line=1, amount=amount, reason="Ended on 14 April", **days)


def paid_to_the_28th(register: Register) -> tuple[str, str]:
    """£2,800.00 for four weeks of a placement that ended on 14 April."""
    number = register.calls_off("P-1")
    key = bills(register, "1", {"call_off": number, **FOUR_WEEKS, "net": "2800.00"})
    approves(register, key, "ok")
    ends(register, number)
    return number, key


def test_days_asked_back_are_promised_again_when_the_end_is_moved_on(register: Register) -> None:
    """£1,400.00 came back for 15 to 28 April; it ran to the 21st after all, seven days more."""
    number, key = paid_to_the_28th(register)
    register.record("overpayment", asks_back(key, "back", "1400.00"), by=APPROVER)
    assert (register.committed(), register.actual()) == ("0.00", "1400.00")

    moves_on(register, number, "2003-04-21")

    assert (register.committed(), register.actual()) == ("700.00", "1400.00")
    week = {"call_off": number, "starts": "2003-04-15", "ends": "2003-04-21", "net": "700.00"}
    assert approves(register, bills(register, "2", week), "ok2") == "approved"
    assert (register.committed(), register.actual()) == ("0.00", "2100.00")
    assert register.is_clean()


def test_the_same_days_are_not_asked_back_twice(register: Register) -> None:
    number, key = paid_to_the_28th(register)
    week = {"starts": "2003-04-22", "ends": "2003-04-28"}
    register.record("overpayment", asks_back(key, "back", "700.00", **week), by=APPROVER)

    again = asks_back(key, "again", "700.00", **week)
    assert register.refused("overpayment", again, by=APPROVER) == ["taken_back_before"]

    rest = {"starts": "2003-04-15", "ends": "2003-04-21"}
    register.record("overpayment", asks_back(key, "rest", "700.00", **rest), by=APPROVER)
    moves_on(register, number, "2003-04-28")
    assert (register.committed(), register.actual()) == ("1400.00", "1400.00")
    assert register.is_clean()


def test_days_are_not_asked_back_for_less_than_they_cost(register: Register) -> None:
    """Half the money of 14 days would leave them paid by half and promised in whole."""
    _, key = paid_to_the_28th(register)

    cheap = asks_back(key, "back", "700.00", **AFTER)
    assert register.refused("overpayment", cheap, by=APPROVER) == ["taken_back_below_its_cost"]
    register.record("overpayment", asks_back(key, "money", "700.00"), by=APPROVER)
    assert register.actual() == "2100.00"


def test_money_asked_back_without_its_days_leaves_them_covered(register: Register) -> None:
    number, key = paid_to_the_28th(register)
    register.record("overpayment", asks_back(key, "money", "700.00"), by=APPROVER)

    moves_on(register, number, "2003-04-28")

    assert (register.committed(), register.actual()) == ("0.00", "2100.00")
    assert register.is_clean()


def test_days_that_are_ordered_are_not_asked_back(register: Register) -> None:
    _, key = paid_to_the_28th(register)

    ordered = asks_back(key, "back", "1400.00", starts="2003-04-08", ends="2003-04-21")
    assert register.refused("overpayment", ordered, by=APPROVER) == ["recovery_of_ordered_days"]


def test_days_asked_back_are_not_credited_even_if_they_run_again(register: Register) -> None:
    number, key = paid_to_the_28th(register)
    register.record("overpayment", asks_back(key, "back", "1400.00"), by=APPROVER)
    moves_on(register, number, "2003-04-28")

    note = {"call_off": number, **AFTER, "net": "-1400.00"}
    assert register.refused("invoice", invoice("CN", note, credits=key)) == ["taken_back_before"]


def test_days_suspended_late_are_asked_back_and_paid_again_once_resumed(
    register: Register,
) -> None:
    """Two weeks suspended without a retainer: £1,400.00 back; it was resumed a week earlier."""
    number = register.calls_off("P-1", expected_end="2003-04-28")
    key = bills(register, "1", {"call_off": number, **FOUR_WEEKS, "net": "2800.00"})
    approves(register, key, "ok")
    held = {"reference": "s", "call_off": number, "day": "2003-04-15", "reason": "In hospital"}
    register.record("call-off-suspension", held)
    register.record("overpayment", asks_back(key, "back", "1400.00"), by=APPROVER)
    assert (register.committed(), register.actual()) == ("0.00", "1400.00")

    register.record("call-off-resumption", held | {"reference": "r", "day": "2003-04-22"})

    assert register.committed() == "700.00"
    assert register.is_clean()


def test_a_credit_note_for_days_not_delivered_lets_them_be_asked_for_again(
    register: Register,
) -> None:
    number = register.calls_off("P-1", expected_end="2003-06-30")
    line = {"call_off": number, **FOUR_WEEKS}
    key = bills(register, "1", line | {"net": "2800.00"})
    approves(register, key, "ok")
    note = {"call_off": number, **AFTER, "net": "-1400.00", "takes_back": True}
    approves(register, bills(register, "CN", note, credits=key), "cn")
    assert (register.committed(), register.actual()) == ("7700.00", "1400.00")

    again = {"call_off": number, **AFTER, "net": "1400.00"}
    assert approves(register, bills(register, "2", again), "ok2") == "approved"

    assert (register.committed(), register.actual()) == ("6300.00", "2800.00")
    assert register.is_clean()


def test_a_credit_note_takes_the_same_days_back_once(register: Register) -> None:
    """A second one is refused while the first still waits, and after it is approved."""
    number = register.calls_off("P-1", expected_end="2003-06-30")
    key = bills(register, "1", {"call_off": number, **FOUR_WEEKS, "net": "2800.00"})
    approves(register, key, "ok")
    note = {"call_off": number, **AFTER, "net": "-1400.00", "takes_back": True}
    first = bills(register, "CN", note, credits=key)

    second = invoice("CN2", note | {"net": "-1399.99"}, credits=key)
    assert register.refused("invoice", second) == ["taken_back_before"]
    approves(register, first, "cn")
    assert register.refused("invoice", second) == ["taken_back_before"]
    cheap = {**note, "starts": "2003-04-01", "ends": "2003-04-14", "net": "-700.00"}
    assert register.refused("invoice", invoice("CN3", cheap, credits=key)) == [
        "taken_back_below_its_cost"
    ]


def test_hours_credited_as_not_delivered_are_promised_again(register: Register) -> None:
    """100 hours at £40.00, 40 billed, 10 of them never came: 70 are still to come."""
    number = register.calls_off("H-1", unit="hour", price="40.00", quantity="100")
    line = {"call_off": number, **FOUR_WEEKS}
    key = bills(register, "1", line | {"units": "40", "net": "1600.00"})
    approves(register, key, "ok")

    note = line | {"units": "10", "net": "-400.00", "takes_back": True}
    approves(register, bills(register, "CN", note, credits=key), "cn")

    assert (register.committed(), register.actual()) == ("2800.00", "1200.00")
    more = invoice("CN2", note | {"units": "31", "net": "-1200.00"}, credits=key)
    assert register.refused("invoice", more) == ["taken_back_before"]
    assert register.is_clean()


def test_an_invoice_takes_nothing_back(register: Register) -> None:
    number = register.calls_off("P-1")
    line = {"call_off": number, **FOUR_WEEKS, "net": "2800.00", "takes_back": True}

    assert register.refused("invoice", invoice("1", line)) == ["invoice_line_takes_nothing_back"]


def test_what_was_asked_back_is_not_resolved_as_owed_again(register: Register) -> None:
    """Of £3,000.00 £2,800.00 was approved, £1,400.00 of it asked back: £1,600.00 is left."""
    number = register.calls_off("P-1")
    key = bills(register, "1", {"call_off": number, **FOUR_WEEKS, "net": "3000.00"})
    approves(register, key, "ok")
    ends(register, number)
    register.record("overpayment", asks_back(key, "back", "1400.00"), by=APPROVER)

    whole = step(key, "r", line=1, owed="2800.00", reason="Settled between us")
    assert register.refused("invoice-resolution", whole, by=APPROVER) == ["owed_out_of_range"]
    resolves(register, key, 1, "1400.00")
    approves(register, key, "rest")
    assert (register.committed(), register.actual()) == ("0.00", "1400.00")
    assert register.is_clean()


def disputed(register: Register, asked: str = "3000.00") -> tuple[str, str]:
    """£3,000.00 asked for four weeks ordered at £2,800.00: £200.00 is disputed."""
    number = register.calls_off("P-1", expected_end="2003-06-30")
    key = bills(register, "1", {"call_off": number, **FOUR_WEEKS, "net": asked})
    approves(register, key, "ok")
    assert (register.committed(), register.actual()) == ("6500.00", "2800.00")
    return number, key


def takes_off(register: Register, number: str, key: str, net: str, name: str = "CN") -> str:
    note = bills(register, name, {"call_off": number, **FOUR_WEEKS, "net": net}, credits=key)
    return approves(register, note, f"ok-{name}")


def test_a_credit_note_lowers_what_is_disputed_before_what_was_spent(register: Register) -> None:
    number, key = disputed(register)

    assert takes_off(register, number, key, "-200.00") == "approved"

    assert (register.committed(), register.actual()) == ("6300.00", "2800.00")
    assert creditors(register) == "-2800.00"
    rest = step(key, "again")
    assert register.refused("invoice-approval", rest, by=APPROVER) == ["move_not_permitted"]
    assert register.is_clean()


def test_a_credit_note_above_what_is_disputed_takes_the_rest_from_what_was_spent(
    register: Register,
) -> None:
    number, key = disputed(register)

    takes_off(register, number, key, "-250.00")

    assert (register.committed(), register.actual()) == ("6300.00", "2750.00")
    assert register.is_clean()


def test_what_is_left_disputed_after_a_credit_note_stays_so(register: Register) -> None:
    number, key = disputed(register)

    takes_off(register, number, key, "-150.00")

    assert (register.committed(), register.actual()) == ("6350.00", "2800.00")
    more = step(key, "r", line=1, owed="2850.01", reason="Settled between us")
    assert register.refused("invoice-resolution", more, by=APPROVER) == ["owed_out_of_range"]
    resolves(register, key, 1, "2850.00")
    assert approves(register, key, "rest") == "approved"
    assert (register.committed(), register.actual()) == ("6300.00", "2850.00")
    assert register.is_clean()


def test_what_was_credited_of_a_dispute_is_no_part_of_an_overpayment(register: Register) -> None:
    """£200.00 disputed and credited; then it ended on the 14th, and £1,400.00 was overpaid."""
    number, key = disputed(register)
    takes_off(register, number, key, "-200.00")
    ends(register, number)

    register.record("overpayment", asks_back(key, "back", "1400.00"), by=APPROVER)

    assert (register.committed(), register.actual()) == ("0.00", "1400.00")
    assert register.is_clean()


def test_an_invoice_that_a_credit_note_takes_from_is_not_sent_back(register: Register) -> None:
    number = register.calls_off("P-1", expected_end="2003-06-30")
    key = bills(register, "1", {"call_off": number, **FOUR_WEEKS, "net": "2800.00"})
    note = bills(register, "CN", {"call_off": number, **FOUR_WEEKS, "net": "-9.00"}, credits=key)

    back = step(key, "x", reason="No order")
    assert register.refused("invoice-rejection", back, by=APPROVER) == ["credit_without_invoice"]
    register.record("invoice-rejection", step(note, "y", reason="Wrong"), by=APPROVER)
    register.record("invoice-rejection", back, by=APPROVER)
    assert (register.committed(), register.actual()) == ("9100.00", "0.00")
