"""Events of deliveries and invoices."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session

from trust_commissioning import invoicing
from trust_commissioning.invoicing.asked import (
    ApprovalAsked,
    HeldPayment,
    InvoiceAsked,
    LineDispute,
    LineResolution,
    PaymentAsked,
    Recovery,
    Rejection,
    ReturnAsked,
    ToleranceAsked,
)
from trust_commissioning.recording.event import Act, BusinessEvent


def _deliver(session: Session, asked: ReturnAsked, by: str, at: datetime) -> Mapping[str, object]:
    new = invoicing.deliver(session, asked, by=by, at=at)
    return {"call_off": asked.call_off, "recorded": new}


def _tolerate(
    session: Session, asked: ToleranceAsked, by: str, at: datetime
) -> Mapping[str, object]:
    return {"rule": invoicing.tolerate(session, asked, by=by, at=at)}


def _receive(session: Session, asked: InvoiceAsked, by: str, at: datetime) -> Mapping[str, object]:
    received = invoicing.receive(session, asked, by=by, at=at)
    return {"invoice": received.key, "state": received.state.value}


def _step(service: Callable[..., invoicing.Stepped]) -> Act:
    def act(session: Session, asked: Any, by: str, at: datetime) -> Mapping[str, object]:
        stepped = service(session, asked, by=by, at=at)
        return {
            "invoice": stepped.key,
            "state": stepped.state.value,
            "journals": list(stepped.journals),
        }

    return act


def _decide(session: Session, asked: HeldPayment, by: str, at: datetime) -> Mapping[str, object]:
    decided = invoicing.decide(session, asked, by=by, at=at)
    return {
        "payment": decided.payment,
        "state": decided.state.value if decided.state is not None else None,
        "journals": list(decided.journals),
    }


EVENTS: tuple[BusinessEvent, ...] = (
    BusinessEvent("return", "What a provider delivered", ReturnAsked, _deliver),
    BusinessEvent("matching-rule", "How far an invoice may differ", ToleranceAsked, _tolerate),
    BusinessEvent("invoice", "An invoice or a credit note", InvoiceAsked, _receive),
    BusinessEvent(
        "invoice-approval", "An invoice approved", ApprovalAsked, _step(invoicing.approve)
    ),
    BusinessEvent(
        "invoice-dispute", "A line of an invoice disputed", LineDispute, _step(invoicing.dispute)
    ),
    BusinessEvent(
        "invoice-resolution", "A disputed line resolved", LineResolution, _step(invoicing.resolve)
    ),
    BusinessEvent("invoice-rejection", "An invoice sent back", Rejection, _step(invoicing.reject)),
    BusinessEvent("invoice-payment", "An invoice paid", PaymentAsked, _step(invoicing.pay)),
    BusinessEvent(
        "overpayment", "What was overpaid, asked back", Recovery, _step(invoicing.recover)
    ),
    BusinessEvent("held-payment", "What a held payment paid for", HeldPayment, _decide),
)
