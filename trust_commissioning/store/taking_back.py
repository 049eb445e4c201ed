"""Days or units that lines of invoices cover no more, taken back by recovery or credit note."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, insert, select
from sqlmodel import Session

from contracts.invoice import Line
from contracts.lifecycle import InvoiceState
from trust_commissioning.store.calling_off import TAKEN, TakenBack
from trust_commissioning.store.invoicing import Kept, invoices


def take_back(
    session: Session,
    invoice: str,
    line: Line,
    taken: Sequence[TakenBack],
    *,
    day: date,
    credit_note: str | None = None,
) -> None:
    """Keep that a line of an approved invoice covers some of its days or units no more."""
    of_line = (TAKEN.c.invoice == invoice, TAKEN.c.line == line.number)
    last = session.execute(select(func.coalesce(func.max(TAKEN.c.turn), 0)).where(*of_line))
    for turn, one in enumerate(taken, int(last.scalar_one()) + 1):
        session.execute(
            insert(TAKEN).values(
                invoice=invoice,
                line=line.number,
                turn=turn,
                call_off=line.call_off,
                starts=one.days.starts,
                ends=one.days.ends,
                units=str(one.units) if one.units else None,
                credit_note=credit_note,
                day=day,
            )
        )


def credit_notes(session: Session, key: str) -> list[Kept]:
    """The credit notes that take back from an invoice and were not rejected."""
    found = invoices(session, credits=key)
    return [one for one in found if one.state is not InvoiceState.REJECTED]
