"""Uplifts: a provider asks a new price, a second person checks it, and only then a rate changes.

What it costs is worked out before anybody says yes. A rise nobody had checked made Reading Borough
Council overpay £1,194,538. Once applied, an uplift is a dated price like any other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from fractions import Fraction

from contracts.contract import Change, Contract, LotChange, Variation
from contracts.kpi import figure
from ledger.money import NIL, Money
from ledger.problems import Problem
from ledger.wording import day_in_full


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """A lot's price as it was on the day the new one would hold from, and as it would be."""

    lot: str
    was: Money
    asked: Money


class Step(StrEnum):
    """What became of an uplift."""

    CHECKED = "checked"
    APPLIED = "applied"
    REFUSED = "refused"

    @property
    def title(self) -> str:  # type: ignore[override]
        return self.value.capitalize()


ASKED = "asked"
"""What an uplift is before anybody decided anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One step: by whom, why, and what it would cost as the person saw it; None is not known."""

    step: Step
    day: date
    by: str
    reason: str = ""
    this_year: Money | None = None
    full_year: Money | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Uplift:
    """New prices asked for from a day on. `percent` and `index` say how they were come by.

    `value` is the contract's value if it is applied, where that was said.
    """

    reference: str
    contract: str
    day: date
    starts: date
    reason: str
    rates: tuple[Rate, ...]
    percent: Fraction | None = None
    index: str = ""
    value: Money | None = None
    by: str = ""
    decisions: tuple[Decision, ...] = ()

    @property
    def state(self) -> str:
        """``asked``, ``checked``, ``applied`` or ``refused``."""
        return self.decisions[-1].step.value if self.decisions else ASKED

    @property
    def is_open(self) -> bool:
        return self.state in (ASKED, Step.CHECKED)

    def as_at(self, day: date) -> Uplift:
        """As it stood on a day, by what was decided by then."""
        return replace(self, decisions=tuple(one for one in self.decisions if one.day <= day))

    @property
    def variation(self) -> Variation:
        """What it changes once it is applied."""
        return Variation(
            starts=self.starts,
            reference=self.reference,
            reason=self.reason,
            kind=Change.UPLIFT,
            value=self.value,
            lots_changed=tuple(LotChange(lot=one.lot, price=one.asked) for one in self.rates),
        )


def rates_by_percent(
    contract: Contract, starts: date, percent: Fraction, lots: Sequence[str] = ()
) -> tuple[Rate, ...]:
    """The prices of some lots, or of all that have one, raised by a percentage to the penny."""
    return tuple(
        Rate(lot=lot.code, was=lot.price, asked=lot.price.times(1 + percent / 100))
        for lot in contract.as_at(starts).lots
        if lot.price is not None and (not lots or lot.code in lots)
    )


def rates_asked(
    contract: Contract, starts: date, prices: Iterable[tuple[str, Money]]
) -> tuple[Rate, ...]:
    """New prices beside those of the day; a lot nobody knows was at nil, and is refused."""
    terms = contract.as_at(starts)
    return tuple(
        Rate(lot=code, was=_price(contract, starts, code) if terms.lot(code) else NIL, asked=asked)
        for code, asked in prices
    )


def _price(contract: Contract, day: date, code: str) -> Money:
    lot = contract.as_at(day).lot(code)
    return NIL if lot is None or lot.price is None else lot.price


