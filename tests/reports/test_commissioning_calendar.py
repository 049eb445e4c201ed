"""The calendar holds each day somebody must look, decide or do, until it is done."""

from typing import Any

from sqlalchemy import Engine

from tests.support.choosing import Record, choosing, record  # noqa: F401
from tests.support.trusts import AT, YEAR
from trust_commissioning.reports import REPORTS, Scope
from trust_commissioning.store import reading

# ruff: noqa: F811


def days(engine: Engine, to: int, fund: str | None = None) -> list[tuple[Any, ...]]:
    with reading(engine) as session:
        made = REPORTS["commissioning-calendar"](session, Scope(fund, YEAR, to), AT)
    keys = ("date", "stands", "kind", "what", "owner")
    return [tuple(row[key] for key in keys) for row in made.rows]


def test_a_check_an_action_and_the_close_of_bids_stand_in_order_of_day(
    choosing: Engine, record: Record
) -> None:
    told(record)

    assert days(choosing, 2) == [
        ("2003-05-31", "To come", "Bids close", BIDS, "Nobody named"),
        ("2003-07-01", "To come", "Check", CHECK, "Placements"),
        ("2003-08-01", "To come", "Action", "C-0001: Recruit carers", "Fostering team"),
    ]


def test_what_is_not_done_by_its_day_is_late_and_what_is_done_is_gone(
    choosing: Engine, record: Record
) -> None:
    told(record)
    assert ("2003-08-01", "Late", "Action", "C-0001: Recruit carers", "Fostering team") in days(
        choosing, 5
    )

    ended = {"outcome": "done", "evidence": "Four carers approved"}
    record("action-done", reference="e", action="a", day="2003-09-20", **ended)

    assert "Action" not in {kind for _, _, kind, _, _ in days(choosing, 6)}
    assert "Action" in {kind for _, _, kind, _, _ in days(choosing, 5)}


def test_the_calendar_of_one_fund_has_its_contracts_alone(choosing: Engine, record: Record) -> None:
    told(record)

    assert [kind for _, _, kind, _, _ in days(choosing, 2, "general")] == ["Check", "Action"]
    assert days(choosing, 2, "camhs") == []


BIDS = "PR-1 Foster placements: bids close, then they are marked"
CHECK = "C-0001 Foster placements, Oakfield Fostering: its next check"


def told(record: Record) -> None:
    """A tender, a contract that is watched, an action that arises from a visit."""
    lots = [{"code": "main", "title": "All", "estimated": "300000.00"}]
    criteria = [{"code": "price", "title": "Price", "weight": 100, "kind": "price"}]
    record(
        "procurement",
        reference="PR-1",
        day="2003-04-10",
        title="Foster placements",
        route="open",
        service="fostering",
        lots=lots,
        criteria=criteria,
    )
    record("tender", procurement="PR-1", reference="t", day="2003-04-20", closes="2003-05-31")
    watched = {"risk": "high", "reason": "Far away", "officer": "Placements"}
    record("monitoring-cycle", reference="m", day="2003-04-01", contract="C-0001", **watched)
    action = {"title": "Recruit carers", "owner": "Fostering team", "due": "2003-08-01"}
    record("action", reference="a", day="2003-05-02", contract="C-0001", **action)
