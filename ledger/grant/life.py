"""The life of an allocation: dated events with what each does to the books.

A grant is recognised when nothing that could stop it is left open: where a plan is needed, once it
is assessed; where Parliament must approve, once it has (the annual Special Grant report, Local
Government Finance Act 1988, section 88B). Cash before then is held in advance. The assessment
decides whether, never how much: no mark changes an amount.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from ledger.grant.allocation import Allocation
from ledger.money import NIL, Money
from ledger.periods import FinancialYear


class Step(StrEnum):
    """What happens to an allocation."""

    ANNOUNCED = "announced"
    PLAN_ASSESSED = "plan_assessed"
    PARLIAMENT_APPROVED = "parliament_approved"
    PAID = "paid"
    REVISED = "revised"
    YEAR_BEGUN = "year_begun"
    CLAIMED = "claimed"
    CERTIFIED = "certified"
    CARRIED_FORWARD = "carried_forward"
    CLAWED_BACK = "clawed_back"
    PAID_BACK = "paid_back"

    @property
    def title(self) -> str:  # type: ignore[override]
        """``Plan assessed``: what a screen shows."""
        return self.words[:1].upper() + self.words[1:]

    @property
    def words(self) -> str:
        """``plan assessed``: within a sentence."""
        if self is Step.PARLIAMENT_APPROVED:
            return "approved by Parliament"
        return self.value.replace("_", " ")


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantEvent:
    """One dated event of an allocation's life.

    `amount` is nil or more, but for a revision, where less is below nil. `year` is the year of
    the allocation that is revised, claimed, carried forward or clawed back. `confirmed` is what
    an assessment decided: whether the grant is paid. `mark` is its mark, which decides nothing.
    `quarters` spreads the year anew (`ledger.grant.quarters`); such a revision may be of nil.
    """

    step: Step
    day: date
    reference: str
    amount: Money = NIL
    year: FinancialYear | None = None
    confirmed: bool = True
    mark: str = ""
    quarters: tuple[Money, ...] = ()


@dataclass(frozen=True, slots=True)
class Movement:
    """What an event does to the books: each amount above nil where there is more of it.

    What the payer has paid and still owes is what is held in advance, earned, or to be paid back:
    `cash` + `debtors` = `in_advance` + `income` + `creditors`, always.
    """

    cash: Money = NIL
    debtors: Money = NIL
    in_advance: Money = NIL
    income: Money = NIL
    creditors: Money = NIL

    def __add__(self, other: Movement) -> Movement:
        return Movement(
            self.cash + other.cash,
            self.debtors + other.debtors,
            self.in_advance + other.in_advance,
            self.income + other.income,
            self.creditors + other.creditors,
        )

    def __neg__(self) -> Movement:
        return Movement(-self.cash, -self.debtors, -self.in_advance, -self.income, -self.creditors)

    def __sub__(self, other: Movement) -> Movement:
        return self + -other

    def __bool__(self) -> bool:
        return any((self.cash, self.debtors, self.in_advance, self.income, self.creditors))


@dataclass(frozen=True, slots=True)
class YearPosition:
    """How one year of an allocation stands: announced and what it is now are both kept."""

    announced: Money = NIL
    revised: Money = NIL
    carried_in: Money = NIL
    carried_out: Money = NIL
    clawed_back: Money = NIL
    recognised: Money = NIL
    claimed: Money = NIL
    certified: Money = NIL

    @property
    def allocation(self) -> Money:
        """What it gives as revised, before anything is carried or taken back."""
        return self.announced + self.revised

    @property
    def available(self) -> Money:
        """What may be spent in the year."""
        return self.allocation + self.carried_in - self.carried_out - self.clawed_back


@dataclass(frozen=True, slots=True)
class Life:
    """An allocation as its events have left it."""

    allocation: Allocation
    gates: frozenset[Step] = frozenset()
    """The steps it waits for before it is recognised: a plan assessed, Parliament's approval."""
    taken: tuple[GrantEvent, ...] = ()
    books: Movement = Movement()
    years: Mapping[FinancialYear, YearPosition] = field(default_factory=dict)

    @property
    def steps(self) -> frozenset[Step]:
        return frozenset(event.step for event in self.taken)

    @property
    def waits_for(self) -> tuple[Step, ...]:
        """The gates still shut, in the order of a life."""
        return tuple(gate for gate in Step if gate in self.gates and not self._opened(gate))

    @property
    def is_recognised(self) -> bool:
        """Whether nothing that could stop the grant is left open."""
        return Step.ANNOUNCED in self.steps and not self.waits_for

    @property
    def total(self) -> YearPosition:
        """All its years together; what one carries into another cancels out in `available`."""
        every = tuple(self.years.values())
        return YearPosition(
            *(
                Money.total(getattr(one, name) for one in every)
                for name in YearPosition.__dataclass_fields__
            )
        )

    def _opened(self, gate: Step) -> bool:
        decided = [event for event in self.taken if event.step is gate]
        return bool(decided) and decided[-1].confirmed


def begin(allocation: Allocation, gates: Iterable[Step] = ()) -> Life:
    """A life before its first event."""
    years = {one.year: YearPosition(announced=one.amount) for one in allocation.years}
    return Life(allocation, frozenset(gates), years=years)


def lived(life: Life, events: Iterable[GrantEvent]) -> Life:
    """A life after events that were found right when they were recorded, in order of day."""
    for event in events:
        life = after(life, event)[0]
    return life


