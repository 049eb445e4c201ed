"""Which line may lend to which, and how much one person may let move."""

from datetime import date
from typing import Any

import pytest

from ledger.budget import BudgetLine
from ledger.journal import Book, Journal, Posting
from ledger.money import Money
from ledger.periods import Period
from ledger.virement import (
    ALWAYS,
    Days,
    Earlier,
    Limit,
    Per,
    Place,
    Route,
    Side,
    VirementRules,
    amounts_of,
    moved,
    other_reference,
    pairs_of,
    problems_of_every_limit,
    problems_of_limit,
    problems_of_routes,
    problems_of_two,
    references,
)

DAY = date(2003, 9, 30)
CARE, PAY = "Expenses:ThirdParty:FosterCare", "Expenses:Employees:Salaries"


def side(fund: str, *moves: tuple[str, str, str]) -> Journal:
    return Journal(
        book=Book.BUDGET,
        fund=fund,
        period=Period.parse("2003-04 P06"),
        day=DAY,
        narration="Moved",
        postings=tuple(
            Posting(account, Money.parse(amount), service=service or None)
            for account, service, amount in moves
        ),
        source="virement",
        source_ref="V-1",
    )


WITHIN = side("general", (CARE, "fostering", "-500.00"), (PAY, "office", "500.00"))
GIVES = side("general", (CARE, "fostering", "-500.00"), ("Equity:BudgetAuthority", "", "500.00"))
GETS = side("camhs", (PAY, "therapy", "500.00"), ("Equity:BudgetAuthority", "", "-500.00"))


def route(
    giving: Place, getting: Place, *, allowed: bool, because: str = "", days: Days = ALWAYS
) -> Route:
    return Route(
        code="r-1", giving=giving, getting=getting, allowed=allowed, because=because, days=days
    )


def refusals(journals: list[Journal], *routes: Route) -> list[tuple[str, str]]:
    rules = VirementRules(routes=routes)
    return [(p.code, p.message) for p in problems_of_routes(journals, rules)]


def test_within_a_fund_everything_may_move_that_no_rule_forbids() -> None:
    assert refusals([WITHIN]) == []


def test_a_forbidden_route_is_refused_with_the_rule_quoted() -> None:
    never = route(
        Place(service="fostering"),
        Place(account="Expenses:Employees"),
        allowed=False,
        because="carers' money is not for the office",
    )

    assert refusals([WITHIN], never) == [
        (
            "virement_route_forbidden",
            (
                "Expenses:ThirdParty:FosterCare, fostering (fund general) may not lend to "
                "Expenses:Employees:Salaries, office (fund general): carers' money is not for the "
                "office (rule r-1)."
            ),
        )
    ]


def test_a_line_that_may_lend_somewhere_may_not_lend_elsewhere() -> None:
    to_therapy = route(Place(service="fostering"), Place(service="therapy"), allowed=True)

    assert [code for code, _ in refusals([WITHIN], to_therapy)] == ["virement_route_missing"]


def test_a_route_forbids_though_another_allows() -> None:
    allowed = route(Place(), Place(), allowed=True)
    forbidden = route(Place(fund="general"), Place(service="office"), allowed=False)

    codes = [code for code, _ in refusals([WITHIN], allowed, forbidden)]
    assert codes == ["virement_route_forbidden"]


def test_an_account_is_held_to_by_whole_words_of_its_name() -> None:
    """`Expenses:Employ` is no part of `Expenses:Employees`."""
    never = route(Place(), Place(account="Expenses:Employ"), allowed=False)

    assert refusals([WITHIN], never) == []


@pytest.mark.parametrize(
    ("days", "refused"),
    [
        (Days(date(2003, 10, 1)), False),
        (Days(None, date(2003, 9, 29)), False),
        (Days(DAY, DAY), True),
    ],
)
def test_a_route_holds_on_its_days_only(days: Days, refused: bool) -> None:
    never = route(Place(), Place(), allowed=False, days=days)

    assert bool(refusals([WITHIN], never)) is refused


def test_between_funds_nothing_moves_that_no_route_allows() -> None:
    assert [code for code, _ in refusals([GIVES, GETS])] == ["virement_route_missing"]
    open_route = route(Place(fund="general"), Place(fund="camhs"), allowed=True)
    assert refusals([GIVES, GETS], open_route) == []


def test_what_moves_is_counted_once_within_a_fund_and_between_funds() -> None:
    assert moved([WITHIN]).plain == "500.00"
    assert moved([GIVES, GETS]).plain == "500.00"


def limits(*held: Limit) -> VirementRules:
    return VirementRules(limits=held)


def limit(amount: str | None, **held: Any) -> Limit:
    return Limit(code="l-1", amount=Money.parse(amount) if amount else None, **held)


def above(rules: VirementRules, journals: list[Journal], person: str = "p.approver") -> list[str]:
    role = {"p.approver": "approver", "m.manager": "pool_manager"}[person]
    found = problems_of_limit(journals, rules, person=person, role=role, name="Pat", day=DAY)
    return [problem.message for problem in found]


def test_without_any_limit_whoever_may_post_may_post_any_virement() -> None:
    assert above(limits(), [WITHIN]) == []


