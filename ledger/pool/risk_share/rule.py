"""The language risk shares are written in: values that say who carries a variance, how far.

Agreements found in use say it in a dozen ways (opening contributions, agreed percentages, steps
with caps, lines that are fixed, a sub-fund only, a waterfall, a priority, a plan instead of a
share, nothing at all). All of them are said here with the same few words, so that no agreement is
ever written in code:

* A rule has **parts**. Each line of the fund belongs to the first part that names it; the last
  part takes the rest. A sub-fund is a part; so are the fixed lines.
* A part has one **clause** for overspends and one for underspends.
* A clause has **steps**. Each takes what is left of the variance, as far as it goes, and hands the
  rest to the next. The last step of a clause goes all the way.
* A clause may **cap** what a partner carries by it. What the caps leave over goes through the
  steps of `beyond`.

A variance is outturn less budget: above nil is overspent.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from ledger.money import NIL, Money


class By(StrEnum):
    """What a step shares in proportion to."""

    OPENING = "opening"
    REVISED = "revised"
    AGREED = "agreed"
    EQUAL = "equal"

    @property
    def title(self) -> str:  # type: ignore[override]
        return _BY_TITLES[self]


_BY_TITLES = {
    By.OPENING: "in proportion to contributions as the year opened",
    By.REVISED: "in proportion to contributions as they stand now",
    By.AGREED: "by the agreed percentages",
    By.EQUAL: "equally",
}


class Base(StrEnum):
    """What a percentage of a limit is of."""

    BUDGET = "budget"
    CONTRIBUTIONS = "contributions"


class Use(StrEnum):
    """What becomes of an underspend that stays with the fund."""

    RETAINED = "retained"
    CONTINGENCY = "contingency"
    REDEPLOYED = "redeployed"
    CARRIED_FORWARD = "carried_forward"

    @property
    def title(self) -> str:  # type: ignore[override]
        return _USE_TITLES[self]


_USE_TITLES = {
    Use.RETAINED: "retained as an underspend",
    Use.CONTINGENCY: "held as a contingency",
    Use.REDEPLOYED: "redeployed within the fund",
    Use.CARRIED_FORWARD: "carried forward",
}


class Applies(StrEnum):
    """Which time a rule decides on where another held before it in the year, or it was suspended.

    Of the whole year the rule in force on its last day decides; by months each month's variance is
    shared by the rule in force on that month's last day.
    """

    WHOLE_YEAR = "whole_year"
    BY_MONTHS = "by_months"

    @property
    def title(self) -> str:  # type: ignore[override]
        return _APPLIES_TITLES[self]


_APPLIES_TITLES = {
    Applies.WHOLE_YEAR: "decides on the variance of the whole year",
    Applies.BY_MONTHS: "decides on the variance of the months it holds for",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """How far something goes: an amount, or a percentage of budgets or of contributions.

    A percentage of budgets is of the budgets of the `parts` named, of every line given where none
    is. A percentage of contributions is of what the partners concerned opened the year with.
    """

    amount: Money | None = None
    percent: Fraction | None = None
    of: Base = Base.BUDGET
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a clause. `if_agreed` names a decision without which it is passed over."""

    up_to: Limit | None = None
    if_agreed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share(Step):
    """Partners carry it in proportion: all of them, or those `among` whom it is shared.

    `percent` is kept apart from contributions, since agreed percentages are rounded. Shares
    `within_caps` go to partners below their caps only. `outside` says that the partners find it
    from resources outside the pool.
    """

    by: By
    percent: tuple[tuple[str, Fraction], ...] = ()
    among: tuple[str, ...] = ()
    within_caps: bool = False
    outside: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Bear(Step):
    """One partner carries it."""

    partner: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lie(Step):
    """It lies where it falls: each line's variance with the partner that leads the line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offset(Step):
    """An overspend is set against underspends of the parts named."""

    against: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw(Step):
    """An overspend is met from a named resource, such as a risk pool, while it lasts."""

    resource: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut(Step):
    """An overspend is met by cutting what the schemes of the parts named have not committed.

    None named is the part's own schemes.
    """

    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Act(Step):
    """It is not shared: something must be done, by when the words say."""

    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Keep(Step):
    """An underspend stays with the fund."""

    use: Use
    ring_fenced: bool = False
    non_recurrent_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Cap:
    """The most one partner carries by a clause."""

    partner: str
    limit: Limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """What the agreement says of one direction, in order; `number` and `words` are its own.

    `words` may be empty where the steps say it all (`ledger.pool.risk_share.words`).
    """

    number: str
    steps: tuple[Step, ...]
    words: str = ""
    caps: tuple[Cap, ...] = ()
    beyond: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """Which lines are meant, by fund, service, account or all of these; nothing said is all.

    An account stands for everything under it.
    """

    funds: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()

    @property
    def all(self) -> bool:
        return not (self.funds or self.services or self.accounts)

    def hold(self, fund: str, service: str, account: str) -> bool:
        return (
            (not self.funds or fund in self.funds)
            and (not self.services or service in self.services)
            and (
                not self.accounts
                or any(account == one or account.startswith(one + ":") for one in self.accounts)
            )
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Lines under the same clauses: netted together, or `line_by_line` each for itself."""

    code: str
    title: str
    overspend: Clause
    underspend: Clause
    lines: Lines = Lines()
    line_by_line: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """Lines that one partner leads, for what lies where it falls."""

    lines: Lines
    partner: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """Money an overspend may be met from: an amount, or what another fund holds."""

    code: str
    title: str
    amount: Money = NIL
    fund: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskShare:
    """One agreement's rule. `partners` stand in the order of the agreement, by which pence tie.

    `clause` is where the agreement says it and `source` which paper that is. Lines that no lead
    names are the host's. `starts` and `ends` are inclusive; `ends` None means it goes on. `applies`
    is of a fund's own rule: what holds while it is suspended follows it.
    """

    title: str
    clause: str
    partners: tuple[str, ...]
    host: str
    parts: tuple[Part, ...]
    starts: date
    ends: date | None = None
    source: str = ""
    leads: tuple[Lead, ...] = ()
    resources: tuple[Resource, ...] = ()
    applies: Applies = Applies.WHOLE_YEAR

    def part(self, code: str) -> Part:
        return next(part for part in self.parts if part.code == code)

    def part_of(self, fund: str, service: str, account: str) -> Part:
        """The part a line belongs to: the first that names it."""
        return next(part for part in self.parts if part.lines.hold(fund, service, account))

    def lead_of(self, fund: str, service: str, account: str) -> str:
        """The partner a line lies with."""
        for lead in self.leads:
            if lead.lines.hold(fund, service, account):
                return lead.partner
        return self.host

    @property
    def decisions(self) -> tuple[str, ...]:
        """The decisions of the partners that steps wait for, in the order they are named."""
        clauses = [one for part in self.parts for one in (part.overspend, part.underspend)]
        steps = [step for clause in clauses for step in (*clause.steps, *clause.beyond)]
        return tuple(dict.fromkeys(step.if_agreed for step in steps if step.if_agreed))

    def in_force(self, day: date) -> bool:
        return self.starts <= day and (self.ends is None or day <= self.ends)
