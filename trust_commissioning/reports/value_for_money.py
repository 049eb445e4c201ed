"""Value for money: what a unit of a service costs by sector, own beside bought, what stands out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from fractions import Fraction

from sqlmodel import Session

from contracts.figures import rounded
from contracts.indicators import Direction
from contracts.small_numbers import HIDDEN, is_small, to_nearest
from contracts.value_for_money import (
    FEWEST,
    GREEN_PAPER,
    STANDS_OUT,
    Delivered,
    Outlier,
    UnitCost,
    each,
    outliers,
    own_beside_bought,
    unit_costs,
)
from ledger.journal import Book
from ledger.money import NIL
from ledger.wording import counted
from trust_commissioning.reports.balances import sums
from trust_commissioning.reports.delivered import delivered
from trust_commissioning.reports.leads import Lead
from trust_commissioning.reports.outcome_targets import followed
from trust_commissioning.reports.shape import Cell, Column, Part, Report, Scope, check, make
from trust_commissioning.store.kept_figures import closed_at
from trust_commissioning.store.standing import titles

BASIS = (
    "What was called off for the days of the periods shown and its cost with irrecoverable VAT, by "
    "service, unit and sector; what is paid for by time is told in weeks, other units are those "
    "providers returned, each return in the period it begins in and at the prices of its days. The "
    "cost of a unit is all of the cost over all of the units, to the nearest penny. Where it is for 1 "
    "to 7 children, or would tell of so few, figures are not shown. Needs differ from child to child: a "
    "price that stands out is a reason to look, and no judgement."
)
SIGN = "Costs are above nil. More is what is bought less own provision, a unit."


def value_for_money(session: Session, scope: Scope, at: datetime) -> Report:
    """A row for each service, unit and sector of what was delivered in the scope."""
    check(session, scope)
    return told_of(session, scope, at, delivered(session, scope))


def told_of(session: Session, scope: Scope, at: datetime, found: Iterable[Delivered]) -> Report:
    """The same of what each source (a contract, own carers under one) delivered and cost."""
    every = list(found)
    costs = unit_costs(every)
    names = titles(session, "service", "contract")
    services = names["service"]
    return make(
        session,
        scope,
        at,
        name="value-for-money",
        title="Value for money",
        basis=BASIS,
        sign=SIGN,
        columns=_COLUMNS,
        rows=[_row(one, services) for one in costs],
        totals={},
        parts=[
            _beside(costs, services),
            _national(costs, services),
            _outliers(list(outliers(every)), names),
            _outcome_units(session, scope, services),
        ],
    )


def _row(one: UnitCost, services: Mapping[str, str]) -> dict[str, Cell]:
    small = is_small(one.children)
    return {
        "service": one.service,
        "title": services.get(one.service, one.service),
        "sector": one.sector,
        "sector_title": sector_title(one.sector),
        "unit": one.unit,
        "children": HIDDEN if small else to_nearest(one.children) or "",
        "units": "" if small else rounded(one.units),
        "cost": "" if small else one.cost,
        "each": "" if small else one.each,
    }


def sector_title(sector: str) -> str:
    """``Other public``: what a person calls a provider's sector."""
    return sector.replace("_", " ").capitalize() or "Not said"


def _beside(costs: Sequence[UnitCost], services: Mapping[str, str]) -> Part:
    """A sector of few children would be told by what is bought together, so it hides the whole."""
    few = {(one.service, one.unit) for one in costs if is_small(one.children)}
    rows: list[dict[str, Cell]] = []
    for one in own_beside_bought(costs):
        small = (one.service, one.unit) in few
        rows.append(
            {
                "title": services.get(one.service, one.service),
                "unit": one.unit,
                "own": "" if small else one.own.each,
                "bought": "" if small else one.bought.each,
                "more": "" if small else one.more,
                "words": HIDDEN if small else "",
            }
        )
    return Part(
        key="own-beside-bought",
        title="Own provision beside bought",
        words=("Bought is every sector but the trust's own partners, together.",),
        columns=_BESIDE,
        rows=tuple(rows),
    )


def _national(costs: Sequence[UnitCost], services: Mapping[str, str]) -> Part:
    """The Green Paper's one figure, and every service that is priced by the week."""
    rows: list[dict[str, Cell]] = [
        {
            "title": "England, foster and residential placements",
            "sector_title": "All",
            "a_week": GREEN_PAPER.a_week,
            "a_year": GREEN_PAPER.a_year,
        }
    ]
    rows += [
        {
            "title": services.get(one.service, one.service),
            "sector_title": sector_title(one.sector),
            "a_week": one.each,
            "a_year": one.each.times(Fraction(365, 7)),
        }
        for one in costs
        if one.unit == "week" and not is_small(one.children)
    ]
    return Part(
        key="national",
        title="Beside the national figure",
        words=(
            (
                f"{GREEN_PAPER.cost} a year for {GREEN_PAPER.placements:,} children "
                f"({GREEN_PAPER.reference}), shared evenly; a year of 365 days is 52 weeks and a "
                "seventh. It is of 2003 and of every kind of foster and residential placement together."
            ),
        ),
        columns=_NATIONAL,
        rows=tuple(rows),
    )


