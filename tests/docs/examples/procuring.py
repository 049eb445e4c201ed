"""Examples of what stops a procurement, or a move of a lifecycle."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date

from contracts.lifecycle import CALL_OFF, CallOffEvent, CallOffState, ProcurementState, after
from contracts.procurement import (
    Abandonment,
    Award,
    Bid,
    BidScore,
    Contents,
    Criterion,
    CriterionKind,
    CriterionScore,
    Evaluation,
    Happened,
    Interest,
    Link,
    Plan,
    Procurement,
    Route,
    Tender,
    TenderLot,
    Waiver,
)
from contracts.procurement_checking import (
    problems_in_abandonment,
    problems_in_award,
    problems_in_bid,
    problems_in_day,
    problems_in_evaluation,
    problems_in_link,
    problems_in_opening,
    problems_in_plan,
    problems_in_score,
    problems_in_tender,
    problems_in_waiver,
)
from ledger.money import Money
from ledger.problems import Problem
from tests.docs.examples.kept import Run, example, in_small_trust
from tests.support.trusts import AT, CLERK
from trust_commissioning import procuring

_DAY, _CLOSES = date(2003, 4, 10), date(2003, 5, 31)
_LOT = TenderLot(code="main", title="All placements", estimated=Money.parse("300000"))
_QUALITY = Criterion(code="quality", title="Quality of care", weight=60)
_PRICE = Criterion(code="price", title="Price", weight=40, kind=CriterionKind.PRICE)
_PLAN = Plan(
    title="Foster placements",
    route=Route.OPEN,
    service="fostering",
    lots=(_LOT,),
    criteria=(_QUALITY, _PRICE),
)
_DIRECT = replace(_PLAN, route=Route.DIRECT_AWARD, reasons="Only one provider is near", criteria=())
_OAKFIELD = Bid(bid="oakfield", lot="main", provider="oakfield", price=Money.parse("270000"))
_BEECH = Bid(bid="beech", lot="main", provider="beech", price=Money.parse("300000"))
_TENDER = Tender(closes=_CLOSES)
_NONE = Interest(has_interest=False)
_AWARD = Award(lot="main", bid="oakfield", reason="The best result")
_LINK = Link(lot="main", contract="C-0007")


def _after(*said: Contents, plan: Plan = _PLAN, by: str = "a.assessor") -> Procurement:
    contents = (plan, *said)
    return Procurement(
        reference="PR-1",
        state=ProcurementState.TENDERED,
        happened=tuple(
            Happened(
                reference=str(place),
                day=_DAY,
                by="p.planner" if isinstance(one, Plan) else by,
                contents=one,
            )
            for place, one in enumerate(contents)
        ),
    )


def _scores(bid: str, score: int, criterion: str = "quality") -> BidScore:
    return BidScore(bid=bid, scores=(CriterionScore(criterion=criterion, score=score),))


def _plan(wanted: Plan) -> Run:
    return lambda: problems_in_plan(wanted)


def _bid(said: Bid, *before: Contents, day: date = _DAY, plan: Plan = _PLAN) -> Run:
    return lambda: problems_in_bid(_after(*before, plan=plan), said, day)


def _score(said: BidScore, *before: Contents) -> Run:
    return lambda: problems_in_score(_after(_OAKFIELD, *before), said, "a.assessor")


def _award(*before: Contents, said: Award = _AWARD) -> Run:
    return lambda: problems_in_award(_after(_OAKFIELD, _BEECH, *before), said, "a.assessor")


def _of(check: Callable[[Procurement], Iterable[Problem]], *said: Contents) -> Run:
    return lambda: check(_after(*said))


def _differing() -> Iterable[Problem]:
    now = _after(_OAKFIELD, _scores("oakfield", 3))
    other = Happened(reference="x", day=_DAY, by="s.second", contents=_scores("oakfield", 5))
    now = replace(now, happened=(*now.happened, other))
    return problems_in_evaluation(now, Evaluation(words=""))


example(
    "move_not_permitted",
    "A placement that has ended is suspended.",
    lambda: [after(CALL_OFF, CallOffState.ENDED, CallOffEvent.SUSPEND, what="Call-off C-0007/02")],
)
example(
    "procurement_unknown",
    "A procurement nobody planned is abandoned.",
    in_small_trust(
        lambda session: procuring.tell(
            session, "PR-9", Abandonment(reason="Gone"), reference="x", day=_DAY, by=CLERK, at=AT
        )
    ),
)
example(
    "route_without_reason",
    "A negotiated procurement says nothing of why.",
    _plan(replace(_PLAN, route=Route.NEGOTIATED)),
)
example(
    "framework_not_named",
    "A call-off is planned under a framework that is not named.",
    _plan(replace(_PLAN, route=Route.FRAMEWORK_CALL_OFF, reasons="The region's")),
)
example("procurement_has_no_lots", "Nothing is to be let.", _plan(replace(_PLAN, lots=())))
example("code_repeated", "Two lots have one code.", _plan(replace(_PLAN, lots=(_LOT, _LOT))))
example(
    "estimate_not_above_nil",
    "A lot is estimated at nothing.",
    _plan(replace(_PLAN, lots=(replace(_LOT, estimated=Money(0)),))),
)
example(
    "criterion_weight_not_above_nil",
    "A criterion weighs nothing.",
    _plan(replace(_PLAN, criteria=(replace(_QUALITY, weight=0),))),
)
example("criteria_missing", "Bids are judged by nothing.", _plan(replace(_PLAN, criteria=())))
example(
    "route_has_no_tender",
    "Bids are asked for on a direct award.",
    lambda: problems_in_tender(_after(plan=_DIRECT), _TENDER, _DAY),
)
example(
    "tender_closes_before_it_opens",
    "Bids are asked for when the last day for them is past.",
    lambda: problems_in_tender(_after(), _TENDER, date(2003, 6, 1)),
)
example("tender_lot_unknown", "A bid is for a lot not let.", _bid(replace(_OAKFIELD, lot="north")))
example("bid_not_above_nil", "A bid is for nothing.", _bid(replace(_OAKFIELD, price=Money(0))))
example("bid_repeated", "A second bid has the name of the first.", _bid(_OAKFIELD, _OAKFIELD))
example(
    "provider_bid_before",
    "A provider bids twice for a lot.",
    _bid(replace(_OAKFIELD, bid="oakfield-2"), _OAKFIELD),
)
example(
    "bid_late", "A bid comes the day after the last.", _bid(_BEECH, _TENDER, day=date(2003, 6, 1))
)
example(
    "provider_not_of_waiver",
    "Another provider makes the offer than the one it was let go to.",
    _bid(_BEECH, Waiver(provider="oakfield", reason="The only one"), plan=_DIRECT),
)
example("bid_unknown", "A bid that nobody made is scored.", _score(_scores("elm", 3), _NONE))
example(
    "criterion_not_scored",
    "An assessor scores the price.",
    _score(_scores("oakfield", 3, "price"), _NONE),
)
example("score_outside_range", "A score is above five.", _score(_scores("oakfield", 6), _NONE))
example(
    "interest_not_declared",
    "An assessor scores before declaring anything.",
    _score(_scores("oakfield", 3)),
)
example(
    "interest_declared",
    "An assessor with an interest scores.",
    _score(_scores("oakfield", 3), Interest(has_interest=True, words="A cousin works there")),
)
example(
    "no_bids",
    "An evaluation is recorded and nobody made a bid.",
    _of(lambda now: problems_in_evaluation(now, Evaluation(words=""))),
)
example(
    "bid_not_scored",
    "An evaluation is recorded before a bid was scored.",
    _of(lambda now: problems_in_evaluation(now, Evaluation(words="")), _OAKFIELD),
)
example("scores_not_moderated", "Two assessors differ and agreed on nothing.", _differing)
example(
    "route_needs_competition",
    "An open procurement is let go without bids.",
    _of(lambda now: problems_in_waiver(now, "a.assessor"), _NONE),
)
example(
    "waiver_by_its_planner",
    "Who planned a direct award lets it go.",
    lambda: problems_in_waiver(_after(plan=_DIRECT), "p.planner"),
)
example(
    "bids_may_still_come",
    "A bid is scored on the last day bids may be made.",
    _of(lambda now: problems_in_opening(now, _DAY), Tender(closes=_DAY)),
)
example("award_by_an_assessor", "Who scored decides.", _award(_NONE, _scores("oakfield", 4)))
example("lot_awarded_before", "A lot is awarded twice.", _award(_NONE, _AWARD))
example(
    "better_bid_passed_over",
    "The second best is taken without a word on the best.",
    _award(
        _NONE,
        _scores("oakfield", 3),
        _scores("beech", 5),
    ),
)
example("lot_not_awarded", "A contract is named before the award.",
    _of(lambda now: problems_in_link(now, _LINK, "oakfield")))  # fmt: skip
example(
    "lot_linked_before",
    "A lot is given a second contract.",
    _of(lambda now: problems_in_link(now, _LINK, "oakfield"), _OAKFIELD, _AWARD, _LINK),
)
example(
    "contract_of_another_provider",
    "The contract is with another than was awarded the lot.",
    _of(lambda now: problems_in_link(now, _LINK, "beech"), _OAKFIELD, _AWARD),
)
example(
    "procurement_led_to_contract",
    "A procurement is abandoned that has its contract.",
    _of(problems_in_abandonment, _OAKFIELD, _AWARD, _LINK),
)
example(
    "step_before_its_stage",
    "A bid is said to have come before anything was planned.",
    _of(lambda now: problems_in_day(now, date(2003, 4, 1))),
)
