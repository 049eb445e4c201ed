"""Budgets: each line with how it came to be and what it is expected to come to, and the rules."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Query

from ledger.forecast import Method
from ledger.money import Money
from ledger.periods import FinancialYear
from ledger.virement import Days, Limit, Place, Route
from trust_commissioning import clock
from trust_commissioning.api.asking import Person, Record, check
from trust_commissioning.api.problems import Absent
from trust_commissioning.reports import Scope, budget, forecast
from trust_commissioning.roles import Action
from trust_commissioning.store import budgets as store
from trust_commissioning.store import reading
from trust_commissioning.store.standing import funds, years

routes = APIRouter(prefix="/budgets", tags=["budgets"])

_Year = Annotated[str, Query(description="A financial year, as 2003-04.")]
_To = Annotated[int, Query(ge=1, le=13, description="Up to and with this period of the year.")]


@routes.get("")
def lines(
    record: Record, person: Person, year: _Year, fund: str = "", to: _To = 13
) -> dict[str, object]:
    """Each line's budget with its movements, beside what is spent and forecast; the figures of the
    reports ``budget`` and ``forecast``."""
    with reading(record) as session:
        check(session, person, Action.READ_REPORTS)
        scope = Scope(fund or None, _year(year), to)
        if scope.fund is not None and scope.fund not in funds(session):
            raise Absent(f"There is no fund “{fund}”.")
        if scope.year not in years(session):
            raise Absent(f"The year {year} has not been opened.")
        at = clock.now()
        found = budget(session, scope, at).as_json()
        expected = forecast(session, scope, at).as_json()
    return {"budget": found, "forecast": expected}


@routes.get("/virement-rules")
def rules(record: Record, person: Person) -> dict[str, object]:
    """Which line may lend to which, and what one person may post."""
    with reading(record) as session:
        check(session, person, Action.READ_REPORTS)
        found = store.virement_rules(session)
    return {
        "routes": [_route(route) for route in found.routes],
        "limits": [_limit(limit) for limit in found.limits],
    }


@routes.get("/forecasts")
def forecasts(record: Record, person: Person, year: _Year, fund: str) -> dict[str, object]:
    """What people said the lines of a fund will come to, with what was superseded."""
    with reading(record) as session:
        check(session, person, Action.READ_REPORTS)
        if fund not in funds(session):
            raise Absent(f"There is no fund “{fund}”.")
        said = store.forecasts(session, fund, _year(year))
    return {"forecasts": [_said(one) for one in said]}


def _year(text: str) -> FinancialYear:
    try:
        return FinancialYear.parse(text)
    except ValueError as error:
        raise Absent(str(error)) from error


def _said(one: store.SaidForecast) -> dict[str, object]:
    choice = one.choice
    own = choice.method is Method.PERSON
    return {
        "account": one.line.account,
        "service": one.line.service or None,
        "turn": one.turn,
        "period": str(one.period),
        "method": choice.method.value,
        "amount": choice.amount.plain if own else None,
        "low": _plain(choice.low),
        "high": _plain(choice.high),
        "reason": choice.reason,
        "by": choice.by,
        "said_at": one.said_at,
    }


def _route(route: Route) -> dict[str, object]:
    return {
        "code": route.code,
        "giving": _place(route.giving),
        "getting": _place(route.getting),
        "allowed": route.allowed,
        "because": route.because,
        **_days(route.days),
    }


def _limit(limit: Limit) -> dict[str, object]:
    return {
        "code": limit.code,
        "fund": limit.fund or None,
        "role": limit.role or None,
        "person": limit.person or None,
        "amount": _plain(limit.amount),
        "per": limit.per.value,
        **_days(limit.days),
    }


def _place(place: Place) -> dict[str, object]:
    return {name: said or None for name, said in asdict(place).items()}


def _days(days: Days) -> dict[str, object]:
    return {
        "starts": days.starts.isoformat() if days.starts else None,
        "ends": days.ends.isoformat() if days.ends else None,
    }


def _plain(amount: Money | None) -> str | None:
    return amount.plain if amount is not None else None
