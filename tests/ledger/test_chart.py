"""Accounts: their names are Beancount's, their kind is the first word."""

import pytest

from ledger.chart import Account, AccountKind, Chart, problems_in
from ledger.text import shown


@pytest.mark.parametrize(
    "name",
    [
        "Expenses:Unallocated",
        "Assets:HostCash",
        "Equity:FundBalance",
        "Income:Grants:SpecialGrant",
        "Liabilities:Creditors",
        "Expenses:505-ThirdParty:FosterCare",
        "Expenses:A",
    ],
)
def test_a_name_of_beancounts_shape_is_right(name: str) -> None:
    assert problems_in(Account(name, "A title")) == []


@pytest.mark.parametrize(
    "name",
    [
        "",
        "Expenses",
        "Expenses:",
        "expenses:Care",
        "Costs:Care",
        "Expenses:care",
        "Expenses:Foster Care",
        "Expenses:Foster_Care",
        "Expenses::Care",
        "Expenses:Soin\u00e9",
        "Expenses:Care\n",
        "Expenses:-Care",
    ],
)
def test_any_other_name_is_a_problem(name: str) -> None:
    (problem,) = problems_in(Account(name, "A title"))

    assert problem.code == "account_name_unreadable"
    assert problem.where == shown(name)
    assert f"“{shown(name)}”" in problem.message


def test_an_account_has_a_title_and_both_faults_are_said_at_once() -> None:
    assert [one.code for one in problems_in(Account("care", " "))] == [
        "account_name_unreadable",
        "account_title_missing",
    ]


def test_the_kind_is_the_first_word() -> None:
    assert Account("Income:Grants", "Grants").kind is AccountKind.INCOME


def test_a_chart_finds_accounts_by_name() -> None:
    cash = Account("Assets:HostCash", "Cash")
    chart = Chart.of([cash])

    assert "Assets:HostCash" in chart
    assert chart["Assets:HostCash"] is chart.get("Assets:HostCash") is cash
    assert chart.get("Assets:Other") is None
    assert list(chart) == [cash]