def problems_in(contract: Contract, uplift: Uplift) -> Iterator[Problem]:
    """What stops an uplift being asked for; a price is named by its place among those asked for."""
    terms = contract.as_at(uplift.starts)
    if not terms.runs_on(uplift.starts):
        yield Problem(
            "uplift_outside_term",
            f"Contract {contract.number} does not run on {day_in_full(uplift.starts)}.",
            "starts",
        )
    if not uplift.rates:
        yield Problem(
            "uplift_of_nothing",
            f"No lot of contract {contract.number} has a price to raise from "
            f"{day_in_full(uplift.starts)}.",
            "lots",
        )
    seen = set[str]()
    for place, rate in enumerate(uplift.rates):
        named, where = f"prices[{place}].lot", f"prices[{place}].price"
        lot = terms.lot(rate.lot)
        if rate.lot in seen:
            yield Problem("part_repeated", f"The lot “{rate.lot}” is named twice.", named)
        seen.add(rate.lot)
        if lot is None:
            yield Problem(
                "lot_unknown",
                f"There is no lot “{rate.lot}” in the contract on {day_in_full(uplift.starts)}.",
                named,
            )
        elif lot.price is None:
            yield Problem(
                "lot_has_no_price",
                f"The price of lot “{rate.lot}” is agreed with each order, so there is none to raise.",
                named,
            )
        elif rate.asked == rate.was:
            yield Problem(
                "uplift_changes_nothing",
                f"Lot “{rate.lot}” is at {rate.was} on {day_in_full(uplift.starts)} already.",
                where,
            )
        if rate.asked < NIL:
            yield Problem("price_below_nil", f"A price is not below nil: {rate.asked}.", where)


def problems_in_decision(
    contract: Contract, uplift: Uplift, decision: Decision
) -> Iterator[Problem]:
    """What stops a step: it is decided, by the same person, unchecked, or out of date."""
    if not uplift.is_open:
        last = uplift.decisions[-1]
        yield Problem(
            "uplift_decided",
            f"Uplift {uplift.reference} was {last.step.value} on {day_in_full(last.day)}.",
            "uplift",
        )
        return
    if decision.by == uplift.by and decision.step is not Step.REFUSED:
        yield Problem(
            "uplift_needs_a_second_person",
            f"Who put in uplift {uplift.reference} can neither check nor apply it.",
            "by",
        )
    if decision.step is Step.REFUSED and not decision.reason:
        yield Problem(
            "uplift_refused_without_reason",
            f"Say why uplift {uplift.reference} is refused.",
            "reason",
        )
    if decision.step is Step.CHECKED and uplift.state == Step.CHECKED:
        yield Problem(
            "uplift_checked_already", f"Uplift {uplift.reference} has been checked.", "step"
        )
    if decision.step is Step.APPLIED and uplift.state != Step.CHECKED:
        yield Problem(
            "uplift_not_checked",
            f"Uplift {uplift.reference} has not been checked, so no rate changes.",
            "step",
        )
    if decision.step is not Step.REFUSED:
        yield from _check_prices_stand(contract, uplift)


def _check_prices_stand(contract: Contract, uplift: Uplift) -> Iterator[Problem]:
    for place, rate in enumerate(uplift.rates):
        now = _price(contract, uplift.starts, rate.lot)
        if now != rate.was:
            yield Problem(
                "uplift_price_moved",
                f"Lot “{rate.lot}” was at {rate.was} when uplift {uplift.reference} was put in and "
                f"is at {now} now; refuse it and ask again.",
                f"prices[{place}].price",
            )


def decided(uplift: Uplift, decision: Decision) -> Uplift:
    """The uplift after one more step."""
    return replace(uplift, decisions=(*uplift.decisions, decision))


@dataclass(frozen=True, slots=True)
class IndexFigure:
    """A published index in a month, with where it was read."""

    index: str
    month: date
    figure: Fraction
    source: str


@dataclass(frozen=True, slots=True)
class Rise:
    """How far an index rose, in percent, and what the clause lets through of it."""

    percent: Fraction
    allowed: Fraction
    words: str


def rise_by_index(contract: Contract, starts: date, base: IndexFigure, now: IndexFigure) -> Rise:
    """What the indexation clause of a day makes of two figures of its index."""
    clause = contract.as_at(starts).indexation
    percent = (now.figure / base.figure - 1) * 100
    allowed = percent
    if clause is not None and clause.cap is not None:
        allowed = min(allowed, clause.cap)
    if clause is not None and clause.collar is not None:
        allowed = max(allowed, clause.collar)
    held = "" if allowed == percent else f", held to {figure(allowed)}% by the contract"
    return Rise(
        percent,
        allowed,
        f"{now.index}: {figure(base.figure)} in {base.month:%B %Y} to {figure(now.figure)} in "
        f"{now.month:%B %Y}, {figure(percent)}%{held} ({now.source})",
    )
