"""Bids are scored in exact fractions: weights, prices, ties, what may be decided on them and by whom."""

from datetime import date
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from contracts.lifecycle import ProcurementState
from contracts.procurement import (
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
    Moderated,
    PassedOver,
    Plan,
    Procurement,
    Route,
    TenderLot,
    results,
    shown,
)
from contracts.procurement_checking import (
    problems_in_award,
    problems_in_bid,
    problems_in_evaluation,
    problems_in_plan,
    problems_in_score,
)
from ledger.money import Money

MAY = date(2003, 5, 1)
CRITERIA = (
    Criterion(code="quality", title="Quality of care", weight=60),
    Criterion(code="price", title="Price", weight=40, kind=CriterionKind.PRICE),
)
PLAN = Plan(
    title="Foster placements",
    route=Route.OPEN,
    service="fostering",
    lots=(TenderLot(code="main", title="All", estimated=Money.parse("100000")),),
    criteria=CRITERIA,
)


def run(*said: tuple[str, Contents], plan: Plan = PLAN) -> Procurement:
    events = [("p.planner", plan), *said]
    return Procurement(
        reference="PR-1",
        state=ProcurementState.TENDERED,
        happened=tuple(
            Happened(reference=f"E{place}", day=MAY, by=by, contents=contents)
            for place, (by, contents) in enumerate(events)
        ),
    )


def bid(name: str, price: str, lot: str = "main") -> tuple[str, Bid]:
    return "o", Bid(bid=name, lot=lot, provider=f"{name}-ltd", price=Money.parse(price))


def scored(by: str, name: str, score: int) -> tuple[str, BidScore]:
    return by, BidScore(bid=name, scores=(CriterionScore(criterion="quality", score=score),))


def codes(problems) -> list[str]:
    return [one.code for one in problems]


def test_a_result_is_each_criterions_share_of_its_weight_out_of_a_hundred():
    # Quality 4 of 5 of 60 is 48; the lowest price, 90,000 of 90,000 of 40, is 40: 88 in all.
    # Quality 5 of 5 of 60 is 60; 90,000 of 120,000 of 40 is 30: 90 in all.
    procurement = run(
        bid("ash", "90000"), bid("beech", "120000"), scored("a", "ash", 4), scored("a", "beech", 5)
    )

    best, next_best = results(procurement, "main")

    assert (best.bid.bid, best.shown, best.place, best.tied) == ("beech", "90.00", 1, False)
    assert (next_best.bid.bid, next_best.shown, next_best.place) == ("ash", "88.00", 2)
    assert [share for _, share in best.scores] == [60, 30]


def test_results_that_differ_by_less_than_can_be_printed_are_no_tie():
    procurement = run(
        bid("ash", "90000.00"),
        bid("beech", "90000.01"),
        scored("a", "ash", 4),
        scored("a", "beech", 4),
    )

    best, next_best = results(procurement, "main")

    assert best.shown == next_best.shown == "88.00"
    assert (best.bid.bid, best.tied, next_best.place) == ("ash", False, 2)


def test_equal_results_share_their_place_and_say_so():
    procurement = run(
        bid("ash", "90000"),
        bid("beech", "90000"),
        bid("cedar", "180000"),
        *(scored("a", name, 4) for name in ("ash", "beech", "cedar")),
    )

    found = results(procurement, "main")

    assert [(one.bid.bid, one.place, one.tied) for one in found] == [
        ("ash", 1, True),
        ("beech", 1, True),
        ("cedar", 3, False),
    ]


def test_weights_need_not_come_to_a_hundred():
    thirds = (
        Criterion(code="quality", title="Quality", weight=2),
        Criterion(code="price", title="Price", weight=1, kind=CriterionKind.PRICE),
    )
    plan = Plan(
        title="x", route=Route.OPEN, service="s", lots=PLAN.lots, criteria=thirds, highest_score=3
    )
    procurement = run(bid("ash", "50000"), scored("a", "ash", 1), plan=plan)

    (only,) = results(procurement, "main")

    assert only.weighted == Fraction(200, 9) + Fraction(100, 3)
    assert only.shown == "55.56"


def test_a_lot_whose_bids_are_not_all_scored_has_no_result_yet():
    procurement = run(bid("ash", "50000"), bid("beech", "60000"), scored("a", "ash", 3))

    assert results(procurement, "main") == ()


def test_assessors_who_differ_agree_on_a_moderated_score_with_a_reason():
    procurement = run(bid("ash", "50000"), scored("a", "ash", 3), scored("b", "ash", 5))

    (problem,) = problems_in_evaluation(procurement, Evaluation(words=""))
    assert problem.code == "scores_not_moderated"
    assert "(a 3, b 5)" in problem.message

    agreed = Moderated(bid="ash", criterion="quality", score=4, words="Seen together")
    evaluation = Evaluation(words="", moderated=(agreed,))
    assert not list(problems_in_evaluation(procurement, evaluation))
    after = run(*((one.by, one.contents) for one in procurement.happened[1:]), ("o", evaluation))
    assert after.agreed_score("ash", "quality") == 4


def test_what_assessors_agree_on_needs_no_moderating_and_the_last_score_holds():
    procurement = run(
        bid("ash", "50000"), scored("a", "ash", 2), scored("b", "ash", 4), scored("a", "ash", 4)
    )

    assert not list(problems_in_evaluation(procurement, Evaluation(words="")))
    assert procurement.agreed_score("ash", "quality") == 4


