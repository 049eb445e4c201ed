"""A year is closed for good once everything is decided; what its rules give back is entered."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from ledger.accrual import RELEASE, Timing
from ledger.book import by_fund_and_account, trial_balance
from ledger.budget import BUDGET, VIREMENT
from ledger.money import Money
from ledger.periods import FinancialYear, Period
from ledger.transfer import TRANSFER
from ledger.virement import BETWEEN_FUNDS
from ledger.year_end import Ending, YearEnd
from tests.closing.conftest import KNOWN, MANAGER, Office, open_next, staffed
from tests.closing.test_accruals import ACCRUAL
from tests.support.trusts import AT, CLERK, YEAR, copy_of, found_small_trust, journal
from trust_commissioning import closing, posting
from trust_commissioning.granting.living import GRANT
from trust_commissioning.importing import journals_file
from trust_commissioning.importing.batches import SPEND
from trust_commissioning.pooling.disputing import DISPUTE
from trust_commissioning.pooling.vat import VAT
from trust_commissioning.posting_rules import COMMITMENT, INVOICE, PAYMENT
from trust_commissioning.publishing import publish
from trust_commissioning.reports import Scope, fund_position
from trust_commissioning.reports.year_end import endings, year_items
from trust_commissioning.store import closing as record
from trust_commissioning.store import reading
from trust_commissioning.store.pool.schedule import CONTRIBUTION, MATCH, RECEIPT, SETTLEMENT

P13, NEXT = Period(YEAR, 13), FinancialYear(2004)
MARCH = date(2004, 3, 31)
PAID_IN = (
    "Assets:HostCash 600.00 / Assets:HostCash 300.00 / "
    "Income:Contributions:Cash -600.00 partner=council / "
    "Income:Contributions:Cash -300.00 partner=pct"
)
SPENT = "Expenses:ThirdParty:Health 799.99 service=therapy be_healthy / Assets:HostCash -799.99"
CLAUSE = "Clause 12 of the agreement"


def until_march(engine: Engine) -> None:
    """The pool of two partners has £900.00 and spends £799.99; all months but 13 are closed."""
    office = staffed(engine)
    office.post(journal(PAID_IN, ref="in", fund="camhs"), journal(SPENT, ref="out", fund="camhs"))
    office.close(*range(1, 13))


@pytest.fixture(params=["sqlite", "postgres"])
def pool(request: pytest.FixtureRequest, free_folder: Path) -> Iterator[Office]:
    with copy_of(found_small_trust, request, request.param, free_folder, then=until_march) as made:
        yield Office(made)


def rule(office: Office, wanted: YearEnd, *, fund: str = "camhs", **words: object) -> None:
    office.do(
        closing.tell_year_end_rule, fund, YEAR, rule=wanted, clause=CLAUSE, by=MANAGER, **words
    )


def left(office: Office) -> dict[str, int]:
    found = office.ask(year_items, YEAR)
    return {item.key: item.count for item in found if item.count}


def closing_balance(office: Office, fund: str, year: FinancialYear = YEAR) -> str:
    made = office.ask(lambda session: fund_position(session, Scope(fund, year), AT))
    return str(made.rows[0]["closing"].plain)


def test_everything_is_done_before_a_year_is_closed(office: Office) -> None:
    office.post(journal(PAID_IN, fund="camhs"))
    office.do(posting.save_draft, journal(SPENT, ref="d"), by=CLERK)
    office.close(1)

    assert left(office) == {"periods": 11, "waiting": 1, "balances": 1}
    assert office.codes(closing.close_year, YEAR, by=MANAGER, reason=KNOWN) == [
        "year_has_open_periods",
        "year_has_waiting_journals",
        "year_end_rule_missing",
    ]
    assert office.codes(closing.close_year, YEAR, by=CLERK) == ["not_permitted"]


def test_a_balance_carried_forward_needs_no_journal(pool: Office) -> None:
    rule(pool, YearEnd.CARRY_FORWARD)
    before = len(pool.every_journal())

    done = pool.do(closing.close_year, YEAR, by=MANAGER)

    assert (done.given_back, done.opened_next) == ((), True)
    assert len(pool.every_journal()) == before
    assert closing_balance(pool, "camhs") == "100.01"
    assert closing_balance(pool, "camhs", NEXT) == "100.01"
    assert pool.is_clean()


def test_a_surplus_is_refunded_to_the_partners_as_their_cash_came_in(pool: Office) -> None:
    """£100.01 by £600.00 and £300.00: £66.67 and £33.34 by largest remainder."""
    rule(pool, YearEnd.REFUND_PARTNERS)

    done = pool.do(closing.close_year, YEAR, by=MANAGER)

    (number,) = done.given_back
    assert _lines(pool, number) == [
        ("Income:Contributions:Cash", "council", "66.67"),
        ("Income:Contributions:Cash", "pct", "33.34"),
        ("Liabilities:Creditors:Partners", "council", "-66.67"),
        ("Liabilities:Creditors:Partners", "pct", "-33.34"),
    ]
    assert closing_balance(pool, "camhs", NEXT) == "0.00"
    assert pool.is_clean()


def test_a_surplus_is_refunded_by_the_shares_the_agreement_names(pool: Office) -> None:
    rule(pool, YearEnd.REFUND_PARTNERS, shares={"council": 1, "pct": 1})

    done = pool.do(closing.close_year, YEAR, by=MANAGER)

    amounts = [amount for _, _, amount in _lines(pool, done.given_back[0])]
    assert amounts == ["50.01", "50.00", "-50.01", "-50.00"]


def test_what_a_grant_leaves_goes_back_to_who_paid_it(office: Office) -> None:
    office.post(
        journal("Assets:HostCash 500.00 / Income:Grants:Other -500.00", ref="g"),
        journal(SPENT.replace("799.99", "420.00"), ref="s"),
    )
    office.close(*range(1, 13))
    rule(office, YearEnd.RETURN_TO_PAYER, fund="general")

    done = office.do(closing.close_year, YEAR, by=MANAGER)

    assert _lines(office, done.given_back[0]) == [
        ("Income:Grants:Other", "", "80.00"),
        ("Liabilities:Creditors:Grants", "", "-80.00"),
    ]


def _lines(office: Office, number: str) -> list[tuple[str, str, str]]:
    (found,) = [one for one in office.every_journal() if one.posted and one.posted.number == number]
    assert found.journal.period == P13
    return [(one.account, one.partner or "", one.amount.plain) for one in found.journal.postings]


def test_a_refund_with_nobody_to_go_to_is_left_to_decide(office: Office) -> None:
    office.post(journal("Assets:HostCash 500.00 / Income:Grants:Other -500.00"))
    rule(office, YearEnd.REFUND_PARTNERS, fund="general")

    assert left(office)["balances"] == 1


def test_a_year_finally_closed_is_closed_once_and_its_periods_are_never_opened_again(
    pool: Office,
) -> None:
    rule(pool, YearEnd.CARRY_FORWARD)
    first = pool.do(closing.close_year, YEAR, by=MANAGER)

    assert pool.do(closing.close_year, YEAR, by=MANAGER).seal == first.seal
    for period in (Period(YEAR, 1), P13):
        assert pool.codes(closing.ask_reopening, period, reason="Late", by=CLERK) == [
            "year_is_finally_closed"
        ]
    assert pool.codes(
        closing.tell_year_end_rule,
        "camhs",
        YEAR,
        rule=YearEnd.REFUND_PARTNERS,
        clause=CLAUSE,
        by=MANAGER,
    ) == ["year_is_finally_closed"]
    assert pool.ask(record.is_finally_closed, YEAR)


def test_closing_a_year_opens_the_next_and_reverses_there_what_was_accrued(pool: Office) -> None:
    number = pool.accrued(replace(ACCRUAL, period=P13))
    rule(pool, YearEnd.CARRY_FORWARD)
    rule(pool, YearEnd.CARRY_FORWARD, fund="general")

    done = pool.do(closing.close_year, YEAR, by=MANAGER)

    assert done.opened_next
    again = pool.reversal_of(number).journal
    assert (again.period, again.day) == (Period(NEXT, 1), date(2004, 4, 1))
    assert pool.is_clean()


def test_no_journal_clears_income_or_expense(pool: Office) -> None:
    rule(pool, YearEnd.CARRY_FORWARD)
    pool.do(closing.close_year, YEAR, by=MANAGER)

    assert pool.comes_to("Income:Contributions:Cash", 13) == "-900.00"
    assert pool.comes_to("Expenses:ThirdParty:Health", 13) == "799.99"
    assert pool.comes_to("Equity:FundBalance", 13) == "0.00"


@pytest.mark.parametrize(
    ("words", "code", "where"),
    [
        ({"fund": "x"}, "fund_unknown", "fund"),
        ({"clause": " "}, "clause_missing", "clause"),
        ({"shares": {"yot": 1}}, "partner_unknown", "shares.yot"),
        ({"shares": {"pct": -1}}, "share_below_nil", "shares.pct"),
        (
            {"rule": YearEnd.RETURN_TO_PAYER, "shares": {"Assets:HostCash": 1}},
            "share_not_of_a_payer",
            "shares.Assets:HostCash",
        ),
        ({"shares": {"council": 1}}, "share_not_of_a_payer", "shares.council"),
    ],
)
def test_a_rule_that_cannot_be_followed_is_refused(office: Office, words, code, where) -> None:
    office.post(journal(PAID_IN.replace("partner=council", "partner=pct"), fund="camhs"))
    fund = words.get("fund", "camhs")
    asked = {"rule": YearEnd.REFUND_PARTNERS, "clause": CLAUSE, **words}
    asked.pop("fund", None)

    found = office.refused(closing.tell_year_end_rule, fund, YEAR, by=MANAGER, **asked)

    assert [(one.code, one.where) for one in found] == [(code, where)]


def test_nobody_keys_a_journal_that_a_years_end_would_take_for_its_own(pool: Office) -> None:
    """It would stand where the refund is entered, and the year could not be closed."""
    text = "Assets:HostCash 1.00 / Income:Contributions:Cash -1.00 partner=pct"
    taken = replace(
        journal(text, ref=f"camhs/{YEAR}", fund="camhs", day=MARCH, period=P13), source="year-end"
    )

    assert pool.codes(posting.submit, taken, by=CLERK) == ["source_is_kept"]


def test_the_source_of_every_service_that_posts_by_itself_is_kept_for_it() -> None:
    """A person's journal under one of them would be taken for the service's own."""
    own = {
        closing.year.SOURCE,
        journals_file.SOURCE,
        SPEND,
        GRANT,
        VAT,
        DISPUTE,
        CONTRIBUTION,
        SETTLEMENT,
        RECEIPT,
        MATCH,
        VIREMENT,
        BUDGET,
        BETWEEN_FUNDS,
        TRANSFER,
        COMMITMENT,
        INVOICE,
        PAYMENT,
        RELEASE,
        *(timing.value for timing in Timing),
        "reversal",
    }

    assert own == posting.KEPT_SOURCES


def test_a_rule_goes_on_until_another_is_told(office: Office) -> None:
    rule(office, YearEnd.CARRY_FORWARD)
    assert office.ask(record.year_end_rules, NEXT)["camhs"].rule is YearEnd.CARRY_FORWARD

    rule(office, YearEnd.REFUND_PARTNERS)

    assert office.ask(record.year_end_rules, YEAR)["camhs"].rule is YearEnd.REFUND_PARTNERS


@given(
    brought=st.integers(-(10**9), 10**9),
    surplus=st.integers(-(10**9), 10**9),
    weights=st.dictionaries(st.sampled_from(["a", "b", "c"]), st.integers(0, 10**6)),
    wanted=st.sampled_from(YearEnd),
)
def test_what_is_given_back_is_shared_to_the_penny_and_never_more_than_there_is(
    brought: int, surplus: int, weights: dict[str, int], wanted: YearEnd
) -> None:
    ending = Ending(
        fund="f",
        brought_forward=Money(brought),
        surplus=Money(surplus),
        rule=wanted,
        weights=weights,
    )

    assert ending.given_back + ending.carried_forward == ending.balance
    assert Money(0) <= ending.given_back <= max(Money(0), Money(surplus))
    if ending.shares:
        assert Money.total(part for _, part in ending.shares) == ending.given_back
    elif ending.given_back:
        assert not any(weights.values())
        assert not ending.is_decided


# --- the next year's opening balances --------------------------------------------------------


def test_what_is_posted_late_into_the_old_year_publishes_the_new_years_opening_again(
    office: Office, tmp_path: Path
) -> None:
    office.do(open_next, by=CLERK)
    office.post(journal(PAID_IN, ref="1", fund="camhs"))
    _publish(office, tmp_path)
    assert _opening(tmp_path) == "900.00"

    office.post(journal(SPENT, ref="2", fund="camhs", day=MARCH, period=P13))
    written = _publish(office, tmp_path)

    assert "2004-05/opening-actual.beancount" in written
    assert "2003-04/actual-P01.beancount" not in written
    assert _opening(tmp_path) == "100.01"
    assert closing_balance(office, "camhs", NEXT) == "100.01"


def _publish(office: Office, folder: Path) -> tuple[str, ...]:
    with reading(office.engine) as session:
        made = publish(session, folder, AT)
    assert made.problems == ()
    return made.written


def _opening(folder: Path) -> str:
    """The pool's balance as Beancount has it at the beginning of 2004-05."""
    balances = by_fund_and_account(trial_balance(folder / "2004-05" / "actual.beancount"))
    return (-balances["camhs", "Equity:FundBalance"]).plain


def test_endings_are_listed_for_every_fund(pool: Office) -> None:
    assert [(one.fund, one.balance.plain) for one in pool.ask(endings, YEAR)] == [
        ("camhs", "100.01"),
        ("general", "0.00"),
    ]
