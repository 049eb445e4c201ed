"""Pooled funds: agreements with what they lack and what comes next, contributions, disputes."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query

from ledger.periods import FinancialYear
from ledger.pool.agreement import Agreement
from ledger.pool.coming import coming
from ledger.pool.completeness import contents_of, gaps_in
from ledger.pool.contributions import Contribution, Instalment
from trust_commissioning import clock
from trust_commissioning.api.asking import AsAt, Person, Record, check
from trust_commissioning.api.problems import Absent
from trust_commissioning.roles import Action
from trust_commissioning.store import pool, reading
from trust_commissioning.store.standing import funds as funds_of

routes = APIRouter(tags=["pooled funds"])

_Fund = Annotated[str, Query(description="A fund's code; every fund without it.")]


@routes.get("/agreements")
def agreements(
    record: Record, person: Person, fund: _Fund = "", day: AsAt = None
) -> dict[str, object]:
    """The agreement of each fund as it stood on a day, held to what the regulations ask of it."""
    with reading(record) as session:
        check(session, person, Action.READ_REPORTS)
        on = day or clock.day_of(clock.now())
        codes = list(funds_of(session))
        if fund and fund not in codes:
            raise Absent(f"There is no fund “{fund}”.")
        found = [
            under
            for code in codes
            if fund in ("", code) and (under := pool.agreement_of(session, code, on)) is not None
        ]
        schedule = pool.contributions(session, fund or None)
        return {
            "day": on.isoformat(),
            "agreements": [
                _agreement(one, [c for c in schedule if c.fund == one.fund], on) for one in found
            ],
        }


@routes.get("/contributions")
def contributions(
    record: Record, person: Person, fund: _Fund = "", year: str = "", partner: str = ""
) -> dict[str, object]:
    """The schedule with what became of each instalment by now; disputes with their history."""
    with reading(record) as session:
        check(session, person, Action.READ_REPORTS)
        try:
            wanted = FinancialYear.parse(year) if year else None
        except ValueError as error:
            raise Absent(str(error)) from error
        found = pool.contributions(session, fund or None, wanted, partner=partner or None)
        keys = {one.key for one in found}
        return {
            "contributions": [_contribution(one) for one in found],
            "disputes": [
                {
                    "reference": one.reference,
                    "contribution": one.contribution,
                    "instalment": one.instalment.isoformat(),
                    "day": one.day.isoformat(),
                    "amount": one.amount.plain,
                    "reason": one.reason,
                    "steps": [
                        {
                            "reference": step.reference,
                            "day": step.day.isoformat(),
                            "kind": step.kind.value,
                            "reduced": step.reduced.plain,
                            "words": step.words,
                        }
                        for step in one.steps
                    ],
                }
                for one in pool.disputes(session, fund or None, partner=partner or None)
                if one.contribution in keys
            ],
        }


def _agreement(one: Agreement, schedule: list[Contribution], day: date) -> dict[str, object]:
    year = FinancialYear.containing(day)
    contributors = {c.partner for c in schedule if c.year == year}
    return {
        "reference": one.reference,
        "fund": one.fund,
        "kind": one.kind.value,
        "legal_basis": one.basis.value,
        "title": one.title,
        "starts": one.starts.isoformat(),
        "ends": one.ends.isoformat() if one.ends else None,
        "signed": one.signed.isoformat() if one.signed else None,
        "review_day": one.review_day.isoformat() if one.review_day else None,
        "host": one.host or None,
        "pool_manager": one.pool_manager,
        "parties": [
            {
                "partner": party.partner,
                "body": party.body.value,
                "role": party.role.value,
                "accounts_as": role.value if (role := one.role_of(party.partner)) else None,
            }
            for party in one.parties
        ],
        "contents": [
            {"content": c.letter, "regulation": c.regulation, "stated": c.stated}
            for c in contents_of(one, contributors)
        ],
        "gaps": [
            {"content": gap.content, "regulation": gap.regulation, "message": gap.message}
            for gap in gaps_in(one, contributors)
        ],
        "next": [
            {"day": step.day.isoformat(), "what": step.what, "late": step.late}
            for step in coming(one, [c for c in schedule if c.year in (year, year.next)], day)
        ],
    }


def _contribution(one: Contribution) -> dict[str, object]:
    return {
        "key": one.key,
        "fund": one.fund,
        "year": str(one.year),
        "partner": one.partner,
        "kind": one.kind.value,
        "form": one.form.value if one.form else None,
        "valuation": one.valuation,
        "recurrent": one.recurrent,
        "agreed": one.agreed.plain,
        "client_charges": one.client_charges.plain,
        "instalments": [_instalment(part) for part in one.instalments],
    }


def _instalment(part: Instalment) -> dict[str, object]:
    return {
        "day": part.day.isoformat(),
        "amount": part.amount.plain,
        "raised": part.raised.plain,
        "reduced": part.reduced.plain,
        "received": part.received.plain,
        "outstanding": part.outstanding.plain,
        "disputed": part.disputed.plain,
    }
