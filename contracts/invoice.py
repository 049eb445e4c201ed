"""Invoices: what a provider asks for, matched three ways with what was ordered and delivered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from contracts.call_off import CallOff, without
from contracts.commitment import Billed, days_billed, units_billed
from contracts.figures import rounded
from contracts.pricing import Stretch, units_in
from ledger.money import NIL, Money
from ledger.problems import Problem
from ledger.wording import day_in_full

_IN_FULL = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What is asked for days, or for units of days, of a call-off. `net` is before VAT.

    Of a credit note, `takes_back` says that its days or units were not delivered: no invoice covers
    them any more.
    """

    number: int
    call_off: str
    starts: date
    ends: date
    net: Money
    vat: Money = NIL
    units: Fraction | None = None
    words: str = ""
    takes_back: bool = False

    @property
    def stretch(self) -> Stretch:
        return Stretch(self.starts, self.ends)


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice:
    """A provider's invoice, or a credit note: then `credits` is the invoice it takes back from."""

    key: str
    provider: str
    number: str
    day: date
    received: date
    lines: tuple[Line, ...]
    due: date | None = None
    credits: str = ""

    @property
    def net(self) -> Money:
        return Money.total(line.net for line in self.lines)

    @property
    def vat(self) -> Money:
        return Money.total(line.vat for line in self.lines)

    @property
    def gross(self) -> Money:
        return self.net + self.vat


@dataclass(frozen=True, slots=True)
class Tolerance:
    """By how much a line may be asked above what was ordered: the smaller of the two.

    `percent` is hundredths of a percent of what was ordered.
    """

    percent: int = 0
    amount: Money = NIL

    def of(self, ordered: Money) -> Money:
        return min(ordered.times(Fraction(self.percent, _IN_FULL)), self.amount)


@dataclass(frozen=True, slots=True)
class Difference:
    """One way in which what is asked is not what was ordered and delivered; `over` is by how much."""

    code: str
    words: str
    over: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A line beside what was ordered and delivered for its days; amounts before VAT.

    `due` is what may be paid without anybody saying more; the rest of what is asked is disputed.
    """

    ordered: Money
    due: Money
    differences: tuple[Difference, ...] = ()

    @property
    def is_whole(self) -> bool:
        return not self.differences


def match(
    line: Line,
    call_off: CallOff,
    *,
    delivered: Fraction | None,
    before: Sequence[Billed],
    tolerance: Tolerance,
) -> Match:
    """A line of an invoice beside its order and what the provider's returns say was delivered.

    `delivered` is the units of the line's days, None where no return is asked for: then what was
    ordered is taken as delivered. `before` are the days or units of lines approved before.
    """
    # What is asked is compared before VAT.
    free = replace(call_off, vat=0)
    ordered, found = _ordered(line, free, before)
    due = ordered
    if delivered is not None:
        delivered = max(delivered - _counted_before(line, free, before), Fraction(0))
        asked_units = _units(line, free)
        # A return says units to four places: thirty days are 4.2857 weeks.
        if asked_units and delivered < round(asked_units, 4):
            due = min(due, ordered.times(delivered / asked_units))
            found.append(
                Difference(
                    "asked_for_more_than_delivered",
                    f"{rounded(asked_units)} {free.unit.title}s are asked for, {rounded(delivered)} "
                    "were delivered",
                    ordered - due,
                )
            )
    over = line.net - due
    if not found and over <= tolerance.of(ordered):
        return Match(ordered=ordered, due=line.net)
    if over > NIL:
        known = Money.total(one.over for one in found)
        if over > known:
            found.append(
                Difference(
                    "asked_above_the_price",
                    f"{line.net} is asked for what was ordered at {ordered}",
                    over - known,
                )
            )
    return Match(ordered=ordered, due=min(line.net, due), differences=tuple(found))


def _ordered(
    line: Line, call_off: CallOff, before: Sequence[Billed]
) -> tuple[Money, list[Difference]]:
    if not call_off.unit.is_time:
        return _ordered_units(line, call_off, before)
    found: list[Difference] = []
    own = call_off.cost_of([line.stretch])
    fresh = without([line.stretch], days_billed(before))
    due = call_off.cost_of(fresh)
    if due != own:
        found.append(
            Difference("days_billed_before", "some of its days were approved before", own - due)
        )
    outside = _outside(line, call_off)
    if outside:
        last = call_off.last_day
        until = f" to {day_in_full(last)}" if last is not None else ""
        asked_days = line.stretch.days
        found.append(
            Difference(
                "days_not_ordered",
                f"it runs from {day_in_full(call_off.starts)}{until}, and {outside} of "
                f"{asked_days} days are outside",
                line.net.times(Fraction(outside, asked_days)),
            )
        )
    return due, found


def _counted_before(line: Line, call_off: CallOff, before: Sequence[Billed]) -> Fraction:
    """The units within its days that were approved before: delivered once, they are paid once."""
    if call_off.unit.is_time:
        return Fraction(0)
    inside = (one for one in before if line.starts <= one.starts and one.ends <= line.ends)
    return units_billed([*inside])


def _outside(line: Line, call_off: CallOff) -> int:
    runs = call_off.running(line.ends)
    held = runs.within(line.stretch) if runs is not None else None
    return line.stretch.days - (held.days if held is not None else 0)


def _ordered_units(
    line: Line, call_off: CallOff, before: Sequence[Billed]
) -> tuple[Money, list[Difference]]:
    asked = line.units or Fraction(0)
    left = max(call_off.quantity - units_billed(before), Fraction(0))
    due = call_off.cost_of_units(min(asked, left), [line.stretch])
    if asked <= left:
        return due, []
    beyond = call_off.cost_of_units(asked - left, [line.stretch])
    words = f"{rounded(asked)} are asked for, and {rounded(left)} of {rounded(call_off.quantity)} are left"
    return due, [Difference("units_not_ordered", words, beyond)]


def _units(line: Line, call_off: CallOff) -> Fraction:
    """How many units a line asks for: said, or the units of its days."""
    if line.units is not None:
        return line.units
    if call_off.unit.is_time:
        return units_in(call_off.unit, line.stretch) * call_off.quantity
    return Fraction(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a line stands, before VAT: `owed` is what is asked, or what a resolution made of it.

    `due` may be approved now, `held` is disputed and may yet be owed.
    """

    line: Line
    match: Match
    owed: Money
    approved: Money
    due: Money

    @property
    def over(self) -> Money:
        """By how much more was approved than is due."""
        return max(self.approved - self.match.due, NIL)

    @property
    def held(self) -> Money:
        """Nothing more than is owed; a credit note is never held."""
        return max(self.owed - self.approved - self.due, NIL)


