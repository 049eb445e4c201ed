"""Contributions: what each partner puts into each fund in a year, in cash and in kind."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from fractions import Fraction

from sqlmodel import Session

from ledger.money import NIL, Money
from ledger.pool.contributions import (
    PROPOSAL_RULE,
    Contribution,
    ContributionKind,
    opening_of,
    proposal,
)
from ledger.pool.noted import Planned
from ledger.wording import day_in_full
from trust_commissioning.reports.disputes_part import disputes_part
from trust_commissioning.reports.leads import Lead
from trust_commissioning.reports.partner_figures import (
    CASH,
    IN_KIND,
    Whose,
    add,
    balances,
    schedule,
)
from trust_commissioning.reports.shape import Cell, Column, Part, Report, Scope, make
from trust_commissioning.store.pool import facts
from trust_commissioning.store.standing import titles

_FROM_SCHEDULE = (
    "agreed",
    "client_charges",
    "due",
    "raised",
    "received",
    "outstanding",
    "disputed",
)


def contributions(session: Session, scope: Scope, at: datetime) -> Report:
    """A row for each partner of each fund; each instalment, and next year's proposal, beneath."""
    found = schedule(session, scope)
    cash = [one for one in found if one.kind is not ContributionKind.IN_KIND]
    books = _books(session, scope)
    sums = _sums(cash)
    names = titles(session)
    whose = sorted({*books, *((one.fund, one.partner) for one in found)})
    rows: list[dict[str, Cell]] = [
        {
            "fund": fund,
            "fund_title": names["fund"].get(fund, fund),
            "partner": partner,
            "partner_title": names["partner"].get(partner, partner),
            **{key: sums[key].get((fund, partner), NIL) for key in _FROM_SCHEDULE},
            **{key: books.get((fund, partner), {}).get(key, NIL) for key in ("in_cash", "in_kind")},
        }
        for fund, partner in whose
    ]
    return make(
        session,
        scope,
        at,
        name="contributions",
        title="Contributions",
        basis=(
            "The instalments of the year shown, as they stood at the end of the period shown. "
            "Agreed is before charges to families are taken off; due is all instalments in cash "
            "of the year, with what a settlement made due; raised is what was entered as owed. In cash and in kind are what the "
            "books hold as income of the year, from whatever source."
        ),
        sign=(
            "What a partner gives is above nil. Disputed is part of outstanding and is never "
            "taken off it."
        ),
        columns=_COLUMNS,
        rows=rows,
        totals=_totals(rows),
        notes=_outside(rows, cash),
        parts=[
            _instalments(found, names["partner"], names["fund"]),
            _in_kind(found, names["partner"], names["service"]),
            *disputes_part(session, scope),
            *_proposals(session, scope, found, names["partner"]),
        ],
    )


def _books(session: Session, scope: Scope) -> dict[Whose, dict[str, Money]]:
    found: dict[Whose, dict[str, Money]] = {}
    for key, account in (("in_cash", CASH), ("in_kind", IN_KIND)):
        for whose, amount in balances(session, scope, account, all_years=False).items():
            found.setdefault(whose, {})[key] = -amount
    return found


def _sums(cash: Iterable[Contribution]) -> dict[str, dict[Whose, Money]]:
    sums: dict[str, dict[Whose, Money]] = {key: {} for key in _FROM_SCHEDULE}
    for one in cash:
        whose = (one.fund, one.partner)
        add(sums["agreed"], whose, one.agreed)
        add(sums["client_charges"], whose, one.client_charges)
        add(sums["due"], whose, one.due)
        for part in one.instalments:
            for key in ("raised", "received", "outstanding", "disputed"):
                add(sums[key], whose, getattr(part, key))
    return sums


def _totals(rows: list[dict[str, Cell]]) -> dict[str, Cell]:
    return {
        column.key: Money.total(c for row in rows if isinstance(c := row[column.key], Money))
        for column in _COLUMNS
        if column.kind == "money"
    }


def _outside(rows: list[dict[str, Cell]], cash: Iterable[Contribution]) -> list[str]:
    """Income in cash that no instalment of this year explains, such as a settlement."""
    raised: dict[Whose, Money] = {}
    for one in cash:
        for part in one.instalments:
            add(raised, (one.fund, one.partner), part.raised - part.reduced)
    notes = []
    for row in rows:
        held = row["in_cash"]
        assert isinstance(held, Money)
        other = held - raised.get((str(row["fund"]), str(row["partner"])), NIL)
        if other:
            notes.append(
                f"{row['partner_title']}, {row['fund_title']}: {other} of the income in cash is "
                "from outside this year’s instalments, such as a refund or an instalment of "
                "another year."
            )
    return notes


def _instalments(
    found: Iterable[Contribution], partners: dict[str, str], funds: dict[str, str]
) -> Part:
    rows: list[dict[str, Cell]] = [
        {
            "fund": one.fund,
            "fund_title": funds.get(one.fund, one.fund),
            "partner": one.partner,
            "partner_title": partners.get(one.partner, one.partner),
            "key": one.key,
            "kind": one.kind.title,
            "day": day_in_full(part.day),
            "amount": part.amount,
            "raised": part.raised,
            "reduced": part.reduced,
            "received": part.received,
            "outstanding": part.outstanding,
            "disputed": part.disputed,
        }
        for one in found
        for part in one.instalments
    ]
    money = ("amount", "raised", "reduced", "received", "outstanding", "disputed")
    return Part(
        key="instalments",
        title="Each instalment",
        columns=_INSTALMENT_COLUMNS,
        rows=tuple(rows),
        totals={
            key: Money.total(c for row in rows if isinstance(c := row[key], Money)) for key in money
        },
    )


