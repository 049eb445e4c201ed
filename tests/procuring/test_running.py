"""A procurement from its plan to its contract: what stops each step, and who may take it."""

from typing import Any

import pytest
from sqlalchemy import Engine, select

from contracts.lifecycle import ProcurementState
from contracts.procurement import results
from ledger.problems import Refused
from tests.support.addresses import one_address
from tests.support.choosing import ASSESSOR, COMMISSIONER, Record
from tests.support.trusts import APPROVER, AT, AUDITOR, CLERK
from trust_commissioning.clock import as_text
from trust_commissioning.store import procuring, reading, transaction
from trust_commissioning.store.tables import AuditEventRow, PersonRow, table_of

PLAN: dict[str, Any] = {
    "reference": "PR-1",
    "day": "2003-04-10",
    "title": "Foster placements for young people",
    "route": "open",
    "service": "fostering",
    "need": "placements",
    "lots": [{"code": "main", "title": "All placements", "estimated": "300000.00"}],
    "criteria": [
        {"code": "quality", "title": "Quality of care", "weight": 60},
        {"code": "price", "title": "Price", "weight": 40, "kind": "price"},
    ],
}
OF: dict[str, Any] = {"procurement": "PR-1"}
AWARD: dict[str, Any] = {
    **OF,
    "reference": "PR-1/award",
    "day": "2003-06-20",
    "lot": "main",
    "bid": "beech",
    "reason": "The best result",
}


def tendered(record: Record, **plan: Any) -> None:
    record("procurement", **PLAN | plan)
    record("tender", **OF, reference="PR-1/tender", day="2003-04-20", closes="2003-05-31")


def bids(record: Record, *offers: tuple[str, str]) -> None:
    for name, price in offers:
        record(
            "bid",
            **OF,
            reference=f"PR-1/bid/{name}",
            day="2003-05-20",
            bid=name,
            lot="main",
            provider=name,
            price=price,
        )


def scored(record: Record, by: str, **scores: int) -> None:
    record(
        "interest",
        by=by,
        **OF,
        reference=f"PR-1/interest/{by}",
        day="2003-06-01",
        has_interest=False,
    )
    for name, score in scores.items():
        record(
            "bid-score",
            by=by,
            **OF,
            reference=f"PR-1/score/{by}/{name}",
            day="2003-06-02",
            bid=name,
            scores=[{"criterion": "quality", "score": score, "words": "As read"}],
        )


def evaluated(record: Record) -> None:
    tendered(record)
    bids(record, ("oakfield", "270000.00"), ("beech", "300000.00"))
    scored(record, COMMISSIONER, oakfield=3, beech=5)
    scored(record, ASSESSOR, oakfield=4, beech=5)
    moderated = [{"bid": "oakfield", "criterion": "quality", "score": 3, "words": "Few carers"}]
    record("evaluation", **OF, reference="PR-1/eval", day="2003-06-10", moderated=moderated)


def decided(record: Record, **award: Any) -> Any:
    record(
        "interest",
        by=APPROVER,
        **OF,
        reference="PR-1/interest/approver",
        day="2003-06-15",
        has_interest=False,
    )
    return record("award", by=APPROVER, **AWARD | award)


def found(engine: Engine) -> Any:
    with reading(engine) as session:
        return procuring.procurement(session, "PR-1")


def refused(record: Record, event: str, **asked: Any) -> tuple[str, ...]:
    with pytest.raises(Refused) as caught:
        record(event, **asked)
    return caught.value.codes


def test_a_tender_leads_from_a_need_to_the_contract_of_the_best_bid(
    choosing: Engine, record: Record
) -> None:
    evaluated(record)
    assert decided(record) == {"procurement": "PR-1", "state": "awarded", "questions": []}
    linked = {"reference": "PR-1/contract", "day": "2003-07-01", "lot": "main"}
    record("award-contract", **OF, **linked, contract="C-0002")

    made = found(choosing)
    assert (made.plan.need, made.links[0].contract) == ("placements", "C-0002")
    # Beech: 5 of 5 of 60 is 60, and 270 of 300 of 40 is 36. Oakfield: 3 of 5 of 60 is 36, and 40.
    assert [(one.bid.provider, one.shown) for one in results(made, "main")] == [
        ("beech", "96.00"),
        ("oakfield", "76.00"),
    ]
    told = [(one.by, type(one.contents).__name__) for one in made.happened]
    assert told[0] == (COMMISSIONER, "Plan")
    assert (APPROVER, "Award") in told


