"""Dates as councils print them.

Read: ``2017-04-03`` and ``2017-04-03 00:00:00``, ``03/04/2017``, ``3.4.2017``, ``03-04-2017``,
``03-Apr-17``, ``3 April 2017``, ``Monday, March 2, 2020``, and the months ``2019-10`` and ``201910``.
The day comes before the month unless the profile says otherwise; two figures for a year are
1970 to 2069, and ``03/04/17`` is read only where the profile states the order.

A month is not a day: its last day is given, marked `month_only`. ``201910`` may be October 2019 or
the tenth period of 2019-20, so it is read only where the profile says which.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from ledger.problems import Problem
from trust_commissioning.files.amounts import shown


class DateOrder(StrEnum):
    """Which comes first in ``03/04/2017``."""

    DAY_FIRST = "day_first"
    MONTH_FIRST = "month_first"


class PeriodMeans(StrEnum):
    """What the last two figures of ``201910`` count."""

    CALENDAR_MONTH = "calendar_month"
    FINANCIAL_PERIOD = "financial_period"


@dataclass(frozen=True, slots=True)
class DateRules:
    """How one file writes its dates: what the text of a single cell cannot tell.

    `order` is None where nobody has said; `epoch` is the day a workbook counts from as 0.
    """

    order: DateOrder | None = None
    period_means: PeriodMeans | None = None
    epoch: date | None = None


@dataclass(frozen=True, slots=True)
class ReadDate:
    """A day; the last day of the month where only the month was printed."""

    day: date
    month_only: bool = False


_FIRST_YEAR, _LAST_YEAR = 1970, 2069
_MONTHS = (
    "january february march april may june july august september october november december"
).split()
_WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
_MONTH_BY_NAME = (
    {name: number for number, name in enumerate(_MONTHS, 1)}
    | {name[:3]: number for number, name in enumerate(_MONTHS, 1)}
    | {"sept": 9}
)
_TIME = r"(?:[ Tt][0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?)?"
_YEAR_FIRST = re.compile(r"([0-9]{4})([-/.])([0-9]{2})\2([0-9]{2})" + _TIME)
_YEAR_LAST = re.compile(r"([0-9]{1,2})([-/.])([0-9]{1,2})\2([0-9]{4}|[0-9]{2})" + _TIME)
_NAMED = re.compile(
    r"(?:([A-Za-z]+),? )?([0-9]{1,2})[-/ ]([A-Za-z]{3,9})\.?[-/ ]([0-9]{4}|[0-9]{2})"
)
_NAMED_FIRST = re.compile(r"(?:([A-Za-z]+),? )?([A-Za-z]{3,9})\.? ([0-9]{1,2}),? ([0-9]{4})")
_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")
_PERIOD = re.compile(r"([0-9]{4})([0-9]{2})")
_SERIAL = re.compile(r"([0-9]{5})(?:\.[0-9]+)?")


def read_date(text: str, rules: DateRules | None = None) -> ReadDate | Problem:
    """The day this cell prints, or the problem with it (without its row and column)."""
    tidy = " ".join(text.split())
    if not tidy:
        return Problem("date_missing", "The date is missing.")
    for shape, read in _READERS:
        if (found := shape.fullmatch(tidy)) is not None:
            return read(found, text, rules or DateRules())
    return _unreadable(text)


def _year_first(found: re.Match[str], text: str, _: DateRules) -> ReadDate | Problem:
    return _day(found[1], int(found[3]), found[4], text)


def _year_last(found: re.Match[str], text: str, rules: DateRules) -> ReadDate | Problem:
    first, second, year = int(found[1]), int(found[3]), found[4]
    if len(year) == 2 and rules.order is None:
        return Problem(
            "date_order_not_known",
            f"{shown(text)} has two figures for the year, so it can be read three ways. Say"
            " whether the day or the month comes first.",
        )
    month_first = rules.order is DateOrder.MONTH_FIRST
    day, month = (second, first) if month_first else (first, second)
    if month > 12 >= day:
        first_part, other = ("month", "day") if month_first else ("day", "month")
        return Problem(
            "date_month_out_of_range",
            f"{shown(text)} has no such month when the {first_part} comes first. If this file puts"
            f" the {other} first, say so.",
        )
    return _day(year, month, str(day), text)


def _named(found: re.Match[str], text: str, _: DateRules) -> ReadDate | Problem:
    return _day(found[4], _MONTH_BY_NAME.get(found[3].casefold(), 0), found[2], text, found[1])


def _named_first(found: re.Match[str], text: str, _: DateRules) -> ReadDate | Problem:
    return _day(found[4], _MONTH_BY_NAME.get(found[2].casefold(), 0), found[3], text, found[1])


def _month(found: re.Match[str], text: str, _: DateRules) -> ReadDate | Problem:
    return _end_of_month(int(found[1]), int(found[2]), text)


def _period(found: re.Match[str], text: str, rules: DateRules) -> ReadDate | Problem:
    year, number = int(found[1]), int(found[2])
    if rules.period_means is None:
        return Problem(
            "period_calendar_not_known",
            f"{shown(text)} may be a month of the calendar or a period of the financial year. Say"
            " which.",
        )
    if rules.period_means is PeriodMeans.FINANCIAL_PERIOD and 1 <= number <= 12:
        months_since_january = number + 2
        year, number = year + months_since_january // 12, months_since_january % 12 + 1
    return _end_of_month(year, number, text)


def _serial(found: re.Match[str], text: str, rules: DateRules) -> ReadDate | Problem:
    if rules.epoch is None:
        return _unreadable(text)
    return _plausible(rules.epoch + timedelta(days=int(found[1])), text)


_Reader = Callable[[re.Match[str], str, DateRules], ReadDate | Problem]
_READERS: tuple[tuple[re.Pattern[str], _Reader], ...] = (
    (_YEAR_LAST, _year_last),
    (_YEAR_FIRST, _year_first),
    (_NAMED, _named),
    (_NAMED_FIRST, _named_first),
    (_MONTH, _month),
    (_PERIOD, _period),
    (_SERIAL, _serial),
)


def _day(
    year: str, month: int, day: str, text: str, weekday: str | None = None
) -> ReadDate | Problem:
    try:
        read = date(_four_figures(year), month, int(day))
    except ValueError:
        return _unreadable(text)
    if weekday is not None and weekday.casefold() not in _names_of_weekday(read):
        return Problem(
            "date_weekday_disagrees",
            f"{shown(text)} was a {_WEEKDAYS[read.weekday()].title()}, so one of the two is wrong.",
        )
    return _plausible(read, text)


def _names_of_weekday(day: date) -> tuple[str, str]:
    name = _WEEKDAYS[day.weekday()]
    return name, name[:3]


def _four_figures(year: str) -> int:
    """The year; two figures are 1970 to 2069."""
    number = int(year)
    if len(year) == 4:
        return number
    return number + (1900 if number >= _FIRST_YEAR % 100 else 2000)


def _end_of_month(year: int, month: int, text: str) -> ReadDate | Problem:
    if not 1 <= month <= 12:
        return _unreadable(text)
    read = _plausible(date(max(year, 1), month, monthrange(max(year, 1), month)[1]), text)
    return ReadDate(read.day, month_only=True) if isinstance(read, ReadDate) else read


def _plausible(day: date, text: str) -> ReadDate | Problem:
    if _FIRST_YEAR <= day.year <= _LAST_YEAR:
        return ReadDate(day)
    return Problem(
        "date_out_of_range",
        f"{shown(text)} is not between {_FIRST_YEAR} and {_LAST_YEAR}, so it is taken for a slip.",
    )


def _unreadable(text: str) -> Problem:
    return Problem("date_not_readable", f"{shown(text)} is not a date.")
