"""Rules that hold for some months of a year: each month's variance by what held on its last day."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine

from tests.settling.a_pool import (
    ADMIN,
    AT,
    add,
    agree,
    clause,
    close_march,
    report,
    rule,
    settle,
    shares,
    spend,
    unsettled,
)
from trust_commissioning import settling
from trust_commissioning.fields.risk_share import RiskShareEntry
from trust_commissioning.store import transaction

BY_PERCENT = clause(
    {"do": "share", "by": "agreed", "percent": {"council": "60", "pct": "40"}}, number="4.1"
)
COUNCIL_BEARS = clause({"do": "bear", "partner": "council"}, number="9")
EQUALLY = clause({"do": "share", "by": "equal"}, number="12")
BUDGET = """
budgets:
  - {fund: pool, year: 2003-04, lines: [{account: "Expenses:ThirdParty:Health", service: therapy, amount: "1200.00"}]}
"""


def of(each: dict[str, object], **rest: Any) -> RiskShareEntry:
    return rule(over=each, under=each, **rest)


def suspended_for_autumn(engine: Engine) -> None:
    with transaction(engine) as session:
        settling.suspend_risk_share(
            session,
            "pool",
            of(COUNCIL_BEARS, title="While the partners talk"),
            reference="SU-1",
            starts=date(2003, 10, 1),
            ends=date(2003, 12, 31),
            reason="The trust left the table",
            by=ADMIN,
            at=AT,
        )


@pytest.fixture
def pool(in_september: Engine) -> Engine:
    """£100.00 a month to spend; £100.00 over by September, £50.00 to Christmas, £30.00 after it."""
    add(in_september, BUDGET)
    for amount, period in (("700.00", 6), ("350.00", 9), ("330.00", 12)):
        spend(in_september, amount, ref=f"P{period}", period=period)
    return in_september


def test_unless_the_rule_says_by_months_the_rule_of_the_last_day_decides_on_the_whole_year(
    pool: Engine,
) -> None:
    agree(pool, of(BY_PERCENT))
    suspended_for_autumn(pool)
    close_march(pool)

    assert shares(settle(pool)) == {"council": "108.00", "pct": "72.00"}
    notes = report(pool, "risk-share").notes
    assert any("decides on the variance of the whole year" in note for note in notes)


def test_while_a_rule_by_months_is_suspended_what_is_agreed_meanwhile_shares_those_months(
    pool: Engine,
) -> None:
    """£130.00 by 60 and 40 is £78.00 and £52.00; £50.00 of autumn is the council's."""
    agree(pool, of(BY_PERCENT, applies="by_months"))
    suspended_for_autumn(pool)
    close_march(pool)
    assert unsettled(pool) == 1

    done = settle(pool)

    assert (done.variance.plain, shares(done)) == ("180.00", {"council": "128.00", "pct": "52.00"})
    assert unsettled(pool) == 0
    made = report(pool, "risk-share")
    assert [row["share"].plain for row in made.rows] == ["128.00", "52.00"]
    met = [part for part in made.parts if part.key.startswith("met-")]
    parted = "April 2003 to September 2003 and January 2004 to March 2004"
    assert [(part.title, part.totals["amount"].plain) for part in met] == [
        (f"The pool, {parted}: how the variance is met", "130.00"),
        ("The pool, October 2003 to December 2003: how the variance is met", "50.00"),
    ]
    assert [row["clause"] for part in met for row in part.rows] == ["4.1", "9"]
    assert any("decides on the months it held for" in note for note in made.notes)


def test_a_late_item_of_period_13_belongs_to_march(pool: Engine) -> None:
    agree(pool, of(BY_PERCENT, applies="by_months"))
    suspended_for_autumn(pool)
    close_march(pool)
    spend(pool, "10.00", ref="late", period=13)

    assert shares(settle(pool)) == {"council": "134.00", "pct": "56.00"}


def test_a_rule_by_months_that_replaces_another_leaves_it_the_months_before(pool: Engine) -> None:
    """£100.00 by 60 and 40, then £80.00 equally."""
    agree(pool, of(BY_PERCENT))
    later = of(EQUALLY, starts=date(2003, 10, 1), applies="by_months")
    agree(pool, later, ref="RS-2")
    close_march(pool)

    assert shares(settle(pool)) == {"council": "100.00", "pct": "80.00"}


def test_what_is_over_before_any_rule_was_in_force_stays_with_the_fund(pool: Engine) -> None:
    agree(pool, of(EQUALLY, starts=date(2003, 10, 1), applies="by_months"))
    close_march(pool)

    assert shares(settle(pool)) == {"council": "40.00", "pct": "40.00"}
    assert any(
        "no risk share was in force in April 2003 to September 2003, which came to £100.00" in note
        for note in report(pool, "risk-share").notes
    )


def test_a_forecast_by_months_leaves_what_is_to_come_to_the_last_of_them(pool: Engine) -> None:
    agree(pool, of(BY_PERCENT, applies="by_months"))
    suspended_for_autumn(pool)

    made = report(pool, "risk-share", to=10)

    lines = [part.totals["variance"].plain for part in made.parts if part.key.startswith("lines-")]
    assert (lines, made.totals["share"].plain) == (["0.00", "50.00"], "50.00")


def test_a_rule_recorded_before_there_were_months_is_the_same_rule_when_it_is_sent_again(
    pool: Engine,
) -> None:
    old = of(BY_PERCENT)

    assert agree(pool, old) == agree(pool, of(BY_PERCENT, applies="whole_year")) == 1
