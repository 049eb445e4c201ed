"""Raising an order, a placement or a requisition under a contract's lot."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, select
from sqlmodel import Session

from contracts.call_off import CallOff, DatedFunding, Funder, problems_in
from contracts.contract import Contract, Lot
from contracts.lifecycle import CALL_OFF, CallOffEvent, CallOffState, ContractState
from contracts.pricing import DatedPrice
from contracts.provider_checking import problems_on
from ledger.problems import Problem, Refused
from ledger.wording import day_in_full
from trust_commissioning import roles
from trust_commissioning.calling_off.asked import CallOffAsked
from trust_commissioning.calling_off.promising import promise
from trust_commissioning.clock import as_text
from trust_commissioning.files.identifiability import identifiers_in, question
from trust_commissioning.posting import lock_head
from trust_commissioning.store import audit
from trust_commissioning.store import calling_off as record
from trust_commissioning.store.contracts import contract
from trust_commissioning.store.providing import provider
from trust_commissioning.store.standing import standing


@dataclass(frozen=True, slots=True)
class Raised:
    """The number a call-off was given, with the journals that promise it."""

    number: str
    journals: tuple[str, ...]


def call_off(session: Session, asked: CallOffAsked, *, by: str, at: datetime) -> Raised:
    """Raise an order, a placement or a requisition; asked again under its reference, the same.

    Raises:
        Refused: with every problem; nothing was changed. ``more_than_is_available`` unless a person
            with authority overrides it with a reason.
    """
    roles.check(session, by, roles.Action.CALL_OFF)
    lock_head(session)
    before = record.raised_as(session, asked.reference)
    if before is not None:
        return _again(session, before, asked, by)
    if (taken := record.told(session, asked.reference)) is not None:
        raise Refused.because(
            "event_recorded_otherwise",
            f"“{asked.reference}” was recorded before of {taken.call_off}; give this one another "
            "reference.",
            "reference",
        )
    under = contract(session, asked.contract)
    if under is None:
        raise Refused.because(
            "contract_unknown", f"There is no contract “{asked.contract}”.", "contract"
        )
    made = _made(session, asked, under, by)
    if isinstance(made, Problem):
        raise Refused([made])
    if found := [*_problems(session, asked, under, made), *problems_in(made)]:
        raise Refused(found)
    _keep(session, asked, made, by=by, at=at)
    numbers = {made.number, *filter(None, [asked.of_requisition])}
    journals = promise(
        session,
        numbers,
        day=asked.day,
        period=asked.period,
        because=f"{asked.stage} of {day_in_full(asked.day)}",
        override=asked.override,
        by=by,
        at=at,
    )
    audit.record(
        session,
        by=by,
        at=at,
        action=asked.stage,
        object_kind="call_off",
        object_key=made.number,
        after={
            "asked": asked.model_dump(mode="json", exclude_defaults=True),
            "journals": journals,
        },
    )
    return Raised(made.number, tuple(journals))


def _again(session: Session, number: str, asked: CallOffAsked, by: str) -> Raised:
    """The same one, if it is asked for as it was."""
    told = record.events(session, number)[0]
    under = contract(session, asked.contract)
    made = _made(session, asked, under, by, number=number) if under is not None else None
    if isinstance(made, CallOff) and record.as_json(made) == record.as_json(told.contents):
        return Raised(number, ())
    raise Refused.because(
        "event_recorded_otherwise",
        f"The call-off “{asked.reference}” was raised before as {number} with other contents; give "
        "this one another reference.",
        "reference",
    )


def _made(
    session: Session, asked: CallOffAsked, under: Contract, by: str, *, number: str = ""
) -> CallOff | Problem:
    lot = under.as_at(asked.starts).lot(asked.lot)
    if lot is None:
        return Problem(
            "lot_unknown",
            f"Contract {under.number} has no lot “{asked.lot}” on {day_in_full(asked.starts)}.",
            "lot",
        )
    event = CallOffEvent.REQUISITION if asked.stage == "requisition" else CallOffEvent.ORDER
    state = roles.move(session, by, CALL_OFF, None, event)
    return _as_asked(asked, under, lot, state, number or _next_number(session, under.number))


def _as_asked(
    asked: CallOffAsked, under: Contract, lot: Lot, state: CallOffState, number: str
) -> CallOff:
    funders = tuple(one.read() for one in asked.funding) or (Funder(fund=under.fund, weight=1),)
    return CallOff(
        number=number,
        contract=under.number,
        lot=lot.code,
        kind=asked.kind,
        title=asked.title,
        provider=under.provider,
        service=lot.service,
        account=asked.account,
        unit=asked.unit or lot.unit,
        starts=asked.starts,
        funding=(DatedFunding(asked.starts, funders),),
        state=state,
        case_reference=asked.case_reference or "",
        quantity=asked.quantity,
        vat=asked.irrecoverable_vat,
        expected_end=asked.expected_end,
        lot_prices=under.lot_prices(lot.code),
        prices=() if asked.price is None else (DatedPrice(asked.starts, asked.price),),
        of_requisition=asked.of_requisition or "",
    )


def _next_number(session: Session, contract_number: str) -> str:
    last = session.execute(
        select(func.coalesce(func.max(record.CALL_OFF.c.place), 0)).where(
            record.CALL_OFF.c.contract == contract_number
        )
    ).scalar_one()
    return f"{contract_number}/{int(last) + 1:02d}"


def _problems(
    session: Session, asked: CallOffAsked, under: Contract, made: CallOff
) -> Iterator[Problem]:
    terms = under.as_at(asked.starts)
    if under.state != ContractState.SIGNED or not terms.runs_on(asked.starts):
        until = f" and runs to {day_in_full(terms.ends)}" if terms.ends else ""
        yield Problem(
            "contract_not_in_force",
            f"Contract {under.number} is {under.state}, starts on {day_in_full(terms.starts)}{until}"
            f": nothing can be called off from it for {day_in_full(asked.starts)}.",
            "starts",
        )
    deliverer = provider(session, under.provider)
    if deliverer is not None:
        yield from problems_on(deliverer, asked.starts)
    lot = terms.lot(asked.lot)
    if asked.price is None and lot is not None and lot.price is not None and lot.unit != made.unit:
        yield Problem(
            "price_missing",
            f"The price of lot {lot.code} is per {lot.unit.title}, not per {made.unit.title}; give one.",
            "price",
        )
    yield from _unknown_names(session, made)
    yield from _check_requisition(session, asked)
    for where in ("title", "case_reference"):
        for found in identifiers_in(getattr(asked, where) or "", day=asked.day):
            yield question(found.identifier, where)


def _unknown_names(session: Session, made: CallOff) -> Iterator[Problem]:
    known = standing(session, contracts=())
    if known.chart.get(made.account) is None or not made.account.startswith("Expenses:"):
        yield Problem(
            "account_unknown", f"There is no expense account “{made.account}”.", "account"
        )
    for place, funder in enumerate(made.funding[0].funders):
        if funder.fund not in known.funds:
            yield Problem(
                "fund_unknown", f"There is no fund “{funder.fund}”.", f"funding[{place}].fund"
            )
        if funder.partner and funder.partner not in known.partners:
            yield Problem(
                "partner_unknown",
                f"There is no partner “{funder.partner}”.",
                f"funding[{place}].partner",
            )


def _check_requisition(session: Session, asked: CallOffAsked) -> Iterator[Problem]:
    if asked.of_requisition is None:
        return
    found = record.call_off(session, asked.of_requisition)
    if found is None or found.state is not CallOffState.REQUISITIONED:
        stands = "is not there" if found is None else f"is {found.state.words}"
        yield Problem(
            "requisition_not_open",
            f"Requisition {asked.of_requisition} {stands}; nothing can be ordered from it.",
            "of_requisition",
        )


def _keep(session: Session, asked: CallOffAsked, made: CallOff, *, by: str, at: datetime) -> None:
    session.execute(
        insert(record.CALL_OFF).values(
            reference=asked.reference,
            place=int(made.number.rpartition("/")[2]),
            of_requisition=asked.of_requisition,
            converted_pence=record.ordered_value(made).pence if asked.of_requisition else 0,
            **_fixed(made),
            **record.columns_of(made),
        )
    )
    record.tell(
        session,
        made.number,
        reference=asked.reference,
        event=CallOffEvent.REQUISITION if asked.stage == "requisition" else CallOffEvent.ORDER,
        day=asked.day,
        contents=made,
        by=by,
        at=as_text(at),
    )


def _fixed(made: CallOff) -> Mapping[str, object]:
    return {
        "number": made.number,
        "contract": made.contract,
        "lot": made.lot,
        "kind": made.kind.value,
        "title": made.title,
        "case_reference": made.case_reference,
        "provider": made.provider,
        "service": made.service,
        "account": made.account,
        "unit": made.unit.value,
    }
