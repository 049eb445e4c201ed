"""How placements came and went in the last year; what that may add to what is promised."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction

from sqlalchemy import BigInteger, ColumnElement, String, cast, func, select
from sqlmodel import Session

from contracts.lifecycle import CallOffState
from contracts.pricing import Unit
from contracts.turnover import MONTHS, Movements, Turnover, turnover
from ledger.budget import BudgetLine
from ledger.forecast import Further
from ledger.journal import Book
from ledger.money import NIL, Money
from ledger.periods import FinancialYear, Period
from trust_commissioning.reports.shape import Cell, Column, Report, Scope, make
from trust_commissioning.store.calling_off import BALANCE, CALL_OFF
from trust_commissioning.store.engine import once
from trust_commissioning.store.standing import funds, titles

_TIME = [unit.value for unit in Unit if unit.is_time]
_A_DAY_OF = {
    Unit.DAY: Fraction(1),
    Unit.NIGHT: Fraction(1),
    Unit.WEEK: Fraction(1, 7),
    Unit.MONTH: Fraction(12, 365),
    Unit.YEAR: Fraction(1, 365),
}
"""What part of a price one day is, near enough for an average."""
_RAN = (CallOffState.ORDERED, CallOffState.SUSPENDED, CallOffState.ENDED, CallOffState.CLOSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line's placements: in force at the day, what they promise, what turnover may add."""

    in_force: int
    a_day: Money
    movements: Movements
    spent: Money
    promised: Money
    turnover: Turnover


def turnovers(
    session: Session, fund: str, year: FinancialYear, to: int
) -> dict[BudgetLine, Further]:
    """What turnover may add to each line of a fund that has placements."""
    return {
        line: Further(
            expected=one.turnover.expected,
            low=one.turnover.low,
            high=one.turnover.high,
            words=one.turnover.words,
        )
        for line, one in lines(session, fund, year, to).items()
    }


def lines(session: Session, fund: str, year: FinancialYear, to: int) -> dict[BudgetLine, Line]:
    """The lines of a fund that have placements priced by time, as at the end of a period."""
    day = Period(year, to).ends
    runs = [one for one in once(session, "placements", _placements) if fund in one.funds]
    in_force = _in_force(runs, day)
    if not in_force:
        return {}
    moved = _movements(runs, day)
    held = once(session, ("placements", year), lambda view: _books(view, year))
    own, whole = _up_to(held, fund, to)
    found = {}
    for line, (count, a_day_of_all) in in_force.items():
        promised, by_all = (books.get((line, Book.COMMITMENT.value), NIL) for books in (own, whole))
        share = Fraction(promised.pence, by_all.pence) if by_all else Fraction(1)
        a_day = Money(1).times(a_day_of_all * share / count)
        movements = moved.get(line, Movements(began=(0,) * MONTHS, ended=(0,) * MONTHS))
        found[line] = Line(
            in_force=count,
            a_day=a_day,
            movements=movements,
            spent=own.get((line, Book.ACTUAL.value), NIL),
            promised=promised,
            turnover=turnover(movements, a_day, after=day, until=year.ends),
        )
    return found


@dataclass(frozen=True, slots=True)
class _Alike:
    """Placements of a line that began in one month and ended, or are to end, in another.

    Months are told as ``2003-04``: every day that is asked of is the last of one.
    """

    line: BudgetLine
    funds: frozenset[str]
    unit: Unit
    in_force: bool
    began: str
    ended: str
    last: str
    count: int
    pence: int


def _placements(session: Session) -> list[_Alike]:
    """All that ran and are priced by time, of every fund, in one look at them."""
    last = func.coalesce(CALL_OFF.c.ends, CALL_OFF.c.expected_end)
    names = ("account", "service", "funds", "unit")
    by = (
        *(CALL_OFF.c[name] for name in names),
        CALL_OFF.c.state.in_([state.value for state in _RAN[:3]]),
        _month(CALL_OFF.c.starts),
        _month(CALL_OFF.c.ends),
        _month(last),
    )
    wanted = (
        CALL_OFF.c.unit.in_(_TIME),
        CALL_OFF.c.state.in_([state.value for state in _RAN]),
    )
    inner = select(
        *(column.label(f"by_{place}") for place, column in enumerate(by)), CALL_OFF.c.price_pence
    )
    each = inner.where(*wanted).subquery()
    groups = [each.c[f"by_{place}"] for place in range(len(by))]
    query = select(*groups, func.count(), cast(func.sum(each.c.price_pence), BigInteger)).group_by(
        *groups
    )
    return [
        _Alike(
            BudgetLine(account, service),
            frozenset(funds.split()),
            Unit(unit),
            bool(in_force),
            began,
            ended or "",
            last_month or "",
            count,
            int(pence),
        )
        for account, service, funds, unit, in_force, began, ended, last_month, count, pence in (
            session.execute(query)
        )
    ]


def _month(day: ColumnElement[date]) -> ColumnElement[str]:
    return func.substr(cast(day, String), 1, 7)


def _in_force(runs: Iterable[_Alike], day: date) -> dict[BudgetLine, tuple[int, Fraction]]:
    """How many run beyond a day, with what all of them cost a day in pence, by line."""
    month = f"{day:%Y-%m}"
    found: dict[BudgetLine, tuple[int, Fraction]] = {}
    for one in runs:
        if one.in_force and one.began <= month and (not one.last or one.last > month):
            of_line, a_day = found.get(one.line, (0, Fraction(0)))
            a_day += one.pence * _A_DAY_OF[one.unit]
            found[one.line] = (of_line + one.count, a_day)
    return found


