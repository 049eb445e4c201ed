"""Call-offs: orders and placements under a lot, as what happened to them leaves them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction

from contracts.lifecycle import CALL_OFF, CallOffEvent, CallOffState, after
from contracts.pricing import DatedPrice, Stretch, Unit, cost_of, price_on, units_in
from ledger.money import NIL, Money
from ledger.periods import FinancialYear
from ledger.problems import Problem
from ledger.wording import day_in_full

_A_DAY = timedelta(days=1)
_IN_FULL = 10_000
"""Hundredths of a percent in a whole."""


class Kind(StrEnum):
    """A placement is for one child, named by an opaque reference only."""

    ORDER = "order"
    PLACEMENT = "placement"


@dataclass(frozen=True, slots=True)
class Funder:
    """Whose money pays a part: a fund, and in it a partner where one pays for itself."""

    fund: str
    weight: int
    partner: str = ""


@dataclass(frozen=True, slots=True)
class DatedFunding:
    """Who pays from a day on, in whole-number weights."""

    starts: date
    funders: tuple[Funder, ...]


@dataclass(frozen=True, slots=True)
class DatedQuantity:
    """How many places at once from a day on, where the unit is time."""

    starts: date
    quantity: Fraction


@dataclass(frozen=True, slots=True)
class Suspension:
    """Days on which `price` is paid instead of the whole: nil, or a retainer. `ends` None goes on."""

    starts: date
    ends: date | None = None
    price: Money = NIL


@dataclass(frozen=True, slots=True)
class Enhancement:
    """What is paid on top for a while, per unit as the price is, and why."""

    starts: date
    ends: date
    price: Money
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallOff:
    """An order or placement. `Contract.lot_prices` gives `lot_prices`; `prices` are its own, which
    stand before the lot's from their first day on.

    `quantity` is how many units are ordered: places at once where the unit is time, then the last
    of `quantities` where it was varied. `vat` is the
    irrecoverable VAT in hundredths of a percent. `expected_end` is what is planned, `ends` the last
    day that is paid. `converted` is what orders have taken over of a requisition.
    """

    number: str
    contract: str
    lot: str
    kind: Kind
    title: str
    provider: str
    service: str
    account: str
    unit: Unit
    starts: date
    funding: tuple[DatedFunding, ...]
    state: CallOffState
    case_reference: str = ""
    quantity: Fraction = Fraction(1)
    vat: int = 0
    expected_end: date | None = None
    ends: date | None = None
    lot_prices: tuple[DatedPrice, ...] = ()
    prices: tuple[DatedPrice, ...] = ()
    quantities: tuple[DatedQuantity, ...] = ()
    suspensions: tuple[Suspension, ...] = ()
    enhancements: tuple[Enhancement, ...] = ()
    of_requisition: str = ""
    converted: Money = NIL

    @property
    def prices_in_force(self) -> tuple[DatedPrice, ...]:
        """The lot's prices until its own begin."""
        if not self.prices:
            return self.lot_prices
        first = self.prices[0].starts
        return (*(one for one in self.lot_prices if one.starts < first), *self.prices)

    @property
    def last_day(self) -> date | None:
        """The last day it is known to run: ended, or expected to end."""
        return self.ends if self.ends is not None else self.expected_end

    @property
    def is_live(self) -> bool:
        """Whether anything may still be owed under it."""
        return self.state not in (CallOffState.CANCELLED, CallOffState.CLOSED)

    @property
    def is_suspended(self) -> bool:
        """Whether there is something to resume: of what has ended, a suspension of its last day."""
        if self.state is not CallOffState.ENDED:
            return self.state is CallOffState.SUSPENDED
        return any(
            self.ends is not None
            and one.starts <= self.ends
            and (not one.ends or one.ends >= self.ends)
            for one in self.suspensions
        )

    def price_on(self, day: date) -> Money:
        """What a unit costs on a day before VAT, without enhancements; nil before any price."""
        return price_on(self.prices_in_force, day) or NIL

    def funders_on(self, day: date) -> tuple[Funder, ...]:
        """Who pays on a day: before the first funding starts, those of the first."""
        held = self.funding[0].funders
        for one in self.funding:
            if one.starts > day:
                break
            held = one.funders
        return held

    def fundings_of(self, stretch: Stretch) -> list[tuple[date, int]]:
        """Who pays days, by a day of each funding they touch, with what its days cost as a weight."""
        starts = [one.starts for one in self.funding[1:]]
        days = [stretch.starts, *(day for day in starts if stretch.starts < day <= stretch.ends)]
        if len(days) == 1:
            return [(stretch.ends, 1)]
        ends = [*(day - _A_DAY for day in days[1:]), stretch.ends]
        parts = [Stretch(day, until) for day, until in zip(days, ends, strict=True)]
        found = [(one.starts, self._weight_of(one)) for one in parts]
        return (
            found
            if any(weight for _, weight in found)
            else [(one.starts, one.days) for one in parts]
        )

    def _weight_of(self, part: Stretch) -> int:
        if self.unit.is_time:
            return self.cost_of([part]).pence
        return self.cost_of_units(Fraction(part.days), [part]).pence

    def cost_of(self, stretches: Sequence[Stretch]) -> Money:
        """What its days come to with irrecoverable VAT, rounded once, halves away from nil.

        Only the days it runs count. For a unit that is no time, use `cost_of_units`.
        """
        exact = sum((self._exact(one) for one in stretches), Fraction(0))
        return Money(1).times(exact * self._with_vat) if exact else NIL

    def cost_of_units(self, units: Fraction, days: Sequence[Stretch]) -> Money:
        """What units that are no time come to, spread evenly over days: each at its day's price
        with what enhances it, and with irrecoverable VAT; rounded once."""
        exact = sum((cost_of(Unit.DAY, self.prices_in_force, one) for one in days), Fraction(0))
        for extra in self.enhancements:
            held = Stretch(extra.starts, extra.ends)
            exact += sum(
                extra.price.pence * part.days for one in days if (part := held.within(one))
            )
        counted = sum(one.days for one in days)
        return Money(1).times(exact * units * self._with_vat / counted) if exact else NIL

    def days_of_units(self) -> list[Stretch]:
        """The days over which units that are no time are spread: those it runs and is not suspended.

        Without a last day they are expected by the end of the year it starts in.
        """
        runs = self.running(self.last_day or FinancialYear.containing(self.starts).ends)
        return self._paid(runs) if runs is not None else []

    def idle_days(self, stretch: Stretch) -> list[Stretch]:
        """Those of some days that it does not run, or is suspended without a retainer."""
        runs = self.running(stretch.ends)
        days = runs.within(stretch) if runs is not None else None
        if days is None:
            return [stretch]
        kept = [part for _, part in self._retained(days)]
        return without([stretch], [*self._paid(days), *kept])

    def running(self, until: date) -> Stretch | None:
        """The days it runs up to a day."""
        last = self.last_day
        ends = until if last is None else min(last, until)
        return Stretch(self.starts, ends) if self.starts <= ends else None

    def units_between(self, stretch: Stretch) -> Fraction:
        """How many units of time are ordered between two days, suspended ones left out."""
        runs = self.running(stretch.ends)
        days = runs.within(stretch) if runs is not None else None
        if days is None:
            return Fraction(0)
        return sum(
            (
                units_in(self.unit, one) * many
                for part, many in self._at_once(days)
                for one in self._paid(part)
            ),
            Fraction(0),
        )

    @property
    def _with_vat(self) -> Fraction:
        return Fraction(_IN_FULL + self.vat, _IN_FULL)

    def _exact(self, stretch: Stretch) -> Fraction:
        runs = self.running(stretch.ends)
        days = runs.within(stretch) if runs is not None else None
        if days is None:
            return Fraction(0)
        return sum(
            (self._exact_of_one(part) * many for part, many in self._at_once(days)), Fraction(0)
        )

    def _at_once(self, days: Stretch) -> Iterator[tuple[Stretch, Fraction]]:
        """Days parted by how many places there are at once."""
        if not self.quantities:
            yield days, self.quantity
        for place, one in enumerate(self.quantities):
            later = self.quantities[place + 1 :]
            ends = later[0].starts - _A_DAY if later else max(days.ends, one.starts)
            held = Stretch(one.starts if place else min(one.starts, days.starts), ends).within(days)
            if held is not None:
                yield held, one.quantity

    def _exact_of_one(self, days: Stretch) -> Fraction:
        total = sum(
            (cost_of(self.unit, self.prices_in_force, one) for one in self._paid(days)), Fraction(0)
        )
        for price, retained in self._retained(days):
            total += price.pence * units_in(self.unit, retained)
        for extra in self.enhancements:
            held = Stretch(extra.starts, extra.ends).within(days)
            if held is not None:
                total += extra.price.pence * sum(
                    (units_in(self.unit, one) for one in self._paid(held)), Fraction(0)
                )
        return total

    def _retained(self, days: Stretch) -> Iterator[tuple[Money, Stretch]]:
        """The days on which a retainer is paid; of two suspensions of a day the later told holds."""
        later: list[Stretch] = []
        for one in reversed(self.suspensions):
            whole = Stretch(one.starts, max(one.ends or days.ends, one.starts))
            held = whole.within(days)
            for part in without([held], later) if held is not None and one.price else ():
                yield one.price, part
            later.append(whole)

    def _paid(self, stretch: Stretch) -> list[Stretch]:
        """The days that are not suspended."""
        return without(
            [stretch],
            [
                Stretch(one.starts, max(one.ends or stretch.ends, one.starts))
                for one in self.suspensions
            ],
        )


