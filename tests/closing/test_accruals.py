"""What was delivered and not invoiced is accrued, and reverses by itself when its period closes."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session

from ledger.accrual import Delivery, Per, Timing, reverses_in
from ledger.journal import AuthoredBy, Book
from ledger.money import Money
from ledger.periods import FinancialYear, Period
from tests.closing.conftest import KNOWN, Office, open_next
from tests.support.trusts import APPROVER, CLERK, YEAR, journal
from trust_commissioning import closing, posting
from trust_commissioning.closing import Accrual
from trust_commissioning.reports.left_to_do import left_to_do
from trust_commissioning.store import journals
from trust_commissioning.store.closing import unreversed
from trust_commissioning.store.tables import FundRow

P01, P12, P13 = Period(YEAR, 1), Period(YEAR, 12), Period(YEAR, 13)
CARE = "Expenses:ThirdParty:FosterCare"
DELIVERED = Delivery(
    rate=Money.parse("750.00"), per=Per.WEEK, starts=date(2003, 4, 1), ends=date(2003, 4, 30)
)
ACCRUAL = Accrual(
    timing=Timing.ACCRUAL,
    fund="general",
    period=P01,
    reference="A-1",
    account=CARE,
    reason="Placements of April not invoiced",
    delivered=DELIVERED,
    contract="C-0001",
)
COMMITTED = (
    f"{CARE} 2000.00 service=fostering stay_safe contract=C-0001 / Equity:Committed -2000.00"
)


def lines(office: Office, number: str) -> list[tuple[str, str, str]]:
    """A journal's lines: account, amount, outcome."""
    found = office.ask(journals.by_number, number)
    return [
        (one.account, one.amount.plain, one.outcome.value if one.outcome else "")
        for one in found.journal.postings
    ]


def test_a_rate_by_the_week_is_accrued_for_its_days_to_the_penny(office: Office) -> None:
    """£750.00 × 30 ÷ 7 = £3,214.2857…, parted three to one as fostering is."""
    number = office.accrued(ACCRUAL)

    assert lines(office, number) == [
        (CARE, "803.57", "be_healthy"),
        (CARE, "2410.72", "stay_safe"),
        ("Liabilities:Accruals", "-3214.29", ""),
    ]
    stored = office.ask(journals.by_number, number)
    assert stored.journal.narration == (
        "Placements of April not invoiced (£750.00 a week for 30 days from 1 April 2003)"
    )
    assert (stored.journal.payee, stored.journal.day) == ("Oakfield Fostering", date(2003, 4, 30))
    assert (stored.author, stored.posted.posted_by) == (CLERK, APPROVER)


@pytest.mark.parametrize(
    ("rate", "per", "units", "days", "amount"),
    [
        ("750.00", Per.WEEK, 1, 7, "750.00"),
        ("750.00", Per.WEEK, 3, 31, "9964.29"),
        ("107.15", Per.DAY, 1, 31, "3321.65"),
        ("0.01", Per.WEEK, 1, 3, "0.00"),
        ("0.07", Per.WEEK, 1, 1, "0.01"),
    ],
)
def test_rate_by_units_by_days(rate: str, per: Per, units: int, days: int, amount: str) -> None:
    made = Delivery(
        rate=Money.parse(rate),
        per=per,
        starts=date(2003, 10, 1),
        ends=date(2003, 10, days),
        units=units,
    )

    assert made.amount == Money.parse(amount)


@given(
    pence=st.integers(1, 10**9),
    units=st.integers(1, 1000),
    days=st.integers(1, 366),
    per=st.sampled_from(Per),
)
def test_what_is_accrued_is_within_half_a_penny_of_rate_by_days(pence, units, days, per) -> None:
    starts = date(2003, 4, 1)
    ends = date.fromordinal(starts.toordinal() + days - 1)
    made = Delivery(rate=Money(pence), per=per, starts=starts, ends=ends, units=units)

    assert abs(2 * (made.amount.pence * per.days - pence * units * days)) <= per.days


@given(st.integers(1, 13))
def test_an_accrual_reverses_in_the_next_month_and_over_the_year_end_in_april(number: int) -> None:
    due = reverses_in(Period(YEAR, number))

    assert due == (Period(YEAR, number + 1) if number < 12 else Period(YEAR.next, 1))


