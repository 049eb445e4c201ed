"""The quarters of a grant's year: what is expected in each, as it was last spread.

Some grants are paid by the quarter, and what is not spent in one may be moved into another of the
same year (the Children's Fund). Until somebody says otherwise the quarters are even. What a year
gains or loses later falls on the quarters that have not begun, in proportion to what they have; once
the last has begun, on that one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from ledger.grant.life import GrantEvent, Life, Step, after, begin
from ledger.grant.programme import Unspent
from ledger.money import NIL, Money
from ledger.periods import FinancialYear, Period
from ledger.problems import Problem

QUARTERS = 4


def quarter_starts(year: FinancialYear) -> tuple[date, ...]:
    """1 April, 1 July, 1 October, 1 January."""
    return tuple(Period(year, number).starts for number in (1, 4, 7, 10))


def quarter_ends(year: FinancialYear) -> tuple[date, ...]:
    """30 June, 30 September, 31 December, 31 March."""
    return tuple(Period(year, number).ends for number in (3, 6, 9, 12))


def is_by_quarter(life: Life, year: FinancialYear) -> bool:
    """Whether a year's money is kept to quarters, between which it may be moved."""
    facts = life.allocation.of_year(year)
    return facts is not None and facts.unspent is Unspent.RE_PROFILE


def is_re_profiled(life: Life, year: FinancialYear) -> bool:
    """Whether somebody has said how a year is spread over its quarters."""
    return any(event.quarters and event.year == year for event in life.taken)


def quarters_of(life: Life, year: FinancialYear) -> tuple[Money, ...]:
    """What is expected in each quarter; together they are what is available in the year."""
    now = begin(life.allocation, life.gates)
    found = now.years[year].available.split((1,) * QUARTERS) if year in now.years else ()
    for event in life.taken:
        now, _ = after(now, event)
        if year not in now.years:
            continue
        if event.quarters and event.year == year:
            found = event.quarters
        else:
            started = sum(starts <= event.day for starts in quarter_starts(year))
            found = _spread(found or (NIL,) * QUARTERS, now.years[year].available, started)
    return found


def problems_in_quarters(life: Life, event: GrantEvent) -> Iterator[Problem]:
    """Everything that stops an event spreading a year so; `where` is the field."""
    if not event.quarters or event.year is None or event.year not in life.years:
        return
    reference = life.allocation.reference
    if event.step is not Step.REVISED or not is_by_quarter(life, event.year):
        yield Problem(
            "grant_not_re_profiled",
            f"{reference} is not kept to quarters in {event.year}, so nothing is moved between "
            "them.",
            "quarters",
        )
    available = life.years[event.year].available + event.amount
    total = Money.total(event.quarters)
    below = any(one < NIL for one in event.quarters)
    if len(event.quarters) != QUARTERS or below or total != available:
        yield Problem(
            "grant_quarters_unfit",
            f"A year has four quarters, none below nil, which come to the {available} that "
            f"{reference} has for {event.year}; these {len(event.quarters)} come to {total}.",
            "quarters",
        )


def _spread(before: Sequence[Money], available: Money, started: int) -> tuple[Money, ...]:
    """The quarters after the year has come to give more or less, when so many have begun."""
    kept = min(started, QUARTERS - 1)
    behind, ahead = before[:kept], before[kept:]
    rest = available - Money.total(behind)
    if rest < NIL:
        return _up_to(before, max(NIL, available))
    weights = tuple(one.pence for one in ahead)
    return (*behind, *rest.split(weights if any(weights) else (1,) * len(ahead)))


def _up_to(quarters: Sequence[Money], available: Money) -> tuple[Money, ...]:
    found = []
    for one in quarters:
        found.append(min(one, available))
        available -= found[-1]
    return tuple(found)
