"""Value for money: what a unit of a service costs by sector, own provision beside bought, outliers.

*Every Child Matters* (2003, 5.36 to 5.41) has services inspected for it together. One national figure
is there to compare with: £2.2 billion a year for 60,000 children in foster and residential placements
(1.6). A price that stands out is a reason to look and no judgement: needs differ from child to child.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from ledger.money import Money

OWN = "own"
"""The sector of what the trust's own partners provide; every other that is said is bought."""
NOT_SAID = ""
"""The sector of a provider of whom it is not known: no side of a comparison."""
WEEKS_A_YEAR = Fraction(365, 7)
STANDS_OUT = Fraction(1, 4)
"""How far from the middle price of its service a price is looked at."""
FEWEST = 4
"""Prices of a service below which no middle is spoken of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """What one source (a contract, a placement, a provider) delivered of a service, and its cost.

    `units` are of the service's one unit, such as weeks; `children` is how many they were for.
    """

    service: str
    sector: str
    unit: str
    units: Fraction
    cost: Money
    source: str = ""
    children: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitCost:
    """What units of a service cost together in one sector."""

    service: str
    sector: str
    unit: str
    units: Fraction
    cost: Money
    children: int = 0

    @property
    def each(self) -> Money:
        """The cost of one unit, to the nearest penny."""
        return each(self.cost, self.units)


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """Own provision of a service beside what is bought of it; `more` is bought less own, a unit."""

    service: str
    unit: str
    own: UnitCost
    bought: UnitCost

    @property
    def more(self) -> Money:
        return self.bought.each - self.own.each


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlier:
    """A price that stands out among those of its service, with the reason to look."""

    delivered: Delivered
    each: Money
    middle: Money
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class National:
    """A national figure to compare with, as printed: so much a year for so many placements."""

    cost: Money
    placements: int
    reference: str

    @property
    def a_year(self) -> Money:
        """One placement for a year."""
        return each(self.cost, Fraction(self.placements))

    @property
    def a_week(self) -> Money:
        """One placement for a week, of which a year of 365 days has 52 and a seventh."""
        return each(self.cost, self.placements * WEEKS_A_YEAR)


GREEN_PAPER = National(
    cost=Money(2_200_000_000_00),
    placements=60_000,
    reference="Every Child Matters, Cm 5860, 2003, paragraph 1.6",
)


def each(cost: Money, units: Fraction) -> Money:
    """The cost of one of so many units, to the nearest penny."""
    assert units > 0, "nothing was delivered, so nothing has a price"
    return cost.times(1 / Fraction(units))


def unit_costs(delivered: Iterable[Delivered]) -> list[UnitCost]:
    """By service, unit and sector, what all of it cost together, a retainer paid for no unit too.

    Where nothing at all was delivered no unit has a price.
    """
    found: dict[tuple[str, str, str], list[Delivered]] = {}
    for one in delivered:
        found.setdefault((one.service, one.unit, one.sector), []).append(one)
    every = [_together(ones, sector) for (_, _, sector), ones in sorted(found.items())]
    return [one for one in every if one.units > 0]


def own_beside_bought(costs: Iterable[UnitCost]) -> Iterator[Beside]:
    """Each service that is both provided by the trust's own partners and bought, by one unit."""
    found: dict[tuple[str, str], list[UnitCost]] = {}
    for one in costs:
        found.setdefault((one.service, one.unit), []).append(one)
    for (service, unit), ones in found.items():
        own = [one for one in ones if one.sector == OWN]
        bought = [one for one in ones if one.sector not in (OWN, NOT_SAID)]
        if own and bought:
            yield Beside(
                service=service,
                unit=unit,
                own=_together(own, OWN),
                bought=_together(bought, "bought"),
            )


def outliers(
    delivered: Iterable[Delivered], stands_out: Fraction = STANDS_OUT
) -> Iterator[Outlier]:
    """Prices further than a part from the middle price of their service, the dearest first.

    The middle is the median of the prices of the sources, each once; of an even number it lies
    between the two in the midst. Fewer than four prices have no middle worth the name.
    """
    found: dict[tuple[str, str], list[Delivered]] = {}
    for one in delivered:
        if one.units > 0:
            found.setdefault((one.service, one.unit), []).append(one)
    for ones in found.values():
        if len(ones) < FEWEST:
            continue
        priced = sorted(((each(one.cost, one.units), one) for one in ones), key=_by_price)
        middle = _middle([price for price, _ in priced])
        if middle.pence <= 0:
            continue
        for price, one in reversed(priced):
            apart = Fraction(price.pence - middle.pence, middle.pence)
            if abs(apart) > stands_out:
                yield Outlier(
                    delivered=one,
                    each=price,
                    middle=middle,
                    reason=_reason(apart, middle, len(priced), one.unit),
                )


def _by_price(priced: tuple[Money, Delivered]) -> tuple[int, str]:
    return priced[0].pence, priced[1].source


def _middle(prices: list[Money]) -> Money:
    half = len(prices) // 2
    if len(prices) % 2:
        return prices[half]
    return (prices[half - 1] + prices[half]).times(Fraction(1, 2))


def _reason(apart: Fraction, middle: Money, prices: int, unit: str) -> str:
    percent = int(abs(apart) * 100 + Fraction(1, 2))
    said = f"{percent}% {'above' if apart > 0 else 'below'} {middle} a {unit}, the middle of {prices} prices"
    return (
        f"{said}: ask what need or what part of the service the price is for."
        if apart > 0
        else f"{said}: ask whether all of its cost is here, and whether the price is still right."
    )


def _together(ones: Iterable[Delivered | UnitCost], sector: str) -> UnitCost:
    every = list(ones)
    return UnitCost(
        service=every[0].service,
        sector=sector,
        unit=every[0].unit,
        units=sum((one.units for one in every), Fraction(0)),
        cost=Money.total(one.cost for one in every),
        children=sum(one.children for one in every),
    )