def test_closing_its_period_reverses_an_accrual_on_the_next_first_day(office: Office) -> None:
    number = office.accrued(ACCRUAL)
    assert office.ask(unreversed) == ((number, Period(YEAR, 2)),)

    office.close(1)

    again = office.reversal_of(number)
    assert (again.journal.period, again.journal.day) == (Period(YEAR, 2), date(2003, 5, 1))
    assert again.journal.document_day is None
    assert again.authored_by is AuthoredBy.REVERSAL
    assert again.journal.narration == (
        f"Reversal of {number}: accrued in April 2003, invoiced from now on"
    )
    assert office.comes_to("Liabilities:Accruals", 1) == "-3214.29"
    assert office.comes_to("Liabilities:Accruals", 2) == "0.00"
    assert office.ask(unreversed) == ()
    assert office.is_clean()


def test_an_accrual_is_reversed_once_though_its_period_closes_twice(office: Office) -> None:
    office.accrued(ACCRUAL)
    office.close(1)
    office.do(closing.ask_reopening, P01, reason="Another one", by=CLERK)
    office.do(closing.agree_reopening, P01, by=APPROVER)
    second = office.accrued(replace(ACCRUAL, reference="A-2"))

    office.close(1)
    office.close(2)

    reversed_ones = [one.journal.reverses for one in office.every_journal() if one.journal.reverses]
    assert len(reversed_ones) == len(set(reversed_ones)) == 2
    assert office.reversal_of(second).journal.period == Period(YEAR, 2)
    assert office.comes_to("Liabilities:Accruals", 3) == "0.00"
    assert office.is_clean()


def test_one_reversed_by_hand_is_not_reversed_again(office: Office) -> None:
    number = office.accrued(ACCRUAL)
    id = office.do(posting.reverse, number, reason="Entered twice", by=CLERK)
    office.do(posting.post_submitted, id, by=APPROVER)

    office.close(1)

    assert office.reversal_of(number).journal.period == P01
    assert office.comes_to("Liabilities:Accruals", 2) == "0.00"


def test_a_draft_of_its_reversal_that_is_withdrawn_leaves_an_accrual_to_the_next_closing(
    office: Office,
) -> None:
    """Asked for, sent back, withdrawn: £3,214.29 was owed all year and spent twice."""
    number = office.accrued(ACCRUAL)
    id = office.do(posting.reverse, number, reason="Entered twice", by=CLERK)
    office.do(posting.send_back, id, by=APPROVER, reason="Once only")

    office.close(1)
    assert office.ask(unreversed) == ((number, Period(YEAR, 2)),)
    assert office.comes_to("Liabilities:Accruals", 13) == "-3214.29"
    office.do(posting.withdraw, id, by=CLERK)
    office.close(2)

    again = office.reversal_of(number)
    assert (again.journal.period, again.journal.document_day) == (
        Period(YEAR, 3),
        date(2003, 5, 1),
    )
    assert office.comes_to("Liabilities:Accruals", 13) == "0.00"
    assert office.ask(unreversed) == ()
    assert office.is_clean()


def test_an_accrual_releases_its_contracts_commitment_and_its_reversal_raises_it_again(
    office: Office,
) -> None:
    office.post(journal(COMMITTED.replace("2000", "5000"), book=Book.COMMITMENT))
    number = office.accrued(ACCRUAL)

    assert _committed(office, 1) == "1785.71"
    office.close(1)
    assert _committed(office, 2) == "5000.00"
    (released,) = [one for one in office.every_journal() if one.journal.source == "accrual-release"]
    assert released.journal.source_ref == number
    assert office.is_clean()


def test_no_more_is_released_than_is_committed(office: Office) -> None:
    office.post(journal(COMMITTED, book=Book.COMMITMENT))

    office.accrued(ACCRUAL)

    assert _committed(office, 1) == "0.00"


def test_nothing_is_released_where_nothing_is_committed(office: Office) -> None:
    office.accrued(ACCRUAL)

    assert len(office.every_journal()) == 1


def _committed(office: Office, number: int) -> Any:
    return office.ask(
        lambda session: (
            Money.total(
                posting_.amount
                for one in journals.posted(session, book=Book.COMMITMENT)
                if one.journal.period.number <= number
                for posting_ in one.journal.postings
                if posting_.contract
            ).plain
        )
    )


