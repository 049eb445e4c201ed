"""The times of a week at which a service is open, by the clock in London: days, from and to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import time
from enum import StrEnum

from ledger.problems import Problem


class Weekday(StrEnum):
    """A day of the week; the values are those of iCalendar, which Open Referral has."""

    MONDAY = "MO"
    TUESDAY = "TU"
    WEDNESDAY = "WE"
    THURSDAY = "TH"
    FRIDAY = "FR"
    SATURDAY = "SA"
    SUNDAY = "SU"

    @property
    def title(self) -> str:  # type: ignore[override]
        return self.name.capitalize()

    @classmethod
    def named(cls, text: str) -> Weekday | None:
        """The day of ``monday`` or ``MO``; None for what is no day."""
        wanted = text.strip().upper()
        return next((one for one in cls if wanted in (one.name, one.value)), None)


@dataclass(frozen=True, slots=True)
class Open:
    """One time of every week, from `opens` until `closes` of the same day."""

    day: Weekday
    opens: time
    closes: time

    @property
    def hours(self) -> str:
        """``16:00 to 19:00``."""
        return f"{self.opens:%H:%M} to {self.closes:%H:%M}"


@dataclass(frozen=True, slots=True)
class Sought:
    """A time somebody looks for: on a day, opening no earlier, closing no later."""

    day: Weekday | None = None
    opens: time | None = None
    closes: time | None = None

    @property
    def anything(self) -> bool:
        return (self.day, self.opens, self.closes) != (None, None, None)

    def met_by(self, one: Open) -> bool:
        return (
            (self.day is None or one.day is self.day)
            and (self.opens is None or one.opens >= self.opens)
            and (self.closes is None or one.closes <= self.closes)
        )


def is_open(times: Iterable[Open], sought: Sought) -> bool:
    """Whether any one time is the one somebody looks for; where no times are said, none is."""
    return not sought.anything or any(sought.met_by(one) for one in times)


def by_hours(times: Iterable[Open]) -> dict[tuple[time, time], tuple[Weekday, ...]]:
    """The days by the hours they have in common, in the order of the week."""
    found: dict[tuple[time, time], set[Weekday]] = {}
    for one in times:
        found.setdefault((one.opens, one.closes), set()).add(one.day)
    days = {hours: tuple(day for day in Weekday if day in said) for hours, said in found.items()}
    order = list(Weekday)
    return dict(sorted(days.items(), key=lambda item: (order.index(item[1][0]), item[0])))


def in_words(times: Iterable[Open]) -> str:
    """``Monday, Friday 16:00 to 19:00; Saturday 10:00 to 12:00``."""
    return "; ".join(
        f"{', '.join(day.title for day in days)} {Open(days[0], *hours).hours}"
        for hours, days in by_hours(times).items()
    )


def problems_in(times: Iterable[Open]) -> Iterator[Problem]:
    """A time that would close before it opens; one over midnight is said as two."""
    for place, one in enumerate(times):
        if one.closes <= one.opens:
            yield Problem(
                "opening_times_out_of_order",
                f"{one.day.title} {one.hours} would close before it opens; say a time over midnight "
                "as two.",
                f"times[{place}].closes",
            )
