"""Procurements: the route and its reasons, bids, scores, the weighted result, awards, interests.

A result is worked out in exact fractions, so that a tie is a tie and is said. Who scores or decides
declares first whether they have an interest, and takes no part if they have one; nobody awards what
they scored, and nobody lets their own plan go without competition.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import TypeVar

from contracts.lifecycle import ProcurementState
from ledger.money import Money


class Route(StrEnum):
    """How a provider is to be found."""

    OPEN = "open"
    RESTRICTED = "restricted"
    NEGOTIATED = "negotiated"
    FRAMEWORK_CALL_OFF = "framework_call_off"
    DIRECT_AWARD = "direct_award"
    WAIVER = "waiver"

    @property
    def title(self) -> str:  # type: ignore[override]
        """``Framework call-off``: what a screen shows."""
        if self is Route.FRAMEWORK_CALL_OFF:
            return "Framework call-off"
        return self.value.replace("_", " ").capitalize()

    @property
    def is_competition(self) -> bool:
        """Whether providers are asked for bids against each other."""
        return self not in (Route.DIRECT_AWARD, Route.WAIVER)


class CriterionKind(StrEnum):
    """How a bid's score against a criterion is found."""

    QUALITY = "quality"
    """Assessors score it, and where they differ a moderated score is agreed."""
    PRICE = "price"
    """The lowest price of the lot as a share of the bid's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """What bids are judged by. `weight` is a whole-number share."""

    code: str
    title: str
    weight: int
    kind: CriterionKind = CriterionKind.QUALITY


@dataclass(frozen=True, slots=True, kw_only=True)
class TenderLot:
    """A part that is let separately, with the value it is thought to have over its whole term."""

    code: str
    title: str
    estimated: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is to be bought, and how. `need` is the code of the need it answers."""

    title: str
    route: Route
    service: str
    lots: tuple[TenderLot, ...]
    criteria: tuple[Criterion, ...] = ()
    highest_score: int = 5
    reasons: str = ""
    need: str = ""
    framework: str = ""

    @property
    def estimated(self) -> Money:
        return Money.total(lot.estimated for lot in self.lots)

    def lot(self, code: str) -> TenderLot | None:
        return next((one for one in self.lots if one.code == code), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tender:
    """Bids are asked for until a day, that day included."""

    closes: date
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bid:
    """A provider's offer for a lot; `bid` names it, `price` is for the lot's whole term."""

    bid: str
    lot: str
    provider: str
    price: Money
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionScore:
    """A score against one criterion, with why."""

    criterion: str
    score: int
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BidScore:
    """One assessor's scores of a bid; said again, the later ones hold."""

    bid: str
    scores: tuple[CriterionScore, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Moderated:
    """The score the assessors agreed on where they had differed, with why."""

    bid: str
    criterion: str
    score: int
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """The bids were judged; what assessors agreed on needs no moderating."""

    words: str
    moderated: tuple[Moderated, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Interest:
    """What a person declares of themselves before they score or decide."""

    has_interest: bool
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """Somebody with authority lets it go to a provider without competition."""

    provider: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PassedOver:
    """Why a bid that came higher is not taken, such as that it was withdrawn."""

    bid: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Award:
    """The decision for a lot; where bids are tied the reason says what told them apart."""

    lot: str
    bid: str
    reason: str
    passed_over: tuple[PassedOver, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """The contract an award led to."""

    lot: str
    contract: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Abandonment:
    """It ends without a contract."""

    reason: str


Contents = (
    Plan | Tender | Bid | BidScore | Evaluation | Interest | Waiver | Award | Link | Abandonment
)
_Said = TypeVar("_Said", bound=Contents)


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """One recorded event of a procurement: what was said or decided, on which day, by whom."""

    reference: str
    day: date
    by: str
    contents: Contents


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a bid came to: `weighted` out of 100, exactly; `place` is shared by those that tie."""

    bid: Bid
    weighted: Fraction
    place: int
    tied: bool
    scores: tuple[tuple[Criterion, Fraction], ...]

    @property
    def shown(self) -> str:
        """The result to two places, halves away from nil; ties are told by the exact one."""
        return shown(self.weighted)


@dataclass(frozen=True, slots=True, kw_only=True)
class Procurement:
    """A procurement with everything that happened to it, in the order it was recorded."""

    reference: str
    state: ProcurementState
    happened: tuple[Happened, ...]

    def as_at(self, day: date) -> Procurement | None:
        """With what had happened by a day; None where it was not planned by then."""
        known = tuple(one for one in self.happened if one.day <= day)
        return replace(self, happened=known) if self.planned in known else None

    @property
    def planned(self) -> Happened:
        """The first event, which planned it."""
        return self.happened[0]

    @property
    def plan(self) -> Plan:
        assert isinstance(self.planned.contents, Plan), "a procurement begins with its plan"
        return self.planned.contents

    @property
    def stage_began(self) -> date:
        """When it was planned, bids were asked for, or it was evaluated or let go without them."""
        stages = (Plan, Tender, Evaluation, Waiver)
        return [one.day for one in self.happened if isinstance(one.contents, stages)][-1]

    @property
    def tender(self) -> Tender | None:
        return next((said for _, said in self._said(Tender)), None)

    @property
    def waiver(self) -> Waiver | None:
        return next((said for _, said in self._said(Waiver)), None)

    @property
    def evaluation(self) -> Evaluation | None:
        return next((said for _, said in self._said(Evaluation)), None)

    @property
    def awards(self) -> tuple[Award, ...]:
        return tuple(said for _, said in self._said(Award))

    @property
    def links(self) -> tuple[Link, ...]:
        return tuple(said for _, said in self._said(Link))

    def bids(self, lot: str = "") -> tuple[Bid, ...]:
        """The bids, of one lot or of all."""
        return tuple(said for _, said in self._said(Bid) if lot in ("", said.lot))

    def bid(self, name: str) -> Bid | None:
        return next((one for one in self.bids() if one.bid == name), None)

    def award_of(self, lot: str) -> Award | None:
        return next((one for one in self.awards if one.lot == lot), None)

    def interest_of(self, person: str) -> Interest | None:
        """What a person declared last; None where they have not."""
        said = [said for event, said in self._said(Interest) if event.by == person]
        return said[-1] if said else None

    def scores(self) -> dict[tuple[str, str], dict[str, CriterionScore]]:
        """By bid and criterion: each assessor's score, the last they gave.

        Those of somebody who declared an interest before the bids were judged count no more.
        """
        held: dict[tuple[str, str], dict[str, CriterionScore]] = {}
        aside = self._stood_aside()
        for event, said in self._said(BidScore):
            for one in said.scores if event.by not in aside else ():
                held.setdefault((said.bid, one.criterion), {})[event.by] = one
        return held

    def assessors(self, lot: str) -> frozenset[str]:
        """Who scored bids of a lot, or settled a score of theirs."""
        bids = {one.bid for one in self.bids(lot)}
        scored = {who for (bid, _), given in self.scores().items() if bid in bids for who in given}
        settled = {
            event.by
            for event, said in self._said(Evaluation)
            if any(one.bid in bids for one in said.moderated)
        }
        return frozenset(scored | settled)

    def _stood_aside(self) -> frozenset[str]:
        """Who had an interest by what they declared last before the bids were judged."""
        said: dict[str, bool] = {}
        for event in self.happened:
            if isinstance(event.contents, Evaluation):
                break
            if isinstance(event.contents, Interest):
                said[event.by] = event.contents.has_interest
        return frozenset(who for who, has_interest in said.items() if has_interest)

    def agreed_score(self, bid: str, criterion: str) -> int | None:
        """The moderated score, or the one every assessor gave; None where there is neither."""
        for one in self.evaluation.moderated if self.evaluation else ():
            if (one.bid, one.criterion) == (bid, criterion):
                return one.score
        given = {one.score for one in self.scores().get((bid, criterion), {}).values()}
        return given.pop() if len(given) == 1 else None

    def _said(self, kind: type[_Said]) -> tuple[tuple[Happened, _Said], ...]:
        return tuple(
            (event, event.contents) for event in self.happened if isinstance(event.contents, kind)
        )


def results(procurement: Procurement, lot: str) -> tuple[Result, ...]:
    """The bids of a lot from the best: each criterion's share of its weight, out of 100.

    Equal results share their place, and the next place is left out as in a race. A lot whose bids
    are not all scored has no result yet.
    """
    plan, bids = procurement.plan, procurement.bids(lot)
    if not bids or not plan.criteria:
        return ()
    lowest = min(one.price.pence for one in bids)
    whole = sum(one.weight for one in plan.criteria)
    found: list[tuple[Fraction, Bid, tuple[tuple[Criterion, Fraction], ...]]] = []
    for bid in bids:
        shares: list[tuple[Criterion, Fraction]] = []
        for one in plan.criteria:
            if one.kind is CriterionKind.PRICE:
                share = Fraction(lowest, bid.price.pence)
            else:
                score = procurement.agreed_score(bid.bid, one.code)
                if score is None:
                    return ()
                share = Fraction(score, plan.highest_score)
            shares.append((one, share * one.weight * 100 / whole))
        found.append((sum((share for _, share in shares), Fraction(0)), bid, tuple(shares)))
    exact = [weighted for weighted, _, _ in found]
    ranked = [
        Result(
            bid=bid,
            weighted=weighted,
            place=1 + sum(other > weighted for other in exact),
            tied=exact.count(weighted) > 1,
            scores=scores,
        )
        for weighted, bid, scores in found
    ]
    return tuple(sorted(ranked, key=lambda one: (one.place, one.bid.bid)))


def shown(exact: Fraction) -> str:
    """``81.67``: an exact figure to two places, halves away from nil."""
    return (
        f"{Money(1).times(exact * 100).pence // 100}.{Money(1).times(exact * 100).pence % 100:02d}"
    )
