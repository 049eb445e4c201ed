"""The life of an allocation: dated events, which may follow which, what each does to the books.

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
from ledger.problems import Problem
from ledger.wording import day_in_full


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


@dataclass(frozen=True, slots=True)
class Move:
    """When a step may be taken: after every one of `after`, and after none of `never_after`.

    A step of a year is stopped only by what happened to that year.
    """

    after: frozenset[Step] = frozenset({Step.ANNOUNCED})
    never_after: frozenset[Step] = frozenset()
    once: bool = False


MOVES: Mapping[Step, Move] = {
    Step.ANNOUNCED: Move(after=frozenset(), once=True),
    Step.PLAN_ASSESSED: Move(never_after=frozenset({Step.CERTIFIED})),
    Step.PARLIAMENT_APPROVED: Move(once=True),
    Step.PAID: Move(),
    Step.REVISED: Move(never_after=frozenset({Step.CERTIFIED})),
    Step.YEAR_BEGUN: Move(),
    Step.CLAIMED: Move(never_after=frozenset({Step.CERTIFIED})),
    Step.CERTIFIED: Move(after=frozenset({Step.ANNOUNCED, Step.CLAIMED})),
    Step.CARRIED_FORWARD: Move(),
    Step.CLAWED_BACK: Move(),
    Step.PAID_BACK: Move(after=frozenset({Step.ANNOUNCED, Step.PAID})),
}
"""Every permitted move. Cash may come before the plan is assessed or Parliament has approved: that
is what holding it in advance is for. An assessment may be made again; approval comes once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantEvent:
    """One dated event of an allocation's life.

    `amount` is nil or more, but for a revision, where less is below nil. `year` is the year of
    the allocation that is revised, claimed, carried forward or clawed back. `confirmed` is what
    an assessment decided: whether the grant is paid. `mark` is its mark, which decides nothing.
    """

    step: Step
    day: date
    reference: str
    amount: Money = NIL
    year: FinancialYear | None = None
    confirmed: bool = True
    mark: str = ""


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
    """A life after events that were found right when they were recorded, in that order."""
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


def problems_in_event(life: Life, event: GrantEvent) -> list[Problem]:
    """Everything that stops an event, or an empty list; `where` is the field."""
    return [
        *_move_problems(life, event),
        *_amount_problems(life, event),
        *_rule_problems(life, event),
    ]


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


def _move_problems(life: Life, event: GrantEvent) -> list[Problem]:
    move, found = MOVES[event.step], []
    said = event.step.words
    reference = life.allocation.reference
    if missing := [step for step in Step if step in move.after - life.steps]:
        found.append(
            Problem(
                "grant_step_too_early",
                f"{reference} cannot be {said} yet: it is not {_words(missing)}.",
                "reference",
            )
        )
    before = {
        one.step for one in life.taken if event.step not in _OF_A_YEAR or one.year == event.year
    }
    if passed := [step for step in Step if step in move.never_after & before]:
        found.append(
            Problem(
                "grant_step_too_late",
                f"{reference} cannot be {said} any more: it is {_words(passed)}.",
                "reference",
            )
        )
    if move.once and event.step in life.steps:
        found.append(
            Problem("grant_step_taken_before", f"{reference} is {said} already.", "reference")
        )
    last = _last_day_before(life, event)
    if event.day < last:
        found.append(
            Problem(
                "grant_event_out_of_order",
                f"{day_in_full(event.day)} is before the last event of {reference}, of "
                f"{day_in_full(last)}; events are recorded in the order of their days.",
                "day",
            )
        )
    return found


def _last_day_before(life: Life, event: GrantEvent) -> date:
    """The day an event may not be before.

    What is left of a year is known after it has ended, often with its claim. So money carried or
    clawed back on the year's last day may follow later claims and certificates and the beginning
    of a year, as long as they moved nothing in the books.
    """
    at_year_end = (
        event.step in (Step.CARRIED_FORWARD, Step.CLAWED_BACK)
        and event.year is not None
        and event.day == event.year.ends
    )
    days = [
        one.day
        for one, moved in told(begin(life.allocation, life.gates), life.taken)
        if moved or not at_year_end or one.step not in _MOVING_NOTHING
    ]
    return max(days, default=event.day)


