"""A virement is held to its routes and to the limit of who posts it, both kept as data."""

from datetime import date

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from ledger.problems import Refused
from tests.budgeting.conftest import HEALTH, MANAGER, Rule, Vire, posted
from tests.support.trusts import APPROVER, AT, CLERK, YEAR
from trust_commissioning import posting
from trust_commissioning.reports.budget_lines import positions
from trust_commissioning.store import reading, transaction
from trust_commissioning.store.tables import AuditEventRow

APPROVERS = {"role": "approver", "amount": "10000.00"}
MANAGERS = {"role": "pool_manager", "amount": "50000.00"}
NEVER = {
    "giving": {"service": "fostering"},
    "getting": {"account": "Expenses:ThirdParty:Health"},
    "allowed": False,
    "because": "the fostering budget is kept for placements",
}


def test_an_approver_posts_a_virement_at_the_limit(
    budgeted: Engine, vire: Vire, rule: Rule
) -> None:
    rule(limit=APPROVERS)

    posted(budgeted, vire("10000.00"))

    with reading(budgeted) as session:
        assert positions(session, "general", YEAR)[HEALTH].budget.plain == "30000.00"


def test_a_virement_above_the_posters_limit_is_refused_with_the_limit_and_waits_for_another(
    budgeted: Engine, vire: Vire, rule: Rule
) -> None:
    rule(limit=APPROVERS)
    rule(code="r-2", limit=MANAGERS)
    id = vire("10000.01")

    with pytest.raises(Refused) as refused:
        posted(budgeted, id)

    assert refused.value.codes == ("virement_above_limit",)
    assert str(refused.value) == (
        "A virement of £10,000.01 in fund general is above the limit: Piers Approver may post up "
        "to £10,000.00 a year from line to line; a pool manager may post up to £50,000.00 a year "
        "from line to line. (by)"
    )
    assert posted(budgeted, id, MANAGER).startswith("2003-04/")


def test_a_virement_above_every_limit_is_refused_when_it_is_asked_for(
    vire: Vire, rule: Rule
) -> None:
    rule(limit=APPROVERS)

    with pytest.raises(Refused, match=r"Nobody may post a virement of £10,000\.01"):
        vire("10000.01")


def test_taking_a_virement_back_is_held_to_the_limit_as_well(
    budgeted: Engine, vire: Vire, rule: Rule
) -> None:
    number = posted(budgeted, vire("10000.01"))
    rule(limit=APPROVERS)
    rule(code="r-2", limit=MANAGERS)
    with transaction(budgeted) as session:
        id = posting.reverse(session, number, reason="a mistake", by=CLERK, at=AT)

    with pytest.raises(Refused, match="is above the limit"):
        posted(budgeted, id)
    posted(budgeted, id, MANAGER)


def test_a_virement_split_in_two_to_get_under_the_limit_is_refused_with_the_first_one_named(
    budgeted: Engine, vire: Vire, rule: Rule
) -> None:
    """Two of £6,000.00 on one day, where approvers may post £10,000.00."""
    rule(limit=APPROVERS)
    rule(code="r-2", limit=MANAGERS)
    first, second = vire("6000.00"), vire("6000.00", reference="V-2")
    number = posted(budgeted, first)

    with pytest.raises(Refused) as refused:
        posted(budgeted, second)

    assert refused.value.codes == ("virement_above_limit",)
    assert str(refused.value) == (
        "A virement of £6,000.00 in fund general is above the limit; with £6,000.00 moved earlier "
        "in the year from Expenses:ThirdParty:FosterCare, fostering (fund general) to "
        f"Expenses:ThirdParty:Health, therapy (fund general) ({number}) it makes £12,000.00: Piers "
        "Approver may post up to £10,000.00 a year from line to line; a pool manager may post up "
        "to £50,000.00 a year from line to line. (by)"
    )
    assert posted(budgeted, second, MANAGER).startswith("2003-04/")


def test_virements_up_to_the_limit_of_the_year_are_posted_whatever_their_number(
    budgeted: Engine, vire: Vire, rule: Rule
) -> None:
    rule(limit=APPROVERS)
    posted(budgeted, vire("6000.00"))

    posted(budgeted, vire("4000.00", reference="V-2"))
    with pytest.raises(Refused, match=r"£10,000\.00 moved earlier .* it makes £10,000\.01"):
        vire("0.01", reference="V-3")


def test_a_limit_of_each_virement_alone_says_so_and_counts_none_before(
    budgeted: Engine, vire: Vire, rule: Rule
) -> None:
    rule(limit=APPROVERS | {"per": "virement"})
    posted(budgeted, vire("6000.00"))
    posted(budgeted, vire("6000.00", reference="V-2"))

    with pytest.raises(Refused, match=r"may post up to £10,000\.00 at once"):
        vire("10000.01", reference="V-3")


