"""What an uplift costs: in the year that runs, in a full year, and for years gone by.

What is called off costs this year exactly what its promise rises by in this year's commitment book:
days that are invoiced already are not promised any more, and are said beside it. Where nothing is
called off under the contract at all, its value stands in, spread evenly over its term. What cannot
be known is said to be so.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from fractions import Fraction

from contracts.call_off import CallOff
from contracts.commitment import Billed, ByYear, needs, promised
from contracts.contract import Contract, Terms
from contracts.pricing import DatedPrice, Stretch
from contracts.uplift import Rate, Uplift
from ledger.money import NIL, Money
from ledger.periods import FinancialYear


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordered:
    """A call-off that may still cost something: what of it is billed, what is drawn otherwise."""

    call_off: CallOff
    billed: Sequence[Billed] = ()
    drawn: ByYear = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What new prices add: this year, in a full year, and for days before this year.

    None is not known. `basis` is the sentence that says what it was worked out from, `by_value`
    whether that is the contract's value, of which the commitment book holds nothing.
    """

    this_year: Money | None
    full_year: Money | None
    earlier_years: Money | None
    basis: str
    by_value: bool = False


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


def cost(
    contract: Contract,
    uplift: Uplift,
    ordered: Sequence[Ordered],
    day: date,
    open_years: Collection[FinancialYear] = (),
) -> Cost:
    """What an uplift costs, looked at on a day: that day says which year is this year.

    `open_years` are those whose books are open: what a closed year still promises is a cost of the
    next. A full year is the first whole financial year the new prices would hold in, with what runs
    on `day` or, where the prices start later, on their first day.
    """
    this = FinancialYear.containing(day)
    if ordered:
        return _by_orders(contract, uplift, ordered, day, frozenset({this, *open_years}))
    terms = contract.as_at(uplift.starts)
    parts = _value_parts(terms, uplift)
    if parts is None:
        return Cost(this_year=None, full_year=None, earlier_years=None, basis=_NOT_KNOWN)
    found = sum((_of_value(terms, uplift, one, this) for one in parts), _Exact())
    return Cost(
        this_year=_pence(found.this_year),
        full_year=_pence(found.full_year),
        earlier_years=_pence(found.earlier),
        basis=_BY_VALUE,
        by_value=True,
    )


def _by_orders(
    contract: Contract,
    uplift: Uplift,
    ordered: Sequence[Ordered],
    day: date,
    open_years: frozenset[FinancialYear],
) -> Cost:
    this, full = FinancialYear.containing(day), _full_year(uplift.starts)
    rises = list(_rises(contract, uplift, ordered))

    def total(of: Callable[[_Rise], Money]) -> Money:
        return Money.total(of(one) for one in rises)

    earlier = [year for year in open_years if year < this]
    invoiced = total(lambda one: one.of_days_invoiced(max(open_years)))
    closed = total(lambda one: one.of_closed_years(this, open_years))
    return Cost(
        this_year=total(lambda one: one.promised_more(open_years).get(this, NIL)),
        full_year=total(lambda one: one.in_a_full_year(full, max(day, uplift.starts))),
        earlier_years=total(
            lambda one: Money.total(one.promised_more(open_years).get(y, NIL) for y in earlier)
        ),
        basis="; ".join(
            [
                _BY_ORDERS,
                *([f"{closed} of it is for days of years that have closed"] if closed else []),
                *([f"days invoiced already would cost {invoiced} more"] if invoiced else []),
            ]
        ),
    )


def _rises(contract: Contract, uplift: Uplift, ordered: Sequence[Ordered]) -> Iterator[_Rise]:
    dearer = contract.with_variation(uplift.variation)
    for rate in uplift.rates:
        before, after = contract.lot_prices(rate.lot), dearer.lot_prices(rate.lot)
        for one in ordered:
            if one.call_off.lot == rate.lot:
                yield _Rise(
                    rate=rate,
                    before=replace(one, call_off=replace(one.call_off, lot_prices=before)),
                    after=replace(one, call_off=replace(one.call_off, lot_prices=after)),
                )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rise:
    """One call-off at its lot's prices as they are, and as they would be."""

    rate: Rate
    before: Ordered
    after: Ordered

    def promised_more(self, open_years: frozenset[FinancialYear]) -> dict[FinancialYear, Money]:
        """By how much its promise rises in the books of each open year."""
        was, now = (_promised(one, open_years) for one in (self.before, self.after))
        return {year: now.get(year, NIL) - was.get(year, NIL) for year in open_years}

    def of_days_invoiced(self, until: FinancialYear) -> Money:
        """What days and units that are promised no more would have cost more."""
        if not self.before.billed:
            return NIL
        return self._needed_more(until, ()) - self._needed_more(until, self.before.billed)

    def of_closed_years(self, this: FinancialYear, open_years: frozenset[FinancialYear]) -> Money:
        """What days of years before this that are closed, and are not invoiced, cost more."""
        was, now = (
            needs(one.call_off, one.billed, max(open_years)) for one in (self.before, self.after)
        )
        return Money.total(
            now[year] - was.get(year, NIL) for year in now if year < this and year not in open_years
        )

    def in_a_full_year(self, full: FinancialYear, day: date) -> Money:
        """The rise over a whole year of what runs on a day at its lot's price; nil of what does not.

        Units that are not of time are spread evenly over the order's days, or over a year.
        """
        one = self.before.call_off
        last = one.last_day
        runs = one.starts <= day and (last is None or day <= last)
        own = bool(one.prices) and one.prices[0].starts <= day
        if not runs or own or _suspended(one, day):
            return NIL
        rise = self.rate.asked - self.rate.was
        if not one.unit.is_time:
            over = _A_YEAR if last is None else Stretch(one.starts, last).days
            risen = (DatedPrice(day, rise),)
            held = replace(one, lot_prices=risen, prices=(), enhancements=())
            days = Stretch(full.starts, full.ends).days
            return held.cost_of_units(one.quantity * Fraction(days, over), [Stretch(day, day)])
        held = replace(
            one,
            starts=full.starts,
            ends=full.ends,
            lot_prices=(DatedPrice(full.starts, rise),),
            prices=(),
            quantities=(),
            suspensions=(),
            enhancements=(),
        )
        return held.cost_of([Stretch(full.starts, full.ends)])

    def _needed_more(self, until: FinancialYear, billed: Sequence[Billed]) -> Money:
        was, now = (
            Money.total(needs(one.call_off, billed, until).values())
            for one in (self.before, self.after)
        )
        return now - was


def _promised(one: Ordered, open_years: frozenset[FinancialYear]) -> dict[FinancialYear, Money]:
    return promised(needs(one.call_off, one.billed, max(open_years)), one.drawn, open_years)


def _suspended(one: CallOff, day: date) -> bool:
    return any(
        held.starts <= day and (held.ends is None or day <= held.ends) for held in one.suspensions
    )


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


def _pence(exact: Fraction) -> Money:
    return Money(1).times(exact) if exact else NIL