def place_of(number: str) -> tuple[str, int]:
    """A call-off's contract and its place under it, by which numbers are put in order: 99 before
    100."""
    contract, _, place = number.rpartition("/")
    return contract, int(place) if place.isdecimal() else 0


def without(stretches: Sequence[Stretch], taken: Sequence[Stretch]) -> list[Stretch]:
    """The days of the first that are in none of the second."""
    left = list(stretches)
    for one in taken:
        rest: list[Stretch] = []
        for stretch in left:
            if one.ends < stretch.starts or one.starts > stretch.ends:
                rest.append(stretch)
                continue
            if stretch.starts < one.starts:
                rest.append(Stretch(stretch.starts, one.starts - _A_DAY))
            if one.ends < stretch.ends:
                rest.append(Stretch(one.ends + _A_DAY, stretch.ends))
        left = rest
    return left


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One thing that happened to a call-off; what it does not say stays as it was.

    `day` is the first day that the change holds; of an end, the last day that is paid; of a
    resumption, the first day that is paid again. `quantity` at an end is what there was in all.
    """

    event: CallOffEvent
    day: date
    reason: str = ""
    price: Money | None = None
    quantity: Fraction | None = None
    expected_end: date | None = None
    no_expected_end: bool = False
    funders: tuple[Funder, ...] = ()
    retainer: Money = NIL
    until: date | None = None
    enhancement: Money | None = None


def happened(call_off: CallOff, what: Happening) -> CallOff | Problem:
    """The call-off after something happened to it, or why it may not."""
    state = after(CALL_OFF, call_off.state, what.event, what=f"Call-off {call_off.number}")
    if isinstance(state, Problem):
        return state
    changed = replace(call_off, state=state)
    match what.event:
        case CallOffEvent.VARY:
            return _varied(changed, what)
        case CallOffEvent.SUSPEND:
            held = Suspension(what.day, what.until, what.retainer)
            return replace(changed, suspensions=(*changed.suspensions, held))
        case CallOffEvent.RESUME:
            return _resumed(changed, what.day)
        case CallOffEvent.END:
            ended = replace(changed, ends=what.day)
            return ended if what.quantity is None else _in_all(ended, what.quantity)
        case _:
            return changed


def _varied(call_off: CallOff, what: Happening) -> CallOff:
    changed = call_off
    if what.price is not None:
        changed = replace(changed, prices=priced(changed.prices, DatedPrice(what.day, what.price)))
    if what.quantity is not None:
        changed = _of_quantity(changed, what.day, what.quantity)
    if what.funders:
        funding = [one for one in changed.funding if one.starts != what.day]
        funding.append(DatedFunding(what.day, what.funders))
        changed = replace(changed, funding=tuple(sorted(funding, key=lambda one: one.starts)))
    if what.enhancement is not None:
        assert what.until is not None, "an enhancement is for a while"
        extra = Enhancement(what.day, what.until, what.enhancement, what.reason)
        changed = replace(changed, enhancements=(*changed.enhancements, extra))
    if what.expected_end is not None or what.no_expected_end:
        # Put right after it ended, the last day itself moves.
        if changed.ends is not None and what.expected_end is not None:
            return replace(changed, ends=what.expected_end)
        return replace(changed, expected_end=what.expected_end)
    return changed


def _of_quantity(call_off: CallOff, day: date, quantity: Fraction) -> CallOff:
    """Places at once change from a day on; of units that are no time there are so many in all."""
    if not call_off.unit.is_time:
        return replace(call_off, quantity=quantity)
    before = call_off.quantities or (DatedQuantity(call_off.starts, call_off.quantity),)
    kept = [one for one in before if one.starts != day]
    dated = sorted([*kept, DatedQuantity(day, quantity)], key=lambda one: one.starts)
    return replace(call_off, quantity=dated[-1].quantity, quantities=tuple(dated))


def _in_all(call_off: CallOff, quantity: Fraction) -> CallOff:
    """What there was in all, as it ended: no change of a day counts beside it."""
    return replace(call_off, quantity=quantity, quantities=())


def _resumed(call_off: CallOff, day: date) -> CallOff | Problem:
    """Every suspension that holds on a day stops the day before; where none does, those that would
    start later never do."""

    def holds(one: Suspension) -> bool:
        return one.starts <= day and (one.ends is None or one.ends >= day)

    now = call_off.suspensions
    stopped = tuple(
        one if not holds(one) else replace(one, ends=day - _A_DAY)
        for one in now
        if not holds(one) or one.starts < day
    )
    if stopped == now:
        stopped = tuple(one for one in now if one.starts <= day)
    if stopped == now and call_off.state is CallOffState.ENDED:
        return Problem(
            "nothing_to_resume",
            f"Call-off {call_off.number} has ended and is not suspended on {day_in_full(day)}.",
            "day",
        )
    return replace(call_off, suspensions=stopped)


def priced(prices: Sequence[DatedPrice], told: DatedPrice) -> tuple[DatedPrice, ...]:
    """Prices with one more, in order of day; told again for the same day, the later holds."""
    kept = [one for one in prices if one.starts != told.starts]
    return tuple(sorted([*kept, told], key=lambda one: one.starts))


def problems_in(call_off: CallOff) -> list[Problem]:
    """Everything wrong with a call-off by itself; `where` is the field."""
    return [*_check_days(call_off), *_check_amounts(call_off), *_check_funding(call_off)]


def _check_days(call_off: CallOff) -> Iterator[Problem]:
    for name in ("expected_end", "ends"):
        day = getattr(call_off, name)
        # Ended the day before it starts, it never ran.
        if day is not None and day < call_off.starts - _A_DAY:
            yield Problem(
                "call_off_ends_before_it_starts",
                f"Call-off {call_off.number} would end on {day_in_full(day)}, before it starts on "
                f"{day_in_full(call_off.starts)}.",
                name,
            )
    for place, one in enumerate(call_off.enhancements):
        if one.ends < one.starts:
            yield Problem(
                "enhancement_ends_before_it_starts",
                f"The enhancement ends on {day_in_full(one.ends)}, before it starts on "
                f"{day_in_full(one.starts)}.",
                f"enhancements[{place}]",
            )
    if call_off.kind is Kind.PLACEMENT and not call_off.case_reference:
        yield Problem(
            "case_reference_missing",
            "A placement carries the opaque reference of the case system.",
            "case_reference",
        )


def _check_amounts(call_off: CallOff) -> Iterator[Problem]:
    if call_off.quantity <= 0:
        yield Problem(
            "quantity_not_above_nil",
            f"A call-off is for more than nothing, not {call_off.quantity} units.",
            "quantity",
        )
    if not 0 <= call_off.vat <= _IN_FULL:
        yield Problem("vat_out_of_range", "VAT is from 0 to 100 percent of the price.", "vat")
    if price_on(call_off.prices_in_force, call_off.starts) is None:
        yield Problem(
            "price_missing",
            f"Lot {call_off.lot} has no price on {day_in_full(call_off.starts)}; give one.",
            "price",
        )
    for name, prices in (("price", call_off.prices), ("enhancement", call_off.enhancements)):
        if any(one.price < NIL for one in prices):
            yield Problem("price_below_nil", "A price is not below nil.", name)


def _check_funding(call_off: CallOff) -> Iterator[Problem]:
    for dated in call_off.funding:
        keys = [(one.fund, one.partner) for one in dated.funders]
        if not dated.funders or any(one.weight < 1 for one in dated.funders):
            yield Problem(
                "funding_weight_not_above_nil",
                "Each part of the funding has a whole-number weight above nil.",
                "funding",
            )
        if len(set(keys)) != len(keys):
            yield Problem(
                "funding_named_twice", "A fund and partner is named once in the funding.", "funding"
            )
