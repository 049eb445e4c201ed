"""Lines of an extract that pay approved invoices: settled, not expensed again; or held for a person.

A line settles an invoice of its provider that prints the invoice's number or is the only one of its
amount, where amount and fund leave no doubt. A line that could be an invoice's payment or spend of
its own is held until a person says (`invoicing.decide`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert
from sqlmodel import Session, select

from ledger.chart import UNALLOCATED
from ledger.journal import Journal
from ledger.money import Money
from ledger.problems import Problem
from trust_commissioning import posting_rules
from trust_commissioning.importing.coding import Coding
from trust_commissioning.importing.spend_file import SpendLine
from trust_commissioning.store import invoicing as record
from trust_commissioning.store.tables import ProviderRow


@dataclass(frozen=True, slots=True)
class Pays:
    """What a line pays: an invoice out of a fund; or `why` a person must say what it paid."""

    invoice: str = ""
    fund: str = ""
    provider: str = ""
    why: str = ""

    def journal(self, as_coded: Journal, amount: Money) -> Journal:
        """The line's journal: the creditor paid, or the payment held, instead of expense."""
        event = posting_rules.Event(
            fund=self.fund or as_coded.fund,
            day=as_coded.day,
            period=as_coded.period,
            document_day=as_coded.document_day,
            source=as_coded.source,
            source_ref=as_coded.source_ref,
            narration=as_coded.narration,
            payee=as_coded.payee,
        )
        make = posting_rules.payment_held if self.why else posting_rules.invoice_paid
        return make(event, amount)

    def warning(self, row: int) -> Problem:
        return Problem("payment_held", f"{self.why} Say what it paid for.", row=row)


@dataclass
class _Owed:
    key: str
    number: str
    call_offs: frozenset[str]
    left: dict[str, Money]

    @property
    def total(self) -> Money:
        return Money.total(self.left.values())


class Payments:
    """The approved invoices that are not paid, as a file's lines pay them one after another."""

    def __init__(self, owed: Mapping[str, list[_Owed]], names: Mapping[str, str]) -> None:
        self._owed, self._names = owed, names

    @classmethod
    def of(cls, session: Session) -> Payments:
        owed: dict[str, list[_Owed]] = {}
        for kept, left in record.unpaid(session):
            one = kept.invoice
            call_offs = frozenset(line.call_off for line in one.lines)
            owed.setdefault(one.provider, []).append(
                _Owed(one.key, _folded(one.number), call_offs, dict(left))
            )
        names: dict[str, str] = {}
        for row in session.exec(select(ProviderRow)) if owed else ():
            if row.code in owed:
                printed = (row.name, *row.also_known_as.splitlines())
                names.update({_folded(name): row.code for name in printed if name.strip()})
        return cls(owed, names)

    def decide(self, line: SpendLine, coding: Coding | None) -> Pays | None:
        """What a line pays; None where it is no invoice's and is coded as spend."""
        provider = self._names.get(_folded(line.supplier))
        if provider is None:
            return None
        open_ones = [one for one in self._owed[provider] if one.total.pence]
        words = [_folded(cell) for cell in line.cells.values()]
        printed = [one for one in open_ones if any(one.number == cell for cell in words)]
        same = [one for one in open_ones if one.total == line.amount]
        sure = [one for one in printed if one in same] if printed else same
        if len(sure) == 1 and len(sure[0].left) == 1:
            (fund,) = sure[0].left
            sure[0].left = {}
            return Pays(invoice=sure[0].key, fund=fund, provider=provider)
        called = coding.call_off if coding is not None else None
        doubtful = printed or same or [one for one in open_ones if called in one.call_offs]
        if not doubtful:
            return None
        keys = ", ".join(one.key for one in doubtful)
        return Pays(
            provider=provider,
            why=f"{line.amount} to {line.supplier} could be the payment of {keys}, or spend of its "
            "own.",
        )


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def keep_payments(
    session: Session,
    paid: Iterable[tuple[str, Journal, Pays, Coding | None]],
    *,
    by: str,
    at: str,
) -> None:
    """Keep what posted lines paid: invoices settled, payments held with how they were coded."""
    for number, journal, pays, coding in paid:
        amount = journal.postings[0].amount
        if pays.why:
            session.execute(
                insert(record.HELD).values(
                    journal=number,
                    provider=pays.provider,
                    pence=amount.pence,
                    day=journal.day,
                    why=pays.why,
                    coding=json.dumps(_coding(journal, coding), sort_keys=True),
                )
            )
            continue
        record.settle(
            session,
            number,
            invoice=pays.invoice,
            amount=amount,
            day=journal.day,
            by=by,
            words="Spending extract",
        )
        kept = record.invoice(session, pays.invoice)
        assert kept is not None, "it was unpaid a moment ago"
        said = {"amount": amount.plain}
        record.settled(session, kept, f"paid/{number}", journal.day, said, by=by, at=at)


def _coding(journal: Journal, coding: Coding | None) -> dict[str, Any]:
    """How the line is spent if a person says that it is no invoice's payment."""
    found: dict[str, Any] = {
        "fund": journal.fund,
        "payee": journal.payee,
        "account": UNALLOCATED if coding is None else coding.account,
    }
    if coding is not None:
        found |= {
            name: value
            for name in ("service", "contract", "call_off")
            if (value := getattr(coding, name)) is not None
        }
        if coding.outcomes is not None:
            found["weights"] = {outcome.value: weight for outcome, weight in coding.outcomes}
    return found
