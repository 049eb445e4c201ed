"""Outcome targets agreed for a measure, each time it is agreed otherwise as a new version."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from sqlalchemy import insert
from sqlmodel import Session

from contracts import targets as rules
from contracts.indicators import of_whom
from contracts.targets import OutcomeTarget
from ledger.problems import Problem, Refused
from trust_commissioning import roles
from trust_commissioning.clock import as_text
from trust_commissioning.files.identifiability import questions
from trust_commissioning.posting import lock_head
from trust_commissioning.store import audit
from trust_commissioning.store.standing import titles
from trust_commissioning.store.targeting import TARGET, target_values, target_versions
from trust_commissioning.targeting.known import Kept, differing, indicator_of


def set_target(session: Session, target: OutcomeTarget, *, by: str, at: datetime) -> Kept:
    """Agree a target, or agree it otherwise: that needs a reason, and what it was stays on record.

    The same again changes nothing, whatever reason is given for it.

    Raises:
        Refused: with every problem; nothing was changed.
    """
    roles.check(session, by, roles.Action.KEEP_TARGETS)
    lock_head(session)
    indicator_of(session, target.indicator)
    versions = target_versions(session).get(target.code, [])
    before = versions[-1] if versions else None
    if before is not None and replace(before, reason=target.reason) == target:
        return Kept("unchanged")
    problems = [*rules.problems_in(target), *_check_services(session, target)]
    if before is not None:
        problems += _check_change(before, target)
    if problems:
        raise Refused(problems)
    values = target_values(target)
    session.execute(
        insert(TARGET).values(
            **values, version=len(versions) + 1, recorded_by=by, recorded_at=as_text(at)
        )
    )
    did = "added" if before is None else "changed"
    held = target_values(before) if before is not None else {}
    audit.record(
        session,
        by=by,
        at=at,
        action=f"outcome_target_{did}",
        object_kind="outcome_target",
        object_key=target.code,
        before=differing(held, values),
        after=differing(values, held) | {"version": len(versions) + 1},
    )
    texts = {name: getattr(target, name) for name in ("area", "group", "reason")}
    return Kept(did, questions(target.baseline.day, **texts))


def _check_services(session: Session, target: OutcomeTarget) -> Iterator[Problem]:
    known = titles(session, "service")["service"]
    for place, code in enumerate(target.services):
        if code not in known:
            yield Problem("service_unknown", f"There is no service “{code}”.", f"services[{place}]")


def _check_change(before: OutcomeTarget, target: OutcomeTarget) -> list[Problem]:
    problems = []
    if not target.reason:
        problems.append(
            Problem(
                "target_change_without_reason",
                f"Target {target.code} was agreed otherwise before; say why it changes.",
                "reason",
            )
        )
    if (before.indicator, before.area, before.group) != (
        target.indicator,
        target.area,
        target.group,
    ):
        problems.append(
            Problem(
                "target_of_something_else",
                f"Target {target.code} is of {before.indicator}, "
                f"{of_whom(before.area, before.group)}; give a target for something else "
                "another code.",
                "indicator",
            )
        )
    return problems
