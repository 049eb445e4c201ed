"""What holds a virement: routes from line to line, limits on what one person may post.

A route says that one place may, or may not, lend to another; a delegated limit says what a person,
or who holds a role, may post: in a financial year from one line to another, so that it cannot be
split to get under it, or in one virement where the limit says so. Both run from one day to another.
Where no route gives leave within a fund, everything may move that is not forbidden; between funds
only what a route allows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ledger.budget import BudgetLine, moved_by_line
from ledger.chart import BUDGET_AUTHORITY
from ledger.journal import Journal
from ledger.money import NIL, Money
from ledger.problems import Problem

BETWEEN_FUNDS = "virement-between"
"""The source of the two changes of budget by which budget moves from one fund to another."""
_GIVES, _GETS = "/gives", "/gets"
Side = tuple[str, BudgetLine]
"""A line of a fund."""


@dataclass(frozen=True, slots=True)
class Days:
    """From one day to another; None is without end."""

    starts: date | None = None
    ends: date | None = None

    def hold(self, day: date) -> bool:
        return (self.starts is None or self.starts <= day) and (
            self.ends is None or day <= self.ends
        )


ALWAYS = Days()


@dataclass(frozen=True, slots=True)
class Place:
    """Some lines of the budget: of a fund, under an account, of a service; '' is any."""

    fund: str = ""
    account: str = ""
    service: str = ""

    def holds(self, fund: str, line: BudgetLine) -> bool:
        return (
            self.fund in ("", fund)
            and (self.account == "" or f"{line.account}:".startswith(f"{self.account}:"))
            and self.service in ("", line.service)
        )

    def __str__(self) -> str:
        said = [
            f"fund {self.fund}" if self.fund else "",
            self.account,
            f"service {self.service}" if self.service else "",
        ]
        return ", ".join(part for part in said if part) or "any line"


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """That one place may lend to another, or may not, and why."""

    code: str
    giving: Place
    getting: Place
    allowed: bool
    because: str = ""
    days: Days = ALWAYS

    def joins(self, gives: Side, gets: Side) -> bool:
        return self.giving.holds(*gives) and self.getting.holds(*gets)


class Per(StrEnum):
    """Over what a limit holds."""

    YEAR = "year"
    VIREMENT = "virement"

    @property
    def words(self) -> str:
        """After an amount: ``up to £100.00 a year from line to line``."""
        return "a year from line to line" if self is Per.YEAR else "at once"


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """A virement of the year that stands: its number, who posted it, and what moved between which
    two lines."""

    number: str
    by: str
    role: str
    pairs: Mapping[tuple[Side, Side], Money]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """What one person, or whoever holds a role, may post; None is any amount."""

    code: str
    amount: Money | None
    fund: str = ""
    role: str = ""
    person: str = ""
    days: Days = ALWAYS
    per: Per = Per.YEAR

    def allows(self, amount: Money) -> bool:
        return self.amount is None or amount <= self.amount

    @property
    def words(self) -> str:
        """``any amount``, or ``up to`` so much and over what."""
        return "any amount" if self.amount is None else f"up to {self.amount} {self.per.words}"

    def __str__(self) -> str:
        holder = self.person or f"{_article(self.role)} {self.role.replace('_', ' ')}"
        return f"{holder} may post {self.words}"


@dataclass(frozen=True, slots=True)
class VirementRules:
    """The routes and limits there are."""

    routes: tuple[Route, ...] = ()
    limits: tuple[Limit, ...] = ()

    def limits_of(self, fund: str, day: date) -> tuple[Limit, ...]:
        """The limits on virements of a fund on a day; none is no limit."""
        return tuple(
            limit for limit in self.limits if limit.fund in ("", fund) and limit.days.hold(day)
        )

    def limit_of(self, fund: str, person: str, role: str, day: date) -> Limit | None:
        """The limit a person has: their own before their role's, the fund's before any fund's."""
        held = [
            limit
            for limit in self.limits_of(fund, day)
            if limit.person == person or (not limit.person and limit.role == role)
        ]
        return max(held, key=lambda limit: (bool(limit.person), bool(limit.fund)), default=None)


@dataclass(frozen=True, slots=True)
class Weighed:
    """What a virement comes to under a limit: with those `before` it, where the limit takes them
    in."""

    amount: Money
    before: tuple[Earlier, ...] = ()
    pair: tuple[Side, Side] | None = None

    def __str__(self) -> str:
        """``; with £60,000.00 moved earlier … (2003-04/000007) it makes £120,000.00``."""
        if self.pair is None:
            return ""
        giving, getting = self.pair
        total = Money.total(one.pairs[self.pair] for one in self.before)
        numbers = ", ".join(one.number for one in self.before)
        return (
            f"; with {total} moved earlier in the year from {_named(giving)} to {_named(getting)} "
            f"({numbers}) it makes {self.amount}"
        )


def weigh(
    journals: Sequence[Journal],
    rules: VirementRules,
    limit: Limit,
    earlier: Iterable[Earlier],
    *,
    fund: str,
    day: date,
) -> Weighed:
    """What a virement comes to under a limit.

    A limit for the year counts with it what its holder posted before from one same line to another;
    of several lines the two between which most has moved decide.
    """
    found = Weighed(moved(journals))
    if limit.per is not Per.YEAR:
        return found
    own = [one for one in earlier if rules.limit_of(fund, one.by, one.role, day) == limit]
    for pair, amount in pairs_of(amounts_of(journals)).items():
        before = tuple(one for one in own if pair in one.pairs)
        total = amount + Money.total(one.pairs[pair] for one in before)
        if before and total > found.amount:
            found = Weighed(total, before, pair)
    return found


