"""Spend against the five outcomes, with the measures of each beside it, judged in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlmodel import Session

from contracts.targets import Course
from ledger.budget import Position
from ledger.outcomes import NOT_ATTRIBUTED
from ledger.wording import counted, day_in_full
from trust_commissioning.reports.balances import (
    OUTCOME_KEYS,
    cells,
    position_columns,
    positions,
    together,
)
from trust_commissioning.reports.outcome_spend import title
from trust_commissioning.reports.outcome_targets import Followed
from trust_commissioning.reports.shape import Cell, Column, Part, Scope


def outcomes_part(session: Session, scope: Scope, found: Sequence[Followed]) -> Part:
    """The five outcomes in their order, then what has no outcome yet; every line even at nil."""
    held = positions(session, scope, "outcome")
    held[NOT_ATTRIBUTED] = held.pop("", Position())
    rows: list[dict[str, Cell]] = [
        {
            "outcome": key,
            "title": title(key),
            **cells(held.get(key, Position())),
            "measures": _measures(key, [one for one in found if one.outcome == key]),
        }
        for key in OUTCOME_KEYS
    ]
    return Part(
        key="outcomes",
        title="Spend against the five outcomes",
        words=(
            (
                "Available is budget less committed less spent; below nil is over budget. Measures stand "
                "beside spend as association: they do not say that the money moved them."
            ),
        ),
        columns=_COLUMNS,
        rows=tuple(rows),
        totals=cells(together(list(held.values()))),
    )


def measures_part(found: Iterable[Followed]) -> Part:
    """A row for each target with its latest figure and how it is judged."""
    rows = tuple(
        {
            "outcome": one.outcome,
            "target": one.target.code,
            "title": title(one.outcome),
            "measure": one.title,
            "latest": (
                f"{one.said} on {day_in_full(one.progress.latest.day)}"
                if one.progress.latest is not None
                else "Nothing observed"
            ),
            "progress": one.words,
        }
        for one in found
    )
    words = () if rows else ("No outcome target has been set.",)
    return Part(
        key="measures",
        title="Measures for children",
        words=words,
        columns=_MEASURES if rows else (),
        rows=rows,
    )


def courses_answer(found: Sequence[Followed]) -> str:
    """How many measures are on course, in a sentence."""
    if not found:
        return "No outcome target has been set."
    return f"Of {counted(len(found), 'measure')}, {_courses(found)}."


def _measures(key: str, found: Sequence[Followed]) -> str:
    if found:
        said = _courses(found)
        return said[:1].upper() + said[1:]
    return "" if key == NOT_ATTRIBUTED else "No target has been set"


def _courses(found: Sequence[Followed]) -> str:
    """``3 on course, 1 off course, 2 not judged``."""
    names = {
        Course.ON_COURSE: "on course",
        Course.OFF_COURSE: "off course",
        Course.NO_JUDGEMENT: "not judged",
    }
    counts = {course: sum(one.course is course for one in found) for course in names}
    return ", ".join(f"{number} {names[course]}" for course, number in counts.items() if number)


_COLUMNS = (
    Column(key="outcome", title="Key", kind="code"),
    Column(key="title", title="Outcome"),
    *position_columns(outcome="{outcome}"),
    Column(key="measures", title="Measures"),
)
_MEASURES = (
    Column(key="outcome", title="Key", kind="code"),
    Column(key="target", title="Code", kind="code"),
    Column(key="title", title="Outcome"),
    Column(key="measure", title="Measure"),
    Column(key="latest", title="Latest figure"),
    Column(key="progress", title="How it stands"),
)
