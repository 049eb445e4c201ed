"""A contract: what was signed, with every dated variation beside it, read as at a day.

What was signed is never changed. What was agreed later, an extension taken up, an uplift applied
and the contract's end are variations, each from a day on, and `as_at` replays them in order of day.
So a variation entered late takes its place among the others as if it had been entered in time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import TypeVar

from contracts.kpi import Kpi
from contracts.obligations import Obligation
from contracts.pricing import DatedPrice, Pricing, Unit
from ledger.money import NIL, Money

_T = TypeVar("_T")

MAIN = "main"
"""The one lot of a contract whose lots nobody has said."""


class Form(StrEnum):
    """What kind of promise the contract is."""

    BLOCK = "block"
    COST_AND_VOLUME = "cost_and_volume"
    SPOT = "spot"
    FRAMEWORK = "framework"
    """Terms and prices for orders that may be placed; it promises none."""

    @property
    def title(self) -> str:  # type: ignore[override]
        return self.value.replace("_", " ").capitalize()


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """A part let separately. `price` is for one `unit`; None is agreed with each order.

    `volume` is how many units were agreed for the contract's term, and `further_price` what each
    unit beyond them costs; None where nothing was said.
    """

    code: str
    title: str
    service: str
    pricing: Pricing
    unit: Unit
    price: Money | None
    volume: int | None = None
    further_price: Money | None = None


def whole(title: str, service: str, value: Money) -> Lot:
    """The one lot of a contract whose lots nobody has said: all of it, for its value."""
    return Lot(
        code=MAIN,
        title=title,
        service=service,
        pricing=Pricing.BLOCK,
        unit=Unit.ITEM,
        price=value,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class LotChange:
    """What a variation changes of a lot; None leaves a part as it was."""

    lot: str
    price: Money | None = None
    volume: int | None = None
    further_price: Money | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """An option to go on until a day, to be taken up by `notify_by` where that was said."""

    code: str
    until: date
    notify_by: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Indexation:
    """A clause by which prices follow a published index from a base month on.

    `cap` and `collar` are the most and the least a price rises by at a time, in percent.
    """

    index: str
    base: date
    words: str = ""
    cap: Fraction | None = None
    collar: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Term:
    """Until when a contract runs; None is no fixed end."""

    ends: date | None


class Change(StrEnum):
    """Why the terms changed."""

    VARIATION = "variation"
    EXTENSION = "extension"
    UPLIFT = "uplift"
    ENDED = "ended"
    TERMINATED = "terminated"
    REOPENED = "reopened"

    @property
    def title(self) -> str:  # type: ignore[override]
        return self.value.capitalize()


@dataclass(frozen=True, slots=True, kw_only=True)
class Variation:
    """A change from a day on; None, or nothing named, leaves a part as it was.

    Two of one day hold in order of `turn`, the order in which they were entered. An extension
    names the option it takes up. A lot that ends has no orders from that day on. `override` is why
    a person with authority let it promise more than was available; empty where it did not. `by`
    whom it was `recorded`, and on which day, is known of what is kept.
    """

    starts: date
    reference: str
    reason: str
    turn: int = 0
    kind: Change = Change.VARIATION
    title: str | None = None
    term: Term | None = None
    extension: str = ""
    extensions: tuple[Extension, ...] | None = None
    notice_months: int | None = None
    value: Money | None = None
    irrecoverable_vat: Money | None = None
    lots_added: tuple[Lot, ...] = ()
    lots_ended: tuple[str, ...] = ()
    lots_changed: tuple[LotChange, ...] = ()
    obligations: tuple[Obligation, ...] | None = None
    kpis: tuple[Kpi, ...] | None = None
    indexation: Indexation | None = None
    override: str = ""
    by: str = ""
    recorded: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a contract says on a day. `value` is for the whole term, without irrecoverable VAT."""

    title: str
    starts: date
    ends: date | None
    value: Money
    irrecoverable_vat: Money | None = None
    notice_months: int = 0
    extensions: tuple[Extension, ...] = ()
    lots: tuple[Lot, ...] = ()
    obligations: tuple[Obligation, ...] = ()
    kpis: tuple[Kpi, ...] = ()
    indexation: Indexation | None = None

    @property
    def value_with_vat(self) -> Money:
        """The value with the VAT that nobody gives back; without it where that is not known."""
        return self.value + (self.irrecoverable_vat or NIL)

    @property
    def latest_end(self) -> date | None:
        """The day it may run to with every option taken up; None is no fixed end."""
        if self.ends is None:
            return None
        return max([self.ends, *(one.until for one in self.extensions)])

    @property
    def open_options(self) -> tuple[Extension, ...]:
        """The options that would let it go on longer; one that was overtaken would not."""
        ends = self.ends
        if ends is None:
            return ()
        return tuple(one for one in self.extensions if one.until > ends)

    def lot(self, code: str) -> Lot | None:
        return next((lot for lot in self.lots if lot.code == code), None)

    def runs_on(self, day: date) -> bool:
        return self.starts <= day and (self.ends is None or day <= self.ends)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """A contract as it was signed, with what varied it, in any order.

    `state` is by `contracts.lifecycle`. `signed` is None of a draft, and where the day is not
    known. `procurement` names the competition it was awarded by.
    """

    number: str
    provider: str
    service: str
    fund: str
    form: Form
    as_signed: Terms
    state: str = "signed"
    signed: date | None = None
    procurement: str = ""
    variations: tuple[Variation, ...] = field(default=())

    @property
    def title(self) -> str:
        return self.as_signed.title

    @property
    def starts(self) -> date:
        return self.as_signed.starts

    def as_at(self, day: date) -> Terms:
        """What held on a day, by every variation known now that holds from then or before."""
        now = self.as_signed
        for variation in in_order(self.variations):
            if variation.starts > day:
                break
            now = after(now, variation)
        return now

    def as_agreed(self) -> Terms:
        """What is agreed with every variation, those of days to come too."""
        return self.as_at(date.max)

    def told(self) -> Iterator[tuple[Variation, Terms, Terms]]:
        """Each variation in order of day, with the terms before it and after it."""
        now = self.as_signed
        for variation in in_order(self.variations):
            before, now = now, after(now, variation)
            yield variation, before, now

    def lot_prices(self, code: str) -> tuple[DatedPrice, ...]:
        """A lot's prices as varied and uplifted, in order of day, from the contract's first day.

        Empty where its price is agreed with each order, or there never was such a lot. What was
        agreed before the contract's first day holds from that day.
        """
        held = dict[date, Money]()
        _hold(held, self.starts, self.as_signed.lot(code))
        for variation, _, now in self.told():
            _hold(held, max(self.starts, variation.starts), now.lot(code))
        dated = [DatedPrice(day, price) for day, price in held.items()]
        return tuple(
            one
            for place, one in enumerate(dated)
            if not place or one.price != dated[place - 1].price
        )

    def lot_ever(self, code: str) -> Lot | None:
        """A lot as it was last, also one that has ended."""
        last = self.as_signed.lot(code)
        for _, _, now in self.told():
            last = now.lot(code) or last
        return last

    def with_variation(self, variation: Variation) -> Contract:
        """The same contract with one more, entered after those it has."""
        turn = max((one.turn for one in self.variations), default=0) + 1
        return replace(self, variations=(*self.variations, replace(variation, turn=turn)))