def test_every_decision_is_in_the_audit_trail_with_who_made_it(
    choosing: Engine, record: Record
) -> None:
    evaluated(record)
    decided(record)

    audit = table_of(AuditEventRow)
    with reading(choosing) as session:
        rows = session.execute(
            select(audit.c.person, audit.c.action).where(audit.c.object_kind == "procurement")
        ).all()
    assert (APPROVER, "procurement_award") in [tuple(row) for row in rows]
    assert len(rows) == 13


def test_the_same_event_again_is_done_once_and_another_under_its_name_refused(
    choosing: Engine, record: Record
) -> None:
    tendered(record)
    bids(record, ("oakfield", "270000.00"))
    before = len(found(choosing).happened)

    bids(record, ("oakfield", "270000.00"))
    assert record("procurement", **PLAN)["recorded"] is False

    assert len(found(choosing).happened) == before
    assert refused(record, "procurement", **PLAN | {"title": "Another"}) == (
        "event_recorded_otherwise",
    )
    with pytest.raises(Refused, match="with other contents"):
        bids(record, ("oakfield", "1.00"))


def test_every_name_that_nobody_knows_is_said_at_once(record: Record) -> None:
    assert refused(
        record, "procurement", **PLAN | {"service": "x", "need": "y", "criteria": []}
    ) == ("criteria_missing", "service_unknown", "need_unknown")


def test_a_late_bid_is_not_taken(choosing: Engine, record: Record) -> None:
    tendered(record)

    late = {"bid": "cedar", "lot": "main", "provider": "cedar", "price": "1.00"}
    assert refused(record, "bid", **OF, reference="late", day="2003-06-01", **late) == ("bid_late",)

    assert found(choosing).bids() == ()


def test_a_step_its_state_does_not_allow_changes_nothing(choosing: Engine, record: Record) -> None:
    record("procurement", **PLAN)

    assert refused(record, "award", by=APPROVER, **AWARD) == ("move_not_permitted",)
    assert refused(record, "evaluation", **OF, reference="e", day="2003-05-01") == (
        "move_not_permitted",
    )
    assert found(choosing).state is ProcurementState.PLANNED


def test_an_award_needs_authority_and_a_declaration_and_not_the_assessor(
    record: Record,
) -> None:
    evaluated(record)

    assert refused(record, "award", by=COMMISSIONER, **AWARD) == ("not_permitted",)
    assert refused(record, "award", by=APPROVER, **AWARD) == ("interest_not_declared",)


def test_who_declares_an_interest_decides_nothing(record: Record) -> None:
    evaluated(record)
    said = {"has_interest": True, "words": "A director's sister"}
    record("interest", by=APPROVER, **OF, reference="i", day="2003-06-15", **said)

    assert refused(record, "award", by=APPROVER, **AWARD) == ("interest_declared",)


def test_a_bid_that_is_not_the_best_is_awarded_only_with_the_better_passed_over(
    record: Record,
) -> None:
    evaluated(record)
    with pytest.raises(Refused) as caught:
        decided(record, bid="oakfield")
    assert caught.value.codes == ("better_bid_passed_over",)

    why = [{"bid": "beech", "reason": "Withdrawn on 18 June"}]
    assert decided(record, bid="oakfield", passed_over=why)["state"] == "awarded"


def test_a_waiver_is_let_go_by_a_second_person_with_authority(
    choosing: Engine, record: Record
) -> None:
    urgent = {"route": "waiver", "reasons": "The home closes in a week", "criteria": []}
    record("procurement", by="x.admin", **PLAN | urgent)
    asked = {**OF, "reference": "w", "day": "2003-04-11", "provider": "cedar", "reason": "Urgent"}
    for who in ("x.admin", APPROVER):
        record("interest", by=who, **OF, reference=who, day="2003-04-10", has_interest=False)

    assert refused(record, "waiver", by=CLERK, **asked) == ("not_permitted",)
    assert refused(record, "waiver", by="x.admin", **asked) == ("waiver_by_its_planner",)
    one_address(choosing, "x.admin", APPROVER)
    assert refused(record, "waiver", by=APPROVER, **asked) == ("waiver_by_its_planner",)
    one_address(choosing, APPROVER, address="p.approver@council.example")
    assert record("waiver", by=APPROVER, **asked)["state"] == "waived"


