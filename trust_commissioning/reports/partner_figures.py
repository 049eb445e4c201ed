"""The figures of partners from the schedule and the kept balances, for every report that has them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlmodel import Session

from ledger.journal import Book
from ledger.money import NIL, Money
from ledger.periods import Period
from ledger.pool.contributions import Contribution, Instalment
from trust_commissioning.reports.shape import BALANCE, Scope
from trust_commissioning.store.pool import contributions

DEBTORS = "Assets:Debtors:Partners"
CREDITORS = "Liabilities:Creditors:Partners"
IN_ADVANCE = "Liabilities:ContributionsInAdvance"
CASH = "Income:Contributions:Cash"
IN_KIND = "Income:Contributions:InKind"
Whose = tuple[str, str]
"""A fund and a partner."""


@dataclass(frozen=True, slots=True)
class Owing:
    """One instalment with the contribution it is of."""

    of: Contribution
    part: Instalment


def balances(
    session: Session, scope: Scope, account: str, *, all_years: bool
) -> dict[Whose, Money]:
    """An account's balance by fund and partner: of the scope's year, or of all up to its period."""
    columns = (BALANCE.c.fund, BALANCE.c.partner)
    now = (BALANCE.c.year == str(scope.year)) & (BALANCE.c.period <= scope.to)
    query = select(*columns, func.sum(BALANCE.c.pence)).where(
        BALANCE.c.book == Book.ACTUAL.value,
        BALANCE.c.account == account,
        or_(BALANCE.c.year < str(scope.year), now) if all_years else now,
    )
    if scope.fund is not None:
        query = query.where(BALANCE.c.fund == scope.fund)
    if scope.partner is not None:
        query = query.where(BALANCE.c.partner == scope.partner)
    rows = session.execute(query.group_by(*columns).order_by(*columns))
    return {(fund, partner): Money(int(pence)) for fund, partner, pence in rows if pence}


def schedule(
    session: Session, scope: Scope, *, all_years: bool = False, to: Period | None = None
) -> tuple[Contribution, ...]:
    """The scope's contributions, as they stood at its period's end or at another's."""
    found = contributions(
        session,
        scope.fund,
        None if all_years else scope.year,
        partner=scope.partner,
        to=to or scope.period,
    )
    return tuple(one for one in found if one.year <= scope.year)


def owing(found: Iterable[Contribution]) -> list[Owing]:
    """Every instalment with something outstanding, the oldest first."""
    open_ = [Owing(one, part) for one in found for part in one.instalments if part.outstanding]
    return sorted(open_, key=lambda one: (one.part.day, one.of.key))


def add(into: dict[Whose, Money], whose: Whose, amount: Money) -> None:
    into[whose] = into.get(whose, NIL) + amount
