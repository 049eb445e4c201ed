"""Virement rules, profiles and forecasts read as kernel values."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from ledger.budget import BUDGET, BudgetLine
from ledger.chart import BUDGET_AUTHORITY
from ledger.forecast import Choice, Method
from ledger.journal import Book
from ledger.money import Money
from ledger.periods import FinancialYear, Period
from ledger.profile import EVEN, BudgetProfile, Shape, by_contract
from ledger.virement import (
    BETWEEN_FUNDS,
    Days,
    Earlier,
    Limit,
    Per,
    Place,
    Route,
    Side,
    VirementRules,
    pairs_of,
    whole_reference,
)
from trust_commissioning.store.journals import JOURNAL, POSTING
from trust_commissioning.store.standing import people
from trust_commissioning.store.tables import (
    BudgetProfileRow,
    ContractRow,
    ForecastRow,
    PersonRow,
    VirementRuleRow,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidForecast:
    """One forecast of a line as it was said."""

    line: BudgetLine
    turn: int
    choice: Choice
    period: Period
    said_at: str


def virement_rules(session: Session) -> VirementRules:
    """The routes and limits there are, in order of code."""
    rows = session.exec(select(VirementRuleRow).order_by(VirementRuleRow.code)).all()
    return VirementRules(
        routes=tuple(_route(row) for row in rows if row.kind == "route"),
        limits=tuple(_limit(row) for row in rows if row.kind == "limit"),
    )


def virements(session: Session, funds: Collection[str], year: FinancialYear) -> tuple[Earlier, ...]:
    """The virements of some funds' year that stand, in the order of the chain: what was taken back
    is none, nor is what took it back."""
    taken_back = _taken_back(session, funds)
    of_one = (
        JOURNAL.c.number,
        JOURNAL.c.fund,
        JOURNAL.c.source,
        JOURNAL.c.source_ref,
        JOURNAL.c.posted_by,
        POSTING.c.account,
        POSTING.c.service,
    )
    rows = session.execute(
        sa.select(
            *of_one,
            sa.func.sum(POSTING.c.pence).label("pence"),
        )
        .join(POSTING, POSTING.c.journal_id == JOURNAL.c.id)
        .where(
            *_of_budget(funds),
            JOURNAL.c.year == str(year),
            JOURNAL.c.source != BUDGET,
            JOURNAL.c.reverses.is_(None),
            POSTING.c.account != BUDGET_AUTHORITY,
        )
        .group_by(JOURNAL.c.sequence, *of_one)
        .order_by(JOURNAL.c.sequence, POSTING.c.account, POSTING.c.service)
    )
    found: dict[tuple[str, str], list[sa.Row[Any]]] = {}
    for row in rows:
        if not _is_undone(row.number, taken_back):
            between = row.source == BETWEEN_FUNDS
            ref = whole_reference(row.source_ref) if between else row.source_ref
            found.setdefault((row.source, ref), []).append(row)
    roles = dict(session.exec(select(PersonRow.username, PersonRow.role)).all())
    return tuple(_earlier(lines, roles) for lines in found.values())


def _of_budget(funds: Collection[str]) -> tuple[sa.ColumnElement[bool], ...]:
    posted = JOURNAL.c.sequence.is_not(None)
    return posted, JOURNAL.c.book == Book.BUDGET.value, JOURNAL.c.fund.in_(funds)


def _taken_back(session: Session, funds: Collection[str]) -> dict[str, str]:
    """By the number of what was taken back, the number of what took it back, in whichever year."""
    query = sa.select(JOURNAL.c.reverses, JOURNAL.c.number)
    rows = session.execute(query.where(*_of_budget(funds), JOURNAL.c.reverses.is_not(None)))
    return {row.reverses: row.number for row in rows}


def _is_undone(number: str, taken_back: Mapping[str, str]) -> bool:
    """Whether it was taken back, and that not taken back in its turn."""
    by = taken_back.get(number)
    return by is not None and not _is_undone(by, taken_back)


def _earlier(lines: Iterable[sa.Row[Any]], roles: Mapping[str, str]) -> Earlier:
    of = list(lines)
    amounts: list[tuple[Side, Money]] = [
        ((row.fund, BudgetLine(row.account, row.service or "")), Money(int(row.pence)))
        for row in of
    ]
    return Earlier(
        number=" and ".join(dict.fromkeys(row.number for row in of)),
        by=of[0].posted_by,
        role=roles.get(of[0].posted_by, ""),
        pairs=pairs_of(amounts),
    )


def profiles(session: Session, fund: str, year: FinancialYear) -> dict[BudgetLine, BudgetProfile]:
    """How each line of a fund that was given a profile is spread: the last one given counts from
    its month on, the one before it until then."""
    rows = session.exec(
        select(BudgetProfileRow)
        .where(col(BudgetProfileRow.fund) == fund, col(BudgetProfileRow.year) == str(year))
        .order_by(col(BudgetProfileRow.turn))
    ).all()
    found: dict[BudgetLine, BudgetProfile] = {}
    for row in rows:
        line = BudgetLine(row.account, row.service)
        found[line] = _profile(session, row, year).from_month(row.since, found.get(line, EVEN))
    return found


def forecasts(session: Session, fund: str, year: FinancialYear) -> list[SaidForecast]:
    """What people said lines of a fund will come to, oldest first, with what was superseded."""
    names = people(session)
    rows = session.exec(
        select(ForecastRow)
        .where(col(ForecastRow.fund) == fund, col(ForecastRow.year) == str(year))
        .order_by(ForecastRow.account, ForecastRow.service, col(ForecastRow.turn))
    )
    return [_said(row, names.get(row.said_by, row.said_by)) for row in rows]


def choices(session: Session, fund: str, year: FinancialYear, to: int) -> dict[BudgetLine, Choice]:
    """What held for each line once the figures of a period were known."""
    said = forecasts(session, fund, year)
    return {one.line: one.choice for one in said if one.period.number <= to}


def _said(row: ForecastRow, by: str) -> SaidForecast:
    period = Period(FinancialYear.parse(row.year), row.period)
    low, high = (None if p is None else Money(p) for p in (row.low_pence, row.high_pence))
    return SaidForecast(
        line=BudgetLine(row.account, row.service),
        turn=row.turn,
        period=period,
        said_at=row.said_at,
        choice=Choice(
            method=Method(row.method),
            reason=row.reason,
            by=by,
            said_in=period.title,
            amount=Money(row.pence or 0),
            low=low,
            high=high,
        ),
    )


def _profile(session: Session, row: BudgetProfileRow, year: FinancialYear) -> BudgetProfile:
    if row.contract is not None:
        contract = session.get_one(ContractRow, row.contract)
        # A contract moved out of the year since leaves nothing to go by.
        return by_contract(year, row.contract, contract.starts, contract.ends) or EVEN
    if row.shape == Shape.EVEN:
        return EVEN
    return BudgetProfile(Shape(row.shape), tuple(int(weight) for weight in row.weights.split()))


def _route(row: VirementRuleRow) -> Route:
    giving, getting = _places(row)
    return Route(
        code=row.code,
        giving=giving,
        getting=getting,
        allowed=row.allowed,
        because=row.because,
        days=Days(row.starts, row.ends),
    )


def _places(row: VirementRuleRow) -> Iterator[Place]:
    yield Place(row.from_fund or "", row.from_account, row.from_service or "")
    yield Place(row.to_fund or "", row.to_account, row.to_service or "")


def _limit(row: VirementRuleRow) -> Limit:
    return Limit(
        code=row.code,
        amount=None if row.pence is None else Money(row.pence),
        fund=row.fund or "",
        role=row.role,
        person=row.person or "",
        per=Per(row.per),
        days=Days(row.starts, row.ends),
    )
