"""What the pages ask about pooled funds, or have done about them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from sqlmodel import Session

from dashboards import ask
from ledger.money import Money
from ledger.periods import Period
from ledger.pool.disputes import Dispute, Step
from ledger.pool.receipts import Receipt
from trust_commissioning import clock, pooling
from trust_commissioning.reports import Report, Scope
from trust_commissioning.sign_ins import SignedIn
from trust_commissioning.store import pool, reading, transaction
from trust_commissioning.store.pool import facts

_T = TypeVar("_T")
NONE_YET = (
    "No agreement has been recorded yet",
    (
        "Each fund held with partners stands here as soon as its agreement says who puts in what and "
        "who carries a gap. An administrator records agreements under “agreements” in the file of the "
        "trust, and brings it in with the command trust apply FILE.yaml."
    ),
)


def has_agreements() -> bool:
    """Whether any fund is held with partners."""
    with reading(ask.engine()) as session:
        return bool(pool.agreements(session))


@dataclass(frozen=True, slots=True)
class Owed:
    """An instalment with something outstanding, as a person chooses it."""

    key: str
    day: date
    partner: str
    outstanding: Money
    disputed: Money


@dataclass(frozen=True, slots=True)
class ToDo:
    """What of a fund can be acted on today."""

    due: int
    """Instalments that fell due and were not raised."""
    owed: tuple[Owed, ...]
    disputes: tuple[Dispute, ...]
    held: tuple[Receipt, ...]
    letters: tuple[facts.Fact, ...]


def report(name: str, scope: Scope) -> Report:
    """A report by its public name."""
    return ask.report_of(name, scope)


def to_do(fund: str) -> ToDo:
    """What stands open in a fund now."""
    today = clock.day_of(clock.now())
    with reading(ask.engine()) as session:
        found = pool.contributions(session, fund)
        return ToDo(
            due=sum(
                part.day <= today and bool(part.amount) and not part.raised
                for one in found
                for part in one.instalments
            ),
            owed=tuple(
                Owed(one.key, part.day, one.partner, part.outstanding, part.disputed)
                for one in found
                for part in one.instalments
                if part.outstanding.pence > 0
            ),
            disputes=tuple(one for one in pool.disputes(session, fund) if one.ended_on() is None),
            held=tuple(one for one in pool.receipts(session, fund) if one.held),
            letters=tuple(facts.facts(session, facts.CHASE, fund=fund)),
        )


def raise_due(viewer: SignedIn, fund: str, period: Period | None) -> list[pooling.Raised]:
    """Enter what fell due by today."""
    today = clock.day_of(clock.now())
    return _act(
        lambda session, at: pooling.raise_due(
            session, today, fund=fund, period=period, by=viewer.username, at=at
        )
    )


def receive(
    viewer: SignedIn,
    fund: str,
    partner: str,
    amount: Money,
    day: date,
    reference: str,
    words: str,
    period: Period | None,
) -> pooling.Received:
    """Enter money that came in."""
    return _act(
        lambda session, at: pooling.receive(
            session,
            reference=reference,
            fund=fund,
            partner=partner,
            amount=amount,
            day=day,
            words=words,
            period=period,
            by=viewer.username,
            at=at,
        )
    )


def dispute(
    viewer: SignedIn, of: Owed, amount: Money, day: date, reference: str, reason: str
) -> None:
    """Record that a partner denies to owe some of an instalment."""
    _act(
        lambda session, at: pooling.dispute(
            session,
            reference=reference,
            contribution=of.key,
            instalment=of.day,
            amount=amount,
            day=day,
            reason=reason,
            by=viewer.username,
            at=at,
        )
    )


def take_step(viewer: SignedIn, dispute_reference: str, step: Step, period: Period | None) -> str:
    """Note something in a dispute, or end it."""
    return _act(
        lambda session, at: pooling.take_step(
            session, dispute_reference, step, period=period, by=viewer.username, at=at
        )
    )


def chase(viewer: SignedIn, fund: str, partner: str, day: date, reference: str, to: str) -> str:
    """Write to a partner for what is overdue; returns the letter."""
    letter = _act(
        lambda session, at: pooling.chase(
            session, fund, partner, reference=reference, day=day, to=to, by=viewer.username, at=at
        )
    )
    return letter.text


def _act(what: Callable[[Session, datetime], _T]) -> _T:
    with transaction(ask.engine()) as session:
        return what(session, clock.now())


def partners(known: ask.Known, found: ToDo) -> Mapping[str, str]:
    """The partners that owe the fund something, by code."""
    return {one.partner: known.partners.get(one.partner, one.partner) for one in found.owed}
