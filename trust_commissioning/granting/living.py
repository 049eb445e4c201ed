"""What happens to an allocation: each event recorded once, with what it does to the books."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from sqlalchemy import func, select
from sqlmodel import Session

from ledger.grant.life import GrantEvent, Life, Movement, put_in_place
from ledger.grant.permitted import problems_in_event
from ledger.grant.programme import Programme
from ledger.grant.quarters import problems_in_quarters
from ledger.periods import FinancialYear, Period
from ledger.problems import Refused
from ledger.wording import day_in_full
from trust_commissioning import posting_rules, roles
from trust_commissioning.clock import as_text
from trust_commissioning.posting import lock_head, post
from trust_commissioning.posting_rules import Event
from trust_commissioning.store import audit, grants
from trust_commissioning.store.grants import EVENT, FOLLOWED_BY, QUARTERS, StoredEvent
from trust_commissioning.store.standing import open_periods
from trust_commissioning.store.tables import GrantEventRow

GRANT = "grant"
"""The source of a journal made from an event of a grant."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event as it stands in the record; `journal` is empty where the books did not move.

    `followed_by` is the journal of what it changed of events later than its day.
    """

    allocation: str
    event: GrantEvent
    journal: str
    life: Life
    notes: tuple[str, ...] = field(default=())
    followed_by: str = ""

    def as_json(self) -> dict[str, object]:
        books = self.life.books
        return {
            "allocation": self.allocation,
            "reference": self.event.reference,
            "step": self.event.step.value,
            "day": self.event.day.isoformat(),
            "amount": self.event.amount.plain,
            "journal": self.journal or None,
            "followed_by": self.followed_by or None,
            "recognised": self.life.is_recognised,
            "waits_for": [step.value for step in self.life.waits_for],
            "paid": books.cash.plain,
            "earned": books.income.plain,
            "held_in_advance": books.in_advance.plain,
            "due": books.debtors.plain,
            "to_pay_back": books.creditors.plain,
            "notes": list(self.notes),
        }


def record(
    session: Session,
    allocation: str,
    event: GrantEvent,
    *,
    by: str,
    at: datetime,
    said: Mapping[str, object] | None = None,
    period: Period | None = None,
) -> Recorded:
    """Record one event and post what it does; the same event again changes nothing.

    `said` is what else there is to know, such as the document or who assessed. `period` is for
    what goes into period 13.

    Raises:
        Refused: with every problem; nothing was changed.
    """
    roles.check(session, by, roles.Action.KEEP_GRANTS)
    lock_head(session)
    life = life_of(session, allocation)
    words = {name: value for name, value in (said or {}).items() if value not in (None, "")}
    before = {one.event.reference: one for one in grants.events(session, allocation)}
    if event.reference in before:
        return _again(life, before[event.reference], event, words)
    if problems := [*problems_in_event(life, event), *problems_in_quarters(life, event)]:
        raise Refused(problems)
    placed = put_in_place(life, event)
    programme = grants.programmes(session)[life.allocation.grant]
    named = Event(
        fund=life.allocation.fund,
        day=event.day,
        period=period,
        source=GRANT,
        source_ref=f"{allocation}/{event.reference}",
        narration=_narration(programme, event, placed.moved, str(words.get("document", ""))),
        payee=programme.payer,
    )
    journal = followed_by = ""
    if placed.moved:
        entry = posting_rules.grant_moved(named, programme.income, placed.moved)
        journal = post(session, entry, by=by, at=at)
    if placed.follows:
        late = _late(session, named, placed.last or event.day)
        entry = posting_rules.grant_moved(late, programme.income, placed.follows)
        followed_by = post(session, entry, by=by, at=at)
    kept = dict(words)
    if followed_by:
        kept[FOLLOWED_BY] = followed_by
    if event.quarters:
        kept[QUARTERS] = [one.plain for one in event.quarters]
    _keep(session, allocation, event, kept, journal, by=by, at=at)
    return Recorded(allocation, event, journal, placed.life, followed_by=followed_by)


def _late(session: Session, named: Event, last: date) -> Event:
    """What an event changes of later ones: entered on the last day it changed, or on the first of
    the next open period of that year, with the event's own day beside it."""
    at_first = Period.containing(last)
    still_open = [
        one
        for one in open_periods(session)
        if one.year == FinancialYear.containing(last) and at_first.number <= one.number <= 12
    ]
    period = still_open[0] if still_open else at_first
    return replace(
        named,
        day=max(last, period.starts),
        period=period,
        source_ref=f"{named.source_ref}/followed by",
        narration=f"{named.narration}; what it changes after {day_in_full(named.day)}",
        document_day=named.day,
    )


def life_of(session: Session, allocation: str) -> Life:
    """An allocation as it stands.

    Raises:
        Refused: ``allocation_unknown``.
    """
    life = grants.lives(session).get(allocation)
    if life is None:
        raise Refused.because(
            "allocation_unknown", f"There is no allocation “{allocation}”.", "allocation"
        )
    return life


def _again(
    life: Life, before: StoredEvent, event: GrantEvent, words: Mapping[str, object]
) -> Recorded:
    if before.event != event or dict(before.said) != json.loads(_text(words)):
        raise Refused.because(
            "grant_event_recorded_otherwise",
            f"{event.reference} of {life.allocation.reference} was recorded before with other "
            "contents.",
            "reference",
        )
    return Recorded(
        life.allocation.reference, event, before.journal, life, followed_by=before.followed_by
    )


def _narration(programme: Programme, event: GrantEvent, moved: Movement, document: str) -> str:
    """``Choice Protects grant, instalment 1: paid £135,000.00``, with what it has earned."""
    amount = f" {event.amount}" if event.amount else ""
    year = f" for {event.year}" if event.year else ""
    said = f"{programme.title}, {document or event.reference}: {event.step.words}"
    earned = "; recognised" if moved.income.pence > 0 else ""
    return f"{said}{amount}{year}{earned}"


def _keep(
    session: Session,
    allocation: str,
    event: GrantEvent,
    words: Mapping[str, object],
    journal: str,
    *,
    by: str,
    at: datetime,
) -> None:
    turn = session.execute(
        select(func.count()).select_from(EVENT).where(EVENT.c.allocation == allocation)
    ).scalar_one()
    session.add(
        GrantEventRow(
            allocation=allocation,
            reference=event.reference,
            turn=int(turn) + 1,
            step=event.step.value,
            day=event.day,
            pence=event.amount.pence,
            year=str(event.year) if event.year is not None else None,
            confirmed=event.confirmed,
            mark=event.mark,
            contents=_text(words),
            journal=journal or None,
            recorded_by=by,
            recorded_at=as_text(at),
        )
    )
    session.flush()
    audit.record(
        session,
        by=by,
        at=at,
        action=f"grant_{event.step.value}",
        object_kind="grant_allocation",
        object_key=allocation,
        after={
            "reference": event.reference,
            "day": event.day.isoformat(),
            "amount": event.amount.plain,
            "journal": journal,
        },
    )


def _text(words: Mapping[str, object]) -> str:
    return json.dumps(dict(words), ensure_ascii=False, sort_keys=True, default=str)
