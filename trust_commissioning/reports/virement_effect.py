"""What a virement would leave on each line it touches."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict
from sqlmodel import Session

from ledger.budget import BudgetLine, Position, moved_by_line
from ledger.chart import BUDGET_AUTHORITY
from ledger.journal import Journal
from ledger.money import Money
from trust_commissioning.reports.budget_lines import positions


class VirementLine(BaseModel):
    """One line: its budget and what is available of it, before and after."""

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)
    fund: str
    line: BudgetLine
    change: Money
    budget_before: Money
    budget_after: Money
    available_before: Money
    available_after: Money


def effect_of_virement(session: Session, journals: Sequence[Journal]) -> list[VirementLine]:
    """A line for each budget line the journals touch, over the whole year."""
    lines = []
    for journal in journals:
        held = positions(session, journal.fund, journal.period.year)
        for line, change in moved_by_line(journal.postings).items():
            if line.account == BUDGET_AUTHORITY:
                continue
            now = held.get(line, Position())
            lines.append(
                VirementLine(
                    fund=journal.fund,
                    line=line,
                    change=change,
                    budget_before=now.budget,
                    budget_after=now.budget + change,
                    available_before=now.available,
                    available_after=now.available + change,
                )
            )
    return lines
