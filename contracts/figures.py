"""Figures of measures as they are printed, read exactly: whole, decimal, fraction or range."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

_NUMBER = r"-?(?:\d{1,3}(?:,\d{3})+|\d{1,13})(?:\.\d{1,6})?"
_ONE = re.compile(rf"({_NUMBER})( million)?", re.ASCII)
_RATIO = re.compile(r"(\d{1,6})/(\d{1,6})", re.ASCII)
_RANGE = re.compile(rf"({_NUMBER})-({_NUMBER})( million)?", re.ASCII)
_WHOLE = re.compile(r"-?\d{4,13}", re.ASCII)
MORE = ("over", "more than", "above", "greater than", "just over", "well over")
"""Qualifiers that say the figure itself is not reached from above: over 51 is not 51."""
AT_LEAST = ("at least", "not less than", "no less than", "not fewer than", "no fewer than")
LESS = ("under", "less than", "below", "fewer than", "just under", "well under")
AT_MOST = ("up to", "at most", "not more than", "no more than")
NEARLY = ("nearly", "almost")
"""A little below the figure."""
IN_FRONT = (
    *(*MORE, *AT_LEAST, *LESS, *AT_MOST, *NEARLY),
    *("about", "around", "approximately", "just", "only"),
)
"""Qualifiers said before the figure; any other follows it."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: its words as printed, and from what to what it says exactly.

    `low` and `high` are the same but for a range, such as ``50-100`` or ``3-4 million``.
    """

    printed: str
    low: Fraction
    high: Fraction

    @classmethod
    def parse(cls, text: str) -> Figure:
        """Read ``13``, ``15.2``, ``59,700``, ``1/5``, ``50-100`` or ``3-4 million``.

        Raises:
            ValueError: for anything else, so that nothing is ever guessed.
        """
        if found := _RATIO.fullmatch(text):
            if int(found[2]):
                ratio = Fraction(int(found[1]), int(found[2]))
                return cls(text, ratio, ratio)
        elif found := _ONE.fullmatch(text):
            value = _read(found[1], found[2])
            return cls(text, value, value)
        elif found := _RANGE.fullmatch(text):
            low, high = _read(found[1], found[3]), _read(found[2], found[3])
            if low < high:
                return cls(text, low, high)
        raise ValueError(
            f"“{text}” is not a figure; write it as 13, 15.2, 59,700, 1/5, 50-100 or 3-4 million."
        )

    @property
    def exact(self) -> Fraction | None:
        """Its one value; None for a range."""
        return self.low if self.low == self.high else None

    def __str__(self) -> str:
        """As printed, with commas where a whole number is printed without."""
        return f"{int(self.printed):,}" if _WHOLE.fullmatch(self.printed) else self.printed


def in_words(figure: Figure | str, unit: str, qualifier: str = "", sign: str = "") -> str:
    """``over 51%``, ``59,700 children``, ``+4 percentage points``, ``1/5``: as a reader says it."""
    said = _with_unit(f"{sign}{figure}", unit)
    if not qualifier:
        return said
    return f"{qualifier} {said}" if said_as(qualifier) in IN_FRONT else f"{said}, {qualifier}"


def said_as(qualifier: str) -> str:
    """A qualifier as the lists here have it, however it is spaced and capitalised."""
    return " ".join(qualifier.casefold().split())


def _with_unit(said: str, unit: str) -> str:
    if unit in ("", "fraction", "rank", "not stated"):
        return said
    if unit == "percent":
        return f"{said}%"
    if unit.startswith("£"):
        return f"£{said}{unit[1:]}"
    return f"{said} {unit}"


def rounded(value: Fraction, places: int = 2) -> str:
    """An exact value as a reader's decimal, halves away from nil: ``49.33``, ``50``, ``1,250``."""
    scale = 10**places
    size = (2 * abs(value.numerator) * scale + value.denominator) // (2 * value.denominator)
    whole, part = divmod(size, scale)
    decimals = f"{part:0{places}d}".rstrip("0") if places else ""
    return f"{'-' if value < 0 and size else ''}{whole:,}{'.' if decimals else ''}{decimals}"


def _read(text: str, million: str | None) -> Fraction:
    return Fraction(text.replace(",", "")) * (1_000_000 if million else 1)
