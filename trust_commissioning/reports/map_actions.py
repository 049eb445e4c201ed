"""Actions of the Management Action Plans: whose they are, by when, what they cost, what is better."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from sqlmodel import Session

from ledger.grant.plan import Plan, PlanAction, Progress, due_day, is_overdue, state_of
from ledger.journal import Book
from ledger.money import NIL, Money
from ledger.problems import Refused
from ledger.wording import day_in_full
from trust_commissioning.reports.balances import sums
from trust_commissioning.reports.leads import Lead
from trust_commissioning.reports.shape import Cell, Column, Part, Report, Scope, check, make
from trust_commissioning.store import grants as record
from trust_commissioning.store.standing import titles


def map_actions(session: Session, scope: Scope, at: datetime) -> Report:
    """A row for each action of the year's plans, as last submitted.

    Spend is of the service an action names, in the grant's fund: several actions of one service
    are each shown beside all of it, so it is not added up.
    """
    check(session, scope)
    allocations = record.allocations(session)
    programmes = record.programmes(session)
    if scope.grant is not None and scope.grant not in programmes:
        raise Refused.because("grant_unknown", f"There is no grant “{scope.grant}”.", "grant")
    by_service = sums(session, scope, "fund", "service", account="Expenses", book=Book.ACTUAL)
    spent = dict(by_service)
    names = titles(session)["service"]
    rows: list[dict[str, Cell]] = []
    plans: list[dict[str, Cell]] = []
    for plan in record.plans(session):
        one = allocations[plan.allocation]
        if plan.year != scope.year or scope.grant not in (None, one.grant):
            continue
        if scope.fund not in (None, one.fund):
            continue
        title = programmes[one.grant].title
        progress = record.progress_of(session, plan.allocation, plan.year)
        made = list(_rows(plan, progress, scope.period.ends, names))
        for row in made:
            row |= {
                "grant": title,
                "code": one.grant,
                "fund": one.fund,
                "spent": spent.get((one.fund, str(row["service"])), NIL) if row["service"] else "",
            }
        rows += made
        plans.append(_plan_row(plan, title, one.core, made))
    return make(
        session,
        scope,
        at,
        name="map-actions",
        title="Management Action Plan actions",
        basis=(
            f"Plans of the year as last submitted, and what was said of each action by "
            f"{day_in_full(scope.period.ends)}. Spend is all of the service's in the grant's fund, "
            "shown beside the action and not as its result."
        ),
        sign="Planned and spent are above nil.",
        columns=_COLUMNS,
        rows=rows,
        totals={
            "planned": Money.total(c for row in rows if isinstance(c := row["planned"], Money))
        },
        parts=[Part(key="plans", title="The plans", columns=_PLANS, rows=tuple(plans))],
    )


def _rows(
    plan: Plan, progress: Sequence[Progress], day: date, names: Mapping[str, str]
) -> Iterable[dict[str, Cell]]:
    for objective in plan.objectives:
        for action in objective.actions:
            state = state_of(action, progress, day)
            late = is_overdue(action, state, day)
            yield {
                "objective": f"{objective.number} {objective.title}",
                "measure": objective.measure,
                "number": action.number,
                "action": action.title,
                "owner": action.owner,
                "milestone": day_in_full(action.milestone),
                "planned": action.planned,
                "service": action.service,
                "service_title": names.get(action.service, action.service),
                "leads": "Expenses" if action.service else "",
                "state": f"Overdue, {state.title.lower()}" if late else state.title,
                "overdue": "yes" if late else "",
                "evidence": _evidence(action, progress, day),
            }


def _evidence(action: PlanAction, progress: Sequence[Progress], day: date) -> str:
    said = [
        one for one in progress if one.action == action.number and one.day <= day and one.evidence
    ]
    return f"{said[-1].evidence} ({day_in_full(said[-1].day)})" if said else ""


def _plan_row(
    plan: Plan, title: str, core: Money, rows: Sequence[Mapping[str, Cell]]
) -> dict[str, Cell]:
    late = f", due {day_in_full(due_day(plan.year))}" if plan.is_late else ""
    return {
        "grant": title,
        "allocation": plan.allocation,
        "submitted": f"{day_in_full(plan.submitted)}{late}",
        "core": core,
        "planned": plan.planned,
        "not_planned": core - plan.planned,
        "actions": len(rows),
        "overdue": sum(1 for row in rows if row["overdue"]),
    }


_COLUMNS = (
    Column(key="number", title="Action"),
    Column(key="objective", title="Objective"),
    Column(key="action", title="What is to be done"),
    Column(key="owner", title="Owner"),
    Column(key="milestone", title="By"),
    Column(key="state", title="State"),
    Column(key="planned", title="Planned", kind="money"),
    Column(key="service_title", title="Service"),
    Column(
        key="spent",
        title="Spent on the service",
        kind="money",
        leads_to=Lead(account="{leads}", service="{service}"),
    ),
    Column(key="evidence", title="Evidence of improvement"),
)
_PLANS = (
    Column(key="grant", title="Grant"),
    Column(key="allocation", title="Allocation"),
    Column(key="submitted", title="Submitted"),
    Column(key="core", title="Allocation", kind="money"),
    Column(key="planned", title="Planned", kind="money"),
    Column(key="not_planned", title="Not planned", kind="money"),
    Column(key="actions", title="Actions", kind="count"),
    Column(key="overdue", title="Overdue", kind="count"),
)