def pairs_of(amounts: Iterable[tuple[Side, Money]]) -> dict[tuple[Side, Side], Money]:
    """What moves from each line to each other, of what each gets or gives; where several give to
    several, as much as may have gone from the one to the other."""
    sides = list(amounts)
    return {
        (giving, getting): min(-gives, gets)
        for giving, gives in sides
        for getting, gets in sides
        if gives < NIL < gets
    }


def moved(journals: Iterable[Journal]) -> Money:
    """How much budget a virement moves: what its lines get, over all its journals."""
    return Money.total(amount for _, amount in amounts_of(journals) if amount > NIL)


def problems_of_routes(journals: Sequence[Journal], rules: VirementRules) -> Iterator[Problem]:
    """Every line that may not lend to a line of the virement, with the rule quoted."""
    amounts = list(amounts_of(journals))
    gives = [side for side, amount in amounts if amount < NIL]
    gets = [side for side, amount in amounts if amount > NIL]
    day = journals[0].day
    routes = [route for route in rules.routes if route.days.hold(day)]
    for giving in gives:
        for getting in gets:
            joined = [route for route in routes if route.joins(giving, getting)]
            words = f"{_named(giving)} may not lend to {_named(getting)}"
            if forbidding := next((route for route in joined if not route.allowed), None):
                yield Problem(
                    "virement_route_forbidden",
                    f"{words}: {forbidding.because or 'the rule gives no reason'} "
                    f"(rule {forbidding.code}).",
                    "moves",
                )
            elif not joined and (
                giving[0] != getting[0]
                or any(route.allowed and route.giving.holds(*giving) for route in routes)
            ):
                yield Problem("virement_route_missing", f"{words}: no rule lets it do so.", "moves")


def problems_of_limit(
    journals: Sequence[Journal],
    rules: VirementRules,
    earlier: Sequence[Earlier] = (),
    *,
    person: str,
    role: str,
    name: str,
    day: date,
) -> Iterator[Problem]:
    """Whether this virement is above what the person may post, fund by fund; `earlier` are those
    of its year that stand."""
    for fund in dict.fromkeys(journal.fund for journal in journals):
        limits = rules.limits_of(fund, day)
        limit = rules.limit_of(fund, person, role, day)
        if not limits:
            continue
        own, before = f"{name} has no delegated limit", ""
        if limit is not None:
            weighed = weigh(journals, rules, limit, earlier, fund=fund, day=day)
            if limit.allows(weighed.amount):
                continue
            own, before = f"{name} may post {limit.words}", str(weighed)
        others = [str(one) for one in allowing(journals, rules, earlier, fund=fund, day=day)]
        who = f"; {', '.join(others)}" if others else ""
        yield Problem(
            "virement_above_limit",
            f"A virement of {moved(journals)} in fund {fund} is above the limit{before}: "
            f"{own}{who}.",
            "by",
        )


def problems_of_every_limit(
    journals: Sequence[Journal],
    rules: VirementRules,
    earlier: Sequence[Earlier] = (),
    *,
    day: date,
) -> Iterator[Problem]:
    """Whether anybody at all could post this virement."""
    for fund in dict.fromkeys(journal.fund for journal in journals):
        limits = rules.limits_of(fund, day)
        if limits and not allowing(journals, rules, earlier, fund=fund, day=day):
            said = (
                f"{limit}{weigh(journals, rules, limit, earlier, fund=fund, day=day)}"
                for limit in limits
            )
            yield Problem(
                "virement_above_every_limit",
                f"Nobody may post a virement of {moved(journals)} in fund {fund}: "
                f"{', '.join(said)}.",
                "moves",
            )


def allowing(
    journals: Sequence[Journal],
    rules: VirementRules,
    earlier: Sequence[Earlier] = (),
    *,
    fund: str,
    day: date,
) -> list[Limit]:
    """The limits of a fund under which this virement may be posted."""
    return [
        limit
        for limit in rules.limits_of(fund, day)
        if limit.allows(weigh(journals, rules, limit, earlier, fund=fund, day=day).amount)
    ]


def problems_of_two(one: Journal, other: Journal | None) -> Iterator[Problem]:
    """Whether two changes of budget are the two sides of one virement between funds."""
    if (
        other is None
        or one.fund == other.fund
        or one.period != other.period
        or _authority(one) + _authority(other)
    ):
        yield Problem(
            "virement_other_half_missing",
            f"A virement between funds is two changes of budget, posted together; the other side "
            f"of {one.source_ref} is {'not there' if other is None else 'no longer its match'}.",
            "id",
        )


def references(reference: str) -> tuple[str, str]:
    """What names the two sides of a virement between funds: the one that gives, the one that
    gets."""
    return reference + _GIVES, reference + _GETS


def whole_reference(reference: str) -> str:
    """The name of a virement between funds, of that of one of its sides."""
    return reference.removesuffix(_GIVES).removesuffix(_GETS)


def other_reference(reference: str) -> str:
    """The name of the other side."""
    side, other = (_GIVES, _GETS) if reference.endswith(_GIVES) else (_GETS, _GIVES)
    return reference.removesuffix(side) + other


def _authority(journal: Journal) -> Money:
    return Money.total(p.amount for p in journal.postings if p.account == BUDGET_AUTHORITY)


def amounts_of(journals: Iterable[Journal]) -> Iterator[tuple[Side, Money]]:
    """What each line of a virement gets (above nil) or gives (below)."""
    for journal in journals:
        for line, amount in moved_by_line(journal.postings).items():
            if line.account != BUDGET_AUTHORITY and amount:
                yield (journal.fund, line), amount


def _named(side: Side) -> str:
    return f"{side[1]} (fund {side[0]})"


def _article(role: str) -> str:
    return "an" if role[:1] in "aeiou" else "a"
