"""Grant exposure: what will be lost unless something is done, by when, why, months ahead."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from ledger.grant.claim import Claim, least_shares
from ledger.grant.exposure import Exposure, Outlook, exposures
from ledger.grant.life import Life, Step
from ledger.grant.programme import Unspent
from ledger.money import NIL, Money
from ledger.wording import counted, day_in_full
from trust_commissioning.reports.grant_quarters import behind_by
from trust_commissioning.reports.grants import GrantInYear, forecast_claim, grants_in
from trust_commissioning.reports.leads import Lead
from trust_commissioning.reports.shape import Cell, Column, Part, Report, Scope, make
from trust_commissioning.store import grants as record


@dataclass(frozen=True, slots=True)
class Looked:
    """One grant in the year with what it is expected to come to, and what it stands to lose."""

    grant: GrantInYear
    forecast: Claim
    found: tuple[Exposure, ...]

    @property
    def lost(self) -> Money:
        return Money.total(one.amount for one in self.found)


def looked_ahead(session: Session, scope: Scope) -> list[Looked]:
    """Each grant of the year as it looks at the end of the scope's last period."""
    return [_look(session, grant, scope) for grant in grants_in(session, scope)]


def grant_exposure(session: Session, scope: Scope, at: datetime) -> Report:
    """A row for each reason money would be lost, the soonest first."""
    looked = looked_ahead(session, scope)
    rows = exposure_rows(looked)
    return make(
        session,
        scope,
        at,
        name="grant-exposure",
        title="Grants that could be lost",
        basis=(
            f"As it looks at {day_in_full(scope.period.ends)}: what each grant of the year allows, "
            "held against the forecast of eligible spend, its conditions, and what it still waits "
            "for. The forecast of a line is that of the forecast report."
        ),
        sign="Amounts that would be lost are above nil.",
        columns=EXPOSURES,
        rows=rows,
        totals={"amount": Money.total(one.lost for one in looked)},
        parts=[_outlook(looked)],
    )


def exposure_rows(looked: Iterable[Looked]) -> list[dict[str, Cell]]:
    """A row for each reason money would be lost, the soonest first."""
    soonest = sorted(
        ((one, exposure) for one in looked for exposure in one.found),
        key=lambda pair: (pair[1].day, pair[0].grant.programme.title),
    )
    return [
        {
            "grant": one.grant.programme.title,
            "code": one.grant.programme.code,
            "fund": one.grant.fund,
            "amount": exposure.amount,
            "day": day_in_full(exposure.day),
            "left": _months(exposure.months),
            "cause": exposure.cause.title,
            "why": exposure.why,
        }
        for one, exposure in soonest
    ]


def _look(session: Session, grant: GrantInYear, scope: Scope) -> Looked:
    expected = forecast_claim(session, grant, scope.to)
    today = scope.period.ends
    found: list[Exposure] = []
    shut = [life for life in grant.lives if life.waits_for]
    for life in shut:
        found += exposures(_outlook_of(session, grant, life, expected, today), today)
    opened = [life for life in grant.lives if not life.waits_for]
    if opened:
        available = Money.total(life.years[grant.year].available for life in opened)
        forecast = max(NIL, _spent_on(grant, opened, expected))
        outlook = Outlook(
            year=grant.year,
            ends=grant.fence.ends,
            available=available,
            forecast=min(available, forecast),
            unspent=_rule(grant, opened),
            behind=behind_by(grant, opened, today),
            least_shares=least_shares(expected, grant.fence, available),
        )
        found += exposures(outlook, today)
    return Looked(grant, expected, tuple(sorted(found, key=lambda one: one.day)))


def _spent_on(grant: GrantInYear, lives: list[Life], expected: Claim) -> Money:
    parts = zip(grant.lives, grant.parted(expected.charged), strict=True)
    return Money.total(part for life, part in parts if life in lives)


def _rule(grant: GrantInYear, lives: list[Life]) -> Unspent:
    facts = lives[-1].allocation.of_year(grant.year)
    return facts.unspent if facts is not None else Unspent.RETURN


def _outlook_of(
    session: Session, grant: GrantInYear, life: Life, expected: Claim, today: date
) -> Outlook:
    """What is known of one allocation that still waits to be recognised."""
    plan = record.plan_of(session, life.allocation.reference, grant.year, by_day=today)
    return Outlook(
        year=grant.year,
        ends=grant.fence.ends,
        available=life.years[grant.year].available,
        forecast=min(expected.charged, life.years[grant.year].available),
        unspent=grant.unspent_rule,
        waits_for=life.waits_for,
        needs_plan=Step.PLAN_ASSESSED in life.waits_for,
        plan_submitted=plan.submitted if plan is not None else None,
    )


def _months(left: int) -> str:
    if left < 0:
        return "Passed"
    return f"{counted(left, 'month')} left" if left else "This month"


def _outlook(looked: list[Looked]) -> Part:
    rows = tuple(_outlook_row(one) for one in looked)
    keys = ("available", "spent", "forecast", "lost", "carried")
    return Part(
        key="outlook",
        title="Every grant of the year",
        columns=_OUTLOOK,
        rows=rows,
        totals={
            key: Money.total(cell for row in rows if isinstance(cell := row[key], Money))
            for key in keys
        },
    )


def _outlook_row(one: Looked) -> dict[str, Cell]:
    left = max(NIL, one.grant.claim.available - one.forecast.charged)
    return {
        "grant": one.grant.programme.title,
        "code": one.grant.programme.code,
        "fund": one.grant.fund,
        "available": one.grant.claim.available,
        "spent": one.grant.own(one.grant.claim.charged),
        "leads": "Expenses" if _is_all_spend(one.grant) else "",
        "forecast": one.grant.own(one.forecast.charged),
        "lost": one.lost,
        "carried": left if one.grant.unspent_rule.may_be_carried else NIL,
        "rule": one.grant.unspent_rule.title,
        "standing": "; ".join(_said(one)) or "Nothing is expected to be lost",
    }


def _is_all_spend(grant: GrantInYear) -> bool:
    """Whether every posting of the fund's expense in the year is eligible spend of the grant."""
    alone = grant.ring_fenced and not grant.claim.ineligible
    return alone and grant.whole


def _said(one: Looked) -> Iterator[str]:
    for exposure in one.found:
        yield f"{exposure.cause.title}: {exposure.amount} by {day_in_full(exposure.day)}"


EXPOSURES = (
    Column(key="grant", title="Grant"),
    Column(key="cause", title="What would be lost"),
    Column(key="amount", title="Amount", kind="money"),
    Column(key="day", title="By"),
    Column(key="left", title="Time left"),
    Column(key="why", title="Why"),
)
_OUTLOOK = (
    Column(key="grant", title="Grant"),
    Column(key="available", title="Available", kind="money"),
    Column(key="spent", title="Spent to date", kind="money", leads_to=Lead(account="{leads}")),
    Column(key="forecast", title="Forecast", kind="money"),
    Column(key="lost", title="Would be lost", kind="money"),
    Column(key="carried", title="May be carried on", kind="money"),
    Column(key="rule", title="What is not spent"),
    Column(key="standing", title="Standing"),
)