def _movements(runs: Iterable[_Alike], day: date) -> dict[BudgetLine, Movements]:
    """How many began and ended in each of the twelve months up to a day, by line."""
    months = {f"{first:%Y-%m}": place for place, first in enumerate(_months_before(day))}
    found: dict[BudgetLine, tuple[list[int], list[int]]] = {}
    for one in runs:
        for side, month in enumerate((one.began, one.ended)):
            if month in months:
                sides = found.setdefault(one.line, ([0] * MONTHS, [0] * MONTHS))
                sides[side][months[month]] += one.count
    return {
        line: Movements(began=tuple(began), ended=tuple(ended))
        for line, (began, ended) in found.items()
    }


def _months_before(day: date) -> list[date]:
    """The first days of the twelve months that end with a day's own."""
    first = day.replace(day=1)
    found = [first]
    while len(found) < MONTHS:
        first = (first - timedelta(days=1)).replace(day=1)
        found.append(first)
    return found[::-1]


@dataclass(frozen=True, slots=True)
class _Held:
    """What a book of a year holds of one fund under call-offs alike, in a period."""

    line: BudgetLine
    book: str
    funds: frozenset[str]
    fund: str
    period: int
    amount: Money


def _books(session: Session, year: FinancialYear) -> list[_Held]:
    """What the books of a year hold under call-offs priced by time, of every fund."""
    names = ("account", "service", "funds")
    by = (*(CALL_OFF.c[name] for name in names), BALANCE.c.book, BALANCE.c.fund, BALANCE.c.period)
    query = (
        select(*by, cast(func.sum(BALANCE.c.pence), BigInteger))
        .join(CALL_OFF, CALL_OFF.c.number == BALANCE.c.call_off)
        .where(
            BALANCE.c.book.in_([Book.ACTUAL.value, Book.COMMITMENT.value]),
            BALANCE.c.year == str(year),
            CALL_OFF.c.unit.in_(_TIME),
        )
        .group_by(*by)
    )
    return [
        _Held(
            BudgetLine(account, service), book, frozenset(funds.split()), fund, period, Money(pence)
        )
        for account, service, funds, book, fund, period, pence in session.execute(query)
    ]


def _up_to(
    held: Iterable[_Held], fund: str, to: int
) -> tuple[dict[tuple[BudgetLine, str], Money], dict[tuple[BudgetLine, str], Money]]:
    """By line and book up to a period: of a fund alone, and of all that pay for what it pays for."""
    own: dict[tuple[BudgetLine, str], Money] = {}
    whole: dict[tuple[BudgetLine, str], Money] = {}
    for one in held:
        if one.period > to:
            continue
        key = (one.line, one.book)
        if one.fund == fund:
            own[key] = own.get(key, NIL) + one.amount
        if fund in one.funds:
            whole[key] = whole.get(key, NIL) + one.amount
    return own, whole


def placement_forecast(session: Session, scope: Scope, at: datetime) -> Report:
    """A row for each line with placements: what they come to by the end of the year, and a range."""
    named = titles(session)
    rows: list[dict[str, Cell]] = []
    for fund in funds(session):
        if scope.fund in (None, fund):
            for line, one in lines(session, fund, scope.year, scope.to).items():
                rows.append(_cells(fund, line, one, named))
    return make(
        session,
        scope,
        at,
        name="placement-forecast",
        title="Forecast of placements",
        basis=(
            "Placements priced by time that run beyond the end of the period shown. Promised is what "
            "their remaining days come to, with the expected ends and prices that are known. Turnover "
            f"is what more of them would add: those that began less those that ended in each of the "
            f"last {MONTHS} months, on average, each from the middle of its month at what those in "
            "force cost a day on average, by their prices and the fund's share of what they promise. Lowest and highest take the quarter of those months in which fewest and most came."
        ),
        sign="Turnover below nil is fewer placements. Amounts of money are for the whole year.",
        columns=_COLUMNS,
        rows=rows,
        totals={
            key: Money.total(cell for row in rows if isinstance(cell := row[key], Money))
            for key in ("actual", "committed", "turnover", "forecast", "low", "high")
        },
    )


def _cells(
    fund: str, line: BudgetLine, one: Line, named: Mapping[str, Mapping[str, str]]
) -> dict[str, Cell]:
    base = one.spent + one.promised
    return {
        "fund": fund,
        "account": line.account,
        "service": line.service,
        "service_title": named["service"].get(line.service, line.service),
        "in_force": one.in_force,
        "a_week": one.a_day.times(7),
        "began": sum(one.movements.began),
        "ended": sum(one.movements.ended),
        "actual": one.spent,
        "committed": one.promised,
        "turnover": one.turnover.expected,
        "forecast": base + one.turnover.expected,
        "low": base + one.turnover.low,
        "high": base + one.turnover.high,
    }


_COLUMNS = (
    Column(key="fund", title="Fund"),
    Column(key="account", title="Account"),
    Column(key="service", title="Service", kind="code"),
    Column(key="service_title", title="Service's name"),
    Column(key="in_force", title="In force", kind="count"),
    Column(key="a_week", title="Each, a week", kind="money"),
    Column(key="began", title="Began in a year", kind="count"),
    Column(key="ended", title="Ended in a year", kind="count"),
    Column(key="actual", title="Spent", kind="money"),
    Column(key="committed", title="Promised", kind="money"),
    Column(key="turnover", title="Turnover", kind="money"),
    Column(key="forecast", title="Forecast", kind="money"),
    Column(key="low", title="Lowest", kind="money"),
    Column(key="high", title="Highest", kind="money"),
)