_MOVING_NOTHING = frozenset({Step.CLAIMED, Step.CERTIFIED, Step.YEAR_BEGUN})
_OF_A_YEAR = frozenset(
    {Step.REVISED, Step.CLAIMED, Step.CERTIFIED, Step.CARRIED_FORWARD, Step.CLAWED_BACK}
)
_OF_AN_AMOUNT = frozenset(
    {Step.PAID, Step.PAID_BACK, Step.REVISED, Step.CARRIED_FORWARD, Step.CLAWED_BACK}
)


def _amount_problems(life: Life, event: GrantEvent) -> list[Problem]:
    step, amount, reference = event.step, event.amount, life.allocation.reference
    below = amount.pence < 0 and step is not Step.REVISED
    if below or (not amount and step in _OF_AN_AMOUNT):
        return [
            Problem(
                "grant_amount_unfit",
                f"{amount} is not an amount by which {reference} can be {step.words}.",
                "amount",
            )
        ]
    if step in _OF_A_YEAR and (event.year is None or event.year not in life.years):
        years = ", ".join(map(str, sorted(life.years)))
        return [
            Problem(
                "year_not_of_allocation",
                f"{reference} gives nothing for {event.year or 'a year not said'}; its years are "
                f"{years}.",
                "year",
            )
        ]
    limit = _limit(life, event)
    if limit is not None and amount > limit[0]:
        return [Problem("grant_amount_too_large", f"{amount} is more than {limit[1]}.", "amount")]
    if step is Step.REVISED and event.year and -amount > life.years[event.year].available:
        left = life.years[event.year].available
        return [
            Problem(
                "grant_amount_too_large",
                f"{-amount} cannot be taken from {reference}, which has {left} for {event.year}.",
                "amount",
            )
        ]
    return []


def _rule_problems(life: Life, event: GrantEvent) -> list[Problem]:
    """What the rule for money not spent, or a decision made before, stands against."""
    reference = life.allocation.reference
    facts = life.allocation.of_year(event.year) if event.year is not None else None
    if event.step is Step.CARRIED_FORWARD and event.year is not None and facts is None:
        return [
            Problem(
                "grant_not_carried_forward",
                f"{reference} gives nothing of its own for {event.year}, and money carried into "
                "a year is not carried out of it again.",
                "year",
            )
        ]
    if event.step is Step.CARRIED_FORWARD and event.year and event.day > event.year.ends:
        return [
            Problem(
                "grant_carried_too_late",
                f"What is carried out of {event.year} leaves it by "
                f"{day_in_full(event.year.ends)}; {day_in_full(event.day)} is in the next year.",
                "day",
            )
        ]
    if event.step is Step.CARRIED_FORWARD and facts and not facts.unspent.may_be_carried:
        return [
            Problem(
                "grant_not_carried_forward",
                f"{reference} does not go from {facts.year} into the next year: “"
                f"{facts.unspent.title}.”",
                "year",
            )
        ]
    if event.step is Step.PLAN_ASSESSED and not event.confirmed and life.is_recognised:
        return [
            Problem(
                "grant_recognised_already",
                f"{reference} is recognised, so an assessment no longer stops it; what the payer "
                "takes back is a clawback.",
                "confirmed",
            )
        ]
    return []


def _limit(life: Life, event: GrantEvent) -> tuple[Money, str] | None:
    reference, year = life.allocation.reference, event.year
    if event.step is Step.PAID_BACK:
        return life.books.creditors, f"the {life.books.creditors} {reference} owes back"
    if year is None:
        return None
    position = life.years[year]
    if event.step in (Step.CARRIED_FORWARD, Step.CLAWED_BACK, Step.CLAIMED):
        return position.available, f"the {position.available} {reference} has for {year}"
    if event.step is Step.CERTIFIED:
        return position.claimed, f"the {position.claimed} claimed of {reference} for {year}"
    return None


def _words(steps: Iterable[Step]) -> str:
    return " and ".join(step.words for step in steps)
