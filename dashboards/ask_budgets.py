"""What the page of budgets asks of the application: lines, virements, forecasts, rules."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from dashboards import ask
from ledger.budget import BudgetLine
from ledger.forecast import Method
from ledger.journal import Journal
from ledger.money import Money
from ledger.periods import FinancialYear, Period
from ledger.problems import Problem
from ledger.virement import (
    Limit,
    VirementRules,
    allowing,
    problems_of_every_limit,
    problems_of_limit,
    problems_of_routes,
)
from trust_commissioning import budgeting, clock
from trust_commissioning.budgeting import ForecastSaid, FundMove
from trust_commissioning.posting.virements import other_half, virements_before
from trust_commissioning.reports.budget_lines import positions
from trust_commissioning.reports.virement_effect import VirementLine, effect_of_virement
from trust_commissioning.sign_ins import SignedIn
from trust_commissioning.store import budgets as store
from trust_commissioning.store import reading, transaction
from trust_commissioning.store.journals import StoredJournal

METHODS = (
    Method.PERSON,
    Method.HIGHER,
    Method.PROFILE,
    Method.COMMITTED,
    Method.PLACEMENTS,
)
"""How a line may be forecast, a person's own figure first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lending:
    """Budget one line would lend to another."""

    fund: str
    line: BudgetLine
    to_fund: str
    to_line: BudgetLine
    amount: Money
    day: date
    reason: str
    reference: str

    @property
    def period(self) -> Period:
        return Period.containing(self.day)


@dataclass(frozen=True, slots=True)
class Weighed:
    """What a virement would do, what stops it, and who could post it."""

    effect: list[VirementLine]
    problems: list[Problem]
    posters: list[str]


@dataclass(frozen=True, slots=True)
class Held:
    """What holds a waiting virement for the person who looks at it: their limit in words, whether
    it stops them, and where the other half of it is."""

    limit: str
    stops: str
    other_fund: str


def lines_of(fund: str, year: FinancialYear) -> list[BudgetLine]:
    """The lines of a fund that have budget, commitments or spend."""
    with reading(ask.engine()) as session:
        return sorted(positions(session, fund, year))


def weigh(lending: Lending) -> Weighed:
    """A virement before it is asked for; nothing is written."""
    today = clock.day_of(clock.now())
    with reading(ask.engine()) as session:
        journals = _journals(session, lending)
        rules = store.virement_rules(session)
        before = virements_before(session, journals, rules)
        problems = [
            *problems_of_routes(journals, rules),
            *problems_of_every_limit(journals, rules, before, day=today),
        ]
        posters = [
            str(limit)
            for journal in journals
            for limit in allowing(journals, rules, before, fund=journal.fund, day=today)
        ]
        return Weighed(effect_of_virement(session, journals), problems, posters)


def vire(viewer: SignedIn, lending: Lending) -> None:
    """Ask for the virement; another person posts it.

    Raises:
        Refused: with every problem; nothing was changed.
    """
    gives, gets = _moves(lending)
    with transaction(ask.engine()) as session:
        if lending.fund == lending.to_fund:
            budgeting.vire(
                session,
                lending.fund,
                [gives[1:], gets[1:]],
                day=lending.day,
                reference=lending.reference,
                reason=lending.reason,
                by=viewer.username,
                at=clock.now(),
            )
        else:
            budgeting.vire_between(
                session,
                [gives, gets],
                day=lending.day,
                reference=lending.reference,
                reason=lending.reason,
                by=viewer.username,
                at=clock.now(),
            )


def forecast(
    viewer: SignedIn, fund: str, line: BudgetLine, period: Period, said: ForecastSaid
) -> None:
    """Say what a line will come to.

    Raises:
        Refused: with every problem; nothing was changed.
    """
    with transaction(ask.engine()) as session:
        budgeting.set_forecast(
            session, fund, line, said, period=period, by=viewer.username, at=clock.now()
        )


def rules() -> VirementRules:
    """The routes and limits there are."""
    with reading(ask.engine()) as session:
        return store.virement_rules(session)


def held(viewer: SignedIn, stored: StoredJournal) -> Held | None:
    """What holds a waiting virement; None for any other journal, and where there is no limit."""
    if not stored.journal.source.startswith("virement"):
        return None
    today = clock.day_of(clock.now())
    with reading(ask.engine()) as session:
        found = store.virement_rules(session)
        other = other_half(session, stored.journal)
        together = [stored.journal, *([other.journal] if other is not None else [])]
        own = found.limit_of(stored.journal.fund, viewer.username, viewer.role, today)
        stops = problems_of_limit(
            together,
            found,
            virements_before(session, together, found),
            person=viewer.username,
            role=viewer.role,
            name=viewer.name,
            day=today,
        )
        return Held(
            limit=_words(own) if _limits(found, together, today) else "",
            stops=" ".join(problem.message for problem in stops),
            other_fund=other.journal.fund if other is not None else "",
        )


def _words(own: Limit | None) -> str:
    if own is None:
        return "You have no delegated limit"
    return own.words.capitalize()


def _limits(rules: VirementRules, journals: list[Journal], day: date) -> list[Limit]:
    return [limit for journal in journals for limit in rules.limits_of(journal.fund, day)]


def _moves(lending: Lending) -> tuple[FundMove, FundMove]:
    return (
        (lending.fund, lending.line, -lending.amount),
        (lending.to_fund, lending.to_line, lending.amount),
    )


def _journals(session: Session, lending: Lending) -> list[Journal]:
    gives, gets = _moves(lending)
    if lending.fund == lending.to_fund:
        one = budgeting.virement(
            session,
            lending.fund,
            [gives[1:], gets[1:]],
            day=lending.day,
            reference=lending.reference,
            reason=lending.reason,
            period=lending.period,
        )
        return [one]
    return list(
        budgeting.virement_sides(
            session,
            [gives, gets],
            day=lending.day,
            reference=lending.reference,
            reason=lending.reason,
            period=lending.period,
        )
    )
