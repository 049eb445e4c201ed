"""Lines of an extract are coded by rules, and go into the period they belong to."""

from datetime import date

from sqlalchemy import Engine
from sqlmodel import select

from ledger.money import Money
from ledger.outcomes import Outcome
from ledger.periods import Period
from tests.importing.loaded import THREE, TWO, posted, refusal
from tests.support.extracts import FOSTERING_RULE, add_rules, extract, load, row
from tests.support.trusts import AT, CLERK, YEAR, journal
from trust_commissioning import closing
from trust_commissioning.store import reading, transaction
from trust_commissioning.store.tables import (
    ContractBalanceRow,
    FundRow,
)

# --- coding ----------------------------------------------------------------------------------


def test_a_rule_codes_a_line_to_account_service_and_outcomes_to_the_penny(engine: Engine) -> None:
    add_rules(engine, FOSTERING_RULE)

    loaded = load(engine, extract([row(1, "100.01")]))

    (one,) = posted(engine)
    assert one.postings == (
        journal(
            "Expenses:ThirdParty:FosterCare 25.00 be_healthy service=fostering / "
            "Expenses:ThirdParty:FosterCare 75.01 stay_safe service=fostering / "
            "Assets:HostCash -100.01"
        ).postings
    )
    assert loaded.not_attributed == Money(0)


def test_the_first_rule_that_holds_codes_the_line(engine: Engine) -> None:
    small = [{"column": "Service", "equals": "Fostering"}, {"column": "amount", "at_most": "50.00"}]
    add_rules(
        engine,
        {"code": "small", "when": small, "account": "Expenses:ThirdParty:Health"},
        FOSTERING_RULE,
    )

    load(engine, extract([row(1, "50.00"), row(2, "50.01")]))

    assert [one.postings[0].account for one in posted(engine)] == [
        "Expenses:ThirdParty:Health",
        "Expenses:ThirdParty:FosterCare",
    ]


def test_lines_no_rule_codes_are_counted_and_not_attributed(engine: Engine) -> None:
    add_rules(engine, FOSTERING_RULE)

    loaded = load(engine, extract([row(1, "100.00"), row(2, "7.00", service="Parks")]))

    assert loaded.rows_unmatched == 1
    assert loaded.not_attributed == Money.parse("7.00")
    assert posted(engine)[1].postings[0].account == "Expenses:Unallocated"


def test_lines_no_rule_codes_refuse_the_file_where_that_is_asked(engine: Engine) -> None:
    add_rules(engine, FOSTERING_RULE)
    data = extract([row(1, "100.00"), row(2, "7.00", "Greenway Ltd", service="Parks")])

    (problem,) = refusal(lambda: load(engine, data, refuse_unmatched=True))

    assert (problem.code, problem.row) == ("line_not_coded", 3)
    assert problem.message == "No rule codes this line of Greenway Ltd, £7.00."
    assert posted(engine) == []


def test_a_rule_sends_a_line_to_another_fund(engine: Engine) -> None:
    add_rules(
        engine,
        {
            "code": "pool",
            "when": [{"column": "Service", "contains": "pool"}],
            "account": "Expenses:ThirdParty:Health",
            "service": "therapy",
            "fund": "camhs",
        },
    )

    load(engine, extract([row(1, "10.00"), row(2, "20.00", service="CAMHS Pool")]))

    assert [(one.fund, one.postings[0].amount.plain) for one in posted(engine)] == [
        ("general", "10.00"),
        ("camhs", "20.00"),
    ]
    assert posted(engine)[1].postings[0].outcome is Outcome.BE_HEALTHY


def test_a_ring_fenced_fund_refuses_an_ineligible_line_by_row_quoting_its_condition(
    engine: Engine,
) -> None:
    with transaction(engine) as session:
        session.add(
            FundRow(
                code="grant",
                title="Choice Protects",
                kind="special_grant",
                legal_basis="local_government_finance_act_1988_s88b",
                may_be_spent_on="therapy",
                conditions="To expand fostering choice only (SGR 999).",
            )
        )
    add_rules(engine, FOSTERING_RULE)

    (problem,) = refusal(lambda: load(engine, extract([row(1, "10.00")]), fund="grant"))[:1]

    assert (problem.code, problem.row) == ("outside_ring_fence", 2)
    assert problem.message == (
        "Fund grant may not be spent on fostering: To expand fostering choice only (SGR 999). "
        "(coded by rule fostering)"
    )
    assert posted(engine) == []


def test_a_contract_coding_moves_what_the_contract_has_cost(engine: Engine) -> None:
    add_rules(engine, FOSTERING_RULE | {"contract": "C-0001"})

    load(engine, extract([row(1, "100.01"), row(2, "(20.00)")]))

    with reading(engine) as session:
        (kept,) = session.exec(select(ContractBalanceRow))
        assert (kept.contract, kept.period, kept.pence) == ("C-0001", 2, 8001)


def test_a_rule_that_names_what_is_not_there_is_a_problem_by_row(engine: Engine) -> None:
    add_rules(
        engine,
        {
            "code": "old",
            "when": [{"column": "Service", "equals": "Fostering"}],
            "account": "Expenses:Gone",
            "fund": "nobody",
        },
    )

    problems = refusal(lambda: load(engine, extract(TWO)))

    assert [(one.code, one.row) for one in problems] == [
        ("fund_unknown", 2),
        ("account_unknown", 2),
        ("fund_unknown", 3),
        ("account_unknown", 3),
    ]
    assert "(coded by rule old)" in problems[0].message


# --- periods ---------------------------------------------------------------------------------


def test_lines_of_a_closed_period_refuse_the_file_once_for_each_period(engine: Engine) -> None:
    with transaction(engine) as session:
        closing.close(session, Period(YEAR, 2), by=CLERK, at=AT, reason="Known and small")
    data = extract([*THREE, row(4, "1.00", day="01/06/2003"), row(5, "1.00", day="01/04/2004")])

    problems = refusal(lambda: load(engine, data))

    assert [(one.code, one.row, one.column) for one in problems] == [
        ("period_not_open", 2, "Date"),
        ("period_not_open", 6, "Date"),
    ]
    assert problems[0].message.startswith("2003-04 P02 is not open, and 3 lines are of it;")


def test_late_lines_go_into_a_named_period_and_keep_their_own_date(engine: Engine) -> None:
    with transaction(engine) as session:
        closing.close(session, Period(YEAR, 2), by=CLERK, at=AT, reason="Known and small")
    data = extract([TWO[0], row(4, "1.00", day="20/06/2003")])

    load(engine, data, late_into=Period(YEAR, 3))

    late, own = posted(engine)
    assert (late.period, late.day, late.document_day) == (
        Period(YEAR, 3),
        date(2003, 6, 1),
        date(2003, 5, 12),
    )
    assert (own.period, own.day, own.document_day) == (Period(YEAR, 3), date(2003, 6, 20), None)
