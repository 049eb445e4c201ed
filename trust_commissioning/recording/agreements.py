"""Events of the agreements behind funds: signed, varied, directed, ended; offices; VAT."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Literal

from pydantic import Field
from sqlmodel import Session

from ledger.pool.agreement import Appointment, Direction, Termination
from ledger.pool.noted import ConnexionsPlan
from trust_commissioning import pooling
from trust_commissioning.fields import Amount, Asked, Code, Reference, ShortText, Title, Year
from trust_commissioning.pooling.asked import (
    AgreementAsked,
    DeliveryAsked,
    Late,
    OfficeHolder,
    RoleAsked,
    VariationAsked,
)
from trust_commissioning.recording.event import BusinessEvent


def _agree(session: Session, asked: AgreementAsked, by: str, at: datetime) -> Mapping[str, object]:
    new = pooling.agree(session, asked.read(), by=by, at=at)
    return {"agreement": asked.reference, "recorded": new}


def _vary(session: Session, asked: VariationAsked, by: str, at: datetime) -> Mapping[str, object]:
    new = pooling.vary(session, asked.agreement, asked.read(), by=by, at=at)
    return {"variation": asked.reference, "recorded": new}


class AppointmentAsked(Asked):
    """Who is host, or who manages the fund, from a day on."""

    agreement: Code
    reference: Reference
    place: Literal["host", "pool_manager"]
    holder: Title = Field(description="A partner's code for a host, a name for a pool manager")
    day: date
    reason: Title


def _appoint(
    session: Session, asked: AppointmentAsked, by: str, at: datetime
) -> Mapping[str, object]:
    placed = Appointment(
        starts=asked.day, holder=asked.holder, reason=asked.reason, reference=asked.reference
    )
    if asked.place == "host":
        new = pooling.appoint(session, asked.agreement, host=placed, by=by, at=at)
    else:
        new = pooling.appoint(session, asked.agreement, manager=placed, by=by, at=at)
    return {"appointment": asked.reference, "recorded": new}


class DirectionAsked(Asked):
    """A direction that budgets be pooled or a function moved (*Every Child Matters*, 5.46)."""

    agreement: Code
    reference: Reference
    day: date
    directs: Literal["budgets_pooled", "function_moved", "management_replaced"]
    words: Title
    host: Code | None = Field(default=None, description="The partner it makes host")
    pool_manager: ShortText = Field(default="", description="Whom it puts in charge")


def _direct(session: Session, asked: DirectionAsked, by: str, at: datetime) -> Mapping[str, object]:
    direction = Direction(
        starts=asked.day, reference=asked.reference, directs=asked.directs, words=asked.words
    )
    new = pooling.direct(
        session,
        asked.agreement,
        direction,
        host=asked.host or "",
        manager=asked.pool_manager,
        by=by,
        at=at,
    )
    return {"direction": asked.reference, "recorded": new}


class AccountingRoleAsked(RoleAsked):
    """How a partner accounts for its part from a day on; it changes no journal."""

    agreement: Code
    reference: Reference
    starts: date


def _place_role(
    session: Session, asked: AccountingRoleAsked, by: str, at: datetime
) -> Mapping[str, object]:
    placed = asked.read(asked.starts)
    new = pooling.place(session, asked.agreement, placed, asked.reference, by=by, at=at)
    return {"accounting_role": asked.reference, "heading": placed.role.heading, "recorded": new}


class ServiceDelivered(DeliveryAsked):
    """Who delivers a service from a day on, and so under which VAT regime."""

    agreement: Code
    reference: Reference
    starts: date


def _deliver(
    session: Session, asked: ServiceDelivered, by: str, at: datetime
) -> Mapping[str, object]:
    delivery = asked.read(asked.starts)
    new = pooling.place(session, asked.agreement, delivery, asked.reference, by=by, at=at)
    return {"delivery": asked.reference, "recorded": new}


class TerminationAsked(Asked):
    """Notice that an agreement ends."""

    agreement: Code
    reference: Reference
    partner: Code = Field(description="Who gives notice")
    day: date = Field(description="When notice was given")
    ends: date
    reason: Title


def _terminate(
    session: Session, asked: TerminationAsked, by: str, at: datetime
) -> Mapping[str, object]:
    notice = Termination(
        notice_day=asked.day,
        ends=asked.ends,
        by_partner=asked.partner,
        reason=asked.reason,
        reference=asked.reference,
    )
    new = pooling.terminate(session, asked.agreement, notice, by=by, at=at)
    return {"termination": asked.reference, "ends": asked.ends.isoformat(), "recorded": new}


class WindUpAsked(Asked):
    """The end of a fund whose agreement has ended and whose every balance is settled."""

    agreement: Code
    reference: Reference
    day: date
    words: Title


def _wind_up(session: Session, asked: WindUpAsked, by: str, at: datetime) -> Mapping[str, object]:
    new = pooling.wind_up(
        session, asked.agreement, asked.day, asked.words, name=asked.reference, by=by, at=at
    )
    return {"wound_up": asked.agreement, "recorded": new}


def _hold(session: Session, asked: OfficeHolder, by: str, at: datetime) -> Mapping[str, object]:
    new = pooling.hold_office(session, asked.read(), reference=asked.reference, by=by, at=at)
    return {"office": asked.office.value, "recorded": new}


class ConnexionsPlanAsked(Asked):
    """An area's Connexions resource for a year, and the trust's sign-off of the plan (5.21)."""

    reference: Reference
    area: Title
    year: Year
    resource: Amount
    day: date
    signed_off: date | None = None
    signed_off_by: ShortText = ""


def _sign_off(
    session: Session, asked: ConnexionsPlanAsked, by: str, at: datetime
) -> Mapping[str, object]:
    plan = ConnexionsPlan(
        area=asked.area,
        year=asked.year,
        resource=asked.resource,
        signed_off=asked.signed_off,
        signed_off_by=asked.signed_off_by,
    )
    new = pooling.sign_off(session, plan, reference=asked.reference, day=asked.day, by=by, at=at)
    return {"area": asked.area, "recorded": new}


class VatAsked(Asked):
    """The VAT of a line whose net amount is in the books: what comes back, what is a cost."""

    reference: Reference
    fund: Code
    service: Code
    net: Amount
    vat: Amount
    gross: Amount
    day: date
    words: Title
    period: Late


def _vat(session: Session, asked: VatAsked, by: str, at: datetime) -> Mapping[str, object]:
    line = pooling.enter_vat(session, **dict(asked), by=by, at=at)
    return {"recovered": line.recovered.plain, "irrecoverable": line.irrecoverable.plain}


EVENTS: tuple[BusinessEvent, ...] = (
    BusinessEvent("agreement", "An agreement behind a fund", AgreementAsked, _agree),
    BusinessEvent("agreement-variation", "An agreement varied", VariationAsked, _vary),
    BusinessEvent("appointment", "Host or pool manager from a day on", AppointmentAsked, _appoint),
    BusinessEvent("direction", "A direction of Ministers", DirectionAsked, _direct),
    BusinessEvent(
        "accounting-role", "How a partner accounts for its part", AccountingRoleAsked, _place_role
    ),
    BusinessEvent("delivery", "Who delivers a service", ServiceDelivered, _deliver),
    BusinessEvent(
        "agreement-termination", "Notice that an agreement ends", TerminationAsked, _terminate
    ),
    BusinessEvent("wind-up", "A fund wound up", WindUpAsked, _wind_up),
    BusinessEvent("office-holder", "Who holds an office", OfficeHolder, _hold),
    BusinessEvent(
        "connexions-plan", "A Connexions plan of an area", ConnexionsPlanAsked, _sign_off
    ),
    BusinessEvent("vat", "The VAT of a line", VatAsked, _vat),
)
