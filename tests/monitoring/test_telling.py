"""What monitoring is told: checks, concerns, standards, reviews with their facts, actions, findings."""

from typing import Any

import pytest
from sqlalchemy import Engine

from contracts.monitoring import Standing, concerns_at
from contracts.review import ActionStanding, Met, Subject, Verdict, combined_plan
from ledger.money import Money
from ledger.problems import Refused
from tests.monitoring.days import APRIL, DECEMBER, JUNE, MAY, answers
from tests.support.choosing import Record
from tests.support.trusts import AUDITOR
from trust_commissioning.store import monitoring, reading, transaction
from trust_commissioning.store.tables import MonitoringFactRow, table_of

CONCERN: dict[str, Any] = {
    "reference": "K-1",
    "day": MAY,
    "contract": "C-0001",
    "source": "low_measure",
    "weight": "minor",
    "words": "Placements found within a week fell below nine in ten",
}
REVIEW: dict[str, Any] = {
    "reference": "R-1",
    "day": JUNE,
    "contract": "C-0001",
    "words": "Well run, short of carers for young people",
    "views": "They want to stay near their schools",
}


def refused(record: Record, event: str, **asked: Any) -> tuple[str, ...]:
    with pytest.raises(Refused) as caught:
        record(event, **asked)
    return caught.value.codes


def test_a_contract_of_high_risk_is_next_checked_three_months_after_its_last_check(
    choosing: Engine, record: Record
) -> None:
    cycle = {"risk": "high", "reason": "Young people placed far away", "officer": "Placements"}
    record("monitoring-cycle", reference="M-1", day=APRIL, contract="C-0001", **cycle)
    record(
        "check", reference="V-1", day=MAY, contract="C-0001", kind="desk", answers=answers("desk")
    )

    with reading(choosing) as session:
        held = monitoring.cycles(session, JUNE)["C-0001"]
        made = monitoring.checks(session, contract="C-0001")
        rule = monitoring.rule_on(session, JUNE)
    assert (held.officer, made[0].by) == ("Placements", "c.commissioner")
    assert rule.months_for(held.risk, Money.parse("120000")) == 3


def test_a_rule_of_its_own_holds_from_its_day(choosing: Engine, record: Record) -> None:
    bands = [
        {"risk": risk, "at_least": "0.00", "months": months}
        for risk, months in (("high", 1), ("medium", 2), ("low", 4))
    ]
    record("monitoring-rule", reference="rule-1", day=MAY, bands=bands, pattern_concerns=2)

    with reading(choosing) as session:
        before = monitoring.rule_on(session, APRIL)
        after = monitoring.rule_on(session, MAY)
    assert [one.months_for(one.bands[0].risk, Money(0)) for one in (before, after)] == [3, 1]
    assert after.pattern.concerns == 2


def test_a_check_leaves_no_item_unanswered(record: Record) -> None:
    said = answers("visit")[1:]

    asked = {"reference": "V", "day": MAY, "contract": "C-0001", "kind": "visit"}
    assert refused(record, "check", **asked, answers=said) == ("checklist_item_not_answered",)


def test_a_concern_of_a_contract_is_of_its_provider_and_stays_open_until_it_is_closed(
    choosing: Engine, record: Record
) -> None:
    record("concern", **CONCERN)
    with reading(choosing) as session:
        (raised,) = monitoring.concerns(session, provider="oakfield")
        rule = monitoring.rule_on(session, JUNE).pattern
    assert (raised.provider, concerns_at([raised], JUNE, rule).standing) == (
        "oakfield",
        Standing.WATCH,
    )

    step = {"step": "closed", "words": "Nine in ten for three months"}
    record("concern-step", reference="K-1/1", day=JUNE, concern="K-1", **step)

    with reading(choosing) as session:
        (closed,) = monitoring.concerns(session, provider="oakfield")
    assert concerns_at([closed], JUNE, rule).standing is Standing.CLEAR
    assert refused(record, "concern-step", reference="K-1/2", day=JUNE, concern="K-1", **step) == (
        "concern_closed",
    )