def test_a_bid_that_nobody_scored_stops_the_evaluation():
    procurement = run(bid("ash", "50000"), bid("beech", "60000"), scored("a", "ash", 3))

    assert codes(problems_in_evaluation(procurement, Evaluation(words=""))) == ["bid_not_scored"]


def test_a_price_is_not_scored_by_assessors_nor_a_score_above_the_highest():
    procurement = run(("a", Interest(has_interest=False)), bid("ash", "50000"))
    said = BidScore(
        bid="ash",
        scores=(
            CriterionScore(criterion="price", score=3),
            CriterionScore(criterion="quality", score=6),
        ),
    )

    found = codes(problems_in_score(procurement, said, "a"))

    assert found == ["criterion_not_scored", "score_outside_range"]


def test_who_has_not_declared_or_has_an_interest_scores_nothing():
    said = BidScore(bid="ash", scores=(CriterionScore(criterion="quality", score=3),))
    silent = run(bid("ash", "50000"))
    kin = run(bid("ash", "50000"), ("a", Interest(has_interest=True, words="My brother's firm")))

    assert codes(problems_in_score(silent, said, "a")) == ["interest_not_declared"]
    assert codes(problems_in_score(kin, said, "a")) == ["interest_declared"]


def test_a_better_bid_is_passed_over_only_with_a_reason():
    procurement = run(
        bid("ash", "90000"),
        bid("beech", "120000"),
        scored("a", "ash", 4),
        scored("a", "beech", 5),
        ("d", Interest(has_interest=False)),
    )
    award = Award(lot="main", bid="ash", reason="Next best")

    (problem,) = problems_in_award(procurement, award, "d")
    assert problem.message.startswith("Bid beech came to 90.00, above ash")

    why = (PassedOver(bid="beech", reason="Withdrawn by letter"),)
    award = Award(lot="main", bid="ash", reason="Next best", passed_over=why)
    assert not list(problems_in_award(procurement, award, "d"))


def test_either_of_two_that_tie_may_be_taken():
    procurement = run(
        bid("ash", "90000"),
        bid("beech", "90000"),
        scored("a", "ash", 4),
        scored("a", "beech", 4),
        ("d", Interest(has_interest=False)),
    )

    for name in ("ash", "beech"):
        award = Award(lot="main", bid=name, reason="Tied; more local carers")
        assert not list(problems_in_award(procurement, award, "d"))


def test_nobody_awards_what_they_scored():
    procurement = run(
        ("a", Interest(has_interest=False)), bid("ash", "90000"), scored("a", "ash", 4)
    )
    award = Award(lot="main", bid="ash", reason="Best")

    assert codes(problems_in_award(procurement, award, "a")) == ["award_by_an_assessor"]


def test_every_route_but_the_open_one_gives_its_reasons_and_competition_its_criteria():
    without = Plan(title="x", route=Route.OPEN, service="s", lots=PLAN.lots)

    for route in Route:
        plan = Plan(
            title="x", route=route, service="s", lots=PLAN.lots, criteria=CRITERIA, framework="F"
        )
        expected = [] if route is Route.OPEN else ["route_without_reason"]
        assert codes(problems_in_plan(plan)) == expected
    assert codes(problems_in_plan(without)) == ["criteria_missing"]


def test_everything_wrong_with_a_plan_is_said_at_once():
    lot = TenderLot(code="a", title="A", estimated=Money(0))
    criterion = Criterion(code="q", title="Quality", weight=0)
    plan = Plan(
        title="x",
        route=Route.FRAMEWORK_CALL_OFF,
        service="s",
        lots=(lot, lot),
        criteria=(criterion,),
    )

    assert codes(problems_in_plan(plan)) == [
        "route_without_reason",
        "framework_not_named",
        "code_repeated",
        "estimate_not_above_nil",
        "estimate_not_above_nil",
        "criterion_weight_not_above_nil",
    ]


def test_a_provider_makes_one_bid_for_a_lot():
    procurement = run(bid("ash", "50000"))
    again = Bid(bid="ash-2", lot="main", provider="ash-ltd", price=Money(100))

    assert codes(problems_in_bid(procurement, again, MAY)) == ["provider_bid_before"]


@given(
    prices=st.lists(st.integers(1, 10**9), min_size=1, max_size=6),
    scores=st.lists(st.integers(0, 5), min_size=6, max_size=6),
)
def test_no_result_is_above_a_hundred_and_places_follow_results(prices, scores):
    said: list[tuple[str, Contents]] = []
    for place, price in enumerate(prices):
        offer = Bid(bid=f"b{place}", lot="main", provider=f"p{place}", price=Money(price))
        said += [("o", offer), scored("a", f"b{place}", scores[place])]

    found = results(run(*said), "main")

    assert all(0 <= one.weighted <= 100 for one in found)
    for one in found:
        assert one.place == 1 + sum(other.weighted > one.weighted for other in found)
        assert one.tied == (sum(other.weighted == one.weighted for other in found) > 1)


@given(pence=st.integers(0, 10_000))
def test_a_result_is_shown_to_two_places(pence):
    assert shown(Fraction(pence, 100)) == f"{pence // 100}.{pence % 100:02d}"
    assert shown(Fraction(1, 3)) == "0.33"
    assert shown(Fraction(245, 3)) == "81.67"
