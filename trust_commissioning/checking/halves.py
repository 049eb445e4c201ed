"""What goes between two funds is two journals: neither stands without the other."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import and_, case, func, select
from sqlmodel import Session

from ledger.chart import BUDGET_AUTHORITY, INTER_FUND
from ledger.problems import Problem
from ledger.transfer import TRANSFER
from ledger.virement import BETWEEN_FUNDS, other_reference
from trust_commissioning.store.journals import JOURNAL, POSTING

_REVERSAL = JOURNAL.alias("reversal")


def check_halves(session: Session) -> Iterator[Problem]:
    """Both sides of a virement or a transfer between funds are posted, in one period, for the same
    sum the other way round; and where one is reversed, so is the other."""
    between = case(
        (POSTING.c.account.in_((BUDGET_AUTHORITY, INTER_FUND)), POSTING.c.pence), else_=0
    )
    rows = session.execute(
        select(
            JOURNAL.c.number,
            JOURNAL.c.source,
            JOURNAL.c.source_ref,
            JOURNAL.c.fund,
            JOURNAL.c.year,
            JOURNAL.c.period,
            _REVERSAL.c.number.label("reversed_by"),
            func.sum(between).label("pence"),
        )
        .join(POSTING, POSTING.c.journal_id == JOURNAL.c.id)
        .outerjoin(
            _REVERSAL,
            and_(_REVERSAL.c.reverses == JOURNAL.c.number, _REVERSAL.c.status == "posted"),
        )
        .where(JOURNAL.c.status == "posted", JOURNAL.c.source.in_((BETWEEN_FUNDS, TRANSFER)))
        .group_by(JOURNAL.c.id, _REVERSAL.c.id)
        .order_by(JOURNAL.c.sequence)
    ).all()
    by_name = {(row.source, row.source_ref): row for row in rows}
    for row in rows:
        other = by_name.get((row.source, other_reference(row.source_ref)))
        if other is None:
            said = "is not posted"
        elif row.fund == other.fund or row.pence + other.pence:
            said = f"in {other.number} is not its match"
        elif (row.year, row.period) != (other.year, other.period):
            said = f"in {other.number} is in another period"
        elif row.reversed_by and not other.reversed_by:
            said = f"in {other.number} is not reversed, and this is"
        else:
            continue
        yield Problem(
            "half_posted_alone",
            f"Journal {row.number} is one side of {row.source_ref.rsplit('/', 1)[0]}, between two "
            f"funds; the other side {said}.",
            row.number,
        )
