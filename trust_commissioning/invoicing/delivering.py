"""What providers say was delivered: kept by period, corrected by a later return."""

from __future__ import annotations

import json
from datetime import datetime

from sqlalchemy import func, insert, select
from sqlmodel import Session

from ledger.problems import Problem, Refused
from ledger.wording import day_in_full
from trust_commissioning import roles
from trust_commissioning.clock import as_text
from trust_commissioning.files.identifiability import identifiers_in, question
from trust_commissioning.invoicing.asked import ReturnAsked, ToleranceAsked
from trust_commissioning.posting import lock_head
from trust_commissioning.store import audit, calling_off
from trust_commissioning.store import invoicing as record


def deliver(session: Session, asked: ReturnAsked, *, by: str, at: datetime) -> bool:
    """Keep a provider's return; False where the same was kept.

    Raises:
        Refused: with every problem; nothing was changed.
    """
    roles.check(session, by, roles.Action.CALL_OFF)
    lock_head(session)
    wanted = {
        "call_off": asked.call_off,
        "starts": asked.starts,
        "ends": asked.ends,
        "reference": asked.reference,
        "units": str(asked.units),
        "kpis": json.dumps({code: str(units) for code, units in sorted(asked.kpis.items())}),
        "words": asked.words,
        "day": asked.day,
    }
    before = session.execute(
        select(record.RETURN).where(record.RETURN.c.reference == asked.reference)
    ).first()
    if before is not None:
        if all(getattr(before, name) == value for name, value in wanted.items()):
            return False
        raise Refused.because(
            "event_recorded_otherwise",
            f"The return “{asked.reference}” was recorded before with other contents; give this one "
            "another reference.",
            "reference",
        )
    if found := _problems(session, asked):
        raise Refused(found)
    turn = session.execute(
        select(func.coalesce(func.max(record.RETURN.c.turn), 0)).where(
            record.RETURN.c.call_off == asked.call_off, record.RETURN.c.starts == asked.starts
        )
    ).scalar_one()
    session.execute(
        insert(record.RETURN).values(
            turn=int(turn) + 1, recorded_by=by, recorded_at=as_text(at), **wanted
        )
    )
    audit.record(
        session,
        by=by,
        at=at,
        action="deliver",
        object_kind="call_off",
        object_key=asked.call_off,
        after=asked.model_dump(mode="json", exclude_defaults=True),
    )
    return True


def _problems(session: Session, asked: ReturnAsked) -> list[Problem]:
    found = [
        question(one.identifier, "words") for one in identifiers_in(asked.words, day=asked.day)
    ]
    if calling_off.call_off(session, asked.call_off) is None:
        found.append(
            Problem("call_off_unknown", f"There is no call-off “{asked.call_off}”.", "call_off")
        )
    if asked.ends < asked.starts:
        found.append(
            Problem(
                "delivery_ends_before_it_starts",
                f"What was delivered ends on {day_in_full(asked.ends)}, before it starts on "
                f"{day_in_full(asked.starts)}.",
                "ends",
            )
        )
    return found


def tolerate(session: Session, asked: ToleranceAsked, *, by: str, at: datetime) -> int:
    """Say from which day on a line may be asked how much above what was ordered; its turn.

    Raises:
        Refused: with every problem; nothing was changed.
    """
    roles.check(session, by, roles.Action.OVERRIDE_LIMIT)
    lock_head(session)
    last = session.execute(select(record.RULE).order_by(record.RULE.c.turn.desc()).limit(1)).first()
    told = (asked.day, asked.percent, asked.amount.pence, asked.reason)
    if last is not None and (last.day, last.percent, last.pence, last.reason) == told:
        return int(last.turn)
    turn = 1 if last is None else int(last.turn) + 1
    session.execute(
        insert(record.RULE).values(
            turn=turn,
            day=asked.day,
            percent=asked.percent,
            pence=asked.amount.pence,
            reason=asked.reason,
            told_by=by,
            told_at=as_text(at),
        )
    )
    audit.record(
        session,
        by=by,
        at=at,
        action="tolerate",
        object_kind="matching_rule",
        object_key=str(turn),
        after=asked.model_dump(mode="json"),
    )
    return turn
