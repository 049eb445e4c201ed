"""The demo trust's months told in order, through the product's own services."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from sqlmodel import Session, select

from ledger.budget import BudgetLine
from ledger.chart import UNALLOCATED
from ledger.journal import Book, Journal, Posting
from ledger.money import Money
from ledger.periods import FinancialYear, Period
from trust_commissioning import applying, posting, posting_rules
from trust_commissioning.applying import Document
from trust_commissioning.budgeting import vire
from trust_commissioning.demo import (
    banking,
    budgets,
    calling_off,
    choosing,
    closing,
    commissioning,
    definition,
    extracts,
    grants,
    papers,
    pool,
    providing,
    risk,
    targets,
)
from trust_commissioning.demo.definition import Virement
from trust_commissioning.demo.promises import Contract, Promises
from trust_commissioning.importing.loading import load_spend
from trust_commissioning.importing.planning import SpendOptions
from trust_commissioning.posting_rules import Event, Spend
from trust_commissioning.progress import now, steps
from trust_commissioning.store import register
from trust_commissioning.store.tables import ContractRow, ProviderRow

OFFICER, APPROVER, KEEPER = "r.fenwater", "d.ashcombe", "m.tarrow"
_FUND_OF_HOST = {"council": "general", "pct": "camhs-pool"}


@dataclass(slots=True)
class Story:
    """The months so far, told in one transaction by one clock."""

    session: Session
    document: Document
    administrator: str
    at: datetime
    _promises: Promises | None = None
    _owed: list[pool.Receipt] = field(default_factory=list)
    """What partners will pay, in order of day."""
    _call_offs: calling_off.CallOffs = field(init=False)

    def tell(self) -> None:
        """From the first budget to the last month with figures."""
        now("Setting up the demo trust")
        self._apply(self.document, definition.FIRST_YEAR.starts - timedelta(days=1))
        providing.tell(self.session, at=self.at)
        commissioning.tell(self.session, self.document, at=self.at)
        today = definition.FIRST_YEAR.starts - timedelta(days=1)
        pool.begin(self.session, by=self.administrator, at=self.at, today=today)
        risk.agree(self.session, by=self.administrator, at=self.at, today=today)
        grants.tell_before(self.session, definition.FIRST_YEAR.starts, by=OFFICER, at=self.at)
        self._owed = pool.receipts(self.document)
        self._call_offs = calling_off.CallOffs(self.session, self.at)
        for period in steps(definition.periods(), "Telling the months of the demo trust"):
            if period.number == 1:
                self._open(period.year)
            self._month(period)
            if period.number == 12:
                self._end(period.year)
        now("Leaving the demo trust in the middle of its year")
        budgets.keep_rules(self.session, by=self.administrator, at=self.at)
        closing.tell_host_balances(self.session, definition.LAST_PERIOD, at=self.at)
        banking.tell(self.session, definition.LAST_PERIOD, at=self.at)
        targets.tell(self.session, by=OFFICER, at=self.at)
        choosing.tell(self.session, at=self.at)
        self._leave_waiting()

    def _apply(self, document: Document, today: date) -> None:
        applying.apply(self.session, document, by=self.administrator, at=self.at, today=today)

    def _post(self, journals: list[Journal]) -> None:
        posting.post_many(self.session, journals, by=OFFICER, at=self.at)

    def _open(self, year: FinancialYear) -> None:
        self._promises = Promises(year, register.services(self.session), self._contracts())
        self._post(list(self._promises.raised(definition.streams())))
        budgets.spread(self.session, year, by=self.administrator, at=self.at)

    def _month(self, period: Period) -> None:
        assert self._promises is not None
        pool.month(self.session, period, self._owed, at=self.at)
        more = definition.events().more_committed
        self._post(
            [
                *(self._promises.more(one) for one in more if _in(period, one.day)),
                *grants.paid(self.session, period),
                *self._charge(period),
                *self._transfers(period),
            ]
        )
        for virement in definition.events().virements:
            if _in(period, virement.day) and not virement.waiting:
                self._post_keyed(self._vire(virement))
        self._call_offs.begins(period, self._promises)
        for host in extracts.HOSTS:
            self._load(extracts.extract(host, period))
        if period == definition.LAST_PERIOD:
            self._call_offs.ends()
        grants.tell(self.session, period, by=OFFICER, at=self.at)
        closing.month(self.session, period, at=self.at)
        budgets.forecast(self.session, period, at=self.at)
        papers.month(self.session, period, at=self.at)

    def _load(self, extract: extracts.Extract) -> None:
        load_spend(
            self.session,
            extract.data,
            name=extract.name,
            options=SpendOptions(fund=_FUND_OF_HOST[extract.host], control_total=extract.total),
            by=OFFICER,
            at=self.at,
        )
        assert self._promises is not None
        paid: dict[str, list[Money]] = {}
        for line in extract.lines:
            if line.stream is not None and line.stream.contract is not None:
                paid.setdefault(line.stream.contract, []).append(line.amount)
        released = [
            self._promises.spent(number, Money.total(amounts), extract.period)
            for number, amounts in paid.items()
        ]
        self._post([journal for journal in released if journal is not None])

    def _end(self, year: FinancialYear) -> None:
        """What was promised and not drawn is let go; the months are closed, then the year."""
        assert self._promises is not None
        self._post(list(self._promises.not_drawn()))
        closing.close_months(self.session, year, at=self.at)
        closing.close_year(self.session, year, at=self.at)
        papers.year(self.session, year, at=self.at)

    def _post_keyed(self, entered: int) -> str:
        return posting.post_submitted(self.session, entered, by=APPROVER, at=self.at)

    def _leave_waiting(self) -> None:
        """Work that is not finished: a virement and a correction to approve, a draft."""
        for virement in definition.events().virements:
            if virement.waiting:
                self._vire(virement)
        correction = self._correction("family-support")
        posting.submit(self.session, correction, by=OFFICER, at=self.at)
        other = self._correction("youth-work")
        draft = replace(
            other, source_ref="K-2004-02", narration="Equipment for the youth service, to be coded"
        )
        posting.save_draft(self.session, draft, by=OFFICER, at=self.at)

    def _contracts(self) -> dict[str, Contract]:
        accounts = {
            stream.contract: stream.account
            for stream in definition.streams()
            if stream.contract is not None and stream.account is not None
        }
        names = dict(self.session.exec(select(ProviderRow.code, ProviderRow.name)).all())
        return {
            row.number: Contract(
                row.number,
                row.title,
                row.provider,
                row.service,
                row.fund,
                accounts[row.number],
                names[row.provider],
            )
            for row in self.session.exec(select(ContractRow).order_by(ContractRow.number))
        }

    def _charge(self, period: Period) -> Iterator[Journal]:
        told = definition.events().charges
        draw = random.Random(f"charges/{period}")  # noqa: S311 - figures of a demonstration
        event = Event(
            fund=told.fund,
            day=period.ends,
            source="charge",
            source_ref=str(period),
            narration=f"Charges to families for short breaks, {period.title}",
        )
        amount = Money(draw.randint(told.least * 100, told.most * 100))
        yield posting_rules.charge_received(event, told.service, amount)

    def _transfers(self, period: Period) -> Iterator[Journal]:
        for turn, one in enumerate(definition.events().transfers, 1):
            if _in(period, one.day):
                giving, getting = (
                    Event(
                        fund=fund,
                        day=one.day,
                        source="transfer",
                        source_ref=f"T-{turn}/{side}",
                        narration=one.narration,
                    )
                    for side, fund in (("from", one.giving), ("to", one.getting))
                )
                yield from posting_rules.transfer(giving, getting, one.amount)

    def _vire(self, virement: Virement) -> int:
        return vire(
            self.session,
            virement.fund,
            [(BudgetLine(move.account, move.service), move.amount) for move in virement.moves],
            day=virement.day,
            reference=virement.reference,
            reason=virement.reason,
            by=OFFICER,
            at=self.at,
        )

    def _correction(self, service: str) -> Journal:
        """Code the last council payment that no rule knew."""
        period = definition.LAST_PERIOD
        line = [one for one in extracts.extract("council", period).lines if one.stream is None][-1]
        spend = Spend(
            account="Expenses:Supplies:Equipment",
            service=service,
            weights=register.services(self.session)[service].weights_on(line.day),
        )
        event = Event(
            fund="general",
            day=line.day,
            source="keyed",
            source_ref="K-2004-01",
            narration=f"Payment {line.reference} to {line.supplier}, which no rule knew, coded",
            payee=line.supplier,
        )
        return event.journal(
            Book.ACTUAL, [*spend.postings(line.amount), Posting(UNALLOCATED, -line.amount)]
        )


def _in(period: Period, day: date) -> bool:
    return Period.containing(day) == period
