"""Dated duties of a contract: what somebody must have done by a day, once or again and again."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from contracts.kpi import Frequency
from ledger.problems import Problem
from ledger.wording import day_in_full


class Duty(StrEnum):
    """Whose duty it is."""

    PROVIDER = "provider"
    TRUST = "trust"

    @property
    def title(self) -> str:  # type: ignore[override]
        return self.value.capitalize()


@dataclass(frozen=True, slots=True, kw_only=True)
class Obligation:
    """What is to be done by `day`, and again after each `every` until `until` or the end.

    An obligation of the last day of a month falls on the last day of each month it comes to.
    """

    code: str
    title: str
    day: date
    whose: Duty = Duty.PROVIDER
    every: Frequency | None = None
    until: date | None = None

    def days(self, by: date) -> Iterator[date]:
        """The days it falls due, up to `by`."""
        last = by if self.until is None else min(by, self.until)
        day, turn = self.day, 0
        while day <= last:
            yield day
            if self.every is None:
                return
            turn += 1
            day = months_after(self.day, turn * self.every.months)


@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """That what was due on a day was done, on which day, and what shows it."""

    obligation: str
    due: date
    day: date
    words: str
    reference: str
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """One day a duty falls due, with when it was done."""

    obligation: Obligation
    day: date
    met: Met | None = None

    def late_on(self, day: date) -> bool:
        """Whether it was due before a day and not done by it."""
        return self.day < day and (self.met is None or self.met.day > day)


def calendar(
    obligations: Iterable[Obligation], met: Iterable[Met], by: date, ends: date | None = None
) -> tuple[Due, ...]:
    """Every day something falls due by a day, in order; a duty ends with its contract."""
    done = {(one.obligation, one.due): one for one in met}
    last = by if ends is None else min(by, ends)
    found = [
        Due(obligation=one, day=day, met=done.get((one.code, day)))
        for one in obligations
        for day in one.days(by if one.every is None else last)
    ]
    return tuple(sorted(found, key=lambda due: (due.day, due.obligation.code)))


def months_after(day: date, months: int) -> date:
    """The same day so many months on; the month's last where that day is not in it."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = monthrange(year, month + 1)[1]
    at_end = day.day == monthrange(day.year, day.month)[1]
    return date(year, month + 1, last if at_end else min(day.day, last))


def problems_in(obligation: Obligation, where: str) -> Iterator[Problem]:
    """What is wrong with a duty's own words."""
    if obligation.until is not None and obligation.until < obligation.day:
        yield Problem(
            "obligation_ends_before_it_starts",
            f"“{obligation.title}” is due first on {day_in_full(obligation.day)}, after it ends on "
            f"{day_in_full(obligation.until)}.",
            f"{where}.until",
        )
    if obligation.until is not None and obligation.every is None:
        yield Problem(
            "obligation_once_has_no_end",
            f"“{obligation.title}” falls due once, on {day_in_full(obligation.day)}; say how often "
            "it comes again, or leave out when that ends.",
            f"{where}.until",
        )