def test_without_competition_only_the_provider_it_was_let_go_to_is_awarded(
    choosing: Engine, record: Record
) -> None:
    urgent = {"route": "direct_award", "reasons": "Only one can", "criteria": []}
    record("procurement", **PLAN | urgent)
    record("interest", by=APPROVER, **OF, reference="i", day="2003-04-10", has_interest=False)
    waiver = {"provider": "cedar", "reason": "Only one can"}
    record("waiver", by=APPROVER, **OF, reference="w", day="2003-04-11", **waiver)

    with pytest.raises(Refused) as caught:
        bids(record, ("beech", "100.00"))
    assert caught.value.codes == ("provider_not_of_waiver",)
    bids(record, ("cedar", "250000.00"))
    made = record("award", by=APPROVER, **AWARD | {"bid": "cedar", "reason": "As let go"})
    assert made["state"] == "awarded"
    assert found(choosing).award_of("main").bid == "cedar"


def test_a_competition_is_not_let_go_without_bids_nor_a_waiver_tendered(record: Record) -> None:
    record("procurement", **PLAN)
    record("interest", by=APPROVER, **OF, reference="i", day="2003-04-10", has_interest=False)
    waiver = {"provider": "cedar", "reason": "Quicker"}
    assert refused(
        record, "waiver", by=APPROVER, **OF, reference="w", day="2003-04-11", **waiver
    ) == ("route_needs_competition",)

    direct = {"reference": "PR-2", "route": "direct_award", "reasons": "One only"}
    record("procurement", **PLAN | direct)
    tender = {"procurement": "PR-2", "reference": "t", "day": "2003-04-20"}
    assert refused(record, "tender", **tender, closes="2003-04-01") == (
        "route_has_no_tender",
        "tender_closes_before_it_opens",
    )


def test_the_contract_is_with_the_provider_of_the_award(record: Record) -> None:
    evaluated(record)
    decided(record)
    linked = {"reference": "l", "day": "2003-07-01", "lot": "main"}

    assert refused(record, "award-contract", **OF, **linked, contract="C-0001") == (
        "contract_of_another_provider",
    )
    assert refused(record, "award-contract", **OF, **linked, contract="C-9") == (
        "contract_unknown",
    )


def test_what_led_to_a_contract_is_not_abandoned(record: Record) -> None:
    evaluated(record)
    decided(record)
    linked = {"reference": "l", "day": "2003-07-01", "lot": "main", "contract": "C-0002"}
    record("award-contract", **OF, **linked)

    gone = {"reference": "end", "day": "2003-07-02", "reason": "Changed our minds"}
    assert refused(record, "procurement-end", **OF, **gone) == ("procurement_led_to_contract",)


def test_a_procurement_is_abandoned_with_a_reason_and_goes_no_further(record: Record) -> None:
    tendered(record)
    gone = {"reference": "end", "day": "2003-05-02", "reason": "The need is met otherwise"}
    assert record("procurement-end", **OF, **gone)["state"] == "abandoned"

    with pytest.raises(Refused, match="is abandoned"):
        bids(record, ("beech", "1.00"))


def test_a_step_is_not_from_before_its_stage(record: Record) -> None:
    evaluated(record)
    with pytest.raises(Refused) as caught:
        decided(record, day="2003-06-01")

    assert caught.value.codes == ("step_before_its_stage",)


def test_an_auditor_neither_plans_nor_declares(record: Record) -> None:
    record("procurement", **PLAN)

    assert refused(record, "procurement", by=AUDITOR, **PLAN | {"reference": "P"}) == (
        "not_permitted",
    )
    said = {"reference": "i", "day": "2003-04-11", "has_interest": False}
    assert refused(record, "interest", by=AUDITOR, **OF, **said) == ("not_permitted",)


def test_the_record_itself_refuses_to_change_what_happened(
    choosing: Engine, record: Record
) -> None:
    record("procurement", **PLAN)

    with pytest.raises(Exception, match="kept_for_ever"), transaction(choosing) as session:
        session.execute(procuring.EVENT.update().values(recorded_by=AUDITOR))


