"""Each step of a procurement: the move its state allows, the rules of the step, the record of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, update
from sqlmodel import Session, SQLModel

from contracts import procurement_checking as rules
from contracts.days import ahead_of_time
from contracts.lifecycle import PROCUREMENT as LIFE
from contracts.lifecycle import ProcurementEvent, ProcurementState
from contracts.procurement import (
    Abandonment,
    Award,
    Bid,
    BidScore,
    Contents,
    Evaluation,
    Interest,
    Link,
    Plan,
    Procurement,
    Tender,
    Waiver,
)
from ledger.problems import Problem, Refused
from trust_commissioning import roles
from trust_commissioning.clock import as_text, day_of
from trust_commissioning.posting import lock_head
from trust_commissioning.store import audit, procuring
from trust_commissioning.store.procuring import EVENT, PROCUREMENT, kind_of, written
from trust_commissioning.store.tables import ContractRow, NeedRow, ProviderRow, ServiceRow


@dataclass(frozen=True, slots=True)
class Telling:
    """What is told of a procurement, when and by whom, with the record to look names up in."""

    session: Session
    now: Procurement
    said: Any
    day: date
    by: str


def plan(
    session: Session, reference: str, wanted: Plan, *, day: date, by: str, at: datetime
) -> bool:
    """Plan a procurement; False where the same was planned before.

    Raises:
        Refused: with every problem; nothing was changed.
    """
    roles.check(session, by, roles.Action.PROCURE)
    lock_head(session)
    if _told_before(session, reference, reference, day, wanted, by):
        return False
    known = procuring.procurement(session, reference)
    state = roles.move(
        session,
        by,
        LIFE,
        known.state if known else None,
        ProcurementEvent.PLAN,
        what=f"Procurement {reference}",
    )
    problems = [
        *rules.problems_in_plan(wanted),
        *_unknown_in_plan(session, wanted),
        *ahead_of_time(day, day_of(at)),
    ]
    if problems:
        raise Refused(problems)
    session.execute(
        insert(PROCUREMENT).values(
            reference=reference,
            title=wanted.title,
            route=wanted.route.value,
            service=wanted.service,
            need=wanted.need or None,
            estimated_pence=wanted.estimated.pence,
            state=state.value,
            planned=day,
        )
    )
    _keep(session, reference, reference, day, wanted, turn=1, by=by, at=at)
    return True


def tell(
    session: Session,
    procurement: str,
    said: Contents,
    *,
    reference: str,
    day: date,
    by: str,
    at: datetime,
) -> ProcurementState:
    """Record what happened to a procurement, and answer the state it has come to.

    The same under the same reference is done once. A declaration of interest is no move: it may be
    made, and changed, at any time.

    Raises:
        Refused: with every problem; nothing was changed.
    """
    step = _STEPS[type(said)]
    roles.check(session, by, step.action)
    lock_head(session)
    now = _named(session, procurement)
    if _told_before(session, procurement, reference, day, said, by):
        return now.state
    state = now.state
    if step.event is not None:
        what = f"Procurement {procurement}"
        state = roles.move(session, by, LIFE, now.state, step.event, what=what)
    took_part = roles.names_of(session, by) & {event.by for event in now.happened}
    found = [
        problem
        for name in sorted({by, *took_part})
        for problem in step.problems(Telling(session, now, said, day, name))
    ]
    problems = [*dict.fromkeys(found), *ahead_of_time(day, day_of(at))]
    if step.event is not None:
        problems += rules.problems_in_day(now, day)
    if problems:
        raise Refused(problems)
    session.execute(
        update(PROCUREMENT).where(PROCUREMENT.c.reference == procurement).values(state=state.value)
    )
    turn = len(now.happened) + 1
    _keep(session, procurement, reference, day, said, turn=turn, by=by, at=at)
    return state


def _named(session: Session, reference: str) -> Procurement:
    found = procuring.procurement(session, reference)
    if found is None:
        raise Refused.because(
            "procurement_unknown", f"There is no procurement “{reference}”.", "procurement"
        )
    return found


def _told_before(
    session: Session, procurement: str, reference: str, day: date, said: Contents, by: str
) -> bool:
    """Whether the same was recorded under this reference, a score or an interest by the same person.

    Raises:
        Refused: ``event_recorded_otherwise`` where something else was.
    """
    found = procuring.event_named(session, reference)
    if found is None:
        return False
    of, before = found
    of_ones_own = isinstance(said, BidScore | Interest) and before.by != by
    if of_ones_own or (of, before.day, before.contents) != (procurement, day, said):
        raise Refused.because(
            "event_recorded_otherwise",
            f"“{reference}” was recorded before with other contents; give this one another "
            "reference.",
            "reference",
        )
    return True


def _keep(
    session: Session,
    procurement: str,
    reference: str,
    day: date,
    said: Contents,
    *,
    turn: int,
    by: str,
    at: datetime,
) -> None:
    contents = written(said)
    session.execute(
        insert(EVENT).values(
            procurement=procurement,
            turn=turn,
            reference=reference,
            kind=kind_of(said),
            day=day,
            contents=contents,
            recorded_by=by,
            recorded_at=as_text(at),
        )
    )
    audit.record(
        session,
        by=by,
        at=at,
        action=f"procurement_{kind_of(said)}",
        object_kind="procurement",
        object_key=procurement,
        after={"reference": reference, "said": contents},
    )


def _unknown(
    session: Session, table: type[SQLModel], kind: str, code: str, where: str
) -> Iterator[Problem]:
    if session.get(table, code) is None:
        yield Problem(f"{kind}_unknown", f"There is no {kind} “{code}”.", where)


def _unknown_in_plan(session: Session, wanted: Plan) -> Iterator[Problem]:
    yield from _unknown(session, ServiceRow, "service", wanted.service, "service")
    if wanted.need:
        yield from _unknown(session, NeedRow, "need", wanted.need, "need")


def _of_bid(told: Telling) -> Iterable[Problem]:
    yield from rules.problems_in_bid(told.now, told.said, told.day)
    yield from _unknown(told.session, ProviderRow, "provider", told.said.provider, "provider")


def _of_waiver(told: Telling) -> Iterable[Problem]:
    yield from rules.problems_in_waiver(told.now, told.by)
    yield from _unknown(told.session, ProviderRow, "provider", told.said.provider, "provider")


def _of_link(told: Telling) -> Iterable[Problem]:
    row = told.session.get(ContractRow, told.said.contract)
    if row is None:
        return _unknown(told.session, ContractRow, "contract", told.said.contract, "contract")
    return rules.problems_in_link(told.now, told.said, row.provider)


@dataclass(frozen=True, slots=True)
class _Step:
    """What is asked of a step: who may, which move it is (None is none), what stops it."""

    action: roles.Action
    event: ProcurementEvent | None
    problems: Callable[[Telling], Iterable[Problem]]


_STEPS: Mapping[type[Contents], _Step] = {
    Tender: _Step(
        roles.Action.PROCURE,
        ProcurementEvent.TENDER,
        lambda told: rules.problems_in_tender(told.now, told.said, told.day),
    ),
    Bid: _Step(roles.Action.PROCURE, ProcurementEvent.BID, _of_bid),
    Interest: _Step(roles.Action.DECLARE_INTEREST, None, lambda _: ()),
    BidScore: _Step(
        roles.Action.PROCURE,
        ProcurementEvent.SCORE,
        lambda told: (
            *rules.problems_in_score(told.now, told.said, told.by),
            *rules.problems_in_opening(told.now, told.day),
        ),
    ),
    Evaluation: _Step(
        roles.Action.PROCURE,
        ProcurementEvent.EVALUATE,
        lambda told: (
            *rules.problems_in_evaluation(told.now, told.said, told.by),
            *rules.problems_in_opening(told.now, told.day),
        ),
    ),
    Waiver: _Step(roles.Action.AWARD, ProcurementEvent.WAIVE, _of_waiver),
    Award: _Step(
        roles.Action.AWARD,
        ProcurementEvent.AWARD,
        lambda told: rules.problems_in_award(told.now, told.said, told.by),
    ),
    Link: _Step(roles.Action.PROCURE, ProcurementEvent.LINK, _of_link),
    Abandonment: _Step(
        roles.Action.PROCURE,
        ProcurementEvent.ABANDON,
        lambda told: rules.problems_in_abandonment(told.now),
    ),
}
