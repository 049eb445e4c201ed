"""What every service of the pool asks of the record first: names it must know, what it notes."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from datetime import datetime

from sqlmodel import Session

from ledger.funds import Fund
from ledger.periods import Period
from ledger.pool.contributions import Contribution, Instalment
from ledger.problems import Problem, Refused
from ledger.wording import day_in_full
from trust_commissioning.store import audit
from trust_commissioning.store.journals import by_number
from trust_commissioning.store.pool import contribution
from trust_commissioning.store.pool.facts import Fact, keep
from trust_commissioning.store.standing import funds


def fund_of(session: Session, code: str) -> Fund:
    """A fund by its code.

    Raises:
        Refused: ``fund_unknown``.
    """
    found = funds(session).get(code)
    if found is None:
        raise Refused.because("fund_unknown", f"There is no fund “{code}”.", "fund")
    return found


def contribution_of(session: Session, key: str) -> Contribution:
    """A contribution by its key, as it stands.

    Raises:
        Refused: ``contribution_unknown``.
    """
    found = contribution(session, key)
    if found is None:
        raise Refused.because(
            "contribution_unknown", f"There is no contribution “{key}”.", "contribution"
        )
    return found


def instalment_in(found: Contribution, day: object, where: str) -> Iterator[Instalment | Problem]:
    """The instalment of a day, or what to say where there is none."""
    for one in found.instalments:
        if one.day == day:
            yield one
            return
    days = ", ".join(day_in_full(one.day) for one in found.instalments)
    yield Problem(
        "instalment_unknown",
        f"No instalment of {found.key} falls due on {day}; they do on {days or 'no day'}.",
        where,
    )


def period_of(session: Session, number: str) -> Period:
    """The period of a posted journal, to know again what was asked to go into another."""
    found = by_number(session, number)
    assert found is not None, "it was posted before"
    return found.journal.period


def unknown(kind: str, code: str, codes: Container[str], where: str) -> Iterator[Problem]:
    """A code that nobody knows."""
    if code not in codes:
        yield Problem(f"{kind}_unknown", f"There is no {kind} “{code}”.", where)


def note(session: Session, fact: Fact, *, at: datetime, after: Mapping[str, object]) -> bool:
    """Keep a dated fact with its line in the audit trail; False where it was there already.

    Raises:
        Refused: ``event_recorded_otherwise``.
    """
    if not keep(session, fact, at=at):
        return False
    audit.record(
        session,
        by=fact.recorded_by,
        at=at,
        action=f"{fact.kind}_recorded",
        object_kind=fact.kind,
        object_key=fact.reference,
        after=after,
    )
    return True
