"""What a line of the budget is expected to come to by the end of the year, with its basis."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ledger.budget import Position
from ledger.money import NIL, Money
from ledger.profile import EVEN, BudgetProfile


class Method(StrEnum):
    """By what a line is forecast."""

    HIGHER = "higher"
    PROFILE = "profile"
    COMMITTED = "committed"
    PLACEMENTS = "placements"
    PERSON = "person"
    FINAL = "final"

    @property
    def title(self) -> str:  # type: ignore[override]
        """What a screen calls it."""
        return _TITLES[self]


_TITLES = {
    Method.HIGHER: "The higher of what is promised and the rest of the profile",
    Method.PROFILE: "Spent to date and the rest of the profile",
    Method.COMMITTED: "Spent to date and what is promised",
    Method.PLACEMENTS: "Spent to date, what is promised and the turnover of placements",
    Method.PERSON: "A person's own figure",
    Method.FINAL: "As spent",
}

CHOSEN = (
    Method.HIGHER,
    Method.PROFILE,
    Method.COMMITTED,
    Method.PLACEMENTS,
    Method.PERSON,
)
"""What a person may choose; that a year is over is a fact."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What a person said of a line's forecast, with the reason; `amount` for their own figure."""

    method: Method = Method.HIGHER
    reason: str = ""
    by: str = ""
    said_in: str = ""
    amount: Money = NIL
    low: Money | None = None
    high: Money | None = None


AS_A_RULE = Choice()
"""How a line is forecast of which nobody said anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Further:
    """What may come on top of what is promised by the end of the year, with its range."""

    expected: Money = NIL
    low: Money = NIL
    high: Money = NIL
    words: str = ""


NOTHING_FURTHER = Further()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outturn:
    """What a line is expected to come to by the end of the year.

    `to_date` is the budget expected to be spent by now. `basis` says in words what `forecast`
    rests on. `low` and `high` are the range it may well end in.
    """

    budget: Money
    actual: Money
    committed: Money
    forecast: Money
    basis: str
    to_date: Money = NIL
    low: Money = NIL
    high: Money = NIL
    method: Method = Method.HIGHER
    reason: str = ""

    @property
    def variance(self) -> Money:
        """Forecast less budget: above nil is overspent."""
        return self.forecast - self.budget


def outturn(
    position: Position,
    to: int,
    profile: BudgetProfile = EVEN,
    choice: Choice = AS_A_RULE,
    *,
    further: Further = NOTHING_FURTHER,
    final: bool = False,
) -> Outturn:
    """What a line that stands so after a period will come to; once `final`, what it has cost.

    `further` is what the turnover of placements may add; it counts where that method is chosen.
    """
    to_date = profile.to_date(position.budget, to)
    by_profile = position.actual + position.budget - to_date
    by_promise = position.actual + position.committed
    method = Method.FINAL if final else choice.method
    # Where nothing is promised, promises say nothing of the year.
    told = position.committed or method in (Method.COMMITTED, Method.PLACEMENTS)
    ways = (by_profile, by_promise) if told else (by_profile,)
    low, high = min(ways), max(ways)
    if method is Method.PERSON:
        low = choice.amount if choice.low is None else choice.low
        high = choice.amount if choice.high is None else choice.high
    if method is Method.PLACEMENTS:
        low, high = by_promise + further.low, by_promise + further.high
    forecast = {
        Method.HIGHER: high,
        Method.PROFILE: by_profile,
        Method.COMMITTED: by_promise,
        Method.PLACEMENTS: by_promise + further.expected,
        Method.PERSON: choice.amount,
        Method.FINAL: position.actual,
    }[method]
    return Outturn(
        budget=position.budget,
        actual=position.actual,
        committed=position.committed,
        forecast=forecast,
        basis=_basis(method, position, position.budget - to_date, profile, choice, further),
        to_date=to_date,
        low=position.actual if final else low,
        high=position.actual if final else high,
        method=method,
        reason="" if final else choice.reason,
    )


def _basis(
    method: Method,
    position: Position,
    rest: Money,
    profile: BudgetProfile,
    said: Choice,
    further: Further,
) -> str:
    spent, promised = f"{position.actual} spent", f"{position.committed} promised"
    profiled = f"{rest} of profile left ({profile.words})"
    if method is Method.FINAL:
        return "The year is over: what was spent."
    if method is Method.PERSON:
        words = f"{said.by}'s figure of {said.said_in}: {said.reason}"
        below = position.actual + position.committed > said.amount
        return f"{words} ({spent} and {promised} are more than it.)" if below else words
    if method is Method.PROFILE:
        return f"{spent} and {profiled}."
    if method is Method.COMMITTED:
        return f"{spent} and {promised}."
    if method is Method.PLACEMENTS:
        more = f"turnover of {further.expected}"
        return f"{spent}, {promised} and {more} ({further.words or 'no movement'})."
    if position.committed > rest:
        return f"{spent} and {promised}, which is more than {profiled}."
    return f"{spent} and {profiled}" + (f"; {promised}." if position.committed else ".")
