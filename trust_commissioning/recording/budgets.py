"""Events of budgets: changes, virements and their rules, profiles, forecasts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Literal

from pydantic import Field
from sqlmodel import Session

from ledger.budget import BudgetLine
from ledger.forecast import Method
from trust_commissioning.budgeting import (
    ForecastSaid,
    ProfileAsked,
    VirementRule,
    keep_rule,
    set_budget,
    set_forecast,
    set_profile,
    vire,
    vire_between,
)
from trust_commissioning.fields import (
    AccountName,
    Amount,
    Asked,
    Code,
    OutcomeKey,
    PeriodName,
    ShortText,
    Year,
)
from trust_commissioning.files.budgets import BudgetRow
from trust_commissioning.recording.event import BusinessEvent


class Move(Asked):
    """What one line gets (above nil) or gives (below)."""

    account: AccountName
    service: Code | None = None
    fund: Code | None = Field(default=None, description="Another fund than the virement's")
    amount: Amount


class Virement(Asked):
    """Budget moved between lines of one fund, or from one fund to one other where a rule allows
    it; another person posts it."""

    fund: Code
    day: date
    period: PeriodName | None = None
    reference: ShortText = Field(min_length=1, description="Sent again, it is the same virement")
    reason: ShortText = Field(min_length=1)
    moves: list[Move] = Field(min_length=2)


def _vire(session: Session, asked: Virement, by: str, at: datetime) -> Mapping[str, object]:
    moves = [
        (move.fund or asked.fund, BudgetLine(move.account, move.service or ""), move.amount)
        for move in asked.moves
    ]
    if len({fund for fund, _, _ in moves}) > 1:
        ids = vire_between(
            session,
            moves,
            day=asked.day,
            reference=asked.reference,
            reason=asked.reason,
            by=by,
            at=at,
            period=asked.period,
        )
        return {"id": ids[0], "other_id": ids[1], "status": "submitted"}
    id = vire(
        session,
        moves[0][0],
        [(line, amount) for _, line, amount in moves],
        day=asked.day,
        reference=asked.reference,
        reason=asked.reason,
        by=by,
        at=at,
        period=asked.period,
    )
    return {"id": id, "status": "submitted"}


def _keep_rule(
    session: Session, asked: VirementRule, by: str, at: datetime
) -> Mapping[str, object]:
    return {"code": asked.code, "did": keep_rule(session, asked, by=by, at=at) or "nothing"}


class LineAsked(Asked):
    """What one line is to have; without an outcome it is parted by the service's weights."""

    account: AccountName
    service: Code | None = None
    amount: Amount
    outcome: OutcomeKey | Literal["not_attributed"] | None = None


class BudgetChange(Asked):
    """The lines named get a new budget; the others stay. Virements since are left as they are."""

    fund: Code
    year: Year
    reason: ShortText = Field(min_length=1)
    lines: list[LineAsked] = Field(min_length=1)


def _change(session: Session, asked: BudgetChange, by: str, at: datetime) -> Mapping[str, object]:
    rows = [
        BudgetRow(
            account=line.account,
            service=line.service or "",
            outcome=str(line.outcome) if line.outcome else None,
            amount=line.amount,
            where=f"lines[{place}]",
        )
        for place, line in enumerate(asked.lines)
    ]
    number = set_budget(
        session, asked.fund, asked.year, rows, by=by, at=at, whole=False, reason=asked.reason
    )
    return {"journal": number}


def _spread(session: Session, asked: ProfileAsked, by: str, at: datetime) -> Mapping[str, object]:
    turn = set_profile(
        session, asked.fund, asked.year, asked.line, asked.said, by=by, at=at, reason=asked.reason
    )
    return {"turn": turn, "did": "nothing" if turn is None else "spread"}


class Forecast(Asked):
    """What a line will come to, or how it is to be worked out, as a period's figures are known."""

    fund: Code
    period: PeriodName
    account: AccountName
    service: Code | None = None
    method: Literal["higher", "profile", "committed", "placements", "person"]
    amount: Amount | None = Field(default=None, description="A person's own figure")
    low: Amount | None = None
    high: Amount | None = None
    reason: ShortText = Field(min_length=1)


def _forecast(session: Session, asked: Forecast, by: str, at: datetime) -> Mapping[str, object]:
    said = ForecastSaid(
        method=Method(asked.method),
        reason=asked.reason,
        amount=asked.amount,
        low=asked.low,
        high=asked.high,
    )
    line = BudgetLine(asked.account, asked.service or "")
    turn = set_forecast(session, asked.fund, line, said, period=asked.period, by=by, at=at)
    return {"turn": turn}


EVENTS = (
    BusinessEvent("budget-change", "Budget of lines changed", BudgetChange, _change),
    BusinessEvent("virement", "Budget moved between lines", Virement, _vire),
    BusinessEvent("virement-rule", "Rule of what budget may move", VirementRule, _keep_rule),
    BusinessEvent("profile", "Budget of a line spread over the year", ProfileAsked, _spread),
    BusinessEvent("forecast", "What a line will come to", Forecast, _forecast),
)
