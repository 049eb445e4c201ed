"""What comes after a fund's last day, or after a decision: entered whole, or refused with a reason."""

from typing import Any

import pytest

from ledger.journal import Book
from ledger.periods import Period
from ledger.problems import Refused
from tests.calling_off.test_invoices import creditors, step
from tests.calling_off.test_money_once import _held, _owing, approves, bills
from tests.calling_off.test_payments import loads, state
from tests.calling_off.test_whose_money import codes
from tests.calling_off.test_years import opens_the_next_year
from tests.support.register import APPROVER, AT, CLERK, YEAR, Register
from trust_commissioning import applying, closing, posting
from trust_commissioning.reports import Scope
from trust_commissioning.reports.invoices import invoices
from trust_commissioning.store import transaction

POOL_ENDS = """
funds:
  - {code: pool, title: Placements pool, kind: pooled, legal_basis: health_act_1999_s31,
     host: social, ends: 2003-09-30}
"""


def reverses(register: Register, number: str) -> str:
    with transaction(register.engine) as session:
        id = posting.reverse(session, number, reason="Wrong", by=CLERK, at=AT)
        return posting.post_submitted(session, id, by=APPROVER, at=AT)


def refused(act: Any) -> list[str]:
    with pytest.raises(Refused) as stopped:
        act()
    return [one.code for one in stopped.value.problems]


def books(register: Register) -> tuple[str, str, str]:
    return register.committed(), register.actual(), creditors(register)


def closes(register: Register, *months: int) -> None:
    for month in months:
        with transaction(register.engine) as session:
            closing.close(session, Period(YEAR, month), by=CLERK, at=AT, reason="Known")


def test_an_approval_a_payment_and_a_line_after_a_funds_end_are_refused_and_change_nothing(
    register: Register,
) -> None:
    """£2,800.00 of September, asked for in October, is approved on the fund's last day."""
    number = register.calls_off("P-1", expected_end="2003-09-30")
    line = {"call_off": number, "starts": "2003-09-03", "ends": "2003-09-30", "net": "2800.00"}
    key = bills(register, "1", line, day="2003-10-01", received="2003-10-02")
    codes(register, POOL_ENDS)
    codes(register)

    late = step(key, "ok") | {"day": "2003-10-10"}
    assert register.refused("invoice-approval", late, by=APPROVER) == ["fund_not_alive"]
    extract = "05/10/2003,Oakfield Fostering,77,700.00"
    assert refused(lambda: loads(register, extract)) == ["fund_not_alive"]
    assert books(register) == ("18300.00", "0.00", "0.00")

    approves(register, key, "ok", day="2003-09-30")
    assert books(register) == ("15500.00", "2800.00", "-2800.00")
    paid = step(key, "paid", amount="2800.00") | {"day": "2003-10-20"}
    assert register.refused("invoice-payment", paid, by=CLERK) == ["fund_not_alive"]
    register.record("invoice-payment", paid | {"day": "2003-09-30"}, by=CLERK)
    assert books(register) == ("15500.00", "2800.00", "0.00")
    assert register.is_clean()


def test_a_fund_whose_last_months_are_closed_lets_go_what_it_promised(register: Register) -> None:
    """Nine months at £100.00 a day to 31 December; it ends on the 15th, and September is closed."""
    number = register.calls_off("P-1", expected_end="2003-12-31")
    codes(register, POOL_ENDS)
    closes(register, 1, 2, 3, 4, 5, 6)

    end = {"reference": "e", "call_off": number, "day": "2003-12-15", "reason": "Returned home"}
    register.record("call-off-end", end)

    assert register.committed() == "25900.00"
    assert register.is_clean()


def test_a_fund_that_has_ended_promises_nothing_more_once_its_last_months_are_closed(
    register: Register,
) -> None:
    number = register.calls_off("P-1", expected_end="2003-12-31")
    codes(register, POOL_ENDS)
    closes(register, 1, 2, 3, 4, 5, 6)
    dearer = {"reference": "v", "call_off": number, "day": "2003-11-01", "reason": "Agreed"}

    assert register.refused("call-off-variation", dearer | {"price": "710.00"}) == [
        "promise_of_ended_fund"
    ]
    assert register.committed() == "27500.00"
    assert register.is_clean()


