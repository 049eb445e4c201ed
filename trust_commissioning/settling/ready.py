"""What stops a year being settled between the partners of a fund."""

from __future__ import annotations

from collections.abc import Iterator

from sqlmodel import Session

from ledger.funds import FundKind
from ledger.money import Money
from ledger.periods import FinancialYear, Period
from ledger.pool.risk_share import Sharing
from ledger.problems import Problem
from trust_commissioning.settling.saying import check_fund
from trust_commissioning.store.pool import contributions
from trust_commissioning.store.standing import open_periods, standing

KEEP_THEIR_OWN = (FundKind.ALIGNED, FundKind.IN_VIEW)
"""The kinds of fund in which each partner keeps its own money."""


def check_year(session: Session, period: Period) -> Iterator[Problem]:
    there = open_periods(session)
    if Period(period.year, 12) in there:
        yield Problem(
            "settlement_before_year_end",
            f"March of {period.year} is not closed, so nobody knows yet what the year came to.",
            "year",
        )
    if period not in there:
        yield Problem(
            "period_not_open",
            f"{period.title} is not open; a settlement is entered there.",
            "year",
        )


def check_decided(sharing: Sharing) -> Iterator[Problem]:
    for action in sharing.actions:
        yield Problem(
            "settlement_waits_for_action",
            f"{abs(action.amount)} is not shared by the rule. {action.words}",
            "fund",
        )


def check_disputes(
    session: Session, fund: str, year: FinancialYear, despite_dispute: str
) -> Iterator[Problem]:
    """What is disputed when it is settled, not what was on 31 March."""
    disputed = Money.total(
        part.disputed for one in contributions(session, fund, year) for part in one.instalments
    )
    if disputed and not despite_dispute.strip():
        yield Problem(
            "pool_in_dispute",
            f"{disputed} of the contributions to {fund} is disputed. Resolve it, or say under "
            "“despite_dispute” why the year is settled all the same.",
            "despite_dispute",
        )


def check_pooled(session: Session, fund: str) -> Iterator[Problem]:
    yield from check_fund(session, fund)
    there = standing(session).funds.get(fund)
    if there is not None and there.kind in KEEP_THEIR_OWN:
        yield Problem(
            "settlement_of_unpooled_fund",
            f"Fund {fund} is held as “{there.kind.title}”: each partner keeps its own money, so "
            "there is nothing to settle.",
            "fund",
        )
