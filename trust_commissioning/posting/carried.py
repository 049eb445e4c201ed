"""Promises that many call-offs change at once: at a year's ends, or as their contract changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime

from sqlmodel import Session

from ledger.journal import Journal
from ledger.money import NIL, Money
from ledger.periods import FinancialYear, Period
from ledger.problems import Problem
from trust_commissioning import roles
from trust_commissioning.posting.limits import Line, hold_to_available, promised_more
from trust_commissioning.posting.made import post_many
from trust_commissioning.posting.promised import changes_of_promises
from trust_commissioning.store import calling_off

_AT_ONCE = 500


def promise_into(
    session: Session, year: FinancialYear, *, by: str, at: datetime, action: roles.Action
) -> int:
    """Enter what live call-offs promise of a year that was just opened; how many journals."""
    numbers = calling_off.live_from(session, year.starts)
    entered = 0
    for some in _parts(numbers):
        changes = changes_of_promises(
            session, some, day=year.starts, because=f"{year} has been opened"
        )
        entered += len(post_many(session, changes, by=by, at=at, action=action)) if changes else 0
    return entered


def carry_promises(
    session: Session, closing: FinancialYear, *, by: str, at: datetime, action: roles.Action
) -> int:
    """Take what a year still promises out of its books, as it closes for good, into the next."""
    entered = 0
    for some in _parts(calling_off.committed_in(session, closing)):
        changes = changes_of_promises(
            session,
            some,
            day=closing.ends,
            period=Period(closing, 13),
            because=f"{closing} closes",
            closing=closing,
        )
        entered += len(post_many(session, changes, by=by, at=at, action=action)) if changes else 0
    return entered


def promise_under(
    session: Session,
    contract: str,
    *,
    day: date,
    because: str,
    also: Mapping[Line, Money] | None = None,
    overridden: bool = False,
    by: str,
    at: datetime,
    action: roles.Action,
) -> list[Problem]:
    """Bring what a contract's call-offs promise to its prices as they are now.

    Whoever changes a contract's lots or prices calls it in the same transaction. `also` is what
    the change costs beside what is called off. Returns what goes beyond what is available.

    Raises:
        Refused: ``more_than_is_available``, unless it is `overridden` by a person who may.
    """
    changes: list[Journal] = []
    for some in _parts(calling_off.numbers_under(session, contract)):
        now = calling_off.call_offs(session, some)
        calling_off.move_all(session, now.values())
        live = [number for number, one in now.items() if one.is_live]
        changes += changes_of_promises(session, live, day=day, because=because)
    more = promised_more(changes)
    for line, amount in (also or {}).items():
        more[line] = more.get(line, NIL) + amount
    beyond = hold_to_available(session, more, overridden=overridden, by=by)
    for start in range(0, len(changes), _AT_ONCE):
        post_many(session, changes[start : start + _AT_ONCE], by=by, at=at, action=action)
    return beyond


def _parts(numbers: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(numbers), _AT_ONCE):
        yield numbers[start : start + _AT_ONCE]
