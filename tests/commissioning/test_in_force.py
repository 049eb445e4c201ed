"""What an uplift is said to cost is what the commitment book then rises by, to the penny."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ledger.money import Money
from tests.support.register import APPROVER, Register, found_register
from tests.support.trusts import copy_of

CONTRACT: dict[str, Any] = {
    "number": "C-0007",
    "title": "Agency placements",
    "provider": "oakfield",
    "service": "fostering",
    "fund": "pool",
    "form": "framework",
    "signed": "2003-03-14",
    "value": "300000.00",
    "starts": "2003-04-01",
    "ends": "2006-03-31",
    "lots": [
        {"code": "standard", "title": "Standard", "unit": "week", "price": "700.00"},
        {"code": "nights", "title": "Short breaks", "unit": "night", "price": "95.50"},
    ],
}
UPLIFT = {
    "contract": "C-0007",
    "reference": "U-1",
    "day": "2003-08-01",
    "starts": "2003-10-01",
    "reason": "Carers' fees",
}


@pytest.fixture(params=["sqlite", "postgres"])
def register(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Register]:
    with copy_of(found_register, request, request.param, tmp_path) as made:
        held = Register(made)
        held.record("contract", CONTRACT)
        yield held


def placed(register: Register, reference: str, **said: Any) -> str:
    """A placement at its lot's own price."""
    return register.calls_off(
        reference, contract="C-0007", lot="standard", price=None, unit=None, **said
    )


def applied(register: Register, **asked: Any) -> tuple[Money, Money]:
    """What the uplift said it would cost this year, and what the commitment rose by."""
    register.record("uplift", UPLIFT | asked)
    for step in ("checked", "applied"):
        before = Money.parse(register.committed())
        said = register.record(
            "uplift-decision", {"uplift": "U-1", "step": step, "day": "2003-08-01"}, by=APPROVER
        )
    return Money.parse(str(said["this_year"])), Money.parse(register.committed()) - before


def test_a_rise_of_one_lot_costs_what_its_placements_then_promise_more(register: Register) -> None:
    """£35 a week more for the 183 days from 1 October is £915.00."""
    placed(register, "P-1")

    said, rose = applied(register, prices=[{"lot": "standard", "price": "735.00"}])

    assert said == rose == Money.parse("915.00")
    assert register.is_clean()


def test_days_suspended_and_prices_of_its_own_are_no_part_of_it(register: Register) -> None:
    """31 days of October suspended: 152 days left are £760.00. The other has its own price."""
    one = placed(register, "P-1")
    register.calls_off("P-2", contract="C-0007", lot="standard", price="810.00", unit=None)
    for event, day in (
        ("call-off-suspension", "2003-10-01"),
        ("call-off-resumption", "2003-11-01"),
    ):
        asked = {"reference": event, "call_off": one, "day": day, "reason": "In hospital"}
        register.record(event, asked)

    said, rose = applied(register, prices=[{"lot": "standard", "price": "735.00"}])

    assert said == rose == Money.parse("760.00")


def test_a_placement_that_ends_costs_to_its_last_day_and_an_ended_one_nothing(
    register: Register,
) -> None:
    """14 days from 1 October at £5 a day more are £70.00."""
    placed(register, "P-1", expected_end="2003-10-14")
    placed(register, "P-2", expected_end="2003-09-30")

    said, rose = applied(register, prices=[{"lot": "standard", "price": "735.00"}])

    assert said == rose == Money.parse("70.00")


def test_several_at_once_and_vat_that_nobody_gives_back_are_counted(register: Register) -> None:
    """Two places, with 17.5% of £915.00 each on top: £2,150.25."""
    placed(register, "P-1", quantity="2", irrecoverable_vat="17.5")

    said, rose = applied(register, prices=[{"lot": "standard", "price": "735.00"}])

    assert said == rose == Money.parse("2150.25")


def test_a_lot_nothing_is_called_off_under_costs_nothing(register: Register) -> None:
    placed(register, "P-1")

    said, rose = applied(register, prices=[{"lot": "nights", "price": "100.00"}])

    assert said == rose == Money(0)


def test_a_closed_placement_is_kept_at_the_price_its_days_come_to_have(
    register: Register,
) -> None:
    """Its October is at the new price if it is opened again; until then it promises nothing."""
    number, _ = placed(register, "P-1"), placed(register, "P-2")
    same = {"call_off": number, "reason": "Returned home"}
    register.record("call-off-end", same | {"reference": "e", "day": "2003-10-31"})
    register.record("call-off-close", same | {"reference": "c", "day": "2003-11-01"})

    applied(register, prices=[{"lot": "standard", "price": "735.00"}])
    assert register.committed() == "37515.00"
    assert register.is_clean()

    register.record("call-off-reopening", same | {"reference": "o", "day": "2003-11-02"})
    assert register.committed() == "59070.00"
