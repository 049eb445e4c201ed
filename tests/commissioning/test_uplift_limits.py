"""What makes a contract dearer is held against what is available, as a call-off is; its cost agrees."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ledger.money import Money
from tests.commissioning.test_in_force import CONTRACT, UPLIFT
from tests.support.register import APPROVER, MANAGER, YEAR, Register, found_register
from tests.support.trusts import copy_of
from trust_commissioning.reports import REPORTS, Scope
from trust_commissioning.reports.contract_story import contract_story


@pytest.fixture(params=["sqlite", "postgres"])
def register(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Register]:
    with copy_of(found_register, request, request.param, tmp_path) as made:
        held = Register(made)
        held.record("contract", CONTRACT)
        yield held


DEARER = {"prices": [{"lot": "standard", "price": "735.00"}]}
DECIDE = {"uplift": "U-1", "step": "checked", "day": "2003-08-01"}


def placed(register: Register, reference: str, **said: Any) -> str:
    return register.calls_off(
        reference, **{"contract": "C-0007", "lot": "standard", "price": None, "unit": None} | said
    )


def checked(register: Register, **asked: Any) -> dict[str, Any]:
    """The uplift, checked; what was said of its cost."""
    register.record("uplift", UPLIFT | asked)
    return dict(register.record("uplift-decision", DECIDE, by=APPROVER))


def agree(register: Register, **asked: Any) -> None:
    """The cost it is said to have this year is what the commitment book then rises by."""
    said = checked(register, **asked)
    before = Money.parse(register.committed())
    register.record("uplift-decision", DECIDE | {"step": "applied"}, by=APPROVER)
    rose = Money.parse(register.committed()) - before

    assert Money.parse(str(said["this_year"])) == rose
    assert register.is_clean()


def test_three_placements_of_four_days_cost_what_each_rises_by_rounded_by_itself(
    register: Register,
) -> None:
    """1p a week on four days is 4/7 of a penny: 1p for each of three, not 2p for all."""
    for reference in ("P-1", "P-2", "P-3"):
        placed(register, reference, starts="2003-10-01", expected_end="2003-10-04")

    said = checked(register, prices=[{"lot": "standard", "price": "700.01"}])

    assert said["this_year"] == "0.03"
    before = Money.parse(register.committed())
    register.record("uplift-decision", DECIDE | {"step": "applied"}, by=APPROVER)
    assert Money.parse(register.committed()) - before == Money(3)


def test_a_requisition_is_promised_and_rises_as_an_order_does(register: Register) -> None:
    """£5 a day on 183 days: £915.00."""
    placed(register, "P-1", stage="requisition")

    agree(register, **DEARER)


def test_days_invoiced_already_are_said_beside_the_cost(register: Register) -> None:
    """April is paid at £700.00 a week; from 1 May £5 a day on 336 days is £1,680.00, and April's
    £150.00 is not promised."""
    number = placed(register, "P-1")
    line = {"call_off": number, "starts": "2003-04-01", "ends": "2003-04-30", "net": "3000.00"}
    invoice = {"provider": "oakfield", "number": "1", "day": "2003-05-01", "received": "2003-05-01"}
    register.record("invoice", invoice | {"reference": "inv", "lines": [line]})
    register.record(
        "invoice-approval",
        {"reference": "ok", "invoice": "I-000001", "day": "2003-05-02"},
        by=APPROVER,
    )

    said = checked(register, **DEARER, starts="2003-04-01")

    assert said["this_year"] == "1680.00"
    assert said["basis"].endswith("; days invoiced already would cost £150.00 more")
    before = Money.parse(register.committed())
    register.record("uplift-decision", DECIDE | {"step": "applied"}, by=APPROVER)
    assert Money.parse(register.committed()) - before == Money.parse("1680.00")


def test_what_was_drawn_without_an_invoice_leaves_the_cost_as_it_is(register: Register) -> None:
    number = placed(register, "P-1")
    register.spends(number, "3000.00", day="2003-05-01")

    agree(register, **DEARER)


def test_an_open_ended_placement_is_promised_to_the_years_end_and_costs_so(
    register: Register,
) -> None:
    """The contract ends on 31 December 2003; what is not ended is promised beyond it."""
    placed(register, "P-1")
    register.record(
        "variation",
        {
            "contract": "C-0007", "reference": "V-1", "day": "2003-05-01", "reason": "Longer",
            "extensions": [{"code": "more", "until": "2007-03-31"}],
        },
    )  # fmt: skip

    agree(register, **DEARER)


def test_units_that_are_no_time_cost_more_for_the_days_they_are_spread_over(
    register: Register,
) -> None:
    """£2.50 on 40 visits over 366 days, 183 of them from October, is £50.00; on 10 from November
    £25.00."""
    register.record(
        "variation",
        {
            "contract": "C-0007", "reference": "V-1", "day": "2003-04-01", "reason": "Visits",
            "lots_added": [{"code": "visits", "title": "Visits", "unit": "visit",
                            "price": "50.00"}],
        },
    )  # fmt: skip
    placed(register, "P-1", lot="visits", quantity="40")
    placed(register, "P-2", lot="visits", quantity="10", starts="2003-11-01")

    said = checked(register, prices=[{"lot": "visits", "price": "52.50"}])

    assert said["this_year"] == "75.00"
    before = Money.parse(register.committed())
    register.record("uplift-decision", DECIDE | {"step": "applied"}, by=APPROVER)
    assert Money.parse(register.committed()) - before == Money.parse("75.00")


def fill(register: Register, left: str) -> None:
    """Orders until so much is left of the pool's £200,000.00 for fostering."""
    taken = Money.parse(register.available("pool")) - Money.parse(left)
    register.calls_off("rest", unit="item", price=taken.plain, title="The rest")
    assert register.available("pool") == left


