"""Instalments entered in the books as they fall due."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select
from sqlmodel import Session

from ledger.journal import Journal
from ledger.money import Money
from ledger.periods import Period
from ledger.pool.agreement import Agreement
from ledger.pool.contributions import Contribution, ContributionKind, Instalment
from ledger.problems import Problem, Refused
from ledger.wording import day_in_full
from trust_commissioning import posting_rules, roles
from trust_commissioning.posting import lock_head, post_many
from trust_commissioning.posting_rules import Event, Spend
from trust_commissioning.store import register
from trust_commissioning.store.journals import JOURNAL
from trust_commissioning.store.pool import agreement_of, contributions
from trust_commissioning.store.pool.schedule import CONTRIBUTION, SETTLEMENT
from trust_commissioning.store.standing import open_periods, titles


@dataclass(frozen=True, slots=True)
class Raised:
    """An instalment that was entered in the books."""

    key: str
    day: date
    amount: Money
    journal: str


def raise_due(
    session: Session,
    today: date,
    *,
    keys: Sequence[str] = (),
    fund: str | None = None,
    period: Period | None = None,
    by: str,
    at: datetime,
) -> list[Raised]:
    """Enter every instalment that has fallen due by `today` and was never entered.

    Of the contributions named by `keys` in that order, of one fund, or of all by day. Cash is owed
    by its partner; what is given in kind is an expense at its agreed value. What falls due after
    the agreement's end lapses. An instalment whose own period is closed goes into `period` with
    its own day kept beside, or is refused where none is given.

    Raises:
        Refused: with a problem for each instalment that cannot be entered; nothing was changed.
    """
    roles.check(session, by, roles.Action.KEEP_POOL)
    lock_head(session)
    due = _due(session, today, keys, fund)
    shut = set[Period]()
    problems = []
    open_now = set(open_periods(session))
    for found, one in due:
        own = Period.containing(one.day)
        if own not in open_now:
            shut.add(own)
            if period is None:
                problems.append(_not_open(found, one, own))
    if problems:
        raise Refused(problems)
    maker = _Maker(session, period, shut)
    journals = [maker.journal(found, one) for found, one in due]
    numbers = post_many(session, journals, by=by, at=at) if journals else []
    return [
        Raised(found.key, one.day, one.amount, number)
        for (found, one), number in zip(due, numbers, strict=True)
    ]


def _due(
    session: Session, today: date, keys: Sequence[str], fund: str | None
) -> list[tuple[Contribution, Instalment]]:
    entered = _entered(session)
    agreed: dict[tuple[str, date], Agreement | None] = {}

    def lapsed(one: Contribution, day: date) -> bool:
        if (one.fund, today) not in agreed:
            agreed[one.fund, today] = agreement_of(session, one.fund, today)
        under = agreed[one.fund, today]
        return under is not None and under.ends is not None and under.ends < day

    found = contributions(session, fund)
    if keys:
        by_key = {one.key: one for one in found}
        found = tuple(by_key[key] for key in keys)
    due = [
        (one, instalment)
        for one in found
        for instalment in one.instalments
        if instalment.day <= today
        and instalment.amount
        and reference_of(one.key, instalment.day) not in entered
        and not lapsed(one, instalment.day)
    ]
    return due if keys else sorted(due, key=lambda pair: (pair[1].day, pair[0].key))


def reference_of(key: str, day: date) -> str:
    """What names the journal of an instalment."""
    return f"{key}/{day.isoformat()}"


def _entered(session: Session) -> frozenset[str]:
    query = select(JOURNAL.c.source_ref).where(JOURNAL.c.source.in_((CONTRIBUTION, SETTLEMENT)))
    return frozenset(str(ref) for (ref,) in session.execute(query))


class _Maker:
    """The journals of instalments, each into its own period or the one that takes late ones."""

    def __init__(self, session: Session, late: Period | None, shut: Iterable[Period]) -> None:
        self._names = titles(session)["partner"]
        self._services = register.services(session)
        self._late, self._shut = late, frozenset(shut)

    def journal(self, found: Contribution, one: Instalment) -> Journal:
        in_kind = found.kind is ContributionKind.IN_KIND
        words = "Contribution in kind for" if in_kind else "Instalment due"
        partner = self._names[found.partner]
        event = self._placed(
            Event(
                fund=found.fund,
                day=one.day,
                source=CONTRIBUTION,
                source_ref=reference_of(found.key, one.day),
                narration=f"{words} {day_in_full(one.day)}: {partner}",
                payee=partner,
            )
        )
        if not in_kind:
            return posting_rules.contribution_due(event, found.partner, one.amount)
        service = self._services.get(found.service)
        spend = Spend(
            account=found.account,
            service=found.service or None,
            weights=service.weights_on(one.day) if service is not None else (),
        )
        return posting_rules.contribution_in_kind(event, found.partner, one.amount, spend)

    def _placed(self, event: Event) -> Event:
        if self._late is None or Period.containing(event.day) not in self._shut:
            return event
        day = max(event.day, self._late.starts)
        return replace(event, period=self._late, day=day, document_day=event.day)


def _not_open(found: Contribution, one: Instalment, own: Period) -> Problem:
    return Problem(
        "period_not_open",
        f"The instalment of {day_in_full(one.day)} is due and {own} is not open.",
        reference_of(found.key, one.day),
    )
