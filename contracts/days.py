"""The day on which something is said to have happened: today or before."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from ledger.problems import Problem
from ledger.wording import day_in_full


def ahead_of_time(day: date, today: date, *, where: str = "day") -> Iterator[Problem]:
    """A day after today, of something that is said to have happened."""
    if day > today:
        yield Problem(
            "day_ahead_of_time",
            f"{day_in_full(day)} is still to come; say the day it was seen, said or done.",
            where,
        )