def test_what_was_taken_back_leaves_the_limit_as_it_was_and_redoing_it_does_not(
    budgeted: Engine, vire: Vire, rule: Rule
) -> None:
    """£6,000.00 taken back and asked anew is £6,000.00; taking back the taking back is £12,000.00."""
    rule(limit=APPROVERS)
    rule(code="r-2", limit=MANAGERS)
    number = posted(budgeted, vire("6000.00"))
    taking_back = posted(budgeted, _reversal(budgeted, number))
    posted(budgeted, vire("6000.00", reference="V-2"))

    again = _reversal(budgeted, taking_back)

    with pytest.raises(Refused, match=r"it makes £12,000\.00"):
        posted(budgeted, again)
    posted(budgeted, again, MANAGER)
    with pytest.raises(Refused, match=r"£12,000\.00 moved earlier .* it makes £12,000\.01"):
        posted(budgeted, vire("0.01", reference="V-3"))


def _reversal(engine: Engine, number: str) -> int:
    with transaction(engine) as session:
        return posting.reverse(session, number, reason="a mistake", by=CLERK, at=AT)


def test_a_forbidden_route_is_refused_when_it_is_asked_for_with_the_rule_quoted(
    vire: Vire, rule: Rule
) -> None:
    rule(route=NEVER)

    with pytest.raises(Refused) as refused:
        vire("100.00")

    assert refused.value.codes == ("virement_route_forbidden",)
    assert "the fostering budget is kept for placements (rule r-1)" in str(refused.value)


def test_a_route_that_is_closed_after_it_was_asked_for_stops_it_being_posted(
    budgeted: Engine, vire: Vire, rule: Rule
) -> None:
    id = vire("100.00")
    rule(route=NEVER)

    with pytest.raises(Refused, match="kept for placements"):
        posted(budgeted, id)


def test_a_rule_ends_on_its_day(vire: Vire, rule: Rule) -> None:
    rule(route=NEVER, ends=date(2003, 5, 1))

    with pytest.raises(Refused):
        vire("100.00", day=date(2003, 5, 1))
    vire("100.00", day=date(2003, 5, 2))


def test_a_rule_kept_twice_is_kept_once_and_one_that_differs_takes_its_place(
    budgeted: Engine, rule: Rule
) -> None:
    assert [rule(limit=APPROVERS), rule(limit=APPROVERS), rule(limit=MANAGERS)] == [
        "added",
        "",
        "changed",
    ]
    with reading(budgeted) as session:
        event = AuditEventRow
        kept = session.exec(
            select(event.action, event.before, event.after).where(
                event.object_kind == "virement rule"
            )
        ).all()
    assert [action for action, _, _ in kept] == ["virement_rule_added", "virement_rule_changed"]
    assert '"pence": 1000000' in kept[1][1]
    assert '"pence": 5000000' in kept[1][2]


@pytest.mark.parametrize(
    ("said", "problems"),
    [
        ({}, {("virement_rule_of_no_kind", "route")}),
        ({"limit": APPROVERS, "route": NEVER}, {("virement_rule_of_no_kind", "route")}),
        ({"limit": {"amount": "1.00"}}, {("virement_limit_of_nobody", "limit.role")}),
        ({"limit": {"role": "auditor"}}, {("virement_limit_of_no_poster", "limit.role")}),
        ({"limit": {"person": CLERK}}, {("virement_limit_of_no_poster", "limit.person")}),
        (
            {"limit": {"person": "nobody", "fund": "poole", "amount": "-1.00"}},
            {
                ("person_unknown", "limit.person"),
                ("fund_unknown", "limit.fund"),
                ("virement_limit_below_nil", "limit.amount"),
            },
        ),
        (
            {
                "starts": date(2003, 5, 2),
                "ends": date(2003, 5, 1),
                "route": {
                    "allowed": True,
                    "giving": {"fund": "poole", "service": "none"},
                    "getting": {"account": "Expenses:Thrid"},
                },
            },
            {
                ("virement_rule_ends_before_it_starts", "ends"),
                ("fund_unknown", "route.giving.fund"),
                ("service_unknown", "route.giving.service"),
                ("account_unknown", "route.getting.account"),
            },
        ),
    ],
)
def test_everything_wrong_with_a_rule_is_said_at_once_and_nothing_is_kept(
    rule: Rule, said: dict[str, object], problems: set[tuple[str, str]]
) -> None:
    with pytest.raises(Refused) as refused:
        rule(**said)

    assert {(p.code, p.where) for p in refused.value.problems} == problems
    assert rule(limit={"person": APPROVER}) == "added"