def _in_kind(
    found: Iterable[Contribution], partners: dict[str, str], services: dict[str, str]
) -> Part:
    rows: list[dict[str, Cell]] = [
        {
            "partner": one.partner,
            "partner_title": partners.get(one.partner, one.partner),
            "form": one.form.value.capitalize() if one.form else "Not said",
            "service": services.get(one.service, one.service) or "No service",
            "valuation": one.valuation or "Not stated: SI 2000/617, regulation 7(3)(e)",
            "value": one.due,
        }
        for one in found
        if one.kind is ContributionKind.IN_KIND
    ]
    return Part(
        key="in_kind",
        title="In kind, with how it was valued",
        columns=(
            Column(key="partner", title="Code", kind="code"),
            Column(key="partner_title", title="Partner"),
            Column(key="form", title="What is given"),
            Column(key="service", title="For"),
            Column(key="valuation", title="Basis of valuation"),
            Column(key="value", title="Value for the year", kind="money"),
        ),
        rows=tuple(rows),
        totals={"value": Money.total(c for row in rows if isinstance(c := row["value"], Money))},
    )


def _proposals(
    session: Session, scope: Scope, found: Iterable[Contribution], partners: dict[str, str]
) -> list[Part]:
    """Next year's contribution of each partner for whom something was planned."""
    if scope.fund is None:
        return []
    opening = opening_of(found)
    planned: dict[str, Planned] = {}
    for fact in facts.facts(session, facts.PROPOSAL, fund=scope.fund):
        one: Planned = fact.contents
        if one.year == scope.year.next and scope.partner in (None, one.partner):
            planned[one.partner] = one
    if not planned:
        return []
    rows: list[dict[str, Cell]] = []
    for partner, one in sorted(planned.items()):
        made = proposal(
            opening.get(partner, NIL),
            recurrent_changes=one.recurrent_changes,
            inflation=Fraction(one.inflation, 10_000),
            planned=one.planned,
            efficiency=Fraction(one.efficiency, 10_000),
        )
        rows.append(
            {
                "partner": partner,
                "partner_title": partners.get(partner, partner),
                "opening": made.opening,
                "recurrent_changes": made.recurrent_changes,
                "inflation": made.inflation,
                "planned": made.planned,
                "efficiency": -made.efficiency,
                "proposed": made.total,
                "words": one.words,
            }
        )
    columns = (
        Column(key="partner", title="Code", kind="code"),
        Column(key="partner_title", title="Partner"),
        Column(key="opening", title="Opening", kind="money"),
        Column(key="recurrent_changes", title="Recurrent changes", kind="money"),
        Column(key="inflation", title="Inflation", kind="money"),
        Column(key="planned", title="Planned", kind="money"),
        Column(key="efficiency", title="Efficiency", kind="money"),
        Column(key="proposed", title=f"Proposed for {scope.year.next}", kind="money"),
        Column(key="words", title="Because"),
    )
    return [
        Part(
            key="proposal",
            title=f"Proposed for {scope.year.next}",
            words=(PROPOSAL_RULE,),
            columns=columns,
            rows=tuple(rows),
            totals={
                column.key: Money.total(
                    c for row in rows if isinstance(c := row[column.key], Money)
                )
                for column in columns
                if column.kind == "money"
            },
        )
    ]


_COLUMNS = (
    Column(key="fund", title="Fund's code", kind="code"),
    Column(key="fund_title", title="Fund"),
    Column(key="partner", title="Partner's code", kind="code"),
    Column(key="partner_title", title="Partner"),
    Column(key="agreed", title="Agreed", kind="money", whole_year=True),
    Column(key="client_charges", title="Less client charges", kind="money", whole_year=True),
    Column(key="due", title="Due in the year", kind="money", whole_year=True),
    Column(key="raised", title="Raised", kind="money"),
    Column(key="received", title="Received", kind="money"),
    Column(key="outstanding", title="Outstanding", kind="money"),
    Column(key="disputed", title="Of it disputed", kind="money"),
    Column(
        key="in_cash",
        title="In cash, in the books",
        kind="money",
        leads_to=Lead(account=CASH, partner="{partner}", opposite=True),
    ),
    Column(
        key="in_kind",
        title="In kind, in the books",
        kind="money",
        leads_to=Lead(account=IN_KIND, partner="{partner}", opposite=True),
    ),
)
_INSTALMENT_COLUMNS = (
    Column(key="fund", title="Fund's code", kind="code"),
    Column(key="fund_title", title="Fund"),
    Column(key="partner", title="Partner's code", kind="code"),
    Column(key="partner_title", title="Partner"),
    Column(key="key", title="Contribution", kind="code"),
    Column(key="kind", title="Kind"),
    Column(key="day", title="Due on"),
    Column(key="amount", title="Due", kind="money"),
    Column(key="raised", title="Raised", kind="money"),
    Column(key="reduced", title="Reduced", kind="money"),
    Column(key="received", title="Received", kind="money"),
    Column(key="outstanding", title="Outstanding", kind="money"),
    Column(key="disputed", title="Of it disputed", kind="money"),
)
