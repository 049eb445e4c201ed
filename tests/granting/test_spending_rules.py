"""What a grant may pay for: held to when a line is coded, keyed, posted; the condition quoted."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import Engine

from ledger.grant.conditions import Condition, Line, SpendKind, problems_in_spend
from ledger.grant.life import Step
from ledger.journal import Book
from ledger.money import Money
from ledger.problems import Refused
from tests.support.extracts import FOSTERING_RULE, add_rules, extract, load, row
from tests.support.grants import allocation, books, happens, programme, take_on
from tests.support.trusts import AT, CLERK, YEAR, journal
from trust_commissioning import applying, posting
from trust_commissioning.national_grants import national_grants
from trust_commissioning.store import reading, transaction

GOOD = "Expenses:ThirdParty:FosterCare 10.00 service=fostering/Assets:HostCash -10.00"
BAD = "Expenses:ThirdParty:Health 10.00 service=therapy/Assets:HostCash -10.00"
UNCODED = "Expenses:Unallocated 10.00/Assets:HostCash -10.00"

SHIPPED = {
    # grant: its purpose, an account it may pay for, one it may not, on which day
    "quality-protects": ("care-leavers", "Expenses:Employees:Salaries", None, "2003-06-10"),
    "choice-protects": ("carers", "Expenses:Employees:Training", None, "2003-06-10"),
    "adoption-support": ("adoption-support", "Expenses:Employees:Salaries", None, "2003-06-10"),
    "safeguarding-children": ("safeguarding", "Expenses:Employees:Salaries", None, "2004-06-10"),
    "change-fund": ("arrangements", "Expenses:Employees:Salaries", None, "2004-12-10"),
    "childrens-services-grant": (
        "childrens-services",
        "Expenses:Employees:Salaries",
        None,
        "2006-06-10",
    ),
    "childrens-fund": ("youth-crime", "Expenses:Employees:Salaries", None, "2003-06-10"),
    "sure-start-revenue": (
        "early-years",
        "Expenses:Employees:Salaries",
        "Expenses:Capital:Buildings",
        "2003-06-10",
    ),
    "sure-start-capital": (
        "early-years",
        "Expenses:Capital:Buildings",
        "Expenses:Employees:Salaries",
        "2003-06-10",
    ),
    "camhs": ("camhs", "Expenses:Employees:Salaries", None, "2003-06-10"),
    "teenage-pregnancy": ("teenage-pregnancy", "Expenses:Employees:Salaries", None, "2003-06-10"),
    "substance-misuse": ("substance-misuse", "Expenses:Employees:Salaries", None, "2003-06-10"),
}


def test_every_shipped_grant_has_its_two_lines():
    assert set(SHIPPED) == set(national_grants())


@pytest.mark.parametrize("code", SHIPPED)
def test_each_shipped_grant_accepts_one_line_and_refuses_another_with_the_condition_quoted(code):
    purpose, account, other_account, on = SHIPPED[code]
    shipped = national_grants()[code].programme
    ours = replace(
        shipped,
        purposes=tuple(
            replace(one, services=("ours",) if one.code == purpose else ())
            for one in shipped.purposes
        ),
    )
    fence = ours.fence(date(1999, 4, 1), date(2011, 3, 31))
    day = date.fromisoformat(on)
    good = Line(account, "ours", day, Money.parse("10.00"))
    bad = replace(good, account=other_account) if other_account else replace(good, service="theirs")

    assert problems_in_spend(good, fence) == []
    (refused,) = problems_in_spend(bad, fence)
    assert refused.code == "spend_not_eligible"
    assert refused.message.startswith(f"{shipped.title} may not pay for {bad.account}")
    assert any(f"“{one.wording}”" in refused.message for one in shipped.conditions)


def test_a_line_the_grant_may_pay_for_is_posted_and_another_is_refused(engine: Engine):
    take_on(engine)

    with transaction(engine) as session:
        posting.post(session, journal(GOOD, fund="special"), by=CLERK, at=AT)
    with transaction(engine) as session, pytest.raises(Refused) as refused:
        posting.post(session, journal(BAD, ref="2", fund="special"), by=CLERK, at=AT)

    (problem,) = refused.value.problems
    assert problem.code == "spend_not_eligible"
    assert problem.where == "postings[0].service"
    assert problem.message == (
        "Special Grant may not pay for Expenses:ThirdParty:Health, therapy, on 30 April 2003: "
        "“For foster carers only.”"
    )


def test_a_keyed_journal_is_held_to_the_condition_before_anybody_posts_it(engine: Engine):
    take_on(engine)
    with transaction(engine) as session, pytest.raises(Refused, match="For foster carers only"):
        posting.submit(session, journal(BAD, fund="special"), by=CLERK, at=AT)


@pytest.mark.parametrize("book", [Book.COMMITMENT, Book.BUDGET])
def test_what_may_not_be_spent_may_not_be_promised_or_budgeted(engine: Engine, book: Book):
    take_on(engine)
    other = "Equity:Committed" if book is Book.COMMITMENT else "Equity:BudgetAuthority"
    text = f"Expenses:ThirdParty:Health 10.00 service=therapy/{other} -10.00"
    with transaction(engine) as session, pytest.raises(Refused, match="For foster carers only"):
        posting.post(session, journal(text, fund="special", book=book), by=CLERK, at=AT)


def test_the_same_spend_from_another_fund_is_nobodys_condition(engine: Engine):
    take_on(engine)
    with transaction(engine) as session:
        assert posting.post(session, journal(BAD), by=CLERK, at=AT)


def test_a_grant_free_of_its_ring_fence_refuses_nothing(engine: Engine):
    take_on(engine, given=allocation(ring_fenced=False))
    with transaction(engine) as session:
        assert posting.post(session, journal(BAD, fund="special"), by=CLERK, at=AT)


def test_spend_taken_on_before_the_condition_can_always_be_taken_back(engine: Engine):
    take_on(engine, given=allocation(ring_fenced=True), made=programme(conditions=()))
    with transaction(engine) as session:
        number = posting.post(session, journal(BAD, fund="special"), by=CLERK, at=AT)
    with transaction(engine) as session:
        from trust_commissioning import granting

        granting.keep_programme(session, programme(), by=CLERK, at=AT)
        back = posting.reverse(session, number, reason="not eligible", by=CLERK, at=AT)
        credit = BAD.replace("Health 10.00", "Health -5.00").replace("Cash -10.00", "Cash 5.00")
        posting.post(session, journal(credit, ref="credit", fund="special"), by=CLERK, at=AT)

    assert back


def test_a_line_of_a_file_no_rule_knows_is_refused_in_a_grants_fund_with_the_condition(
    engine: Engine,
):
    take_on(engine)
    with pytest.raises(Refused) as refused:
        load(engine, extract([row(1, "10.00")]), fund="special")

    (problem,) = refused.value.problems
    assert (problem.code, problem.row) == ("spend_not_eligible", 2)
    assert "For foster carers only." in problem.message


def test_a_line_the_grant_may_not_pay_for_goes_to_the_fund_named_for_those(engine: Engine):
    take_on(engine)
    add_rules(engine, FOSTERING_RULE)
    rows = [row(1, "10.00"), row(2, "7.00", service="Parks"), row(3, "5.00", service="Parks")]

    made = load(engine, extract(rows), fund="special", otherwise_fund="general")

    with reading(engine) as session:
        assert books(session, "special")["Expenses:ThirdParty:FosterCare"] == "10.00"
        assert books(session, "general")["Expenses:Unallocated"] == "12.00"
    (warning,) = made.warnings
    assert warning["code"] == "line_goes_to_another_fund"
    assert warning["message"] == (
        "2 lines go to general, £12.00 in all, since special may not pay for that; the first is "
        "row 3."
    )


def test_a_credit_note_goes_where_the_line_it_takes_back_went(engine: Engine):
    take_on(engine)
    add_rules(engine, FOSTERING_RULE)
    rows = [
        row(1, "800.00", service="Parks"),
        row(2, "-800.00", service="Parks"),
        row(3, "50.00"),
        row(4, "-20.00"),
    ]

    load(engine, extract(rows), fund="special", otherwise_fund="general")

    with reading(engine) as session:
        assert books(session, "general") == {}
        assert books(session, "special")["Expenses:ThirdParty:FosterCare"] == "30.00"
        assert "Expenses:Unallocated" not in books(session, "special")


def test_a_late_document_of_before_the_grant_is_held_to_the_conditions_of_its_entry(
    engine: Engine,
):
    take_on(engine)
    late = replace(journal(BAD, fund="special"), document_day=date(2003, 3, 30))
    with transaction(engine) as session, pytest.raises(Refused, match="For foster carers only"):
        posting.post(session, late, by=CLERK, at=AT)


def test_a_journal_of_a_grants_event_is_undone_by_another_event_and_not_reversed(engine: Engine):
    take_on(engine)
    number = happens(engine, Step.PAID, date(2003, 5, 30), "400.00").journal
    with transaction(engine) as session, pytest.raises(Refused) as refused:
        posting.reverse(session, number, reason="it bounced", by=CLERK, at=AT)

    assert refused.value.codes == ("grant_journal_not_reversed",)
    with reading(engine) as session:
        assert books(session)["Liabilities:GrantsInAdvance"] == "-400.00"


def test_a_rule_itself_may_name_the_fund_that_pays_otherwise(engine: Engine):
    take_on(engine)
    parks = {
        "code": "parks",
        "when": [{"column": "service", "equals": "Parks"}],
        "account": "Expenses:ThirdParty:Health",
        "service": "therapy",
        "fund": "special",
        "otherwise_fund": "general",
    }
    add_rules(engine, parks)

    load(engine, extract([row(1, "7.00", service="Parks")]))

    with reading(engine) as session:
        assert books(session, "special") == {}
        assert books(session, "general")["Expenses:ThirdParty:Health"] == "7.00"


def test_a_rule_that_codes_to_a_grant_what_it_may_not_pay_for_is_refused_when_it_is_written(
    engine: Engine,
):
    take_on(engine)
    text = (
        "coding_rules: [{code: parks, when: [{column: service, equals: Parks}], "
        "account: 'Expenses:ThirdParty:Health', service: therapy, fund: special}]"
    )
    with transaction(engine) as session, pytest.raises(Refused) as refused:
        applying.apply(session, applying.read(text), by=CLERK, at=AT)

    (problem,) = refused.value.problems
    assert (problem.code, problem.where) == ("spend_not_eligible", "coding_rules[0].service")


def line(account: str = "Expenses:ThirdParty:FosterCare", day: date = YEAR.starts) -> Line:
    return Line(account, "fostering", day, Money.parse("10.00"))


@pytest.mark.parametrize(
    ("condition", "good", "bad"),
    [
        (
            {"accounts": ("Expenses:ThirdParty",)},
            line(),
            line("Expenses:ThirdPartyOther"),
        ),
        ({"spend": SpendKind.CAPITAL}, line("Expenses:Capital:Buildings"), line()),
        ({"spend": SpendKind.REVENUE}, line(), line("Expenses:Capital")),
        ({"not_before": date(2003, 4, 2)}, line(day=date(2003, 4, 2)), line()),
        ({"not_after": date(2003, 4, 1)}, line(), line(day=date(2003, 4, 2))),
        ({"services": ("fostering",)}, line(), replace(line(), service=None)),
        (
            {"services": ("other",), "starts": date(2003, 4, 2), "ends": date(2003, 4, 3)},
            line(day=date(2003, 4, 4)),
            line(day=date(2003, 4, 3)),
        ),
    ],
)
def test_each_test_a_condition_can_make(condition: dict[str, object], good: Line, bad: Line):
    made = Condition(code="c", wording="As the letter says.", **condition)  # type: ignore[arg-type]
    fence = programme(conditions=(made,)).fence(YEAR.starts, YEAR.ends)

    assert problems_in_spend(good, fence) == []
    assert [one.code for one in problems_in_spend(bad, fence)] == ["spend_not_eligible"]
