"""Uplifts: who asks for what from when, what it costs this year and in a full year, what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime

from sqlmodel import Session

from contracts.contract import Contract
from contracts.kpi import figure
from contracts.uplift import Uplift
from contracts.uplift_cost import Cost, cost
from ledger.money import Money
from ledger.wording import day_in_full
from trust_commissioning.reports.shape import Cell, Column, Part, Report, Scope, make
from trust_commissioning.store import contracts as record
from trust_commissioning.store.in_force import in_force
from trust_commissioning.store.standing import open_periods, people, titles

NOT_KNOWN = "Not known"


def uplifts(session: Session, scope: Scope, at: datetime) -> Report:
    """A row for each uplift that waits for a decision, then all that were decided."""
    day = scope.period.ends
    asked = [one.as_at(day) for one in record.uplifts(session) if one.day <= day]
    numbers = {one.contract for one in asked}
    every = {one.number: one for one in record.contracts(session, numbers, fund=scope.fund or "")}
    found = [one for one in asked if one.contract in every]
    waiting = [one for one in found if one.is_open]
    rows = [
        uplift_row(one, every[one.contract], cost_on(session, every[one.contract], one, day))
        for one in waiting
    ]
    named, names = titles(session, "provider")["provider"], people(session)
    for row in rows:
        row["provider"] = named[every[str(row["contract"])].provider]
    return make(
        session,
        scope,
        at,
        name="uplifts",
        title="Uplifts",
        basis=(
            f"Uplifts asked for by {day_in_full(day)}, with what each would cost as seen on that "
            "day. This year's cost is for the days that are left of it and are ordered; a full "
            "year's for what is ordered now, over a whole financial year. Where nothing is called "
            "off, the contract's value stands in."
        ),
        sign="Plus is dearer.",
        columns=COLUMNS,
        rows=rows,
        totals=_totals(rows),
        parts=[
            Part(
                key="decided",
                title="Decided",
                columns=DECIDED,
                rows=tuple(
                    decided_row(one, every[one.contract], names) for one in found if not one.is_open
                ),
            )
        ],
    )


def cost_on(session: Session, contract: Contract, uplift: Uplift, day: date) -> Cost:
    """What an uplift adds as seen on a day, over what the contract says without it."""
    without = replace(
        contract,
        variations=tuple(one for one in contract.variations if one.reference != uplift.reference),
    )
    open_years = {period.year for period in open_periods(session)}
    return cost(without, uplift, in_force(session, contract.number), day, open_years)


def uplift_row(one: Uplift, contract: Contract, found: Cost) -> dict[str, Cell]:
    """One uplift with what it costs, in words where that is not known."""
    return {
        "reference": one.reference,
        "contract": one.contract,
        "title": contract.title,
        "asked": day_in_full(one.day),
        "starts": day_in_full(one.starts),
        "prices": "; ".join(f"{rate.lot}: {rate.was} to {rate.asked}" for rate in one.rates),
        "how": _how(one),
        "reason": one.reason,
        "this_year": _money(found.this_year),
        "full_year": _money(found.full_year),
        "earlier_years": _money(found.earlier_years),
        "basis": found.basis,
        "state": one.state.capitalize(),
        "by": one.by,
    }


def _how(one: Uplift) -> str:
    if one.index:
        return one.index
    return "" if one.percent is None else f"{figure(one.percent)}%"


def _money(amount: Money | None) -> Cell:
    return NOT_KNOWN if amount is None else amount


def decided_row(one: Uplift, contract: Contract, names: Mapping[str, str]) -> dict[str, Cell]:
    """One uplift that was applied or refused, with the cost that was seen then."""
    last = one.decisions[-1]
    applied = next((each for each in contract.variations if each.reference == one.reference), None)
    checked = next((each for each in one.decisions if each.step == "checked"), None)
    return {
        "reference": one.reference,
        "contract": one.contract,
        "starts": day_in_full(one.starts),
        "prices": "; ".join(f"{rate.lot}: {rate.was} to {rate.asked}" for rate in one.rates),
        "state": last.step.title,
        "day": day_in_full(last.day),
        "asked_by": names.get(one.by, one.by),
        "checked_by": names.get(checked.by, checked.by) if checked else "",
        "decided_by": names.get(last.by, last.by),
        "this_year": _money(last.this_year),
        "full_year": _money(last.full_year),
        "reason": last.reason,
        "override": applied.override if applied else "",
    }


def _totals(rows: list[dict[str, Cell]]) -> dict[str, Cell]:
    """What could be worked out of all that wait; a sum over what is not known would mislead."""
    totals: dict[str, Cell] = {}
    for key in ("this_year", "full_year", "earlier_years"):
        known = [row[key] for row in rows]
        amounts = [one for one in known if isinstance(one, Money)]
        if len(amounts) == len(known):
            totals[key] = Money.total(amounts)
    return totals


COLUMNS = (
    Column(key="reference", title="Uplift"),
    Column(key="contract", title="Contract"),
    Column(key="title", title="Title"),
    Column(key="provider", title="Provider"),
    Column(key="asked", title="Asked for"),
    Column(key="starts", title="From"),
    Column(key="prices", title="Prices"),
    Column(key="how", title="By"),
    Column(key="this_year", title="Cost this year", kind="money"),
    Column(key="full_year", title="In a full year", kind="money"),
    Column(key="earlier_years", title="For years gone by", kind="money"),
    Column(key="basis", title="Worked out from"),
    Column(key="reason", title="Reason given"),
    Column(key="state", title="Stands"),
)
DECIDED = (
    Column(key="reference", title="Uplift"),
    Column(key="contract", title="Contract"),
    Column(key="starts", title="From"),
    Column(key="prices", title="Prices"),
    Column(key="state", title="Decided"),
    Column(key="day", title="On"),
    Column(key="asked_by", title="Put in by"),
    Column(key="checked_by", title="Checked by"),
    Column(key="decided_by", title="Decided by"),
    Column(key="this_year", title="Cost this year", kind="money"),
    Column(key="full_year", title="In a full year", kind="money"),
    Column(key="reason", title="Reason"),
    Column(key="override", title="Above what was available, because"),
)
