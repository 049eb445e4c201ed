"""Indicators of the trust's own, with the outcomes any indicator stands under from a day on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from sqlalchemy import func, insert, select
from sqlmodel import Session

from contracts import indicators as rules
from contracts.indicators import Indicator, Mapped, outcomes_on
from ledger.problems import Problem, Refused
from trust_commissioning import roles
from trust_commissioning.clock import as_text, day_of
from trust_commissioning.files.identifiability import questions
from trust_commissioning.national_indicators import national_indicators
from trust_commissioning.posting import lock_head
from trust_commissioning.store import audit
from trust_commissioning.store.tables import IndicatorRow
from trust_commissioning.store.targeting import (
    MAPPING,
    indicator_values,
    mappings,
    observations,
    own_indicators,
)
from trust_commissioning.targeting.known import Kept, differing, indicator_of


def keep_indicator(session: Session, indicator: Indicator, *, by: str, at: datetime) -> Kept:
    """Bring one of the trust's own indicators to what is said of it.

    What its figures are of stays once one was observed: they would say something else.

    Raises:
        Refused: with every problem; nothing was changed.
    """
    roles.check(session, by, roles.Action.KEEP_TARGETS)
    lock_head(session)
    before = own_indicators(session).get(indicator.code)
    if before == indicator:
        return Kept("unchanged")
    problems = [
        *_check_code(indicator.code),
        *rules.problems_in(indicator),
        *(_check_observed(session, before, indicator) if before is not None else ()),
    ]
    if problems:
        raise Refused(problems)
    values = indicator_values(indicator)
    row = session.get(IndicatorRow, indicator.code)
    if row is None:
        session.add(IndicatorRow(**values))
    else:
        for name, value in values.items():
            setattr(row, name, value)
        session.add(row)
    session.flush()
    did = "added" if before is None else "changed"
    held = indicator_values(before) if before is not None else {}
    audit.record(
        session,
        by=by,
        at=at,
        action=f"indicator_{did}",
        object_kind="indicator",
        object_key=indicator.code,
        before=differing(held, values),
        after=differing(values, held),
    )
    texts = {"name": indicator.name, "note": indicator.note}
    return Kept(did, questions(day_of(at), **texts))


def map_indicator(session: Session, mapped: Mapped, *, by: str, at: datetime) -> Kept:
    """Say under which outcomes an indicator stands from a day on, and why.

    An earlier mapping stays on record and goes on holding for the days before.

    Raises:
        Refused: with every problem; nothing was changed.
    """
    roles.check(session, by, roles.Action.KEEP_TARGETS)
    lock_head(session)
    indicator = indicator_of(session, mapped.indicator)
    every = mappings(session)
    before = next((one for one in every if one.reference == mapped.reference), None)
    if before is not None:
        if replace(before, by="", at="") != mapped:
            raise Refused.because(
                "mapping_recorded_otherwise",
                f"The mapping “{mapped.reference}” was recorded before with other contents; give "
                "this one another reference.",
                "reference",
            )
        return Kept("unchanged")
    if problems := list(rules.problems_in_mapping(mapped)):
        raise Refused(problems)
    held = outcomes_on(indicator, every, mapped.starts)
    last = select(func.coalesce(func.max(MAPPING.c.turn), 0)).where(
        MAPPING.c.indicator == mapped.indicator
    )
    session.execute(
        insert(MAPPING).values(
            indicator=mapped.indicator,
            turn=int(session.execute(last).scalar_one()) + 1,
            reference=mapped.reference,
            starts=mapped.starts,
            outcomes=" ".join(outcome.value for outcome in mapped.outcomes),
            reason=mapped.reason,
            recorded_by=by,
            recorded_at=as_text(at),
        )
    )
    audit.record(
        session,
        by=by,
        at=at,
        action="indicator_mapped",
        object_kind="indicator",
        object_key=mapped.indicator,
        before={"outcomes": [outcome.value for outcome in held]},
        after={
            "outcomes": [outcome.value for outcome in mapped.outcomes],
            "from": mapped.starts.isoformat(),
            "reason": mapped.reason,
        },
    )
    return Kept("added", questions(mapped.starts, reason=mapped.reason))


def _check_code(code: str) -> Iterator[Problem]:
    if code in national_indicators():
        yield Problem(
            "indicator_is_shipped",
            f"“{code}” is one of the indicators that are shipped: its figures are as printed. Map "
            "it to other outcomes, or give your own another code.",
            "code",
        )


def _check_observed(session: Session, before: Indicator, new: Indicator) -> Iterator[Problem]:
    changed = [
        name
        for name in ("kind", "unit", "direction", "counts")
        if getattr(before, name) != getattr(new, name)
    ]
    if not changed or not observations(session, new.code):
        return
    for name in changed:
        yield Problem(
            "indicator_observed_already",
            f"Figures of {new.code} were recorded with its {name} as “{getattr(before, name)}”; "
            "give what is measured otherwise another code.",
            name,
        )