def test_a_virement_at_the_limit_may_be_posted_and_one_above_it_names_who_may() -> None:
    rules = limits(limit("499.99", role="approver"), limit("500.00", role="pool_manager"))

    assert above(rules, [WITHIN], "m.manager") == []
    assert above(rules, [WITHIN]) == [
        (
            "A virement of £500.00 in fund general is above the limit: Pat may post up to £499.99 "
            "a year from line to line; a pool manager may post up to £500.00 a year from line to "
            "line."
        )
    ]


def test_where_there_are_limits_who_has_none_may_post_nothing() -> None:
    assert above(limits(limit(None, role="pool_manager")), [WITHIN]) == [
        (
            "A virement of £500.00 in fund general is above the limit: Pat has no delegated limit; a "
            "pool manager may post any amount."
        )
    ]


def test_a_persons_own_limit_comes_before_their_roles_and_a_funds_before_any() -> None:
    own = limits(limit("100", role="approver"), limit("500", person="p.approver"))
    fund = limits(limit("100", role="approver"), limit("500", role="approver", fund="general"))

    assert above(own, [WITHIN]) == []
    assert above(fund, [WITHIN]) == []


def test_a_limit_of_another_fund_or_day_binds_nobody() -> None:
    elsewhere = limit("1", role="approver", fund="camhs")
    past = Limit(code="l", amount=Money(1), role="approver", days=Days(None, date(2003, 3, 31)))

    assert above(limits(elsewhere, past), [WITHIN]) == []


def test_between_funds_the_limit_of_either_fund_holds() -> None:
    rules = limits(limit("499", role="approver", fund="camhs"))

    assert len(above(rules, [GIVES, GETS])) == 1


def test_a_virement_nobody_may_post_is_refused_when_it_is_asked_for() -> None:
    rules = limits(limit("100", role="approver"), limit("400", role="pool_manager"))

    (problem,) = problems_of_every_limit([WITHIN], rules, day=DAY)

    assert problem.code == "virement_above_every_limit"
    assert problem.message == (
        "Nobody may post a virement of £500.00 in fund general: an approver may post up to "
        "£100.00 a year from line to line, a pool manager may post up to £400.00 a year from line "
        "to line."
    )


OUT, IN = ("general", BudgetLine(CARE, "fostering")), ("general", BudgetLine(PAY, "office"))


def before(amount: str, by: str = "p.approver", pair: tuple[Side, Side] = (OUT, IN)) -> Earlier:
    role = {"p.approver": "approver", "o.other": "approver", "m.manager": "pool_manager"}[by]
    return Earlier(number="2003-04/000007", by=by, role=role, pairs={pair: Money.parse(amount)})


@pytest.mark.parametrize(
    ("earlier", "per", "refused"),
    [
        ([before("100.00")], Per.YEAR, False),
        ([before("100.01")], Per.YEAR, True),
        ([before("60.00"), before("40.01")], Per.YEAR, True),
        ([before("100.01")], Per.VIREMENT, False),
        ([before("100.01", pair=(IN, OUT))], Per.YEAR, False),
        ([before("100.01", pair=(OUT, ("general", BudgetLine(PAY, "clinic"))))], Per.YEAR, False),
        ([before("100.01", by="m.manager")], Per.YEAR, False),
        ([before("100.01", by="o.other")], Per.YEAR, True),
    ],
)
def test_a_limit_holds_over_what_its_holders_moved_in_the_year_from_one_same_line_to_another(
    earlier: list[Earlier], per: Per, refused: bool
) -> None:
    """£500.00 is asked and approvers may post £600.00; a manager's own virements are not theirs."""
    rules = limits(limit("600", role="approver", per=per), limit("900", role="pool_manager"))

    found = problems_of_limit(
        [WITHIN], rules, earlier, person="p.approver", role="approver", name="Pat", day=DAY
    )

    assert bool(list(found)) is refused


def test_who_would_go_over_a_years_limit_is_told_of_the_virements_before_by_their_numbers() -> None:
    rules = limits(limit("600", role="approver"), limit("900", role="pool_manager"))

    (problem,) = problems_of_limit(
        [WITHIN],
        rules,
        [before("60.00"), before("40.01")],
        person="p.approver",
        role="approver",
        name="Pat",
        day=DAY,
    )

    assert problem.message == (
        "A virement of £500.00 in fund general is above the limit; with £100.01 moved earlier in "
        "the year from Expenses:ThirdParty:FosterCare, fostering (fund general) to "
        "Expenses:Employees:Salaries, office (fund general) (2003-04/000007, 2003-04/000007) it "
        "makes £600.01: Pat may post up to £600.00 a year from line to line; a pool manager may "
        "post up to £900.00 a year from line to line."
    )


def test_where_several_lines_give_to_several_as_much_as_may_have_gone_is_counted() -> None:
    many = side(
        "general",
        (CARE, "fostering", "-300.00"),
        (CARE, "", "-200.00"),
        (PAY, "office", "450.00"),
        (PAY, "", "50.00"),
    )

    found = pairs_of(amounts_of([many]))

    assert [amount.plain for amount in found.values()] == ["300.00", "50.00", "200.00", "50.00"]


def test_the_two_sides_name_each_other_and_must_match() -> None:
    gives, gets = references("V-1")
    assert (other_reference(gives), other_reference(gets)) == (gets, gives)
    assert list(problems_of_two(GIVES, GETS)) == []
    less = side("camhs", (PAY, "therapy", "400.00"), ("Equity:BudgetAuthority", "", "-400.00"))
    for other in (None, less, GIVES):
        assert [p.code for p in problems_of_two(GIVES, other)] == ["virement_other_half_missing"]
