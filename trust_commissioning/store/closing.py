"""Closings read from the record: seals, what was left open, who opened a period again and why."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import and_, select
from sqlmodel import Session

from ledger.accrual import Timing, reverses_in
from ledger.money import Money
from ledger.periods import FinancialYear, Period
from ledger.year_end import YearEnd
from trust_commissioning.store.journals import JOURNAL, POSTING
from trust_commissioning.store.tables import (
    HostBalanceRow,
    LeftOpenRow,
    PeriodClosingRow,
    ReopeningAgreedRow,
    ReopeningAskedRow,
    YearClosingRow,
    YearEndRuleRow,
    table_of,
)

CLOSING, LEFT_OPEN = table_of(PeriodClosingRow), table_of(LeftOpenRow)
ASKED, AGREED = table_of(ReopeningAskedRow), table_of(ReopeningAgreedRow)
HOST, RULE, YEAR = table_of(HostBalanceRow), table_of(YearEndRuleRow), table_of(YearClosingRow)


@dataclass(frozen=True, slots=True)
class Closing:
    """One closing of a period; `turn` counts them from 1. `left` is item to reason."""

    period: Period
    turn: int
    closed_by: str
    closed_at: str
    seal: str
    left: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reopening:
    """A closed period asked to be opened again, and who agreed; empty while nobody has."""

    period: Period
    turn: int
    asked_by: str
    asked_at: str
    reason: str
    agreed_by: str = ""
    agreed_at: str = ""


@dataclass(frozen=True, slots=True)
class YearEndRule:
    """What becomes of a fund's surplus from a year on; `shares` are whole-number weights."""

    fund: str
    year: FinancialYear
    rule: YearEnd
    clause: str
    shares: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class HostBalance:
    """What the host says a fund's cash was at the end of a period."""

    period: Period
    fund: str
    amount: Money
    document: str
    told_by: str
    told_at: str


def closings(session: Session, period: Period) -> tuple[Closing, ...]:
    """Every closing of a period, the first one first; an earlier seal stays as evidence."""
    mine = {"year": str(period.year), "period": period.number}
    left: dict[int, dict[str, str]] = {}
    for row in session.execute(select(LEFT_OPEN).filter_by(**mine).order_by(LEFT_OPEN.c.item)):
        left.setdefault(row.turn, {})[row.item] = row.reason
    return tuple(
        Closing(period, row.turn, row.closed_by, row.closed_at, row.seal, left.get(row.turn, {}))
        for row in session.execute(select(CLOSING).filter_by(**mine).order_by(CLOSING.c.turn))
    )


def asked(session: Session, period: Period) -> Reopening | None:
    """The request to open a period again that nobody has agreed to yet."""
    waiting = [one for one in _reopenings(session, period.year, period.number) if not one.agreed_by]
    return waiting[-1] if waiting else None


def reopenings_asked(session: Session) -> tuple[Reopening, ...]:
    """Every request to open a period again that nobody has agreed to yet, by period."""
    years = session.execute(select(ASKED.c.year).distinct().order_by(ASKED.c.year)).scalars().all()
    every = (one for year in years for one in _reopenings(session, FinancialYear.parse(year)))
    return tuple(one for one in every if not one.agreed_by)


def reopenings(
    session: Session, year: FinancialYear, number: int | None = None
) -> tuple[Reopening, ...]:
    """The periods of a year, or one of them, opened again, in the order of period and turn."""
    return tuple(one for one in _reopenings(session, year, number) if one.agreed_by)


def years_reopened(session: Session, before: FinancialYear) -> tuple[FinancialYear, ...]:
    """The earlier years of which a period was opened again: what they carry on may have moved."""
    rows = session.execute(
        select(AGREED.c.year).where(AGREED.c.year < str(before)).distinct().order_by(AGREED.c.year)
    )
    return tuple(FinancialYear.parse(year) for (year,) in rows)


def _reopenings(
    session: Session, year: FinancialYear, number: int | None = None
) -> tuple[Reopening, ...]:
    same = and_(*(AGREED.c[name] == ASKED.c[name] for name in ("year", "period", "turn")))
    query = (
        select(ASKED, AGREED.c.agreed_by, AGREED.c.agreed_at)
        .outerjoin(AGREED, same)
        .where(ASKED.c.year == str(year))
        .order_by(ASKED.c.period, ASKED.c.turn)
    )
    if number is not None:
        query = query.where(ASKED.c.period == number)
    return tuple(
        Reopening(
            Period(year, row.period),
            row.turn,
            row.asked_by,
            row.asked_at,
            row.reason,
            row.agreed_by or "",
            row.agreed_at or "",
        )
        for row in session.execute(query)
    )


def host_balances(session: Session, period: Period) -> tuple[HostBalance, ...]:
    """What the host last said of each fund's cash at the end of a period, in order of fund."""
    found: dict[str, HostBalance] = {}
    rows = session.execute(
        select(HOST)
        .where(HOST.c.year == str(period.year), HOST.c.period == period.number)
        .order_by(HOST.c.fund, HOST.c.turn)
    )
    for row in rows:
        found[row.fund] = HostBalance(
            period, row.fund, Money(int(row.pence)), row.document, row.told_by, row.told_at
        )
    return tuple(found.values())


def year_end_rules(session: Session, year: FinancialYear) -> dict[str, YearEndRule]:
    """The rule that holds for each fund at the end of a year: the last told for it or before."""
    rows = session.execute(
        select(RULE).where(RULE.c.year <= str(year)).order_by(RULE.c.fund, RULE.c.year, RULE.c.turn)
    )
    return {
        row.fund: YearEndRule(
            row.fund,
            FinancialYear.parse(row.year),
            YearEnd(row.rule),
            row.clause,
            json.loads(row.shares),
        )
        for row in rows
    }


def unreversed(session: Session) -> tuple[tuple[str, Period], ...]:
    """The accruals and prepayments not reversed yet: number, and the period they are due in.

    One whose reversal waits to be posted counts as reversed; a draft may yet be withdrawn, and
    does not.
    """
    reversal = JOURNAL.alias("reversal")
    query = (
        select(JOURNAL.c.number, JOURNAL.c.year, JOURNAL.c.period)
        .outerjoin(
            reversal,
            and_(reversal.c.reverses == JOURNAL.c.number, reversal.c.status != "draft"),
        )
        .where(
            JOURNAL.c.source.in_([timing.value for timing in Timing]),
            JOURNAL.c.status == "posted",
            reversal.c.id.is_(None),
        )
        .order_by(JOURNAL.c.sequence)
    )
    return tuple(
        (row.number, reverses_in(Period(FinancialYear.parse(row.year), row.period)))
        for row in session.execute(query)
    )


def reversals_drafted(session: Session) -> frozenset[str]:
    """The numbers of journals of which somebody keeps a reversal as a draft."""
    query = select(JOURNAL.c.reverses).where(
        JOURNAL.c.reverses.is_not(None), JOURNAL.c.status == "draft"
    )
    return frozenset(str(number) for (number,) in session.execute(query))


def account_of(session: Session, contract: str) -> str:
    """The expense account a contract was last coded to; empty where nothing was yet."""
    found = session.execute(
        select(POSTING.c.account)
        .where(POSTING.c.contract == contract, POSTING.c.account.startswith("Expenses:"))
        .order_by(POSTING.c.journal_id.desc())
        .limit(1)
    ).scalar()
    return str(found or "")


def is_finally_closed(session: Session, year: FinancialYear) -> bool:
    """Whether a year is closed for good."""
    return session.execute(select(YEAR.c.year).where(YEAR.c.year == str(year))).first() is not None
