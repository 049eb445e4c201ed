"""What is due, what concerns come to, what a review and the combined plan say, as reports."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Engine

from tests.monitoring.days import answers
from tests.support.choosing import Record
from tests.support.trusts import AT, YEAR
from trust_commissioning.reports import REPORTS, Report, Scope, papers, review_paper
from trust_commissioning.reports.rounding import Unit
from trust_commissioning.store import reading


def shown(engine: Engine, name: str, to: int = 6) -> Report:
    with reading(engine) as session:
        return REPORTS[name](session, Scope(None, YEAR, to), AT)


def part(report: Report, key: str) -> list[Mapping[str, Any]]:
    return [dict(row) for one in report.parts if one.key == key for row in one.rows]


def watched(record: Record) -> None:
    """C-0001 of high risk checked in May; three concerns of it, one of its provider."""
    cycle = {"risk": "high", "reason": "Young people far away", "officer": "Placements"}
    record("monitoring-cycle", reference="M-1", day="2003-04-01", contract="C-0001", **cycle)
    desk = {"kind": "desk", "answers": answers("desk")}
    record("check", reference="V-1", day="2003-05-15", contract="C-0001", **desk)
    for place, (day, source) in enumerate(
        (("2003-02-01", "complaint"), ("2003-06-01", "low_measure"), ("2003-08-01", "low_measure"))
    ):
        concern = {"source": source, "weight": "minor", "words": "Fewer visits"}
        record("concern", reference=f"K-{place}", day=day, contract="C-0001", **concern)
    whole = {"source": "staffing", "weight": "moderate", "words": "The manager left"}
    record("concern", reference="K-9", day="2003-09-01", provider="oakfield", **whole)
    action = {"title": "Appoint a manager", "owner": "Oakfield", "due": "2003-09-15"}
    record(
        "action",
        reference="A-1",
        day="2003-09-01",
        contract="C-0001",
        about=["K-9"],
        **action,
    )


def test_what_is_late_stands_first_and_a_contract_without_a_cycle_is_not_forgotten(
    choosing: Engine, record: Record
) -> None:
    watched(record)

    rows = shown(choosing, "monitoring-due").rows

    assert [(row["contract"], row["standing"], row["due"]) for row in rows] == [
        ("C-0001", "Late", "15 August 2003"),
        ("C-0002", "No cycle set", ""),
    ]
    first = rows[0]
    assert (first["every"], first["last"]) == (
        "Every 3 months",
        "Desktop review, 15 May 2003",
    )
    assert first["actions_late"] == 1


def test_concerns_are_shown_with_their_trend_and_what_they_come_to(
    choosing: Engine, record: Record
) -> None:
    watched(record)

    (may,) = [r for r in shown(choosing, "monitoring-due", 3).rows if r["contract"] == "C-0001"]
    (september,) = [r for r in shown(choosing, "monitoring-due").rows if r["contract"] == "C-0001"]

    # To 30 June two within six months, and to 30 September three with one in the six before.
    assert (may["concerns"], may["trend"], may["comes_to"]) == (2, "More: 2 after 0", "Watch")
    assert (september["concerns"], september["trend"], september["comes_to"]) == (
        4,
        "More: 3 after 1",
        "A pattern: act on it",
    )


def test_the_log_and_the_actions_left_stand_beside(choosing: Engine, record: Record) -> None:
    watched(record)
    report = shown(choosing, "monitoring-due")

    assert [row["words"] for row in part(report, "concerns")][-1] == "The manager left"
    assert [(row["action"], row["state"]) for row in part(report, "actions")] == [
        ("Appoint a manager", "Late")
    ]
    assert "never a breach" in report.parts[0].words[0]
    assert report.totals["value"].plain == "720000.00"


def test_a_contract_is_due_soon_within_a_month(choosing: Engine, record: Record) -> None:
    watched(record)

    by_month = {
        to: next(r for r in shown(choosing, "monitoring-due", to).rows if r["contract"] == "C-0001")
        for to in (3, 4, 5)
    }

    assert [by_month[to]["standing"] for to in (3, 4, 5)] == [
        "On time",
        "Due within a month",
        "Late",
    ]


def test_a_check_is_not_late_on_the_day_it_is_due(choosing: Engine, record: Record) -> None:
    cycle = {"risk": "high", "reason": "Young people far away", "officer": "Placements"}
    record("monitoring-cycle", reference="M-1", day="2003-04-01", contract="C-0001", **cycle)
    desk = {"kind": "desk", "answers": answers("desk")}
    record("check", reference="V-1", day="2003-05-31", contract="C-0001", **desk)

    row = next(r for r in shown(choosing, "monitoring-due", 5).rows if r["contract"] == "C-0001")

    assert (row["due"], row["standing"]) == ("31 August 2003", "Due within a month")


def test_a_review_is_a_paper_with_its_facts_and_its_decision(
    choosing: Engine, record: Record
) -> None:
    watched(record)
    review = {"words": "Watch the manager", "views": "They like their carers"}
    record("review", reference="R-1", day="2003-09-10", contract="C-0001", **review)
    decision = {"verdict": "extend", "reason": "Good care", "effective": "2006-03-31"}
    record("review-decision", reference="D-1", day="2003-09-20", review="R-1", **decision)

    report = shown(choosing, "reviews")
    (row,) = report.rows
    assert (row["decision"], row["effective"]) == ("Extend", "31 March 2006")
    words = report.parts[0].words
    assert words[1] == "What children and families said: They like their carers"
    assert words[2] == (
        "Decided on 20 September 2003 by Cleo Commissioner: extend, 31 March 2006. Good care"
    )
    facts = report.parts[0].rows
    assert ("Spend against value", "£120,000.00 from 1 April 2003 until 31 March 2005") in [
        (fact["subject"], fact["says"]) for fact in facts
    ]
    with reading(choosing) as session:
        one = review_paper(session, Scope(None, YEAR, 6), "R-1", AT)
    assert papers.KINDS["pdf"].make(one, Unit.PENCE).startswith(b"%PDF")


def test_the_combined_plan_says_what_nobody_answers_and_how_far_standards_are_met(
    choosing: Engine, record: Record
) -> None:
    finding = {"inspection": "Joint inspection", "area": "joint_working", "partners": ["pct"]}
    for name in ("F-1", "F-2"):
        record("inspection-finding", reference=name, day="2003-05-01", words=name, **finding)
    action = {"title": "One plan", "owner": "PCT", "due": "2003-08-31", "about": ["F-1"]}
    record("action", reference="A-1", day="2003-06-01", **action)
    standard = {"code": "visits", "title": "Visits", "words": "Monthly", "partner": "pct"}
    record("practice-standard", reference="S-1", day="2003-05-01", **standard)
    met = {"standard": "S-1", "met": "partly", "evidence": "7 of 12"}
    record("standard-met", reference="S-1/1", day="2003-07-01", **met)

    report = shown(choosing, "combined-action-plan")

    assert [(row["finding"], row["state"]) for row in report.rows] == [
        ("F-1", "Late"),
        ("F-2", "Not answered"),
    ]
    assert report.notes[0] == "F-2: no action answers it yet."
    assert report.rows[0]["bodies"] == "Weald Primary Care Trust"
    (row,) = part(report, "standards")
    assert (row["body"], row["met"], row["day"]) == (
        "Weald Primary Care Trust",
        "Partly",
        "1 July 2003",
    )


def test_a_contract_under_notice_is_monitored_to_its_last_day(
    choosing: Engine, record: Record
) -> None:
    """Terminated in August, it ends on 31 December: on 30 September children are still there."""
    watched(record)
    record(
        "contract-end",
        contract="C-0001",
        reference="T-1",
        day="2003-08-01",
        last_day="2003-12-31",
        how="terminated",
        reason="The home closes",
    )

    def numbers(to: int) -> list[str]:
        return [str(row["contract"]) for row in shown(choosing, "monitoring-due", to).rows]

    assert numbers(6) == numbers(9) == ["C-0001", "C-0002"]
    assert numbers(10) == ["C-0002"]
