"""A variation is both sides' signed paper: one person records it, and it makes nobody owe anything."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.commissioning.test_in_force import CONTRACT
from tests.support.register import APPROVER, COMMISSIONER, YEAR, Register, found_register
from tests.support.trusts import copy_of
from trust_commissioning.reports.contract_story import contract_story

DEARER: dict[str, Any] = {
    "contract": "C-0007", "reference": "V-1", "day": "2003-04-01", "reason": "A link worker",
    "lots_changed": [{"lot": "standard", "price": "735.00"}],
}  # fmt: skip
OCTOBER = {"starts": "2003-10-01", "ends": "2003-10-28"}


@pytest.fixture(params=["sqlite", "postgres"])
def register(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Register]:
    with copy_of(found_register, request, request.param, tmp_path) as made:
        held = Register(made)
        held.record("contract", CONTRACT)
        yield held


def placed(register: Register) -> str:
    return register.calls_off("P-1", contract="C-0007", lot="standard", price=None, unit=None)


def invoiced(register: Register, call_off: str, net: str, **weeks: str) -> None:
    number = weeks["starts"]
    register.record(
        "invoice",
        {"reference": number, "provider": "oakfield", "number": number, "day": "2003-11-01",
         "received": "2003-11-01", "lines": [{"call_off": call_off, "net": net, **weeks}]},
    )  # fmt: skip


def approval(key: str) -> dict[str, str]:
    return {"reference": f"ok-{key}", "invoice": key, "day": "2003-11-02"}


def test_one_person_records_it_and_the_contract_says_who_and_when(register: Register) -> None:
    register.on("2003-05-06")

    assert register.record("variation", DEARER)["recorded"] is True
    assert register.record("variation", DEARER)["recorded"] is False

    (told,) = register.ask(contract_story, "C-0007", YEAR.ends).part("variations").rows
    assert told["by"] == "Cora Commissioner, 6 May 2003"
    assert told["changed"] == "standard £735.00 instead of £700.00"


def test_what_was_approved_before_it_stays_as_it_was_approved(register: Register) -> None:
    """Four weeks at £700.00 are £2,800.00, though the price is £735.00 from the same day on."""
    number = placed(register)
    invoiced(register, number, "2800.00", starts="2003-04-01", ends="2003-04-28")
    register.record("invoice-approval", approval("I-000001"), by=APPROVER)

    register.record("variation", DEARER)

    assert register.actual() == "2800.00"
    assert register.is_clean()


def test_an_invoice_at_the_new_price_is_owed_once_another_than_who_entered_it_approves_it(
    register: Register,
) -> None:
    """Four weeks at £735.00 are £2,940.00; who recorded the price and the invoice owes nobody."""
    number = placed(register)
    register.record("variation", DEARER)
    invoiced(register, number, "2940.00", **OCTOBER)
    assert register.actual() == "0.00"
    assert register.refused("invoice-approval", approval("I-000001"), by=COMMISSIONER) == [
        "approver_received_it"
    ]

    register.record("invoice-approval", approval("I-000001"), by=APPROVER)

    assert register.actual() == "2940.00"
    assert register.is_clean()
