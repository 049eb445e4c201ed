"""Audit trail: who did what to what, and when, with what was there before and after.

Acts are of the day they were done on, in London, not of the period they are about.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlmodel import Session

from trust_commissioning.clock import in_full
from trust_commissioning.reports.shape import Cell, Column, Report, Scope, make
from trust_commissioning.store import audit
from trust_commissioning.store.audit import Event, Wanted
from trust_commissioning.store.standing import people

LONGEST = 5_000
"""Acts in one report; the page of the audit trail goes on from there."""

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


def row_of(event: Event, names: dict[str, str]) -> dict[str, Cell]:
    """An act in words: only what differs, where there is a before and an after."""
    return {
        "at": in_full(event.at),
        "by": names.get(event.person, event.person),
        "action": words_of(event.action),
        "object": f"{words_of(event.kind)} {event.key}",
        "before": "; ".join(_said(event, event.before)),
        "after": "; ".join(_said(event, event.after)),
    }


def words_of(name: str) -> str:
    """``Person changed`` of ``person_changed``."""
    return name.replace("_", " ").capitalize()


def _said(event: Event, side: audit.Shown) -> Iterator[str]:
    both = event.before and event.after
    for name, value in side.items():
        if both and event.before.get(name) == event.after.get(name):
            continue
        yield f"{name.replace('_', ' ')}: {_shown(value)}"


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "none" if value in (None, "") else str(value)