def test_a_low_measure_is_never_noted_as_serious(record: Record) -> None:
    assert refused(record, "concern", **CONCERN | {"weight": "serious"}) == (
        "low_measure_is_not_serious",
    )


def test_a_concern_is_about_somebody_known_and_the_contracts_own_provider(record: Record) -> None:
    nobody = {key: value for key, value in CONCERN.items() if key != "contract"}

    assert refused(record, "concern", **nobody) == ("concern_about_nobody",)
    assert refused(record, "concern", **nobody, provider="nobody") == ("provider_unknown",)
    assert refused(record, "concern", **CONCERN | {"contract": "C-9"}) == (
        "contract_unknown",
        "concern_about_nobody",
    )
    assert refused(record, "concern", **CONCERN, provider="beech") == (
        "contract_of_another_provider",
    )


def test_the_log_of_a_contract_leaves_out_what_is_of_another_of_its_provider(
    choosing: Engine, record: Record
) -> None:
    record("concern", **CONCERN)
    whole = {name: value for name, value in CONCERN.items() if name != "contract"}
    record("concern", **whole | {"reference": "K-2", "provider": "oakfield"})

    with reading(choosing) as session:
        of_it = monitoring.concerns(session, contract="C-0001", provider="oakfield")
        of_another = monitoring.concerns(session, contract="C-0009", provider="oakfield")
    assert [one.reference for one in of_it] == ["K-1", "K-2"]
    assert [one.reference for one in of_another] == ["K-2"]


def test_how_far_a_standard_is_met_is_dated_and_said_by_somebody(
    choosing: Engine, record: Record
) -> None:
    standard = {"code": "visits", "title": "Visits", "words": "Every child seen each month"}
    record("practice-standard", reference="S-1", day=APRIL, partner="pct", **standard)
    met = {"standard": "S-1", "met": "largely", "evidence": "11 of 12 files"}
    record("standard-met", reference="S-1/1", day=MAY, **met)

    with reading(choosing) as session:
        (kept,) = monitoring.standards(session)
    said = kept.met_on(JUNE)
    assert said is not None
    assert (kept.body, said.met, said.by) == ("pct", Met.LARGELY, "c.commissioner")
    assert refused(record, "standard-met", reference="x", day=MAY, **met | {"standard": "S-9"}) == (
        "monitored_thing_unknown",
    )
    both = {"partner": "nobody", "provider": "oakfield"}
    assert refused(record, "practice-standard", reference="S-2", day=APRIL, **standard, **both) == (
        "standard_agreed_with_one_body",
        "partner_unknown",
    )


def test_a_review_keeps_the_facts_as_they_stood(choosing: Engine, record: Record) -> None:
    record("concern", **CONCERN)
    record("review", **REVIEW)
    record("concern", **CONCERN | {"reference": "K-2", "day": JUNE, "source": "complaint"})

    assert record("review", **REVIEW)["recorded"] is False
    with reading(choosing) as session:
        kept = monitoring.review(session, "R-1")
    assert kept is not None
    facts = {(one.subject, one.title): one for one in kept.facts}
    assert facts[Subject.SPEND, "Value of the contract"].says == (
        "£120,000.00 from 1 April 2003 until 31 March 2005"
    )
    assert facts[Subject.CONCERNS, "Watch"].says.startswith("1 concern open;")
    assert (Subject.CONCERNS, "Low measure, minor") in facts
    assert (Subject.CONCERNS, "Complaint, minor") not in facts


