"""What stops a step of a procurement: each check yields every problem of what is said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date

from contracts.procurement import (
    Award,
    Bid,
    BidScore,
    CriterionKind,
    CriterionScore,
    Evaluation,
    Link,
    Plan,
    Procurement,
    Route,
    Tender,
    results,
)
from ledger.money import NIL
from ledger.problems import Problem
from ledger.wording import day_in_full


def problems_in_plan(plan: Plan) -> Iterator[Problem]:
    """The route has its reasons, lots their values, and bids something to be judged by."""
    if not plan.reasons and plan.route is not Route.OPEN:
        yield Problem(
            "route_without_reason",
            f"{plan.route.title} is not open to every provider; say why this route is taken.",
            "reasons",
        )
    if plan.route is Route.FRAMEWORK_CALL_OFF and not plan.framework:
        yield Problem(
            "framework_not_named", "Say under which framework bids are asked for.", "framework"
        )
    if not plan.lots:
        yield Problem("procurement_has_no_lots", "Say what is to be let: at least one lot.", "lots")
    yield from _repeated("lots", [one.code for one in plan.lots])
    yield from _repeated("criteria", [one.code for one in plan.criteria])
    for place, lot in enumerate(plan.lots):
        if lot.estimated <= NIL:
            yield Problem(
                "estimate_not_above_nil",
                f"Lot {lot.code} is thought to be worth {lot.estimated}; a value is above nil.",
                f"lots[{place}].estimated",
            )
    for place, criterion in enumerate(plan.criteria):
        if criterion.weight < 1:
            yield Problem(
                "criterion_weight_not_above_nil",
                f"The weight of “{criterion.title}” is {criterion.weight}; a weight is a whole "
                "number above nil.",
                f"criteria[{place}].weight",
            )
    if plan.route.is_competition and not plan.criteria:
        yield Problem(
            "criteria_missing",
            "Say by what bids will be judged, with weights, before any is asked for.",
            "criteria",
        )


def _repeated(where: str, codes: list[str]) -> Iterator[Problem]:
    for code, count in Counter(codes).items():
        if count > 1:
            yield Problem("code_repeated", f"“{code}” stands {count} times.", where)


def problems_in_tender(procurement: Procurement, tender: Tender, day: date) -> Iterator[Problem]:
    """Bids are asked for where the route is a competition, until a day that is to come."""
    if not procurement.plan.route.is_competition:
        yield Problem(
            "route_has_no_tender",
            f"The route of {procurement.reference} is {procurement.plan.route.title.lower()}: no "
            "bids are asked for.",
            "procurement",
        )
    if tender.closes < day:
        yield Problem(
            "tender_closes_before_it_opens",
            f"Bids asked for on {day_in_full(day)} could be made until "
            f"{day_in_full(tender.closes)}.",
            "closes",
        )


def problems_in_bid(procurement: Procurement, bid: Bid, day: date) -> Iterator[Problem]:
    """A bid is for a lot, in time, one of each provider; without competition it is the chosen's."""
    if procurement.plan.lot(bid.lot) is None:
        yield _lot_unknown(procurement, bid.lot)
    if bid.price <= NIL:
        yield Problem("bid_not_above_nil", f"The bid's price is {bid.price}.", "price")
    if procurement.bid(bid.bid) is not None:
        yield Problem(
            "bid_repeated", f"{procurement.reference} has a bid {bid.bid} already.", "bid"
        )
    if bid.provider in {one.provider for one in procurement.bids(bid.lot)}:
        yield Problem(
            "provider_bid_before",
            f"{bid.provider} made a bid for lot {bid.lot} already.",
            "provider",
        )
    if procurement.tender is not None and day > procurement.tender.closes:
        yield Problem(
            "bid_late",
            f"Bids could be made until {day_in_full(procurement.tender.closes)}; this came on "
            f"{day_in_full(day)}.",
            "day",
        )
    if procurement.waiver is not None and bid.provider != procurement.waiver.provider:
        yield Problem(
            "provider_not_of_waiver",
            f"It was let go to {procurement.waiver.provider} without competition, not to "
            f"{bid.provider}.",
            "provider",
        )


