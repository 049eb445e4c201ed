"""Money in whole pence: exact sums, with the only two roundings in the product."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from ledger.text import shown

_PLAIN = re.compile(r"(-?)(\d{1,13})(?:\.(\d{2}))?", re.ASCII)


@dataclass(frozen=True, order=True, slots=True)
class Money:
    """An amount of pounds sterling as whole pence; debits are positive.

    Made from a whole number of pence or, with `parse`, from text; never from a float. It has no
    ``*`` and no ``/``: `times` and `split` are the only ways to an amount that must be rounded.
    """

    pence: int

    def __post_init__(self) -> None:
        if type(self.pence) is not int:
            raise TypeError(f"Money is whole pence, not {self.pence!r}.")

    @classmethod
    def parse(cls, text: str) -> Money:
        """Read ``1250``, ``1250.00`` or ``-0.05``: pounds, with two places of pence or none.

        This is the product's own notation (JSON, YAML, tests). What people type or councils
        print is read by `trust_commissioning.files.amounts`.

        Raises:
            ValueError: for anything else, so that nothing is ever guessed.
        """
        if not isinstance(text, str) or (found := _PLAIN.fullmatch(text)) is None:
            raise ValueError(
                f"“{shown(str(text))}” is not an amount of money; write pounds and pence as 1250.00."
            )
        sign, pounds, pence = found.groups()
        total = int(pounds) * 100 + int(pence or 0)
        return cls(-total if sign else total)

    @classmethod
    def total(cls, amounts: Iterable[Money]) -> Money:
        """The exact sum; nil for no amounts."""
        return cls(sum(amount.pence for amount in amounts))

    def __add__(self, other: Money) -> Money:
        return Money(self.pence + other.pence)

    def __sub__(self, other: Money) -> Money:
        return Money(self.pence - other.pence)

    def __neg__(self) -> Money:
        return Money(-self.pence)

    def __abs__(self) -> Money:
        return Money(abs(self.pence))

    def __bool__(self) -> bool:
        return self.pence != 0

    def times(self, factor: Fraction | int) -> Money:
        """This amount times an exact factor, to the nearest penny, halves away from zero.

        Give a `Fraction` (``Fraction("0.175")``); a float is refused.
        """
        if not isinstance(factor, Fraction | int) or isinstance(factor, bool):
            raise TypeError(f"Multiply money by an exact fraction, not {factor!r}.")
        exact = self.pence * Fraction(factor)
        whole = (2 * abs(exact.numerator) + exact.denominator) // (2 * exact.denominator)
        return Money(-whole if exact < 0 else whole)

    def split(self, weights: Sequence[int]) -> tuple[Money, ...]:
        """Shares in proportion to whole-number weights; they sum to this amount exactly.

        Each share is rounded towards nil, then the pence left over go one each to the shares
        that lost most (largest remainder), the earlier share first where two lost the same.

        Raises:
            ValueError: if there are no weights, one is negative, or all are nil.
        """
        if not weights or any(weight < 0 for weight in weights) or not any(weights):
            raise ValueError(f"Weights must be nil or more with one above nil, not {weights!r}.")
        whole, size = sum(weights), abs(self.pence)
        shares = [size * weight // whole for weight in weights]
        lost = [size * weight % whole for weight in weights]
        left_over = size - sum(shares)
        for place in sorted(range(len(weights)), key=lambda i: (-lost[i], i))[:left_over]:
            shares[place] += 1
        sign = -1 if self.pence < 0 else 1
        return tuple(Money(sign * share) for share in shares)

    @property
    def plain(self) -> str:
        """``1250.00``: what JSON, CSV and Beancount hold."""
        pounds, pence = divmod(abs(self.pence), 100)
        return f"{'-' if self.pence < 0 else ''}{pounds}.{pence:02d}"

    def __str__(self) -> str:
        """``£1,250.00``: what a person in England reads."""
        pounds, pence = divmod(abs(self.pence), 100)
        return f"{'-' if self.pence < 0 else ''}£{pounds:,}.{pence:02d}"


NIL = Money(0)
