"""Money that goes from one fund to another for good: two journals, posted together or not at all.

A journal is of one fund. The fund that gives has that much less of its balance and owes it between
funds; the fund that gets has more, and is owed it. Over all funds what is owed between them is nil.
"""

from __future__ import annotations

from collections.abc import Iterator

from ledger.chart import INTER_FUND
from ledger.journal import Journal
from ledger.money import Money
from ledger.problems import Problem

TRANSFER = "transfer-between"
"""The source of the two journals by which money goes from one fund to another."""


def problems_of_two(one: Journal, other: Journal | None) -> Iterator[Problem]:
    """Whether two journals are the two sides of one transfer."""
    if (
        other is None
        or one.fund == other.fund
        or one.period != other.period
        or _between(one) + _between(other)
    ):
        yield Problem(
            "transfer_other_half_missing",
            f"A transfer between funds is two journals, posted together; the other side of "
            f"{one.source_ref} is {'not there' if other is None else 'no longer its match'}.",
            "id",
        )


def _between(journal: Journal) -> Money:
    return Money.total(p.amount for p in journal.postings if p.account == INTER_FUND)
