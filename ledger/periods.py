"""Financial years from April to March with their periods 1 to 13."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from ledger.text import shown

_YEAR = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
_PERIOD = re.compile(r"(\d{4}-\d{2}) P(\d{2})", re.ASCII)
_FIRST, _LAST = 1800, 2999
"""What is worked out from a year, others before and after it, is a year of the calendar too."""
_MONTHS = (
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
    "January",
    "February",
    "March",
)


@dataclass(frozen=True, order=True, slots=True)
class FinancialYear:
    """The local government year that starts on 1 April of `starts_in`, written ``2003-04``."""

    starts_in: int

    @classmethod
    def parse(cls, text: str) -> FinancialYear:
        """Read ``2003-04``.

        Raises:
            ValueError: if it has another shape, its second part is not the next year, or it is none
                of the twelve centuries from 1800.
        """
        found = _YEAR.fullmatch(text) if isinstance(text, str) else None
        if (
            found is None
            or (int(found[1]) + 1) % 100 != int(found[2])
            or not _FIRST <= int(found[1]) < _LAST
        ):
            raise ValueError(f"“{shown(str(text))}” is not a financial year; write it as 2003-04.")
        return cls(int(found[1]))

    @classmethod
    def containing(cls, day: date) -> FinancialYear:
        return cls(day.year if day.month >= 4 else day.year - 1)

    @property
    def starts(self) -> date:
        return date(self.starts_in, 4, 1)

    @property
    def ends(self) -> date:
        return date(self.starts_in + 1, 3, 31)

    @property
    def next(self) -> FinancialYear:
        return FinancialYear(self.starts_in + 1)

    @property
    def periods(self) -> tuple[Period, ...]:
        """The thirteen periods, in order."""
        return tuple(Period(self, number) for number in range(1, 14))

    def __str__(self) -> str:
        return f"{self.starts_in}-{(self.starts_in + 1) % 100:02d}"


@dataclass(frozen=True, order=True, slots=True)
class Period:
    """Period 1 (April) to 12 (March) of a year, or 13 for entries made after March is shut.

    31 March is in period 12 and in 13, so a period is stored and never worked out from a day.
    """

    year: FinancialYear
    number: int

    def __post_init__(self) -> None:
        if not 1 <= self.number <= 13:
            raise ValueError(f"A period is 1 to 13, not {self.number}.")

    @classmethod
    def parse(cls, text: str) -> Period:
        """Read ``2003-04 P01``.

        Raises:
            ValueError: if it has another shape.
        """
        found = _PERIOD.fullmatch(text) if isinstance(text, str) else None
        if found is None:
            raise ValueError(f"“{shown(str(text))}” is not a period; write it as 2003-04 P01.")
        return cls(FinancialYear.parse(found[1]), int(found[2]))

    @classmethod
    def containing(cls, day: date) -> Period:
        """The ordinary period of a day: never 13."""
        return cls(FinancialYear.containing(day), (day.month - 4) % 12 + 1)

    @property
    def starts(self) -> date:
        """The first day it holds; period 13 holds only 31 March."""
        if self.number == 13:
            return self.year.ends
        month = (self.number + 2) % 12 + 1
        return date(self.year.starts_in + (month < 4), month, 1)

    @property
    def ends(self) -> date:
        """The last day it holds."""
        if self.number >= 12:
            return self.year.ends
        return Period(self.year, self.number + 1).starts - timedelta(days=1)

    def holds(self, day: date) -> bool:
        """Whether a journal of that day may go into this period."""
        return self.starts <= day <= self.ends

    def up_to(self) -> Iterator[Period]:
        """The periods of the year from the first to this one."""
        return (Period(self.year, number) for number in range(1, self.number + 1))

    @property
    def title(self) -> str:
        """``April 2003`` or ``Period 13 of 2003-04``: what a screen shows."""
        if self.number == 13:
            return f"Period 13 of {self.year}"
        return f"{_MONTHS[self.number - 1]} {self.starts.year}"

    def __str__(self) -> str:
        return f"{self.year} P{self.number:02d}"
