"""Events of call-offs: orders and placements raised, changed, ended."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session

from trust_commissioning import calling_off
from trust_commissioning.calling_off.asked import (
    CallOffAsked,
    Cancellation,
    Closing,
    Conversion,
    Ending,
    EnhancementAsked,
    Reopening,
    Resumption,
    SuspensionAsked,
    VariationAsked,
)
from trust_commissioning.recording.event import BusinessEvent

_Changing = (
    VariationAsked
    | EnhancementAsked
    | SuspensionAsked
    | Resumption
    | Ending
    | Conversion
    | Cancellation
    | Closing
    | Reopening
)


def _raise(session: Session, asked: CallOffAsked, by: str, at: datetime) -> Mapping[str, object]:
    return _answer(calling_off.call_off(session, asked, by=by, at=at))


def _change(session: Session, asked: _Changing, by: str, at: datetime) -> Mapping[str, object]:
    return _answer(calling_off.change(session, asked, asked.read(), by=by, at=at))


def _answer(raised: calling_off.Raised) -> Mapping[str, object]:
    return {"call_off": raised.number, "journals": list(raised.journals)}


EVENTS: tuple[BusinessEvent, ...] = (
    BusinessEvent("call-off", "An order, placement or requisition", CallOffAsked, _raise),
    BusinessEvent("call-off-variation", "A call-off varied", VariationAsked, _change),
    BusinessEvent("call-off-enhancement", "More paid for a while", EnhancementAsked, _change),
    BusinessEvent("call-off-suspension", "A call-off suspended", SuspensionAsked, _change),
    BusinessEvent("call-off-resumption", "A suspension over", Resumption, _change),
    BusinessEvent("call-off-end", "A call-off ended", Ending, _change),
    BusinessEvent("call-off-order", "A requisition ordered as a whole", Conversion, _change),
    BusinessEvent("call-off-cancellation", "A requisition not wanted", Cancellation, _change),
    BusinessEvent("call-off-close", "A call-off closed", Closing, _change),
    BusinessEvent("call-off-reopening", "A closed call-off opened again", Reopening, _change),
)
