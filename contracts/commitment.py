"""What is still promised under a call-off, year by year: ordered, less what is billed or drawn.

Nothing is moved by hand from one stage to the next: what should be promised is worked out from the
order, its approved invoices and its actual spend, so that it is never below nil, never counted
twice, and nil when all of it has ended and is paid.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
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

    `held` is what of the line is disputed and may yet be owed. `back` are the days, `units_back` the
    units, that were asked back or credited as not delivered: the line covers them no more.
    """

    starts: date
    ends: date
    units: Fraction | None = None
    held: Money = NIL
    back: tuple[Stretch, ...] = ()
    units_back: Fraction = Fraction(0)

    @property
    def units_left(self) -> Fraction:
        """The units it still covers."""
        return max((self.units or Fraction(0)) - self.units_back, Fraction(0))


def days_billed(billed: Sequence[Billed]) -> list[Stretch]:
    """The days that lines of invoices cover: what of them was taken back is free again."""
    return [part for one in billed for part in without([Stretch(one.starts, one.ends)], one.back)]


def needs(
    call_off: CallOff, billed: Sequence[Billed], until: FinancialYear
) -> dict[FinancialYear, Money]:
    """What days and units not billed yet come to, with what is disputed, by year up to one.

    A requisition counts what no order has taken over; what is cancelled or closed, nothing.
    """
    if not call_off.is_live:
        return {}
    found = dict(_Left.of(call_off, billed, until).by_year(until))
    if call_off.state is CallOffState.REQUISITIONED:
        return _less(found, call_off.converted)
    for one in billed:
        if one.held:
            # Days of a year that is not open yet are disputed now.
            year = min(FinancialYear.containing(one.ends), until)
            found[year] = found.get(year, NIL) + one.held
    return found


@dataclass(frozen=True, slots=True)
class _Left:
    """The days of an order that no invoice covers; `a_day` is how many of its units each is for.

    Units that are no time are spread evenly over those days; where all are covered, what is left
    of them is expected on the last.
    """

    call_off: CallOff
    days: tuple[Stretch, ...]
    a_day: Fraction = Fraction(0)

    @classmethod
    def of(cls, call_off: CallOff, billed: Sequence[Billed], until: FinancialYear) -> _Left:
        if call_off.unit.is_time:
            runs = call_off.running(until.ends)
            return cls(call_off, tuple(without([runs] if runs else [], days_billed(billed))))
        units = max(call_off.quantity - units_billed(billed), Fraction(0))
        spread = call_off.days_of_units()
        counted = [one for one in billed if one.units_left]
        days = without(spread, days_billed(counted)) or [
            Stretch(one.ends, one.ends) for one in spread[-1:]
        ]
        many = sum(one.days for one in days)
        return cls(call_off, tuple(days), units / many if many else units)

    def cost_within(self, stretch: Stretch) -> Money:
        held = [part for one in self.days if (part := one.within(stretch))]
        if self.call_off.unit.is_time:
            return self.call_off.cost_of(held)
        return self.call_off.cost_of_units(self.a_day * sum(one.days for one in held), held)

    def by_year(self, until: FinancialYear) -> Iterator[tuple[FinancialYear, Money]]:
        last = max((one.ends for one in self.days), default=None)
        year = FinancialYear.containing(self.call_off.starts)
        while last is not None and year.starts <= min(last, until.ends):
            yield year, self.cost_within(Stretch(year.starts, year.ends))
            year = year.next


def units_billed(billed: Sequence[Billed]) -> Fraction:
    """The units that lines of invoices cover."""
    return sum((one.units_left for one in billed), Fraction(0))


def by_funding(
    call_off: CallOff, billed: Sequence[Billed], year: FinancialYear
) -> list[tuple[date, Money]]:
    """What a year needs, by the day from which each funding holds: the weights of who pays.

    Where nothing is needed (all is billed and something is still disputed), the last one's day.
    """
    whole = Stretch(year.starts, year.ends)
    starts = [max(one.starts, year.starts) for one in call_off.funding if one.starts <= year.ends]
    days = sorted({year.starts, *starts})
    last = [(days[-1], Money(1))]
    if len(call_off.funding) == 1 or len(days) == 1:
        return last
    left = _Left.of(call_off, billed, year)
    found = []
    for place, day in enumerate(days):
        until = days[place + 1] - timedelta(days=1) if place + 1 < len(days) else whole.ends
        found.append((day, left.cost_within(Stretch(day, until))))
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


def value_between(call_off: CallOff, stretch: Stretch) -> Money:
    """What is ordered for days, whether billed or not; open-ended orders run on."""
    if call_off.unit.is_time:
        return call_off.cost_of([stretch])
    days = call_off.days_of_units()
    held = [part for one in days if (part := one.within(stretch))]
    counted, inside = (sum(one.days for one in some) for some in (days, held))
    return call_off.cost_of_units(call_off.quantity * Fraction(inside, counted or 1), held)


def years_of(call_off: CallOff, until: FinancialYear) -> list[FinancialYear]:
    """The financial years it runs in, up to one."""
    year = FinancialYear.containing(call_off.starts)
    last = call_off.last_day
    found: list[FinancialYear] = []
    while year.starts <= until.ends and (last is None or year.starts <= last or not found):
        found.append(year)
        year = year.next
    return found