def test_an_uplift_above_what_is_available_is_refused(register: Register) -> None:
    """£915.00 more where £914.99 is left."""
    placed(register, "P-1")
    checked(register, **DEARER)
    fill(register, "914.99")
    committed = register.committed()

    for who in (APPROVER, MANAGER):
        assert register.refused("uplift-decision", DECIDE | {"step": "applied"}, by=who) == [
            "more_than_is_available"
        ]

    assert register.committed() == committed
    assert register.ask(contract_story, "C-0007", YEAR.ends).uplifts[0].state == "checked"
    assert register.is_clean()


def test_an_uplift_of_all_that_is_available_is_applied(register: Register) -> None:
    placed(register, "P-1")
    checked(register, **DEARER)
    fill(register, "915.00")

    register.record("uplift-decision", DECIDE | {"step": "applied"}, by=APPROVER)

    assert register.available("pool") == "0.00"


def test_only_who_may_override_applies_it_above_what_is_available_with_a_reason_that_is_shown(
    register: Register,
) -> None:
    placed(register, "P-1")
    checked(register, **DEARER)
    fill(register, "914.99")
    why = {"step": "applied", "override": {"reason": "The board found the money"}}
    assert register.refused("uplift-decision", DECIDE | why, by=APPROVER) == ["not_permitted"]

    register.record("uplift-decision", DECIDE | why, by=MANAGER)

    assert register.available("pool") == "-0.01"
    assert register.is_clean()
    report = register.ask(REPORTS["uplifts"], Scope(None, YEAR, 13), register.at)
    assert [row["override"] for row in report.parts[0].rows] == ["The board found the money"]
    story = register.ask(contract_story, "C-0007", YEAR.ends)
    assert "The board found the money" in str(story.part("variations").rows[0]["changed"])
    assert register.record("uplift-decision", DECIDE | why, by=MANAGER)["recorded"] is False


def test_a_reason_to_override_stands_only_where_there_was_something_to_override(
    register: Register,
) -> None:
    placed(register, "P-1")
    checked(register, **DEARER)
    why = {"step": "applied", "override": {"reason": "In case"}}

    assert register.refused("uplift-decision", DECIDE | why, by=MANAGER) == ["nothing_to_override"]


def test_a_variation_that_makes_placements_dearer_is_held_alike(register: Register) -> None:
    placed(register, "P-1")
    fill(register, "914.99")
    varied: dict[str, Any] = {
        "contract": "C-0007", "reference": "V-1", "day": "2003-10-01", "reason": "A link worker",
        "lots_changed": [{"lot": "standard", "price": "735.00"}],
    }  # fmt: skip

    assert register.refused("variation", varied, by=MANAGER) == ["more_than_is_available"]

    varied |= {"override": {"reason": "Agreed by the board"}}
    assert register.refused("variation", varied) == ["not_permitted"]
    assert register.record("variation", varied, by=MANAGER)["recorded"] is True
    assert register.record("variation", varied, by=MANAGER)["recorded"] is False


def test_a_rise_of_a_contract_with_nothing_called_off_is_held_by_its_value(
    register: Register,
) -> None:
    """5% of £1,096,000.00 over 1,096 days is £50 a day: £9,150.00 on 183 days of this year."""
    register.record(
        "contract",
        CONTRACT | {"number": "C-0008", "value": "1096000.00", "lots": CONTRACT["lots"][:1]},
    )
    checked(register, **DEARER, contract="C-0008")
    register.calls_off("rest", unit="item", price="190850.01", title="The rest")

    assert register.refused("uplift-decision", DECIDE | {"step": "applied"}, by=APPROVER) == [
        "more_than_is_available"
    ]
