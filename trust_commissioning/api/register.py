"""The register that figures speak of: funds, years, accounts, services, oneself."""

from __future__ import annotations

from fastapi import APIRouter
from sqlmodel import col, select

from trust_commissioning import clock
from trust_commissioning.api.asking import Person, Record, check
from trust_commissioning.roles import Action, may
from trust_commissioning.store import reading, register
from trust_commissioning.store.standing import chart, funds
from trust_commissioning.store.tables import PeriodRow

routes = APIRouter()


@routes.get("/people/me", tags=["people"])
def me(person: Person) -> dict[str, object]:
    """Who is asking, what they may do, until when."""
    return {
        "username": person.username,
        "name": person.name,
        "role": person.role.value,
        "partner": person.partner,
        "may": [action.value for action in Action if may(person, action)],
        "signed_in_until": clock.as_text(person.ends_at),
    }


@routes.get("/funds", tags=["register"])
def all_funds(record: Record, person: Person) -> dict[str, object]:
    """The funds with their legal basis and conditions."""
    with reading(record) as session:
        check(session, person, Action.READ_REPORTS)
        return {
            "funds": [
                {
                    "code": fund.code,
                    "title": fund.title,
                    "kind": fund.kind.value,
                    "legal_basis": fund.legal_basis.value,
                    "host": fund.host or None,
                    "pool_manager": fund.pool_manager,
                    "conditions": fund.conditions,
                    "may_be_spent_on": list(fund.may_be_spent_on),
                    "starts": fund.starts.isoformat() if fund.starts else None,
                    "ends": fund.ends.isoformat() if fund.ends else None,
                }
                for fund in funds(session).values()
            ]
        }


@routes.get("/years", tags=["register"])
def all_years(record: Record, person: Person) -> dict[str, object]:
    """The years that have been opened, each with its periods."""
    with reading(record) as session:
        check(session, person, Action.READ_REPORTS)
        rows = session.exec(
            select(PeriodRow).order_by(col(PeriodRow.year), col(PeriodRow.number))
        ).all()
        found: dict[str, list[dict[str, object]]] = {}
        for row in rows:
            found.setdefault(row.year, []).append(
                {
                    "number": row.number,
                    "starts": row.starts.isoformat(),
                    "ends": row.ends.isoformat(),
                    "status": row.status,
                }
            )
        return {"years": [{"year": year, "periods": held} for year, held in found.items()]}


@routes.get("/accounts", tags=["register"])
def all_accounts(record: Record, person: Person) -> dict[str, object]:
    """The chart of accounts."""
    with reading(record) as session:
        check(session, person, Action.READ_REPORTS)
        return {
            "accounts": [
                {
                    "name": account.name,
                    "title": account.title,
                    "kind": account.kind.value,
                    "subjective": account.subjective,
                    "s251_line": account.s251_line,
                    "council_code": account.council_code,
                    "needs_partner": account.needs_partner,
                    "closed": account.closed,
                }
                for account in chart(session)
            ]
        }


@routes.get("/services", tags=["register"])
def all_services(record: Record, person: Person) -> dict[str, object]:
    """The services, each with the outcomes its spend is for, as weighted from a day on."""
    with reading(record) as session:
        check(session, person, Action.READ_REPORTS)
        return {
            "services": [
                {
                    "code": service.code,
                    "title": service.title,
                    "description": service.description,
                    "outcomes": [
                        {
                            "starts": dated.starts.isoformat(),
                            "weights": {outcome.value: weight for outcome, weight in dated.weights},
                        }
                        for dated in service.outcomes
                    ],
                }
                for service in register.services(session).values()
            ]
        }
