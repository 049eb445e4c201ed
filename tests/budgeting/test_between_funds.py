"""Budget moved between funds: two changes of budget, together or not at all."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import Engine

from ledger.budget import BudgetLine
from ledger.money import Money
from ledger.problems import Refused
from tests.budgeting.conftest import CARE, HEALTH, MANAGER, Rule, posted
from tests.support.trusts import APPROVER, AT, CLERK, YEAR
from trust_commissioning import budgeting, posting
from trust_commissioning.checking import check
from trust_commissioning.reports.budget_lines import positions
from trust_commissioning.store import journals, reading, transaction

TO_CAMHS = {"giving": {"fund": "general"}, "getting": {"fund": "camhs"}, "allowed": True}
Moves = list[tuple[str, BudgetLine, Money]]


def moves(amount: str, getting: str = "") -> Moves:
    return [
        ("general", CARE, -Money.parse(amount)),
        ("camhs", HEALTH, Money.parse(getting or amount)),
    ]


def ask(engine: Engine, asked: Moves, reference: str = "V-9") -> tuple[int, int]:
    with transaction(engine) as session:
        return budgeting.vire_between(
            session,
            asked,
            day=date(2003, 5, 1),
            reference=reference,
            reason="Therapy moves to the pool",
            by=CLERK,
            at=AT,
        )


def budgets(engine: Engine) -> tuple[str, str]:
    with reading(engine) as session:
        return (
            positions(session, "general", YEAR)[CARE].budget.plain,
            positions(session, "camhs", YEAR)[HEALTH].budget.plain,
        )


def test_nothing_moves_between_funds_that_no_route_allows(budgeted: Engine) -> None:
    with pytest.raises(Refused, match="no rule lets it do so"):
        ask(budgeted, moves("5000.00"))

    with reading(budgeted) as session:
        assert journals.waiting(session) == []


@pytest.mark.parametrize("which", [0, 1])
def test_posting_either_half_posts_both(budgeted: Engine, rule: Rule, which: int) -> None:
    rule(route=TO_CAMHS)
    ids = ask(budgeted, moves("5000.00"))
    assert budgets(budgeted) == ("120000.00", "50000.00")

    numbers = posted(budgeted, ids[which]), posted(budgeted, ids[1 - which])

    assert budgets(budgeted) == ("115000.00", "55000.00")
    assert [number[-6:] for number in numbers] == ["000003", "000004"]
    with reading(budgeted) as session:
        assert check(session) == []


def test_asking_again_is_the_same_virement(budgeted: Engine, rule: Rule) -> None:
    rule(route=TO_CAMHS)

    assert ask(budgeted, moves("5000.00")) == ask(budgeted, moves("5000.00"))


def test_a_half_that_may_not_be_posted_holds_back_the_other(budgeted: Engine, rule: Rule) -> None:
    """The limit is of the fund that gets; it is asked to post the one that gives."""
    rule(route=TO_CAMHS)
    rule(code="r-2", limit={"role": "approver", "fund": "camhs", "amount": "4999.99"})
    rule(code="r-3", limit={"role": "pool_manager", "fund": "camhs"})
    gives, _ = ask(budgeted, moves("5000.00"))

    with pytest.raises(Refused, match="in fund camhs is above the limit"):
        posted(budgeted, gives, APPROVER)

    assert budgets(budgeted) == ("120000.00", "50000.00")
    posted(budgeted, gives, MANAGER)
    assert budgets(budgeted) == ("115000.00", "55000.00")


def test_between_funds_a_virement_split_in_two_is_counted_together(
    budgeted: Engine, rule: Rule
) -> None:
    """Twice £3,000.00 where £5,000.00 may go in the year; the two journals of the first are named."""
    rule(route=TO_CAMHS)
    rule(code="r-2", limit={"role": "approver", "amount": "5000.00"})
    rule(code="r-3", limit={"role": "pool_manager"})
    posted(budgeted, ask(budgeted, moves("3000.00"))[0])
    gives, _ = ask(budgeted, moves("3000.00"), "V-10")

    with pytest.raises(Refused) as refused:
        posted(budgeted, gives)

    assert refused.value.codes == ("virement_above_limit", "virement_above_limit")
    assert "(2003-04/000003 and 2003-04/000004) it makes £6,000.00" in str(refused.value)
    assert budgets(budgeted) == ("117000.00", "53000.00")


def test_sending_back_one_half_sends_back_both_and_withdrawing_one_withdraws_both(
    budgeted: Engine, rule: Rule
) -> None:
    rule(route=TO_CAMHS)
    _, gets = ask(budgeted, moves("5000.00"))

    with transaction(budgeted) as session:
        posting.send_back(session, gets, by=APPROVER, at=AT, reason="ask the board first")
    with reading(budgeted) as session:
        assert [one.status for one in journals.waiting(session)] == ["draft", "draft"]

    with transaction(budgeted) as session:
        posting.withdraw(session, gets, by=CLERK, at=AT)
    with reading(budgeted) as session:
        assert journals.waiting(session) == []


def test_a_half_handed_in_alone_after_it_was_sent_back_is_not_posted_alone(
    budgeted: Engine, rule: Rule
) -> None:
    rule(route=TO_CAMHS)
    gives, _ = ask(budgeted, moves("5000.00"))
    with transaction(budgeted) as session:
        posting.send_back(session, gives, by=APPROVER, at=AT, reason="the wrong day")
    with transaction(budgeted) as session:
        stored = journals.by_id(session, gives)
        posting.submit(session, stored.journal, by=CLERK, at=AT, id=gives)

    with pytest.raises(Refused) as refused:
        posted(budgeted, gives)

    assert "virement_other_half_missing" in refused.value.codes
    assert budgets(budgeted) == ("120000.00", "50000.00")


def test_reversing_one_half_asks_for_both_and_posting_either_takes_both_back(
    budgeted: Engine, rule: Rule
) -> None:
    rule(route=TO_CAMHS)
    gives, _ = ask(budgeted, moves("5000.00"))
    number = posted(budgeted, gives)

    with transaction(budgeted) as session:
        id = posting.reverse(session, number, reason="the board said no", by=CLERK, at=AT)
        assert len(journals.waiting(session, status="submitted")) == 2
    posted(budgeted, id)

    assert budgets(budgeted) == ("120000.00", "50000.00")


@pytest.mark.parametrize(
    "asked",
    [
        moves("5000.00", getting="4999.99"),
        [("general", CARE, Money(-1)), ("general", HEALTH, Money(1))],
        [*moves("5000.00"), ("choice", HEALTH, Money(1))],
    ],
)
def test_one_fund_gives_what_one_other_gets(budgeted: Engine, asked: Moves) -> None:
    with pytest.raises(Refused) as refused:
        ask(budgeted, asked)

    assert refused.value.codes == ("virement_between_uneven",)


def test_nobody_keys_one_half_as_a_journal_of_their_own(budgeted: Engine, rule: Rule) -> None:
    rule(route=TO_CAMHS)
    gives, _ = ask(budgeted, moves("5000.00"))
    with reading(budgeted) as session:
        half = journals.by_id(session, gives).journal

    other = replace(half, source_ref="V-10/gives")
    with transaction(budgeted) as session, pytest.raises(Refused) as refused:
        posting.submit(session, other, by=CLERK, at=AT)

    assert refused.value.codes == ("source_is_kept",)
