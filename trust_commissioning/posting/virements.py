"""What holds a virement at the door: routes, delegated limits, and the other half of one between
funds (and of a transfer), which is entered, sent back and posted with it or not at all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session

from ledger.budget import VIREMENT
from ledger.journal import Book, Journal
from ledger.problems import Problem
from ledger.transfer import TRANSFER
from ledger.transfer import problems_of_two as problems_of_two_transferred
from ledger.virement import (
    BETWEEN_FUNDS,
    Earlier,
    VirementRules,
    other_reference,
    problems_of_every_limit,
    problems_of_limit,
    problems_of_routes,
    problems_of_two,
)
from trust_commissioning.clock import day_of
from trust_commissioning.posting.entering import JOURNAL
from trust_commissioning.store import journals
from trust_commissioning.store.budgets import virement_rules, virements
from trust_commissioning.store.journals import StoredJournal
from trust_commissioning.store.tables import PersonRow

_OF_TWO = (BETWEEN_FUNDS, TRANSFER)
"""The sources of journals of which there are two, of different funds."""


def is_half(session: Session, journal: Journal) -> bool:
    """Whether it is one of the two sides of something between funds, or reverses one."""
    return _first(session, journal).source in _OF_TWO


def other_half(session: Session, journal: Journal) -> StoredJournal | None:
    """The other side of something between funds, or of its reversal; None where there is none."""
    if journal.source in _OF_TWO:
        wanted = JOURNAL.c.source == journal.source
        named = JOURNAL.c.source_ref == other_reference(journal.source_ref)
        id = session.execute(select(JOURNAL.c.id).where(wanted, named)).scalar_one_or_none()
        return journals.by_id(session, id) if id is not None else None
    if journal.reverses is None:
        return None
    reversed_one = journals.by_number(session, journal.reverses)
    other = other_half(session, reversed_one.journal) if reversed_one is not None else None
    if other is None or other.posted is None:
        return None
    query = select(JOURNAL.c.id).where(JOURNAL.c.reverses == other.posted.number)
    id = session.execute(query).scalar_one_or_none()
    return journals.by_id(session, id) if id is not None else None


def halves(session: Session, stored: StoredJournal, status: str) -> list[StoredJournal]:
    """A waiting journal, with the other half if it is one of two that are in the same state."""
    other = other_half(session, stored.journal)
    return [stored, other] if other is not None and other.status == status else [stored]


def problems_of_asking(
    session: Session, together: Sequence[Journal], *, at: datetime
) -> Iterator[Problem]:
    """What stops a virement being asked for: its routes, and that nobody could post it."""
    if _is_moved(session, together[0]):
        rules = virement_rules(session)
        if together[0].reverses is None:
            yield from problems_of_routes(together, rules)
        before = virements_before(session, together, rules)
        yield from problems_of_every_limit(together, rules, before, day=day_of(at))


def problems_of_posting(
    session: Session, together: Sequence[Journal], *, by: str, at: datetime
) -> Iterator[Problem]:
    """What stops this person posting a virement, with the limit quoted; nothing of other
    journals. Routes are held to again: they may have changed since it was asked for."""
    first = together[0]
    other = together[1] if len(together) > 1 else None
    if _first(session, first).source == TRANSFER:
        yield from problems_of_two_transferred(first, other)
    if not _is_moved(session, first):
        return
    if is_half(session, first):
        yield from problems_of_two(first, other)
    rules = virement_rules(session)
    if first.reverses is None:
        yield from problems_of_routes(together, rules)
    person = session.get_one(PersonRow, by)
    yield from problems_of_limit(
        together,
        rules,
        virements_before(session, together, rules),
        person=by,
        role=person.role,
        name=person.name,
        day=day_of(at),
    )


def virements_before(
    session: Session, together: Sequence[Journal], rules: VirementRules
) -> tuple[Earlier, ...]:
    """What the limits count with a virement: those of its funds and year that stand."""
    if not rules.limits:
        return ()
    return virements(session, {one.fund for one in together}, together[0].period.year)


def _is_moved(session: Session, journal: Journal) -> bool:
    """Whether it moves budget between lines: what a person keys in the budget book does, unless it
    takes back a budget that was set or changed."""
    if journal.book is not Book.BUDGET:
        return False
    return journal.reverses is None or _first(session, journal).source in (VIREMENT, BETWEEN_FUNDS)


def _first(session: Session, journal: Journal) -> Journal:
    """What a reversal, or the reversal of one, goes back to."""
    while journal.reverses is not None:
        before = journals.by_number(session, journal.reverses)
        if before is None:
            return journal
        journal = before.journal
    return journal
