"""Expense is read once for a whole page, and read again as soon as anything is posted."""

import pytest
from sqlalchemy import Engine, event

from tests.support.trusts import AT, CLERK, YEAR, journal
from trust_commissioning import posting, reports
from trust_commissioning.reports import Scope
from trust_commissioning.store import reading, transaction

SCOPE = Scope(None, YEAR)


def test_what_is_posted_is_in_the_next_figure_of_the_same_session(engine: Engine) -> None:
    one, other = (
        journal("Expenses:Unallocated 10.00 / Assets:HostCash -10.00", ref=ref) for ref in "12"
    )

    with transaction(engine) as session:
        posting.post(session, one, by=CLERK, at=AT)
        before = reports.headlines(session, SCOPE).actual
        posting.post(session, other, by=CLERK, at=AT)
        after = reports.headlines(session, SCOPE).actual

    assert (before.plain, after.plain) == ("10.00", "20.00")


def test_another_fund_is_never_answered_with_the_figures_of_the_last(engine: Engine) -> None:
    spent = journal("Expenses:Unallocated 10.00 / Assets:HostCash -10.00", fund="camhs")

    with transaction(engine) as session:
        posting.post(session, spent, by=CLERK, at=AT)
        of_each = [reports.headlines(session, Scope(f, YEAR)).actual for f in ("camhs", "general")]

    assert [amount.plain for amount in of_each] == ["10.00", "0.00"]


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_board_page_reads_the_expense_balances_once(engine: Engine) -> None:
    asked: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *said: asked.append(said[2]))

    with reading(engine) as session:
        reports.headlines(session, SCOPE)
        reports.outcome_spend(session, SCOPE, AT)
        reports.flows(session, SCOPE)
        reports.service_spend(session, SCOPE)
        reports.trend(session, SCOPE)

    assert len([said for said in asked if "balance.outcome" in said]) == 1
