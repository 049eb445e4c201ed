"""What a person says a line will come to, or how it is to be worked out: dated, with the reason;
the one before it is kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from ledger.budget import BudgetLine
from ledger.forecast import Method
from ledger.money import Money
from ledger.periods import Period
from ledger.problems import Problem, Refused
from trust_commissioning import roles
from trust_commissioning.budgeting.lines import problems_in_line
from trust_commissioning.clock import as_text
from trust_commissioning.posting import lock_head
from trust_commissioning.store import audit
from trust_commissioning.store.tables import ForecastRow, PeriodRow


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastSaid:
    """How a line is forecast from now on; the figures of a person's own method with their range."""

    method: Method
    reason: str
    amount: Money | None = None
    low: Money | None = None
    high: Money | None = None


def set_forecast(
    session: Session,
    fund: str,
    line: BudgetLine,
    said: ForecastSaid,
    *,
    period: Period,
    by: str,
    at: datetime,
) -> int:
    """Forecast a line as the figures of a period are known; returns which turn it is.

    The same said again by the same person is the same forecast.

    Raises:
        Refused: with every problem; nothing was changed.
    """
    roles.check(session, by, roles.Action.FORECAST)
    lock_head(session)
    last = _last(session, fund, period, line)
    problems = [
        *problems_in_line(session, fund, period.year, line),
        *_problems_in_said(said),
        *_problems_in_period(session, period, last),
    ]
    if problems:
        raise Refused(problems)
    values: dict[str, Any] = {
        "period": period.number,
        "method": said.method.value,
        "pence": said.amount.pence if said.amount is not None else None,
        "low_pence": said.low.pence if said.low is not None else None,
        "high_pence": said.high.pence if said.high is not None else None,
        "reason": said.reason.strip(),
        "said_by": by,
    }
    if last is not None and all(getattr(last, name) == values[name] for name in values):
        return last.turn
    row = ForecastRow(
        fund=fund,
        year=str(period.year),
        account=line.account,
        service=line.service,
        turn=1 if last is None else last.turn + 1,
        said_at=as_text(at),
        **values,
    )
    turn = row.turn
    session.add(row)
    session.flush()
    audit.record(
        session,
        by=by,
        at=at,
        action="forecast",
        object_kind="forecast",
        object_key=f"{fund}/{period.year}/{line.account}/{line.service}",
        before=_shown(last) if last is not None else None,
        after=_shown(row),
    )
    return turn


def _problems_in_said(said: ForecastSaid) -> Iterator[Problem]:
    if not said.reason.strip():
        yield Problem("reason_missing", "Say why the line is forecast so.", "reason")
    if said.method is Method.PERSON and said.amount is None:
        yield Problem(
            "forecast_amount_not_of_method", "A forecast of one's own says an amount.", "amount"
        )
    for name in ("amount", "low", "high"):
        if said.method is not Method.PERSON and getattr(said, name) is not None:
            yield Problem(
                "forecast_amount_not_of_method",
                f"This forecast is worked out ({said.method.title.lower()}), so it has no {name}.",
                name,
            )
    low, amount, high = said.low, said.amount, said.high
    if amount is not None and (
        (low is not None and low > amount) or (high is not None and high < amount)
    ):
        yield Problem(
            "forecast_outside_its_range",
            f"{amount} is not between {amount if low is None else low} and "
            f"{amount if high is None else high}.",
            "amount",
        )


def _problems_in_period(
    session: Session, period: Period, last: ForecastRow | None
) -> Iterator[Problem]:
    march = session.get(PeriodRow, (str(period.year), 12))
    if march is not None and march.status == "closed":
        yield Problem(
            "forecast_after_year_end",
            f"March of {period.year} is closed: the outturn is what was spent.",
            "period",
        )
    if last is not None and period.number < last.period:
        yield Problem(
            "forecast_before_last",
            f"The line was forecast in {Period(period.year, last.period).title}, which is after "
            f"{period.title}.",
            "period",
        )


def _last(session: Session, fund: str, period: Period, line: BudgetLine) -> ForecastRow | None:
    return session.exec(
        select(ForecastRow)
        .where(
            col(ForecastRow.fund) == fund,
            col(ForecastRow.year) == str(period.year),
            col(ForecastRow.account) == line.account,
            col(ForecastRow.service) == line.service,
        )
        .order_by(col(ForecastRow.turn).desc())
        .limit(1)
    ).first()


def _shown(row: ForecastRow) -> dict[str, object]:
    amount = Money(row.pence).plain if row.pence is not None else None
    return {"method": row.method, "amount": amount, "period": row.period, "reason": row.reason}
