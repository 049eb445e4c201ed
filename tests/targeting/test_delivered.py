"""Value for money is told from what was called off: weeks, cost and children by contract."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session

from contracts.small_numbers import HIDDEN
from ledger.money import Money
from tests.support.register import AT, YEAR, Register, found_register
from tests.support.trusts import copy_of
from trust_commissioning import applying
from trust_commissioning.reports import REPORTS, Report, Scope
from trust_commissioning.reports.delivered import delivered

OWN = """
providers:
  - {code: own-carers, name: The council's own foster carers, sector: own}
  - {code: unsaid, name: Unsaid Fostering}
contracts:
  - {number: C-0002, title: Own foster carers, provider: own-carers, service: fostering, fund: pool,
     value: "100000.00", starts: 2003-04-01, ends: 2006-03-31}
  - {number: C-0003, title: Other carers, provider: unsaid, service: fostering, fund: pool,
     value: "100000.00", starts: 2003-04-01, ends: 2006-03-31}
"""
FOUR_WEEKS = {"starts": "2003-04-01", "expected_end": "2003-04-28"}


def _found(session: Session) -> None:
    found_register(session)
    applying.apply(session, applying.read(OWN), by="admin", at=AT)


@pytest.fixture(params=["sqlite", "postgres"])
def register(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Register]:
    with copy_of(_found, request, request.param, tmp_path) as made:
        yield Register(made)


def placed(register: Register, child: int, **asked: Any) -> str:
    """A placement of four weeks."""
    contract = asked.get("contract", "C-0001")
    return register.calls_off(
        f"{contract}/P-{child}",
        kind="placement",
        case_reference=f"CX-{child}",
        **{**FOUR_WEEKS, **asked},
    )


def shown(register: Register, to: int = 12) -> Report:
    found: Report = register.ask(REPORTS["value-for-money"], Scope(None, YEAR, to), AT)
    return found


def test_what_was_delivered_is_told_in_weeks_whatever_it_is_paid_by(register: Register) -> None:
    """Four weeks at £700.00, and 28 nights at £100.00, which is as much."""
    placed(register, 1)
    placed(register, 2, unit="night", price="100.00")

    (found,) = register.ask(delivered, Scope(None, YEAR, 12))

    assert (found.service, found.sector, found.unit) == ("fostering", "private", "week")
    assert (found.source, found.units, found.children) == ("C-0001", 8, 2)
    assert found.cost == Money.parse("5600.00")


def test_only_days_of_the_periods_shown_count_and_what_was_only_asked_for_does_not(
    register: Register,
) -> None:
    placed(register, 1, starts="2003-04-24", expected_end="2003-05-31")
    placed(register, 2, stage="requisition")

    (found,) = register.ask(delivered, Scope(None, YEAR, 1))

    assert (found.units, found.cost, found.children) == (1, Money.parse("700.00"), 1)
    assert register.ask(delivered, Scope("special", YEAR, 1)) == []


def test_own_carers_stand_beside_those_bought_and_a_sector_nobody_said_on_no_side(
    register: Register,
) -> None:
    for child in range(8):
        placed(register, child)
        placed(register, child, contract="C-0002", price="250.00")
        placed(register, child, contract="C-0003", price="900.00")

    report = shown(register)
    parts = {part.key: part.rows for part in report.parts}

    assert [(row["sector"], str(row["each"]), str(row["cost"])) for row in report.rows] == [
        ("", "£900.00", "£28,800.00"),
        ("own", "£250.00", "£8,000.00"),
        ("private", "£700.00", "£22,400.00"),
    ]
    assert [(str(one["own"]), str(one["bought"])) for one in parts["own-beside-bought"]] == [
        ("£250.00", "£700.00")
    ]
    assert str(parts["national"][0]["a_week"]) == "£703.20"


def test_the_cost_of_one_child_s_placement_is_not_told(register: Register) -> None:
    placed(register, 1)

    (row,) = shown(register).rows

    assert (row["children"], row["cost"], row["each"]) == (HIDDEN, "", "")


def test_a_trust_that_has_bought_nothing_has_the_national_figure_alone(register: Register) -> None:
    report = shown(register)

    assert report.rows == ()
    assert [len(part.rows) for part in report.parts] == [0, 1, 0, 0]


def by_the_hour(register: Register, **asked: Any) -> str:
    return register.calls_off("H-1", unit="hour", price="40.00", quantity="1000", **asked)


def returned(register: Register, number: str, starts: str, ends: str, units: str) -> None:
    asked = {"reference": f"r {starts}".replace(" ", "/"), "call_off": number, "units": units}
    register.record("return", {**asked, "day": ends, "starts": starts, "ends": ends})


def test_each_return_counts_at_the_price_of_its_own_days(register: Register) -> None:
    """100 hours at £40.00, and 100 at £44.00 after the price rose in October."""
    register.on("2004-04-30")
    number = by_the_hour(register)
    change = {"reference": "v", "call_off": number, "day": "2003-10-01", "reason": "Agreed"}
    register.record("call-off-variation", change | {"price": "44.00"})
    returned(register, number, "2003-04-01", "2003-04-30", "100")
    returned(register, number, "2003-10-01", "2003-10-31", "100")

    (found,) = register.ask(delivered, Scope(None, YEAR, 12))

    assert (found.unit, found.units, found.cost) == ("hour", 200, Money.parse("8400.00"))


def test_a_return_over_the_end_of_a_year_counts_once_in_the_year_it_begins_in(
    register: Register,
) -> None:
    """Ten hours from 29 March to 4 April at £40.00."""
    register.on("2004-04-30")
    number = by_the_hour(register, expected_end="2004-09-30")
    returned(register, number, "2004-03-29", "2004-04-04", "10")

    (found,) = register.ask(delivered, Scope(None, YEAR, 12))

    assert (found.units, found.cost) == (10, Money.parse("400.00"))
    assert register.ask(delivered, Scope(None, YEAR, 11)) == []
    assert register.ask(delivered, Scope(None, YEAR.next, 12)) == []


def test_a_corrected_return_takes_the_place_of_the_first(register: Register) -> None:
    register.on("2003-05-31")
    number = by_the_hour(register)
    returned(register, number, "2003-04-01", "2003-04-30", "100")
    again = {"reference": "again", "call_off": number, "units": "90", "day": "2003-05-02"}
    register.record("return", {**again, "starts": "2003-04-01", "ends": "2003-04-30"})

    (found,) = register.ask(delivered, Scope(None, YEAR, 12))

    assert (found.units, found.cost) == (90, Money.parse("3600.00"))


def test_a_retainer_paid_while_nothing_was_delivered_is_part_of_the_cost(
    register: Register,
) -> None:
    """Four weeks at £700.00, and another child's four on a retainer of £100.00: £3,200.00."""
    placed(register, 1)
    number = placed(register, 2, contract="C-0003")
    told = {"reference": "s", "call_off": number, "reason": "In hospital"}
    dated = {"day": "2003-04-01", "ends": "2003-04-28", "retainer": "100.00"}
    register.record("call-off-suspension", told | dated)

    found = {one.source: one for one in register.ask(delivered, Scope(None, YEAR, 12))}

    assert (found["C-0003"].units, found["C-0003"].cost) == (0, Money.parse("400.00"))


def test_what_is_worked_out_once_is_worked_out_again_when_anything_of_it_changed(
    register: Register,
) -> None:
    """Four weeks at £700.00; at £750.00; ended after two; two weeks of the first period alone."""
    number = placed(register, 1)

    def asked(to: int) -> list[Money]:
        return [one.cost for one in register.ask(delivered, Scope(None, YEAR, to))]

    assert asked(12) == asked(12) == [Money.parse("2800.00")]

    change = {"reference": "v", "call_off": number, "day": "2003-04-01", "reason": "Agreed"}
    register.record("call-off-variation", change | {"price": "750.00"})
    assert asked(12) == [Money.parse("3000.00")]

    register.on("2003-05-01")
    register.record(
        "call-off-end",
        {"reference": "e", "call_off": number, "day": "2003-04-14", "reason": "Went home"},
    )
    assert asked(12) == asked(1) == [Money.parse("1500.00")]
