"""Closing through the interface: the same services as the command and the page."""

from tests.support.trusts import APPROVER, CLERK

P01 = {"period": "2003-04 P01"}


def test_a_period_is_closed_and_opened_again_by_two_people_through_the_interface(signed_in):
    clerk = signed_in(CLERK)
    refused = clerk.post("/api/v1/events/period-closing", json=P01)
    assert refused.status_code == 409
    assert [one["code"] for one in refused.json()["errors"]] == ["left_open_without_reason"]

    closed = clerk.post("/api/v1/events/period-closing", json=P01 | {"reason": "Known"})
    asked = clerk.post("/api/v1/events/reopening", json=P01 | {"reason": "A late invoice"})
    alone = clerk.post("/api/v1/events/reopening-agreement", json=P01)
    agreed = signed_in(APPROVER).post("/api/v1/events/reopening-agreement", json=P01)

    assert len(closed.json()["seal"]) == 64
    assert asked.json()["status"] == "asked"
    assert alone.status_code == 409
    assert agreed.json()["status"] == "open"
    report = (
        signed_in(CLERK)
        .get("/api/v1/reports/month-end", params={"year": "2003-04", "to": 1})
        .json()
    )
    assert any("A late invoice" in note for note in report["notes"])


def test_the_checklist_is_read_by_programs_with_what_to_do_and_where(signed_in):
    report = (
        signed_in(CLERK)
        .get("/api/v1/reports/month-end", params={"year": "2003-04", "to": 1})
        .json()
    )

    rows = {row["item"]: row for row in report["rows"]}
    assert (rows["deliveries"]["count"], rows["deliveries"]["amount"]) == (1, "4924.76")
    assert rows["deliveries"]["where"] == "accrual?period=2003-04+P01"
    assert rows["submitted"]["rule"] == "Must be none"
