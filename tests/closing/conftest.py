"""A small trust whose months are closed, with the people who close them."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from ledger.journal import Journal
from ledger.money import Money
from ledger.periods import FinancialYear, Period
from ledger.problems import Problem, Refused
from tests.support.trusts import APPROVER, AT, CLERK, YEAR
from trust_commissioning import closing, founding, posting
from trust_commissioning.checking import check
from trust_commissioning.clock import as_text
from trust_commissioning.reports import Scope
from trust_commissioning.reports.balances import sums
from trust_commissioning.store import journals, reading, transaction
from trust_commissioning.store.journals import StoredJournal
from trust_commissioning.store.tables import AccountRow, PersonRow

MANAGER, OFFICER = "m.manager", "f.officer"
KNOWN = "Known and small"
_ACCOUNTS = {
    "Assets:Prepayments": "Paid in advance",
    "Liabilities:Creditors:Grants": "Owed to who paid a grant",
    "Liabilities:Creditors:Partners": "Owed to partners",
    "Income:Grants:Other": "Other grants",
}


class Office:
    """What people do in a small trust, each act in its own transaction."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def do(self, act: Callable[..., Any], *args: Any, by: str, **words: Any) -> Any:
        with transaction(self.engine) as session:
            return act(session, *args, by=by, at=AT, **words)

    def ask(self, question: Callable[..., Any], *args: Any, **words: Any) -> Any:
        with reading(self.engine) as session:
            return question(session, *args, **words)

    def refused(self, act: Callable[..., Any], *args: Any, by: str, **words: Any) -> list[Problem]:
        with pytest.raises(Refused) as refused:
            self.do(act, *args, by=by, **words)
        return list(refused.value.problems)

    def codes(self, act: Callable[..., Any], *args: Any, by: str, **words: Any) -> list[str]:
        return [problem.code for problem in self.refused(act, *args, by=by, **words)]

    def post(self, *wanted: Journal) -> list[str]:
        return list(self.do(posting.post_many, wanted, by=CLERK))

    def close(self, *numbers: int, year: FinancialYear = YEAR, reason: str = KNOWN) -> str:
        for number in numbers:
            seal = self.do(closing.close, Period(year, number), by=CLERK, reason=reason)
        return str(seal)

    def accrued(self, wanted: closing.Accrual) -> str:
        """Entered by the clerk, posted by the approver; its number."""
        id = self.do(closing.accrue, wanted, by=CLERK)
        return str(self.do(posting.post_submitted, id, by=APPROVER))

    def every_journal(self) -> list[StoredJournal]:
        return [
            self.ask(journals.by_number, one.number)
            for one in self.ask(lambda session: list(journals.posted(session)))
        ]

    def reversal_of(self, number: str) -> StoredJournal:
        (found,) = [one for one in self.every_journal() if one.journal.reverses == number]
        return found

    def comes_to(self, account: str, number: int, *, year: FinancialYear = YEAR) -> str:
        """What an account comes to from the year's beginning to the end of a period."""
        found = self.ask(
            lambda session: list(sums(session, Scope(None, year, number), "book", account=account))
        )
        return Money.total(amount for _, amount in found).plain

    def is_clean(self) -> bool:
        assert self.ask(check) == []
        return True


def staffed(engine: Engine) -> Office:
    """The small trust with the accounts and the manager that closing asks for."""
    with transaction(engine) as session:
        for name, title in _ACCOUNTS.items():
            partnered = name.endswith(":Partners")
            session.add(AccountRow(name=name, title=title, needs_partner=partnered))
        session.add(
            PersonRow(
                username=MANAGER, name="Mo Manager", role="pool_manager", created_at=as_text(AT)
            )
        )
    return Office(engine)


@pytest.fixture
def office(engine: Engine) -> Office:
    return staffed(engine)


def open_next(session: Session, *, by: str, at: object) -> None:
    """Open 2004-05, as applying a file does."""
    del by, at
    founding.open_year(session, YEAR.next)
