"""A variance met with another fund's money is transferred from it: both sides, or neither."""

from datetime import date

import pytest
from sqlalchemy import Engine

from ledger.journal import Book
from ledger.money import Money
from ledger.periods import Period
from ledger.problems import Refused
from tests.settling.a_pool import (
    ADMIN,
    AT,
    EQUALLY,
    HEALTH,
    OTHER,
    RESERVE,
    YEAR,
    add,
    agree,
    clause,
    close_march,
    counting,
    report,
    reverse,
    rule,
    settle,
    shares,
    spend,
    unsettled,
)
from tests.settling.conftest import copied
from tests.support.grants import allocation, programme
from tests.support.trusts import journal
from trust_commissioning import granting, posting, posting_rules
from trust_commissioning.checking import check
from trust_commissioning.posting_rules import Event
from trust_commissioning.reports import Scope
from trust_commissioning.reports.balances import sums
from trust_commissioning.reports.left_in_fund import left_in
from trust_commissioning.store import reading, transaction

DRAWN = clause({"do": "draw", "resource": "kept"}, {"do": "share", "by": "equal"})
KEPT = {"code": "kept", "title": "The reserve", "fund": "reserve"}
NEIGHBOUR = """
funds:
  - {code: near, title: The other pool, kind: pooled, legal_basis: health_act_1999_s31, host: council}
budgets:
  - {fund: near, year: 2003-04, lines: [{account: "Expenses:ThirdParty:Health", service: therapy, amount: "500.00"}]}
contributions:
  - {fund: near, partner: council, year: 2003-04, instalments: [{day: 2003-04-01, amount: "500.00"}]}
"""


def owed_between(engine: Engine, to: int = 13) -> dict[str, str]:
    with reading(engine) as session:
        found = sums(session, Scope(None, YEAR, to), "fund", "account", book=Book.ACTUAL)
        of = {fund: amount for (fund, name), amount in found if name == "Assets:InterFund"}
    return {fund: amount.plain for fund, amount in of.items() if amount}


def holds(engine: Engine, fund: str) -> int:
    with reading(engine) as session:
        return sum(left.amount.pence for left in left_in(session, fund))


def carried_forward(engine: Engine, fund: str = "pool") -> str:
    rows = report(engine, "memorandum-account", fund=fund).rows
    return next(row["amount"].plain for row in rows if row["title"] == "Carried forward")


def drawing_on_a_reserve(engine: Engine, spent: str = "1100.00") -> None:
    """£40.00 are in reserve for what is over, and the rest is shared equally."""
    add(engine, RESERVE)
    agree(engine, rule(over=DRAWN, resources=[KEPT]))
    spend(engine, spent)
    close_march(engine)


drawn = copied(drawing_on_a_reserve)


def test_what_a_reserve_in_another_fund_meets_is_transferred_from_it(drawn: Engine) -> None:
    assert unsettled(drawn) == 1

    done = settle(drawn)

    assert shares(done) == {"council": "30.00", "pct": "30.00"}
    assert len(done.journals) == 4
    assert owed_between(drawn) == {"pool": "40.00", "reserve": "-40.00"}
    assert (holds(drawn, "reserve"), carried_forward(drawn)) == (0, "0.00")
    assert carried_forward(drawn, "reserve") == "0.00"
    assert unsettled(drawn) == 0
    assert settle(drawn) == done
    notes = report(drawn, "risk-share").notes
    assert "The pool: £40.00 came from fund reserve by settlement." in notes
    with reading(drawn) as session:
        assert check(session) == []


def test_a_transfer_stands_between_the_surplus_and_the_balance_of_both_funds(
    drawn: Engine,
) -> None:
    settle(drawn)

    position = report(drawn, "fund-position", fund=None)
    (ending,) = [one for one in report(drawn, "year-end", fund=None).parts if one.key == "endings"]

    for rows, last in ((position.rows, "closing"), (ending.rows, "balance")):
        of = {row["fund"]: row for row in rows}
        for fund, wanted in (
            ("pool", ["0.00", "-40.00", "40.00", "0.00"]),
            ("reserve", ["0.00", "40.00", "-40.00", "0.00"]),
        ):
            shown = [of[fund][key] for key in ("opening", "surplus", "moved", last)]
            assert [one.plain for one in shown if isinstance(one, Money)] == wanted


def test_a_second_fund_does_not_find_in_the_reserve_what_the_first_has_drawn(
    founded: Engine,
) -> None:
    add(founded, NEIGHBOUR)
    add(founded, RESERVE)
    agree(founded, rule(over=DRAWN, resources=[KEPT]), fund="near", ref="RS-2")
    spend(founded, "520.00", ref="near", fund="near")
    drawing_on_a_reserve(founded, "1030.00")
    assert shares(settle(founded)) == {"council": "0.00", "pct": "0.00"}

    done = settle(founded, "S-2", fund="near")

    assert shares(done) == {"council": "5.00", "pct": "5.00"}
    assert owed_between(founded) == {"near": "10.00", "pool": "30.00", "reserve": "-40.00"}


