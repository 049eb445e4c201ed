"""The first page of those who keep the books: what waits, where it leads, and that nothing does."""

from urllib.parse import urlsplit

from sqlalchemy import Engine

from dashboards.pages_table import TABLE, for_person
from ledger.journal import AuthoredBy
from ledger.periods import Period
from tests.dashboards.conftest import Open, seen
from tests.support.trusts import APPROVER, AT, AUDITOR, CLERK, YEAR, journal
from trust_commissioning import closing, posting
from trust_commissioning.reports.for_today import for_today
from trust_commissioning.roles import Role
from trust_commissioning.store import reading, transaction

THERAPY = "Expenses:ThirdParty:Health 10.00 service=therapy be_healthy/Assets:HostCash -10.00"


def test_it_is_the_first_page_of_those_who_keep_the_books_and_no_page_of_others():
    first = {role: next(iter(for_person(role))).file for role in Role}

    assert {role for role, file in first.items() if file == "today"} == {
        Role.FINANCE_OFFICER,
        Role.APPROVER,
        Role.POOL_MANAGER,
        Role.ADMINISTRATOR,
    }
    assert first[Role.BOARD_MEMBER] == "board"


def test_what_waits_is_said_with_its_count_day_and_sum_and_leads_to_its_page(
    look: Open, engine: Engine, filled: list[str]
):
    with transaction(engine) as session:
        posting.submit(session, journal(THERAPY, ref="9"), by=CLERK, at=AT)

    shown = seen(look(APPROVER, "today"))

    assert '<a href="/approvals" target="_self">Journals to post</a>' in shown
    assert "1 May 2003" in shown
    assert "£10.00" in shown
    assert "£123.45" in shown


def test_where_nothing_waits_it_says_so(look: Open, engine: Engine):
    with transaction(engine) as session:
        (posted,) = posting.post_many(
            session,
            [journal(THERAPY, ref="8")],
            by=CLERK,
            at=AT,
            authored_by=AuthoredBy.RULE,
        )
    with transaction(engine) as session:
        closing.close(session, Period(YEAR, 1), by=CLERK, at=AT, reasons={"deliveries": "None"})

    assert posted
    assert "Nothing waits for you today." in seen(look(CLERK, "today"))


def test_every_line_leads_to_a_page_there_is(engine: Engine, filled: list[str]):
    pages = {entry.url_path for entry in TABLE}
    with reading(engine) as session:
        found = for_today(session, "m.tarrow", Role.POOL_MANAGER, YEAR.ends)

    assert found
    assert {urlsplit(one.where).path for one in found} <= pages


def test_an_auditor_has_no_such_page(look: Open, filled: list[str]):
    page = look(AUDITOR, "journals")

    assert "What needs doing today" not in seen(page)
