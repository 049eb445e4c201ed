"""How each line's budget came to be what it is: original, moved in, moved out, changed.

Read from the postings of the budget book, which are few: the kept balances hold no reasons.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import sqlmodel
from sqlalchemy import func, select
from sqlmodel import Session

from ledger.budget import BUDGET, VIREMENT, BudgetLine
from ledger.chart import BUDGET_AUTHORITY
from ledger.journal import Book
from ledger.money import NIL, Money
from ledger.periods import FinancialYear
from ledger.virement import BETWEEN_FUNDS
from trust_commissioning.store.tables import JournalRow, PersonRow, PostingRow, table_of

_JOURNAL, _POSTING = table_of(JournalRow), table_of(PostingRow)


class MovementKind(StrEnum):
    """What moved a budget."""

    ORIGINAL = "original"
    VIREMENT = "virement"
    CHANGE = "change"

    @property
    def title(self) -> str:  # type: ignore[override]
        titles = {"original": "Original budget", "virement": "Virement", "change": "Change"}
        return titles[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """What one journal did to one line; never nil."""

    kind: MovementKind
    number: str
    day: str
    line: BudgetLine
    amount: Money
    reason: str
    entered_by: str
    posted_by: str


@dataclass(frozen=True, slots=True)
class BudgetSteps:
    """From the original budget to the revised one."""

    original: Money = NIL
    moved_in: Money = NIL
    moved_out: Money = NIL
    changed: Money = NIL

    @property
    def revised(self) -> Money:
        """Opening and every movement."""
        return self.original + self.moved_in + self.moved_out + self.changed

    def plus(self, movement: Movement) -> BudgetSteps:
        """These steps with one more."""
        amount, kind = movement.amount, movement.kind
        virement = kind is MovementKind.VIREMENT
        return BudgetSteps(
            self.original + amount if kind is MovementKind.ORIGINAL else self.original,
            self.moved_in + amount if virement and amount.pence > 0 else self.moved_in,
            self.moved_out + amount if virement and amount.pence < 0 else self.moved_out,
            self.changed + amount if kind is MovementKind.CHANGE else self.changed,
        )


def movements(
    session: Session, fund: str, year: FinancialYear, to: int = 13
) -> tuple[Movement, ...]:
    """Every movement of a fund's budget up to a period, in the order of the chain."""
    of_one = (
        _JOURNAL.c.number,
        _JOURNAL.c.source,
        _JOURNAL.c.reverses,
        _JOURNAL.c.day,
        _JOURNAL.c.period,
        _JOURNAL.c.narration,
        _JOURNAL.c.author,
        _JOURNAL.c.posted_by,
        _POSTING.c.account,
        _POSTING.c.service,
    )
    rows = session.execute(
        select(
            *of_one,
            func.sum(_POSTING.c.pence).label("pence"),
        )
        .join(_POSTING, _POSTING.c.journal_id == _JOURNAL.c.id)
        .where(
            _JOURNAL.c.status == "posted",
            _JOURNAL.c.book == Book.BUDGET.value,
            _JOURNAL.c.fund == fund,
            _JOURNAL.c.year == str(year),
        )
        .group_by(_JOURNAL.c.sequence, *of_one)
        .order_by(_JOURNAL.c.sequence, _POSTING.c.account, _POSTING.c.service)
    ).all()
    authorities = {row.number for row in rows if row.account == BUDGET_AUTHORITY}
    heads = {row.number: (row.source, row.reverses) for row in rows}
    kinds: dict[str, MovementKind] = {}
    for number in heads:
        kinds[number] = _kind(number, heads, authorities, kinds)
    people = dict(session.exec(sqlmodel.select(PersonRow.username, PersonRow.name)).all())
    return tuple(
        Movement(
            kind=kinds[row.number],
            number=row.number,
            day=row.day.isoformat(),
            line=BudgetLine(row.account, row.service or ""),
            amount=Money(int(row.pence)),
            reason=row.narration,
            entered_by=people.get(row.author, row.author),
            posted_by=people.get(row.posted_by, row.posted_by),
        )
        for row in rows
        if row.pence and row.period <= to and row.account.startswith("Expenses:")
    )


def steps(found: tuple[Movement, ...]) -> dict[BudgetLine, BudgetSteps]:
    """From original to revised for each line."""
    by_line: dict[BudgetLine, BudgetSteps] = {}
    for movement in found:
        by_line[movement.line] = by_line.get(movement.line, BudgetSteps()).plus(movement)
    return by_line


def _kind(
    number: str,
    heads: Mapping[str, tuple[str, str | None]],
    authorities: set[str],
    earlier: Mapping[str, MovementKind],
) -> MovementKind:
    """The original is the first journal that gives the fund authority; what takes a virement back
    is a virement, and what takes back a budget is a change of it."""
    source, reverses = heads[number]
    if reverses is not None:
        was = earlier.get(reverses, MovementKind.CHANGE)
        return MovementKind.VIREMENT if was is MovementKind.VIREMENT else MovementKind.CHANGE
    if source in (VIREMENT, BETWEEN_FUNDS) or (source != BUDGET and number not in authorities):
        return MovementKind.VIREMENT
    first = MovementKind.ORIGINAL not in earlier.values()
    return MovementKind.ORIGINAL if first else MovementKind.CHANGE
