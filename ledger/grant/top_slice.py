"""Top-slices: one reduction spread over allocations uniformly, in whole pounds, to the pound."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from ledger.money import Money

_POUND = 100


def reduction_of(amounts: Sequence[Money], percent: Fraction) -> Money:
    """A percentage of all the allocations together, to the nearest pound, halves up."""
    exact = Money.total(amounts).pence * percent / 100
    return Money(_whole_pounds(exact) * _POUND)


def top_slice(amounts: Sequence[Money], total: Money) -> tuple[Money, ...]:
    """What each allocation loses of a total reduction: whole pounds that sum to it exactly.

    Each loses the same proportion of its whole pounds, rounded down; the pounds left over go one
    each to those that lost most by the rounding, the earlier first where two lost the same. None
    loses more than it has.

    Raises:
        ValueError: if the total is not whole pounds, is below nil, or is more than there is.
    """
    pounds = [max(amount.pence, 0) // _POUND for amount in amounts]
    if total.pence % _POUND or total.pence < 0:
        raise ValueError(f"A top-slice is whole pounds, nil or more, not {total}.")
    wanted = total.pence // _POUND
    if wanted > sum(pounds):
        raise ValueError(f"{total} cannot be taken from {Money(sum(pounds) * _POUND)}.")
    if not wanted:
        return tuple(Money(0) for _ in amounts)
    return tuple(Money(share.pence * _POUND) for share in Money(wanted).split(pounds))


def _whole_pounds(pence: Fraction) -> int:
    pounds = pence / _POUND
    return (2 * pounds.numerator + pounds.denominator) // (2 * pounds.denominator)
