"""The board's figures as they were when a period was closed, read back as they were kept."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from ledger.periods import Period
from trust_commissioning.store import closing
from trust_commissioning.store.closing import Closing
from trust_commissioning.store.tables import PeriodFiguresRow, PeriodRow, table_of

FIGURES = table_of(PeriodFiguresRow)


@dataclass(frozen=True, slots=True)
class KeptFigures:
    """What the board's figures were at one closing; `contents` is the report's JSON."""

    of: Closing
    contents: Mapping[str, Any]


def closing_of(session: Session, period: Period) -> Closing | None:
    """The closing of a period that stands; None while it is open."""
    row = session.get(PeriodRow, (str(period.year), period.number))
    if row is None or row.status != "closed":
        return None
    every = closing.closings(session, period)
    return every[-1] if every else None


def closed_at(session: Session, period: Period) -> str:
    """The instant a period was closed, which bounds what was known of it; empty while it is open."""
    stands = closing_of(session, period)
    return stands.closed_at if stands is not None else ""


def kept_figures(session: Session, period: Period) -> KeptFigures | None:
    """The figures kept at the closing that stands.

    None while the period is open, and where it was closed before figures were kept.
    """
    stands = closing_of(session, period)
    if stands is None:
        return None
    held = session.execute(
        select(FIGURES.c.contents).filter_by(
            year=str(period.year), period=period.number, turn=stands.turn
        )
    ).scalar()
    return KeptFigures(of=stands, contents=json.loads(held)) if held is not None else None
