"""The chart of accounts: which accounts there are, named as Beancount names them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from ledger.problems import Problem

_NAME = re.compile(
    r"(Assets|Liabilities|Equity|Income|Expenses)(:[A-Z0-9][A-Za-z0-9-]*)+", re.ASCII
)

HOST_CASH = "Assets:HostCash"
INTER_FUND = "Assets:InterFund"
GRANT_DEBTORS = "Assets:Debtors:Grants"
GRANTS_IN_ADVANCE = "Liabilities:GrantsInAdvance"
GRANT_CREDITORS = "Liabilities:Creditors:Grants"
BUDGET_AUTHORITY = "Equity:BudgetAuthority"
COMMITTED = "Equity:Committed"
REQUISITIONED = "Equity:Requisitioned"
FUND_BALANCE = "Equity:FundBalance"
UNALLOCATED = "Expenses:Unallocated"
CAPITAL = "Expenses:Capital"
"""What buys things that last stands under it; everything else is revenue."""


class AccountKind(StrEnum):
    """The first word of an account's name."""

    ASSETS = "Assets"
    LIABILITIES = "Liabilities"
    EQUITY = "Equity"
    INCOME = "Income"
    EXPENSES = "Expenses"


@dataclass(frozen=True, slots=True)
class Account:
    """Where a posting goes.

    `name` is its Beancount name, the same in database, CSV, screen and Fava. `subjective` is the
    CIPFA subjective group an expense or income belongs to as councils publish it ("505 Third
    Party Payments"), `s251_line` the line of the section 251 statement (Apprenticeships, Skills,
    Children and Learning Act 2009), `council_code` the host's own code. `needs_partner`: a
    posting must say which partner (contributions, partner debtors).
    """

    name: str
    title: str
    subjective: str = ""
    s251_line: str = ""
    council_code: str = ""
    needs_partner: bool = False
    closed: bool = False

    @property
    def kind(self) -> AccountKind:
        return AccountKind(self.name.split(":", 1)[0])


@dataclass(frozen=True, slots=True)
class Chart:
    """The accounts there are, by name."""

    accounts: Mapping[str, Account]

    @classmethod
    def of(cls, accounts: Iterable[Account]) -> Chart:
        return cls({account.name: account for account in accounts})

    def __contains__(self, name: object) -> bool:
        return name in self.accounts

    def __iter__(self) -> Iterator[Account]:
        return iter(self.accounts.values())

    def __getitem__(self, name: str) -> Account:
        return self.accounts[name]

    def get(self, name: str) -> Account | None:
        return self.accounts.get(name)


def problems_in(account: Account) -> list[Problem]:
    """Everything wrong with an account's own words; `where` is its name."""
    problems = []
    if not _NAME.fullmatch(account.name):
        problems.append(
            Problem(
                "account_name_unreadable",
                f"“{account.name}” is not an account's name; it starts with Assets, Liabilities, "
                "Equity, Income or Expenses, and each part after a colon starts with a capital "
                "letter or a figure.",
                account.name,
            )
        )
    if not account.title.strip():
        problems.append(
            Problem("account_title_missing", f"{account.name} has no title.", account.name)
        )
    return problems
