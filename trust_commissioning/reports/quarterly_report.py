"""The quarterly report of a fund's manager to its partners."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from ledger.periods import Period
from ledger.wording import day_in_full
from trust_commissioning.reports import fund_paper
from trust_commissioning.reports.fund_account import About, about, account, account_columns
from trust_commissioning.reports.shape import Report, Scope, make

_BASIS = (
    "The actual book up to and with the period shown: income when it is due, expenditure when it is "
    "owed. The forecast is what each line is expected to come to by 31 March."
)
SIGN = (
    "Income and expenditure are above nil. Variance is forecast less budget: above nil is "
    "overspent."
)


def quarterly_report(session: Session, scope: Scope, at: datetime) -> Report:
    """One fund's quarter: its account, its partners, what happened, what must be decided.

    SI 2000/617 asks that the manager of a pooled fund report each quarter. The quarter is the one
    that the last period falls in; period 13 belongs to the fourth.
    """
    of = about(session, scope, at)
    first = first_period(scope.to)
    risk, notes = fund_paper.risk_parts(of)
    return make(
        session,
        scope,
        at,
        name="quarterly-report",
        title=f"Quarterly report, {quarter_of(scope.to)} quarter",
        basis=_BASIS,
        sign=SIGN,
        columns=account_columns("This quarter", first),
        rows=account(of, from_period=first),
        totals={},
        notes=[*notes, *_notes(of, first)],
        parts=(
            fund_paper.facts_part(of),
            fund_paper.contributions_part(of),
            *risk,
            fund_paper.grants_part(of),
            fund_paper.disputed_part(of),
            fund_paper.virements_part(of),
            fund_paper.happenings_part(of, Period(scope.year, first).starts),
            fund_paper.decisions_part(of),
            fund_paper.signatures_part(of),
        ),
    )


def first_period(to: int) -> int:
    """The first period of the quarter a period falls in."""
    return (min(to, 12) - 1) // 3 * 3 + 1


def quarter_of(to: int) -> str:
    """``third``: which quarter a period falls in."""
    return ("first", "second", "third", "fourth")[(min(to, 12) - 1) // 3]


def _notes(of: About, first: int) -> list[str]:
    starts = Period(of.scope.year, first).starts
    return [
        f"“This quarter” is from {day_in_full(starts)} to {day_in_full(of.last_day)}.",
        *fund_paper.standing_notes(of),
    ]
