"""What events of procurements ask for, each with the kernel value it comes to."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from contracts.procurement import (
    Abandonment,
    Award,
    Bid,
    BidScore,
    Criterion,
    CriterionKind,
    CriterionScore,
    Evaluation,
    Interest,
    Link,
    Moderated,
    PassedOver,
    Plan,
    Route,
    Tender,
    TenderLot,
    Waiver,
)
from trust_commissioning.fields import (
    Amount,
    Asked,
    Code,
    Number,
    Reference,
    ShortText,
    Text,
    Title,
)

_Score = Annotated[int, Field(ge=0, le=1000)]
_Reason = Annotated[Text, Field(min_length=1)]


class LotAsked(Asked):
    """A part that is let separately."""

    code: Code
    title: Title
    estimated: Amount = Field(description="What it is thought to cost over its whole term")


class CriterionAsked(Asked):
    """What bids are judged by; weights are whole-number shares."""

    code: Code
    title: Title
    weight: int
    kind: Annotated[CriterionKind, Field(strict=False)] = CriterionKind.QUALITY


class ProcurementAsked(Asked):
    """A procurement planned: what is to be bought, by which route and why, judged by what."""

    reference: Reference
    day: date
    title: Title
    route: Annotated[Route, Field(strict=False)]
    reasons: Text = Field(default="", description="Why this route; needed unless it is open")
    framework: ShortText = Field(default="", description="Of a call-off under one: its name")
    service: Code
    need: Code | None = Field(default=None, description="The need it answers")
    lots: list[LotAsked]
    criteria: list[CriterionAsked] = []
    highest_score: int = Field(default=5, ge=1, le=100)

    def read(self) -> Plan:
        return Plan(
            title=self.title,
            route=self.route,
            service=self.service,
            lots=tuple(TenderLot(**dict(one)) for one in self.lots),
            criteria=tuple(Criterion(**dict(one)) for one in self.criteria),
            highest_score=self.highest_score,
            reasons=self.reasons,
            need=self.need or "",
            framework=self.framework,
        )


class OfProcurement(Asked):
    """What every later event of a procurement says."""

    reference: Reference
    procurement: Reference
    day: date


class TenderAsked(OfProcurement):
    """Providers are asked for bids."""

    closes: date = Field(description="The last day a bid may be made")
    words: Text = ""

    def read(self) -> Tender:
        return Tender(closes=self.closes, words=self.words)


class BidAsked(OfProcurement):
    """A provider's offer for a lot."""

    bid: Code = Field(description="Names the bid within the procurement")
    lot: Code
    provider: Code
    price: Amount = Field(description="For the lot's whole term")
    words: Text = ""

    def read(self) -> Bid:
        return Bid(
            bid=self.bid,
            lot=self.lot,
            provider=self.provider,
            price=self.price,
            words=self.words,
        )


class InterestAsked(OfProcurement):
    """What the person who records it declares of themselves, before they score or decide."""

    has_interest: bool
    words: Text = Field(default="", description="What the interest is")

    def read(self) -> Interest:
        return Interest(has_interest=self.has_interest, words=self.words)


class CriterionScoreAsked(Asked):
    """A score against one criterion of quality."""

    criterion: Code
    score: _Score
    words: Text = ""


class BidScoreAsked(OfProcurement):
    """The scores of a bid by the person who records them."""

    bid: Code
    scores: list[CriterionScoreAsked]

    def read(self) -> BidScore:
        return BidScore(
            bid=self.bid, scores=tuple(CriterionScore(**dict(one)) for one in self.scores)
        )


class ModeratedAsked(Asked):
    """The score assessors agreed on where they had differed."""

    bid: Code
    criterion: Code
    score: _Score
    words: _Reason


class EvaluationAsked(OfProcurement):
    """The end of scoring. Where all assessors gave a bid the same score, nothing is moderated."""

    words: Text = ""
    moderated: list[ModeratedAsked] = []

    def read(self) -> Evaluation:
        return Evaluation(
            words=self.words, moderated=tuple(Moderated(**dict(one)) for one in self.moderated)
        )


class WaiverAsked(OfProcurement):
    """A direct award or a waiver is let go without competition, by another than planned it."""

    provider: Code
    reason: _Reason

    def read(self) -> Waiver:
        return Waiver(provider=self.provider, reason=self.reason)


class PassedOverAsked(Asked):
    """Why a bid that came higher is not taken."""

    bid: Code
    reason: _Reason


class AwardAsked(OfProcurement):
    """The decision for a lot, by somebody with authority who did not score its bids."""

    lot: Code
    bid: Code
    reason: _Reason
    passed_over: list[PassedOverAsked] = []

    def read(self) -> Award:
        return Award(
            lot=self.lot,
            bid=self.bid,
            reason=self.reason,
            passed_over=tuple(PassedOver(**dict(one)) for one in self.passed_over),
        )


class LinkAsked(OfProcurement):
    """The contract an award led to."""

    lot: Code
    contract: Number

    def read(self) -> Link:
        return Link(lot=self.lot, contract=self.contract)


class AbandonmentAsked(OfProcurement):
    """A procurement ends without a contract."""

    reason: _Reason

    def read(self) -> Abandonment:
        return Abandonment(reason=self.reason)