def problems_in_score(procurement: Procurement, said: BidScore, by: str) -> Iterator[Problem]:
    """An assessor without interest scores criteria of quality from nil to the highest score."""
    yield from problems_of_interest(procurement, by)
    if procurement.bid(said.bid) is None:
        yield _bid_unknown(procurement, said.bid, "bid")
    known = {one.code: one for one in procurement.plan.criteria}
    yield from _repeated("scores", [one.criterion for one in said.scores])
    for place, one in enumerate(said.scores):
        where = f"scores[{place}]"
        criterion = known.get(one.criterion)
        if criterion is None or criterion.kind is CriterionKind.PRICE:
            yield _not_scored(procurement, one.criterion, f"{where}.criterion")
        yield from _check_score(procurement.plan, one.score, f"{where}.score")


def problems_in_opening(procurement: Procurement, day: date) -> Iterator[Problem]:
    """Bids are scored and judged once no more may come: after the last day they could be made."""
    if procurement.tender is not None and day <= procurement.tender.closes:
        yield Problem(
            "bids_may_still_come",
            f"Bids for {procurement.reference} may be made until "
            f"{day_in_full(procurement.tender.closes)}; they are scored and judged after that day.",
            "day",
        )


def problems_in_evaluation(
    procurement: Procurement, said: Evaluation, by: str = ""
) -> Iterator[Problem]:
    """Every bid was scored against every criterion of quality, and differences were settled.

    Who settles a score decides, and so has no interest.
    """
    if said.moderated and by:
        yield from problems_of_interest(procurement, by)
    if not procurement.bids():
        yield Problem("no_bids", f"Nobody made a bid for {procurement.reference}.", "procurement")
    quality = [one.code for one in procurement.plan.criteria if one.kind is CriterionKind.QUALITY]
    moderated = {(one.bid, one.criterion) for one in said.moderated}
    for place, one in enumerate(said.moderated):
        where = f"moderated[{place}]"
        if procurement.bid(one.bid) is None:
            yield _bid_unknown(procurement, one.bid, f"{where}.bid")
        if one.criterion not in quality:
            yield _not_scored(procurement, one.criterion, f"{where}.criterion")
        yield from _check_score(procurement.plan, one.score, f"{where}.score")
    scores = procurement.scores()
    for bid in procurement.bids():
        for criterion in quality:
            given = scores.get((bid.bid, criterion), {})
            if not given:
                yield Problem(
                    "bid_not_scored",
                    f"Nobody scored bid {bid.bid} against “{criterion}”.",
                    "procurement",
                )
            elif _differ(given) and (bid.bid, criterion) not in moderated:
                told = ", ".join(f"{who} {one.score}" for who, one in sorted(given.items()))
                yield Problem(
                    "scores_not_moderated",
                    f"Assessors differ on bid {bid.bid} against “{criterion}” ({told}); say which "
                    "score they agreed on, and why.",
                    "moderated",
                )


def _differ(given: Mapping[str, CriterionScore]) -> bool:
    return len({one.score for one in given.values()}) > 1


def problems_in_waiver(procurement: Procurement, by: str) -> Iterator[Problem]:
    """A second person, without interest, lets a plan go without competition."""
    if procurement.plan.route.is_competition:
        yield Problem(
            "route_needs_competition",
            f"The route of {procurement.reference} is {procurement.plan.route.title.lower()}; only "
            "a direct award or a waiver goes without competition.",
            "procurement",
        )
    if procurement.planned.by == by:
        yield Problem(
            "waiver_by_its_planner",
            f"You planned {procurement.reference}; somebody else lets it go without competition.",
            "by",
        )
    yield from problems_of_interest(procurement, by)