def test_a_text_that_may_identify_a_child_is_asked_about_and_not_repeated(record: Record) -> None:
    reasons = "Only this home, since 12/03/1991"
    urgent = {"route": "waiver", "reasons": reasons, "criteria": []}

    (question,) = record("procurement", **PLAN | urgent)["questions"]

    assert (question["where"], "1991" in question["message"]) == ("reasons", False)


def test_what_is_still_to_come_has_not_happened(record: Record) -> None:
    assert refused(record, "procurement", **PLAN | {"day": "2004-04-01"}) == ("day_ahead_of_time",)
    record("procurement", **PLAN)
    tender = {"reference": "t", "day": "2004-04-01", "closes": "2004-05-01"}
    assert refused(record, "tender", **OF, **tender) == ("day_ahead_of_time",)


def test_bids_are_neither_scored_nor_judged_while_more_may_come(
    choosing: Engine, record: Record
) -> None:
    """They may be made until 31 May, that day included."""
    tendered(record)
    bids(record, ("oakfield", "270000.00"))
    told = OF | {"reference": "PR-1/i", "day": "2003-05-21", "has_interest": False}
    record("interest", **told)
    score = OF | {"bid": "oakfield", "scores": [{"criterion": "quality", "score": 3}]}

    assert refused(record, "bid-score", **score, reference="s", day="2003-05-31") == (
        "bids_may_still_come",
    )
    record("bid-score", **score, reference="s", day="2003-06-01")
    assert refused(record, "evaluation", **OF, reference="e", day="2003-05-31") == (
        "bids_may_still_come",
    )


def test_who_settles_a_score_has_no_interest_and_does_not_award(
    choosing: Engine, record: Record
) -> None:
    tendered(record)
    bids(record, ("oakfield", "270000.00"))
    scored(record, COMMISSIONER, oakfield=3)
    scored(record, ASSESSOR, oakfield=4)
    settled = OF | {
        "reference": "e",
        "day": "2003-06-10",
        "moderated": [{"bid": "oakfield", "criterion": "quality", "score": 3, "words": "Few"}],
    }
    manager = PersonRow(
        username="p.manager", name="Piers", role="pool_manager", created_at=as_text(AT)
    )
    with transaction(choosing) as session:
        session.add(manager)
    assert refused(record, "evaluation", by="p.manager", **settled) == ("interest_not_declared",)
    declared = OF | {"reference": "PR-1/i/m", "day": "2003-06-09", "has_interest": False}
    record("interest", by="p.manager", **declared)
    record("evaluation", by="p.manager", **settled)

    award = AWARD | {"bid": "oakfield"}
    assert refused(record, "award", by="p.manager", **award) == ("award_by_an_assessor",)


def test_the_scores_of_somebody_who_then_declares_an_interest_count_no_more(
    choosing: Engine, record: Record
) -> None:
    tendered(record)
    bids(record, ("oakfield", "270000.00"), ("beech", "300000.00"))
    scored(record, COMMISSIONER, oakfield=3, beech=5)
    scored(record, ASSESSOR, oakfield=5, beech=1)
    told = OF | {"reference": "PR-1/late", "day": "2003-06-05", "has_interest": True}
    record("interest", by=ASSESSOR, **told, words="My brother works there")

    record("evaluation", **OF, reference="e", day="2003-06-10")

    assert [one.bid.bid for one in results(found(choosing), "main")] == ["beech", "oakfield"]


def test_what_is_passed_over_is_another_bid_of_the_lot(choosing: Engine, record: Record) -> None:
    evaluated(record)
    over = [{"bid": "nobody", "reason": "Withdrawn"}, {"bid": "beech", "reason": "Taken"}]

    with pytest.raises(Refused) as caught:
        decided(record, passed_over=over)

    assert [(one.code, one.where) for one in caught.value.problems] == [
        ("bid_unknown", "passed_over[0].bid"),
        ("bid_unknown", "passed_over[1].bid"),
    ]


def test_a_declaration_under_anothers_reference_is_not_taken_for_ones_own(
    choosing: Engine, record: Record
) -> None:
    tendered(record)
    told = OF | {"reference": "PR-1/i", "day": "2003-06-01", "has_interest": False}
    record("interest", **told)

    assert refused(record, "interest", by=ASSESSOR, **told) == ("event_recorded_otherwise",)
