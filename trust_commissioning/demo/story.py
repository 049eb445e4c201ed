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
from trust_commissioning import applying, closing, posting, posting_rules
from trust_commissioning.applying import Document
from trust_commissioning.budgeting import vire
from trust_commissioning.demo import definition, extracts
from trust_commissioning.demo.definition import Accrual, GrantEvent, Virement
from trust_commissioning.demo.promises import Contract, Promises
from trust_commissioning.importing.loading import SpendOptions, load_spend
from trust_commissioning.posting_rules import Event, Spend
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
    _owed: list[Journal] = field(default_factory=list)
    """Contributions that will be received, in order of day."""

    def tell(self) -> None:
        """From the first budget to the last month with figures."""
        self._apply(self.document, definition.FIRST_YEAR.starts - timedelta(days=1))
        self._owed = sorted(self._receipts(), key=lambda journal: journal.day)
        for period in definition.periods():
            if period.number == 1:
                self._open(period.year)
            self._month(period)
            if period.number == 12:
                self._end(period.year)
        self._leave_waiting()

    def _apply(self, document: Document, today: date) -> None:
        applying.apply(self.session, document, by=self.administrator, at=self.at, today=today)

    def _post(self, journals: list[Journal]) -> None:
        posting.post_many(self.session, journals, by=OFFICER, at=self.at)

    def _open(self, year: FinancialYear) -> None:
        self._promises = Promises(year, register.services(self.session), self._contracts())
        self._post(list(self._promises.raised(definition.streams())))

    def _month(self, period: Period) -> None:
        assert self._promises is not None
        due = [one for one in self.document.contributions if one.year == period.year]
        self._apply(Document(contributions=due), period.ends)
        more = definition.events().more_committed
        self._post(
            [
                *(self._promises.more(one) for one in more if _in(period, one.day)),
                *self._received_in(period),
                *self._grants(period),
                *self._charge(period),
                *self._transfers(period),
            ]
        )
        for virement in definition.events().virements:
            if _in(period, virement.day) and not virement.waiting:
                self._post_keyed(self._vire(virement))
        for host in extracts.HOSTS:
            self._load(extracts.extract(host, period))

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
        """Accruals into period 13, their reversals into the new year, then every period closed."""
        assert self._promises is not None
        self._post(list(self._promises.not_drawn()))
        last = Period(year, 13)
        for accrual in definition.events().accruals:
            journal = self._accrual(accrual, last)
            number = self._post_keyed(posting.submit(self.session, journal, by=OFFICER, at=self.at))
            self._post_keyed(
                posting.reverse(
                    self.session,
                    number,
                    reason="invoices have come in",
                    by=OFFICER,
                    at=self.at,
                    period=Period(year.next, 1),
                )
            )
        for period in year.periods:
            closing.close(self.session, period, by=KEEPER, at=self.at)

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

    def _receipts(self) -> Iterator[Journal]:
        """What partners pay, some days after it is due, a few in part or not at all."""
        told = definition.events()
        names = {entry.code: entry.name for entry in self.document.partners}
        short = {(one.fund, one.partner, one.due): one.paid for one in told.paid_short}
        for entry in self.document.contributions:
            if entry.kind != "cash":
                continue
            for instalment in entry.instalments:
                paid = short.get((entry.fund, entry.partner, instalment.day), instalment.amount)
                day = instalment.day + timedelta(days=told.paid_after[entry.partner])
                if not paid or day > definition.LAST_PERIOD.ends:
                    continue
                event = Event(
                    fund=entry.fund,
                    day=day,
                    source="receipt",
                    source_ref=f"{entry.key}/{instalment.day.isoformat()}",
                    narration=f"Instalment of {instalment.day.day} {instalment.day:%B %Y} paid",
                    payee=names[entry.partner],
                )
                yield posting_rules.contribution_received(event, entry.partner, paid)

    def _received_in(self, period: Period) -> list[Journal]:
        return [journal for journal in self._owed if journal.period == period]

    def _grants(self, period: Period) -> Iterator[Journal]:
        for turn, grant in enumerate(definition.events().grants, 1):
            if _in(period, grant.day):
                yield _grant(grant, turn)

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

    def _accrual(self, accrual: Accrual, period: Period) -> Journal:
        service = register.services(self.session)[accrual.service]
        spend = Spend(
            account=accrual.account,
            service=accrual.service,
            weights=service.weights_on(period.ends),
        )
        event = Event(
            fund=accrual.fund,
            day=period.ends,
            period=period,
            source="keyed",
            source_ref=accrual.reference,
            narration=accrual.narration,
        )
        return event.journal(
            Book.ACTUAL,
            [*spend.postings(accrual.amount), Posting("Liabilities:Accruals", -accrual.amount)],
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


def _grant(grant: GrantEvent, turn: int) -> Journal:
    event = Event(
        fund=grant.fund,
        day=grant.day,
        source="grant",
        source_ref=f"{grant.fund}/{grant.day.isoformat()}/{turn}",
        narration=grant.narration,
    )
    if grant.in_advance:
        return posting_rules.grant_received_in_advance(event, grant.amount)
    if grant.held:
        return posting_rules.grant_recognised(event, grant.earned, grant.amount)
    return posting_rules.grant_received(event, grant.earned, grant.amount)
