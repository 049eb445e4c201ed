"""Virement: budget moved between lines, of one fund or of two; asked for by one person, posted by
another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlmodel import Session

from contracts.services import Service
from ledger import budget
from ledger.budget import BudgetLine
from ledger.journal import Journal
from ledger.money import Money
from ledger.periods import Period
from ledger.problems import Refused
from ledger.virement import BETWEEN_FUNDS, references
from trust_commissioning import posting_rules, roles
from trust_commissioning.posting import problems_of_asking, submit
from trust_commissioning.posting_rules import Event, Spend
from trust_commissioning.store import register

FundMove = tuple[str, BudgetLine, Money]
"""A line of a fund, with what it gets (above nil) or gives (below)."""


def vire(
    session: Session,
    fund: str,
    moves: Sequence[tuple[BudgetLine, Money]],
    *,
    day: date,
    reference: str,
    reason: str,
    by: str,
    at: datetime,
    period: Period | None = None,
) -> int:
    """Ask for budget to move between lines of one fund; another person posts it. Returns its id.

    Each line gets an amount above nil or gives one below. Outcomes follow the services' weights.
    Routes and delegated limits are held to now, and again when it is posted.

    Raises:
        Refused: with every problem; nothing was changed.
    """
    roles.check(session, by, roles.Action.ENTER_JOURNAL)
    period = period or Period.containing(day)
    journal = virement(
        session, fund, moves, day=day, reference=reference, reason=reason, period=period
    )
    return submit(session, journal, by=by, at=at, for_service=budget.VIREMENT)


def virement(
    session: Session,
    fund: str,
    moves: Sequence[tuple[BudgetLine, Money]],
    *,
    day: date,
    reference: str,
    reason: str,
    period: Period,
) -> Journal:
    """The journal `vire` would submit; nothing is written."""
    services = register.services(session)
    event = Event(
        fund=fund,
        day=day,
        period=period,
        source=budget.VIREMENT,
        source_ref=reference,
        narration=reason,
    )
    return posting_rules.virement(event, _spends(services, moves, period))


def vire_between(
    session: Session,
    moves: Sequence[FundMove],
    *,
    day: date,
    reference: str,
    reason: str,
    by: str,
    at: datetime,
    period: Period | None = None,
) -> tuple[int, int]:
    """Ask for budget to move from one fund to another: two changes of budget, which another person
    posts together or not at all. Returns their ids, the one that gives first.

    Only what a route allows may move between funds.

    Raises:
        Refused: with every problem; nothing was changed.
    """
    roles.check(session, by, roles.Action.ENTER_JOURNAL)
    period = period or Period.containing(day)
    sides = virement_sides(
        session, moves, day=day, reference=reference, reason=reason, period=period
    )
    if problems := list(problems_of_asking(session, sides, at=at)):
        raise Refused(problems)
    one, other = (submit(session, side, by=by, at=at, for_service=BETWEEN_FUNDS) for side in sides)
    return one, other


def virement_sides(
    session: Session,
    moves: Sequence[FundMove],
    *,
    day: date,
    reference: str,
    reason: str,
    period: Period,
) -> tuple[Journal, Journal]:
    """The two journals `vire_between` would submit; nothing is written.

    Raises:
        Refused: if one fund does not give what one other gets.
    """
    services = register.services(session)

    def side(fund: str, ref: str) -> Journal:
        event = Event(
            fund=fund,
            day=day,
            period=period,
            source=BETWEEN_FUNDS,
            source_ref=ref,
            narration=reason,
        )
        own = [(line, amount) for of, line, amount in moves if of == fund]
        return posting_rules.virement_side(event, _spends(services, own, period))

    giving, getting = _two_funds(moves)
    to_give, to_get = references(reference)
    return side(giving, to_give), side(getting, to_get)


def _spends(
    services: Mapping[str, Service], moves: Sequence[tuple[BudgetLine, Money]], period: Period
) -> list[tuple[Spend, Money]]:
    spends = []
    for line, amount in moves:
        service = services.get(line.service)
        weights = service.weights_on(period.year.starts) if service is not None else ()
        spend = Spend(account=line.account, service=line.service or None, weights=weights)
        spends.append((spend, amount))
    return spends


def _two_funds(moves: Sequence[FundMove]) -> tuple[str, str]:
    """The fund that gives and the fund that gets.

    Raises:
        Refused: if there are not two, they give and get different sums, or one does neither.
    """
    totals: dict[str, Money] = {}
    for fund, _, amount in moves:
        totals[fund] = totals.get(fund, Money(0)) + amount
    gives = [fund for fund, total in totals.items() if total.pence < 0]
    gets = [fund for fund, total in totals.items() if total.pence > 0]
    if len(totals) != 2 or Money.total(totals.values()) or not (gives and gets):
        said = ", ".join(f"{fund} {total}" for fund, total in totals.items())
        raise Refused.because(
            "virement_between_uneven",
            "Between funds one fund gives what one other gets; these moves come to: " + said + ".",
            "moves",
        )
    return gives[0], gets[0]
