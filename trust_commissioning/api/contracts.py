"""Contracts: the register narrowed as asked, one contract's story as at a day."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query

from contracts.contract import Contract
from trust_commissioning import clock
from trust_commissioning.api.asking import AsAt, Person, Record, check
from trust_commissioning.api.problems import Absent
from trust_commissioning.reports.contract_register import Line, Wanted, lines
from trust_commissioning.reports.contract_story import contract_story
from trust_commissioning.roles import Action
from trust_commissioning.store import reading

routes = APIRouter(prefix="/contracts", tags=["contracts"])
_Words = Annotated[str, Query(max_length=200)]


@routes.get("")
def all_contracts(
    record: Record,
    person: Person,
    as_at: AsAt = None,
    search: _Words = "",
    provider: _Words = "",
    service: _Words = "",
    fund: _Words = "",
    form: _Words = "",
    phase: _Words = "",
    coming: _Words = "",
) -> dict[str, object]:
    """The contracts as they stand on a day, with what comes of them within six months."""
    day = as_at or clock.day_of(clock.now())
    wanted = Wanted(
        words=search,
        provider=provider,
        service=service,
        fund=fund,
        form=form,
        phase=phase,
        coming=coming,
    )
    with reading(record) as session:
        check(session, person, Action.READ_REPORTS)
        found = lines(session, day, wanted)
    return {"as_at": day.isoformat(), "contracts": [_line(one) for one in found]}


@routes.get("/{number:path}")
def contract(number: str, record: Record, person: Person, as_at: AsAt = None) -> dict[str, object]:
    """One contract as at a day: terms, lots and prices, variations, uplifts, duties, papers."""
    day = as_at or clock.day_of(clock.now())
    with reading(record) as session:
        check(session, person, Action.READ_REPORTS)
        found = contract_story(session, number, day)
    if found is None:
        raise Absent(f"There is no contract “{number}”.")
    line = Line(
        contract=found.contract,
        terms=found.terms,
        phase=found.phase,
        coming=found.coming,
        provider="",
        service="",
        fund="",
        waiting=len([one for one in found.uplifts if one.is_open]),
        odd=(),
    )
    return (
        {"as_at": day.isoformat()}
        | _line(line)
        | {
            "lots": _lots(found.contract, day),
            "parts": [part.as_json() for part in found.parts],
        }
    )


def _line(one: Line) -> dict[str, Any]:
    held, terms = one.contract, one.terms
    vat = terms.irrecoverable_vat
    return {
        "number": held.number,
        "title": terms.title,
        "provider": held.provider,
        "service": held.service,
        "fund": held.fund,
        "form": held.form.value,
        "state": held.state,
        "phase": one.phase.value,
        "signed": held.signed.isoformat() if held.signed else None,
        "starts": terms.starts.isoformat(),
        "ends": terms.ends.isoformat() if terms.ends else None,
        "latest_end": terms.latest_end.isoformat() if terms.latest_end else None,
        "notice_months": terms.notice_months,
        "value_signed": held.as_signed.value.plain,
        "value": terms.value.plain,
        "irrecoverable_vat": None if vat is None else vat.plain,
        "variations": len(held.variations),
        "uplifts_waiting": one.waiting,
        "coming": [
            {"day": each.day.isoformat(), "what": each.what.value, "words": each.words}
            for each in one.coming
        ],
        "kept_as_printed": list(one.odd),
    }


def _lots(held: Contract, day: date) -> list[dict[str, Any]]:
    return [
        {
            "code": lot.code,
            "title": lot.title,
            "service": lot.service,
            "pricing": lot.pricing.value,
            "unit": lot.unit.value,
            "price": None if lot.price is None else lot.price.plain,
            "volume": lot.volume,
            "further_price": None if lot.further_price is None else lot.further_price.plain,
            "prices": [
                {"starts": one.starts.isoformat(), "price": one.price.plain}
                for one in held.lot_prices(lot.code)
            ],
        }
        for lot in held.as_at(day).lots
    ]
