"""Rules of risk share agreed, replaced and suspended; refused with every problem at once."""

from datetime import date

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from ledger.pool.risk_share.rule import RiskShare
from ledger.problems import Refused
from tests.settling.a_pool import (
    ADMIN,
    AT,
    BY_OPENING,
    PLAN,
    agree,
    clause,
    report,
    rule,
    spend,
    suspend,
)
from trust_commissioning import people, settling
from trust_commissioning.roles import Role
from trust_commissioning.store import reading, risk, transaction


def rule_on(session: Session, day: date) -> RiskShare | None:
    found = risk.applied(session, "pool", day)
    return found.rule if found is not None else None


def test_a_rule_is_kept_as_agreed_and_read_back_the_same(founded: Engine) -> None:
    entry = rule(
        over=clause(
            {"do": "share", "by": "agreed", "percent": {"council": "51.5", "pct": "48.5"},
             "up_to": {"percent": "2.25"}},
            {"do": "draw", "resource": "risk-pool"},
            {"do": "bear", "partner": "council"},
        ),
        resources=[{"code": "risk-pool", "title": "the risk pool", "amount": "10.00"}],
    )  # fmt: skip

    assert agree(founded, entry) == 1
    assert agree(founded, entry) == 1
    with reading(founded) as session:
        assert rule_on(session, date(2003, 4, 1)) == entry.made()
        assert rule_on(session, date(2003, 3, 31)) is None


def test_another_rule_under_the_same_reference_is_refused(founded: Engine) -> None:
    agree(founded, rule())

    with pytest.raises(Refused) as refusal:
        agree(founded, rule(over=PLAN))

    assert refusal.value.codes == ("event_recorded_otherwise",)


def test_a_rule_agreed_later_takes_the_place_of_one_for_the_same_days(founded: Engine) -> None:
    agree(founded, rule())
    agree(founded, rule(title="In the second half", starts=date(2003, 10, 1)), ref="RS-2")

    with reading(founded) as session:
        before = rule_on(session, date(2003, 9, 30))
        after = rule_on(session, date(2003, 10, 1))

    assert (before.title, after.title) == ("Risk share", "In the second half")


def test_names_nobody_knows_are_told_all_at_once_by_their_place(founded: Engine) -> None:
    wrong = rule(
        partners=["council", "nobody"],
        parts=[
            {"code": "sub", "title": "Sub", "overspend": BY_OPENING, "underspend": BY_OPENING,
             "lines": {"services": ["gardening"], "accounts": ["Expenses:Nothing"],
                       "funds": ["away"]}},
            {"code": "all", "title": "All", "overspend": BY_OPENING, "underspend": BY_OPENING},
        ],
    )  # fmt: skip

    with pytest.raises(Refused) as refusal:
        agree(founded, wrong)

    assert [(one.code, one.where) for one in refusal.value.problems] == [
        ("partner_unknown", "rule.partners"),
        ("fund_unknown", "rule.parts[0].lines.funds"),
        ("service_unknown", "rule.parts[0].lines.services"),
        ("account_unknown", "rule.parts[0].lines.accounts"),
    ]


def test_a_suspension_puts_another_rule_in_place_until_it_is_given_an_end(founded: Engine) -> None:
    agree(founded, rule())

    assert suspend(founded, "SU-1") == suspend(founded, "SU-1") == 1
    with reading(founded) as session:
        assert rule_on(session, date(2003, 9, 30)).title == "Risk share"
        assert rule_on(session, date(2004, 3, 31)).title == "Meanwhile"
    suspend(founded, "SU-2", ends=date(2003, 12, 31))
    with reading(founded) as session:
        assert rule_on(session, date(2003, 12, 31)).title == "Meanwhile"
        assert rule_on(session, date(2004, 1, 1)).title == "Risk share"


def test_a_report_of_a_suspended_rule_says_so_with_the_reason(founded: Engine) -> None:
    agree(founded, rule())
    suspend(founded, "SU-1")
    spend(founded, "1100.00")

    made = report(founded, "risk-share", to=12)

    assert [str(row["share"]) for row in made.rows] == ["£0.00", "£0.00"]
    assert any(
        "suspended from 1 October 2003. Reason: The council asked." in note for note in made.notes
    )
    assert any("£100.00 is not shared. A plan comes" in note for note in made.notes)


def test_there_is_nothing_to_suspend_where_no_rule_is_in_force(founded: Engine) -> None:
    with pytest.raises(Refused) as refusal:
        suspend(founded, "SU-1", ends=date(2003, 9, 1))

    assert refusal.value.codes == ("suspension_ends_before_it_starts", "risk_share_missing")


def test_who_may_not_keep_the_pool_agrees_nothing(founded: Engine) -> None:
    with transaction(founded) as session:
        people.add(session, "b.board", name="Bo Board", role=Role.BOARD_MEMBER, by=ADMIN, at=AT)

    with pytest.raises(Refused) as refusal, transaction(founded) as session:
        settling.agree_risk_share(session, "pool", rule(), reference="RS", by="b.board", at=AT)

    assert refusal.value.codes == ("not_permitted",)
    with reading(founded) as session:
        assert risk.agreed_rules(session, "pool") == ()
