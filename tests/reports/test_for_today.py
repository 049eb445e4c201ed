"""What needs doing today: to whom it is said, how it is counted, what is read for it."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, event

from ledger.journal import AuthoredBy
from ledger.money import Money
from ledger.periods import Period
from tests.dashboards.filled import fill
from tests.support.trusts import APPROVER, AT, AUDITOR, CLERK, YEAR, journal
from trust_commissioning import closing, posting
from trust_commissioning.reports.for_today import Waits, for_today
from trust_commissioning.roles import Role
from trust_commissioning.store import reading, transaction

LATER = datetime(2003, 5, 8, 9, 30, tzinfo=UTC)
MAY = date(2003, 5, 10)
SPEND = "Expenses:ThirdParty:Health {} service=therapy be_healthy/Assets:HostCash -{}"


def asked(engine: Engine, who: str, role: Role, day: date = MAY) -> dict[str, Waits]:
    with reading(engine) as session:
        return {one.key: one for one in for_today(session, who, role, day)}


def submit(engine: Engine, amount: str, ref: str, by: str = CLERK, at: datetime = AT) -> int:
    with transaction(engine) as session:
        return posting.submit(session, journal(SPEND.format(amount, amount), ref=ref), by=by, at=at)


def test_an_approver_is_told_of_what_others_submitted_with_its_oldest_day_and_sum(engine: Engine):
    submit(engine, "100.00", "1")
    submit(engine, "50.25", "2", at=LATER)
    submit(engine, "9.00", "3", by=APPROVER)

    found = asked(engine, APPROVER, Role.APPROVER)["to_post"]

    assert (found.count, found.oldest, found.amount) == (
        2,
        date(2003, 5, 1),
        Money.parse("150.25"),
    )
    assert found.where == "approvals"


def test_an_officer_who_may_not_post_is_told_of_no_journal_to_post_but_of_own_drafts(
    engine: Engine,
):
    submit(engine, "100.00", "1", by=APPROVER)
    with transaction(engine) as session:
        for who in (CLERK, "f.officer"):
            draft = journal(SPEND.format("7.00", "7.00"), ref=who)
            posting.save_draft(session, draft, by=who, at=AT)

    found = asked(engine, CLERK, Role.FINANCE_OFFICER)

    assert "to_post" not in found
    assert (found["drafts"].count, found["drafts"].amount) == (1, Money.parse("7.00"))


def test_spend_with_no_outcome_is_nothing_more_once_a_later_period_put_it_right(engine: Engine):
    uncoded = "Expenses:Unallocated {}/Assets:HostCash {}"
    june = date(2003, 6, 30)
    wanted = [
        journal(uncoded.format("123.45", "-123.45"), ref="1"),
        journal(uncoded.format("10.00", "-10.00"), ref="2", fund="camhs"),
    ]
    with transaction(engine) as session:
        posting.post_many(session, wanted, by=CLERK, at=AT, authored_by=AuthoredBy.RULE)

    found = asked(engine, CLERK, Role.FINANCE_OFFICER)["unallocated"]
    assert (found.count, found.oldest, found.amount) == (2, YEAR.starts, Money.parse("133.45"))
    assert found.where == "journals?year=2003-04&book=actual&account=Expenses%3AUnallocated"

    right = journal(uncoded.format("-123.45", "123.45"), ref="3", day=june)
    with transaction(engine) as session:
        posting.post_many(session, [right], by=CLERK, at=AT, authored_by=AuthoredBy.RULE)

    found = asked(engine, CLERK, Role.FINANCE_OFFICER)["unallocated"]
    assert (found.count, found.amount) == (1, Money.parse("10.00"))


def test_the_month_to_close_is_the_first_that_is_over_and_open(engine: Engine):
    with transaction(engine) as session:
        fill(session, AT)

    assert "month_end" not in asked(engine, CLERK, Role.FINANCE_OFFICER, date(2003, 4, 29))
    june = asked(engine, CLERK, Role.FINANCE_OFFICER, date(2003, 4, 30))
    assert "month_end" not in june, "April has nothing left"
    assert june["to_close"].title == "Periods to close: April 2003"
    with transaction(engine) as session:
        closing.close(session, Period(YEAR, 1), by=CLERK, at=AT, reasons={})

    found = asked(engine, CLERK, Role.FINANCE_OFFICER, date(2003, 6, 1))["month_end"]
    assert found.title == "Steps left to close May 2003"
    assert (found.count, found.oldest) == (1, date(2003, 5, 31))
    assert found.where == "closing?year=2003-04&to=2"
    assert "month_end" not in asked(engine, APPROVER, Role.APPROVER, date(2003, 6, 1))


def test_a_period_asked_to_be_opened_again_waits_for_everybody_but_who_asked(engine: Engine):
    april = Period(YEAR, 1)
    with transaction(engine) as session:
        fill(session, AT)
        closing.close(session, april, by=CLERK, at=AT, reasons={})
        closing.ask_reopening(session, april, reason="An invoice came late", by=CLERK, at=LATER)

    assert "reopening" not in asked(engine, CLERK, Role.FINANCE_OFFICER)
    found = asked(engine, APPROVER, Role.APPROVER)["reopening"]
    assert found.title == "To agree to: opening April 2003 again"
    assert found.oldest == date(2003, 5, 8)


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.BOARD_MEMBER])
def test_nothing_waits_for_those_who_do_nothing_in_the_books(engine: Engine, role: Role):
    submit(engine, "100.00", "1")

    assert asked(engine, AUDITOR, role) == {}


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_no_table_of_journals_is_gone_through_to_say_what_waits(engine: Engine):
    """By the plans SQLite makes: it looks up in journals and postings, and never walks through them."""
    with transaction(engine) as session:
        fill(session, AT)
    asking: list[tuple[str, Any]] = []
    event.listen(engine, "before_cursor_execute", lambda *of: asking.append((of[2], of[3])))
    asked(engine, "m.tarrow", Role.POOL_MANAGER)
    questions = [one for one in asking if one[0].lstrip().startswith("SELECT")]

    with reading(engine) as session:
        steps = [
            step[3]
            for text, said in questions
            for step in session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", said)
        ]

    assert [step for step in steps if "journal" in step]
    walked = [step for step in steps if step.startswith(("SCAN journal", "SCAN posting"))]
    assert [step for step in walked if "ix_journal_waiting" not in step] == []
