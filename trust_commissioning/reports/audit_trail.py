"""Audit trail: who did what to what, and when, with what was there before and after.

Acts are of the day they were done on, in London, not of the period they are about.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import chain

from sqlmodel import Session

from ledger.money import Money
from ledger.wording import day_in_full
from trust_commissioning.clock import in_full
from trust_commissioning.reports.shape import Cell, Column, Report, Scope, make
from trust_commissioning.store import audit
from trust_commissioning.store.audit import Event, Wanted
from trust_commissioning.store.standing import people

LONGEST = 5_000
"""Acts in one report; the page of the audit trail goes on from there."""
# Fields that hold a whole paper, of which each field is shown by itself.
_WHOLE_PAPERS = ("said", "asked", "contents")
_EMPTY: tuple[object, ...] = (None, "", [], {})
_NAME = re.compile("[a-z]+(_[a-z]+)+")
_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")

COLUMNS = (
    Column(key="at", title="When"),
    Column(key="by", title="Who"),
    Column(key="action", title="What was done"),
    Column(key="object", title="To what"),
    Column(key="before", title="Before"),
    Column(key="after", title="After"),
)


def audit_trail(session: Session, scope: Scope, at: datetime) -> Report:
    """The acts done on the days of the year up to and with the period, newest first.

    `scope.of` narrows to a person by user name, or to an object such as ``journal 12``.
    """
    found = audit.events(session, wanted_of(scope), limit=LONGEST + 1)
    names = people(session)
    notes = [f"Only the newest {LONGEST:,} acts are here."] if len(found) > LONGEST else []
    return make(
        session,
        scope,
        at,
        name="audit-trail",
        title="Audit trail",
        basis=(
            "Every audited act done on the days of the year up to the end of the period shown, "
            "the newest first, of all funds. What was there before and after holds only what the "
            "act was about."
        ),
        sign="There are no amounts to sign; an amount named in an act is as it was kept then.",
        columns=COLUMNS,
        rows=[row_of(one, names) for one in found[:LONGEST]],
        totals={},
        notes=notes,
    )


def wanted_of(scope: Scope) -> Wanted:
    """What a report's scope asks of the trail."""
    kind, _, key = (scope.of or "").partition(" ")
    return Wanted(
        person="" if key else kind,
        kind=kind if key else "",
        key=key,
        starts=scope.year.starts,
        ends=scope.period.ends,
    )


def row_of(event: Event, names: dict[str, str], *, between: str = "; ") -> dict[str, Cell]:
    """An act in words: only what differs, where there is a before and an after."""
    return {
        "at": in_full(event.at),
        "by": names.get(event.person, event.person),
        "action": words_of(event.action),
        "object": f"{words_of(event.kind)} {event.key}",
        "before": between.join(_said(event, event.before)),
        "after": between.join(_said(event, event.after)),
    }


def words_of(name: str) -> str:
    """``Person changed`` of ``person_changed``."""
    return name.replace("_", " ").capitalize()


def _said(event: Event, side: audit.Shown) -> Iterable[str]:
    """Each field once, also where an act and the paper kept of it both name it."""
    both = event.before and event.after

    def is_shown(name: str, value: object) -> bool:
        return event.before.get(name) != event.after.get(name) if both else value not in _EMPTY

    fields = (_named(name, value) for name, value in side.items() if is_shown(name, value))
    return dict.fromkeys(chain.from_iterable(fields))


def _named(name: str, value: object) -> Iterator[str]:
    """A field with what it held; a paper that was kept whole, field by field."""
    value = _read(value)
    if isinstance(value, dict) and name in _WHOLE_PAPERS:
        for part, held in value.items():
            if held not in _EMPTY:
                yield from _named(part, held)
    else:
        yield f"{name.replace('_', ' ')}: {_shown(value)}"


def _read(value: object) -> object:
    """What a text holds that is a paper of its own; any other value as it is."""
    if isinstance(value, str) and value[:1] in ("{", "["):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        pence = value.get("pence")
        if len(value) == 1 and isinstance(pence, int):
            return str(Money(pence))
        held = [
            f"{name.replace('_', ' ')} {_shown(of)}"
            for name, of in value.items()
            if of not in _EMPTY
        ]
        return ", ".join(held) or "none"
    if isinstance(value, list):
        between = "; " if any(isinstance(one, dict) for one in value) else ", "
        return between.join(_shown(one) for one in value) or "none"
    if isinstance(value, str) and _DAY.fullmatch(value):
        return _day(value)
    if isinstance(value, str) and _NAME.fullmatch(value):
        return value.replace("_", " ")
    return "none" if value in (None, "") else str(value)


def _day(said: str) -> str:
    """``30 April 2003`` of ``2003-04-30``."""
    try:
        return day_in_full(date.fromisoformat(said))
    except ValueError:
        return said
