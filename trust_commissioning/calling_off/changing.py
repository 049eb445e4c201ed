"""What happens to a call-off after it was raised: varied, suspended, ended, closed."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from contracts.call_off import Happening, happened, problems_in
from contracts.lifecycle import CALL_OFF
from ledger.problems import Problem, Refused
from ledger.wording import day_in_full
from trust_commissioning import roles
from trust_commissioning.calling_off.asked import Change
from trust_commissioning.calling_off.promising import promise
from trust_commissioning.calling_off.raising import Raised
from trust_commissioning.clock import as_text
from trust_commissioning.posting import lock_head
from trust_commissioning.store import audit, standing
from trust_commissioning.store import calling_off as record


def change(session: Session, asked: Change, what: Happening, *, by: str, at: datetime) -> Raised:
    """Record what happened to a call-off; its promise follows in the same transaction.

    Raises:
        Refused: with every problem; nothing was changed. ``more_than_is_available`` where it comes
            to promise more than there is, unless a person with authority overrides it.
    """
    roles.check(session, by, roles.Action.CALL_OFF)
    lock_head(session)
    now = record.call_off(session, asked.call_off)
    if now is None:
        raise Refused.because(
            "call_off_unknown", f"There is no call-off “{asked.call_off}”.", "call_off"
        )
    if _recorded(session, asked, what):
        return Raised(now.number, ())
    roles.move(session, by, CALL_OFF, now.state, what.event, what=f"Call-off {now.number}")
    then = happened(now, what)
    if isinstance(then, Problem):
        raise Refused([then])
    if found := [*_problems(session, what), *problems_in(then)]:
        raise Refused(found)
    record.move(session, then)
    record.tell(
        session,
        now.number,
        reference=asked.reference,
        event=what.event,
        day=what.day,
        contents=what,
        by=by,
        at=as_text(at),
    )
    journals = promise(
        session,
        [now.number],
        day=what.day,
        period=asked.period,
        because=asked.reason,
        override=asked.override,
        by=by,
        at=at,
    )
    audit.record(
        session,
        by=by,
        at=at,
        action=what.event.value,
        object_kind="call_off",
        object_key=now.number,
        before={"state": now.state.value},
        after={
            "state": then.state.value,
            "asked": asked.model_dump(mode="json", exclude_defaults=True),
            "journals": journals,
        },
    )
    return Raised(now.number, tuple(journals))


def _recorded(session: Session, asked: Change, what: Happening) -> bool:
    """Whether this very thing was told before under its reference."""
    before = record.told(session, asked.reference)
    if before is None:
        return False
    if (before.call_off, before.day, before.contents) != (asked.call_off, asked.day, what):
        raise Refused.because(
            "event_recorded_otherwise",
            f"“{asked.reference}” was recorded before of {before.call_off} with other contents; "
            "give this one another reference.",
            "reference",
        )
    return True


def _problems(session: Session, what: Happening) -> list[Problem]:
    found = []
    if what.until is not None and what.until < what.day:
        found.append(
            Problem(
                "change_ends_before_it_starts",
                f"What changes from {day_in_full(what.day)} cannot end on "
                f"{day_in_full(what.until)}.",
                "ends",
            )
        )
    known = standing.titles(session, "fund", "partner")
    for place, funder in enumerate(what.funders):
        for kind, code in (("fund", funder.fund), ("partner", funder.partner)):
            if code and code not in known[kind]:
                found.append(
                    Problem(
                        f"{kind}_unknown",
                        f"There is no {kind} “{code}”.",
                        f"funding[{place}].{kind}",
                    )
                )
    return found