def test_a_review_is_decided_once(choosing: Engine, record: Record) -> None:
    record("review", **REVIEW)
    decision = {"review": "R-1", "verdict": "extend", "reason": "Good care at a fair price"}
    record("review-decision", reference="D-1", day=JUNE, effective="2006-03-31", **decision)

    with reading(choosing) as session:
        kept = monitoring.review(session, "R-1")
    assert kept is not None
    assert kept.decision is not None
    assert (kept.decision.verdict, kept.decision.by) == (Verdict.EXTEND, "c.commissioner")
    assert refused(
        record, "review-decision", reference="D-2", day=JUNE, **decision, need="nothing"
    ) == ("review_decided_before", "decision_without_day", "need_unknown")


def test_an_action_has_an_owner_and_a_day_and_ends_with_what_shows_it(
    choosing: Engine, record: Record
) -> None:
    record("review", **REVIEW)
    action = {"title": "Recruit eight carers", "owner": "Fostering team", "due": "2003-09-30"}
    record("action", reference="A-1", day=JUNE, about=["R-1"], contract="C-0001", **action)

    with reading(choosing) as session:
        (late,) = monitoring.actions(session)
    assert late.stands(DECEMBER) is ActionStanding.LATE
    record("action-done", reference="A-1/done", day=JUNE, action="A-1", evidence="Nine approved")
    with reading(choosing) as session:
        (done,) = monitoring.actions(session)
    assert done.stands(DECEMBER) is ActionStanding.DONE
    assert refused(record, "action", reference="A-2", day=JUNE, about=["R-9"], **action) == (
        "action_arises_from_nothing",
    )
    assert refused(
        record, "action-done", reference="x", day=JUNE, action="A-9", evidence="None"
    ) == ("monitored_thing_unknown",)


def test_the_combined_plan_answers_findings_whoever_is_to_act(
    choosing: Engine, record: Record
) -> None:
    finding = {
        "inspection": "Joint inspection 2003",
        "area": "joint_working",
        "words": "Health and education plan for the same children apart.",
        "partners": ["council", "pct"],
        "services": ["therapy"],
    }
    record("inspection-finding", reference="F-1", day=APRIL, **finding)
    record("inspection-finding", reference="F-2", day=APRIL, **finding)
    action = {"title": "One plan for each child", "owner": "PCT", "due": "2003-09-30"}
    record("action", reference="A-1", day=MAY, about=["F-1"], **action)

    with reading(choosing) as session:
        plan = combined_plan(monitoring.findings(session), monitoring.actions(session), JUNE)
    assert [(line.finding.reference, line.is_answered) for line in plan] == [
        ("F-1", True),
        ("F-2", False),
    ]
    wrong = finding | {"partners": ["x"], "services": ["y"]}
    assert refused(record, "inspection-finding", reference="F-3", day=APRIL, **wrong) == (
        "service_unknown",
        "partner_unknown",
    )


def test_the_same_again_is_kept_once_and_another_under_its_name_is_refused(
    choosing: Engine, record: Record
) -> None:
    assert record("concern", **CONCERN)["recorded"] is True
    assert record("concern", **CONCERN)["recorded"] is False
    assert refused(record, "concern", **CONCERN | {"words": "Other"}) == (
        "event_recorded_otherwise",
    )
    with reading(choosing) as session:
        assert len(monitoring.concerns(session)) == 1


def test_only_those_who_monitor_tell_and_what_was_told_never_changes(
    choosing: Engine, record: Record
) -> None:
    assert refused(record, "concern", by=AUDITOR, **CONCERN) == ("not_permitted",)
    record("concern", **CONCERN)

    fact = table_of(MonitoringFactRow)
    with pytest.raises(Exception, match="kept_for_ever"), transaction(choosing) as session:
        session.execute(fact.delete())


def test_a_cycle_may_be_set_ahead_and_nothing_seen_or_said(record: Record) -> None:
    assert refused(record, "concern", **CONCERN | {"day": "2004-04-01"}) == ("day_ahead_of_time",)
    cycle = {"risk": "low", "reason": "Small", "officer": "Placements", "contract": "C-0001"}
    assert record("monitoring-cycle", reference="M", day="2004-04-01", **cycle)["recorded"] is True
