"""What the page of bank reconciliation asks, or has done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from sqlmodel import Session

from dashboards import ask
from ledger.money import Money
from trust_commissioning import clock, reconciling
from trust_commissioning.reconciling import BankLoaded
from trust_commissioning.reports.bank_reconciliation import Reconciled, reconciled
from trust_commissioning.sign_ins import SignedIn
from trust_commissioning.store import bank, reading, transaction
from trust_commissioning.store.bank import BankAccount, BankLine, Entry, Match, Statement

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Account:
    """One bank account as it stands now; `drawn_up` as at its last statement."""

    statements: tuple[Statement, ...]
    lines: tuple[BankLine, ...]
    entries: tuple[Entry, ...]
    matches: tuple[Match, ...]
    drawn_up: Reconciled | None


def accounts() -> tuple[BankAccount, ...]:
    """The accounts there are statements of."""
    with reading(ask.engine()) as session:
        return bank.accounts(session)


def account(of: BankAccount) -> Account:
    """What of an account is matched with nothing, and its reconciliation."""
    with reading(ask.engine()) as session:
        return Account(
            statements=bank.statements(session, of),
            lines=tuple(bank.lines(session, of, loose=True)),
            entries=tuple(bank.entries(session, of, loose=True)),
            matches=bank.matches(session, of),
            drawn_up=reconciled(session, of, date.max),
        )


def line(key: str) -> tuple[BankAccount, BankLine] | None:
    """A line that is matched with nothing, by ``B-00003/4``."""
    with reading(ask.engine()) as session:
        return next(
            (
                (of, one)
                for of in bank.accounts(session)
                for one in bank.lines(session, of, loose=True)
                if f"{one.batch}/{one.row}" == key
            ),
            None,
        )


def load(
    viewer: SignedIn, of: BankAccount, name: str, data: bytes, closing: Money | None
) -> BankLoaded:
    """Take in a statement, whole or not at all.

    Raises:
        Refused: with every problem; nothing was changed.
    """
    return _act(
        lambda session, at: reconciling.load_statement(
            session, data, name=name, of=of, by=viewer.username, at=at, closing=closing
        )
    )


def match_certain(viewer: SignedIn, of: BankAccount) -> int:
    """Match what is certain; returns how many lines."""
    return _act(
        lambda session, at: reconciling.match_certain(session, of, by=viewer.username, at=at)
    )


def match(
    viewer: SignedIn, of: BankAccount, lines: Sequence[BankLine], entries: Sequence[Entry]
) -> int:
    """Match lines with postings that come to the same."""
    return _act(
        lambda session, at: reconciling.match_by_hand(
            session,
            of,
            [one.key for one in lines],
            [one.key for one in entries],
            by=viewer.username,
            at=at,
        )
    )


def take_apart(viewer: SignedIn, of: BankAccount, turn: int) -> None:
    """Take a match apart that was wrong."""
    _act(lambda session, at: reconciling.take_apart(session, of, turn, by=viewer.username, at=at))


def _act(what: Callable[[Session, datetime], _T]) -> _T:
    with transaction(ask.engine()) as session:
        return what(session, clock.now())
