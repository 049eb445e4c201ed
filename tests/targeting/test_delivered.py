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
