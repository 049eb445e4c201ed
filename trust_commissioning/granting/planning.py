"""Management Action Plans: submitted, then followed action by action with evidence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import Session

from ledger.grant import plan as plan_rules
from ledger.grant.life import GrantEvent
from ledger.grant.plan import Plan, Progress
from ledger.periods import FinancialYear, Period
from ledger.problems import Problem, Refused
from ledger.wording import day_in_full
from trust_commissioning import roles
from trust_commissioning.clock import as_text
from trust_commissioning.granting.living import Recorded, life_of, record
from trust_commissioning.posting import lock_head
from trust_commissioning.store import audit, grants
from trust_commissioning.store.grants import PLAN, PROGRESS, plan_contents, plan_from
from trust_commissioning.store.register import services
from trust_commissioning.store.tables import MapPlanRow, MapProgressRow


def submit_plan(session: Session, plan: Plan, *, reference: str, by: str, at: datetime) -> int:
    """Keep a plan as it was submitted; returns its version. The same plan again is the same.

    A plan submitted again under another reference takes the place of the one before, which is
    kept.

    Raises:
        Refused: with every problem; nothing was changed.
    """
    roles.check(session, by, roles.Action.KEEP_GRANTS)
    lock_head(session)
    life = life_of(session, plan.allocation)
    query = select(PLAN).where(PLAN.c.allocation == plan.allocation, PLAN.c.year == str(plan.year))
    before = session.execute(query.order_by(PLAN.c.version)).all()
    for row in before:
        if row.reference == reference:
            if plan_from(row) != plan:
                raise Refused.because(
                    "plan_recorded_otherwise",
                    f"The plan {reference} of {plan.allocation} was recorded before with other "
                    "contents; give a new version a new reference.",
                    "reference",
                )
            return int(row.version)
    problems = [*plan_rules.problems_in(plan), *_check_services(session, plan)]
    if life.allocation.of_year(plan.year) is None:
        problems.append(
            Problem(
                "year_not_of_allocation",
                f"{plan.allocation} gives nothing for {plan.year}.",
                "year",
            )
        )
    if problems:
        raise Refused(problems)
    session.add(
        MapPlanRow(
            allocation=plan.allocation,
            year=str(plan.year),
            version=len(before) + 1,
            reference=reference,
            submitted=plan.submitted,
            contents=plan_contents(plan),
            recorded_by=by,
            recorded_at=as_text(at),
        )
    )
    session.flush()
    audit.record(
        session,
        by=by,
        at=at,
        action="map_submitted",
        object_kind="map",
        object_key=f"{plan.allocation} {plan.year}",
        after={"reference": reference, "version": len(before) + 1, "planned": plan.planned.plain},
    )
    return len(before) + 1


def assess_plan(
    session: Session,
    allocation: str,
    event: GrantEvent,
    *,
    by: str,
    at: datetime,
    said: Mapping[str, object] | None = None,
    period: Period | None = None,
) -> Recorded:
    """Record what the payer's assessment of an allocation's plan decided.

    Raises:
        Refused: if no plan was submitted by that day, or as `record` says.
    """
    roles.check(session, by, roles.Action.KEEP_GRANTS)
    lock_head(session)
    life_of(session, allocation)
    submitted = select(PLAN.c.reference).where(
        PLAN.c.allocation == allocation, PLAN.c.submitted <= event.day
    )
    if session.execute(submitted.limit(1)).first() is None:
        raise Refused.because(
            "plan_unknown",
            f"No plan of {allocation} was submitted by {day_in_full(event.day)}.",
            "allocation",
        )
    return record(session, allocation, event, said=said, period=period, by=by, at=at)


def note_progress(
    session: Session,
    allocation: str,
    year: FinancialYear,
    progress: Progress,
    *,
    reference: str,
    by: str,
    at: datetime,
) -> None:
    """Keep what is said of one action, with the evidence. The same word again is the same.

    Raises:
        Refused: if there is no such plan or action, or the reference said something else.
    """
    roles.check(session, by, roles.Action.KEEP_GRANTS)
    lock_head(session)
    plan = grants.plan_of(session, allocation, year)
    if plan is None:
        raise Refused.because(
            "plan_unknown", f"No plan of {allocation} for {year} has been submitted.", "allocation"
        )
    if progress.action not in {action.number for action in plan.actions}:
        raise Refused.because(
            "plan_action_unknown", f"The plan has no action {progress.action}.", "action"
        )
    of_plan = (PROGRESS.c.allocation == allocation, PROGRESS.c.year == str(year))
    said = session.execute(select(PROGRESS).where(*of_plan, PROGRESS.c.reference == reference))
    before = said.first()
    if before is not None:
        if (before.action, before.day, before.state, before.evidence) != (
            progress.action,
            progress.day,
            progress.state.value,
            progress.evidence,
        ):
            raise Refused.because(
                "progress_recorded_otherwise",
                f"{reference} was said before of {allocation} with other contents.",
                "reference",
            )
        return
    turn = session.execute(select(func.count()).select_from(PROGRESS).where(*of_plan)).scalar_one()
    session.add(
        MapProgressRow(
            allocation=allocation,
            year=str(year),
            reference=reference,
            turn=int(turn) + 1,
            action=progress.action,
            day=progress.day,
            state=progress.state.value,
            evidence=progress.evidence,
            recorded_by=by,
            recorded_at=as_text(at),
        )
    )
    session.flush()
    audit.record(
        session,
        by=by,
        at=at,
        action="map_progress",
        object_kind="map",
        object_key=f"{allocation} {year}",
        after={"action": progress.action, "state": progress.state.value, "reference": reference},
    )


def _check_services(session: Session, plan: Plan) -> Iterator[Problem]:
    known = services(session)
    for place, objective in enumerate(plan.objectives):
        for turn, action in enumerate(objective.actions):
            if action.service and action.service not in known:
                yield Problem(
                    "service_unknown",
                    f"There is no service “{action.service}”.",
                    f"objectives[{place}].actions[{turn}].service",
                )
