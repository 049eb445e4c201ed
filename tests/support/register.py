"""A small trust that buys placements: two funds with budgets, providers, a contract, its people."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from ledger.journal import Book, Journal, Posting
from ledger.money import Money
from ledger.periods import FinancialYear, Period
from ledger.problems import Refused
from trust_commissioning import applying, founding, posting
from trust_commissioning.checking import check
from trust_commissioning.recording import EVENTS
from trust_commissioning.reports import Scope
from trust_commissioning.reports.balances import sums
from trust_commissioning.store import reading, transaction

YEAR = FinancialYear.parse("2003-04")
AT = datetime(2003, 4, 1, 9, 0, tzinfo=UTC)
COMMISSIONER, MANAGER, CLERK, APPROVER = "c.commissioner", "p.manager", "h.clerk", "p.approver"
FOSTER = "Expenses:ThirdParty:FosterCare"
CONTRACT = "C-0001"

TRUST = """
partners:
  - {code: education, name: Wealdshire Education, kind: education}
  - {code: social, name: Wealdshire Social Services, kind: council}
  - {code: pct, name: Weald Primary Care Trust, kind: health}
funds:
  - {code: pool, title: Placements pool, kind: pooled, legal_basis: health_act_1999_s31,
     host: social}
  - {code: special, title: Education's own money, kind: mainstream, host: education}
services:
  - code: fostering
    title: Fostering
    outcomes: [{starts: 2003-04-01, weights: {stay_safe: 3, be_healthy: 1}}]
  - code: therapy
    title: Therapy
    outcomes: [{starts: 2003-04-01, weights: {be_healthy: 1}}]
providers:
  - {code: oakfield, name: Oakfield Fostering, sector: private}
contracts:
  - {number: C-0001, title: Foster placements, provider: oakfield, service: fostering, fund: pool,
     value: "500000.00", starts: 2003-04-01, ends: 2006-03-31}
people:
  - {username: c.commissioner, name: Cora Commissioner, role: commissioner}
  - {username: p.manager, name: Piers Manager, role: pool_manager}
  - {username: h.clerk, name: Hana Clerk, role: finance_officer}
  - {username: p.approver, name: Pia Approver, role: approver}
budgets:
  - fund: pool
    year: 2003-04
    lines:
      - {account: "Expenses:ThirdParty:FosterCare", service: fostering, amount: "200000.00"}
  - fund: special
    year: 2003-04
    lines:
      - {account: "Expenses:ThirdParty:FosterCare", service: fostering, amount: "100000.00"}
"""


def found_register(session: Session) -> None:
    """The trust of this module, in an empty, migrated database."""
    founding.found(
        session,
        name="Wealdshire Children's Trust",
        year=YEAR,
        administrator=founding.Administrator(username="admin", name="Ada Admin"),
        at=AT,
    )
    applying.apply(session, applying.read(TRUST), by="admin", at=AT)


class Register:
    """What people record of a trust that buys, and what its books then hold."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.at = AT

    def on(self, day: str) -> None:
        """What follows is told on a day."""
        told = date.fromisoformat(day)
        self.at = datetime(told.year, told.month, told.day, 9, tzinfo=UTC)

    def record(
        self, event: str, asked: Mapping[str, Any], *, by: str = COMMISSIONER
    ) -> Mapping[str, Any]:
        """One business event, as `trust record` does it."""
        known = EVENTS[event]
        with transaction(self.engine) as session:
            return known.act(session, known.asks.model_validate_json(_json(asked)), by, self.at)

    def refused(self, event: str, asked: Mapping[str, Any], *, by: str = COMMISSIONER) -> list[str]:
        """The codes of every problem it is refused with."""
        with pytest.raises(Refused) as refused:
            self.record(event, asked, by=by)
        return [problem.code for problem in refused.value.problems]

    def calls_off(self, reference: str, **asked: Any) -> str:
        """A foster placement at £700.00 a week from 1 April 2003 unless said otherwise."""
        wanted = {
            "reference": reference,
            "contract": CONTRACT,
            "title": "Foster placement",
            "account": FOSTER,
            "day": "2003-04-01",
            "starts": "2003-04-01",
            "unit": "week",
            "price": "700.00",
            **asked,
        }
        return str(self.record("call-off", wanted)["call_off"])

    def spends(self, call_off: str, amount: str, *, day: str) -> str:
        """A line of the host's extract, coded to a call-off; its journal's number."""
        on = date.fromisoformat(day)
        wanted = Journal(
            book=Book.ACTUAL,
            fund="pool",
            period=Period.containing(on),
            day=on,
            narration="Foster care",
            postings=(
                Posting(
                    FOSTER,
                    Money.parse(amount),
                    service="fostering",
                    contract=call_off.partition("/")[0],
                    call_off=call_off,
                ),
                Posting("Assets:HostCash", -Money.parse(amount)),
            ),
            source="test",
            source_ref=f"{call_off}/{day}/{amount}",
        )
        with transaction(self.engine) as session:
            return posting.post(session, wanted, by=CLERK, at=self.at)

    def ask(self, question: Any, *args: Any, **words: Any) -> Any:
        with reading(self.engine) as session:
            return question(session, *args, **words)

    def holds(
        self, book: Book, *, fund: str | None = None, year: FinancialYear = YEAR, to: int = 13
    ) -> str:
        """What a book's expense comes to, from the kept balances."""
        found = self.ask(
            lambda session: list(
                sums(session, Scope(fund, year, to), "fund", account="Expenses", book=book)
            )
        )
        return Money.total(amount for _, amount in found).plain

    def by(self, *names: str, book: Book, account: str = "Expenses") -> dict[str, str]:
        """What a book holds by some codings, as ``fund/outcome`` to an amount."""
        found = self.ask(
            lambda session: list(
                sums(session, Scope(None, YEAR, 13), *names, account=account, book=book)
            )
        )
        return {"/".join(key): amount.plain for key, amount in found if amount}

    def committed(self, fund: str | None = None, year: FinancialYear = YEAR) -> str:
        return self.holds(Book.COMMITMENT, fund=fund, year=year)

    def actual(self, fund: str | None = None, year: FinancialYear = YEAR) -> str:
        return self.holds(Book.ACTUAL, fund=fund, year=year)

    def available(self, fund: str | None = None) -> str:
        left = Money.parse(self.holds(Book.BUDGET, fund=fund))
        left -= Money.parse(self.committed(fund)) + Money.parse(self.actual(fund))
        return left.plain

    def is_clean(self) -> bool:
        assert self.ask(check) == []
        return True


def _json(asked: Mapping[str, Any]) -> str:
    def plain(value: object) -> str:
        assert isinstance(value, date | Money), value
        return value.isoformat() if isinstance(value, date) else value.plain

    return json.dumps(asked, default=plain)