def problems_in_award(procurement: Procurement, award: Award, by: str) -> Iterator[Problem]:
    """The best bid is taken, or one of those that tie; a better one is passed over with a reason."""
    yield from problems_of_interest(procurement, by)
    if procurement.plan.lot(award.lot) is None:
        yield _lot_unknown(procurement, award.lot)
        return
    if procurement.award_of(award.lot) is not None:
        yield Problem("lot_awarded_before", f"Lot {award.lot} has been awarded.", "lot")
    chosen = next((one for one in procurement.bids(award.lot) if one.bid == award.bid), None)
    if chosen is None:
        yield Problem("bid_unknown", f"Lot {award.lot} has no bid “{award.bid}”.", "bid")
        return
    if by in procurement.assessors(award.lot):
        yield Problem(
            "award_by_an_assessor",
            f"You scored bids for lot {award.lot}, or settled a score; somebody else decides on it.",
            "by",
        )
    others = {one.bid for one in procurement.bids(award.lot)} - {award.bid}
    for number, over in enumerate(award.passed_over):
        if over.bid not in others:
            yield Problem(
                "bid_unknown",
                f"Lot {award.lot} has no other bid “{over.bid}” to pass over.",
                f"passed_over[{number}].bid",
            )
    said = {one.bid for one in award.passed_over}
    ranked = results(procurement, award.lot)
    place = next((one.place for one in ranked if one.bid.bid == award.bid), 1)
    for one in ranked:
        if one.place < place and one.bid.bid not in said:
            yield Problem(
                "better_bid_passed_over",
                f"Bid {one.bid.bid} came to {one.shown}, above {award.bid}; say under "
                "`passed_over` why it is not taken.",
                "passed_over",
            )


def problems_in_link(procurement: Procurement, link: Link, provider: str) -> Iterator[Problem]:
    """A contract is that of the award: of the same provider, one for each lot."""
    award = procurement.award_of(link.lot)
    if award is None:
        yield Problem("lot_not_awarded", f"Lot {link.lot} has not been awarded.", "lot")
        return
    if link.lot in {one.lot for one in procurement.links}:
        yield Problem("lot_linked_before", f"Lot {link.lot} has its contract already.", "lot")
    bid = procurement.bid(award.bid)
    assert bid is not None, "what is awarded is a bid"
    if bid.provider != provider:
        yield Problem(
            "contract_of_another_provider",
            f"Lot {link.lot} was awarded to {bid.provider}, and {link.contract} is with {provider}.",
            "contract",
        )


def problems_in_abandonment(procurement: Procurement) -> Iterator[Problem]:
    """What led to a contract is not abandoned."""
    for one in procurement.links:
        yield Problem(
            "procurement_led_to_contract",
            f"{procurement.reference} led to contract {one.contract}; end that instead.",
            "procurement",
        )


def problems_in_day(procurement: Procurement, day: date) -> Iterator[Problem]:
    """A step is not from before the stage it belongs to began."""
    begun = procurement.stage_began
    if day < begun:
        yield Problem(
            "step_before_its_stage",
            f"{procurement.reference} is {procurement.state.words} since {day_in_full(begun)}; "
            f"{day_in_full(day)} is before that.",
            "day",
        )


def problems_of_interest(procurement: Procurement, by: str) -> Iterator[Problem]:
    """Who scores or decides has declared, and has none."""
    said = procurement.interest_of(by)
    if said is None:
        yield Problem(
            "interest_not_declared",
            f"Declare first whether you have an interest in {procurement.reference} (`interest`).",
            "by",
        )
    elif said.has_interest:
        yield Problem(
            "interest_declared",
            f"You declared an interest in {procurement.reference}, and take no part in scoring or "
            "deciding.",
            "by",
        )


def _check_score(plan: Plan, score: int, where: str) -> Iterator[Problem]:
    if not 0 <= score <= plan.highest_score:
        yield Problem(
            "score_outside_range",
            f"{score} is not from 0 to {plan.highest_score}.",
            where,
        )


def _not_scored(procurement: Procurement, code: str, where: str) -> Problem:
    quality = [one.code for one in procurement.plan.criteria if one.kind is CriterionKind.QUALITY]
    return Problem(
        "criterion_not_scored",
        f"“{code}” is no criterion that assessors score; they score {', '.join(quality)}.",
        where,
    )


def _lot_unknown(procurement: Procurement, code: str) -> Problem:
    lots = ", ".join(one.code for one in procurement.plan.lots)
    return Problem(
        "tender_lot_unknown", f"{procurement.reference} has no lot “{code}”; it has {lots}.", "lot"
    )


def _bid_unknown(procurement: Procurement, name: str, where: str) -> Problem:
    return Problem("bid_unknown", f"{procurement.reference} has no bid “{name}”.", where)