@dataclass(frozen=True, slots=True)
class Said:
    """What was said of a line: a part `disputed`, what is `owed` once it is resolved, or what was
    approved and is `recovered`, what was disputed and is `credited`: below nil of a credit note."""

    line: int
    disputed: Money = NIL
    owed: Money | None = None
    recovered: Money = NIL
    credited: Money = NIL


def standing(line: Line, matched: Match, said: Sequence[Said], approved: Money) -> Standing:
    """Where a line stands by its match, what was said of it in order and what of it was approved.

    A resolution ends what was disputed before it, not what is disputed after; what was recovered
    is owed no more, nor what was credited of a disputed part, which is disputed no more either.
    """
    owed, disputed, resolved = line.net, NIL, False
    for one in said:
        if one.line != line.number:
            continue
        if one.owed is not None:
            owed, disputed, resolved = one.owed, NIL, True
        owed -= one.recovered + one.credited
        disputed = max(disputed + one.disputed - one.credited, NIL)
    if line.net < NIL:
        due = owed - approved
    else:
        undisputed = owed - disputed
        due = max((undisputed if resolved else min(matched.due, undisputed)) - approved, NIL)
    return Standing(line=line, match=matched, owed=owed, approved=approved, due=due)


def vat_of(line: Line, net: Money, irrecoverable: int) -> tuple[Money, Money]:
    """The VAT that goes with a part of a line: (recoverable, irrecoverable).

    `irrecoverable` is hundredths of a percent of the net amount, never more than is asked.
    """
    if not line.vat or not line.net:
        return NIL, NIL
    vat = line.vat.times(Fraction(net.pence, line.net.pence))
    kept = net.times(Fraction(irrecoverable, _IN_FULL))
    kept = min(kept, vat) if vat >= NIL else max(kept, vat)
    return vat - kept, kept


def problems_in(invoice: Invoice) -> Iterator[Problem]:
    """Everything wrong with an invoice by itself; `where` is the field."""
    credit = bool(invoice.credits)
    for place, line in enumerate(invoice.lines):
        where = f"lines[{place}]"
        if line.ends < line.starts:
            yield Problem(
                "invoice_line_ends_before_it_starts",
                f"Line {line.number} ends on {day_in_full(line.ends)}, before it starts on "
                f"{day_in_full(line.starts)}.",
                f"{where}.ends",
            )
        if not line.net or (line.net < NIL) != credit:
            what = "takes back an amount below nil" if credit else "asks for an amount above nil"
            yield Problem(
                "invoice_line_amount_wrong_way",
                f"Line {line.number} is for {line.net}; a line of "
                f"{'a credit note' if credit else 'an invoice'} {what}.",
                f"{where}.net",
            )
        if line.vat and (line.vat < NIL) != (line.net < NIL):
            yield Problem(
                "invoice_vat_wrong_way",
                f"The VAT of line {line.number}, {line.vat}, goes the other way than its amount.",
                f"{where}.vat",
            )
        if line.takes_back and not credit:
            yield Problem(
                "invoice_line_takes_nothing_back",
                f"Line {line.number} says that its days were not delivered, and this is an invoice; "
                "a credit note takes days back.",
                f"{where}.takes_back",
            )
        if line.units is not None and line.units <= 0:
            yield Problem("units_not_above_nil", "Units are a number above nil.", f"{where}.units")
