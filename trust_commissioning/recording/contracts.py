"""Events of contracts: signed, varied, extended, ended; uplifts; duties met; papers filed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session

from contracts.contract import Variation
from contracts.ending import ending, ends_by, going_on
from contracts.obligations import Met
from contracts.uplift import Step
from trust_commissioning import calling_off, commissioning
from trust_commissioning.calling_off.asked import Change
from trust_commissioning.commissioning.asked import (
    ContractAsked,
    ContractEnd,
    ContractReopened,
    DocumentAsked,
    ExtensionTaken,
    IndexFigureAsked,
    ObligationDone,
    UpliftAsked,
    UpliftDecided,
    VariationTold,
)
from trust_commissioning.commissioning.known import contract_of
from trust_commissioning.recording.event import BusinessEvent
from trust_commissioning.store.calling_off import call_offs, numbers_under
from trust_commissioning.store.contracts import Document


def _sign(session: Session, asked: ContractAsked, by: str, at: datetime) -> Mapping[str, object]:
    wanted = asked.read()
    kept = commissioning.sign(session, wanted, by=by, at=at)
    return {"contract": asked.number, "state": wanted.state, **kept.as_json()}


def _vary(session: Session, asked: VariationTold, by: str, at: datetime) -> Mapping[str, object]:
    variation = asked.read(contract_of(session, asked.contract))
    ended = (
        _end_call_offs(session, asked.contract, variation, by, at) if asked.end_call_offs else []
    )
    kept = commissioning.vary(session, asked.contract, variation, by=by, at=at)
    return {"variation": asked.reference, "call_offs_ended": ended, **kept.as_json()}


def _extend(session: Session, asked: ExtensionTaken, by: str, at: datetime) -> Mapping[str, object]:
    kept = commissioning.extend(
        session,
        asked.contract,
        asked.option,
        reference=asked.reference,
        day=asked.day,
        reason=asked.reason,
        by=by,
        at=at,
    )
    return {"extension": asked.reference, **kept.as_json()}


def _end(session: Session, asked: ContractEnd, by: str, at: datetime) -> Mapping[str, object]:
    variation = asked.read()
    ended = (
        _end_call_offs(session, asked.contract, variation, by, at) if asked.end_call_offs else []
    )
    kept = commissioning.end(session, asked.contract, variation, by=by, at=at)
    return {"contract": asked.contract, "call_offs_ended": ended, **kept.as_json()}


def _end_call_offs(
    session: Session, number: str, variation: Variation, by: str, at: datetime
) -> list[str]:
    """End what goes on past what a change of a contract ends, in its transaction; their numbers.

    A change that was recorded before ends nothing again.
    """
    contract = contract_of(session, number)
    if any(one.reference == variation.reference for one in contract.variations):
        return []
    ended: list[str] = []
    for ends in ends_by(contract, variation):
        there = call_offs(session, numbers_under(session, number)).values()
        for one in going_on(there, ends.last_day, ends.lots):
            what = ending(one, ends.last_day, variation.reason)
            asked = Change(
                reference=f"{one.number}/{variation.reference}"[:100],
                call_off=one.number,
                day=what.day,
                reason=what.reason,
            )
            calling_off.change(session, asked, what, by=by, at=at)
            ended.append(one.number)
    return ended


def _reopen(
    session: Session, asked: ContractReopened, by: str, at: datetime
) -> Mapping[str, object]:
    kept = commissioning.reopen(
        session,
        asked.contract,
        reference=asked.reference,
        day=asked.day,
        ends=asked.ends,
        reason=asked.reason,
        by=by,
        at=at,
    )
    return {"contract": asked.contract, **kept.as_json()}


def _uplift(session: Session, asked: UpliftAsked, by: str, at: datetime) -> Mapping[str, object]:
    return commissioning.ask(session, asked, by=by, at=at).as_json()


def _decide(session: Session, asked: UpliftDecided, by: str, at: datetime) -> Mapping[str, object]:
    return commissioning.decide(
        session,
        asked.uplift,
        step=Step(asked.step),
        day=asked.day,
        reason=asked.reason,
        override="" if asked.override is None else asked.override.reason,
        by=by,
        at=at,
    ).as_json()


def _figure(
    session: Session, asked: IndexFigureAsked, by: str, at: datetime
) -> Mapping[str, object]:
    kept = commissioning.record_figure(session, asked, by=by, at=at)
    return {"index": asked.index, "month": f"{asked.month:%Y-%m}", **kept.as_json()}


def _meet(session: Session, asked: ObligationDone, by: str, at: datetime) -> Mapping[str, object]:
    met = Met(
        obligation=asked.obligation,
        due=asked.due,
        day=asked.day,
        words=asked.words,
        reference=asked.reference,
    )
    kept = commissioning.meet(session, asked.contract, met, by=by, at=at)
    return {"obligation": asked.obligation, **kept.as_json()}


def _file(session: Session, asked: DocumentAsked, by: str, at: datetime) -> Mapping[str, object]:
    kept = commissioning.file_document(session, Document(**dict(asked), by=by), at=at)
    return {"document": asked.reference, **kept.as_json()}


EVENTS: tuple[BusinessEvent, ...] = (
    BusinessEvent("contract", "A contract drafted or signed", ContractAsked, _sign),
    BusinessEvent("variation", "A contract varied", VariationTold, _vary),
    BusinessEvent("extension", "An option to extend taken up", ExtensionTaken, _extend),
    BusinessEvent("contract-end", "A contract ended or terminated", ContractEnd, _end),
    BusinessEvent("contract-reopening", "An ended contract goes on", ContractReopened, _reopen),
    BusinessEvent("uplift", "New prices asked for", UpliftAsked, _uplift),
    BusinessEvent("uplift-decision", "An uplift checked, applied, refused", UpliftDecided, _decide),
    BusinessEvent("index-figure", "A published index figure", IndexFigureAsked, _figure),
    BusinessEvent("obligation-met", "What was due was done", ObligationDone, _meet),
    BusinessEvent("contract-document", "A contract's paper filed", DocumentAsked, _file),
)
