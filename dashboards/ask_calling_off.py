"""What the pages ask about call-offs, deliveries and invoices; what an act on them would change."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import or_, select

from contracts.contract import Contract
from contracts.lifecycle import CallOffState
from dashboards import ask
from ledger.money import Money
from ledger.periods import FinancialYear
from trust_commissioning import clock
from trust_commissioning.recording import EVENTS
from trust_commissioning.reports import Report, Scope
from trust_commissioning.reports.call_off_effect import effect, held
from trust_commissioning.reports.call_off_story import CallOffStory, call_off_story
from trust_commissioning.reports.commitments import Wanted, commitments_of
from trust_commissioning.reports.contract_position import position_of
from trust_commissioning.reports.deliveries import deliveries, returns_under
from trust_commissioning.reports.invoice_story import (
    InvoiceStory,
    invoice_story,
    lines_part,
    owed_by_invoice,
)
from trust_commissioning.reports.invoices import Wanted as WantedInvoices
from trust_commissioning.reports.invoices import invoices_of
from trust_commissioning.reports.matching import standings
from trust_commissioning.reports.placements import InForce, in_force
from trust_commissioning.reports.shape import Part
from trust_commissioning.sign_ins import SignedIn
from trust_commissioning.store import calling_off, invoicing, reading, transaction
from trust_commissioning.store.closing import account_of
from trust_commissioning.store.contracts import contract
from trust_commissioning.store.standing import titles


@dataclass(frozen=True, slots=True)
class CalledOff:
    """A call-off as a person chooses it."""

    number: str
    title: str
    provider: str
    contract: str
    state: str
    account: str
    service: str
    funds: tuple[str, ...]

    @property
    def words(self) -> str:
        return f"{self.number} {self.title}"


@dataclass(frozen=True, slots=True)
class Under:
    """A contract to call off from on a day, with the expense it was last spent under."""

    contract: Contract
    account: str


def day_of_register(known: ask.Known) -> date:
    """Today, where its year is opened; else the last day there are figures of."""
    today = clock.day_of(clock.now())
    if FinancialYear.containing(today) in known.years or known.default is None:
        return today
    return known.default.period.ends


def report(scope: Scope, wanted: Wanted, day: date) -> tuple[Report, InForce]:
    """The call-offs of a year narrowed to what is wanted, with those of them in force on a day."""
    with reading(ask.engine()) as session:
        found = commitments_of(session, scope, clock.now(), wanted)
        numbers = [str(row["call_off"]) for row in found.rows]
        return found, in_force(session, numbers, day)


@dataclass(frozen=True, slots=True)
class OfContract:
    """What was called off from one contract: its position, its call-offs, the last returns."""

    position: Report
    call_offs: Report
    returns: Part


def of_contract(number: str, scope: Scope, *, most: int) -> OfContract:
    """What was called off from one contract in a year."""
    with reading(ask.engine()) as session:
        return OfContract(
            position=position_of(session, scope, clock.now(), [number]),
            call_offs=commitments_of(session, scope, clock.now(), Wanted(contract=number)),
            returns=returns_under(session, number, most=most),
        )


def story(number: str, day: date) -> CallOffStory | None:
    """One call-off as at a day."""
    with reading(ask.engine()) as session:
        return call_off_story(session, number, day)


def under(number: str) -> Under | None:
    """A contract with the expense it was last spent under."""
    with reading(ask.engine()) as session:
        found = contract(session, number)
        return Under(found, account_of(session, number)) if found is not None else None


MOST = 100
"""As many call-offs are offered to choose from; a search finds the others."""


def call_offs(
    *, live: bool = True, contract: str = "", provider: str = "", words: str = ""
) -> dict[str, CalledOff]:
    """Call-offs by number: those that are not cancelled or closed, or all, of a provider, with every
    word that is searched for, as many as are offered at once; every one of a contract."""
    table = calling_off.CALL_OFF
    query = select(table).order_by(table.c.contract, table.c.place)
    if not contract:
        query = query.limit(MOST)
    if live:
        query = query.where(
            table.c.state.not_in([CallOffState.CANCELLED.value, CallOffState.CLOSED.value])
        )
    for column, value in ((table.c.contract, contract), (table.c.provider, provider)):
        if value:
            query = query.where(column == value)
    named = (table.c.number, table.c.title, table.c.case_reference, table.c.provider)
    for word in words.split():
        query = query.where(or_(*(one.icontains(word, autoescape=True) for one in named)))
    with reading(ask.engine()) as session:
        return {
            row.number: CalledOff(
                number=row.number,
                title=row.title,
                provider=row.provider,
                contract=row.contract,
                state=row.state,
                account=row.account,
                service=row.service,
                funds=tuple(row.funds.split()),
            )
            for row in session.execute(query)
        }


def called_off_from() -> set[str]:
    """The providers that something was called off from."""
    with reading(ask.engine()) as session:
        return set(session.execute(select(calling_off.CALL_OFF.c.provider).distinct()).scalars())


def providers() -> dict[str, str]:
    """The providers by code."""
    with reading(ask.engine()) as session:
        return titles(session, "provider")["provider"]


def delivered(scope: Scope) -> Report:
    """What was returned of a month, and what is late."""
    with reading(ask.engine()) as session:
        return deliveries(session, scope, clock.now())


def invoices(scope: Scope, wanted: WantedInvoices, today: date) -> Report:
    """The invoices narrowed to what is wanted, with what was overpaid and payments held."""
    with reading(ask.engine()) as session:
        return invoices_of(session, scope, clock.now(), wanted, today=today)


def invoice(key: str, day: date) -> InvoiceStory | None:
    """One invoice as it stands now."""
    with reading(ask.engine()) as session:
        return invoice_story(session, key, day)


def unpaid(provider: str = "") -> dict[str, Money]:
    """What is approved and not paid of each invoice, by its key."""
    with reading(ask.engine()) as session:
        return owed_by_invoice(session, provider or None)


def attempt(viewer: SignedIn, event: str, asked: Mapping[str, Any]) -> tuple[Part, ...]:
    """What an act would change: it is done, the books are read, and it is undone.

    Raises:
        Refused: with every problem, as the act itself.
    """
    what = EVENTS[event]
    told = {name: value for name, value in asked.items() if value not in (None, "")}
    said = what.read(json.dumps(told, default=str).encode(), name="The form")
    named = {str(told[name]) for name in ("call_off", "of_requisition") if name in told}
    with transaction(ask.engine()) as session:
        before_invoice = invoicing.invoice(session, str(told.get("invoice", "")))
        if before_invoice is not None:
            named |= {line.call_off for line in before_invoice.invoice.lines}
        before = held(session, named)
        answer = what.act(session, said, viewer.username, clock.now())
        if "call_off" in answer:
            named.add(str(answer["call_off"]))
        parts = [effect(session, before, held(session, named))]
        kept = invoicing.invoice(session, str(answer.get("invoice", "")))
        if kept is not None:
            lines = lines_part(session, standings(session, kept.invoice))
            words = (f"It will be {kept.state.words}.",)
            parts.insert(0, lines.model_copy(update={"title": "Its lines then", "words": words}))
        session.rollback()
    return tuple(parts)
