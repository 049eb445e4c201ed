"""Conditions of a grant: what it may pay for, in words for people with a test for the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ledger.chart import CAPITAL
from ledger.money import Money
from ledger.problems import Problem
from ledger.wording import day_in_full


class SpendKind(StrEnum):
    """Capital buys what lasts; revenue is everything else. Some grants pay for one only."""

    REVENUE = "revenue"
    CAPITAL = "capital"

    @classmethod
    def of(cls, account: str) -> SpendKind:
        """What an expense account is: capital is what stands under `ledger.chart.CAPITAL`."""
        return cls.CAPITAL if is_under(account, CAPITAL) else cls.REVENUE


@dataclass(frozen=True, slots=True, kw_only=True)
class Purpose:
    """One thing a grant is for. A line serves it by its service and its account.

    `services` are codes of the trust's own services; `accounts` take what is under them too.
    Where either is empty it asks nothing; a purpose with neither is served by no line.
    """

    code: str
    title: str
    services: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()

    def takes(self, account: str, service: str | None) -> bool:
        """Whether spend on this account for this service serves the purpose."""
        if not self.services and not self.accounts:
            return False
        return (not self.services or service in self.services) and (
            not self.accounts or any(is_under(account, one) for one in self.accounts)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One condition: its `wording` is quoted to a person, the rest is how the ledger tests it.

    What is empty asks nothing. `services`, `accounts` and `spend` say what may be paid for, and
    `for_purposes` that it be one of the grant's purposes. `not_before` and `not_after` bound the
    days of spend, both inclusive. `at_least_percent` of what is spent must serve `purpose`: that
    is no fact of one line, so it is tested on a claim and foreseen in the exposure. The condition
    itself holds from `starts` to `ends`, inclusive.
    """

    code: str
    wording: str
    services: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    spend: SpendKind | None = None
    for_purposes: bool = False
    not_before: date | None = None
    not_after: date | None = None
    purpose: str = ""
    at_least_percent: int = 0
    starts: date | None = None
    ends: date | None = None

    def holds_on(self, day: date) -> bool:
        return (self.starts is None or self.starts <= day) and (
            self.ends is None or day <= self.ends
        )


@dataclass(frozen=True, slots=True)
class Line:
    """Spend as a grant looks at it: what kind, for which service, on which day."""

    account: str
    service: str | None
    day: date
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class RingFence:
    """The conditions of one allocation's grant over the days it runs, both inclusive."""

    title: str
    starts: date
    ends: date
    purposes: tuple[Purpose, ...] = ()
    conditions: tuple[Condition, ...] = ()

    def purpose_of(self, account: str, service: str | None) -> Purpose | None:
        """The first purpose such spend serves."""
        return next((one for one in self.purposes if one.takes(account, service)), None)


def problems_in_spend(line: Line, grant: RingFence) -> list[Problem]:
    """Each condition the line breaks, quoted; an empty list where the grant may pay for it.

    A line of nil or below takes spend away, which no condition stops.
    """
    if line.amount.pence <= 0:
        return []
    return [
        Problem(
            "spend_not_eligible",
            f"{grant.title} may not pay for {line.account}, "
            f"{line.service or 'no service'}, on {day_in_full(line.day)}: “{condition.wording}”",
            "service",
        )
        for condition in grant.conditions
        if condition.holds_on(line.day) and not _is_met(condition, line, grant)
    ]


def problems_in_spend_of_fund(line: Line, fences: Iterable[RingFence]) -> list[Problem]:
    """What stops a fund of ring-fenced grants paying for a line.

    It is enough that one of the grants that run on its day may pay. Where none may, the one
    nearest to paying says why.
    """
    running = [fence for fence in fences if fence.starts <= line.day <= fence.ends]
    refusals = [problems_in_spend(line, fence) for fence in running]
    return min(refusals, key=len, default=[])


def problems_in(purposes: Sequence[Purpose], conditions: Sequence[Condition]) -> list[Problem]:
    """Everything wrong with a grant's purposes and conditions; `where` is the place."""
    return [*_check_purposes(purposes), *_check_conditions(purposes, conditions)]


def is_under(account: str, top: str) -> bool:
    """Whether an account is `top` or stands below it."""
    return account == top or account.startswith(f"{top}:")


def _is_met(condition: Condition, line: Line, grant: RingFence) -> bool:
    return (
        (not condition.services or line.service in condition.services)
        and (
            not condition.accounts or any(is_under(line.account, one) for one in condition.accounts)
        )
        and (condition.spend is None or SpendKind.of(line.account) is condition.spend)
        and (condition.not_before is None or condition.not_before <= line.day)
        and (condition.not_after is None or line.day <= condition.not_after)
        and (not condition.for_purposes or grant.purpose_of(line.account, line.service) is not None)
    )


def _check_purposes(purposes: Sequence[Purpose]) -> Iterator[Problem]:
    seen: set[str] = set()
    for place, purpose in enumerate(purposes):
        if purpose.code in seen:
            yield Problem(
                "purpose_repeated",
                f"The purpose “{purpose.code}” is given twice.",
                f"purposes[{place}].code",
            )
        seen.add(purpose.code)


def _check_conditions(
    purposes: Sequence[Purpose], conditions: Sequence[Condition]
) -> Iterator[Problem]:
    known = {purpose.code for purpose in purposes}
    for place, condition in enumerate(conditions):
        where = f"conditions[{place}]"
        if not _tests_something(condition):
            yield Problem(
                "condition_tests_nothing",
                f"The condition “{condition.wording}” says nothing the ledger can test: name "
                "services, accounts, days, capital or revenue, purposes or a least share.",
                where,
            )
        if condition.purpose and condition.purpose not in known:
            yield Problem(
                "purpose_unknown",
                f"There is no purpose “{condition.purpose}” in this grant.",
                f"{where}.purpose",
            )
        if bool(condition.purpose) != bool(condition.at_least_percent):
            yield Problem(
                "least_share_incomplete",
                "A least share names its purpose with the percentage of spend it must have.",
                f"{where}.at_least_percent",
            )
        if condition.not_before and condition.not_after:
            yield from _check_days(condition, where)


def _check_days(condition: Condition, where: str) -> Iterator[Problem]:
    assert condition.not_before is not None
    assert condition.not_after is not None
    if condition.not_after < condition.not_before:
        yield Problem(
            "condition_ends_before_it_starts",
            f"No day is both from {day_in_full(condition.not_before)} on and up to "
            f"{day_in_full(condition.not_after)}.",
            f"{where}.not_after",
        )


def _tests_something(condition: Condition) -> bool:
    return bool(
        condition.services
        or condition.accounts
        or condition.spend
        or condition.for_purposes
        or condition.not_before
        or condition.not_after
        or condition.at_least_percent
    )