def _outliers(found: Sequence[Outlier], names: Mapping[str, Mapping[str, str]]) -> Part:
    rows: list[dict[str, Cell]] = [
        {
            "title": names["service"].get(one.delivered.service, one.delivered.service),
            "source": one.delivered.source,
            "source_title": names["contract"].get(one.delivered.source, one.delivered.source),
            "sector_title": sector_title(one.delivered.sector),
            "each": "" if is_small(one.delivered.children) else one.each,
            "reason": HIDDEN if is_small(one.delivered.children) else one.reason,
        }
        for one in found
    ]
    percent = rounded(STANDS_OUT * 100)
    return Part(
        key="outliers",
        title="Prices to look at",
        words=(
            (
                f"A price more than {percent}% from the middle price of its service, of "
                f"{counted(FEWEST, 'price')} or more."
            ),
        ),
        columns=_OUTLIERS,
        rows=tuple(rows),
    )


def _outcome_units(session: Session, scope: Scope, services: Mapping[str, str]) -> Part:
    """What the services named by a target cost for each child it counts, where more is good.

    By the count as it is published: from the exact one the hidden could be worked out.
    """
    spent = dict(sums(session, scope, "service", account="Expenses", book=Book.ACTUAL))
    rows: list[dict[str, Cell]] = []
    for one in followed(session, scope.period.ends, closed_at(session, scope.period)):
        latest, indicator = one.progress.latest, one.indicator
        if not (indicator.counts and indicator.direction is Direction.HIGHER and latest):
            continue
        count = to_nearest(int(latest.figure.low))
        told = latest.day >= scope.year.starts and one.said != HIDDEN and count
        for code in one.target.services if told else ():
            cost = spent.get((code,), NIL)
            rows.append(
                {
                    "measure": one.title,
                    "figure": one.said,
                    "service": code,
                    "title": services.get(code, code),
                    "spent": cost,
                    "each": each(cost, Fraction(count)),
                }
            )
    return Part(
        key="outcome-units",
        title="Cost beside each child counted",
        words=(
            (
                "Spend of the year on the services a target names, beside each child its measure "
                "counts: as association, since the one need not have caused the other."
            ),
        ),
        columns=_OUTCOME_UNITS,
        rows=tuple(rows),
    )


_COLUMNS = (
    Column(key="service", title="Key", kind="code"),
    Column(key="title", title="Service"),
    Column(key="sector", title="Key", kind="code"),
    Column(key="sector_title", title="Sector"),
    Column(key="children", title="Children", kind="count"),
    Column(key="unit", title="Unit"),
    Column(key="units", title="Units", kind="count"),
    Column(key="cost", title="Cost", kind="money"),
    Column(key="each", title="Cost of a unit", kind="money"),
)
_BESIDE = (
    Column(key="title", title="Service"),
    Column(key="unit", title="Unit"),
    Column(key="own", title="Own, a unit", kind="money"),
    Column(key="bought", title="Bought, a unit", kind="money"),
    Column(key="more", title="Bought costs more by", kind="money"),
    Column(key="words", title="Note"),
)
_NATIONAL = (
    Column(key="title", title="What"),
    Column(key="sector_title", title="Sector"),
    Column(key="a_week", title="A week", kind="money"),
    Column(key="a_year", title="A year", kind="money"),
)
_OUTCOME_UNITS = (
    Column(key="measure", title="Measure"),
    Column(key="figure", title="Latest in the year"),
    Column(key="service", title="Key", kind="code"),
    Column(key="title", title="Service"),
    Column(
        key="spent",
        title="Spent on it",
        kind="money",
        leads_to=Lead(book=Book.ACTUAL, account="Expenses", service="{service}"),
    ),
    Column(key="each", title="For each child", kind="money"),
)
_OUTLIERS = (
    Column(key="title", title="Service"),
    Column(key="source", title="Key", kind="code"),
    Column(key="source_title", title="Contract or source"),
    Column(key="sector_title", title="Sector"),
    Column(key="each", title="Cost of a unit", kind="money"),
    Column(key="reason", title="Reason to look"),
)