def told(life: Life, events: Iterable[GrantEvent]) -> Iterator[tuple[GrantEvent, Movement]]:
    """The same events one by one, each with what it did to the books."""
    for event in events:
        life, movement = after(life, event)
        yield event, movement


def after(life: Life, event: GrantEvent) -> tuple[Life, Movement]:
    """The life after one event, with what the event does to the books.

    Whatever has come to be recognisable by its day is recognised with it.
    """
    life = replace(life, taken=(*life.taken, event))
    life, movement = _taken(life, event)
    life, recognised = _recognise(life, event.day)
    return life, movement + recognised


@dataclass(frozen=True, slots=True)
class InPlace:
    """An event put among those taken, where its day is.

    `moved` is what it does on its day, `follows` by how much what came after it now does
    otherwise: together they leave the books as if it had been recorded on its day. `last` is the
    day of the last event it changed.
    """

    life: Life
    moved: Movement
    follows: Movement = Movement()
    last: date | None = None


def put_in_place(life: Life, event: GrantEvent) -> InPlace:
    """A life with an event in the order of days, which a year end's need not be recorded in."""
    earlier = [one for one in life.taken if one.day <= event.day]
    later = life.taken[len(earlier) :]
    start = lived(begin(life.allocation, life.gates), earlier)
    now, moved = after(start, event)
    follows, last = Movement(), None
    before = told(start, later)
    for (one, does), (_, did) in zip(told(now, later), before, strict=True):
        if does != did:
            follows, last = follows + (does - did), one.day
    return InPlace(lived(now, later), moved, follows, last)


def _taken(life: Life, event: GrantEvent) -> tuple[Life, Movement]:
    amount, books, year = event.amount, life.books, event.year
    match event.step:
        case Step.PAID:
            due = min(amount, books.debtors)
            held = min(amount - due, max(NIL, _still_to_earn(life) - books.in_advance))
            owed = amount - due - held
            moved = Movement(cash=amount, debtors=-due, in_advance=held, creditors=owed)
            return _booked(life, moved)
        case Step.PAID_BACK:
            return _booked(life, Movement(cash=-amount, creditors=-amount))
        case Step.REVISED:
            assert year is not None
            life = _changed(life, year, revised=amount)
            if amount.pence < 0:
                return _reduced(life, year, -amount)
            kept = min(amount, books.creditors) if year.starts <= event.day else NIL
            return _booked(life, Movement(in_advance=kept, creditors=-kept))
        case Step.CLAWED_BACK:
            assert year is not None
            return _reduced(_changed(life, year, clawed_back=amount), year, amount)
        case Step.CARRIED_FORWARD:
            assert year is not None
            life = _changed(life, year, carried_out=amount)
            life = _changed(life, year.next, carried_in=amount)
            earned = min(amount, life.years[year].recognised)
            life = _changed(life, year, recognised=-earned)
            unpaid = min(earned, books.debtors)
            moved = Movement(debtors=-unpaid, in_advance=earned - unpaid, income=-earned)
            return _booked(life, moved)
        case Step.CLAIMED | Step.CERTIFIED:
            assert year is not None
            return _changed(life, year, **{event.step.value: amount}), Movement()
        case _:
            return life, Movement()


def _recognise(life: Life, day: date) -> tuple[Life, Movement]:
    """Earn what each year begun by a day gives and has not yet earned.

    The first year of an allocation begins no earlier than the allocation itself.
    """
    whole = Movement()
    if not life.is_recognised:
        return life, whole
    for year in sorted(life.years):
        earned = life.years[year].available - life.years[year].recognised
        begins = max(year.starts, life.allocation.starts)
        if begins <= day and earned.pence > 0:
            held = min(earned, life.books.in_advance)
            moved = Movement(debtors=earned - held, in_advance=-held, income=earned)
            life, moved = _booked(_changed(life, year, recognised=earned), moved)
            whole += moved
    return life, whole


def _reduced(life: Life, year: FinancialYear, less: Money) -> tuple[Life, Movement]:
    """Take back from a year: from what is still due first, then from what was paid.

    What was earned is earned no longer; of what is held in advance, only what no other year is
    still to have is owed back.
    """
    position = life.years[year]
    unearned = max(NIL, position.recognised - max(NIL, position.available))
    not_due = min(unearned, life.books.debtors)
    moved = Movement(debtors=-not_due, income=-unearned, creditors=unearned - not_due)
    life, moved = _booked(_changed(life, year, recognised=-unearned), moved)
    not_needed = max(NIL, life.books.in_advance - _still_to_earn(life))
    too_much = min(less - unearned, not_needed)
    if too_much.pence <= 0:
        return life, moved
    life, back = _booked(life, Movement(in_advance=-too_much, creditors=too_much))
    return life, moved + back


def _still_to_earn(life: Life) -> Money:
    """What its years give and have not yet earned: no more than this is held in advance."""
    return Money.total(
        one.available - one.recognised for one in life.years.values() if one.available > NIL
    )


def _booked(life: Life, movement: Movement) -> tuple[Life, Movement]:
    return replace(life, books=life.books + movement), movement


def _changed(life: Life, year: FinancialYear, **by: Money) -> Life:
    """The life with amounts of one year raised by so much."""
    now = life.years.get(year, YearPosition())
    changed = replace(now, **{name: getattr(now, name) + amount for name, amount in by.items()})
    return replace(life, years={**life.years, year: changed})
