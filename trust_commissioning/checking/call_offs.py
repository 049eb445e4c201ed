"""Call-offs held against their own events; the commitment book against what they promise."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select
from sqlmodel import Session

from contracts.call_off import CallOff
from ledger.journal import Book
from ledger.money import NIL
from ledger.problems import Problem
from trust_commissioning.posting import due_of
from trust_commissioning.store import calling_off as record
from trust_commissioning.store.standing import open_periods

_AT_ONCE = 500


def check_call_offs(session: Session) -> Iterator[Problem]:
    """Each row is what its events say, and each open year holds what is promised, to the penny."""
    rows = session.execute(
        select(record.CALL_OFF).order_by(record.CALL_OFF.c.contract, record.CALL_OFF.c.place)
    ).all()
    try:
        years = sorted({period.year for period in open_periods(session)})
    except (ValueError, TypeError):
        # Which periods cannot be read is said of the periods.
        return
    for start in range(0, len(rows), _AT_ONCE):
        some = rows[start : start + _AT_ONCE]
        known = record.call_offs(session, [row.number for row in some])
        due_of_each = due_of(session, known.values(), years, until=years[-1]) if years else {}
        held_by_each = record.spent(session, known, Book.COMMITMENT.value)
        for row in some:
            one = known.get(row.number)
            if one is None:
                yield Problem(
                    "call_off_differs_from_events",
                    f"Call-off {row.number} has a row and no events.",
                    row.number,
                )
                continue
            kept = record.columns_of(one)
            differ = [name for name, value in kept.items() if getattr(row, name) != value]
            if differ:
                yield Problem(
                    "call_off_differs_from_events",
                    f"Call-off {row.number} is kept with another {', '.join(differ)} than its events "
                    "say.",
                    row.number,
                )
            if years:
                due, held = due_of_each[one.number], held_by_each.get(one.number, {})
                for year in years:
                    if due.get(year, NIL) != held.get(year, NIL):
                        yield _differs(one, str(year), str(due.get(year, NIL)), held.get(year, NIL))


def _differs(one: CallOff, year: str, due: str, held: object) -> Problem:
    return Problem(
        "commitment_differs_from_promise",
        f"Call-off {one.number} promises {due} in {year}, and the commitment book holds {held}.",
        one.number,
    )
