"""What monitoring says, sees and decides, read as kernel values and kept for ever."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Row, func, insert, select
from sqlmodel import Session

from contracts.monitoring import Check, Concern, Cycle, CycleRule, Followed
from contracts.review import (
    Action,
    ActionEnded,
    Assessed,
    Decision,
    Finding,
    PracticeStandard,
    Review,
)
from trust_commissioning.shipped_monitoring import shipped_rule
from trust_commissioning.store.sight import of_all
from trust_commissioning.store.tables import MonitoringFactRow, table_of

_FACT = table_of(MonitoringFactRow)
RULE, CYCLE, CHECK, CONCERN, FOLLOWED = "rule", "cycle", "check", "concern", "concern_followed"
STANDARD, ASSESSED, REVIEW, DECISION = "standard", "standard_met", "review", "review_decision"
ACTION, ENDED, FINDING = "action", "action_ended", "finding"

_CONTENTS: Mapping[str, type] = {
    RULE: CycleRule,
    CYCLE: Cycle,
    CHECK: Check,
    CONCERN: Concern,
    FOLLOWED: Followed,
    STANDARD: PracticeStandard,
    ASSESSED: Assessed,
    REVIEW: Review,
    DECISION: Decision,
    ACTION: Action,
    ENDED: ActionEnded,
    FINDING: Finding,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One thing said on a day, by whom; `about` is the fact it follows on."""

    kind: str
    reference: str
    day: date
    contents: Any
    about: str = ""
    contract: str = ""
    provider: str = ""
    by: str = ""


@cache
def _as_json(kind: str) -> TypeAdapter[Any]:
    return TypeAdapter(_CONTENTS[kind])


def fact(session: Session, kind: str, reference: str) -> Fact | None:
    """One fact by its name; None where there is none."""
    row = session.execute(
        select(_FACT).where(_FACT.c.kind == kind, _FACT.c.reference == reference)
    ).first()
    return None if row is None else _fact(row)


def add(session: Session, wanted: Fact, *, at: str) -> None:
    """Keep a fact after those there are."""
    last = of_all(select(func.coalesce(func.max(_FACT.c.turn), 0)))
    turn = session.execute(last).scalar_one()
    session.execute(
        insert(_FACT).values(
            kind=wanted.kind,
            reference=wanted.reference,
            about=wanted.about,
            contract=wanted.contract or None,
            provider=wanted.provider or None,
            day=wanted.day,
            turn=int(turn) + 1,
            contents=_as_json(wanted.kind).dump_json(wanted.contents).decode(),
            recorded_by=wanted.by,
            recorded_at=at,
        )
    )


def _facts(
    session: Session, kind: str, *, contract: str | None = None, provider: str | None = None
) -> Iterator[Fact]:
    """The facts of a kind in order of day; of one day in the order they were recorded."""
    query = select(_FACT).where(_FACT.c.kind == kind)
    if contract is not None:
        query = query.where(_FACT.c.contract == contract)
    if provider is not None:
        query = query.where(_FACT.c.provider == provider)
    for row in session.execute(query.order_by(_FACT.c.day, _FACT.c.turn)):
        yield _fact(row)


def _fact(row: Row[Any]) -> Fact:
    return Fact(
        kind=row.kind,
        reference=row.reference,
        about=row.about,
        contract=row.contract or "",
        provider=row.provider or "",
        day=row.day,
        contents=_as_json(row.kind).validate_json(row.contents),
        by=row.recorded_by,
    )


def _by_about(session: Session, kind: str) -> Mapping[str, list[Fact]]:
    found: defaultdict[str, list[Fact]] = defaultdict(list)
    for one in _facts(session, kind):
        found[one.about].append(one)
    return found


def rule_on(session: Session, day: date) -> CycleRule:
    """The rule that holds on a day: the last a trust set by it, else the one that is shipped."""
    said = [one.contents for one in _facts(session, RULE) if one.contents.starts <= day]
    return said[-1] if said else shipped_rule()


def cycles(session: Session, day: date, *, contract: str | None = None) -> dict[str, Cycle]:
    """How each contract is monitored on a day, by its number."""
    said = (one.contents for one in _facts(session, CYCLE, contract=contract))
    return {one.contract: one for one in said if one.starts <= day}


def checks(session: Session, *, contract: str | None = None) -> list[Check]:
    """The checks of a contract or of all, in order of day."""
    return [replace(one.contents, by=one.by) for one in _facts(session, CHECK, contract=contract)]


def concerns(
    session: Session, *, contract: str | None = None, provider: str | None = None
) -> list[Concern]:
    """The log of concerns with what followed, in order of day.

    Asked of a contract of a provider, it holds those of that contract and those of the provider
    that are of no contract.
    """
    followed = _by_about(session, FOLLOWED)
    return [
        replace(
            one.contents, followed=tuple(word.contents for word in followed.get(one.reference, ()))
        )
        for one in _facts(session, CONCERN, provider=provider)
        if contract is None or one.contents.contract in ("", contract)
    ]


def standards(session: Session) -> list[PracticeStandard]:
    """The practice standards agreed, with how far each was met, in order of day."""
    said = _by_about(session, ASSESSED)
    return [
        replace(
            one.contents,
            assessed=tuple(
                replace(word.contents, by=word.by) for word in said.get(one.reference, ())
            ),
        )
        for one in _facts(session, STANDARD)
    ]


def reviews(session: Session, *, contract: str | None = None) -> list[Review]:
    """The reviews of a contract or of all with their decisions, in order of day."""
    decided = {
        one.about: replace(one.contents, by=one.by)
        for one in _facts(session, DECISION, contract=contract)
    }
    return [
        replace(one.contents, by=one.by, decision=decided.get(one.reference))
        for one in _facts(session, REVIEW, contract=contract)
    ]


def review(session: Session, reference: str) -> Review | None:
    """One review with its decision; None where there is none."""
    found = fact(session, REVIEW, reference)
    if found is None:
        return None
    of = reviews(session, contract=found.contract)
    return next(one for one in of if one.reference == reference)


def actions(session: Session) -> list[Action]:
    """Every action with how it ended, in order of the day it was agreed."""
    ended = {one.about: one.contents for one in _facts(session, ENDED)}
    return [
        replace(one.contents, ended=ended.get(one.reference)) for one in _facts(session, ACTION)
    ]


def findings(session: Session) -> list[Finding]:
    """What inspections found, in order of the day their reports were published."""
    return [one.contents for one in _facts(session, FINDING)]


def references(session: Session, kinds: Sequence[str]) -> set[str]:
    """The names of the facts of some kinds."""
    query = select(_FACT.c.reference).where(_FACT.c.kind.in_(list(kinds)))
    return set(session.execute(query).scalars())
