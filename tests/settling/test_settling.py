"""Risk shares agreed, suspended and settled: nothing settled twice, nothing settled undecided."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import DatabaseError

from ledger.periods import Period
from ledger.problems import Refused
from tests.settling.a_pool import (
    ADMIN,
    AT,
    EQUALLY,
    OTHER,
    PLAN,
    YEAR,
    add,
    agree,
    balances,
    clause,
    close_march,
    counting,
    record,
    report,
    reverse,
    rule,
    settle,
    shares,
    spend,
    suspend,
    unsettled,
)
from tests.settling.conftest import found_pool
from tests.support.trusts import shared_by_a_module
from trust_commissioning import closing
from trust_commissioning.backing_up import back_up, restore
from trust_commissioning.store import engine_for, reading, risk, transaction


@pytest.fixture
def founded(in_september: Engine) -> Engine:
    return in_september


def test_a_share_of_an_overspend_becomes_a_debt_of_the_partner_to_the_fund(founded: Engine) -> None:
    agree(founded, rule())
    spend(founded, "1100.01")
    close_march(founded)

    done = settle(founded)

    assert shares(done) == {"council": "60.01", "pct": "40.00"}
    found = balances(founded, "Assets:Debtors:Partners", "Income:Contributions:Cash")
    assert found["Assets:Debtors:Partners", "council"] == "660.01"
    assert found["Income:Contributions:Cash", "pct"] == "-440.00"


def test_a_share_of_an_underspend_becomes_a_debt_of_the_fund_to_the_partner(
    founded: Engine,
) -> None:
    agree(founded, rule())
    spend(founded, "900.00")
    close_march(founded)

    done = settle(founded)

    assert shares(done) == {"council": "-60.00", "pct": "-40.00"}
    found = balances(founded, "Liabilities:Creditors:Partners", "Income:Contributions:Cash")
    assert found["Liabilities:Creditors:Partners", "pct"] == "-40.00"
    assert found["Income:Contributions:Cash", "council"] == "-540.00"


def test_what_is_carried_forward_needs_no_journal_and_stays_in_the_fund(founded: Engine) -> None:
    kept = clause(
        {"do": "share", "by": "equal", "if_agreed": "refund"},
        {"do": "keep", "use": "carried_forward", "ring_fenced": True},
    )
    agree(founded, rule(under=kept))
    spend(founded, "900.00")
    close_march(founded)

    done = settle(founded)

    assert (shares(done), done.journals) == ({"council": "0.00", "pct": "0.00"}, ())
    account = {row["title"]: row["amount"] for row in report(founded, "memorandum-account").rows}
    assert str(account["Carried forward"]) == "£100.00"
    refunded = settle(founded, "S-2", agreed=["refund"])
    assert shares(refunded) == {"council": "-50.00", "pct": "-50.00"}
    account = {row["title"]: row["amount"] for row in report(founded, "memorandum-account").rows}
    assert str(account["Carried forward"]) == "£0.00"


def test_settled_again_under_its_reference_it_is_the_same_settlement(founded: Engine) -> None:
    agree(founded, rule())
    spend(founded, "1100.00")
    close_march(founded)

    first = settle(founded)

    assert settle(founded) == first
    with pytest.raises(Refused) as refusal:
        settle(founded, agreed=["refund"])
    assert refusal.value.codes == ("event_recorded_otherwise",)


def test_a_late_item_of_period_13_is_settled_for_the_difference_only(founded: Engine) -> None:
    agree(founded, rule())
    spend(founded, "1100.00")
    close_march(founded)
    settle(founded)
    spend(founded, "50.00", ref="late", period=13)

    later = settle(founded, "S-2")

    assert shares(later) == {"council": "90.00", "pct": "60.00"}
    assert len(later.journals) == 2
    found = balances(founded, "Income:Contributions:Cash")
    assert found["Income:Contributions:Cash", "council"] == "-690.00"
    with reading(founded) as session:
        first, second = risk.settlements(session, "pool", YEAR)
    assert [one.new.plain for one in second.shares] == ["30.00", "20.00"]
    assert first.books_head != second.books_head


@pytest.mark.parametrize("by", [ADMIN, OTHER])
def test_the_pool_manager_and_the_administrator_may_settle(founded: Engine, by: str) -> None:
    agree(founded, rule())
    spend(founded, "1000.00")
    close_march(founded)

    assert settle(founded, by=by).journals == ()


def test_a_year_whose_march_is_open_is_not_settled(founded: Engine) -> None:
    agree(founded, rule())

    with pytest.raises(Refused) as refusal:
        settle(founded)

    assert refusal.value.codes == ("settlement_before_year_end",)


def test_a_rule_that_asks_for_a_plan_is_not_settled_until_the_partners_have_decided(
    founded: Engine,
) -> None:
    agree(founded, rule(over=PLAN))
    spend(founded, "1100.00")
    close_march(founded)

    with pytest.raises(Refused) as refusal:
        settle(founded)

    (problem,) = refusal.value.problems
    assert problem.code == "settlement_waits_for_action"
    assert problem.message == (
        "£100.00 is not shared by the rule. A plan comes to the next meeting."
    )
    with reading(founded) as session:
        assert risk.settlements(session, "pool", YEAR) == ()


def test_a_pool_in_dispute_is_settled_only_where_somebody_says_why(founded: Engine) -> None:
    agree(founded, rule())
    spend(founded, "1100.00")
    record(
        founded,
        "dispute",
        reference="D-1",
        contribution="pool/2003-04/pct/cash",
        instalment="2003-04-01",
        day="2003-06-01",
        amount="150.00",
        reason="The share of equipment is denied",
    )
    close_march(founded)

    with pytest.raises(Refused) as refusal:
        settle(founded)
    assert refusal.value.codes == ("pool_in_dispute",)
    assert "£150.00 of the contributions to pool is disputed" in str(refusal.value)

    done = settle(founded, despite_dispute="Both partners agree to settle the rest")
    assert shares(done) == {"council": "60.00", "pct": "40.00"}


def test_a_fund_without_a_rule_and_one_that_is_not_pooled_are_not_settled(founded: Engine) -> None:
    agree(founded, rule(), fund="beside")
    close_march(founded)

    with pytest.raises(Refused) as no_rule:
        settle(founded)
    with pytest.raises(Refused) as unpooled:
        settle(founded, fund="beside")

    assert no_rule.value.codes == ("risk_share_missing",)
    assert unpooled.value.codes == ("settlement_of_unpooled_fund",)


def test_lines_of_another_fund_that_a_rule_counts_are_not_settled_in_this_one(
    founded: Engine,
) -> None:
    agree(founded, counting("beside"))
    spend(founded, "600.00", fund="beside")
    spend(founded, "1010.00", ref="2")
    close_march(founded)

    done = settle(founded)

    assert shares(done) == {"council": "6.00", "pct": "4.00"}
    assert done.variance.plain == "10.00"


def test_a_variance_met_over_two_funds_is_not_settled_in_one_of_them(founded: Engine) -> None:
    agree(founded, counting("beside", "pool"))
    spend(founded, "600.00", fund="beside")
    spend(founded, "1010.00", ref="2")
    close_march(founded)

    with pytest.raises(Refused) as refusal:
        settle(founded)

    assert refusal.value.codes == ("settlement_crosses_funds",)


# --- settled again, otherwise --------------------------------------------------------------------


def memorandum_shares(engine: Engine) -> dict[str, list[str]]:
    (part,) = report(engine, "memorandum-account").parts
    names = ("share", "paid", "refunded", "open")
    return {str(row["partner"]): [row[one].plain for one in names] for row in part.rows}


def test_a_partner_that_leaves_the_rule_gets_back_what_it_was_settled_for(
    founded: Engine,
) -> None:
    add(founded, "partners: [{code: ymca, name: The Association}]")
    agree(founded, rule(over=EQUALLY))
    spend(founded, "1100.00")
    close_march(founded)
    assert shares(settle(founded)) == {"council": "50.00", "pct": "50.00"}
    agree(founded, rule(over=EQUALLY, partners=["council", "ymca"]), ref="RS-2")
    assert unsettled(founded) == 1
    assert memorandum_shares(founded)["pct"] == ["0.00", "50.00", "0.00", "-50.00"]

    later = settle(founded, "S-2")

    assert shares(later) == {"council": "50.00", "pct": "0.00", "ymca": "50.00"}
    assert settle(founded, "S-2") == later
    found = balances(founded, "Income:Contributions:Cash")
    assert {partner: amount for (_, partner), amount in found.items()} == {
        "council": "-650.00",
        "pct": "-400.00",
        "ymca": "-50.00",
    }
    assert unsettled(founded) == 0
    assert "pct" not in memorandum_shares(founded)


@pytest.mark.parametrize(("spent", "share"), [("1100.00", "60.00"), ("900.00", "-60.00")])
def test_a_settlement_whose_journal_is_reversed_is_to_be_settled_again(
    founded: Engine, spent: str, share: str
) -> None:
    agree(founded, rule())
    spend(founded, spent)
    close_march(founded)
    reverse(founded, settle(founded).journals[0])
    assert unsettled(founded) == 1
    assert memorandum_shares(founded)["council"] == [share, "0.00", "0.00", share]

    again = settle(founded, "S-2")

    assert (len(again.journals), again.shares["council"].plain) == (1, share)
    found = balances(founded, "Income:Contributions:Cash")
    assert found["Income:Contributions:Cash", "council"] == f"-{600 + int(float(share))}.00"
    assert unsettled(founded) == 0


def test_a_rule_that_counts_another_fund_is_settled_by_what_is_this_funds_own(
    founded: Engine,
) -> None:
    agree(founded, counting("beside"))
    spend(founded, "600.00", fund="beside")
    spend(founded, "1010.00", ref="2")
    close_march(founded)
    assert unsettled(founded) == 1

    settle(founded)

    assert unsettled(founded) == 0


def dispute_of_april(engine: Engine, day: str) -> None:
    of = {"contribution": "pool/2003-04/pct/cash", "instalment": "2003-04-01"}
    record(engine, "dispute", reference="D", day=day, amount="400.00", reason="Denied", **of)


def test_a_dispute_is_judged_as_it_stands_when_the_year_is_settled(founded: Engine) -> None:
    agree(founded, rule())
    spend(founded, "1100.00")
    close_march(founded)
    dispute_of_april(founded, "2004-04-10")

    with pytest.raises(Refused) as refusal:
        settle(founded)

    assert refusal.value.codes == ("pool_in_dispute",)


def test_a_dispute_withdrawn_since_march_does_not_stop_a_settlement(founded: Engine) -> None:
    agree(founded, rule())
    spend(founded, "1100.00")
    close_march(founded)
    dispute_of_april(founded, "2004-03-10")
    end = {"day": "2004-04-10", "words": "Withdrawn", "outcome": "withdrawn"}
    record(founded, "dispute-resolution", dispute="D", reference="D-end", **end)

    assert shares(settle(founded)) == {"council": "60.00", "pct": "40.00"}


def test_a_month_opened_again_is_closed_though_what_it_owed_was_raised_later(
    in_april: Engine,
) -> None:
    with transaction(in_april) as session:
        for number in range(1, 5):
            closing.close(session, Period(YEAR, number), by=ADMIN, at=AT, reason="A test")
    late = [{"day": "2003-05-10", "amount": "70.00"}]
    whose = {"fund": "pool", "partner": "pct", "year": "2003-04"}
    record(in_april, "contribution", reference="extra", instalments=late, **whose)
    record(in_april, "contributions-due", day="2003-08-01", period="2003-04 P05")
    june = Period(YEAR, 3)
    with transaction(in_april) as session:
        closing.ask_reopening(session, june, reason="A late invoice", by=ADMIN, at=AT)
    with transaction(in_april) as session:
        closing.agree_reopening(session, june, by=OTHER, at=AT)

    with transaction(in_april) as session:
        assert closing.close(session, june, by=ADMIN, at=AT, reason="A test")


# --- agreeing and suspending ---------------------------------------------------------------------


# --- what the report says ------------------------------------------------------------------------


def test_the_report_of_a_forecast_says_each_share_the_clause_and_the_effect_in_cash(
    founded: Engine,
) -> None:
    agree(founded, rule())
    spend(founded, "1100.01")
    made = report(founded, "risk-share", to=12)

    council, pct = made.rows
    assert (council["share"].plain, council["still_due"].plain, council["effect"]) == (
        "60.01",
        "600.00",
        "Pays £660.01",
    )
    assert pct["in_cash"].plain == "440.00"
    lines, met, working = made.parts
    assert [row["variance"].plain for row in lines.rows] == ["100.01"]
    assert [(row["clause"], row["amount"].plain) for row in met.rows] == [("4.1", "100.01")]
    assert working.words[0].startswith("Clause 4.1 (The pool): All of it is shared in proportion")
    assert made.notes[-1].startswith("Each share is rounded down to the penny")


def test_a_fund_without_a_rule_shows_its_variance_and_says_that_nothing_is_shared(
    founded: Engine,
) -> None:
    spend(founded, "1100.00")

    made = report(founded, "risk-share", to=12)

    assert made.rows == ()
    assert "no risk share is in force on 31 March 2004" in made.notes[0]
    assert [row["variance"].plain for row in made.parts[0].rows] == ["100.00"]


def test_the_report_of_all_funds_tells_of_those_that_share_a_risk(founded: Engine) -> None:
    agree(founded, rule())

    made = report(founded, "risk-share", to=12, fund=None)

    assert {row["fund"] for row in made.rows} == {"pool"}


# --- how it is kept ------------------------------------------------------------------------------


def whole_year(engine: Engine) -> None:
    agree(engine, rule())
    suspend(engine, "SU-1", ends=date(2003, 12, 31))
    spend(engine, "1100.00")
    close_march(engine)
    settle(engine)


settled = shared_by_a_module(found_pool, whole_year)


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE risk_share SET contents = '{}'",
        "DELETE FROM risk_share",
        "UPDATE risk_share_suspension SET reason = 'another'",
        "DELETE FROM risk_share_suspension",
        "UPDATE settlement SET variance_pence = 0",
        "DELETE FROM settlement",
        "UPDATE settlement_line SET share_pence = 0",
        "DELETE FROM settlement_line",
    ],
)
def test_what_was_agreed_or_settled_is_never_changed_by_whatever_program(
    settled: Engine, attack: str
) -> None:
    with (
        pytest.raises(DatabaseError, match="guard: kept_for_ever"),
        settled.begin() as connection,
    ):
        connection.exec_driver_sql(attack)


def test_a_backup_brings_rules_suspensions_and_settlements_back(
    founded: Engine, tmp_path: Path
) -> None:
    whole_year(founded)
    back_up(founded, tmp_path / "trust.zip", at=AT)
    url = f"sqlite:///{tmp_path / 'moved' / 'trust.sqlite3'}"
    restore(url, tmp_path / "trust.zip", keep=tmp_path / "kept", by="", at=AT)

    moved = engine_for(url)
    with reading(founded) as before, reading(moved) as after:
        for read in (risk.agreed_rules, risk.suspensions):
            assert read(after, "pool") == read(before, "pool") != ()
        assert risk.settlements(after, "pool", YEAR) == risk.settlements(before, "pool", YEAR)
    moved.dispose()
