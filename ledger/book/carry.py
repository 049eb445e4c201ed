"""What a financial year begins with, worked out from the balances before it.

No journal clears income or expense at the end of a year: the next year's opening balances are
derived. Assets, liabilities and equity go on by fund and partner; income and expense become the
fund's balance.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ledger.chart import FUND_BALANCE
from ledger.journal import Book
from ledger.money import Money
from ledger.periods import FinancialYear

_CARRIED_AS_IT_IS = ("Assets:", "Liabilities:", "Equity:")


class Coding(NamedTuple):
    """What a balance is of; the empty text where a posting says nothing.

    `period` reads ``2003-04 P01``, or ``2003-04 opening`` for what a year began with.
    """

    fund: str
    period: str
    account: str
    service: str = ""
    outcome: str = ""
    partner: str = ""


def opening_period(year: FinancialYear) -> str:
    """What stands for a period in the coding of an opening balance."""
    return f"{year} opening"


def carried_into(
    year: FinancialYear, book: Book, before: Mapping[Coding, Money]
) -> dict[Coding, Money]:
    """The opening balances of `year`, from what the year before opened with and moved.

    Only the actual book carries anything. Authority to spend lapses with its year, so the budget
    book begins empty: a carry-forward that was agreed is a journal of the new year. A promise
    that runs on is likewise committed again in the new year by a journal, so that it is held
    against a budget somebody gave. Service and outcome are not carried: they say what a year's
    spend was for. Balances of nil are left out.
    """
    if book is not Book.ACTUAL:
        return {}
    opening: dict[Coding, int] = {}
    period = opening_period(year)
    for coding, amount in before.items():
        if coding.account.startswith(_CARRIED_AS_IT_IS):
            key = Coding(coding.fund, period, coding.account, partner=coding.partner)
        else:
            key = Coding(coding.fund, period, FUND_BALANCE)
        opening[key] = opening.get(key, 0) + amount.pence
    return {key: Money(pence) for key, pence in sorted(opening.items()) if pence}
