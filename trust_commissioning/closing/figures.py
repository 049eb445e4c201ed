"""Keeping the board's figures as a period closes: what was known then is there to compare with."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime

from sqlalchemy import insert
from sqlmodel import Session

from ledger.periods import Period
from trust_commissioning.reports.board_pack import figures_to_keep
from trust_commissioning.store.engine import unchanging
from trust_commissioning.store.kept_figures import FIGURES, closing_of


def keep_figures(session: Session, period: Period, at: datetime) -> None:
    """Keep them under the closing that stands; once for each closing, and for ever."""
    closing = closing_of(session, period)
    assert closing is not None, "the period has just been closed"
    with unchanging(session):
        known = figures_to_keep(session, period, at)
    contents = json.dumps(known.as_json(), ensure_ascii=False)
    session.execute(
        insert(FIGURES).values(
            year=str(period.year),
            period=period.number,
            turn=closing.turn,
            contents=contents,
            contents_sha256=hashlib.sha256(contents.encode()).hexdigest(),
        )
    )
