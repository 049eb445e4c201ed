"""Receipts from partners: what one pays of what is owed, what of it is held."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ledger.money import NIL, Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """Money that came in. `partner` is empty while nobody knows whose it is.

    `matched` is what of it pays instalments; what is left is held: as a contribution in advance
    where the partner is known, as a deposit where it is not.
    """

    reference: str
    fund: str
    partner: str
    day: date
    amount: Money
    matched: Money
    words: str
    journal: str

    @property
    def held(self) -> Money:
        return self.amount - self.matched


@dataclass(frozen=True, slots=True, order=True)
class Owed:
    """One instalment a receipt may pay: how much is undisputed of it."""

    day: date
    key: str
    undisputed: Money


def matched(amount: Money, owed: Sequence[Owed]) -> tuple[dict[Owed, Money], Money]:
    """What a receipt pays of what is owed, and what of it is left over.

    An instalment that is owed exactly the amount received is what was paid; else the oldest is
    paid first, in part where the money runs out. A disputed part is never paid unasked: its
    partner says so by naming it.
    """
    for one in sorted(owed):
        if one.undisputed == amount:
            return {one: amount}, NIL
    paid: dict[Owed, Money] = {}
    left = amount
    for one in sorted(owed):
        share = min(left, one.undisputed)
        if share.pence > 0:
            paid[one], left = share, left - share
    return paid, left
