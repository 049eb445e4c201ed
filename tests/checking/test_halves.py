"""`trust check` finds a virement or a transfer between funds of which half stands alone."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import Engine

from ledger.budget import BudgetLine
from ledger.journal import Journal
from ledger.money import Money
from ledger.periods import Period
from tests.support.trusts import AT, CLERK, YEAR
from trust_commissioning import posting, posting_rules
from trust_commissioning.budgeting import virement_sides
from trust_commissioning.checking import check
from trust_commissioning.posting_rules import Event
from trust_commissioning.store import reading, transaction

P01 = Period(YEAR, 1)
CARE = BudgetLine("Expenses:ThirdParty:FosterCare", "fostering")
THERAPY = BudgetLine("Expenses:ThirdParty:Health", "therapy")


def virement(engine: Engine) -> tuple[Journal, Journal]:
    with reading(engine) as session:
        return virement_sides(
            session,
            [("general", CARE, Money(-5000)), ("camhs", THERAPY, Money(5000))],
            day=date(2003, 4, 30),
            reference="V-1",
            reason="Therapy moves to the pool",
            period=P01,
        )


def transfer(_: Engine) -> tuple[Journal, Journal]:
    giving, getting = (
        Event(
            fund=fund,
            day=date(2003, 4, 30),
            source="transfer-between",
            source_ref=f"T-1/{side}",
            narration="From the reserve",
        )
        for fund, side in (("general", "gives"), ("camhs", "gets"))
    )
    return posting_rules.given_to_fund(giving, getting, Money(5000))


def found(engine: Engine, *journals: Journal) -> list[str]:
    with transaction(engine) as session:
        posting.post_many(session, journals, by=CLERK, at=AT)
    with reading(engine) as session:
        problems = check(session)
    assert {one.code for one in problems} <= {"half_posted_alone"}
    return [one.message.partition("the other side ")[2] for one in problems]


@pytest.mark.parametrize("made", [virement, transfer])
def test_both_sides_of_what_goes_between_funds_are_as_they_must_be(
    engine: Engine, made: type
) -> None:
    assert found(engine, *made(engine)) == []


@pytest.mark.parametrize("made", [virement, transfer])
@pytest.mark.parametrize("side", [0, 1])
def test_one_side_without_the_other_is_found(engine: Engine, made: type, side: int) -> None:
    assert found(engine, made(engine)[side]) == ["is not posted."]


@pytest.mark.parametrize("made", [virement, transfer])
def test_a_side_of_another_sum_or_another_period_is_found_from_both(
    engine: Engine, made: type
) -> None:
    giving, getting = made(engine)
    less = replace(
        getting,
        postings=tuple(
            replace(one, amount=Money(4000 if one.amount.pence > 0 else -4000))
            for one in getting.postings
        ),
    )
    late = replace(giving, period=Period(YEAR, 2), day=date(2003, 5, 1), source_ref="X/gives")

    assert found(engine, giving, less) == [
        "in 2003-04/000002 is not its match.",
        "in 2003-04/000001 is not its match.",
    ]
    assert found(engine, late, replace(getting, source_ref="X/gets"))[2:] == [
        "in 2003-04/000004 is in another period.",
        "in 2003-04/000003 is in another period.",
    ]
