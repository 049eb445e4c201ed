"""An empty trust is ready for its first journal."""

import pytest
from sqlalchemy import Engine, delete, update
from sqlmodel import col, select

from ledger.chart import (
    BUDGET_AUTHORITY,
    COMMITTED,
    FUND_BALANCE,
    GRANT_CREDITORS,
    GRANT_DEBTORS,
    GRANTS_IN_ADVANCE,
    HOST_CASH,
    INTER_FUND,
    UNALLOCATED,
    problems_in,
)
from ledger.funds import FundKind
from ledger.periods import FinancialYear
from ledger.problems import Refused
from tests.applying.conftest import ADMIN, AT
from trust_commissioning import founding, people, posting_rules
from trust_commissioning.roles import Role
from trust_commissioning.store import reading, transaction
from trust_commissioning.store.standing import chart, standing, trust_name
from trust_commissioning.store.tables import AccountRow, AuditEventRow

SUBJECTIVE_GROUPS = ("501", "502", "503", "504", "505", "506", "507")


def test_a_founded_trust_has_its_chart_a_year_a_fund_and_an_administrator(founded: Engine):
    with reading(founded) as session:
        known = standing(session)
        administrator = people.find(session, ADMIN)

    assert [str(p) for p in sorted(known.open_periods)][0::12] == ["2003-04 P01", "2003-04 P13"]
    assert {code: fund.kind for code, fund in known.funds.items()} == {
        "general": FundKind.MAINSTREAM
    }
    assert administrator is not None
    assert administrator.role is Role.ADMINISTRATOR
    assert len(list(known.chart)) == len(founding.chart_shipped())


def test_a_database_holds_one_trust(founded: Engine):
    with transaction(founded) as session, pytest.raises(Refused) as refused:
        founding.found(
            session,
            name="Another",
            year=FinancialYear(2003),
            administrator=founding.Administrator(username="b.admin", name="Bea"),
            at=AT,
        )

    assert refused.value.codes == ("trust_already_founded",)
    with reading(founded) as session:
        assert trust_name(session) == "Testing Trust"


def test_a_trust_of_an_earlier_chart_gains_what_the_chart_has_gained_and_nothing_else_changes(
    founded: Engine,
):
    """Its own title of an account stays, though the chart shipped calls it something else."""
    with founded.begin() as connection:
        for name in ("Expenses:Capital:Buildings", "Liabilities:Creditors:Grants"):
            connection.execute(delete(AccountRow).where(col(AccountRow.name) == name))
        connection.execute(
            update(AccountRow).where(col(AccountRow.name) == HOST_CASH).values(title="Our cash")
        )

    with transaction(founded) as session:
        added = founding.complete_chart(session, by=ADMIN, at=AT)
        again = founding.complete_chart(session, by=ADMIN, at=AT)

    assert added == ("Liabilities:Creditors:Grants", "Expenses:Capital:Buildings")
    assert again == ()
    with reading(founded) as session:
        known = chart(session)
        event = AuditEventRow
        noted = session.exec(
            select(event.object_key, event.person).where(event.action == "account_added")
        ).all()
    assert known.get(HOST_CASH).title == "Our cash"
    assert len(list(known)) == len(founding.chart_shipped())
    assert [tuple(one) for one in noted] == [(name, ADMIN) for name in added]


def test_every_account_shipped_is_well_named_and_stands_once():
    accounts = founding.chart_shipped()

    assert [problem for account in accounts for problem in problems_in(account)] == []
    assert len({account.name for account in accounts}) == len(accounts)


def test_the_accounts_the_rules_post_to_are_shipped():
    names = {account.name for account in founding.chart_shipped()}

    assert {
        HOST_CASH,
        INTER_FUND,
        BUDGET_AUTHORITY,
        COMMITTED,
        FUND_BALANCE,
        UNALLOCATED,
        posting_rules.PARTNER_DEBTORS,
        posting_rules.CASH_CONTRIBUTIONS,
        posting_rules.IN_KIND_CONTRIBUTIONS,
        GRANTS_IN_ADVANCE,
        GRANT_DEBTORS,
        GRANT_CREDITORS,
        posting_rules.CLIENT_CHARGES,
    } <= names


def test_every_subjective_group_has_accounts_and_partners_are_named_where_they_owe():
    accounts = founding.chart_shipped()

    for group in SUBJECTIVE_GROUPS:
        assert any(account.subjective.startswith(group[:2]) for account in accounts), group
    assert {account.name for account in accounts if account.needs_partner} == {
        "Assets:Debtors:Partners",
        "Income:Contributions:Cash",
        "Income:Contributions:InKind",
        "Liabilities:ContributionsInAdvance",
        "Liabilities:Creditors:Partners",
    }