def in_order(variations: Iterable[Variation]) -> list[Variation]:
    """By the day each holds from; of one day in the order they were entered."""
    return sorted(variations, key=lambda one: (one.starts, one.turn))


def after(now: Terms, variation: Variation) -> Terms:
    """What holds once a variation does."""
    taken = variation.extension
    options = now.extensions if variation.extensions is None else variation.extensions
    return replace(
        now,
        title=variation.title or now.title,
        ends=now.ends if variation.term is None else variation.term.ends,
        extensions=tuple(one for one in options if one.code != taken),
        notice_months=_or(variation.notice_months, now.notice_months),
        value=_or(variation.value, now.value),
        irrecoverable_vat=_or(variation.irrecoverable_vat, now.irrecoverable_vat),
        lots=_lots_after(now.lots, variation),
        obligations=_or(variation.obligations, now.obligations),
        kpis=_or(variation.kpis, now.kpis),
        indexation=_or(variation.indexation, now.indexation),
    )


def _or(said: _T | None, was: _T) -> _T:
    return was if said is None else said


def _lots_after(lots: tuple[Lot, ...], variation: Variation) -> tuple[Lot, ...]:
    """A lot that was there takes its changes, one that is added again takes the place of the old."""
    held = {lot.code: lot for lot in lots}
    for lot in variation.lots_added:
        held[lot.code] = lot
    for change in variation.lots_changed:
        was = held.get(change.lot)
        if was is not None:
            held[change.lot] = replace(
                was,
                price=_or(change.price, was.price),
                volume=_or(change.volume, was.volume),
                further_price=_or(change.further_price, was.further_price),
            )
    return tuple(lot for code, lot in held.items() if code not in variation.lots_ended)


def _hold(held: dict[date, Money], day: date, lot: Lot | None) -> None:
    if lot is not None and lot.price is not None:
        held[day] = lot.price
