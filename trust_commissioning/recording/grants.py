"""Events of grants, their plans and claims."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from fractions import Fraction

from sqlmodel import Session

from ledger.grant.life import GrantEvent, Step
from ledger.grant.plan import Progress
from trust_commissioning import granting
from trust_commissioning.granting.asked import (
    AllocationAsked,
    ApprovalAsked,
    AssessmentAsked,
    CarryForwardAsked,
    CertificationAsked,
    ClaimAsked,
    ClawbackAsked,
    CutAsked,
    GrantAsked,
    GrantYearAsked,
    MapAsked,
    OfAllocation,
    PaymentAsked,
    ProgressAsked,
    RevisionAsked,
    plan_asked,
)
from trust_commissioning.recording.event import BusinessEvent


def _grant(session: Session, asked: GrantAsked, by: str, at: datetime) -> Mapping[str, object]:
    did = granting.keep_programme(session, asked.programme(), by=by, at=at)
    return {"grant": asked.code, "did": did}


def _allocation(
    session: Session, asked: AllocationAsked, by: str, at: datetime
) -> Mapping[str, object]:
    made = granting.allocate(session, asked.allocation(), announced=asked.announced, by=by, at=at)
    return made.as_json()


def _of_allocation(
    session: Session, asked: OfAllocation, event: GrantEvent, by: str, at: datetime, **said: object
) -> Mapping[str, object]:
    made = granting.record(
        session,
        asked.allocation,
        event,
        said={"document": asked.document, **said},
        period=asked.period,
        by=by,
        at=at,
    )
    return made.as_json()


def _payment(session: Session, asked: PaymentAsked, by: str, at: datetime) -> Mapping[str, object]:
    step = Step.PAID_BACK if asked.paid_back else Step.PAID
    event = GrantEvent(step=step, day=asked.day, reference=asked.reference, amount=asked.amount)
    return _of_allocation(session, asked, event, by, at)


def _revision(
    session: Session, asked: RevisionAsked, by: str, at: datetime
) -> Mapping[str, object]:
    event = GrantEvent(
        step=Step.REVISED,
        day=asked.day,
        reference=asked.reference,
        amount=asked.amount,
        year=asked.year,
        quarters=tuple(asked.quarters),
    )
    return _of_allocation(session, asked, event, by, at)


def _cut(session: Session, asked: CutAsked, by: str, at: datetime) -> Mapping[str, object]:
    cut = granting.Cut(
        reference=asked.reference,
        day=asked.day,
        year=asked.year,
        total=asked.total,
        percent=Fraction(asked.percent) if asked.percent is not None else None,
        document=asked.document,
    )
    made = granting.slice_top(session, asked.allocations, cut, by=by, at=at)
    return {"reference": asked.reference, "revised": [one.as_json() for one in made]}


def _approval(
    session: Session, asked: ApprovalAsked, by: str, at: datetime
) -> Mapping[str, object]:
    event = GrantEvent(step=Step.PARLIAMENT_APPROVED, day=asked.day, reference=asked.reference)
    return _of_allocation(session, asked, event, by, at)


def _year(session: Session, asked: GrantYearAsked, by: str, at: datetime) -> Mapping[str, object]:
    event = GrantEvent(step=Step.YEAR_BEGUN, day=asked.day, reference=asked.reference)
    return _of_allocation(session, asked, event, by, at)


def _map(session: Session, asked: MapAsked, by: str, at: datetime) -> Mapping[str, object]:
    plan = plan_asked(asked)
    version = granting.submit_plan(session, plan, reference=asked.reference, by=by, at=at)
    return {
        "allocation": asked.allocation,
        "year": str(asked.year),
        "version": version,
        "planned": plan.planned.plain,
        "late": plan.is_late,
    }


def _progress(
    session: Session, asked: ProgressAsked, by: str, at: datetime
) -> Mapping[str, object]:
    said = Progress(action=asked.action, day=asked.day, state=asked.state, evidence=asked.evidence)
    granting.note_progress(
        session, asked.allocation, asked.year, said, reference=asked.reference, by=by, at=at
    )
    return {"allocation": asked.allocation, "action": asked.action, "state": asked.state.value}


def _assessment(
    session: Session, asked: AssessmentAsked, by: str, at: datetime
) -> Mapping[str, object]:
    event = GrantEvent(
        step=Step.PLAN_ASSESSED,
        day=asked.day,
        reference=asked.reference,
        confirmed=asked.confirmed,
        mark=asked.mark,
    )
    made = granting.assess_plan(
        session,
        asked.allocation,
        event,
        said={"document": asked.document, "assessor": asked.assessor},
        period=asked.period,
        by=by,
        at=at,
    )
    return made.as_json()


def _claim(session: Session, asked: ClaimAsked, by: str, at: datetime) -> Mapping[str, object]:
    made = granting.claim(
        session,
        asked.allocation,
        asked.to,
        day=asked.day,
        reference=asked.reference,
        amount=asked.amount,
        document=asked.document,
        by=by,
        at=at,
    )
    return made.as_json()


def _certification(
    session: Session, asked: CertificationAsked, by: str, at: datetime
) -> Mapping[str, object]:
    event = GrantEvent(
        step=Step.CERTIFIED,
        day=asked.day,
        reference=asked.reference,
        amount=asked.amount,
        year=asked.year,
    )
    return _of_allocation(session, asked, event, by, at, auditor=asked.auditor)


def _clawback(
    session: Session, asked: ClawbackAsked, by: str, at: datetime
) -> Mapping[str, object]:
    event = GrantEvent(
        step=Step.CLAWED_BACK,
        day=asked.day,
        reference=asked.reference,
        amount=asked.amount,
        year=asked.year,
    )
    return _of_allocation(session, asked, event, by, at, reason=asked.reason)


def _carry(
    session: Session, asked: CarryForwardAsked, by: str, at: datetime
) -> Mapping[str, object]:
    made = granting.carry_forward(
        session,
        asked.allocation,
        asked.year,
        day=asked.day,
        reference=asked.reference,
        amount=asked.amount,
        period=asked.period,
        document=asked.document,
        by=by,
        at=at,
    )
    return made.as_json()


EVENTS = (
    BusinessEvent("grant", "A grant taken on", GrantAsked, _grant),
    BusinessEvent("allocation", "An allocation announced", AllocationAsked, _allocation),
    BusinessEvent("payment", "An instalment of a grant paid", PaymentAsked, _payment),
    BusinessEvent("grant-revision", "One allocation revised", RevisionAsked, _revision),
    BusinessEvent("grant-cut", "A cut spread over allocations", CutAsked, _cut),
    BusinessEvent("grant-approval", "Parliament approves a grant", ApprovalAsked, _approval),
    BusinessEvent("grant-year", "A year of a grant begins", GrantYearAsked, _year),
    BusinessEvent("map", "A Management Action Plan submitted", MapAsked, _map),
    BusinessEvent("map-progress", "Progress on an action of a plan", ProgressAsked, _progress),
    BusinessEvent("map-assessment", "A plan assessed", AssessmentAsked, _assessment),
    BusinessEvent("claim", "A grant claimed", ClaimAsked, _claim),
    BusinessEvent("certification", "A claim certified", CertificationAsked, _certification),
    BusinessEvent("clawback", "A grant taken back", ClawbackAsked, _clawback),
    BusinessEvent("carry-forward", "A grant carried forward", CarryForwardAsked, _carry),
)
