"""Events of the risk share and settlement between partners."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from pydantic import Field
from sqlmodel import Session

from trust_commissioning import settling
from trust_commissioning.fields import Asked, Code, ShortText, Text, Year
from trust_commissioning.fields.risk_share import RiskShareAgreed, RiskShareEntry
from trust_commissioning.recording.event import BusinessEvent

_SAME = "Sent again, it is the same one"


class RiskShareSuspended(Asked):
    """A time in which a fund's rule does not apply, with the rule that does meanwhile.

    Another that starts on the same day takes its place, which gives an open one its end.
    """

    fund: Code
    reference: ShortText = Field(min_length=1, description=_SAME)
    starts: date
    ends: date | None = None
    reason: Text = Field(min_length=1)
    meanwhile: RiskShareEntry


class SettlementAsked(Asked):
    """A year settled between the partners of a fund, into period 13, once March is closed."""

    fund: Code
    year: Year
    reference: ShortText = Field(min_length=1, description=_SAME)
    agreed: list[ShortText] = Field(default=[], description="Decisions the rule has names for")
    despite_dispute: Text = Field(default="", description="Why, though contributions are disputed")


def _agree(session: Session, asked: RiskShareAgreed, by: str, at: datetime) -> Mapping[str, object]:
    turn = settling.agree_risk_share(
        session, asked.fund, asked.rule, reference=asked.reference, by=by, at=at
    )
    return {"fund": asked.fund, "turn": turn}


def _suspend(
    session: Session, asked: RiskShareSuspended, by: str, at: datetime
) -> Mapping[str, object]:
    turn = settling.suspend_risk_share(
        session,
        asked.fund,
        asked.meanwhile,
        reference=asked.reference,
        starts=asked.starts,
        ends=asked.ends,
        reason=asked.reason,
        by=by,
        at=at,
    )
    return {"fund": asked.fund, "turn": turn}


def _settle(
    session: Session, asked: SettlementAsked, by: str, at: datetime
) -> Mapping[str, object]:
    done = settling.settle(
        session,
        asked.fund,
        asked.year,
        reference=asked.reference,
        by=by,
        at=at,
        agreed=asked.agreed,
        despite_dispute=asked.despite_dispute,
    )
    return {"fund": asked.fund, "year": str(asked.year), **done.as_json()}


EVENTS: tuple[BusinessEvent, ...] = (
    BusinessEvent("risk-share", "Rule for an over- or underspend agreed", RiskShareAgreed, _agree),
    BusinessEvent(
        "risk-share-suspension", "Risk share suspended for a time", RiskShareSuspended, _suspend
    ),
    BusinessEvent("settlement", "Year settled between partners", SettlementAsked, _settle),
)
