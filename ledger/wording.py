"""The words in which a sentence for people counts things or names a day."""

from __future__ import annotations

from datetime import date


def counted(number: int, one: str, many: str = "") -> str:
    """``1 journal``, ``3,000 journals``; `many` where more than one is not told by an s."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def day_in_full(day: date) -> str:
    """``3 April 2003``, as a day is written in England."""
    return f"{day.day} {day:%B %Y}"
