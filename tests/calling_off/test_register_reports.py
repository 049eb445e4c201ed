"""The papers of call-offs, contracts and invoices, with figures an accountant can follow."""

from typing import Any

from ledger.money import Money
from tests.calling_off.test_invoices import FOUR_WEEKS, invoice, step
from tests.support.register import APPROVER, AT, FOSTER, YEAR, Register
from trust_commissioning.reports import REPORTS, Report, Scope


def report(register: Register, name: str, **scope: Any) -> Report:
    found: Report = register.ask(REPORTS[name], Scope(scope.pop("fund", None), YEAR, 13), AT)
    return found


def test_commitments_say_what_is_asked_for_promised_and_spent(register: Register) -> None:
    number = register.calls_off("P-1", expected_end="2003-06-30")
    register.calls_off("R-1", stage="requisition", expected_end="2003-04-28")
    register.record("invoice", invoice("1", {"call_off": number, **FOUR_WEEKS, "net": "2800.00"}))
    register.record("invoice-approval", step("I-000001", "ok"), by=APPROVER)

    found = report(register, "commitments")

    assert [
        (row["call_off"], row["state"], str(row["requisitioned"]), str(row["committed"]))
        for row in found.rows
    ] == [
        ("C-0001/01", "Ordered", "£0.00", "£6,300.00"),
        ("C-0001/02", "Requisitioned", "£2,800.00", "£0.00"),
    ]
    assert found.totals["total"] == Money.parse("11900.00")
    assert report(register, "commitments", fund="special").rows == ()


def test_a_contract_s_position_is_its_value_less_what_is_spent_and_promised(
    register: Register,
) -> None:
    number = register.calls_off("P-1", expected_end="2003-06-30")
    register.spends(number, "2800.00", day="2003-05-06")

    (row,) = report(register, "contract-position").rows

    assert (row["value"], row["year"], row["committed"], row["left"]) == (
        Money.parse("500000.00"),
        Money.parse("2800.00"),
        Money.parse("6300.00"),
        Money.parse("490900.00"),
    )
    assert (row["term_over"], row["used"], row["says"]) == ("33 %", "0 %", "")


def test_invoices_say_why_they_are_held_and_what_was_overpaid(register: Register) -> None:
    number = register.calls_off("P-1")
    register.record("invoice", invoice("1", {"call_off": number, **FOUR_WEEKS, "net": "2800.00"}))
    register.record("invoice-approval", step("I-000001", "ok"), by=APPROVER)
    dear = {"starts": "2003-04-29", "ends": "2003-05-05", "net": "750.00"}
    register.record("invoice", invoice("2", {"call_off": number, **dear}))
    end = {"reference": "e", "call_off": number, "day": "2003-04-14", "reason": "Returned home"}
    register.record("call-off-end", end)

    found = report(register, "invoices")

    held = next(row for row in found.rows if row["invoice"] == "I-000002")
    assert (held["state"], held["held"]) == ("Held", Money.parse("750.00"))
    (over,) = found.parts[0].rows
    assert (over["approved"], over["ordered"], over["overpaid"]) == (
        Money.parse("2800.00"),
        Money.parse("1400.00"),
        Money.parse("1400.00"),
    )


def test_a_line_of_placements_is_forecast_with_their_turnover(register: Register) -> None:
    """Four began in April and one ended in June. Three run on at £700.00 a week: from October, 183
    days each at £100.00. Three more in a year are a quarter a month on 547.5 days: £13,687.50."""
    for place in range(4):
        register.calls_off(f"P-{place}", price="700.00")
    end = {"reference": "e", "call_off": "C-0001/01", "day": "2003-06-30", "reason": "Home"}
    register.record("call-off-end", end)
    scope = Scope("pool", YEAR, 6)

    (row,) = register.ask(REPORTS["placement-forecast"], scope, AT).rows
    assert (row["in_force"], row["began"], row["ended"]) == (3, 4, 1)
    said = {
        "fund": "pool",
        "account": FOSTER,
        "service": "fostering",
        "period": "2003-04 P06",
        "method": "placements",
        "reason": "They come and go as before",
    }
    register.record("forecast", said)
    (line,) = register.ask(REPORTS["forecast"], scope, AT).rows

    assert (row["committed"], row["a_week"]) == (Money.parse("118900.00"), Money.parse("700.00"))
    assert row["turnover"] == Money.parse("13687.50")
    assert line["forecast"] == row["forecast"] == Money.parse("132587.50")
    assert (line["low"], line["high"]) == (row["low"], row["high"])
