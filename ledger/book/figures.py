"""What a book comes to by Beancount's query language alone: by fund, and by outcome.

Nothing of ours adds up here: the sums are beanquery's, over the entries that Beancount loaded.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from ledger.outcomes import NOT_ATTRIBUTED

_NIL = Decimal("0.00")
_OWN = ("Income", "Expenses", "Equity")
"""What a fund owns is what these come to, below nil; the rest is where it stands."""


@dataclass(frozen=True, slots=True)
class FundSums:
    """A fund's year in pounds: income and closing balance above nil where it has them."""

    income: Decimal = _NIL
    spent: Decimal = _NIL
    closing: Decimal = _NIL


@dataclass(frozen=True, slots=True)
class BookSums:
    """A year's book by fund, and its expense accounts by outcome."""

    funds: Mapping[str, FundSums] = field(default_factory=dict)
    outcomes: Mapping[str, Decimal] = field(default_factory=dict)


def sums_of(
    entries: Iterable[Any], errors: Iterable[Any], options: Mapping[str, Any], starts: date
) -> BookSums:
    """What loaded entries come to in the year that `starts` on that day.

    What stands before it are opening balances: they count for the closing balance alone.
    """
    # The process that only checks the books (`ledger.book.__main__`) asks no query: half its start.
    import beanquery

    books = beanquery.connect("beancount:", entries=entries, errors=errors, options=options)
    rows = books.execute(
        "SELECT joinstr(tags) AS fund, root(account, 1) AS kind, meta('outcome') AS outcome, "
        f"date < {starts:%Y-%m-%d} AS before, sum(number) AS total "
        "GROUP BY fund, kind, outcome, before"
    ).fetchall()
    income: dict[str, Decimal] = {}
    spent: dict[str, Decimal] = {}
    closing: dict[str, Decimal] = {}
    outcomes: dict[str, Decimal] = {}
    for fund, kind, outcome, before, total in rows:
        if kind in _OWN:
            closing[fund] = closing.get(fund, _NIL) - total
        if kind == "Income" and not before:
            income[fund] = income.get(fund, _NIL) - total
        if kind == "Expenses" and not before:
            spent[fund] = spent.get(fund, _NIL) + total
            name = outcome or NOT_ATTRIBUTED
            outcomes[name] = outcomes.get(name, _NIL) + total
    return BookSums(
        funds={
            fund: FundSums(income.get(fund, _NIL), spent.get(fund, _NIL), closing.get(fund, _NIL))
            for fund in sorted({*income, *spent, *closing})
        },
        outcomes=outcomes,
    )
