"""How a changed share of a year moves what a partner owes and what is owed to it.

A year may be settled again. A smaller share first takes off what was asked before and is not paid;
only what was paid already becomes owed back. A larger one first takes off what is owed back and not
repaid. So a settlement never leaves a partner a debtor and a creditor at once, and what it owes less
what is owed to it is always its share less what it has paid.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from ledger.money import NIL, Money

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change(Generic[K]):
    """What a new share does: `due` is owed anew, `taken_off` comes off unpaid debts by their
    names, `owed_back` is how what is owed to the partner changes (below nil it is owed less)."""

    due: Money
    taken_off: tuple[tuple[K, Money], ...]
    owed_back: Money

    @property
    def owes(self) -> Money:
        """How what the partner owes changes."""
        return self.due - Money.total(amount for _, amount in self.taken_off)


def change_of_share(
    amount: Money, unpaid: Sequence[tuple[K, Money]], owed_back: Money
) -> Change[K]:
    """What a share that is `amount` more than before does, or less where it is below nil.

    `unpaid` is what earlier settlements of the same year made due and is still owed, by name, in
    the order in which it is taken off; `owed_back` what they made owed to the partner and is not
    repaid.
    """
    if amount >= NIL:
        repaid_less = min(amount, max(owed_back, NIL))
        return Change(due=amount - repaid_less, taken_off=(), owed_back=-repaid_less)
    left = -amount
    taken: list[tuple[K, Money]] = []
    for name, owed in unpaid:
        off = min(left, owed)
        if off > NIL:
            taken.append((name, off))
            left -= off
    return Change(due=NIL, taken_off=tuple(taken), owed_back=left)