def test_a_year_is_opened_once_nothing_runs_on_under_a_fund_that_has_ended(
    register: Register,
) -> None:
    number = register.calls_off("P-1")
    codes(register, POOL_ENDS)

    assert refused(lambda: opens_the_next_year(register)) == ["promise_of_ended_fund"]

    change = {"reference": "v", "call_off": number, "day": "2003-10-01", "reason": "The panel"}
    register.record("call-off-variation", change | {"funding": [{"fund": "special", "weight": 1}]})
    opens_the_next_year(register)
    assert register.committed("special", YEAR.next) == "36500.00"
    assert (register.committed("pool"), register.committed("special")) == ("18300.00", "18300.00")
    assert register.is_clean()


def test_a_held_payment_is_not_reversed_under_what_was_decided_of_it(register: Register) -> None:
    _owing(register)
    held = _held(register, "1400.00", "d1")
    register.record("held-payment", held, by=CLERK)

    assert refused(lambda: reverses(register, held["journal"])) == ["held_payment_decided_since"]
    assert books(register) == ("6300.00", "2800.00", "-1400.00")
    assert register.is_clean()


def test_a_payment_whose_decision_was_reversed_waits_again_and_is_decided_anew(
    register: Register,
) -> None:
    """£1,400.00 was put down to the invoice, and was spend of its own."""
    _owing(register)
    held = _held(register, "1400.00", "d1")
    (made,) = register.record("held-payment", held, by=CLERK)["journals"]
    assert waiting(register) == []

    reverses(register, made)

    assert waiting(register) == [held["journal"]]
    assert books(register) == ("6300.00", "2800.00", "-2800.00")
    anew = {name: value for name, value in held.items() if name != "invoice"}
    register.record("held-payment", anew | {"reference": "d2"}, by=CLERK)
    assert books(register) == ("4900.00", "4200.00", "-2800.00")
    assert waiting(register) == []
    assert register.is_clean()


def test_a_decision_of_two_funds_is_decided_anew_once_both_journals_are_reversed(
    register: Register,
) -> None:
    _owing(register, funding=[{"fund": "special", "weight": 1}, {"fund": "pool", "weight": 1}])
    held = _held(register, "2800.00", "d1")
    first, second = register.record("held-payment", held, by=CLERK)["journals"]
    anew = held | {"reference": "d2"}

    reverses(register, first)
    assert register.refused("held-payment", anew, by=CLERK) == ["payment_decided_before"]
    assert refused(lambda: reverses(register, held["journal"])) == ["held_payment_decided_since"]
    reverses(register, second)

    assert creditors(register) == "-2800.00"
    register.record("held-payment", anew, by=CLERK)
    assert (creditors(register), state(register)) == ("0.00", "settled")
    assert register.by("fund", book=Book.ACTUAL, account="Assets:HostCash") == {
        "special": "-1400.00",
        "pool": "-1400.00",
    }
    assert register.is_clean()


def test_a_held_payment_that_was_reversed_waits_for_nobody(register: Register) -> None:
    _owing(register)
    held = _held(register, "1400.00", "d1")

    reverses(register, held["journal"])

    assert waiting(register) == []


def waiting(register: Register) -> list[object]:
    report = register.ask(invoices, Scope(None, YEAR, 12), AT)
    part = next(one for one in report.parts if one.key == "payments_held")
    return [row["journal"] for row in part.rows]


def test_a_call_off_of_an_ended_fund_may_be_ended_before_the_fund_is_opened_again(
    register: Register,
) -> None:
    """Whoever runs the fund a month longer has the promise of that month again."""
    number = register.calls_off("P-1", expected_end="2003-12-31")
    codes(register, POOL_ENDS)
    end = {"reference": "e", "call_off": number, "day": "2003-09-30", "reason": "The fund is over"}
    register.record("call-off-end", end)
    assert register.committed() == "18300.00"

    with transaction(register.engine) as session:
        longer = POOL_ENDS.replace("2003-09-30", "2003-10-31")
        applying.apply(session, applying.read(longer), by="admin", at=AT)
    moved = {"reference": "v", "call_off": number, "day": "2003-10-31", "reason": "A month longer"}
    register.record("call-off-variation", moved | {"expected_end": "2003-10-31"})

    assert register.committed() == "21400.00"
    assert register.is_clean()
