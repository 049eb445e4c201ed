"""What is left in a fund: each asset and each debt, with whose it is."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlmodel import Session

from ledger.journal import Book
from ledger.money import Money
from ledger.periods import Period
from trust_commissioning.reports.shape import BALANCE
from trust_commissioning.store.standing import titles


@dataclass(frozen=True, slots=True)
class Left:
    """One balance that is not nil: above nil the fund's, below nil others'."""

    account: str
    title: str
    partner: str
    partner_title: str
    amount: Money


def left_in(session: Session, fund: str, to: Period | None = None) -> list[Left]:
    """The fund's assets and liabilities by account and partner, from all its years, those at nil
    left out. To the end of a period, or of all there is.

    Read from the kept balances: no journal ever clears an asset or a debt at a year's end.
    """
    columns = (BALANCE.c.account, BALANCE.c.partner)
    query = select(*columns, func.sum(BALANCE.c.pence)).where(
        BALANCE.c.book == Book.ACTUAL.value,
        BALANCE.c.fund == fund,
        or_(BALANCE.c.account.startswith("Assets:"), BALANCE.c.account.startswith("Liabilities:")),
    )
    if to is not None:
        query = query.where(
            or_(
                BALANCE.c.year < str(to.year),
                (BALANCE.c.year == str(to.year)) & (BALANCE.c.period <= to.number),
            )
        )
    names = titles(session)
    return [
        Left(
            account,
            names["account"].get(account, account),
            partner,
            names["partner"].get(partner, partner),
            Money(int(pence)),
        )
        for account, partner, pence in session.execute(query.group_by(*columns).order_by(*columns))
        if pence
    ]
