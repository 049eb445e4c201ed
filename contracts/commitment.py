"""What is still promised under a call-off, year by year: ordered, less what is billed or drawn.

Nothing is moved by hand from one stage to the next: what should be promised is worked out from the
order, its approved invoices and its actual spend, so that it is never below nil, never counted
twice, and nil when all of it has ended and is paid.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from contracts.call_off import CallOff, without
from contracts.lifecycle import CallOffState
from contracts.pricing import Stretch
from ledger.money import NIL, Money
from ledger.periods import FinancialYear

ByYear = Mapping[FinancialYear, Money]


@dataclass(frozen=True, slots=True, kw_only=True)
class Billed:
    """A line of an approved invoice: days or units that are promised no more.

    `held` is what of the line is disputed and may yet be owed.
    """

    starts: date
    ends: date
    units: Fraction | None = None
    held: Money = NIL


def needs(
    call_off: CallOff, billed: Sequence[Billed], until: FinancialYear
) -> dict[FinancialYear, Money]:
    """What days and units not billed yet come to, with what is disputed, by year up to one.

    A requisition counts what no order has taken over; what is cancelled or closed, nothing.
    """
    if not call_off.is_live:
        return {}
    found: dict[FinancialYear, Money] = {}
    if call_off.unit.is_time:
        found = _of_days(call_off, billed, until)
    else:
        units = sum((one.units or Fraction(0) for one in billed), Fraction(0))
        left = max(call_off.quantity - units, Fraction(0))
        year = FinancialYear.containing(call_off.starts)
        if year.starts <= until.ends:
            found[year] = call_off.cost_of_units(left, call_off.starts)
    if call_off.state is CallOffState.REQUISITIONED:
        return _less(found, call_off.converted)
    for one in billed:
        if one.held:
            # Days of a year that is not open yet are disputed now.
            year = min(FinancialYear.containing(one.ends), until)
            found[year] = found.get(year, NIL) + one.held
    return found


def _of_days(
    call_off: CallOff, billed: Sequence[Billed], until: FinancialYear
) -> dict[FinancialYear, Money]:
    runs = call_off.running(until.ends)
    if runs is None:
        return {}
    left = without([runs], [Stretch(one.starts, one.ends) for one in billed])
    found: dict[FinancialYear, Money] = {}
    year = FinancialYear.containing(call_off.starts)
    while year.starts <= runs.ends:
        whole = Stretch(year.starts, year.ends)
        found[year] = call_off.cost_of([held for one in left if (held := one.within(whole))])
        year = year.next
    return found


def by_funding(
    call_off: CallOff, billed: Sequence[Billed], year: FinancialYear
) -> list[tuple[date, Money]]:
    """What a year needs, by the day from which each funding holds: the weights of who pays.

    Where nothing is needed (all is billed and something is still disputed), the last one's day.
    """
    whole = Stretch(year.starts, year.ends)
    runs = call_off.running(year.ends)
    starts = [max(one.starts, year.starts) for one in call_off.funding if one.starts <= year.ends]
    days = sorted({year.starts, *starts})
    last = [(days[-1], Money(1))]
    if len(call_off.funding) == 1 or len(days) == 1 or runs is None or not call_off.unit.is_time:
        return last
    left = without([runs], [Stretch(one.starts, one.ends) for one in billed])
    found = []
    for place, day in enumerate(days):
        until = days[place + 1] - timedelta(days=1) if place + 1 < len(days) else whole.ends
        part = Stretch(day, until)
        found.append((day, call_off.cost_of([held for one in left if (held := one.within(part))])))
    needed = [(day, amount) for day, amount in found if amount]
    return needed or last


def _less(found: Mapping[FinancialYear, Money], taken: Money) -> dict[FinancialYear, Money]:
    """An amount taken off, the earliest year first."""
    left: dict[FinancialYear, Money] = {}
    for year in sorted(found):
        off = min(taken, found[year])
        left[year], taken = found[year] - off, taken - off
    return left


def promised(
    needed: ByYear, drawn: ByYear, open_years: Collection[FinancialYear]
) -> dict[FinancialYear, Money]:
    """What each open year's commitment book holds, for what is needed less what is drawn.

    `drawn` is spend under the call-off without an invoice: lines of an extract, accruals (and, in
    the next year, their reversals). More drawn than needed comes off the next year; what a closed
    year still needs is carried into the next. Past the last open year nothing is entered.
    """
    held: dict[FinancialYear, Money] = {}
    carried = NIL
    for year in sorted({*needed, *drawn, *open_years}):
        due = needed.get(year, NIL) - drawn.get(year, NIL) + carried
        if due < NIL or year not in open_years:
            held[year], carried = NIL, due
        else:
            held[year], carried = due, NIL
    return held
