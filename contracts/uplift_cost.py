"""What an uplift costs: in the year that runs, in a full year, and for years gone by.

Each lot is taken by what is ordered of it. Where nothing is ordered under the contract at all, its
value stands in, spread evenly over its term. What cannot be known is said to be so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from contracts.contract import Contract, Terms
from contracts.pricing import DatedPrice, Stretch, Unit, cost_of
from contracts.uplift import Rate, Uplift
from ledger.money import NIL, Money
from ledger.periods import FinancialYear


@dataclass(frozen=True, slots=True, kw_only=True)
class InForce:
    """What is ordered of a lot from a day on; `ends` None is until the contract ends.

    `units` is how many at a time where the lot's unit is of time, else how many over its days, or
    in a year where it has no last day.
    """

    lot: str
    starts: date
    ends: date | None = None
    units: Fraction = Fraction(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What new prices add: this year, in a full year, and for days before this year.

    None is not known. `basis` is the sentence that says what it was worked out from.
    """

    this_year: Money | None
    full_year: Money | None
    earlier_years: Money | None
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Exact:
    this_year: Fraction = Fraction(0)
    full_year: Fraction = Fraction(0)
    earlier: Fraction = Fraction(0)

    def __add__(self, other: _Exact) -> _Exact:
        return _Exact(
            this_year=self.this_year + other.this_year,
            full_year=self.full_year + other.full_year,
            earlier=self.earlier + other.earlier,
        )


_A_YEAR = 365
_BY_ORDERS = "Call-offs in force, each for its own days"
_BY_VALUE = "The contract's value spread evenly over its term: nothing is called off"
_NOT_KNOWN = "Not known: nothing is called off, and the contract's value cannot be spread"


def cost(contract: Contract, uplift: Uplift, in_force: Sequence[InForce], day: date) -> Cost:
    """What an uplift costs, looked at on a day: that day says which year is this year.

    A full year is the first whole financial year the new prices would hold in, with what runs on
    `day` or, where the prices start later, on their first day.
    """
    this = FinancialYear.containing(day)
    if in_force:
        found = sum(
            (
                _of_order(contract, uplift, rate, one, this, day)
                for rate, one in _pairs(uplift, in_force)
            ),
            _Exact(),
        )
        return _rounded(found, _BY_ORDERS)
    parts = _value_parts(contract.as_at(uplift.starts), uplift)
    if parts is None:
        return Cost(this_year=None, full_year=None, earlier_years=None, basis=_NOT_KNOWN)
    terms = contract.as_at(uplift.starts)
    return _rounded(
        sum((_of_value(terms, uplift, one, this) for one in parts), _Exact()), _BY_VALUE
    )


def _pairs(uplift: Uplift, in_force: Sequence[InForce]) -> Iterator[tuple[Rate, InForce]]:
    for rate in uplift.rates:
        for one in in_force:
            if one.lot == rate.lot:
                yield rate, one


def _of_order(
    contract: Contract, uplift: Uplift, rate: Rate, order: InForce, this: FinancialYear, day: date
) -> _Exact:
    lot = contract.lot_ever(rate.lot)
    assert lot is not None, "an uplift of a lot there never was is refused"
    before = contract.lot_prices(rate.lot)
    now = contract.with_variation(uplift.variation).lot_prices(rate.lot)
    ends = order.ends or contract.as_agreed().ends or max(this.ends, uplift.starts)
    full = _full_year(uplift.starts)
    runs_on = max(day, uplift.starts)
    whole = Fraction(0)
    if order.starts <= runs_on <= ends:
        held = (DatedPrice(full.starts, rate.asked - rate.was),)
        whole = _for(lot.unit, held, order, full.starts, full.ends)

    def added(first: date, last: date) -> Fraction:
        first, last = max(first, order.starts, uplift.starts), min(last, ends)
        return _for(lot.unit, now, order, first, last) - _for(lot.unit, before, order, first, last)

    return _Exact(
        this_year=added(this.starts, this.ends),
        full_year=whole,
        earlier=added(uplift.starts, this.starts - timedelta(days=1)),
    )


def _for(
    unit: Unit, prices: Sequence[DatedPrice], order: InForce, first: date, last: date
) -> Fraction:
    """Pence for the days; units that are not of time are spread evenly over the order's days."""
    if last < first:
        return Fraction(0)
    if unit.is_time:
        return cost_of(unit, prices, Stretch(first, last)) * order.units
    over = _A_YEAR if order.ends is None else Stretch(order.starts, order.ends).days
    return cost_of(Unit.DAY, prices, Stretch(first, last)) * order.units / over


def _full_year(starts: date) -> FinancialYear:
    year = FinancialYear.containing(starts)
    return year if year.starts == starts else year.next


def _value_parts(terms: Terms, uplift: Uplift) -> list[Fraction] | None:
    """By how many pence each lot's part of the value rises over the whole term."""
    if terms.ends is None:
        return None
    rises = [_rise(uplift, one) for one in uplift.rates]
    lots = {lot.code: lot for lot in terms.lots}
    if set(lots) == {one.lot for one in uplift.rates} and len(set(rises)) == 1:
        rise = rises[0]
        return None if rise is None else [terms.value.pence * rise]
    if any(lot.volume is None or lot.price is None for lot in lots.values()):
        return None
    worth = {
        code: lot.price.pence * lot.volume
        for code, lot in lots.items()
        if lot.price is not None and lot.volume is not None
    }
    whole = sum(worth.values())
    if not whole or None in rises:
        return None
    return [
        Fraction(terms.value.pence * worth[one.lot], whole) * rise
        for one, rise in zip(uplift.rates, rises, strict=True)
        if rise is not None
    ]


def _rise(uplift: Uplift, rate: Rate) -> Fraction | None:
    """By what part a price rises: as it was asked for, before it was rounded to the penny."""
    if uplift.percent is not None:
        return uplift.percent / 100
    return Fraction(rate.asked.pence - rate.was.pence, rate.was.pence) if rate.was else None


def _of_value(terms: Terms, uplift: Uplift, rise: Fraction, this: FinancialYear) -> _Exact:
    assert terms.ends is not None
    term = Stretch(terms.starts, terms.ends)
    a_day = rise / term.days

    def days(first: date, last: date) -> int:
        first = max(first, uplift.starts)
        held = Stretch(first, last).within(term) if first <= last else None
        return 0 if held is None else held.days

    full = _full_year(uplift.starts)
    return _Exact(
        this_year=a_day * days(this.starts, this.ends),
        full_year=a_day * Stretch(full.starts, full.ends).days,
        earlier=a_day * days(uplift.starts, this.starts - timedelta(days=1)),
    )


def _rounded(found: _Exact, basis: str) -> Cost:
    def pence(exact: Fraction) -> Money:
        return Money(1).times(exact) if exact else NIL

    return Cost(
        this_year=pence(found.this_year),
        full_year=pence(found.full_year),
        earlier_years=pence(found.earlier),
        basis=basis,
    )