def test_a_smaller_overspend_gives_the_reserve_back_what_it_need_not_meet(drawn: Engine) -> None:
    settle(drawn)
    spend(drawn, "-75.00", ref="credit note", period=13)

    done = settle(drawn, "S-2")

    assert shares(done) == {"council": "0.00", "pct": "0.00"}
    assert owed_between(drawn) == {"pool": "25.00", "reserve": "-25.00"}
    assert (holds(drawn, "reserve"), carried_forward(drawn)) == (1500, "0.00")


def test_both_sides_of_a_transfer_are_reversed_together_and_settled_again(drawn: Engine) -> None:
    done = settle(drawn)

    reverse(drawn, done.journals[3])

    assert owed_between(drawn) == {}
    assert holds(drawn, "reserve") == 4000
    assert unsettled(drawn) == 1
    with reading(drawn) as session:
        assert check(session) == []
    settle(drawn, "S-2")
    assert owed_between(drawn) == {"pool": "40.00", "reserve": "-40.00"}


def test_no_more_is_transferred_than_the_reserve_still_holds(drawn: Engine) -> None:
    april = Period(YEAR.next, 1)
    text = f"{HEALTH} 25.00 service=therapy / Assets:HostCash -25.00"
    with transaction(drawn) as session:
        made = journal(text, ref="April", fund="reserve", day=april.ends, period=april)
        posting.post(session, made, by=ADMIN, at=AT)

    with pytest.raises(Refused) as refusal:
        settle(drawn)

    assert refusal.value.codes == ("settlement_above_reserve",)
    (problem,) = refusal.value.problems
    assert problem.message == "£40.00 is due from fund reserve, which holds £15.00."
    assert owed_between(drawn) == {}


def test_an_underspend_that_is_taken_together_with_an_overspend_is_transferred_to_it(
    founded: Engine,
) -> None:
    """£100.00 over here and £50.00 under there: £50.00 is shared, £50.00 comes from there."""
    add(founded, NEIGHBOUR)
    agree(founded, counting("near", "pool"))
    spend(founded, "450.00", fund="near")
    spend(founded, "1100.00", ref="2")
    close_march(founded)

    done = settle(founded)

    assert shares(done) == {"council": "30.00", "pct": "20.00"}
    assert owed_between(founded) == {"near": "-50.00", "pool": "50.00"}
    assert (carried_forward(founded), carried_forward(founded, "near")) == ("0.00", "0.00")


def test_a_fund_with_a_rule_of_its_own_is_not_met_by_another_funds_settlement(
    founded: Engine,
) -> None:
    add(founded, NEIGHBOUR)
    agree(founded, counting("near", "pool"))
    agree(founded, rule(over=EQUALLY), fund="near", ref="RS-2")
    spend(founded, "450.00", fund="near")
    spend(founded, "1100.00", ref="2")
    close_march(founded)

    with pytest.raises(Refused) as refusal:
        settle(founded)

    assert refusal.value.codes == ("settlement_crosses_funds",)
    assert "near shares its variance by a rule of its own" in str(refusal.value)


def test_a_ring_fenced_grant_meets_no_overspend_of_another_fund(founded: Engine) -> None:
    """The £40.00 in reserve are a grant."""
    add(founded, RESERVE.split("contributions")[0].replace("pooled", "special_grant"))
    given = allocation(reference="g-1", fund="reserve", core=Money.parse("40.00"))
    with transaction(founded) as session:
        held_to = programme(needs_plan=False, purposes=(), conditions=())
        granting.keep_programme(session, held_to, by=ADMIN, at=AT)
        granting.allocate(session, given, announced=date(2003, 4, 1), by=ADMIN, at=AT)
    agree(founded, rule(over=DRAWN, resources=[KEPT]))
    spend(founded, "1100.00")
    close_march(founded)

    with pytest.raises(Refused) as refusal:
        settle(founded)

    assert refusal.value.codes == ("settlement_crosses_funds",)
    assert "reserve keeps the ring-fenced “Special Grant”" in str(refusal.value)
    assert owed_between(founded) == {}


def test_half_a_transfer_is_found_by_the_check(founded: Engine) -> None:
    add(founded, RESERVE)
    giving, getting = (
        Event(
            fund=fund, day=date(2003, 6, 30), source="transfer-between",
            source_ref=f"T-1/{side}", narration="Lost on the way",
        )
        for fund, side in (("reserve", "gives"), ("pool", "gets"))
    )  # fmt: skip
    half, _ = posting_rules.given_to_fund(giving, getting, Money(4000))
    with transaction(founded) as session:
        posting.post(session, half, by=OTHER, at=AT)

    with reading(founded) as session:
        (problem,) = check(session)

    assert problem.code == "half_posted_alone"
    assert "is one side of T-1, between two funds; the other side is not posted" in problem.message
