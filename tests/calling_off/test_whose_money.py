"""Spend under a call-off is of a fund that pays for it: no other lowers what is promised."""

from typing import Any

import pytest

from ledger.problems import Problem, Refused
from tests.calling_off.test_payments import RULES, loads
from tests.support.register import AT, CLERK, Register
from trust_commissioning import applying, posting
from trust_commissioning.store import transaction

LINE = "05/05/2003,Oakfield Fostering,77,700.00"
SPECIAL = [{"fund": "special", "weight": 1}]


def codes(register: Register, rules: str = RULES) -> None:
    with transaction(register.engine) as session:
        applying.apply(session, applying.read(rules), by="admin", at=AT)


def refused(register: Register, *lines: str) -> list[Problem]:
    with pytest.raises(Refused) as stopped:
        loads(register, *lines)
    return list(stopped.value.problems)


def test_a_line_of_an_extract_under_a_call_off_of_another_fund_is_refused_with_its_row(
    register: Register,
) -> None:
    """Education pays for the placement; the rule sends its payments to the pool."""
    register.calls_off("P-1", expected_end="2003-06-30", funding=SPECIAL)
    codes(register)

    (problem,) = refused(register, LINE)

    assert (problem.code, problem.row) == ("call_off_of_another_fund", 2)
    assert problem.message == (
        "Call-off C-0001/01 is paid by special, and this is spend of pool. (coded by rule foster)"
    )
    assert (register.committed("special"), register.committed("pool")) == ("9100.00", "0.00")
    assert register.actual() == "0.00"


def test_a_line_of_a_fund_that_paid_before_who_pays_was_changed_is_taken(
    register: Register,
) -> None:
    number = register.calls_off("P-1", expected_end="2003-06-30")
    change = {"reference": "v", "call_off": number, "day": "2003-05-01", "reason": "The panel"}
    register.record("call-off-variation", change | {"funding": SPECIAL})
    codes(register)

    loads(register, LINE)

    assert (register.committed(), register.actual("pool")) == ("8400.00", "700.00")
    assert register.is_clean()


def test_a_line_of_a_fund_that_was_put_right_is_refused(register: Register) -> None:
    """Who pays was said again for the first day: the pool never pays."""
    number = register.calls_off("P-1", expected_end="2003-06-30")
    change = {"reference": "v", "call_off": number, "day": "2003-04-01", "reason": "Put right"}
    register.record("call-off-variation", change | {"funding": SPECIAL})
    codes(register)

    assert [one.code for one in refused(register, LINE)] == ["call_off_of_another_fund"]


def test_what_was_spent_by_another_fund_before_can_be_reversed(register: Register) -> None:
    """The pool paid £700.00 while it was to pay; who pays was put right, and the line taken back."""
    number = register.calls_off("P-1", expected_end="2003-06-30")
    spent = register.spends(number, "700.00", day="2003-05-05")
    change: dict[str, Any] = {"reference": "v", "call_off": number, "reason": "Put right"}
    register.record("call-off-variation", change | {"day": "2003-04-01", "funding": SPECIAL})

    with transaction(register.engine) as session:
        id = posting.reverse(session, spent, reason="Education pays", by=CLERK, at=AT)
        posting.post_submitted(session, id, by="p.approver", at=AT)

    assert (register.committed("special"), register.actual()) == ("9100.00", "0.00")
    assert register.is_clean()
