"""Commitments of the demo trust: raised with the year, released as the money is spent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from contracts.services import Service, Weights, split_by_outcome
from ledger.chart import COMMITTED
from ledger.journal import Book, Journal, Posting
from ledger.money import NIL, Money
from ledger.outcomes import Outcome
from ledger.periods import FinancialYear, Period
from trust_commissioning import posting_rules
from trust_commissioning.demo.definition import MoreCommitted, Stream
from trust_commissioning.posting_rules import Event, Spend

_SOURCE = "commitment"


@dataclass(frozen=True, slots=True)
class Contract:
    """What a commitment needs to know of a contract."""

    number: str
    title: str
    provider: str
    service: str
    fund: str
    account: str
    payee: str


@dataclass(slots=True)
class Promises:
    """What is promised under each contract of one year and not yet spent, by outcome."""

    year: FinancialYear
    services: Mapping[str, Service]
    contracts: Mapping[str, Contract]
    left: dict[str, dict[Outcome | None, Money]] = field(default_factory=dict)

    def raised(self, streams: tuple[Stream, ...]) -> Iterator[Journal]:
        """What is promised when the year starts."""
        for stream in streams:
            pounds = stream.committed.get(str(self.year))
            if stream.contract is None or pounds is None:
                continue
            contract = self.contracts[stream.contract]
            words = f"{contract.title}: planned for {self.year}"
            yield self._raise(contract, Money(pounds * 100), self.year.starts, "planned", words)

    def more(self, event: MoreCommitted) -> Journal:
        """Something ordered above plan."""
        contract = next(
            contract
            for contract in self.contracts.values()
            if (contract.provider, contract.service) == (event.provider, event.service)
            and contract.number in self.left
        )
        ref = event.day.isoformat()
        return self._raise(contract, event.amount, event.day, ref, event.narration)

    def spent(self, number: str, amount: Money, period: Period) -> Journal | None:
        """Release what a month's spend draws down, as far as anything is left."""
        contract, left = self.contracts[number], self.left[number]
        drawn = {
            outcome: min(share, left.get(outcome, NIL))
            for outcome, share in split_by_outcome(amount, self._weights(contract))
        }
        words = f"{contract.title}: {period.title} paid"
        return self._release(contract, drawn, period.ends, str(period), words)

    def let_go(self, numbers: Iterable[str], day: date) -> Iterator[Journal]:
        """Release all that is left under contracts that are promised call-off by call-off now."""
        for number in numbers:
            contract = self.contracts[number]
            words = f"{contract.title}: promised by call-off from now on"
            left = dict(self.left[number])
            journal = self._release(contract, left, day, "called-off", words)
            if journal is not None:
                yield journal

    def not_drawn(self) -> Iterator[Journal]:
        """Release at the end of the year what was promised and not spent."""
        for number, left in sorted(self.left.items()):
            contract = self.contracts[number]
            words = f"{contract.title}: not drawn in {self.year}"
            journal = self._release(contract, dict(left), self.year.ends, "not-drawn", words)
            if journal is not None:
                yield journal

    def _weights(self, contract: Contract) -> Weights:
        return self.services[contract.service].weights_on(self.year.starts)

    def _raise(self, contract: Contract, amount: Money, day: date, ref: str, words: str) -> Journal:
        left = self.left.setdefault(contract.number, {})
        for outcome, share in split_by_outcome(amount, self._weights(contract)):
            left[outcome] = left.get(outcome, NIL) + share
        spend = Spend(
            account=contract.account,
            service=contract.service,
            contract=contract.number,
            weights=self._weights(contract),
        )
        return posting_rules.commitment_raised(
            self._event(contract, day, f"raised/{ref}", words), amount, spend
        )

    def _release(
        self,
        contract: Contract,
        drawn: dict[Outcome | None, Money],
        day: date,
        ref: str,
        words: str,
    ) -> Journal | None:
        """By outcome, so that the last release leaves no odd penny behind."""
        drawn = {outcome: share for outcome, share in drawn.items() if share.pence > 0}
        if not drawn:
            return None
        left = self.left[contract.number]
        for outcome, share in drawn.items():
            left[outcome] -= share
        postings = [
            Posting(
                contract.account,
                -share,
                outcome=outcome,
                service=contract.service,
                contract=contract.number,
            )
            for outcome, share in drawn.items()
        ]
        postings.append(Posting(COMMITTED, Money.total(drawn.values())))
        event = self._event(contract, day, f"released/{ref}", words)
        return event.journal(Book.COMMITMENT, postings)

    def _event(self, contract: Contract, day: date, ref: str, words: str) -> Event:
        return Event(
            fund=contract.fund,
            day=day,
            source=_SOURCE,
            source_ref=f"{contract.number}/{self.year}/{ref}",
            narration=words,
            payee=contract.payee,
        )
