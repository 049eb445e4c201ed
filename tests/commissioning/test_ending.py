"""A contract or a lot does not end over what is called off under it; that ends with it if so asked."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from contracts.lifecycle import CallOffState
from ledger.problems import Refused
from tests.commissioning.test_in_force import CONTRACT
from tests.support.register import APPROVER, Register, found_register
from tests.support.trusts import copy_of
from trust_commissioning.store.calling_off import call_off
from trust_commissioning.store.contracts import contract


@pytest.fixture(params=["sqlite", "postgres"])
def register(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Register]:
    with copy_of(found_register, request, request.param, tmp_path) as made:
        held = Register(made)
        held.record("contract", CONTRACT)
        yield held


END = {
    "contract": "C-0007", "reference": "T-1", "day": "2003-06-01", "last_day": "2003-09-30",
    "how": "terminated", "reason": "The home closes",
}  # fmt: skip
LOT_ENDS = {
    "contract": "C-0007", "reference": "V-1", "day": "2003-10-01", "reason": "Not used",
    "lots_ended": ["standard"],
}  # fmt: skip


def placed(register: Register, reference: str, **said: Any) -> str:
    return register.calls_off(
        reference, **{"contract": "C-0007", "lot": "standard", "price": None, "unit": None} | said
    )


def refusal(register: Register, event: str, asked: dict[str, Any]) -> tuple[str, str, str]:
    with pytest.raises(Refused) as refused:
        register.record(event, asked)
    (problem,) = refused.value.problems
    return problem.code, problem.where or "", problem.message


def state(register: Register, number: str) -> tuple[str, str]:
    one = register.ask(call_off, number)
    return one.state.value, "" if one.last_day is None else one.last_day.isoformat()


def test_a_contract_does_not_end_over_what_goes_on_and_names_it(register: Register) -> None:
    placed(register, "P-1")
    placed(register, "P-2", expected_end="2003-09-30")
    placed(register, "P-3", expected_end="2003-10-31")
    placed(register, "P-4", stage="requisition")

    code, where, message = refusal(register, "contract-end", END)

    assert (code, where) == ("call_offs_go_on", "last_day")
    assert message == (
        "3 call-offs of contract C-0007 go on after 30 September 2003: C-0007/01, without a last "
        "day; C-0007/03, to 31 October 2003; C-0007/04, requisitioned. End them first, or ask for "
        "them to be ended with it."
    )
    assert register.ask(contract, "C-0007").state == "signed"


def test_what_has_ended_by_then_or_was_given_up_does_not_keep_a_contract(
    register: Register,
) -> None:
    ended, cancelled = placed(register, "P-1"), placed(register, "P-2", stage="requisition")
    register.record(
        "call-off-end",
        {"reference": "e", "call_off": ended, "day": "2003-09-30", "reason": "Home"},
    )
    register.record(
        "call-off-cancellation",
        {"reference": "c", "call_off": cancelled, "day": "2003-05-01", "reason": "Not needed"},
    )

    assert register.record("contract-end", END)["recorded"] is True


def test_asked_to_it_ends_its_call_offs_on_its_last_day_by_the_same_act(
    register: Register,
) -> None:
    """At £100.00 a day: 366 days and 182, 122 and 122 from 1 December, and 30 are £82,200.00; to 30
    September 183 days and 182, none and none, and 30 are £39,500.00."""
    on, suspended = placed(register, "P-1"), placed(register, "P-2")
    later = placed(register, "P-3", starts="2003-12-01")
    wanted = placed(register, "P-4", stage="requisition", starts="2003-12-01")
    over = placed(register, "P-5", expected_end="2003-04-30")
    register.record(
        "call-off-suspension",
        {"reference": "s", "call_off": suspended, "day": "2003-09-30", "reason": "In hospital"},
    )
    before = register.committed()

    said = register.record("contract-end", END | {"end_call_offs": True})

    assert before == "82200.00"
    assert said["call_offs_ended"] == [on, suspended, later, wanted]
    assert [state(register, one) for one in (on, suspended, later, wanted, over)] == [
        ("ended", "2003-09-30"),
        ("ended", "2003-09-30"),
        ("ended", "2003-11-30"),
        ("cancelled", ""),
        ("ordered", "2003-04-30"),
    ]
    assert register.committed() == "39500.00"
    assert register.ask(contract, "C-0007").state == "terminated"
    assert register.is_clean()
    again = register.record("contract-end", END | {"end_call_offs": True})
    assert (again["recorded"], again["call_offs_ended"]) == (False, [])


def test_what_was_said_to_end_later_is_put_right(register: Register) -> None:
    number = placed(register, "P-1")
    register.record(
        "call-off-end",
        {"reference": "e", "call_off": number, "day": "2003-12-31", "reason": "Home"},
    )

    register.record("contract-end", END | {"end_call_offs": True})

    assert state(register, number) == ("ended", "2003-09-30")


def test_an_end_that_is_refused_ends_no_call_off(register: Register) -> None:
    number = placed(register, "P-1")

    code, where, _ = refusal(
        register, "contract-end", END | {"last_day": "2007-01-01", "end_call_offs": True}
    )

    assert (code, where) == ("contract_ends_earlier", "last_day")
    assert state(register, number) == (CallOffState.ORDERED.value, "")


def test_a_lot_does_not_end_over_what_goes_on_under_it(register: Register) -> None:
    one, two = placed(register, "P-1"), placed(register, "P-2", lot="nights")

    code, where, message = refusal(register, "variation", LOT_ENDS)
    assert (code, where) == ("call_offs_go_on", "lots_ended[0]")
    assert message.startswith("1 call-off of lot “standard” of contract C-0007 goes on after 30 ")

    said = register.record("variation", LOT_ENDS | {"end_call_offs": True})
    assert said["call_offs_ended"] == [one]
    assert state(register, one) == ("ended", "2003-09-30")
    assert state(register, two) == ("ordered", "")
    assert register.is_clean()


def test_a_variation_to_an_earlier_end_is_an_end_and_one_to_a_later_is_not(
    register: Register,
) -> None:
    placed(register, "P-1")
    varied = {"contract": "C-0007", "reference": "V-1", "day": "2003-06-01", "reason": "Shorter"}

    code, where, _ = refusal(register, "variation", varied | {"ends": "2004-03-31"})
    assert (code, where) == ("call_offs_go_on", "ends")

    assert register.record("variation", varied | {"ends": "2006-09-30"})["recorded"] is True


def test_only_who_may_end_call_offs_ends_them_with_their_contract(register: Register) -> None:
    placed(register, "P-1")

    with pytest.raises(Refused) as refused:
        register.record("contract-end", END | {"end_call_offs": True}, by=APPROVER)

    assert {one.code for one in refused.value.problems} == {"not_permitted"}