def test_a_prepayment_takes_spend_out_of_its_period_and_puts_it_into_the_next(
    office: Office,
) -> None:
    office.post(journal(f"{CARE} 900.00 service=fostering stay_safe / Assets:HostCash -900.00"))
    wanted = replace(
        ACCRUAL,
        timing=Timing.PREPAYMENT,
        reference="P-1",
        amount=Money.parse("600.00"),
        delivered=None,
        contract=None,
        service="therapy",
    )

    office.accrued(wanted)

    assert office.comes_to("Assets:Prepayments", 1) == "600.00"
    assert office.comes_to(CARE, 1) == "300.00"
    office.close(1)
    assert office.comes_to("Assets:Prepayments", 2) == "0.00"
    assert office.comes_to(CARE, 2) == "900.00"


# --- over the year's end ---------------------------------------------------------------------


@pytest.mark.parametrize("period", [P12, P13])
def test_what_the_year_accrues_last_is_reversed_in_the_next_years_april(
    office: Office, period: Period
) -> None:
    office.do(open_next, by=CLERK)
    number = office.accrued(replace(ACCRUAL, period=period))

    office.close(period.number)

    again = office.reversal_of(number).journal
    assert (again.period, again.day) == (Period(YEAR.next, 1), date(2004, 4, 1))
    assert office.comes_to("Liabilities:Accruals", 13) == "-3214.29"
    assert office.is_clean()


def test_where_the_next_year_is_not_open_the_reversal_is_due_until_it_opens(
    office: Office,
) -> None:
    number = office.accrued(replace(ACCRUAL, period=P12))
    office.close(12)
    assert office.ask(unreversed) == ((number, Period(YEAR.next, 1)),)

    office.do(open_next, by=CLERK)
    first = office.do(closing.post_reversals, by=CLERK)
    again = office.do(closing.post_reversals, by=CLERK)

    assert (len(first), again) == (1, ())
    assert office.reversal_of(number).journal.period == Period(YEAR.next, 1)


def test_a_reversal_whose_period_is_closed_goes_into_the_open_one_with_its_own_day_beside(
    office: Office,
) -> None:
    office.do(open_next, by=CLERK)
    office.close(1, 2, year=FinancialYear(2004))
    number = office.accrued(replace(ACCRUAL, period=P13))

    office.close(13)

    again = office.reversal_of(number).journal
    assert (again.period, again.day, again.document_day) == (
        Period(YEAR.next, 3),
        date(2004, 6, 1),
        date(2004, 4, 1),
    )


def test_a_reversal_due_from_an_earlier_period_that_is_still_open_is_left_to_do(
    office: Office,
) -> None:
    office.accrued(ACCRUAL)

    found = {item.key: item.stands for item in office.ask(left_to_do, Period(YEAR, 2))}

    assert found["reversals"] == "1 reversal is due: 2003-04/000001."


# --- what is refused -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "code", "where"),
    [
        ({"amount": Money(100)}, "accrual_needs_one_amount", "amount"),
        ({"delivered": None}, "accrual_needs_one_amount", "amount"),
        ({"delivered": None, "amount": Money(-1)}, "accrual_not_above_nil", "amount"),
        (
            {"delivered": replace(DELIVERED, ends=date(2003, 3, 31))},
            "delivery_ends_before_it_starts",
            "delivered.ends",
        ),
        ({"account": "Assets:HostCash"}, "accrual_not_of_expense", "account"),
        ({"contract": "C-9"}, "contract_unknown", "contract"),
        ({"reason": " "}, "reason_missing", "reason"),
    ],
)
def test_an_accrual_that_is_not_right_is_refused(office: Office, changes, code, where) -> None:
    found = office.refused(closing.accrue, replace(ACCRUAL, **changes), by=CLERK)

    assert [(one.code, one.where) for one in found] == [(code, where)]


def test_a_fund_that_will_have_ended_takes_no_accrual(office: Office) -> None:
    office.do(_end_the_fund, by=CLERK)

    found = office.codes(closing.accrue, replace(ACCRUAL, period=P12), by=CLERK)

    assert found == ["accrual_outlives_its_fund"]


def _end_the_fund(session: Session, *, by: str, at: object) -> None:
    del by, at
    session.get_one(FundRow, "general").ends = date(2004, 3, 31)


def test_the_same_accrual_sent_again_is_the_same_and_another_under_its_name_is_refused(
    office: Office,
) -> None:
    first = office.do(closing.accrue, ACCRUAL, by=CLERK)

    assert office.do(closing.accrue, ACCRUAL, by=CLERK) == first
    other = replace(ACCRUAL, reason=f"{KNOWN} otherwise")
    assert office.codes(closing.accrue, other, by=CLERK) == ["source_already_used"]
